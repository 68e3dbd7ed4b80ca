"""Direct method for cases of some size: branch and price for the bound, Benders' cheap evaluation for plans."""

from __future__ import annotations

from model.solvers.branch_and_price import BranchAndPrice
from model.solvers.decomposed import Decomposition
from model.solvers.problem import Problem, Search
from model.solvers.progress import Interrupted
from model.solvers.root import gap_reached
from model.solvers.route_lp import RouteLP

DIVE_EVERY = 25  # nodes


def solve_by_tree(problem: Problem, search: Search, lp: RouteLP) -> None:
    """Search until the gap is proven; `lp` is the solved root LP. Raises Interrupted when time is up."""
    plans = Decomposition(problem, search, lp)
    plans.prepare()
    if gap_reached(problem, search):
        return
    tree = BranchAndPrice(problem, search, plans.space, lp.columns)
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
