"""All routes of a formulation as arrays: what a unit on each route adds to every load, and what it costs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.network.routes import RoutePool


class Growing:
    """An array that grows at its end without being copied each time."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        """Start empty."""
        self._buffer = np.zeros(1024, dtype=dtype)
        self._count = 0

    def extend(self, values: npt.ArrayLike) -> None:
        """Add values at the end."""
        values = np.asarray(values, dtype=self._buffer.dtype)
        needed = self._count + len(values)
        if needed > len(self._buffer):
            larger = np.zeros(max(needed, 2 * len(self._buffer)), dtype=self._buffer.dtype)
            larger[: self._count] = self._buffer[: self._count]
            self._buffer = larger
        self._buffer[self._count : needed] = values
        self._count = needed

    def keep(self, count: int) -> None:
        """Go back to the first so many values."""
        self._count = min(self._count, count)

    @property
    def values(self) -> npt.NDArray[Any]:
        """The values so far, a view."""
        return self._buffer[: self._count]

    def __len__(self) -> int:
        """Number of values."""
        return self._count


class GrowingRows:
    """A sparse matrix that grows by rows at its end without being copied each time."""

    def __init__(self, columns: int) -> None:
        """Start without rows."""
        self._columns = columns
        self._place, self._value, self._start = Growing(np.int32), Growing(float), Growing(np.int32)
        self._start.extend([0])
        self._matrix: csr_array | None = None  # since rows joined last

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._start) - 1

    def extend(self, rows: csr_array) -> None:
        """Add rows at the end; what a stop in the midst of that left is gone then."""
        self.keep(len(self))
        start = rows.indptr[1:] + len(self._place)
        self._place.extend(rows.indices)
        self._value.extend(rows.data)
        self._start.extend(start)  # last: it says how many rows there are

    def keep(self, count: int) -> None:
        """Go back to the first so many rows."""
        self._matrix = None
        self._start.keep(count + 1)
        for each in (self._place, self._value):
            each.keep(int(self._start.values[-1]))

    def matrix(self) -> csr_array:
        """The rows so far, shape (rows, columns); a view."""
        if self._matrix is None:
            parts = (self._value.values, self._place.values, self._start.values)
            self._matrix = csr_array(parts, shape=(len(self), self._columns))
        return self._matrix


def grown(present: BoolArray, count: int) -> BoolArray:
    """Marks of routes with room for at least `count`; new ones are False, and there is room to spare for the next."""
    if len(present) >= count:
        return present
    larger = np.zeros(max(count, 2 * len(present)), dtype=np.bool_)
    larger[: len(present)] = present
    return larger


class RouteTable:
    """Loads and costs of the routes of a pool, by route number.

    `by_cell` has shape (price classes × arcs, loads): what a unit of a price class adds to each load on each arc.
    `class_of` gives the price class of each demand.
    """

    def __init__(self, pool: RoutePool, class_of: IntArray, arc_count: int, by_cell: csr_array) -> None:
        """Start with the routes that the pool holds."""
        self._pool, self._class_of, self._arcs, self._by_cell = pool, class_of, arc_count, by_cell
        self._demand = Growing(np.int64)
        self._cells, self._cell_start = Growing(np.int64), Growing(np.int64)
        self._loads = GrowingRows(by_cell.shape[1])
        self._cell_start.extend([0])
        self._costs: dict[Hashable, Growing] = {}
        self.update()

    def __len__(self) -> int:
        """Number of routes laid out."""
        return len(self._demand)

    @property
    def demand(self) -> IntArray:
        """Demand of each route, shape (routes,)."""
        return self._demand.values

    def update(self) -> None:
        """Lay out the routes that joined the pool since the last time; what a stop left half done is done again."""
        new = [self._pool[number] for number in range(len(self), len(self._pool))]
        if not new:
            return
        demand = np.array([route.demand for route in new], dtype=np.int64)
        lengths = np.array([len(route.arcs) for route in new], dtype=np.int64)
        arcs = np.fromiter((arc for route in new for arc in route.arcs), dtype=np.int64, count=int(lengths.sum()))
        cells = np.repeat(self._class_of[demand] * self._arcs, lengths) + arcs
        start = np.concatenate(([0], np.cumsum(lengths)))
        shape = (len(new), self._by_cell.shape[0])
        loads = csr_array(csr_array((np.ones(len(cells)), cells, start), shape=shape) @ self._by_cell)
        self._cell_start.keep(len(self) + 1)
        self._cells.keep(int(self._cell_start.values[-1]))
        self._loads.keep(len(self))
        start = start[1:] + len(self._cells)
        self._cells.extend(cells)
        self._cell_start.extend(start)
        self._loads.extend(loads)
        self._demand.extend(demand)  # last: it says how many routes there are

    def loads(self) -> csr_array:
        """Coefficient of each route in each load, shape (routes, loads)."""
        return self._loads.matrix()

    def carried(self, numbers: IntArray, amounts: FloatArray) -> FloatArray:
        """Loads of some amounts on some routes, shape (loads,)."""
        loads = self.loads()
        where, owner = _spans(loads.indptr, numbers)
        parts = loads.data[where] * amounts[owner]
        return np.bincount(loads.indices[where], parts, loads.shape[1]).astype(np.float64)

    def arcs_of(self, numbers: IntArray) -> tuple[IntArray, IntArray]:
        """Arcs of some routes, one after the other, and the place in `numbers` of the route that each belongs to."""
        where, owner = _spans(self._cell_start.values, numbers)
        return np.asarray(self._cells.values[where] % self._arcs), owner

    def costs(self, key: Hashable, unit_costs: FloatArray) -> FloatArray:
        """Cost of a unit on each route, shape (routes,); `key` names the prices `unit_costs` (price classes, arcs)."""
        known = self._costs.setdefault(key, Growing(float))
        if len(known) < len(self):
            start = self._cell_start.values[len(known) :]
            values = unit_costs.ravel()[self._cells.values[start[0] :]]
            known.extend(np.add.reduceat(values, start[:-1] - start[0]))
        return known.values

    def of(self, numbers: Sequence[int] | IntArray) -> csr_array:
        """Rows of `loads` of some routes."""
        return csr_array(self.loads()[np.asarray(numbers, dtype=np.int64)])


def _spans(start: npt.NDArray[np.integer[Any]], numbers: IntArray) -> tuple[IntArray, IntArray]:
    """Places of the entries of some routes, where route k has those from start[k] on, and whose each is."""
    first = start[numbers]
    count = start[numbers + 1] - first
    owner = np.repeat(np.arange(len(numbers)), count)
    return np.repeat(first - np.cumsum(count) + count, count) + np.arange(len(owner)), owner
