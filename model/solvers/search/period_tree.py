"""The whole decisions of one part of the model as a tree that stays: leaves, cuts and states serve all later prices.

The leaves are boxes of the part's whole columns that hold all its plans, each once. The bound of a leaf at any prices
of the copies is the best that the part's cuts say over its box, so that it holds however early the search was ended.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import MOST_ITERATIONS, Status
from model.solvers.plans.decisions import WHOLE
from model.solvers.search.gains import SURE_GAIN, Gains
from model.solvers.search.subproblem import Basis, Point, Subproblem

TRIALS = 8  # columns of the best score, that are tried again at other prices
TRIAL_ITERATIONS = 500  # over the routes known; a fifth of the time that an LP with its pricing takes
LPS_A_LEAF = 2  # in a round, for each leaf that the LP over leaves uses
SPLIT = 0.01  # copies of a point that are nearer to whole numbers are not halved at
Steps = Generator[Subproblem, Status, None]


@dataclass(eq=False)
class Leaf:
    """A box of the whole columns; `whole` is the LP's point at prices number `at`, with that bound.

    `wide_lower` and `wide_upper` are the box without what was taken from it because no plan there is worth it.
    """

    lower: FloatArray
    upper: FloatArray
    wide_lower: FloatArray
    wide_upper: FloatArray
    basis: Basis | None = None
    whole: FloatArray = field(default_factory=lambda: np.zeros(0))
    at: int = -1
    bound: float = -np.inf
    depth: int = 0

    @staticmethod
    def whole_box(lower: FloatArray, upper: FloatArray) -> Leaf:
        """A leaf of which nothing was taken yet."""
        return Leaf(lower.copy(), upper.copy(), lower.copy(), upper.copy())

    @property
    def was_narrowed(self) -> bool:
        """Whether something was taken from the box."""
        return bool(np.any(self.lower > self.wide_lower) or np.any(self.upper < self.wide_upper))

    def part(self, column: int, *, up: bool) -> Leaf:
        """The half of the box above or below the value of a column."""
        lower, upper, wide_lower, wide_upper = (
            side.copy() for side in (self.lower, self.upper, self.wide_lower, self.wide_upper)
        )
        half = Leaf(lower, upper, wide_lower, wide_upper, self.basis, depth=self.depth + 1)
        if up:
            half.lower[column] = half.wide_lower[column] = np.ceil(self.whole[column] - WHOLE)
        else:
            half.upper[column] = half.wide_upper[column] = np.floor(self.whole[column] + WHOLE)
        return half


def state_key(copies: FloatArray) -> bytes:
    """Whole values of a part's copies as a key."""
    return np.round(copies).astype(np.int16).tobytes()


