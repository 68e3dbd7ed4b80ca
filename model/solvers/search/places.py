"""Where the rows and columns of a part of the model stand, with copies of the decisions that it sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled
from model.solvers.plans.decisions import Decisions

DUST = 1e-9


@dataclass(frozen=True)
class Places:
    """Where the rows and columns of a part stand: `rows` of the compiled model, whole columns, then `rest`.

    `copies` are positions among the decisions, `whole` compiled columns (copies first, then the part's own), `expand`
    and `shift` give the compiled columns from [whole, rest]: columns that an equality row gives from whole ones are put
    out of the way. `bounded` are those of them whose own bounds must be kept by a row.
    """

    copies: IntArray
    whole: IntArray
    rest: IntArray
    rows: IntArray
    expand: csr_array
    shift: FloatArray
    bounded: IntArray


def copied(decisions: Decisions, part: csr_array) -> IntArray:
    """Decisions that stand in rows of the part, and those that a rule ties to these alone; positions, in order."""
    seen: BoolArray = np.zeros(len(decisions.columns), dtype=np.bool_)
    seen[csr_array(part[:, decisions.columns]).indices] = True
    entries = csr_array(abs(decisions.matrix) > 0)
    size = np.diff(entries.indptr)
    while True:
        outside = size - np.asarray(entries.astype(float) @ seen.astype(float))
        one_more = np.flatnonzero((outside == 1) & (size > 1))
        joining = np.setdiff1d(csr_array(entries[one_more]).indices, np.flatnonzero(seen))
        # a rule that ties a copy to one decision of another time only links the two: that is for the hull
        joining = joining[_follows(entries, joining, seen)] if len(joining) else joining
        if not len(joining):
            return np.flatnonzero(seen)
        seen[joining] = True


def _follows(entries: csr_array, joining: IntArray, seen: BoolArray) -> BoolArray:
    """Which decisions stand in at least two rules that hold nothing else but copies: they follow from these."""
    rules = (np.asarray(entries.astype(float) @ (~seen).astype(float)) == 1) & (np.diff(entries.indptr) > 1)
    count = np.asarray(csc_array(entries)[:, joining].astype(float).T @ rules.astype(float))
    return np.asarray(count >= 2)


def places(compiled: Compiled, decisions: Decisions, rows: IntArray, columns: IntArray) -> Places:
    """Places of a part, given its compiled rows and columns as `Decisions.parts` tells them."""
    part = csr_array(compiled.matrix[rows])
    copies = copied(decisions, part)
    whole = np.concatenate((decisions.columns[copies], np.intersect1d(columns, compiled.integer)))
    mine = [block for number, block in enumerate(compiled.blocks) if np.any(compiled.row_block[rows] == number)]
    loads = np.concatenate([np.zeros(0, dtype=np.int64), *(block.load_column for block in mine)])
    definitions = np.concatenate([np.zeros(0, dtype=np.int64), *(block.load_row for block in mine)])
    given = _given(compiled, rows, columns, whole)
    others = np.setdiff1d(columns, np.concatenate((loads, whole, np.array(list(given), dtype=np.int64))))
    kept_columns = np.concatenate((whole, others))
    place = np.full(compiled.column_count, -1, dtype=np.int64)
    place[kept_columns] = np.arange(len(kept_columns))
    at: list[int] = kept_columns.tolist()
    to: list[int] = list(range(len(kept_columns)))
    value: list[float] = [1.0] * len(kept_columns)
    shift = np.zeros(compiled.column_count)
    matrix = csr_array(compiled.matrix)
    for column, row in given.items():
        here = slice(matrix.indptr[row], matrix.indptr[row + 1])
        entries = dict(zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True))
        own = entries.pop(column)
        shift[column] = compiled.row_lower[row] / own
        at += [column] * len(entries)
        to += place[list(entries)].tolist()
        value += [-entry / own for entry in entries.values()]
    expand = csr_array(coo_array((value, (at, to)), shape=(compiled.column_count, len(kept_columns))))
    inside = csr_array(decisions.matrix)
    outside: FloatArray = np.ones(len(decisions.columns))
    outside[copies] = 0.0
    alone = np.asarray(abs(inside) @ outside) == 0
    rules = decisions.rules[alone & (np.diff(inside.indptr) > 1)]
    kept_rows = np.setdiff1d(rows, np.concatenate((definitions, np.array(list(given.values()), dtype=np.int64))))
    bounded = _still_bounded(compiled, np.array(list(given), dtype=np.int64), expand, shift, kept_columns)
    return Places(copies, whole, others, np.concatenate((kept_rows, rules)), expand, shift, bounded)


def _given(compiled: Compiled, rows: IntArray, columns: IntArray, whole: IntArray) -> dict[int, int]:
    """Column that an equality row of the investment block gives from whole columns alone, with that row."""
    free = np.ones(compiled.column_count, dtype=np.bool_)
    free[whole] = False
    own = np.zeros(compiled.column_count, dtype=np.bool_)
    own[columns] = True
    matrix, found = csr_array(compiled.matrix), dict[int, int]()
    equal = (compiled.row_lower[rows] == compiled.row_upper[rows]) & (compiled.row_block[rows] == INVESTMENT)
    for row in rows[equal].tolist():
        here = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        open_ones = here[free[here]]
        if len(open_ones) == 1 and own[open_ones[0]] and int(open_ones[0]) not in found:
            found[int(open_ones[0])] = row
    return found


def _still_bounded(
    compiled: Compiled, given: IntArray, expand: csr_array, shift: FloatArray, kept: IntArray
) -> IntArray:
    """Columns given by others whose bounds do not follow from the bounds of these."""
    table = csr_array(expand[given])
    up, down = csr_array(table.maximum(0)), csr_array(table.minimum(0))
    low, high = compiled.lower[kept], compiled.upper[kept]
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(low) & np.isfinite(high)
        loose = np.asarray(abs(table) @ (~finite).astype(float)) > 0
        low, high = np.where(finite, low, 0.0), np.where(finite, high, 0.0)
        least = shift[given] + up @ low + down @ high
        most = shift[given] + up @ high + down @ low
    lower, upper = compiled.lower[given], compiled.upper[given]
    follows = (least >= lower - DUST) & (most <= upper + DUST)
    unbounded = np.isneginf(lower) & np.isposinf(upper)
    return np.asarray(given[~(unbounded | (follows & ~loose))])
