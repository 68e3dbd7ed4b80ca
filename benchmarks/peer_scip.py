"""The textbook arc-flow model in SCIP, through pyscipopt."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.arcflow import ArcFlow
from benchmarks.peer_ending import Ending, Limits, ending


def run(model: ArcFlow, limits: Limits) -> Ending:
    """Build and solve. Raises ModuleNotFoundError when pyscipopt is not installed."""
    m = build(model)
    m.setParam("limits/gap", limits.gap)
    m.setParam("limits/time", limits.left())
    m.optimize()
    if m.getStatus() in ("infeasible", "inforunbd"):
        return ending("infeasible", None, None)
    solved = m.getStatus() in ("optimal", "gaplimit")
    cost = m.getObjVal() if m.getNSols() else None
    return ending("optimal" if solved else "feasible", cost, m.getDualbound())


def build(model: ArcFlow) -> Any:
    """The SCIP model."""
    scip = importlib.import_module("pyscipopt")
    m = scip.Model()
    m.hideOutput()
    projects, periods = model.projects, range(model.periods)
    opened: list[list[Any]] = []
    for j, modules in enumerate(projects.modules):
        most = [int(modules) if p >= projects.first_period[j] else 0 for p in periods]
        opened.append([m.addVar(vtype="I", lb=0, ub=most[p], obj=float(projects.capital[j, p])) for p in periods])
    for p in periods:
        in_service = [scip.quicksum(columns[: p + 1]) for columns in opened]
        _add_operations(m, scip.quicksum, model, p, in_service)
        for project, other in model.requires:
            m.addCons(in_service[project] <= int(projects.modules[project]) * in_service[other])
    for j, modules in enumerate(projects.modules):
        m.addCons(scip.quicksum(opened[j]) <= int(modules))
    for paid, amount in model.budgets:
        spent = [
            float(projects.capex[j]) * opened[j][paid + int(before)]
            for j, before in enumerate(projects.paid_before)
            if paid + before < model.periods
        ]
        if spent:
            m.addCons(scip.quicksum(spent) <= amount)
    for project, other in model.excludes:
        m.addCons(scip.quicksum([*opened[project], *opened[other]]) <= 1)
    return m


def _add_operations(m: Any, quicksum: Any, model: ArcFlow, p: int, in_service: list[Any]) -> None:
    """Flows, unserved amounts, balances, capacities and forcing rows of a period."""
    used: list[list[Any]] = [[] for _ in model.base]
    for group in model.groups:
        net: list[list[Any]] = [[] for _ in range(model.vertices)]
        cost = model.weight[p] * model.arcs.unit_cost(group.value_of_time)
        most = model.most(group, p)
        for a, (tail, head) in enumerate(zip(model.arcs.tail, model.arcs.head, strict=True)):
            flow = m.addVar(lb=0.0, obj=float(cost[a]))
            net[head].append(flow)
            net[tail].append(-flow)
            if model.arcs.asset[a] >= 0:
                used[model.arcs.asset[a]].append(flow)
            if model.strong and model.opener[a] >= 0:
                m.addCons(flow <= most * in_service[model.opener[a]])
        if model.penalty is not None:
            for k in group.demands:
                price = float(model.weight[p] * model.penalty[k])
                left = m.addVar(lb=0.0, ub=float(model.amounts[k, p]), obj=price)
                net[model.destination[k]].append(left)
                net[group.origin].append(-left)
        for terms, needed in zip(net, model.supply(group, p), strict=True):
            if terms or needed:
                m.addCons(quicksum(terms) == float(needed))
    added: list[list[Any]] = [[] for _ in model.base]
    for asset, project, size in model.effects:
        added[asset].append(size * in_service[project])
    for asset, base in enumerate(model.base):
        m.addCons(quicksum(used[asset]) <= float(base) + quicksum(added[asset]))
