"""An LP over routes without the columns that stay at a bound: those of one row, as the steps of a curve.

An optimum holds nearly all of them at a bound, and the LP is several times as fast without these. Each is left out at
the bound where an optimum had it: what it adds there to its row has moved the row's sides and the cost. What joins
again is the distance from that bound, from 0 to its size.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.lp.lazy_rows import STEPS, single_entries
from model.solvers.lp.route_lp import RouteLP

LEAST = 500  # columns below which leaving them out gives nothing
STAYING = STEPS  # of a row, those nearest to paying either way; rows of more never wait
TOLERANCE = 1e-7  # relative; of a reduced cost
STEP = -1  # in the place of a block's number: a column that was left out, by its number among those


class LeanLP(RouteLP):
    """An LP over routes that can leave columns out. For work with its prices: values of its columns are not spread.

    Of each column left out it keeps row, entry, cost and size, and whether it has joined again.
    """

    _row: IntArray = np.zeros(0, dtype=np.int64)
    _entry = _cost = _size = np.zeros(0)
    _there: BoolArray = np.zeros(0, dtype=np.bool_)

    def leave_out(self) -> int:
        """Take columns out of the LP just solved; how many. The basis of the optimum stays."""
        solver, program, first = self.solver, self.form.program, self.form.space.size
        lower, upper = program.lower[first:], program.upper[first:]
        matrix = csc_array(program.matrix)
        rows, entries = single_entries(matrix, first)
        single = np.flatnonzero((rows >= 0) & np.isfinite(lower) & np.isfinite(upper) & (upper > lower))
        basis = solver.getBasis()
        reduced = np.array(solver.getSolution().col_dual)[first : self.first]
        status = np.array([int(each) for each in basis.col_status])
        basic = status[first : self.first] == int(highspy.HighsBasisStatus.kBasic)
        order = single[np.lexsort((np.abs(reduced[single]), rows[single]))]
        begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
        rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
        gone = np.sort(order[(rank >= STAYING) & ~basic[order]])
        if len(gone) < LEAST:
            return 0
        self._hold_at_bounds(gone, rows, entries, reduced[gone] < 0)
        columns = (first + gone).astype(np.int32)
        solver.deleteCols(len(columns), columns)
        stays = np.ones(len(status), dtype=np.bool_)
        stays[columns] = False
        basis.col_status = [each for each, kept in zip(basis.col_status, stays.tolist(), strict=True) if kept]
        solver.setBasis(basis)
        self.rows.keep_columns(np.flatnonzero(stays[: self.first]))
        self.first -= len(gone)
        return len(gone)

    def _hold_at_bounds(self, gone: IntArray, rows: IntArray, entries: FloatArray, far: BoolArray) -> None:
        """Move the sides of rows and the cost to where columns stand that go, `far` ones at their upper bounds."""
        solver, program, first = self.solver, self.form.program, self.form.space.size
        lower, upper, cost = (side[first + gone] for side in (program.lower, program.upper, program.cost))
        bound, sign = np.where(far, upper, lower), np.where(far, -1.0, 1.0)
        self._row, self._entry = rows[gone], sign * entries[gone]
        self._cost, self._size = sign * cost, upper - lower
        self._there = np.zeros(len(gone), dtype=np.bool_)
        moved = np.bincount(self._row, entries[gone] * bound, minlength=len(program.row_lower))
        some = np.unique(self._row)
        self.rows.set_sides(some, program.row_lower[some] - moved[some], program.row_upper[some] - moved[some])
        solver.changeObjectiveOffset(solver.getObjectiveOffset()[1] + float(cost @ bound))

    def rejoin(self, rows: FloatArray, *, free: bool = False) -> int:
        """Let those left out join that would lower the LP at row duals; with `free` they cost nothing themselves."""
        cost = 0.0 if free else self._cost
        reduced = cost - self._entry * rows[self._row]
        wanted = np.flatnonzero((reduced < -TOLERANCE * np.maximum(1.0, np.abs(self._cost))) & ~self._there)
        if count := len(wanted):
            places = self.rows.place[self._row[wanted]].astype(np.int32)
            self.solver.addCols(
                count, self._cost[wanted], np.zeros(count), self._size[wanted], count,
                np.arange(count, dtype=np.int32), places, self._entry[wanted],
            )  # fmt: skip
            self._there[wanted] = True
            self.routes.extend((STEP, one) for one in wanted.tolist())
        return count

    def _forget(self, number: int, route: int) -> None:
        """A column was dropped."""
        if number == STEP:
            self._there[route] = False
        else:
            super()._forget(number, route)
