"""A good plan early: the root LP's plan rounded little by little, with routes priced on the way.

What the LP opens to a tiny part only is closed first: a hundredth of a project serves the LP as well as the whole
when little goes through it. The routes that this wants are the ones a real plan wants, and the root LP never asked for
them, so a MIP over the root's routes would overrate what it has. Then the surest columns are fixed, a few at a time;
a MIP over the routes known decides the rest, and the plan is evaluated exactly.
"""

from __future__ import annotations

from itertools import pairwise

import highspy
import numpy as np

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.highs import Status, new_solver, run_mip
from model.solvers.problem import Problem, Search
from model.solvers.root import offer_plan
from model.solvers.step_lp import StepLP
from model.solvers.tree import Node, Propagation

CLOSED = 0.03  # parts below it are closed at once
SURE_UP, SURE_DOWN = 0.7, 0.15
LEFT_TO_MIP = 150  # fractional columns that the MIP takes
MOST_ROUNDS = 40
MIP_NODES = 50
ENOUGH = 1e-5
WHOLE = 1e-6
POLISHED = 1e-6  # relative


def dive(problem: Problem, lp: StepLP, search: Search) -> bool:
    """Look for a plan from the solved root LP; says whether one was found that is better than the best."""
    propagation = Propagation(lp.space, lp.layout.whole)
    compiled = problem.compiled
    root = propagation.root(compiled.lower[compiled.integer], compiled.upper[compiled.integer])
    if not propagation.tighten(root):
        return False
    try:
        node = _close(lp, root, propagation)
        for _ in range(MOST_ROUNDS):
            if len(_fractional(lp)) <= LEFT_TO_MIP:
                break
            rounded = _round_some(lp, node, propagation)
            if rounded is None:
                break
            node = rounded
        integers = _decide(problem, lp, 0.1 * problem.options.gap)
    finally:
        lp.free()
    if integers is None or not offer_plan(problem, lp, search, integers):
        return False
    polish(problem, lp, search)
    return True


def polish(problem: Problem, lp: StepLP, search: Search) -> None:
    """Decide anew, nearly to the optimum, what binds no two periods together (which ship sails where).

    The gap asked for is a share of the whole cost, and what one year's ships do is a small part of that: within the gap
    they could sail anyhow.
    """
    best = search.best
    alone = _alone(lp)
    if best is None or not alone.any():
        return
    integers = best.values[problem.compiled.integer]
    try:
        least, most = problem.compiled.lower[problem.compiled.integer], problem.compiled.upper[problem.compiled.integer]
        lp.hold(np.where(alone, least, integers), np.where(alone, most, integers))
        status, _, _ = lp.optimise("polishing", POLISHED, prove=False)
        decided = _decide(problem, lp, POLISHED) if status == Status.kOptimal else None
    finally:
        lp.free()
    if decided is not None:
        offer_plan(problem, lp, search, decided)


def _alone(lp: StepLP) -> BoolArray:
    """Whole columns whose steps stand in no other whole column: no chain of modules over the periods."""
    whole = lp.layout.whole
    seen = np.bincount(whole.indices, minlength=whole.shape[1])
    most = np.array([seen[whole.indices[a:b]].max(initial=0) for a, b in pairwise(whole.indptr.tolist())])
    return np.asarray(most == 1)


def _fractional(lp: StepLP) -> IntArray:
    """Positions of whole columns that are not whole now."""
    whole = lp.whole()
    return np.flatnonzero(np.abs(whole - np.round(whole)) > WHOLE)


def _hold(lp: StepLP, node: Node) -> bool:
    """Solve the LP in a part of the plans; False when it has no solution there."""
    lp.node.bound(node.lower, node.upper, node.least, node.most)
    status, _, _ = lp.optimise("rounding", ENOUGH, prove=False)
    return status == Status.kOptimal


def _close(lp: StepLP, root: Node, propagation: Propagation) -> Node:
    """Close what is open to a small part only; the root itself where that is not possible."""
    small = (lp.whole() < CLOSED) & (root.least <= 0)
    node = Node(root.bound, root.lower.copy(), root.upper.copy(), root.least, np.where(small, 0.0, root.most))
    if propagation.tighten(node) and _hold(lp, node):
        return node
    _hold(lp, root)
    return root


def _round_some(lp: StepLP, node: Node, propagation: Propagation) -> Node | None:
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


def _decide(problem: Problem, lp: StepLP, gap: float) -> FloatArray | None:
    """Best whole columns over the routes known, within what the LP holds now; None when none were found."""
    model, columns = lp.as_mip()
    solver = new_solver(problem.options, mip_rel_gap=gap, mip_max_nodes=MIP_NODES)
    solver.passModel(model)
    solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
    result = run_mip(solver, problem.progress, "first plan", trust_bound=False)
    if result.values is None:
        return None
    return np.round(np.asarray(lp.layout.whole @ result.values[: lp.space.size]))
