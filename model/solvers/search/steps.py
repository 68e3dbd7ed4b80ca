"""Columns that stay outside an LP until they matter: those of one row, between two bounds, as the steps of a curve.

An optimum holds nearly all of them at a bound, and the LP is several times as fast without these. Each is left out at
the bound where an optimum had it: what it adds there to its row has moved the row's sides and the cost. What joins
again is the distance from that bound, from 0 to its size.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array

from model.network.graph import BoolArray, FloatArray, IntArray

LEAST = 500  # columns below which leaving them out gives nothing
STAYING = 4  # of a row, those nearest to paying either way
TOLERANCE = 1e-7  # relative; of a reduced cost


class Steps:
    """Columns left out of the LP of a solver; `there` says which of them have joined it again."""

    def __init__(self) -> None:
        """Nothing is left out."""
        self.there: BoolArray = np.zeros(0, dtype=np.bool_)
        self._row, self._entry = np.zeros(0, dtype=np.int32), np.zeros(0)
        self._cost, self._size = np.zeros(0), np.zeros(0)

    def leave_out(
        self, solver: highspy.Highs, matrix: csc_array, first: int, lower: FloatArray, upper: FloatArray,
        cost: FloatArray, sides: tuple[FloatArray, FloatArray],
    ) -> IntArray:  # fmt: skip
        """Take columns out of the LP just solved; which ones, by their numbers in the LP.

        `matrix` and `cost` hold the columns of the LP that may go from number `first` on, `lower` and `upper` are their
        bounds, and `sides` those of all rows. The basis of the optimum stays.
        """
        size = np.diff(matrix.indptr)[first:]
        entries, rows = np.zeros(len(size)), np.full(len(size), -1)
        single = np.flatnonzero((size == 1) & np.isfinite(lower) & np.isfinite(upper) & (upper > lower))
        at = matrix.indptr[first + single]
        entries[single], rows[single] = matrix.data[at], matrix.indices[at]
        solution, basis = solver.getSolution(), solver.getBasis()
        reduced = np.array(solution.col_dual)[first : first + len(size)]
        status = np.array([int(each) for each in basis.col_status])
        basic = status[first : first + len(size)] == int(highspy.HighsBasisStatus.kBasic)
        order = single[np.lexsort((np.abs(reduced[single]), rows[single]))]
        begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
        rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
        gone = np.sort(order[(rank >= STAYING) & ~basic[order]])
        if len(gone) < LEAST:
            return np.zeros(0, dtype=np.int64)
        far = reduced[gone] < 0
        bound, sign = np.where(far, upper[gone], lower[gone]), np.where(far, -1.0, 1.0)
        self._row, self._entry = rows[gone].astype(np.int32), sign * entries[gone]
        self._cost, self._size = sign * cost[first + gone], upper[gone] - lower[gone]
        self.there = np.zeros(len(gone), dtype=np.bool_)
        moved = np.bincount(rows[gone], entries[gone] * bound, minlength=len(sides[0]))
        for row in np.unique(self._row).tolist():
            solver.changeRowBounds(row, sides[0][row] - moved[row], sides[1][row] - moved[row])
        offset = float(cost[first + gone] @ bound)
        solver.changeObjectiveOffset(solver.getObjectiveOffset()[1] + offset)
        columns = (first + gone).astype(np.int32)
        solver.deleteCols(len(columns), columns)
        stays = np.ones(len(status), dtype=np.bool_)
        stays[columns] = False
        basis.col_status = [each for each, kept in zip(basis.col_status, stays.tolist(), strict=True) if kept]
        solver.setBasis(basis)
        return first + gone

    def wanted(self, duals: FloatArray, *, free: bool = False) -> IntArray:
        """Which of those left out would lower the LP at some row duals; with `free` they cost nothing themselves."""
        cost = 0.0 if free else self._cost
        reduced = cost - self._entry * duals[self._row]
        return np.flatnonzero((reduced < -TOLERANCE * np.maximum(1.0, np.abs(self._cost))) & ~self.there)

    def join(self, solver: highspy.Highs, numbers: IntArray) -> None:
        """Let some of them join the LP."""
        count = len(numbers)
        solver.addCols(
            count, self._cost[numbers], np.zeros(count), self._size[numbers], count, np.arange(count, dtype=np.int32),
            self._row[numbers], self._entry[numbers],
        )  # fmt: skip
        self.there[numbers] = True
