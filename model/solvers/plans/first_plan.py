"""A first whole plan from the root LP, long before anything is proven: small changes, rounding up, slope scaling.

Where projects open gates the nearest whole plan that keeps the rules is where small changes begin (`improve`). In the
direct method, and where small changes lead to no plan, roundings are tried.

The LP opens a part of a project for a part of its cost. Rounded up, that is a plan, though a dear one: it opens
whatever carries a little. So the LP is solved again and again with the cost of each step divided by the part that was
used (Kim and Pardalos 1999, slope scaling): flow gathers where a project pays as a whole, and each rounding is a plan.
"""

from __future__ import annotations

import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.highs import Status
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import flows_of, heed, offer_plan, rescue
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.decisions import Decisions, nearest
from model.solvers.plans.improve import improve
from model.solvers.problem import Problem, Search, Solution

ROUNDS = 6
HARDLY = 1e-6  # of a module
LEAST_PART = 0.02  # a step used by less is not made dearer than that many times


def plan_near_root(problem: Problem, lp: RootLP, search: Search) -> None:
    """Offer the best plan that small changes find near the solved root LP, or else near a rounding of it.

    Some plan is offered where time is up before that. Raises Interrupted.
    """
    try:
        if improve(problem, search, root_point(problem, lp)):
            return
        first_plan(problem, lp, search)
        if search.best is not None:
            improve(problem, search, search.best)
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        if search.best is None:
            lp.free()
            rescue(problem, lp, search)
        raise


def root_point(problem: Problem, lp: RootLP) -> Solution:
    """What the solved root LP holds, in fractions."""
    values, count = lp.values(), problem.compiled.column_count
    return Solution(np.nan, problem.compiled.variables, values[:count], flows_of(lp, values[count:]), ())


def first_plan(problem: Problem, lp: RootLP, search: Search) -> None:
    """Offer plans rounded from the solved root LP; the LP is at its optimum again afterwards. Raises Interrupted."""
    if not len(problem.compiled.integer):  # the LP's solution is a plan
        offer_plan(problem, lp, search, np.zeros(0))
        lp.over_known()
        return
    tried: set[bytes] = set()
    rounded = _rounded_up(problem, lp)
    supports = [] if not lp.decomposes else _scaled(problem, lp, tried)
    for integers in [rounded, *supports]:
        if integers is not None:
            offer_plan(problem, lp, search, integers)
        if problem.progress.must_stop:
            raise Interrupted
    lp.over_known()


def _rounded_up(problem: Problem, lp: RootLP) -> FloatArray | None:
    """The whole columns that the LP's solution needs; where rules bar these, those of the nearest plan, if any."""
    compiled = problem.compiled
    wanted = np.clip(np.ceil(lp.whole() - HARDLY), compiled.lower[compiled.integer], compiled.upper[compiled.integer])
    decisions = Decisions.of(problem)
    values = np.zeros(compiled.column_count)
    values[: compiled.column_count] = lp.values()[: compiled.column_count]
    values[compiled.integer] = wanted
    found = nearest(problem, decisions, values[decisions.columns])
    if found is None:
        return None
    values[decisions.columns] = found
    return np.asarray(np.round(values[compiled.integer]))


def _scaled(problem: Problem, lp: RootLP, tried: set[bytes]) -> list[FloatArray]:
    """Roundings of the LP over the routes known at scaled costs, each once, the last first."""
    found: list[FloatArray] = []
    cost = lp.space.cost.copy()
    try:
        for _ in range(ROUNDS):
            part = np.clip(lp.steps(), 0.0, None)
            whole = np.ceil(part - HARDLY)
            scale = np.where(whole > 0, whole / np.maximum(part, LEAST_PART * np.maximum(whole, 1.0)), 1.0)
            wanted = lp.space.integer & (lp.space.cost > 0)
            cost = np.where(wanted & (whole > 0), lp.space.cost * scale, cost)
            lp.node.price_steps(cost)
            if lp.over_known()[0] != Status.kOptimal:
                break
            integers = _rounded_up(problem, lp)
            if integers is None or integers.tobytes() in tried:
                break
            tried.add(integers.tobytes())
            found.insert(0, integers)
    finally:
        lp.node.price_steps(lp.space.cost)
    return found
