"""Forcing rows: what some demands put on an asset waits for the whole columns that open it, whole.

    Σ units · flow of the demands over the arcs  <=  side + Σ per_whole · whole column

The arcs enter one vertex, so a route uses at most one of them. Capacity rows say the same of all demands with what the
asset can take at most; these say it with what the demands can bring at most, which is often far less, so that a whole
column of a tenth no longer does (strong forcing rows, flow covers). A route that is not known yet stands in them too:
its demand pays for the arcs what their duals say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.routes.route_table import RouteTable


@dataclass(frozen=True)
class ForcingRow:
    """One row of a block; `demands` and `arcs` in order, `units` of shape (demands, arcs)."""

    block: int
    demands: IntArray
    arcs: IntArray
    units: FloatArray
    whole: IntArray
    per_whole: FloatArray
    side: float

    def of_routes(self, table: RouteTable, numbers: IntArray) -> FloatArray:
        """Coefficient of known routes by number, shape (numbers,)."""
        demand, known = _places(self.demands, table.demand[numbers])
        some = np.flatnonzero(known)
        arcs, owner = table.arcs_of(numbers[some])
        at, here = _places(self.arcs, arcs)
        of_route = some[owner[here]]
        units = self.units[demand[of_route], at[here]]
        return np.bincount(of_route, units, minlength=len(numbers)).astype(np.float64)


class ForcingRows:
    """The forcing rows of an LP in the order in which they joined, with what their duals put on arcs and routes."""

    def __init__(self, table: RouteTable, demands: int, arcs: int) -> None:
        """None yet; routes are those of the table."""
        self._table, self._shape = table, (demands, arcs)
        self.rows: list[ForcingRow] = []
        self._of_block: dict[int, list[int]] = {}
        self._routes: list[tuple[IntArray, FloatArray]] = []  # of each row: routes in it, their coefficients
        self._seen: list[int] = []

    def add(self, rows: Sequence[ForcingRow]) -> None:
        """Let rows join."""
        for row in rows:
            self._of_block.setdefault(row.block, []).append(len(self.rows))
            self.rows.append(row)
            self._routes.append((np.zeros(0, dtype=np.int64), np.zeros(0)))
            self._seen.append(0)

    def arc_prices(self, block: int, duals: FloatArray) -> FloatArray | None:
        """What demands pay more for a unit on arcs, shape (demands, arcs); None where no row has a dual."""
        if not (paying := self._paying(block, duals)):
            return None
        prices = np.zeros(self._shape)
        for number in paying:
            row = self.rows[number]
            prices[np.ix_(row.demands, row.arcs)] -= duals[number] * row.units
        return prices

    def route_prices(self, block: int, duals: FloatArray) -> FloatArray | None:
        """The same for a unit on each known route, shape (routes,)."""
        if not (paying := self._paying(block, duals)):
            return None
        prices = np.zeros(len(self._table))
        for number in paying:
            routes, units = self._in_row(number)
            prices[routes] -= duals[number] * units
        return prices

    def _paying(self, block: int, duals: FloatArray) -> list[int]:
        """Rows of a block that have a dual."""
        return [number for number in self._of_block.get(block, ()) if duals[number] < 0]

    def _in_row(self, number: int) -> tuple[IntArray, FloatArray]:
        """Known routes that stand in a row, with their coefficients."""
        seen, count = self._seen[number], len(self._table)
        if seen < count:
            row, (routes, units) = self.rows[number], self._routes[number]
            new = seen + np.flatnonzero(np.isin(self._table.demand[seen:], row.demands))
            values = row.of_routes(self._table, new)
            used = values != 0
            self._routes[number] = np.append(routes, new[used]), np.append(units, values[used])
            self._seen[number] = count
        return self._routes[number]

    def entries(self, block: int, numbers: IntArray) -> csr_array:
        """Coefficients of known routes of a block by number, shape (numbers, rows)."""
        at, to, values = [], [], []
        for number in self._of_block.get(block, ()):
            units = self.rows[number].of_routes(self._table, numbers)
            used = np.flatnonzero(units)
            at.append(used)
            to.append(np.full(len(used), number))
            values.append(units[used])
        if not at:
            return csr_array((len(numbers), len(self.rows)))
        places = np.concatenate(at), np.concatenate(to)
        return csr_array(coo_array((np.concatenate(values), places), shape=(len(numbers), len(self.rows))))

    def cut(self, duals: FloatArray, count: int) -> tuple[float, FloatArray]:
        """What the rows add at their duals, none above 0, to a bound: a constant, and a slope by whole columns."""
        slope = np.zeros(count)
        for row, dual in zip(self.rows, duals.tolist(), strict=True):
            if dual < 0:
                np.add.at(slope, row.whole, dual * row.per_whole)
        return float(sum(row.side * dual for row, dual in zip(self.rows, duals.tolist(), strict=True))), slope


def _places(some: IntArray, values: IntArray) -> tuple[IntArray, IntArray]:
    """Where values stand among some numbers in order, and which of them do."""
    at = np.minimum(np.searchsorted(some, values), len(some) - 1)
    return at, np.asarray(some[at] == values)
