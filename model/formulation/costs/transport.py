"""transport — the tariff of every link used, per unit of flow.

Maths: Σ over arcs of cost(arc, class, t) * flow(arc, class, t), million USD a year.
Data: see model.network.attributes.transport_cost.
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation
from model.network.attributes import transport_cost

NAME = "transport"
LABEL = "Transport tariffs"


def applies(case: Case) -> bool:
    """Always: flow pays its way."""
    return True


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    rates = rates_by_period(
        formulation,
        lambda figures, cargo, year: transport_cost(formulation.case, formulation.graph, figures, cargo, year),
    )
    formulation.register_flow_cost(NAME, LABEL, rates)
