"""The columns of curves in one LP: which steps each of them holds now, and how they move to where the LP stands."""

from __future__ import annotations

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.lp.curves import WIDTH
from model.solvers.lp.form import Form

FULL, EMPTY, BASIC = (getattr(highspy.HighsBasisStatus, word) for word in ("kUpper", "kLower", "kBasic"))


class BentCurves:
    """Curves of a form in a HiGHS model of it; corners lie evenly to begin with, as the form's program has them."""

    def __init__(self, form: Form, cost: FloatArray, solver: highspy.Highs) -> None:
        """`cost` is that of all compiled columns."""
        self._form, self._curves, self._cost, self._solver = form, form.curves, cost, solver
        self._corners = form.curves.corners_evenly()
        self._waiting: tuple[IntArray, IntArray, FloatArray] | None = None

    def sums(self, held: FloatArray) -> FloatArray:
        """Sum of each curve's columns, from the columns of the LP."""
        curved = held[self._form.curved : self._form.width]
        return np.asarray(curved.reshape(-1, WIDTH).sum(axis=1))

    def excess(self, held: FloatArray) -> float:
        """By how much values of the LP's columns cost less, as the curves really are, than the LP says."""
        curves = self._curves
        told = float(curves.room(self._corners)[0].ravel() @ held[self._form.curved : self._form.width])
        return told - float(self._cost[curves.columns] @ curves.filled(self.sums(held)))

    def hidden(self, rows: FloatArray) -> float:
        """What chords hide at the row duals of the LP just solved: its value may be that much lower, at most 0."""
        self._waiting = None
        if not len(self._curves):
            return 0.0
        short = self._curves.shortfall(self._corners, rows)
        some = np.flatnonzero(short)
        if len(some):
            sums = self.sums(np.array(self._solver.getSolution().col_value))[some]
            corners = self._curves.corners_at(some, sums)
            moved = (corners != self._corners[some]).any(axis=1)
            if moved.any():
                self._waiting = some[moved], corners[moved], sums[moved]
        return float(short.sum())

    @property
    def is_bent(self) -> bool:
        """Whether the corners stand where the LP that was last asked about wants them."""
        return self._waiting is None

    def bend(self) -> int:
        """Move corners to where the LP last asked about stands, where chords hid something; how many curves moved."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return 0
        self._move(*waiting)
        return len(waiting[0])

    def bend_to(self, values: FloatArray) -> None:
        """Move corners to where values of the compiled columns stand."""
        curves, everywhere = self._curves, np.arange(len(self._curves))
        if len(curves):
            sums = np.add.reduceat(values[curves.columns], curves.first[:-1] - everywhere)
            self._move(everywhere, curves.corners_at(everywhere, sums), sums)

    def _move(self, some: IntArray, corners: IntArray, sums: FloatArray) -> None:
        """Give some curves other corners; a basis that was feasible with these sums stays so."""
        solver = self._solver
        self._corners[some] = corners
        cost, room = self._curves.room(corners)
        places = (self._form.curved + some[:, None] * WIDTH + np.arange(WIDTH)).astype(np.int32)
        basis = solver.getBasis()
        if basis.valid:
            basis.col_status = _bent(list(basis.col_status), places.tolist(), room, sums)
        solver.changeColsCost(places.size, places.ravel(), cost.ravel())
        solver.changeColsBounds(places.size, places.ravel(), np.zeros(places.size), room.ravel())
        if basis.valid:
            solver.setBasis(basis)


def _bent(
    status: list[highspy.HighsBasisStatus], places: list[list[int]], room: FloatArray, sums: FloatArray
) -> list[highspy.HighsBasisStatus]:
    """The status of all columns where the columns at some places, WIDTH a curve, got other room for the same sums."""
    before = np.cumsum(room, axis=1) - room
    inside = np.maximum((before <= sums[:, None]).sum(axis=1) - 1, 0)
    corner = np.abs(np.append(before, before[:, -1:] + room[:, -1:], axis=1) - sums[:, None]).argmin(axis=1)
    for own, within, upto in zip(places, inside.tolist(), corner.tolist(), strict=True):
        is_basic = any(status[place] == BASIC for place in own)
        for number, place in enumerate(own):
            status[place] = FULL if number < (within if is_basic else upto) else EMPTY
        if is_basic:
            status[own[within]] = BASIC
    return status
