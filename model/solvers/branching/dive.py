"""A good plan early, from the solved root LP.

The nearest whole plan that keeps the rules is where small changes begin (`improve`). Where they lead to no plan, the
root LP's plan is rounded little by little, with routes priced on the way. What it opens to a tiny part only is closed
first: a hundredth of a project serves the LP as well as the whole when little goes through it. The routes that this
wants are the ones a real plan wants, and the root LP never asked for them, so a MIP over the root's routes would
overrate what it has. Then the surest columns are fixed, a few at a time; a MIP over the routes known decides the rest,
and small changes begin there once more.
"""

from __future__ import annotations

import numpy as np

from model.network.graph import IntArray
from model.solvers.branching.tree import Node, Propagation
from model.solvers.core.highs import Status, new_solver, run_mip
from model.solvers.core.linear_program import make_whole
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import flows_of, heed, offer_plan, rescue, solution_of_mip
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.decisions import WHOLE
from model.solvers.plans.improve import improve
from model.solvers.problem import Problem, Search, Solution

CLOSED = 0.03  # parts below it are closed at once
SURE_UP, SURE_DOWN = 0.7, 0.15
LEFT = 150  # fractional columns with which rounding ends
MOST_ROUNDS = 40
MIP_NODES = 50
SHARE_OF_GAP = 0.1  # the MIP may leave this part of the gap asked for
ENOUGH = 1e-5


def dive(problem: Problem, lp: RootLP, search: Search) -> bool:
    """Look for a plan from the solved root LP; says whether one was found that is better than the best."""
    propagation = Propagation(lp.space, lp.layout.whole)
    compiled = problem.compiled
    root = propagation.root(compiled.lower[compiled.integer], compiled.upper[compiled.integer])
    if not propagation.tighten(root):
        return False
    before = search.best
    try:
        if not improve(problem, search, _as_it_is(problem, lp)):
            _round(lp, root, propagation)
            decided = _decide(problem, lp, SHARE_OF_GAP * problem.options.gap)
            if problem.progress.must_stop:
                search.keep(decided, problem.progress)
                raise Interrupted
            if decided is not None and not improve(problem, search, decided):
                lp.free()
                offer_plan(problem, lp, search, decided.values[compiled.integer])
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        if search.best is None:
            lp.free()
            rescue(problem, lp, search)
        raise
    finally:
        lp.free()
    return search.best is not before


def _round(lp: RootLP, root: Node, propagation: Propagation) -> None:
    """Leave the LP solved with most of its whole columns whole."""
    node = _close(lp, root, propagation)
    for _ in range(MOST_ROUNDS):
        if len(_fractional(lp)) <= LEFT:
            return
        rounded = _round_some(lp, node, propagation)
        if rounded is None:
            return
        node = rounded


def _as_it_is(problem: Problem, lp: RootLP) -> Solution:
    """What the LP says, fractions and all."""
    values, count = lp.values(), problem.compiled.column_count
    return Solution(np.nan, problem.compiled.variables, values[:count], flows_of(lp, values[count:]), ())


def _fractional(lp: RootLP) -> IntArray:
    """Positions of whole columns that are not whole now."""
    whole = lp.whole()
    return np.flatnonzero(np.abs(whole - np.round(whole)) > WHOLE)


def _hold(lp: RootLP, node: Node) -> bool:
    """Solve the LP in a part of the plans; False when it has no solution there."""
    lp.node.bound(node.lower, node.upper)
    lp.node.hold(node.least, node.most)
    status, _, _ = lp.optimise("rounding", ENOUGH, prove=False)
    return status == Status.kOptimal


def _close(lp: RootLP, root: Node, propagation: Propagation) -> Node:
    """Close what is open to a small part only; the root itself where that is not possible."""
    small = (lp.whole() < CLOSED) & (root.least <= 0)
    node = Node(root.bound, root.lower.copy(), root.upper.copy(), root.least, np.where(small, 0.0, root.most))
    if propagation.tighten(node) and _hold(lp, node):
        return node
    _hold(lp, root)
    return root


def _round_some(lp: RootLP, node: Node, propagation: Propagation) -> Node | None:
    """Fix the surest columns, or else the largest part upwards; None when neither way leads on."""
    whole, fractional = lp.whole(), _fractional(lp)
    part = whole[fractional] - np.floor(whole[fractional])
    up, down = fractional[part >= SURE_UP], fractional[part <= SURE_DOWN]
    largest = fractional[[int(np.argmax(part))]]
    none = fractional[:0]
    tries = [(up, down)] if len(up) or len(down) else []
    for raised, lowered in [*tries, (largest, none), (none, largest)]:
        child = Node(node.bound, node.lower.copy(), node.upper.copy(), node.least.copy(), node.most.copy())
        child.least[raised] = np.ceil(whole[raised] - WHOLE)
        child.most[lowered] = np.floor(whole[lowered] + WHOLE)
        if propagation.tighten(child) and _hold(lp, child):
            return child
    _hold(lp, node)
    return None


def _decide(problem: Problem, lp: RootLP, gap: float) -> Solution | None:
    """Best plan over the routes known, within what the LP holds now; None when none was found."""
    model, columns = lp.as_mip()
    solver = new_solver(problem.options, mip_rel_gap=gap, mip_max_nodes=MIP_NODES)
    solver.passModel(model)
    make_whole(solver, columns)
    result = run_mip(solver, problem.progress, "first plan", trust_bound=False)
    if result.values is None or result.objective is None:
        return None
    return solution_of_mip(problem, lp, result.values, columns, result.objective)
