"""Cheapest routes on any prices of arcs (scipy's compiled Dijkstra)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from model.network.graph import FloatArray, Graph, IntArray

NO_VERTEX = -9999  # scipy's own mark for "no predecessor"
ROUNDING = 1e-9  # relative size of negative prices that are rounding of a dual value


class NegativePriceError(ValueError):
    """Dijkstra was asked for prices below zero, on which it is not exact."""


def without_rounding(prices: FloatArray) -> FloatArray:
    """Prices with those below zero by no more than rounding set to 0. Raises NegativePriceError for others."""
    lowest = float(prices.min(initial=0.0))
    if lowest >= 0:
        return prices
    finite = prices[np.isfinite(prices)]
    if lowest < -ROUNDING * max(1.0, float(np.abs(finite).max(initial=0.0))):
        raise NegativePriceError(f"price {lowest} of an arc is negative")
    return np.maximum(prices, 0.0)


class PathFinder:
    """Cheapest-path trees on one graph; the structure is sorted once, prices change from call to call."""

    def __init__(self, graph: Graph) -> None:
        """Sort the arcs by (tail, head); parallel arcs share one entry and the cheapest of them is taken."""
        self._graph = graph
        self._order = np.lexsort((graph.head, graph.tail))
        tail, head = graph.tail[self._order], graph.head[self._order]
        new = np.ones(len(tail), dtype=np.bool_)
        new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        self._start = np.flatnonzero(new)
        self._parallel = bool(len(self._start) < len(tail))
        self._columns = head[self._start].astype(np.int32)
        counts = np.bincount(tail[self._start], minlength=graph.vertex_count)
        self._row_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)

    def trees(self, prices: FloatArray, sources: Sequence[int]) -> tuple[FloatArray, IntArray]:
        """Distances and predecessors from each source vertex; both of shape (sources, vertices).

        `prices` has shape (arcs,); inf bars an arc. Raises NegativePriceError when a price is below zero by more
        than rounding.
        """
        prices = without_rounding(prices)
        sorted_prices = prices[self._order]
        weights = np.minimum.reduceat(sorted_prices, self._start) if self._parallel else sorted_prices
        size = self._graph.vertex_count
        matrix = csr_array((weights, self._columns, self._row_start), shape=(size, size))
        distance, before = dijkstra(matrix, indices=list(sources), return_predecessors=True)
        return np.atleast_2d(distance), np.atleast_2d(before)

    def path(self, before: IntArray, source: int, sink: int, prices: FloatArray) -> tuple[int, ...]:
        """Arc numbers from source to sink along a predecessor row; empty when the sink is out of reach."""
        arcs: list[int] = []
        vertex = sink
        while vertex != source:
            previous = int(before[vertex])
            if previous == NO_VERTEX:
                return ()
            arcs.append(self._cheapest_between(previous, vertex, prices))
            vertex = previous
        return tuple(reversed(arcs))

    def _cheapest_between(self, tail: int, head: int, prices: FloatArray) -> int:
        first, last = self._row_start[tail], self._row_start[tail + 1]
        entry = int(first + np.searchsorted(self._columns[first:last], head))
        begin = self._start[entry]
        end = self._start[entry + 1] if entry + 1 < len(self._start) else len(self._order)
        candidates = self._order[begin:end]
        return int(candidates[np.argmin(prices[candidates])])
