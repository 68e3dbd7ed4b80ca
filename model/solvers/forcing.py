"""Forcing rows: what a demand may send over an arc that only investments open.

A load without capacity of its own is limited by what is installed: use <= Σ w y over whole openings y. A demand sends
no more than its amount over an arc, so that flow <= Σ min(amount, w / coefficient) y holds for every plan; for
fractional y it is far sharper than the capacity row. There is one such row for each demand and arc: they are added to
the arc form where its LP breaks them.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from model.network.graph import FloatArray, IntArray
from model.solvers.compiled import INVESTMENT, BlockMap
from model.solvers.investment_space import InvestmentSpace, investment_space
from model.solvers.problem import Problem

TINY = 1e-9


@dataclass(frozen=True)
class Opening:
    """What opens a load: use <= Σ capacity × value over whole compiled columns that are 0 or more."""

    columns: IntArray
    capacity: FloatArray


def openings(problem: Problem, block: BlockMap) -> dict[int, Opening]:
    """Openings of a block's loads that have no capacity without investments, by position among its loads."""
    compiled, space = problem.compiled, investment_space(problem.compiled)
    plain = _plain_steps(space, compiled.integer)
    rows, by_column = csr_array(compiled.matrix), csc_array(compiled.matrix)
    place = np.full(compiled.column_count, -1, dtype=np.int64)
    place[space.columns] = np.arange(len(space.columns))
    result: dict[int, Opening] = {}
    for position, load in enumerate(block.load_column.tolist()):
        for row in by_column.indices[by_column.indptr[load] : by_column.indptr[load + 1]].tolist():
            here = slice(rows.indptr[row], rows.indptr[row + 1])
            columns, values = rows.indices[here], rows.data[here].copy()
            limit, sign = float(compiled.row_upper[row]), 1.0
            if values[columns == load][0] < 0:
                limit, sign = -float(compiled.row_lower[row]), -1.0
            values *= sign / abs(values[columns == load][0])
            others = columns != load
            if limit != 0 or not np.all(compiled.column_block[columns[others]] == INVESTMENT) or not others.any():
                continue
            steps = -csr_array(values[others][None, :] @ space.expand[place[columns[others]]]).toarray().ravel()
            shift = -float(values[others] @ space.shift[place[columns[others]]])
            used = np.flatnonzero(np.abs(steps) > TINY)
            if abs(shift) <= TINY and len(used) and (steps[used] > 0).all() and (plain[used] >= 0).all():
                result[position] = Opening(plain[used], steps[used])
    return result


def _plain_steps(space: InvestmentSpace, integer: IntArray) -> IntArray:
    """The whole compiled column that each step is, -1 for steps that are differences, not whole or below 0."""
    result = np.full(space.size, -1, dtype=np.int64)
    table = csr_array(space.expand)
    for step, row in enumerate(space.kept.tolist()):
        here = slice(table.indptr[row], table.indptr[row + 1])
        alone = table.indices[here].tolist() == [step] and table.data[here].tolist() == [1.0]
        column = int(space.columns[row])
        if alone and space.integer[step] and space.lower[step] >= 0 and space.shift[row] == 0 and column in integer:
            result[step] = column
    return result


@dataclass(frozen=True)
class Forcing:
    """Rows flow <= openings @ columns of the solver, shape (rows, compiled columns); `flow` is each row's column."""

    flow: IntArray
    openings: csr_array

    @staticmethod
    def of(rows: list[tuple[int, Opening, float]], amount: float, columns: int) -> Forcing:
        """Rows of (flow column, opening of its load, coefficient in the load) for a demand of some amount."""
        capacity = [np.minimum(amount, opening.capacity / coefficient) for _, opening, coefficient in rows]
        starts = np.cumsum([0, *(len(each) for each in capacity)])
        index = [opening.columns for _, opening, _ in rows]
        flat = (np.concatenate([*capacity, np.zeros(0)]), np.concatenate([*index, np.zeros(0, dtype=np.int64)]), starts)
        flow = np.array([column for column, _, _ in rows], dtype=np.int64)
        return Forcing(flow, csr_array(flat, shape=(len(rows), columns)))

    @staticmethod
    def all_of(parts: list[Forcing]) -> Forcing:
        """All rows of some parts."""
        flow = np.concatenate([part.flow for part in parts])
        return Forcing(flow, csr_array(vstack([part.openings for part in parts])))

    def add_to(self, solver: highspy.Highs, chosen: IntArray) -> None:
        """Add some of the rows to a model."""
        part = csr_array(self.openings[chosen])
        shape = (len(chosen), solver.getNumCol())
        ones = csr_array((np.ones(len(chosen)), self.flow[chosen], np.arange(len(chosen) + 1)), shape=shape)
        wide = csr_array((part.data, part.indices, part.indptr), shape=ones.shape)
        rows = csr_array(ones - wide)
        solver.addRows(
            len(chosen), np.full(len(chosen), -np.inf), np.zeros(len(chosen)), rows.nnz,
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
        )  # fmt: skip

    def broken(self, values: FloatArray) -> IntArray:
        """Rows that the values of the solver's columns break, worst first."""
        room = self.openings @ values[: self.openings.shape[1]]
        excess = values[self.flow] - room
        wanted = np.flatnonzero(excess > 1e-6 * np.maximum(1.0, np.abs(values[self.flow])))
        return wanted[np.argsort(-excess[wanted], kind="stable")]
