"""What prices and duals of the LP over leaves prove: lower bounds, by any duals, of what bounds of the decisions hold.

Least cost of the decisions at the prices, and in each part the least bound of any leaf, in the LP or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.linear_program import clipped, worth_of_rows
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem
from model.solvers.search.period_tree import Leaf, PeriodTree

INFINITY = float("inf")
SOME = 0.5  # the duals of a leaf's cuts add up to 1, but for rounding


@dataclass
class InHull:
    """A leaf in the LP: number of its part, its box when it joined, where its columns stand, its cuts' rows.

    `free` are the copies that the box leaves open, `width` how far each of them may go. `share_rows` hold shares of
    free copies, by the copy's place among them; the other shares need none so far.
    """

    part: int
    leaf: Leaf
    lower: FloatArray
    upper: FloatArray
    free: IntArray
    width: FloatArray
    first: int
    cuts: dict[int, int] = field(default_factory=dict)
    share_rows: dict[int, int] = field(default_factory=dict)

    @property
    def cost_column(self) -> int:
        """Column of the leaf's cost; the weight is `first`, the shares stand between."""
        return self.first + 1 + len(self.free)


@dataclass(frozen=True)
class HullPoint:
    """An optimum of the LP: value, columns, prices of the copies by part, and a lower bound counted from the duals.

    `least` is the bound of each part at the prices, `leaf_bounds` that of each of its leaves in their order and
    `slopes` what it grows by for a unit of each copy; `reduced` is the same for the decisions.
    """

    value: float
    columns: FloatArray
    prices: list[FloatArray]
    bound: float
    least: FloatArray
    leaf_bounds: list[FloatArray]
    slopes: list[FloatArray]
    reduced: FloatArray


class HullBounds:
    """Decisions within bounds (`lower`, `upper`) and their rules, the trees of all parts, the leaves in the LP."""

    def __init__(self, problem: Problem, decisions: Decisions, trees: list[PeriodTree]) -> None:
        """All that the problem allows, and no leaf in the LP."""
        self.problem, self.decisions, self.trees = problem, decisions, trees
        compiled = problem.compiled
        self.constant = compiled.constant + sum(tree.part.constant for tree in trees)
        self.cost = compiled.cost[decisions.columns]
        self.lower, self.upper = compiled.lower[decisions.columns].copy(), compiled.upper[decisions.columns].copy()
        self.row_lower, self.row_upper = compiled.row_lower[decisions.rules], compiled.row_upper[decisions.rules]
        self.here: dict[int, InHull] = {}

    def of_decisions(self, prices: list[FloatArray], duals: FloatArray) -> tuple[float, FloatArray]:
        """Least cost of the decisions at prices of the copies, by any duals of the rules, and their reduced costs."""
        duals = clipped(duals, self.row_lower, self.row_upper)
        reduced = self.cost - csr_array(self.decisions.matrix).T @ duals
        for tree, each in zip(self.trees, prices, strict=True):
            reduced[tree.part.places.copies] -= each
        least = float(np.minimum(reduced * self.lower, reduced * self.upper).sum())
        return self.constant + worth_of_rows(duals, self.row_lower, self.row_upper) + least, reduced

    def bounds_of_leaves(self, number: int, prices: FloatArray, duals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bound of each leaf of a part within the bounds held: by the best cut, or its cuts weighed as in the LP.

        And what it grows by for a unit of each copy, shape (leaves, copies).
        """
        tree = self.trees[number]
        lower, upper = self._boxes(number)
        told, slopes = tree.best_cuts(prices, lower, upper)
        part = tree.part
        for place, leaf in enumerate(tree.leaves):
            held = self.here.get(id(leaf))
            if held is None:
                continue
            weights = np.maximum(duals[list(held.cuts.values())], 0.0)
            if weights.sum() <= SOME:
                continue
            weights /= weights.sum()
            cuts = list(held.cuts)
            slope = weights @ part.slopes[cuts]
            slope[: tree.copies] += prices
            bound = float(weights @ part.constants[cuts])
            bound += float(np.maximum(slope, 0.0) @ lower[place] + np.minimum(slope, 0.0) @ upper[place])
            if bound > told[place]:
                told[place], slopes[place] = bound, slope
        told[np.any(lower > upper, axis=1)] = INFINITY
        return told, slopes[:, : tree.copies]

    def _boxes(self, number: int) -> tuple[FloatArray, FloatArray]:
        """Boxes of the leaves of a part within the bounds of the decisions, each of shape (leaves, whole columns)."""
        tree = self.trees[number]
        shape = (len(tree.leaves), tree.part.count)
        lower = np.array([leaf.lower for leaf in tree.leaves]).reshape(shape)
        upper = np.array([leaf.upper for leaf in tree.leaves]).reshape(shape)
        copies = tree.part.places.copies
        lower[:, : tree.copies] = np.maximum(lower[:, : tree.copies], self.lower[copies])
        upper[:, : tree.copies] = np.minimum(upper[:, : tree.copies], self.upper[copies])
        return lower, upper

    def otherwise(self, point: HullPoint) -> tuple[FloatArray, FloatArray]:
        """Lower bounds of all plans with a decision above its lower bound, and below its upper one; by decision.

        By the prices and duals of the point, within the bounds held.
        """
        above, below = np.full(len(self.cost), point.bound), np.full(len(self.cost), point.bound)
        now = np.minimum(point.reduced * self.lower, point.reduced * self.upper)
        for change, low, high in ((above, self.lower + 1, self.upper), (below, self.lower, self.upper - 1)):
            change += np.where(low <= high, np.minimum(point.reduced * low, point.reduced * high) - now, INFINITY)
            for number, tree in enumerate(self.trees):
                copies, slopes = tree.part.places.copies, point.slopes[number]
                lower, upper = (side[:, : tree.copies] for side in self._boxes(number))
                least, most = np.maximum(lower, low[copies]), np.minimum(upper, high[copies])
                moved = np.minimum(slopes * least, slopes * most) - np.minimum(slopes * lower, slopes * upper)
                told = point.leaf_bounds[number][:, None] + np.where(least <= most, moved, INFINITY)
                change[copies] += told.min(axis=0, initial=INFINITY) - point.least[number]
        return above, below
