"""The investment block in the coordinates in which a MIP solver sees most: what opens, not what is in service.

Modules in service never fall: x1 <= x2 <= …. With the steps y1 = x1, yk = xk - x(k-1) a budget row holds
one term for each opening instead of differences, and "opens at most once" becomes one row: cover cuts and branching
bite much better. Columns that an equality row gives from whole-number columns (installed capacity) are put out of the
way too. Both are found in the rows of the compiled model, whatever constraint family wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled

TINY = 1e-9
ROW_TOLERANCE = 1e-6  # the feasibility tolerance of HiGHS' branch and bound


@dataclass(frozen=True)
class InvestmentSpace:
    """Minimise cost · y + constant, row_lower <= rows y <= row_upper, lower <= y <= upper, some y whole.

    Compiled investment columns `columns` have the values expand @ y + shift; `integer` says which y are whole; `kept`
    are the positions in `columns` that have a y of their own.
    """

    columns: IntArray
    kept: IntArray
    expand: csr_array
    shift: FloatArray
    cost: FloatArray
    constant: float
    rows: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray

    @property
    def size(self) -> int:
        """Number of columns y."""
        return len(self.cost)

    def values(self, steps: FloatArray) -> FloatArray:
        """Values of the compiled investment columns at y."""
        return np.asarray(self.expand @ steps) + self.shift

    def allows(self, steps: FloatArray) -> bool:
        """Whether all rows and bounds hold at y, up to rounding."""
        activity = np.asarray(self.rows @ steps)
        slack = ROW_TOLERANCE * np.maximum(1.0, np.asarray(abs(self.rows) @ np.abs(steps)))
        kept = (activity >= self.row_lower - slack) & (activity <= self.row_upper + slack)
        inside = (steps >= self.lower - ROW_TOLERANCE) & (steps <= self.upper + ROW_TOLERANCE)
        return bool(kept.all() and inside.all())

    def steps(self, values: FloatArray) -> FloatArray:
        """The y whose `values` these are; `values` in order of `columns`, only those at `kept` are read."""
        result = np.zeros(self.size)
        known = np.zeros(self.size, dtype=np.bool_)
        table = csr_array(self.expand)
        for row in self.kept[np.argsort(np.diff(table.indptr)[self.kept], kind="stable")]:
            first, last = table.indptr[row], table.indptr[row + 1]
            unknown = [k for k in range(first, last) if not known[table.indices[k]]]
            if len(unknown) == 1:
                k = unknown[0]
                rest = sum(table.data[i] * result[table.indices[i]] for i in range(first, last) if i != k)
                result[table.indices[k]] = (values[row] - self.shift[row] - rest) / table.data[k]
                known[table.indices[k]] = True
        return result


def investment_space(compiled: Compiled) -> InvestmentSpace:
    """Investment rows and columns in terms of steps."""
    columns = np.flatnonzero(compiled.column_block == INVESTMENT)
    chosen = np.flatnonzero(compiled.row_block == INVESTMENT)
    matrix = csr_array(compiled.matrix[chosen][:, columns])
    low, high = compiled.row_lower[chosen], compiled.row_upper[chosen]
    integer = np.isin(columns, compiled.integer)
    lower, upper = compiled.lower[columns], compiled.upper[columns]
    previous = _chains(matrix, low, high, integer, lower)
    defined = _defined(matrix, low, high, integer)
    expand, shift, kept = _expansion(matrix, low, previous, defined)
    step_lower = np.where(previous[kept] >= 0, 0.0, lower[kept])
    step_upper = upper[kept]
    used = np.setdiff1d(np.arange(len(chosen)), np.array(sorted(defined.values()), dtype=np.int64))
    rows = csr_array(matrix[used] @ expand)
    offset = np.asarray(matrix[used] @ shift)
    bounded = _still_bounded(previous, kept, upper)
    all_rows = csr_array(vstack([rows, expand[bounded]]))
    row_lower = np.concatenate((low[used] - offset, lower[bounded] - shift[bounded]))
    row_upper = np.concatenate((high[used] - offset, upper[bounded] - shift[bounded]))
    keep = _informative(all_rows, row_lower, row_upper, step_lower, step_upper)
    cost = compiled.cost[columns]
    return InvestmentSpace(
        columns, kept, expand, shift, np.asarray(expand.T @ cost), float(cost @ shift) + compiled.constant,
        csr_array(all_rows[keep]), row_lower[keep], row_upper[keep], step_lower, step_upper, integer[kept],
    )  # fmt: skip


def _chains(matrix: csr_array, low: FloatArray, high: FloatArray, integer: BoolArray, lower: FloatArray) -> IntArray:
    """Column before each column in a chain x(k-1) <= xk of whole numbers from 0; -1 for none."""
    previous = np.full(matrix.shape[1], -1, dtype=np.int64)
    followed: set[int] = set()
    for row in np.flatnonzero(np.diff(matrix.indptr) == 2):
        first = matrix.indptr[row]
        (a, b), (va, vb) = matrix.indices[first : first + 2].tolist(), matrix.data[first : first + 2].tolist()
        if va + vb != 0 or abs(va) != 1 or not (integer[a] and integer[b]) or lower[a] != 0 or lower[b] != 0:
            continue
        later, earlier = (a, b) if va > 0 else (b, a)
        if low[row] == -np.inf and high[row] == 0:
            later, earlier = earlier, later
        elif not (low[row] == 0 and high[row] == np.inf):
            continue
        if previous[later] < 0 and earlier not in followed and not _leads_to(previous, earlier, later):
            previous[later] = earlier
            followed.add(earlier)
    return previous


def _still_bounded(previous: IntArray, kept: IntArray, upper: FloatArray) -> IntArray:
    """Columns whose own bounds are no bounds of a step and do not follow from those of the next in the chain."""
    own_step = set(kept[previous[kept] < 0].tolist())
    earlier_implied = {int(b) for a, b in enumerate(previous.tolist()) if b >= 0 and upper[a] <= upper[b]}
    rest = [i for i in range(len(previous)) if i not in earlier_implied and (i not in own_step or previous[i] >= 0)]
    return np.array(rest, dtype=np.int64)


def _leads_to(previous: IntArray, start: int, goal: int) -> bool:
    while start >= 0:
        if start == goal:
            return True
        start = int(previous[start])
    return False


def _defined(matrix: csr_array, low: FloatArray, high: FloatArray, integer: BoolArray) -> dict[int, int]:
    """Equality row that gives each continuous column from whole-number columns alone."""
    result: dict[int, int] = {}
    for row in np.flatnonzero(low == high):
        here = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        free = here[~integer[here]]
        if len(free) == 1 and int(free[0]) not in result:
            result[int(free[0])] = int(row)
    return result


def _expansion(
    matrix: csr_array, low: FloatArray, previous: IntArray, defined: dict[int, int]
) -> tuple[csr_array, FloatArray, IntArray]:
    """Matrix and shift that give the columns from the steps, and the columns that have a step of their own."""
    count = matrix.shape[1]
    kept = np.array([i for i in range(count) if i not in defined], dtype=np.int64)
    step = np.full(count, -1, dtype=np.int64)
    step[kept] = np.arange(len(kept))
    rows: list[int] = []
    columns: list[int] = []
    for column in kept.tolist():
        at = column
        while at >= 0:
            rows.append(column)
            columns.append(int(step[at]))
            at = int(previous[at])
    plain = csr_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, len(kept))))
    shift = np.zeros(count)
    if not defined:
        return plain, shift, kept
    names, where = np.array(list(defined)), np.array(list(defined.values()))
    part = csr_array(matrix[where])
    own = np.array([part[[i], [column]].item() for i, column in enumerate(names)])
    shift[names] = low[where] / own
    scale = coo_array((-1.0 / own, (names, np.arange(len(names)))), shape=(count, len(names)))
    # the defined column itself has no step yet, so its own entry falls away
    expand = csr_array(plain + csr_array(scale @ csr_array(part @ plain)))
    return expand, shift, kept


def _informative(rows: csr_array, low: FloatArray, high: FloatArray, lower: FloatArray, upper: FloatArray) -> IntArray:
    """Rows that the column bounds do not imply already."""
    positive, negative = csr_array(rows.maximum(0)), csr_array(rows.minimum(0))
    with np.errstate(invalid="ignore"):
        least = _activity(positive, lower) + _activity(negative, upper)
        most = _activity(positive, upper) + _activity(negative, lower)
    return np.flatnonzero(~((least >= low - TINY) & (most <= high + TINY)))


def _activity(part: csr_array, bound: FloatArray) -> FloatArray:
    finite = np.isfinite(bound)
    result = np.asarray(part @ np.where(finite, bound, 0.0))
    endless = np.asarray(abs(part) @ (~finite).astype(float)) > 0
    return np.where(endless, np.asarray(part @ np.where(finite, 0.0, np.sign(bound))) * np.inf, result)
