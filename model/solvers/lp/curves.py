"""Convex curves of many steps in few columns: an LP sees the steps near to where it stands, and the others in bundles.

A curve is what many bounded columns of one row are together when they stand in that row alone and with one coefficient:
only their sum matters, and the cheapest are filled first, so that they are a convex, piecewise linear cost of the sum.
The steps of choice and of queues are such columns. An LP takes WIDTH columns a curve in place of all of its steps: each
holds the steps between two corners of the curve, one step each where the sum lies, more and more of them further away.

Bundles of steps at their mean price are chords, so an LP never says less than all steps would, and has a solution
where they have one. At row duals the cheapest point of the true curve is known, so is what the chords hide
(`shortfall`); where they hide something the corners move to the sum just found (`corners_at`): the sum costs no more
than before, so the value falls until nothing is hidden. Then plan, duals and bound are those of all steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import Compiled

NEIGHBOURS = np.array([-13, -4, -1, 0, 1, 2, 5, 14])
"""Corners in use besides both ends, counted from the one below the sum."""
WIDTH = len(NEIGHBOURS) + 1
DUST = 1e-10  # of what a curve can cost; less than that is rounding


@dataclass(frozen=True)
class Curves:
    """Curves of a form; `columns` are their compiled columns, curve by curve, the cheapest first.

    Curve c has corners first[c] … first[c + 1] - 1, one more than steps; `reach` and `cost` are sum and cost of the
    steps before each corner. It stands in row `row[c]` of the form with the coefficient `each[c]`.
    """

    columns: IntArray
    first: IntArray
    row: IntArray
    each: FloatArray
    reach: FloatArray
    cost: FloatArray

    @staticmethod
    def none() -> Curves:
        """No curves."""
        nothing = np.zeros(0, dtype=np.int64)
        return Curves(nothing, np.zeros(1, dtype=np.int64), nothing, np.zeros(0), np.zeros(0), np.zeros(0))

    @staticmethod
    def of(compiled: Compiled, columns: IntArray, matrix: csc_array) -> Curves:
        """Curves among some compiled columns, their entries in the rows of a form given."""
        upper, price = compiled.upper[columns], compiled.cost[columns]
        alone = np.diff(matrix.indptr) == 1
        fit = alone & (compiled.lower[columns] == 0) & np.isfinite(upper) & ~np.isin(columns, compiled.integer)
        some = np.flatnonzero(fit)
        row, each = matrix.indices[matrix.indptr[some]].astype(np.int64), matrix.data[matrix.indptr[some]]
        order = np.lexsort((price[some], each, row))
        some, row, each = some[order], row[order], each[order]
        begins = np.flatnonzero(np.append(True, (np.diff(row) != 0) | (np.diff(each) != 0))[: len(some)])
        length = np.diff(np.append(begins, len(some)))
        long = length > WIDTH
        if not long.any():
            return Curves.none()
        some = some[np.repeat(long, length)]
        first = np.concatenate(([0], np.cumsum(length[long] + 1)))
        size, cost = np.zeros(first[-1]), np.zeros(first[-1])
        steps = np.ones(first[-1], dtype=np.bool_)
        steps[first[:-1]] = False
        size[steps], cost[steps] = upper[some], upper[some] * price[some]
        run = np.repeat(first[:-1], np.diff(first))
        reach, cost = np.cumsum(size), np.cumsum(cost)
        # each curve from 0 on: what all curves before it add up to goes
        return Curves(columns[some], first, row[begins[long]], each[begins[long]], reach - reach[run], cost - cost[run])

    def __len__(self) -> int:
        """Number of curves."""
        return len(self.row)

    def corners_evenly(self) -> IntArray:
        """Corners spread evenly over each curve, shape (curves, WIDTH + 1)."""
        parts = np.arange(WIDTH + 1) / WIDTH
        steps = np.diff(self.first) - 1
        return np.asarray(self.first[:-1, None] + np.round(steps[:, None] * parts).astype(np.int64))

    def corners_at(self, curves: IntArray, sums: FloatArray) -> IntArray:
        """Corners of some curves, close together where their sums lie, shape (curves, WIDTH + 1)."""
        first, last = self.first[curves], self.first[curves + 1] - 1
        number, whole = np.repeat(np.arange(len(self)), np.diff(self.first)), self.reach[self.first[1:] - 1]
        parts = np.clip(sums / whole[curves], 0.0, 1.0)  # so that one search serves all curves
        below = np.searchsorted(number + 0.5 * self.reach / whole[number], curves + 0.5 * parts, side="right") - 1
        near = np.clip(below[:, None] + NEIGHBOURS, first[:, None], last[:, None])
        return np.concatenate((first[:, None], near, last[:, None]), axis=1)

    def room(self, corners: IntArray) -> tuple[FloatArray, FloatArray]:
        """Cost of a unit and upper bound of the columns between corners, each of shape (curves, WIDTH)."""
        size, cost = np.diff(self.reach[corners], axis=1), np.diff(self.cost[corners], axis=1)
        return np.divide(cost, size, out=np.zeros_like(cost), where=size > 0), size

    def shortfall(self, corners: IntArray, rows: FloatArray) -> FloatArray:
        """By how much the true curves undercut their columns at row duals of the form, at most 0, shape (curves,)."""
        price = self.each * rows[self.row]
        worth = self.cost - np.repeat(price, np.diff(self.first)) * self.reach
        seen = worth[corners].min(axis=1)
        short = np.minimum.reduceat(worth, self.first[:-1]) - seen
        last = self.first[1:] - 1
        return np.asarray(
            np.where(-short > DUST * (np.abs(self.cost[last]) + np.abs(price) * self.reach[last]), short, 0.0)
        )

    def filled(self, sums: FloatArray) -> FloatArray:
        """Values of the steps at some sums, in order of `columns`."""
        steps = np.ones(len(self.reach), dtype=np.bool_)
        steps[self.first[:-1]] = False
        at = np.flatnonzero(steps)
        each = np.repeat(sums, np.diff(self.first) - 1)
        return np.clip(each - self.reach[at - 1], 0.0, self.reach[at] - self.reach[at - 1])
