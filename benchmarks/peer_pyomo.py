"""The textbook arc-flow model in Pyomo, solved through `appsi_highs`: how a modeler would first write it."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from benchmarks.arcflow import ArcFlow
from benchmarks.peer_ending import Ending, Limits, ending


def build(model: ArcFlow) -> Any:
    """The Pyomo model."""
    m = pyo.ConcreteModel()
    m.periods = pyo.RangeSet(0, model.periods - 1)
    m.arcs = pyo.RangeSet(0, len(model.arcs.tail) - 1)
    m.groups = pyo.RangeSet(0, len(model.groups) - 1)
    m.projects = pyo.RangeSet(0, len(model.projects.keys) - 1)
    m.demands = pyo.RangeSet(0, len(model.destination) - 1) if model.penalty is not None else pyo.Set(initialize=[])
    m.flow = pyo.Var(m.groups, m.arcs, m.periods, domain=pyo.NonNegativeReals)
    m.unserved = pyo.Var(
        m.demands, m.periods, bounds=lambda _, k, p: (0.0, float(model.amounts[k, p])), domain=pyo.NonNegativeReals
    )
    m.opened = pyo.Var(m.projects, m.periods, domain=pyo.NonNegativeIntegers, bounds=_opening_bounds(model))
    _add_operations(m, model)
    _add_investment(m, model)
    m.objective = pyo.Objective(expr=_cost(m, model))
    return m


def _opening_bounds(model: ArcFlow) -> Any:
    def bounds(_: Any, project: int, period: int) -> tuple[int, int]:
        may_open = period >= model.projects.first_period[project]
        return 0, int(model.projects.modules[project]) if may_open else 0

    return bounds


def _cost(m: Any, model: ArcFlow) -> Any:
    """Discounted flow cost, unserved cost and capital."""
    unit_cost = [model.arcs.unit_cost(group.value_of_time) for group in model.groups]
    operating = sum(
        float(model.weight[p] * unit_cost[g][a]) * m.flow[g, a, p] for g in m.groups for a in m.arcs for p in m.periods
    )
    left = 0.0
    if model.penalty is not None:
        left = sum(float(model.weight[p] * model.penalty[k]) * m.unserved[k, p] for k in m.demands for p in m.periods)
    capital = sum(float(model.projects.capital[j, p]) * m.opened[j, p] for j in m.projects for p in m.periods)
    return operating + left + capital


def _add_operations(m: Any, model: ArcFlow) -> None:
    """Balances, capacities and forcing rows."""
    arcs_in: list[list[int]] = [[] for _ in range(model.vertices)]
    arcs_out: list[list[int]] = [[] for _ in range(model.vertices)]
    arcs_of: list[list[int]] = [[] for _ in model.base]
    for a in m.arcs:
        arcs_out[model.arcs.tail[a]].append(a)
        arcs_in[model.arcs.head[a]].append(a)
        if model.arcs.asset[a] >= 0:
            arcs_of[model.arcs.asset[a]].append(a)

    def balance(_: Any, g: int, vertex: int, p: int) -> Any:
        group = model.groups[g]
        net = sum(m.flow[g, a, p] for a in arcs_in[vertex]) - sum(m.flow[g, a, p] for a in arcs_out[vertex])
        if model.penalty is not None:
            net += sum(m.unserved[k, p] for k in group.demands if model.destination[k] == vertex)
            if vertex == group.origin:
                net -= sum(m.unserved[k, p] for k in group.demands)
        return net == float(supply[g, p][vertex])

    def capacity(_: Any, asset: int, p: int) -> Any:
        used = sum(m.flow[g, a, p] for g in m.groups for a in arcs_of[asset])
        added = sum(
            size * m.opened[project, q]
            for where, project, size in model.effects
            if where == asset
            for q in range(p + 1)
        )
        return used <= float(model.base[asset]) + added

    def forcing(_: Any, g: int, a: int, p: int) -> Any:
        project = int(model.opener[a])
        if project < 0:
            return pyo.Constraint.Skip
        return m.flow[g, a, p] <= model.most(model.groups[g], p) * sum(m.opened[project, q] for q in range(p + 1))

    supply = {(g, p): model.supply(model.groups[g], p) for g in m.groups for p in m.periods}
    m.balance = pyo.Constraint(m.groups, pyo.RangeSet(0, model.vertices - 1), m.periods, rule=balance)
    m.capacity = pyo.Constraint(pyo.RangeSet(0, len(model.base) - 1), m.periods, rule=capacity)
    if model.strong:
        m.forcing = pyo.Constraint(m.groups, m.arcs, m.periods, rule=forcing)


def _add_investment(m: Any, model: ArcFlow) -> None:
    """Module limits, budgets and project rules."""
    projects = model.projects

    def spending(_: Any, number: int) -> Any:
        paid, amount = model.budgets[number]
        spent = [
            float(projects.capex[j]) * m.opened[j, paid + int(projects.paid_before[j])]
            for j in m.projects
            if paid + int(projects.paid_before[j]) < model.periods
        ]
        return sum(spent) <= amount if spent else pyo.Constraint.Skip

    def requires(_: Any, number: int, p: int) -> Any:
        project, other = model.requires[number]
        needed = int(projects.modules[project]) * sum(m.opened[other, q] for q in range(p + 1))
        return sum(m.opened[project, q] for q in range(p + 1)) <= needed

    def excludes(_: Any, number: int) -> Any:
        return sum(m.opened[project, p] for project in model.excludes[number] for p in m.periods) <= 1

    m.modules = pyo.Constraint(
        m.projects, rule=lambda _, j: sum(m.opened[j, p] for p in m.periods) <= int(projects.modules[j])
    )
    m.budget = pyo.Constraint(pyo.Set(initialize=range(len(model.budgets))), rule=spending)
    m.requires = pyo.Constraint(pyo.Set(initialize=range(len(model.requires))), m.periods, rule=requires)
    m.excludes = pyo.Constraint(pyo.Set(initialize=range(len(model.excludes))), rule=excludes)


def run(model: ArcFlow, limits: Limits) -> Ending:
    """Build and solve."""
    m = build(model)
    solver = pyo.SolverFactory("appsi_highs")
    solver.options["mip_rel_gap"] = limits.gap
    solver.options["threads"] = limits.threads
    result = solver.solve(m, timelimit=limits.left(), load_solutions=False)
    end = result.solver.termination_condition
    if end in (pyo.TerminationCondition.infeasible, pyo.TerminationCondition.infeasibleOrUnbounded):
        return ending("infeasible", None, None)
    status = "optimal" if end == pyo.TerminationCondition.optimal else "feasible"
    return ending(status, result.problem.upper_bound, result.problem.lower_bound)
