"""Forcing rows, in the arc form of cases where projects open arcs: what a demand may send over such an arc.

A row load <= Σ w × steps lets an LP open a hundredth of a project for a hundredth of the load, and so have all of its
use for one demand at almost no cost. No demand sends more than its amount over an arc, so that flow <= Σ min(amount,
w / coefficient) × steps holds for every plan, and is far tighter where many demands share the load. These are the
strong forcing rows of fixed-charge network design (Magnanti and Wong 1984; Gendron, Crainic and Frangioni 1999). There
is one for each demand and arc: they are added where the LP breaks them.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.problem import Problem

TINY = 1e-9
BROKEN = 1e-6  # relative


@dataclass(frozen=True)
class Opening:
    """What opens a load: use <= Σ capacity × steps."""

    steps: IntArray
    capacity: FloatArray


def openings(problem: Problem, space: InvestmentSpace) -> list[dict[int, Opening]]:
    """Openings of each block's loads that are nothing without investments, by load number.

    They are read off the compiled rows, whatever constraint family wrote them. Only what opens once: where modules are
    counted many demands share one, and flows by demand would be many.
    """
    compiled = problem.compiled
    place = np.full(compiled.column_count, -1, dtype=np.int64)
    place[space.columns] = np.arange(len(space.columns))
    inside = (compiled.column_block != INVESTMENT).astype(float)
    entries = csr_array((np.ones_like(compiled.matrix.data), compiled.matrix.indices, compiled.matrix.indptr))
    of_block = np.asarray(entries @ inside)
    likely = (of_block == 1) & (np.diff(compiled.matrix.indptr) > 1) & np.isfinite(compiled.row_upper)
    result = []
    for number, block in enumerate(compiled.blocks):
        load_of = np.full(compiled.column_count, -1, dtype=np.int64)
        load_of[block.load_column] = np.arange(len(block.load_column))
        rows = np.flatnonzero(likely & (compiled.row_block == number)).tolist()
        found = [one for row in rows if (one := _opening(problem, space, row, load_of, place)) is not None]
        result.append({load: one for load, one in found if (space.upper[one.steps] <= 1).all()})
    return result


def _opening(
    problem: Problem, space: InvestmentSpace, row: int, load_of: IntArray, place: IntArray
) -> tuple[int, Opening] | None:
    """Load number and opening of a row that says load <= Σ capacity × steps; None where it says something else."""
    compiled = problem.compiled
    first, last = compiled.matrix.indptr[row], compiled.matrix.indptr[row + 1]
    columns, values = compiled.matrix.indices[first:last], compiled.matrix.data[first:last]
    inside = compiled.column_block[columns] != INVESTMENT
    factor = float(values[inside][0])
    if load_of[columns[inside][0]] < 0 or factor <= 0:
        return None
    links, at = -values[~inside] / factor, place[columns[~inside]]
    bound = np.asarray(space.expand[at].T @ links)
    rest = compiled.row_upper[row] / factor + float(links @ space.shift[at])
    used = np.abs(bound) > TINY
    if abs(rest) > TINY or np.any(bound < -TINY) or not used.any():
        return None
    if not np.all(space.integer[used] & (space.lower[used] >= 0)):
        return None
    return int(load_of[columns[inside][0]]), Opening(np.flatnonzero(used), bound[used])


def steps_of_columns(space: InvestmentSpace, columns: int) -> csr_array:
    """The steps as sums of compiled columns, shape (steps, columns)."""
    # each own column is a sum of steps along its chain: the inverse holds ones and minus ones
    own = np.round(np.linalg.inv(space.expand[space.kept].toarray()))
    rows, places = np.nonzero(own)
    at = (rows, space.columns[space.kept][places])
    return csr_array(coo_array((own[rows, places], at), shape=(space.size, columns)))


@dataclass(frozen=True)
class Forcing:
    """Rows flow <= openings @ compiled columns; `flow` is each row's column, `openings` of shape (rows, columns)."""

    flow: IntArray
    openings: csr_array

    @staticmethod
    def of(rows: list[tuple[int, Opening, float]], amount: float, steps: csr_array) -> Forcing:
        """Rows of (flow column, opening of its load, coefficient in the load) for a demand of some amount.

        `steps` are the steps as sums of compiled columns.
        """
        capacity = [np.minimum(amount, opening.capacity / coefficient) for _, opening, coefficient in rows]
        starts = np.cumsum([0, *(len(each) for each in capacity)])
        index = [opening.steps for _, opening, _ in rows]
        flat = (np.concatenate([*capacity, np.zeros(0)]), np.concatenate([*index, np.zeros(0, dtype=np.int64)]), starts)
        flow = np.array([column for column, _, _ in rows], dtype=np.int64)
        return Forcing(flow, csr_array(csr_array(flat, shape=(len(rows), steps.shape[0])) @ steps))

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
        wanted = np.flatnonzero(excess > BROKEN * np.maximum(1.0, np.abs(values[self.flow])))
        return wanted[np.argsort(-excess[wanted], kind="stable")]
