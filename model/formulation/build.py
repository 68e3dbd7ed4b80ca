"""Case + graph + routes → a complete Pyomo model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation
from model.formulation.investment_block import add_investment
from model.formulation.operations import add_operations
from model.formulation.plugins import active_terms, constraint_families, is_plain, switchable, switches
from model.network.cargo import read_cargo
from model.network.graph import Graph
from model.network.routes import RoutePool


def build(case: Case, graph: Graph, routes: RoutePool, constraint_files: Sequence[Path] = ()) -> Formulation:
    """Build the model for the routes it is handed; any Pyomo solver can solve it.

    Raises PluginError for a broken constraint file or an unknown switch.
    """
    families = constraint_families(constraint_files)
    formulation = Formulation(case, graph, read_cargo(case), routes, pyo.ConcreteModel(name=case.name))
    formulation.families = switches(case, switchable(constraint_files))
    imposed = [module for name, module in families.items() if formulation.families[name] and module.applies(case)]
    terms = active_terms(case, formulation.families)
    for module in (*imposed, *terms):
        if hasattr(module, "declare_loads"):
            module.declare_loads(formulation)
    add_investment(formulation)
    add_operations(formulation)
    for module in imposed:
        _impose(formulation, module)
    for module in terms:
        _charge(formulation, module)
    for module in terms:
        if hasattr(module, "finish"):
            module.finish(formulation)
    formulation.modules = (*imposed, *terms)
    _add_objective(formulation)
    return formulation


def _impose(formulation: Formulation, module: ModuleType) -> None:
    """Add the rows of a family; those of a plain one are remembered, so that reports can show them."""
    if not is_plain(module):
        module.add(formulation)
        return
    before = {id(row) for row in _rows(formulation)}
    module.add(formulation)
    formulation.own_rows[module.NAME] = [row for row in _rows(formulation) if id(row) not in before]


def _charge(formulation: Formulation, term: ModuleType) -> None:
    """Register a cost term as its `add` does; one without charges its `rate` on all flow."""
    if hasattr(term, "add"):
        term.add(formulation)
    else:
        charge_flow(formulation, term.NAME, term.LABEL, term.rate)


def _rows(formulation: Formulation) -> Iterator[Any]:
    rows: Iterator[Any] = formulation.model.component_data_objects(pyo.Constraint, active=True, descend_into=True)
    return rows


def _add_objective(formulation: Formulation) -> None:
    """Net present value of all registered cost terms; flow terms become entries of the routes at hand."""
    for name in formulation.flow_rates:
        _add_flow_entries(formulation, name)
    total = pyo.quicksum(
        entry.weight * entry.expression for term in formulation.costs.values() for entry in term.entries
    )
    formulation.model.objective = pyo.Objective(expr=total, sense=pyo.minimize)


def _add_flow_entries(formulation: Formulation, term: str) -> None:
    """One entry a period: Σ over routes of the flow times the sum of the arcs' rates."""
    class_of = formulation.cargo.class_of
    for period in formulation.periods:
        rates = formulation.flow_rates[term][period.name]
        parts = []
        for season in formulation.seasons:
            block = formulation.operations(period.name, season.name)
            for number in block.ROUTES:
                route = formulation.routes[number]
                parts.append(float(rates[class_of[route.demand], list(route.arcs)].sum()) * block.flow[number])
        expression = pyo.Expression(expr=pyo.quicksum(parts))
        formulation.model.add_component(f"cost_{term}_{period.name}", expression)
        formulation.add_cost(term, expression, tuple(period.calendar_years))
