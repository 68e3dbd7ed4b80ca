"""The one place where a HiGHS model is filled from arrays, and where columns are made whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import Compiled
from model.solvers.core.highs import SolverError

INFINITY = float("inf")


@dataclass(frozen=True)
class LinearProgram:
    """Minimise cost · x + constant, row_lower <= matrix x <= row_upper, lower <= x <= upper, columns `whole` whole."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    constant: float = 0.0
    whole: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def pass_to(self, solver: highspy.Highs, name: str) -> None:
        """Give it to HiGHS in place of whatever it held. Raises SolverError, which says `name`."""
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = self.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_, lp.offset_ = self.row_lower, self.row_upper, self.constant
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self.matrix.indptr
        lp.a_matrix_.index_ = self.matrix.indices
        lp.a_matrix_.value_ = self.matrix.data
        if solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused {name}")
        make_whole(solver, self.whole)

    def with_rows(self, rows: IntArray) -> LinearProgram:
        """The same with some of the rows."""
        matrix = csr_array(self.matrix)[rows]
        return replace(self, matrix=matrix, row_lower=self.row_lower[rows], row_upper=self.row_upper[rows])

    @staticmethod
    def of(compiled: Compiled, *, relaxed: bool) -> LinearProgram:
        """The compiled model; `relaxed` leaves integrality out."""
        none = np.zeros(0, dtype=np.int64)
        return LinearProgram(
            compiled.cost, compiled.lower, compiled.upper, compiled.matrix, compiled.row_lower, compiled.row_upper,
            compiled.constant, none if relaxed else compiled.integer,
        )  # fmt: skip


def clipped(duals: FloatArray, row_lower: FloatArray, row_upper: FloatArray) -> FloatArray:
    """Row duals with signs that a one-sided row cannot have set to 0."""
    duals = np.where(np.isneginf(row_lower), np.minimum(duals, 0.0), duals)
    return np.where(np.isposinf(row_upper), np.maximum(duals, 0.0), duals)


def worth_of_rows(duals: FloatArray, row_lower: FloatArray, row_upper: FloatArray) -> float:
    """What clipped duals of rows bring to a lower bound: each times the side that it holds."""
    sides, used = np.where(duals > 0, row_lower, row_upper), duals != 0
    return float(duals[used] @ sides[used])


def matrix_of(lp: highspy.HighsLp) -> csc_array:
    """Coefficients of a HiGHS model, shape (rows, columns)."""
    matrix = lp.a_matrix_
    parts = (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_))
    kind = csr_array if matrix.format_ == highspy.MatrixFormat.kRowwise else csc_array
    return csc_array(kind(parts, shape=(lp.num_row_, lp.num_col_)))


def wider(matrix: csr_array, columns: int) -> csr_array:
    """The same rows over more columns, the new ones empty."""
    return csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))


def make_whole(solver: highspy.Highs, columns: npt.NDArray[np.integer[Any]], *, whole: bool = True) -> None:
    """Ask for whole values of some columns; with `whole` false let them be fractions again."""
    if len(columns):
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        solver.changeColsIntegrality(len(columns), columns.astype(np.int32), np.full(len(columns), kind))
