"""Rows that an LP over routes does without until a solution breaks them (lazy constraints).

A route stands in each capacity that it passes, and few of these are ever reached: without the others the LP is solved
in half the time. A row that a solution breaks joins for good. Until then its dual is 0, so bounds that are counted from
duals hold.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.highs import SolverError
from model.solvers.lp.form import Form
from model.solvers.problem import Problem

STEPS = 4  # columns that stand in one row alone: a row of more is a curve, needed as soon as there is a load
BROKEN, LEAST_BROKEN = 1e-9, 1e-7  # relative, and in the row's unit as HiGHS holds rows; one broken by less holds


class LazyRows:
    """Which rows of a form a HiGHS model holds, and where.

    `order` are the rows that are there, as they stand in the model, and `waiting` the others; `place` gives the place
    of each row, -1 where it waits.
    """

    def __init__(self, form: Form, solver: highspy.Highs, wait: BoolArray | None = None) -> None:
        """Pass the form's program to the model, without the rows that `wait`."""
        program = form.program
        self._form, self._solver = form, solver
        self._lower, self._upper = program.row_lower.copy(), program.row_upper.copy()
        self._columns = np.arange(form.width)
        there = np.ones(len(self._lower), dtype=np.bool_) if wait is None else ~wait
        self.order = np.flatnonzero(there)
        program.with_rows(self.order).pass_to(solver, "an LP over routes")
        self._lay_out()

    def _lay_out(self) -> None:
        """Places and coefficients by the rows that are there."""
        form, count = self._form, len(self._form.rows)
        self.place = np.full(len(self._lower), -1, dtype=np.int64)
        self.place[self.order] = np.arange(len(self.order))
        self.waiting = np.flatnonzero(self.place < 0)  # of the form's: others join at once
        rows = np.flatnonzero(self.place[:count] >= 0)
        shape = (count, len(self.order))
        there = csr_array((np.ones(len(rows)), (rows, self.place[rows])), shape=shape)
        self.through = {number: csr_array(each @ there) for number, each in form.through.items()}
        self._through_waiting = {number: csc_array(each)[:, self.waiting] for number, each in form.through.items()}
        self.keep_columns(self._columns)

    def everywhere(self, values: FloatArray, waiting: float = 0.0) -> FloatArray:
        """Values of the rows that are there, spread over all rows, with that value for those that wait."""
        result = np.full(len(self._lower), waiting)
        result[self.order] = values
        return result

    def keep_columns(self, columns: IntArray) -> None:
        """Say which of the form's columns the model still holds, in its order."""
        self._columns = columns
        self._rest_waiting = csr_array(csr_array(self._form.program.matrix)[self.waiting][:, columns])

    def set_sides(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Sides of some rows."""
        self._lower[rows], self._upper[rows] = lower, upper
        there = self.place[rows] >= 0
        places = self.place[rows][there].astype(np.int32)
        self._solver.changeRowsBounds(len(places), places, lower[there], upper[there])  # type: ignore[attr-defined]

    def reached(self, held: FloatArray, loads: Mapping[int, FloatArray]) -> FloatArray:
        """Activity of the rows that wait, from the model's columns and the loads by block."""
        of_loads = sum(self._through_waiting[number].T @ each for number, each in loads.items())
        return np.asarray(self._rest_waiting @ held[: len(self._columns)] + of_loads)

    def broken(self, held: FloatArray, loads: Mapping[int, FloatArray]) -> IntArray:
        """Rows that wait though the model's columns and the loads by block break them."""
        reached, (lower, upper) = self.reached(held, loads), (self._lower[self.waiting], self._upper[self.waiting])
        slack = np.maximum(LEAST_BROKEN, BROKEN * np.abs(reached))
        return np.asarray(self.waiting[(reached > upper + slack) | (reached < lower - slack)])

    def entries(self, rows: IntArray, routes: Mapping[int, tuple[IntArray, csr_array]], width: int) -> csr_array:
        """Coefficients of rows that wait in a model of `width` columns, with the columns of routes and their loads.

        Routes come by block, their loads in shape (routes, loads).
        """
        at = np.searchsorted(self.waiting, rows)
        rest = coo_array(self._rest_waiting[at])
        parts = [(rest.data, *rest.coords)]
        for number, (columns, loads) in routes.items():
            part = coo_array(loads @ self._through_waiting[number][:, at])
            parts.append((part.data, part.coords[1], columns[part.coords[0]]))
        values, at_row, at_column = (np.concatenate(each) for each in zip(*parts, strict=True))
        return csr_array((values, (at_row, at_column)), shape=(len(rows), width))

    def add_to(self, solver: highspy.Highs, rows: IntArray, entries: csr_array) -> None:
        """Add rows with these coefficients to a model that has the same columns. Raises SolverError."""
        status = solver.addRows(
            len(rows), self._lower[rows], self._upper[rows], entries.nnz, entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused rows")

    def append(self, upper: FloatArray, entries: csr_array) -> None:
        """Let rows join that are none of the form's, with these coefficients; their numbers follow."""
        count = len(upper)
        new = len(self._lower) + np.arange(count)
        self._lower = np.append(self._lower, np.full(count, -np.inf))
        self._upper = np.append(self._upper, upper)
        self.add_to(self._solver, new, entries)
        self.order = np.append(self.order, new)
        self._lay_out()

    def join(self, rows: IntArray, entries: csr_array) -> None:
        """Let rows that wait join, with these coefficients."""
        self.add_to(self._solver, rows, entries)
        self.order = np.append(self.order, rows)
        self._lay_out()


def may_wait(problem: Problem, form: Form, needed: Collection[int]) -> BoolArray:
    """Rows that a model can begin without, shape (rows,): those of loads, but for curves and compiled rows `needed`.

    Equations never, and none where columns could then grow for ever.
    """
    program, count = form.program, len(form.rows)
    waits = np.zeros(len(program.row_lower), dtype=np.bool_)
    if not _is_bounded(form):
        return waits
    here = waits[:count]
    for through in form.through.values():
        here[through.indices] = True
    for number in form.through:
        served = form.row_of[problem.compiled.blocks[number].serve_row]
        here[served[served >= 0]] = False
    here[program.row_lower[:count] == program.row_upper[:count]] = False
    here[form.curves.row] = False
    rows, _ = single_entries(csc_array(program.matrix), form.space.size)
    steps = np.bincount(rows[rows >= 0], minlength=len(waits))
    waits[steps > STEPS] = False
    here[np.isin(form.rows, np.fromiter(needed, dtype=np.int64))] = False
    return waits


def _is_bounded(form: Form) -> bool:
    """Whether no column pays more and more, whatever rows there are."""
    program = form.program
    falls = np.where(program.cost > 0, np.isneginf(program.lower), (program.cost < 0) & np.isposinf(program.upper))
    return not np.any(falls)


def single_entries(matrix: csc_array, first: int) -> tuple[IntArray, FloatArray]:
    """Row (else -1) and entry of columns from number `first` on that stand in one row."""
    size = np.diff(matrix.indptr)[first:]
    rows, entries = np.full(len(size), -1), np.zeros(len(size))
    at = matrix.indptr[:-1][first:][size == 1]
    rows[size == 1], entries[size == 1] = matrix.indices[at], matrix.data[at]
    return rows, entries
