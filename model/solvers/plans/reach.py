"""How far the side of a row can move before the basis of an optimum is not feasible any more: so far its duals hold."""

from __future__ import annotations

from collections.abc import Iterable

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.linear_program import matrix_of
from model.solvers.lp.route_lp import RouteLP

TINY = 1e-9  # what moves a column or row no more than that per unit does not move it
EXACT = 1e-6


class Reach:
    """The optimum that an LP holds, with what its basic columns and rows are away from their bounds."""

    def __init__(self, held: RouteLP, never: IntArray) -> None:
        """Read the LP, its solution and its basis; columns `never` must stay at 0 although their bounds allow more."""
        self._solver, self._place = held.solver, held.rows.place
        lp = held.with_all_rows()  # those that wait can be reached too
        self._matrix = matrix_of(lp)
        values = np.concatenate((held.columns(), held.activity()[np.append(held.rows.order, held.rows.waiting)]))
        lower = np.concatenate((np.array(lp.col_lower_), np.array(lp.row_lower_)))
        upper = np.concatenate((np.array(lp.col_upper_), np.array(lp.row_upper_)))
        upper[never] = np.minimum(upper[never], 0.0)
        self._below, self._above = np.maximum(values - lower, 0.0), np.maximum(upper - values, 0.0)
        basic = np.array(self._solver.getBasicVariables()[1])  # type: ignore[attr-defined]
        self._basic, self._columns = np.flatnonzero(basic >= 0), basic[basic >= 0]
        self._held = np.arange(lp.num_row_) < len(held.rows.order)
        self._held[-1 - basic[basic < 0]] = False

    def of(self, rows: Iterable[int]) -> dict[int, tuple[float, float]]:
        """By row: how far its side can move down and up, in its unit; 0 where it holds nothing or that is unknown."""
        return {row: self._of(int(self._place[row])) for row in rows}

    def _of(self, row: int) -> tuple[float, float]:
        """The same for a row by its place in the LP, -1 where it waits."""
        if row < 0 or not self._held[row]:
            return 0.0, 0.0
        status, column = self._solver.getBasisInverseCol(row)  # type: ignore[attr-defined]
        if status != highspy.HighsStatus.kOk:
            return 0.0, 0.0
        moved = np.zeros(self._matrix.shape[1])
        moved[self._columns] = column[self._basic]
        activity = self._matrix @ moved
        wanted = np.zeros(len(activity))
        wanted[row] = 1.0
        if np.abs(activity - wanted)[self._held].max(initial=0.0) > EXACT:
            return 0.0, 0.0  # rounding: the basis is too poor to say anything
        activity[self._held] = 0.0  # a row at its side stays there: that is moved
        every = np.concatenate((moved, activity))
        return self._room(-every), self._room(every)

    def _room(self, moved: FloatArray) -> float:
        """How many times all can move like this before one of them is at a bound."""
        up, down = moved > TINY, moved < -TINY
        room = np.concatenate((self._above[up] / moved[up], self._below[down] / -moved[down]))
        return float(room.min(initial=np.inf))