class PeriodTree:
    """Leaves of one part, and what its whole plans cost (`states`: copies as bytes → million USD).

    `cut_at` are the states at which a cut says what they cost, ships in fractions: those of a plan evaluated elsewhere
    have none. `aside` are leaves that were put aside because no plan in them is worth it, though some may be possible.
    `trials` counts LPs over known routes that were solved to choose a column.
    """

    def __init__(self, part: Subproblem) -> None:
        """Begin with one leaf that holds everything."""
        self.part, self._gains = part, Gains(part.count)
        self.copies = len(part.places.copies)
        self.leaves = [Leaf.whole_box(part.lower, part.upper)]
        self.aside: list[Leaf] = []
        self.states: dict[bytes, float] = {}
        self.cut_at: set[bytes] = set()
        self._prices, self._number, self.trials = np.zeros(self.copies), 0, 0

    def bounds(self, prices: FloatArray) -> FloatArray:
        """Lower bound of each leaf at prices of the copies, shape (leaves,): the best of the cuts over its box."""
        lower, upper = (np.array([getattr(leaf, side) for leaf in self.leaves]) for side in ("lower", "upper"))
        return self.bounds_within(prices, lower.reshape(-1, self.part.count), upper.reshape(-1, self.part.count))

    def bounds_within(self, prices: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """The same for any boxes, each of shape (boxes, whole columns)."""
        return self.best_cuts(prices, lower, upper)[0]

    def best_cuts(self, prices: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same with the slopes that the bounds come from, shape (boxes, whole columns), prices within."""
        if not len(self.part.constants):
            return np.full(len(lower), -np.inf), np.zeros((len(lower), self.part.count))
        told, slopes = self._told(prices, lower, upper)
        best = told.argmax(axis=0)
        return np.asarray(told[best, np.arange(len(lower))]), np.asarray(slopes[best])

    def best_at(self, prices: FloatArray, lower: FloatArray, upper: FloatArray) -> IntArray:
        """Numbers of the cuts that these bounds come from, shape (boxes,)."""
        return np.asarray(self._told(prices, lower, upper)[0].argmax(axis=0))

    def _told(self, prices: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What each cut says of each box at prices of the copies, shape (cuts, boxes), and its slopes with these."""
        slopes = self.part.slopes.copy()
        slopes[:, : self.copies] += prices
        told = self.part.constants[:, None] + np.maximum(slopes, 0.0) @ lower.T + np.minimum(slopes, 0.0) @ upper.T
        return told, slopes

    def floor(self, decisions: FloatArray) -> float:
        """Lower bound of the part's cost at values of all decisions, by its cuts, what is fixed in it counted."""
        part = self.part
        own = part.slopes[:, self.copies :]
        lower, upper = part.lower[self.copies :], part.upper[self.copies :]
        told = part.constants + part.slopes[:, : self.copies] @ decisions[part.places.copies]
        told += np.maximum(own, 0.0) @ lower + np.minimum(own, 0.0) @ upper
        return part.constant + float(told.max(initial=-np.inf))

    def cheapest_state(self, prices: FloatArray) -> float:
        """Least cost of a known state at prices of the copies; inf without any."""
        if not self.states:
            return np.inf
        values = np.array([np.frombuffer(key, dtype=np.int16) for key in self.states], dtype=float)
        return float((np.array(list(self.states.values())) + values @ prices).min())

    def know(self, copies: FloatArray, cost: float, *, cut: bool = False) -> None:
        """Remember what a state costs at most, million USD, without prices, and whether a cut is tight there."""
        key = state_key(copies)
        self.states[key] = min(cost, self.states.get(key, np.inf))
        if cut:
            self.cut_at.add(key)

    def narrow(self, lower: FloatArray, upper: FloatArray) -> None:
        """Keep the copies within these bounds from now on; leaves that hold no such plan go."""
        for leaf in self.leaves:
            head = slice(self.copies)
            np.maximum(leaf.lower[head], lower, out=leaf.lower[head])
            np.minimum(leaf.upper[head], upper, out=leaf.upper[head])
        some = [bool(np.all(leaf.lower <= leaf.upper)) for leaf in self.leaves]
        self.aside += [leaf for leaf, stays in zip(self.leaves, some, strict=True) if not stays]
        self.leaves = [leaf for leaf, stays in zip(self.leaves, some, strict=True) if stays]

    def set_prices(self, prices: FloatArray) -> None:
        """Work at these prices of the copies from now on."""
        if not np.array_equal(prices, self._prices):
            self._gains.age()
        self._prices, self._number = prices.copy(), self._number + 1
        self.part.charge(prices)

    def charged(self, copies: FloatArray) -> float:
        """What copies at these values cost at the prices set."""
        return float(self._prices @ np.round(copies))

    def refine(self, ceiling: float, most: int, near: float) -> Steps:
        """Solve and branch the leaves of least bound until all reach `ceiling` or `most` LPs are solved."""
        heap = [(float(bound), number, leaf) for number, (bound, leaf) in
                enumerate(zip(self.bounds(self._prices), self.leaves, strict=True))]  # fmt: skip
        heapq.heapify(heap)
        count, solved = len(heap), 0
        while heap and heap[0][0] < ceiling and solved < most:
            bound, _, leaf = heapq.heappop(heap)
            if leaf.at != self._number:
                solved += 1
                yield from self.solve(leaf, ceiling, near)
                again = [leaf] if leaf in self.leaves else []
            elif not len(self.fractional(leaf)):
                continue
            else:
                solved += 2
                again = yield from self.branch(leaf, ceiling, near)
            for one in again:
                count += 1
                heapq.heappush(heap, (max(bound, one.bound), count, one))

    def sharpen(self, used: list[tuple[Leaf, FloatArray]], ceiling: float, near: float) -> Steps:
        """Solve leaves that a point of the LP over leaves uses, and halve them where it splits their copies.

        `used`: leaves, each with its copies in the point. At the point's prices many leaves cost the same, and each has
        many optima; only halves that the point does not fit into take it out of the LP. LPs that are left go to leaves
        of least bound.
        """
        for leaf, _ in used:
            if leaf in self.leaves:
                yield from self.solve(leaf, np.inf, near)
        spare = LPS_A_LEAF * len(used)
        for leaf, copies in used:
            split = np.clip(copies, leaf.lower[: self.copies], leaf.upper[: self.copies])
            if leaf in self.leaves and len(leaf.whole) and np.any(np.abs(split - np.round(split)) > SPLIT):
                leaf.whole = np.append(split, leaf.whole[self.copies :])
                spare -= 2
                yield from self.branch(leaf, np.inf, near)
        yield from self.refine(ceiling, spare, near)

    def solve(self, leaf: Leaf, ceiling: float, near: float) -> Steps:
        """Solve the LP of a leaf; it goes when it holds no plan."""
        point: Point = yield from self.part.solve(leaf.lower, leaf.upper, leaf.basis, ceiling, near)
        if np.isposinf(point.bound):
            self.aside += [leaf] if leaf.was_narrowed else []  # before it goes: a stop may come at any moment
            self.leaves.remove(leaf)
            leaf.bound = np.inf
            return
        leaf.at, leaf.bound = self._number, point.bound
        if np.isposinf(point.value):  # without a plan, as it seems, but unproven
            leaf.whole, leaf.basis = np.zeros(0), None
            return
        leaf.whole, leaf.basis = point.whole, point.basis
        if not len(self.fractional(leaf)):
            copies = point.whole[: self.copies]
            self.know(copies, point.value - self.charged(copies), cut=True)

    def fractional(self, leaf: Leaf) -> IntArray:
        """Columns that are not whole at the leaf's point."""
        return np.flatnonzero(np.abs(leaf.whole - np.round(leaf.whole)) > WHOLE)

    def branch(self, leaf: Leaf, ceiling: float, near: float) -> Generator[Subproblem, Status, list[Leaf]]:
        """Put two halves in the place of a leaf, and solve those whose cuts do not reach the ceiling; those left."""
        column = yield from self._choose(leaf, ceiling)
        value = float(leaf.whole[column])
        halves = [leaf.part(column, up=up) for up in (True, False)]
        self.leaves = [one for one in self.leaves if one is not leaf] + halves  # at once: a stop may come at any moment
        for half, up in zip(halves, (True, False), strict=True):
            box = half.lower[None, :], half.upper[None, :]
            half.bound = float(self.bounds_within(self._prices, *box)[0])
            if half.bound < ceiling:
                yield from self.solve(half, ceiling, near)
                if np.isfinite(half.bound):
                    self._gains.learn(column, value, half.bound - leaf.bound, up=up)
        return [half for half in halves if np.isfinite(half.bound)]

    def _choose(self, leaf: Leaf, ceiling: float) -> Generator[Subproblem, Status, int]:
        """Column of the best score by what branching gained; tried where that is not known at these prices."""
        fractional = self.fractional(leaf)
        values = leaf.whole[fractional]
        for column in self._gains.unknown(fractional, values, TRIALS):
            for up in (False, True):
                self.trials += 1
                gain = yield from self._try(leaf, column, up=up, ceiling=ceiling)
                self._gains.learn(column, float(leaf.whole[column]), gain, up=up)
        return int(fractional[int(np.argmax(self._gains.score(fractional, values)))])

    def _try(self, leaf: Leaf, column: int, *, up: bool, ceiling: float) -> Generator[Subproblem, Status, float]:
        """What a half of a leaf gains over the routes known; no more than counts where it holds no plan."""
        half, solver = leaf.part(column, up=up), self.part.solver
        self.part.lp.bound(half.lower, half.upper)
        self.part.restart(leaf.basis)
        solver.setOptionValue("simplex_iteration_limit", TRIAL_ITERATIONS)
        try:
            status = yield self.part
        finally:
            solver.setOptionValue("simplex_iteration_limit", MOST_ITERATIONS)
        if status == Status.kInfeasible:
            return max(SURE_GAIN, ceiling - leaf.bound if np.isfinite(ceiling) else 0.0)
        return max(0.0, float(solver.getInfo().objective_function_value) - leaf.bound)
