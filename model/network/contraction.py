"""Cheapest routes between many pairs at once, on a graph from which needless vertices have been taken out.

Most vertices of the split graph only pass cargo on. A vertex that no route starts or ends at can be taken out: each
pair of an arc in and an arc out becomes one chain of arcs. Chains are made once; prices change from call to call, and
the price of a chain is the sum of its arcs' prices. With prices that are not negative the cheapest routes stay the
same.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from model.network.graph import FloatArray, Graph, IntArray
from model.network.paths import without_rounding

FILL = 1  # chains by which taking out a vertex may grow the graph


class RouteFinder:
    """Cheapest routes from sources to sinks of one graph, for cargo that may use `usable` arcs."""

    def __init__(self, graph: Graph, sources: Iterable[int], sinks: Iterable[int], usable: np.ndarray) -> None:  # type: ignore[type-arg]
        """Take out the vertices that only pass cargo on; `usable` has shape (arcs,)."""
        self._graph = graph
        source_list, sink_list = sorted(set(sources)), sorted(set(sinks))
        chains = _contract(graph, set(source_list), set(sink_list), np.flatnonzero(usable))
        into_sink = [chain for chain in chains if chain[1] in set(sink_list)]
        between = [chain for chain in chains if chain[1] not in set(sink_list)]
        kept = sorted({chain[0] for chain in chains} | {chain[1] for chain in between} | set(source_list))
        self._vertex = {vertex: i for i, vertex in enumerate(kept)}
        self._size = len(kept)
        between.sort(key=lambda chain: (self._vertex[chain[0]], self._vertex[chain[1]], chain[2]))
        into_sink.sort(key=lambda chain: (chain[1], self._vertex[chain[0]], chain[2]))
        width = max((len(chain[2]) for chain in chains), default=1)
        self._between = _padded([chain[2] for chain in between], width, graph.arc_count)
        self._last = _padded([chain[2] for chain in into_sink], width, graph.arc_count)
        tails = np.array([self._vertex[chain[0]] for chain in between], dtype=np.int64)
        heads = np.array([self._vertex[chain[1]] for chain in between], dtype=np.int64)
        self._lay_out_matrix(tails, heads)
        self._last_tail = np.array([self._vertex[chain[0]] for chain in into_sink], dtype=np.int64)
        last_sink = np.array([chain[1] for chain in into_sink], dtype=np.int64)
        self._sink_first = {int(s): int(i) for s, i in zip(*np.unique(last_sink, return_index=True), strict=False)}
        self._sink_count = {int(s): int(n) for s, n in zip(*np.unique(last_sink, return_counts=True), strict=False)}

    def _lay_out_matrix(self, tails: IntArray, heads: IntArray) -> None:
        """Structure of the price matrix; parallel chains share an entry."""
        keys = tails * self._size + heads
        self._entry_key, self._entry_start = np.unique(keys, return_index=True)
        self._entry_of_chain = np.searchsorted(self._entry_key, keys)
        counts = np.bincount(self._entry_key // max(self._size, 1), minlength=self._size)
        self._row_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        self._columns = (self._entry_key % max(self._size, 1)).astype(np.int32)

    def cheapest(self, prices: FloatArray, sources: IntArray, sinks: IntArray) -> Cheapest:
        """Cheapest routes of the pairs (sources[i], sinks[i]) at prices of shape (arcs,); inf bars an arc.

        Raises NegativePriceError when a price is below zero by more than rounding.
        """
        extended = np.append(without_rounding(prices), 0.0)
        chain_price = extended[self._between].sum(axis=1)
        weights = np.minimum.reduceat(chain_price, self._entry_start) if len(chain_price) else chain_price
        matrix = csr_array((weights, self._columns, self._row_start), shape=(self._size, self._size))
        starts, tree = np.unique(sources, return_inverse=True)
        index = [self._vertex[int(source)] for source in starts]
        distance, before = dijkstra(matrix, indices=index, return_predecessors=True)
        last_price = extended[self._last].sum(axis=1)
        cost, last = self._ends(np.atleast_2d(distance), last_price, tree, sinks)
        return Cheapest(self, cost, tree, last, np.array(index), np.atleast_2d(before), chain_price)

    def _ends(
        self, distance: FloatArray, last_price: FloatArray, tree: IntArray, sinks: IntArray
    ) -> tuple[FloatArray, IntArray]:
        """Cost of each pair and its last chain (-1 out of reach)."""
        first = np.array([self._sink_first.get(int(s), 0) for s in sinks], dtype=np.int64)
        count = np.array([self._sink_count.get(int(s), 0) for s in sinks], dtype=np.int64)
        cost, last = np.full(len(sinks), np.inf), np.full(len(sinks), -1, dtype=np.int64)
        for step in range(int(count.max(initial=0))):
            here = np.flatnonzero(count > step)
            chain = first[here] + step
            through = distance[tree[here], self._last_tail[chain]] + last_price[chain]
            better = through < cost[here]
            cost[here[better]], last[here[better]] = through[better], chain[better]
        return cost, last


class Cheapest:
    """Cheapest routes of the pairs asked for: `cost` has shape (pairs,), inf where there is no route."""

    def __init__(
        self, finder: RouteFinder, cost: FloatArray, tree: IntArray, last: IntArray, roots: IntArray,
        before: IntArray, chain_price: FloatArray,
    ) -> None:  # fmt: skip
        """Hold the trees until routes are asked for."""
        self.cost = cost
        self._finder, self._tree, self._last, self._roots, self._before = finder, tree, last, roots, before
        self._chain_price = chain_price

    def routes(self, pairs: IntArray) -> list[tuple[int, ...]]:
        """Arc numbers of the routes of some pairs that have one."""
        if not len(pairs):
            return []
        finder = self._finder
        order = np.lexsort((self._chain_price, finder._entry_of_chain))
        entries, first = np.unique(finder._entry_of_chain[order], return_index=True)
        best = np.zeros(len(finder._entry_key), dtype=np.int64)
        best[entries] = order[first]
        tree = self._tree[pairs]
        at = finder._last_tail[self._last[pairs]]
        parts = [finder._last[self._last[pairs]]]
        empty = np.full(finder._last.shape[1], finder._graph.arc_count)
        while (moving := np.flatnonzero(at != self._roots[tree])).size:
            previous = self._before[tree[moving], at[moving]].astype(np.int64)
            chain = best[np.searchsorted(finder._entry_key, previous * finder._size + at[moving])]
            part = np.broadcast_to(empty, (len(pairs), len(empty))).copy()
            part[moving] = finder._between[chain]
            parts.append(part)
            at[moving] = previous
        padded = np.concatenate(parts[::-1], axis=1)
        return [self._simple(row[row < finder._graph.arc_count]) for row in padded]

    def _simple(self, arcs: IntArray) -> tuple[int, ...]:
        """The route without loops; a loop can only come from arcs that cost nothing."""
        heads = self._finder._graph.head[arcs].tolist()
        route = arcs.tolist()
        if len(set(heads)) == len(heads):
            return tuple(route)
        result: list[int] = []
        position: dict[int, int] = {}
        for arc, head in zip(route, heads, strict=False):
            if head in position:
                for dropped in result[position[head] + 1 :]:
                    position.pop(int(self._finder._graph.head[dropped]), None)
                del result[position[head] + 1 :]
                continue
            position[head] = len(result)
            result.append(arc)
        return tuple(result)


Chain = tuple[int, int, tuple[int, ...]]


def _contract(graph: Graph, sources: set[int], sinks: set[int], arcs: IntArray) -> list[Chain]:
    """Chains (tail, head, arcs) between the vertices that stay."""
    out: dict[int, set[Chain]] = {vertex: set() for vertex in range(graph.vertex_count)}
    into: dict[int, set[Chain]] = {vertex: set() for vertex in range(graph.vertex_count)}
    unused = (set(graph.source.values()) - sources) | (set(graph.sink.values()) - sinks)
    for arc in arcs.tolist():
        tail, head = int(graph.tail[arc]), int(graph.head[arc])
        if tail not in unused and head not in unused:
            out[tail].add((tail, head, (arc,)))
            into[head].add((tail, head, (arc,)))
    pending = [vertex for vertex in out if vertex not in sources and vertex not in sinks]
    while pending:
        again: set[int] = set()
        for vertex in pending:
            entering, leaving = into[vertex], out[vertex]
            if not entering and not leaving:
                continue
            if len(entering) * len(leaving) > len(entering) + len(leaving) + FILL:
                continue
            again |= {chain[0] for chain in entering} | {chain[1] for chain in leaving}
            _take_out(vertex, into, out)
        pending = sorted(again - sources - sinks)
    return [chain for chains in out.values() for chain in chains]


def _take_out(vertex: int, into: dict[int, set[Chain]], out: dict[int, set[Chain]]) -> None:
    """Replace a vertex by chains through it; loops are dropped."""
    entering, leaving = into.pop(vertex), out.pop(vertex)
    into[vertex], out[vertex] = set(), set()
    for chain in entering:
        out[chain[0]].discard(chain)
    for chain in leaving:
        into[chain[1]].discard(chain)
    for tail, _, first in entering:
        for _, head, second in leaving:
            if tail != head:
                out[tail].add((tail, head, first + second))
                into[head].add((tail, head, first + second))


def _padded(chains: list[tuple[int, ...]], width: int, filler: int) -> IntArray:
    result = np.full((len(chains), width), filler, dtype=np.int64)
    for i, chain in enumerate(chains):
        result[i, : len(chain)] = chain
    return result
