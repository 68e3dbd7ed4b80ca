"""Nodes of branch and price, and what follows from their bounds without solving anything."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from model.network.graph import FloatArray, IntArray
from model.solvers.core.investment_space import InvestmentSpace

TINY = 1e-6
MOST_PASSES = 10


@dataclass
class Node:
    """A part of all plans: bounds of the steps and of the whole columns, and the LP's answer for it.

    `bound` is proven; `whole` and `steps` are the LP's values of the whole columns and of the steps.
    """

    bound: float
    lower: FloatArray
    upper: FloatArray
    least: FloatArray
    most: FloatArray
    whole: FloatArray = field(default_factory=lambda: np.zeros(0))
    steps: FloatArray = field(default_factory=lambda: np.zeros(0))
    basis: highspy.HighsBasis | None = None
    depth: int = 0

    def child(self, branch: int, value: float, *, up: bool) -> Node:
        """This node with whole column `branch` at least the whole number above `value`, or at most the one below."""
        least, most = self.least.copy(), self.most.copy()
        if up:
            least[branch] = np.ceil(value - TINY)
        else:
            most[branch] = np.floor(value + TINY)
        lower, upper = self.lower.copy(), self.upper.copy()
        return Node(self.bound, lower, upper, least, most, self.whole, self.steps, self.basis, self.depth + 1)

    def fractional(self) -> IntArray:
        """Whole columns whose LP value is not whole."""
        return np.flatnonzero(np.abs(self.whole - np.round(self.whole)) > TINY)


class Propagation:
    """Tightens bounds through the rows of the investment space: what no longer fits a budget cannot open."""

    def __init__(self, space: InvestmentSpace, whole: csr_array) -> None:
        """`whole` gives the whole compiled columns from the steps."""
        self._space = space
        self._matrix = csr_array(vstack([space.rows, whole]))
        self._count = space.rows.shape[0]
        self._row = np.repeat(np.arange(self._matrix.shape[0]), np.diff(self._matrix.indptr))
        self._column, self._value = self._matrix.indices, self._matrix.data
        self._integer = space.integer

    def root(self, compiled_lower: FloatArray, compiled_upper: FloatArray) -> Node:
        """The node of all plans."""
        space = self._space
        return Node(-np.inf, space.lower.copy(), space.upper.copy(), compiled_lower.copy(), compiled_upper.copy())

    def tighten(self, node: Node) -> bool:
        """Tighten the bounds of a node in place; False when nothing is left."""
        space = self._space
        for _ in range(MOST_PASSES):
            low = np.concatenate((space.row_lower, node.least))
            high = np.concatenate((space.row_upper, node.most))
            before = node.lower.sum(), node.upper.sum()
            if not self._pass(node, low, high):
                return False
            if before == (node.lower.sum(), node.upper.sum()):
                break
        return True

    def _pass(self, node: Node, low: FloatArray, high: FloatArray) -> bool:
        value, column, row = self._value, self._column, self._row
        positive = value > 0
        least = np.where(positive, value * node.lower[column], value * node.upper[column])
        most = np.where(positive, value * node.upper[column], value * node.lower[column])
        rows = len(low)
        total_least = np.bincount(row, weights=least, minlength=rows)
        total_most = np.bincount(row, weights=most, minlength=rows)
        slack = TINY * np.maximum(1.0, np.abs(total_least))
        if np.any(total_least > high + slack) or np.any(total_most < low - slack):
            return False
        with np.errstate(invalid="ignore"):
            room_up = (high - total_least)[row]  # how much an entry may rise above its least
            room_down = (total_most - low)[row]
            rise, fall = room_up / np.abs(value), room_down / np.abs(value)
            up_from, down_from = node.lower[column], node.upper[column]
            new_upper = np.where(positive, up_from + rise, down_from + fall)
            new_lower = np.where(positive, down_from - fall, up_from - rise)  # inf - inf says nothing: nan, below
        whole = self._integer[column]
        new_upper = np.where(whole, np.floor(new_upper + TINY), new_upper + TINY)
        new_lower = np.where(whole, np.ceil(new_lower - TINY), new_lower - TINY)
        np.minimum.at(node.upper, column, np.where(np.isnan(new_upper), np.inf, new_upper))
        np.maximum.at(node.lower, column, np.where(np.isnan(new_lower), -np.inf, new_lower))
        if np.any(node.lower > node.upper + TINY):
            return False
        np.maximum(node.upper, node.lower, out=node.upper)
        return True


class PseudoCosts:
    """What branching on each whole column did to the bound so far, per unit of its fraction."""

    def __init__(self, count: int) -> None:
        """No experience yet."""
        self._gain = np.zeros((2, count))
        self._times = np.zeros((2, count))

    def learn(self, column: int, part: float, gain: float, *, up: bool) -> None:
        """Branching that moved a column by `part` raised the bound by `gain`."""
        self._gain[int(up), column] += gain / max(part, TINY)
        self._times[int(up), column] += 1

    def trusted(self, column: int, times: int) -> bool:
        """Whether both ways were seen that often."""
        return bool(self._times[:, column].min() >= times)

    def scores(self, columns: IntArray, whole: FloatArray) -> FloatArray:
        """Expected worth of branching on each of some columns."""
        part = whole[columns] - np.floor(whole[columns])
        if not self._times.sum():
            return np.asarray(part * (1 - part))
        seen = np.maximum(self._times, 1)
        mean = self._gain.sum(axis=1) / np.maximum(self._times.sum(axis=1), 1)
        rate = np.where(self._times > 0, self._gain / seen, mean[:, None])[:, columns]
        return worth(rate[0] * part, rate[1] * (1 - part))


def worth(down: FloatArray, up: FloatArray) -> FloatArray:
    """Worth of a branching whose two sides gain so much: a product, so that both sides count."""
    return np.asarray(np.maximum(down, 1e-9) * np.maximum(up, 1e-9))
