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
from model.solvers.routes.route_table import GrowingRows, RouteTable


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


class ForcingRows:
    """The forcing rows of an LP in the order in which they joined, with what their duals put on arcs and routes."""

    def __init__(self, table: RouteTable, demands: int, arcs: int, whole: int) -> None:
        """None yet; routes are those of the table, and there are so many whole columns."""
        self._table, self._shape, self._whole = table, (demands, arcs), whole
        self.rows: list[ForcingRow] = []
        self._blocks: dict[int, _OfBlock] = {}
        self._sides, self._per_whole = np.zeros(0), csr_array((0, whole))

    def add(self, rows: Sequence[ForcingRow]) -> None:
        """Let rows join."""
        self.rows += rows
        for block in {row.block for row in rows}:
            numbers = [number for number, row in enumerate(self.rows) if row.block == block]
            self._blocks[block] = _OfBlock(self._table, self._shape, self.rows, numbers)
        self._sides = np.array([row.side for row in self.rows])
        self._per_whole = of_entries(
            [(np.full(len(row.whole), number), row.whole, row.per_whole) for number, row in enumerate(self.rows)],
            (len(self.rows), self._whole),
        )

    def arc_prices(self, block: int, duals: FloatArray) -> FloatArray | None:
        """What demands pay more for a unit on arcs, shape (demands, arcs); None where no row has a dual."""
        here = self._blocks.get(block)
        return None if here is None or not duals[here.numbers].any() else here.arc_prices(duals)

    def route_prices(self, block: int, duals: FloatArray) -> FloatArray | None:
        """The same for a unit on each known route, shape (routes,)."""
        here = self._blocks.get(block)
        return None if here is None or not duals[here.numbers].any() else here.route_prices(duals)

    def entries(self, block: int, numbers: IntArray) -> csr_array:
        """Coefficients of known routes of a block by number, shape (numbers, rows)."""
        shape = (len(numbers), len(self.rows))
        if (here := self._blocks.get(block)) is None:
            return csr_array(shape)
        some = here.coefficients()[numbers]
        return csr_array((some.data, here.numbers[some.indices], some.indptr), shape=shape)

    def cut(self, duals: FloatArray) -> tuple[float, FloatArray]:
        """What the rows add at their duals, none above 0, to a bound: a constant, and a slope by whole columns."""
        return float(self._sides @ duals), np.asarray(duals @ self._per_whole)


class _OfBlock:
    """The rows of a block, by their `numbers`: units by demand and arc, and the coefficients of the routes known."""

    def __init__(
        self, table: RouteTable, shape: tuple[int, int], rows: Sequence[ForcingRow], numbers: list[int]
    ) -> None:
        self._table, self._shape = table, shape
        self.numbers = np.array(numbers)
        cells = [
            ((row.demands[:, None] * shape[1] + row.arcs).ravel(), np.full(row.units.size, place), row.units.ravel())
            for place, row in enumerate(rows[number] for number in numbers)
        ]
        self._units = of_entries(cells, (shape[0] * shape[1], len(numbers)))
        self._some = np.diff(self._units.indptr) > 0
        self._known = GrowingRows(len(numbers))

    def coefficients(self) -> csr_array:
        """Coefficient of each known route in each row, shape (routes, rows)."""
        table, first = self._table, len(self._known)
        if first < len(table):
            new = np.arange(first, len(table))
            arcs, owner = table.arcs_of(new)
            cells = table.demand[new[owner]] * self._shape[1] + arcs
            used = self._some[cells]
            on_cells = of_entries([(owner[used], cells[used], np.ones(int(used.sum())))], (len(new), len(self._some)))
            self._known.extend(csr_array(on_cells @ self._units))
        return self._known.matrix()

    def arc_prices(self, duals: FloatArray) -> FloatArray:
        return np.asarray(self._units @ -duals[self.numbers]).reshape(self._shape)

    def route_prices(self, duals: FloatArray) -> FloatArray:
        return np.asarray(self.coefficients() @ -duals[self.numbers])


def of_entries(parts: Sequence[tuple[IntArray, IntArray, FloatArray]], shape: tuple[int, int]) -> csr_array:
    """A matrix of entries given by row, column and value, in parts."""
    row, column, value = (np.concatenate(each) for each in zip(*parts, strict=True))
    return csr_array(coo_array((value, (row, column)), shape=shape))
