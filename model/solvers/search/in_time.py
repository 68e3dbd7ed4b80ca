"""Branching in time: on decisions of the whole horizon, where better prices and sharper leaves gain little alone.

Best first. Bounds of a node hold in the leaves too, and leaves that are sharpened in one node serve all.
"""

from __future__ import annotations

import heapq

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from model.network.graph import FloatArray
from model.solvers.lp.root import gap_reached, raise_bound
from model.solvers.plans.decisions import WHOLE
from model.solvers.search.hull_bounds import HullPoint
from model.solvers.search.patience import Patience, share_asked
from model.solvers.search.proof import Proof

PLAN_EVERY = 4  # nodes
LOOK_EVERY, LOOK_LPS = 50, 1_000  # nodes, or small LPs: by then branching in time must have closed,
LEAST_CLOSED = 0.1  # of the gap, so much where other methods could do more
UNCLEAR = 0.02  # what is so near to a whole number is not branched on while there is something else
Box = tuple[FloatArray, FloatArray]
"""Bounds of the decisions."""


def branch(proof: Proof, *, patient: bool) -> None:
    """Branch until the gap is proven, nothing is open, or it hardly closes. Raises Interrupted.

    `patient` where no other method follows: then a smaller share is enough.
    """
    problem, search = proof.problem, proof.search
    heap: list[tuple[float, int, Box]] = [(search.bound, 0, (proof.lower, proof.upper))]
    count = nodes = 0
    closed = np.inf
    asked = (share_asked(problem.options),) if patient else (LEAST_CLOSED, LOOK_LPS)
    patience = Patience(search.gap, proof.solved, *asked)
    while heap and heap[0][0] < closed and not gap_reached(problem, search):
        bound, _, box = heapq.heappop(heap)
        nodes += 1
        found, bound = _node(proof, box, bound, look=nodes % PLAN_EVERY == 0)
        if found is None:
            closed = min(closed, bound)
        for one in found or ():
            count += 1
            heapq.heappush(heap, (bound, count, one))
        raise_bound(problem, search, min([closed, proof.cost, *(one[0] for one in heap[:1])]))
        if patience.ends(search.gap, proof.solved, not patient and nodes % LOOK_EVERY == 0):
            return
        problem.progress.tell("prove", f"{nodes:,} nodes, {len(heap):,} open", record=nodes % 10 == 0)


def _node(proof: Proof, box: Box, bound: float, *, look: bool) -> tuple[list[Box] | None, float]:
    """The boxes that a node leaves to look at, and their bound; None for one that is whole and says no more.

    Without any, no plan in the box beats the best one. `look` looks for a plan too. Raises Interrupted.
    """
    proof.hull.hold(*box)
    point = _sharpened(proof, bound)
    if point is None:
        return [], bound
    bound = max(bound, point.bound)
    column = _undecided(proof, point)
    if column is None or look:
        proof.look_for_plan(point)
    if column is None:
        return ([box] if _cuts_deeper(proof, point, bound) else None), bound
    (lower, upper), value = box, float(proof.hull.decided(point)[column])
    low, high = lower.copy(), upper.copy()
    high[column], low[column] = np.floor(value + WHOLE), np.ceil(value - WHOLE)
    return [(lower, high), (low, upper)], bound


def _sharpened(proof: Proof, bound: float) -> HullPoint | None:
    """The point of a node after one look at the leaves that it uses; None when no plan there beats the best."""
    point = proof.settle()
    if point is None or max(point.bound, bound) >= proof.cost:
        return None
    proof.sharpen(point)
    point = proof.settle()
    return None if point is None or point.bound >= proof.cost else point


def _cuts_deeper(proof: Proof, point: HullPoint, bound: float) -> bool:
    """Whether the leaves that a whole point uses say more when they are solved once more."""
    before = sum(len(tree.leaves) for tree in proof.trees)
    proof.sharpen(point)
    after = proof.settle()
    more = after is None or after.bound > bound + 0.1 * proof.worth
    return more or sum(len(tree.leaves) for tree in proof.trees) > before


def _undecided(proof: Proof, point: HullPoint) -> int | None:
    """The decision to branch on: not whole, in the longest chain of such; None when all are whole."""
    decided = proof.hull.decided(point)
    unclear = np.abs(decided - np.round(decided))
    found = np.flatnonzero(unclear > UNCLEAR)
    if not len(found):
        found = np.flatnonzero(unclear > WHOLE)
    if not len(found):
        return None
    pairs = csr_array(proof.decisions.matrix[np.diff(proof.decisions.matrix.indptr) == 2])
    _, chain = connected_components(csr_array(abs(pairs[:, found]).T @ abs(pairs[:, found])), directed=False)
    score = unclear[found] * np.bincount(chain)[chain]
    return int(found[int(np.argmax(score))])
