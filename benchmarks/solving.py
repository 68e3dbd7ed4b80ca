"""An instance through the normal path (case → make_plan), with what the public sets ask beyond a case.

Those sets have no unserved demand. A case always allows it, at a penalty. A plan that serves everything is optimal for
the instance when it is optimal for the case, and the bound of the case never exceeds that of the instance, so nothing
is to be added. When a plan leaves demand unserved, the least demand left unserved with everything built is asked for:
more than none proves the instance infeasible; otherwise the penalty was too low and is raised.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks.answers import Answer, peak_megabytes
from benchmarks.instances import FIRST_YEAR, Instance
from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status, relative_gap
from model.solvers.core.progress import Event, Progress
from model.solvers.engine import solve

UNSERVED_TOLERANCE = 1e-6  # of the whole demand
PENALTY_STEP = 100.0
PENALTY_STEPS = 2

Listener = Callable[[Event], None]


def solve_instance(instance: Instance, options: SolveOptions, listener: Listener | None = None) -> tuple[Answer, Plan]:
    """Plan the instance; the gap asked for is the family's unless `options` names one."""
    started = time.perf_counter()
    options = replace(options, gap=instance.gap if options.gap is None else options.gap)
    case = instance.case
    for attempt in range(1 + PENALTY_STEPS):
        plan = make_plan(case, options, listener)
        complete = plan.has_plan and _unserved(plan) <= _tolerated(case)
        if complete or not instance.must_serve:
            return _answer(instance, plan, started, str(plan.outcome.status), plan.outcome.message), plan
        options = replace(options, time_limit=_time_left(options, case, started))
        if attempt == 0 and (proof := _infeasible(case, options, listener)):
            return _answer(instance, plan, started, str(Status.INFEASIBLE), proof), plan
        if not plan.has_plan:
            break
        case = _dearer_unserved(case)
    status = Status.NO_PLAN if plan.has_plan else plan.outcome.status
    words = "No plan that serves all demand was found." if plan.has_plan else plan.outcome.message
    return _answer(instance, plan, started, str(status), words), plan


def everything_built(case: Case) -> Case:
    """The case with every project built for nothing, free transport and a penalty of 1 for each unserved unit.

    Its cost is the least demand left unserved. Where rules exclude projects they stay choices, otherwise all open.
    """
    projects, links = case.tables["Projects"].copy(), case.tables["Links"].copy()
    commodities = case.tables["Commodities"].copy()
    projects["capex"] = 0.0
    if not (case.tables["ProjectRules"]["kind"] == "excludes").any():
        projects["status"] = "committed"
        projects["committed_opening"] = float(FIRST_YEAR)
    links["container_cost"] = 0.0
    commodities["unserved_penalty"] = 1.0
    return case.with_tables(Projects=projects, Links=links, Commodities=commodities)


def _whole_demand(case: Case) -> float:
    return float(case.tables["Demand"][FIRST_YEAR].sum())


def _tolerated(case: Case) -> float:
    return UNSERVED_TOLERANCE * _whole_demand(case)


def _unserved(plan: Plan) -> float:
    return float(plan.tables["demand_served"]["unserved"].sum())


def _infeasible(case: Case, options: SolveOptions, listener: Listener | None) -> str:
    """Words that prove the instance infeasible; empty when all demand could be carried or nothing is proven."""
    built = everything_built(case)
    filled = options.filled(built)
    formulation = build(built, build_graph(built), RoutePool())
    bound = solve(formulation, filled, Progress(filled.time_limit, listener))[0].bound  # no tables, prices, checks
    if bound is None or bound <= _tolerated(case):
        return ""
    return (
        f"Infeasible: at least {bound:,.6g} of the {_whole_demand(case):,.6g} units demanded cannot be carried "
        "even when every project is built."
    )


def _dearer_unserved(case: Case) -> Case:
    commodities = case.tables["Commodities"].copy()
    commodities["unserved_penalty"] *= PENALTY_STEP
    return case.with_tables(Commodities=commodities)


def _time_left(options: SolveOptions, case: Case, started: float) -> float:
    """Seconds left of the time limit; a little is always left to try."""
    limit = float(case.settings["time_limit"]) if options.time_limit is None else options.time_limit
    return max(1.0, limit - (time.perf_counter() - started))


def _answer(instance: Instance, plan: Plan, started: float, status: str, words: str) -> Answer:
    """The figures of a plan, with the constant of the instance added; none when there is no plan."""
    served = status in (Status.OPTIMAL, Status.FEASIBLE)
    cost = plan.outcome.objective if served else None
    bound = None if status == Status.INFEASIBLE else plan.outcome.bound
    cost = None if cost is None else cost + instance.constant
    bound = None if bound is None else bound + instance.constant
    gap = None if cost is None or bound is None else relative_gap(cost, bound)
    seconds = round(time.perf_counter() - started, 3)
    return Answer(instance.name, status, cost, bound, gap, seconds, peak_megabytes(), plan.outcome.method, words)
