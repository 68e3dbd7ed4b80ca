"""An instance through the normal path (case → make_plan), with what the public sets ask beyond a case.

Those sets have no unserved demand. A case always allows it, at a penalty, so two things are added around the plan:
first the least demand left unserved when everything is built, which proves an instance infeasible; then, should a plan
leave demand unserved all the same, a higher penalty. A plan that serves everything is optimal for the instance when it
is optimal for the case, and the bound of the case never exceeds that of the instance.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks.instances import FIRST_YEAR, Instance
from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.options import SolveOptions
from model.solvers.outcome import Status, relative_gap
from model.solvers.progress import Event

UNSERVED_TOLERANCE = 1e-6  # of the whole demand
PENALTY_STEP = 100.0
PENALTY_ROUNDS = 3

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Answer:
    """How an instance ended; money in units of the instance, `gap` relative, `peak_mb` of the whole process."""

    instance: str
    status: str
    cost: float | None
    bound: float | None
    gap: float | None
    seconds: float
    peak_mb: float | None
    method: str
    message: str = ""

    def record(self) -> dict[str, Any]:
        """The figures as one flat record, without the words."""
        record = asdict(self)
        del record["message"]
        return record


def solve_instance(instance: Instance, options: SolveOptions, listener: Listener | None = None) -> tuple[Answer, Plan]:
    """Plan the instance; the gap asked for is the family's unless `options` names one."""
    started = time.perf_counter()
    options = replace(options, gap=instance.gap if options.gap is None else options.gap)
    case = instance.case
    if instance.must_serve:
        plan = make_plan(everything_built(case), options, listener)
        if (least := _proven_unserved(plan, case)) > 0.0:
            total = _whole_demand(case)
            words = (
                f"Infeasible: at least {least:,.6g} of the {total:,.6g} units demanded cannot be carried "
                "even when every project is built."
            )
            return _answer(instance, plan, started, "infeasible", words), plan
    for _ in range(PENALTY_ROUNDS):
        plan = make_plan(case, options, listener)
        if not (instance.must_serve and plan.has_plan and _unserved(plan) > _tolerated(case)):
            return _answer(instance, plan, started, str(plan.outcome.status), plan.outcome.message), plan
        case = _dearer_unserved(case)
        options = replace(options, time_limit=_time_left(options, case, started))
    words = "No plan that serves all demand was found, although one exists."
    return _answer(instance, plan, started, str(Status.NO_PLAN), words), plan


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
    links["cost_per_teu"] = 0.0
    commodities["unserved_penalty"] = 1.0
    return case.with_tables(Projects=projects, Links=links, Commodities=commodities)


def peak_megabytes() -> float | None:
    """Most memory that this process and its finished children had; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1.0 if sys.platform == "darwin" else 1024.0  # macOS counts in bytes, Linux in kB
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(max(used) * unit / 2**20, 1)


def _whole_demand(case: Case) -> float:
    return float(case.tables["Demand"][FIRST_YEAR].sum())


def _tolerated(case: Case) -> float:
    return UNSERVED_TOLERANCE * _whole_demand(case)


def _unserved(plan: Plan) -> float:
    return float(plan.tables["demand_served"]["unserved"].sum())


def _proven_unserved(plan: Plan, case: Case) -> float:
    """Demand proven to stay unserved by the plan with everything built; 0 within the tolerance or without proof."""
    bound = plan.outcome.bound
    return 0.0 if bound is None or bound <= _tolerated(case) else bound


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
