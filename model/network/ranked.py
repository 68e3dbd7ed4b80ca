"""Simple routes in order of price, exactly as pricing takes them: prices may be negative, days limited."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np

from model.network.graph import FloatArray, Graph
from model.network.labels import cheapest_simple_route
from model.network.paths import NegativePriceError, PathFinder

TINY = 1e-9


class SearchGivenUp(Exception):
    """There are too many ways to look through before the next best is certain."""


class SimpleRoutes:
    """Routes without loops between two vertices, by Yen's method: cheapest spurs off the routes already found (1971).

    `prices` and `days` have shape (arcs,); inf bars an arc. Routes take at most `most_days`.
    """

    def __init__(self, graph: Graph, prices: FloatArray, days: FloatArray, most_days: float) -> None:
        """Prepare the search; the prices are those of all routes asked for."""
        self._graph, self._prices, self._days, self._most = graph, prices, days, most_days
        self._finder = PathFinder(graph)

    def between(self, source: int, sink: int) -> Iterator[tuple[int, ...]]:
        """Arc numbers of each route, cheapest first. Raises SearchGivenUp."""
        first = self._cheapest((), set(), source, sink)
        heap: list[tuple[float, tuple[int, ...]]] = [(self._price(first), first)] if first else []
        seen, found = {first}, list[tuple[int, ...]]()
        while heap:
            _, route = heappop(heap)
            found.append(route)
            yield route
            for position, arc in enumerate(route):
                root = route[:position]
                barred = {other[position] for other in found if other[:position] == root and len(other) > position}
                candidate = root + self._cheapest(root, barred, int(self._graph.tail[arc]), sink)
                if len(candidate) > position and candidate not in seen:
                    seen.add(candidate)
                    heappush(heap, (self._price(candidate), candidate))

    def _price(self, route: tuple[int, ...]) -> float:
        return float(self._prices[list(route)].sum())

    def _cheapest(self, root: tuple[int, ...], barred: set[int], start: int, sink: int) -> tuple[int, ...]:
        """Cheapest way on from the end of a root that passes none of its vertices; empty when there is none."""
        graph, prices = self._graph, self._prices.copy()
        prices[list(barred)] = np.inf
        passed = [int(graph.tail[arc]) for arc in root]
        prices[np.isin(graph.head, passed) | np.isin(graph.tail, passed)] = np.inf
        left = self._most - float(self._days[list(root)].sum())
        try:  # a tree is quicker, where it is exact
            distance, before = self._finder.trees(prices, [start])
            if not np.isfinite(distance[0, sink]):
                return ()
            route = self._finder.path(before[0], start, sink, prices)
            if self._days[list(route)].sum() <= left + TINY:
                return route
        except NegativePriceError:
            pass
        labelled = cheapest_simple_route(graph, prices, start, sink, np.inf, self._days, left)
        if not labelled.arcs and labelled.at_least < np.inf:
            raise SearchGivenUp
        return labelled.arcs
