"""Whole values for the few whole columns of an LP over routes: which ships sail where, in one part of a plan.

Branch and bound on the LP as it stands, from its basis. Mostly the first rounding is near enough. A MIP of HiGHS begins
afresh, and may separate cuts for seconds where only a hair is missing: it is the way out where few LPs leave more open
than it would.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.highs import Status, hear_stop, limit_time, new_solver
from model.solvers.core.linear_program import make_whole
from model.solvers.lp.route_lp import RouteLP

WHOLE = 1e-7  # what is so near to a whole number is one
MOST_LPS = 60  # numbers and not seconds, so that two runs do the same
NEAR = 1e-6  # relative gap to which LPs decide
MOST_NODES, MIP_NEAR = 500, 1e-5  # the same of the MIP
HASTY_SECONDS = 2.0
PLAIN: dict[str, Any] = {
    "presolve": "off", "mip_heuristic_effort": 0.0, "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False, "mip_heuristic_run_root_reduced_cost": False,
}  # fmt: skip


def decide(lp: RouteLP, *, hasty: bool = False) -> FloatArray | None:
    """Best values of the whole columns over the routes of an LP, with its row sides as they are.

    Nearly to the optimum; None when there are none. Safe in a thread of its own. `hasty` takes little time. Raises
    Interrupted.
    """
    found, is_near = (None, False) if hasty else _by_halves(lp)
    if is_near:
        return found
    better = _by_mip(lp, found, hasty=hasty)
    return found if better is None else better


def _by_halves(lp: RouteLP) -> tuple[FloatArray | None, bool]:
    """Branch and bound, depth first and the nearer half first: the best values found, and whether they are near.

    Also where it is sure that there are none.
    """
    compiled, columns = lp.problem.compiled, lp.whole_columns
    boxes = [(compiled.lower[columns], compiled.upper[columns], -np.inf)]
    best, cost, count, sure = None, np.inf, 0, True
    try:
        while boxes and count < MOST_LPS:
            lower, upper, least = boxes.pop()
            if not _may_better(least, cost, NEAR):
                continue
            lp.hold(lower, upper)
            count += 1
            status = lp.run()[0]
            sure = sure and status in (Status.kOptimal, Status.kInfeasible)
            if status != Status.kOptimal or lp.value >= cost:
                continue
            values, value = lp.whole_of(lp.columns()), lp.value
            nearest = np.round(values)
            apart = np.abs(values - nearest)
            if np.all(apart <= WHOLE):
                if lp.join(lp.broken()):  # rows that waited: the same box again
                    boxes.append((lower, upper, value))
                else:
                    best, cost = nearest, value
                continue
            split, up, down = int(np.argmax(apart)), lower.copy(), upper.copy()
            up[split], down[split] = np.ceil(values[split]), np.floor(values[split])
            halves = [(up, upper, value), (lower, down, value)]
            boxes += halves if nearest[split] < values[split] else halves[::-1]
            boxes += [(nearest, nearest, value)] if count == 1 else []
    finally:
        lp.free()
    return best, sure and not any(_may_better(least, cost, MIP_NEAR) for _, _, least in boxes)


def _may_better(least: float, cost: float, near: float) -> bool:
    """Whether a box whose values cost that much at least may better the cost by more than a share."""
    return bool(np.isneginf(least)) or least < cost - near * max(1.0, abs(least))


def _by_mip(lp: RouteLP, start: FloatArray | None, *, hasty: bool) -> FloatArray | None:
    """The same by HiGHS, from values that are known."""
    progress, (model, whole) = lp.problem.progress, lp.as_mip()
    for settings in (PLAIN, {}):
        mip = new_solver(lp.problem.options, mip_rel_gap=MIP_NEAR, mip_max_nodes=MOST_NODES, parallel="off", **settings)
        limit_time(mip, min(HASTY_SECONDS, progress.time_left) if hasty else progress.time_left)
        mip.passModel(model)
        make_whole(mip, whole)
        if start is not None:
            mip.setSolution(len(whole), whole, start)
        hear_stop(mip, progress)
        mip.run()
        if mip.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            return np.round(np.array(mip.getSolution().col_value)[whole])
    return None
