"""The LP of a part with the forcing rows that its solutions broke."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.lp.form import Form
from model.solvers.problem import Problem
from model.solvers.routes.forcing_rows import ForcingRow, ForcingRows, of_entries
from model.solvers.search.forcing import Forcing
from model.solvers.search.steps import LeanLP


class ForcedLP(LeanLP):
    """A lean LP over routes that takes in forcing rows."""

    def __init__(self, problem: Problem, form: Form, copies: int) -> None:
        """Pass the LP without routes and without such rows; the first so many whole columns are copies of decisions."""
        super().__init__(problem, form, side_by_side=True, lazy=True)
        formulation = problem.formulation
        demands, arcs = len(formulation.cargo.names), formulation.graph.arc_count
        self.forced = ForcingRows(problem.pricer.table, demands, arcs, form.space.size)
        self._forcing = Forcing(problem, form, copies)
        self._own_rows = len(form.program.row_lower)
        self._duals = np.zeros(0)

    def broken_forcing_rows(self) -> list[ForcingRow]:
        """Forcing rows that the LP just solved breaks."""
        held = self.columns()
        flows = held[self.first :]
        by_block = self._by_block(np.flatnonzero(flows)).items()
        used = {number: (routes, flows[places]) for number, (places, routes) in by_block}
        return self._forcing.broken(held[: self.form.space.size], used)

    def force(self, rows: list[ForcingRow]) -> None:
        """Let forcing rows join."""
        first = len(self.forced.rows)
        self.forced.add(rows)
        parts = [(np.full(len(row.whole), place), row.whole, -row.per_whole) for place, row in enumerate(rows)]
        for block, (places, routes) in self._by_block(np.arange(len(self.routes))).items():
            here = coo_array(self.forced.entries(block, routes)[:, first:])
            parts.append((here.coords[1], self.first + places[here.coords[0]], here.data))
        entries = of_entries(parts, (len(rows), self.first + len(self.routes)))
        self.rows.append(np.array([row.side for row in rows]), entries)

    def _in_other_rows(self, number: int, numbers: IntArray, entries: csr_array) -> csr_array:
        if not self.forced.rows:
            return entries
        places, more = self.rows.place[self._own_rows :], self.forced.entries(number, numbers)
        return csr_array(entries + csr_array((more.data, places[more.indices], more.indptr), shape=entries.shape))

    def spread_duals(self, values: FloatArray) -> FloatArray:
        """Duals by the rows of the form; those of the forcing rows are kept."""
        every = super().spread_duals(values)
        self._duals = np.minimum(every[self._own_rows :], 0.0)
        return every[: self._own_rows]

    def arc_prices(self, number: int) -> FloatArray | None:
        """What the forcing rows put on arcs at the duals spread last, shape (demands, arcs)."""
        return self.forced.arc_prices(number, self._duals)

    def route_prices(self, number: int) -> FloatArray | None:
        """The same for known routes, shape (routes,)."""
        return self.forced.route_prices(number, self._duals)

    def cut(self, rows: FloatArray, shortfall: float, *, free: bool = False) -> tuple[float, FloatArray]:
        """Lagrangian bound as `Form.cut` tells it, with the forcing rows at the duals spread last."""
        constant, slope = self.form.cut(rows, shortfall, free=free)
        more, per_whole = self.forced.cut(self._duals)
        return constant + more, slope + per_whole
