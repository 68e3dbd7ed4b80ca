"""Cheapest simple route by labels: exact where a tree is not, for prices below zero and for a limit on days.

A floor or a served share puts prices below zero on arcs, and then a cheapest path may run in circles. A label is a
way from the source to a vertex with its cost, its days, and which of the critical vertices it has seen. At first the
vertices at the end of arcs with negative prices are critical; a cheapest route that still visits a vertex twice makes
that vertex critical and the search is repeated (decremental state-space relaxation, Righini and Salani 2008). Labels
that cannot beat the ceiling are dropped; what a label must still cost at least, chains of rewarded arcs tell
(`rewards`).
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from model.network.graph import FloatArray, Graph, IntArray
from model.network.rewards import MOST_REWARDED, cost_to_go

MOST_LABELS = 400_000
TINY = 1e-9


@dataclass(frozen=True)
class LabelledRoute:
    """A simple route below the ceiling (empty when there is none), and a proven lower bound of every route's cost."""

    arcs: tuple[int, ...]
    cost: float
    at_least: float


@dataclass(frozen=True)
class _Label:
    cost: float
    days: float
    seen: int
    vertex: int
    arc: int
    before: _Label | None

    def route(self) -> tuple[int, ...]:
        arcs: list[int] = []
        at: _Label | None = self
        while at is not None and at.before is not None:
            arcs.append(at.arc)
            at = at.before
        return tuple(reversed(arcs))


def cheapest_simple_route(
    graph: Graph, prices: FloatArray, source: int, sink: int, ceiling: float,
    days: FloatArray | None = None, limit: float = np.inf, most: int = MOST_LABELS,
) -> LabelledRoute:  # fmt: skip
    """The cheapest simple route from source to sink that costs less than `ceiling` and takes at most `limit` days.

    `prices` and `days` have shape (arcs,); inf bars an arc, prices may be negative, days not. `at_least` never
    exceeds the cost of any such route; when the search was given up, after `most` labels, it is still true, only lower.
    """
    search = _Search(graph, prices, source, sink, np.zeros(len(prices)) if days is None else days, limit)
    critical = sorted({int(graph.head[arc]) for arc in np.flatnonzero(prices < 0)})
    while True:
        best, complete = search.run(critical, ceiling, most)
        if not complete:
            return LabelledRoute((), np.inf, search.floor())
        if best is None:
            return LabelledRoute((), np.inf, ceiling)
        arcs = best.route()
        heads = [source, *graph.head[list(arcs)].tolist()]
        twice = {vertex for vertex in heads if heads.count(vertex) > 1}
        if not twice:
            return LabelledRoute(arcs, best.cost, best.cost)
        critical = sorted(set(critical) | twice)


class _Search:
    """One source, one sink, one set of prices."""

    def __init__(
        self, graph: Graph, prices: FloatArray, source: int, sink: int, days: FloatArray, limit: float
    ) -> None:
        self._graph, self._prices, self._days, self._limit = graph, prices, days, limit
        self._source, self._sink = source, sink
        usable = np.flatnonzero(np.isfinite(prices))
        self._out: dict[int, list[int]] = {}
        for arc in usable.tolist():
            self._out.setdefault(int(graph.tail[arc]), []).append(arc)
        self._cost_to_go = _to_go(graph, usable, np.maximum(prices, 0.0), sink)
        self._days_to_go = _to_go(graph, usable, days, sink)
        # what negative arcs can still take off: each head is critical, so each is entered at most once
        lowest: dict[int, float] = {}
        for arc in np.flatnonzero(prices < 0).tolist():
            head = int(graph.head[arc])
            lowest[head] = min(lowest.get(head, 0.0), float(prices[arc]))
        self._gift = lowest
        self._at_least = None
        rewarded = np.flatnonzero(prices < 0)
        if 0 < len(rewarded) <= MOST_REWARDED:
            unrewarded = usable[prices[usable] >= 0]
            ends = [sink, *graph.tail[rewarded].tolist()]
            distance = np.array([_to_go(graph, unrewarded, prices, end) for end in ends])
            self._at_least = cost_to_go(prices[rewarded], graph.tail[rewarded], graph.head[rewarded], distance)

    def floor(self) -> float:
        """A cost that no route can undercut."""
        if self._at_least is not None:
            return float(self._at_least[self._source])
        return float(self._cost_to_go[self._source]) + sum(self._gift.values())

    def run(self, critical: list[int], ceiling: float, most: int) -> tuple[_Label | None, bool]:
        """Cheapest label at the sink below the ceiling; False when there were too many labels."""
        bit = {vertex: 1 << i for i, vertex in enumerate(critical)}
        start = _Label(0.0, 0.0, bit.get(self._source, 0), self._source, -1, None)
        queue: list[tuple[float, int, _Label]] = [(0.0, 0, start)]
        kept: dict[int, list[_Label]] = {}
        best: _Label | None = None
        made = 0
        while queue:
            _, _, label = heappop(queue)
            if label.cost + self._left(label, bit) >= ceiling - TINY:
                continue
            if label.vertex == self._sink:
                if label.cost < ceiling:
                    best, ceiling = label, label.cost
                continue
            for following in self._steps(label, bit):
                if following.cost + self._left(following, bit) >= ceiling - TINY:
                    continue
                if _dominated(following, kept.setdefault(following.vertex, [])):
                    continue
                made += 1
                if made > most:
                    return None, False
                heappush(queue, (following.cost + self._ahead(following.vertex), made, following))
        return best, True

    def _left(self, label: _Label, bit: dict[int, int]) -> float:
        """Least cost from a label on: what it has not collected yet may still come off."""
        if self._at_least is not None:
            return float(self._at_least[label.vertex])
        gifts = sum(value for vertex, value in self._gift.items() if not label.seen & bit[vertex])
        return float(self._cost_to_go[label.vertex]) + gifts

    def _ahead(self, vertex: int) -> float:
        """Cost to go by which labels are put in order."""
        return float((self._cost_to_go if self._at_least is None else self._at_least)[vertex])

    def _steps(self, label: _Label, bit: dict[int, int]) -> list[_Label]:
        result = []
        for arc in self._out.get(label.vertex, ()):
            head = int(self._graph.head[arc])
            mark = bit.get(head, 0)
            days = label.days + float(self._days[arc])
            if mark & label.seen or head == self._source or days + self._days_to_go[head] > self._limit + TINY:
                continue
            cost = label.cost + float(self._prices[arc])
            result.append(_Label(cost, days, label.seen | mark, head, arc, label))
        return result


def _dominated(label: _Label, others: list[_Label]) -> bool:
    """Whether another label at the vertex is no worse in everything; if not, it joins and drops those it beats."""
    for other in others:
        if other.cost <= label.cost and other.days <= label.days and other.seen & label.seen == other.seen:
            return True
    others[:] = [
        other
        for other in others
        if not (label.cost <= other.cost and label.days <= other.days and label.seen & other.seen == label.seen)
    ]
    others.append(label)
    return False


def _to_go(graph: Graph, usable: IntArray, weights: FloatArray, sink: int) -> FloatArray:
    """Least sum of weights (not negative) from each vertex to the sink, shape (vertices,)."""
    order = usable[np.argsort(weights[usable], kind="stable")]
    keys = graph.head[order] * graph.vertex_count + graph.tail[order]
    _, first = np.unique(keys, return_index=True)  # the cheapest of parallel arcs
    arcs = order[first]
    size = graph.vertex_count
    matrix = csr_array((weights[arcs], (graph.head[arcs], graph.tail[arcs])), shape=(size, size))
    return np.asarray(dijkstra(matrix, indices=[sink])).ravel()
