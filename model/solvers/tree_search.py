"""Direct method for cases of some size: branch and price for the bound, Benders' cheap evaluation for plans."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from model.solvers.branch_and_price import BranchAndPrice
from model.solvers.compiled import INVESTMENT
from model.solvers.decomposed import Decomposition
from model.solvers.dive import dive
from model.solvers.improve import explore
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem, Search
from model.solvers.progress import Interrupted
from model.solvers.root import gap_reached, heed, solve_root
from model.solvers.strengthen import strengthen

DIVE_EVERY = 25  # nodes
TINY = 1e-9
MOST_DIVED = 5_000  # whole columns
SMALL_GAP = 0.01  # a tree closes what is left below it sooner than masters do, above it later


def solve_by_tree(problem: Problem, search: Search, lp: RootLP) -> None:
    """Search until the gap is proven; `lp` is the solved root LP. Raises Interrupted when time is up."""
    plans = Decomposition(problem, search, lp)
    plans.prepare()
    if not gap_reached(problem, search):
        _grow(problem, search, lp, plans)


def solve_decomposed(problem: Problem, search: Search) -> None:
    """Search by masters; fills `search`, which keeps what was found when time is up or a stop is asked."""
    try:
        lp = RootLP(problem)
        if solve_root(problem, lp, search) and not gap_reached(problem, search):
            plans = Decomposition(problem, search, lp)
            plans.prepare()
            _by_masters(problem, search, lp, plans)
    except (Interrupted, KeyboardInterrupt) as stop:
        _stopped(problem, stop)


def solve_by_gap(problem: Problem, search: Search) -> None:
    """Tree or masters, as the gap after the LP phase suggests; fills `search` likewise."""
    try:
        lp = RootLP(problem)
        if not solve_root(problem, lp, search) or gap_reached(problem, search):
            return
        # small changes pay where projects open gates; elsewhere Benders' plans come sooner
        few = len(problem.compiled.integer) <= MOST_DIVED
        if search.best is None and lp.decomposes and few and _has_gates(problem, lp):
            search.note("small changes")
            dive(problem, lp, search)
            strengthen(problem, lp, search)
            if not gap_reached(problem, search):
                explore(problem, search)
            if gap_reached(problem, search):
                return
        plans = Decomposition(problem, search, lp)
        if search.best is None or search.gap > SMALL_GAP:
            plans.prepare()
        if gap_reached(problem, search):
            return
        if search.best is not None and search.gap <= SMALL_GAP:
            _grow(problem, search, lp, plans)
        else:
            _by_masters(problem, search, lp, plans)
    except (Interrupted, KeyboardInterrupt) as stop:
        _stopped(problem, stop)


def _by_masters(problem: Problem, search: Search, lp: RootLP, plans: Decomposition) -> None:
    """Masters, and a tree where these come to rest with the gap open. Raises Interrupted."""
    plans.improve()
    if not gap_reached(problem, search) and not search.infeasible:
        _grow(problem, search, lp, plans)


def _stopped(problem: Problem, stop: BaseException) -> None:
    heed(problem, stop)
    problem.progress.tell("stopped", "stopped before the search was complete")


def _has_gates(problem: Problem, lp: RootLP) -> bool:
    """Whether something of an operations block is nothing as long as nothing is invested."""
    compiled, space = problem.compiled, lp.space
    doors = csr_array(compiled.matrix[:, space.columns])
    without = compiled.row_upper - np.asarray(doors @ (space.shift + space.expand @ space.lower))
    return bool(np.any((compiled.row_block != INVESTMENT) & (np.diff(doors.indptr) > 0) & (np.abs(without) <= TINY)))


def _grow(problem: Problem, search: Search, lp: RootLP, plans: Decomposition) -> None:
    """The tree, until the gap is proven."""
    search.note("branch and price")
    forcing = lp.forcing if lp.decomposes else None
    tree = BranchAndPrice(problem, search, plans.space, lp.columns, forcing)
    if not tree.start():
        search.infeasible = search.best is None
        return
    while not gap_reached(problem, search) and not tree.finished:
        if problem.progress.must_stop:
            raise Interrupted
        _one_node(tree, plans)
        plans.raise_bound(tree.bound)
        words = f"{tree.nodes:,} nodes, {tree.open_count:,} open"
        problem.progress.tell("tree", words, record=tree.nodes % DIVE_EVERY == 0)
    if search.best is None:
        search.infeasible = tree.finished
    else:
        plans.raise_bound(tree.bound)


def _one_node(tree: BranchAndPrice, plans: Decomposition) -> None:
    """Branch once; dive for a plan now and then, and look around one that is better."""
    node = tree.best_open()
    before = plans.search.best
    if node is not None and tree.nodes % DIVE_EVERY == 0:
        steps = tree.dive(node)
        if steps is not None:
            plans.offer(steps)
    steps = tree.step()
    if steps is not None:
        plans.offer(steps)
    if plans.search.best is not before:
        plans.look_around()
