"""Forcing rows: what a demand may send over an arc that only investments open.

The arc form's counterpart of `forcing.py`: where a load is nothing without investments (use <= Σ w × steps), a demand
sends no more than its amount over an arc, so that flow <= Σ min(amount, w / coefficient) × steps holds for every plan.
There is one such row for each demand and arc: they are added where the LP breaks them.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from model.network.graph import FloatArray, IntArray
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.lp.forcing import find_gates
from model.solvers.problem import Problem

BROKEN = 1e-6  # relative


@dataclass(frozen=True)
class Opening:
    """What opens a load: use <= Σ capacity × steps."""

    steps: IntArray
    capacity: FloatArray


def openings(problem: Problem, space: InvestmentSpace) -> list[dict[int, Opening]]:
    """Openings of each block's loads that are nothing without investments, by load number.

    Only what opens once: where modules are counted many demands share one, and flows by demand would be many.
    """
    result = []
    once = space.upper <= 1
    for gates in find_gates(problem, space):
        table = gates.bounds
        parts = [slice(table.indptr[row], table.indptr[row + 1]) for row in range(len(gates.loads))]
        pairs = zip(gates.loads.tolist(), parts, strict=True)
        all_of = {load: Opening(table.indices[part].astype(np.int64), table.data[part]) for load, part in pairs}
        result.append({load: opening for load, opening in all_of.items() if once[opening.steps].all()})
    return result


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
