"""Where the rows and columns of a part of the model stand, with copies of the decisions that it sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.plans.decisions import Decisions

DUST = 1e-9


@dataclass(frozen=True)
class Places:
    """Where the rows and columns of a part stand: `rows` of the compiled model, the space of its whole columns, `rest`.

    `copies` are positions among the decisions, `whole` compiled columns (copies first, then the part's own), which are
    the columns of `space`; it gives columns as well that an equality row gives from whole ones, and keeps their own
    bounds by rows. Decisions cost nothing: they are paid for where all parts meet. `constant` is paid anyway.
    """

    copies: IntArray
    whole: IntArray
    rest: IntArray
    rows: IntArray
    space: InvestmentSpace
    constant: float


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
    copies = copied(decisions, csr_array(compiled.matrix[rows]))
    whole = np.concatenate((decisions.columns[copies], np.intersect1d(columns, compiled.integer)))
    given = _given(compiled, rows, columns, whole)
    space = _space(compiled, decisions, whole, given)
    inside = csr_array(decisions.matrix)
    outside: FloatArray = np.ones(len(decisions.columns))
    outside[copies] = 0.0
    alone = np.asarray(abs(inside) @ outside) == 0
    rules = decisions.rules[alone & (np.diff(inside.indptr) > 1)]
    kept_rows = np.setdiff1d(rows, np.array(list(given.values()), dtype=np.int64))
    rest, paid = np.setdiff1d(columns, space.columns), _paid(compiled, decisions)
    constant = float(paid[space.columns] @ space.shift)
    return Places(copies, whole, rest, np.concatenate((kept_rows, rules)), space, constant)


def _paid(compiled: Compiled, decisions: Decisions) -> FloatArray:
    """Cost of the compiled columns, without that of the decisions."""
    cost = compiled.cost.copy()
    cost[decisions.columns] = 0.0
    return np.asarray(cost)


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


def _space(compiled: Compiled, decisions: Decisions, whole: IntArray, given: dict[int, int]) -> InvestmentSpace:
    """Whole columns, and those that rows give from them."""
    count, place = len(whole), dict(zip(whole.tolist(), range(len(whole)), strict=True))
    at, to, value, shift = list(range(count)), list(range(count)), [1.0] * count, np.zeros(count + len(given))
    matrix = csr_array(compiled.matrix)
    for number, (column, row) in enumerate(given.items(), start=count):
        here = slice(matrix.indptr[row], matrix.indptr[row + 1])
        entries = dict(zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True))
        own = entries.pop(column)
        shift[number] = compiled.row_lower[row] / own
        at += [number] * len(entries)
        to += [place[each] for each in entries]
        value += [-entry / own for entry in entries.values()]
    columns = np.concatenate((whole, np.array(list(given), dtype=np.int64)))
    expand = csr_array(coo_array((value, (at, to)), shape=(len(columns), count)))
    kept = _still_bounded(compiled, columns, expand, shift)
    low, high = (side[columns[kept]] - shift[kept] for side in (compiled.lower, compiled.upper))
    cost, every = np.asarray(expand.T @ _paid(compiled, decisions)[columns]), np.ones(count, dtype=np.bool_)
    return InvestmentSpace(
        columns, np.arange(count), expand, shift, cost, 0.0, csr_array(expand[kept]), low, high,
        compiled.lower[whole], compiled.upper[whole], every,
    )  # fmt: skip


def _still_bounded(compiled: Compiled, columns: IntArray, expand: csr_array, shift: FloatArray) -> IntArray:
    """Positions of columns given by others, whose bounds do not follow from the bounds of these."""
    whole = columns[: expand.shape[1]]
    up, down = csr_array(expand.maximum(0)), csr_array(expand.minimum(0))
    low, high = compiled.lower[whole], compiled.upper[whole]
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(low) & np.isfinite(high)
        loose = np.asarray(abs(expand) @ (~finite).astype(float)) > 0
        low, high = np.where(finite, low, 0.0), np.where(finite, high, 0.0)
        least = shift + up @ low + down @ high
        most = shift + up @ high + down @ low
    lower, upper = compiled.lower[columns], compiled.upper[columns]
    follows = (least >= lower - DUST) & (most <= upper + DUST)
    open_ones = np.isneginf(lower) & np.isposinf(upper)
    bounded = ~(open_ones | (follows & ~loose))
    bounded[: len(whole)] = False  # bounds of columns of the space
    return np.flatnonzero(bounded)
