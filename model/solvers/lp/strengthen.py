"""A sharper root LP: the forcing rows that its solution breaks, round by round, with all routes priced again.

It comes after the first plans, since what it costs is only worth it where the gap is still open.
"""

from __future__ import annotations

from model.solvers.core.highs import Status
from model.solvers.lp.root import ENOUGH_OF_GAP, gap_reached, raise_bound
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem, Search

ROUNDS = 5
WORTH = 0.02  # of the open gap; a round that closes less is the last


def strengthen(problem: Problem, lp: RootLP, search: Search) -> None:
    """Raise the bound by forcing rows; they stay in the LP, and in `lp.forcing` for the tree. Raises Interrupted."""
    if gap_reached(problem, search) or not lp.forcing.look() or not _solve(problem, lp, search):
        return
    for _ in range(ROUNDS):
        flows = lp.values()[problem.compiled.column_count :]
        if gap_reached(problem, search) or not lp.forcing.search(lp.columns, flows, lp.steps()):
            return
        lp.node.force()
        before = search.gap
        if not _solve(problem, lp, search) or before - search.gap < WORTH * before:
            return


def _solve(problem: Problem, lp: RootLP, search: Search) -> bool:
    """Solve the LP with the rows that it has, and take its bound; False when it has no solution."""
    status, _, bound = lp.optimise("forcing rows", ENOUGH_OF_GAP * problem.options.gap)
    if status != Status.kOptimal:
        return False
    raise_bound(problem, search, bound)
    words = f"{len(lp.forcing.rows):,} forcing rows"
    problem.progress.tell("forcing rows", words)
    return True
