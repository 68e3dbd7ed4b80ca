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

from model.network.graph import BoolArray, FloatArray, Graph, IntArray
from model.network.paths import without_rounding

FILL = 1  # chains by which taking out a vertex may grow the graph
MOST_DISTANCES = 2_000_000  # in one table


class RouteFinder:
    """Cheapest routes from sources to sinks of one graph, for cargo that may use `usable` arcs."""

    def __init__(self, graph: Graph, sources: Iterable[int], sinks: Iterable[int], usable: BoolArray) -> None:
        """Take out the vertices that only pass cargo on; `usable` has shape (arcs,)."""
        self._graph = graph
        source_list, sink_list = sorted(set(sources)), sorted(set(sinks))
        chains = _contract(graph, set(source_list), set(sink_list), np.flatnonzero(usable))
        into_sink = [chain for chain in chains if chain[1] in set(sink_list)]
        between = [chain for chain in chains if chain[1] not in set(sink_list)]
        kept = sorted({chain[0] for chain in chains} | {chain[1] for chain in between} | set(source_list))
        number = {vertex: i for i, vertex in enumerate(kept)}
        self._size = len(kept)
        between.sort(key=lambda chain: (number[chain[0]], number[chain[1]], chain[2]))
        into_sink.sort(key=lambda chain: (chain[1], number[chain[0]], chain[2]))
        self._between = [chain[2] for chain in between]
        self._last = [chain[2] for chain in into_sink]
        self._between_sum = _sums(self._between, graph.arc_count)
        self._last_sum = _sums(self._last, graph.arc_count)
        tails = np.array([number[chain[0]] for chain in between], dtype=np.int64)
        heads = np.array([number[chain[1]] for chain in between], dtype=np.int64)
        self._lay_out_matrix(tails, heads)
        self._last_tail = np.array([number[chain[0]] for chain in into_sink], dtype=np.int64)
        self._vertex = np.full(graph.vertex_count, -1, dtype=np.int64)
        self._vertex[kept] = np.arange(len(kept))
        ends = np.array([chain[1] for chain in into_sink], dtype=np.int64)
        self._sink_first = np.searchsorted(ends, np.arange(graph.vertex_count))
        self._sink_count = np.bincount(ends, minlength=graph.vertex_count)

    def _lay_out_matrix(self, tails: IntArray, heads: IntArray) -> None:
        """Structure of the price matrix; parallel chains share an entry."""
        size = max(self._size, 1)
        self._entry_key, self._entry_start, self._entry_count = np.unique(
            tails * size + heads, return_index=True, return_counts=True
        )
        counts = np.bincount(self._entry_key // size, minlength=self._size)
        self._row_end = np.cumsum(counts)
        self._columns = self._entry_key % size

    def cheapest(self, prices: FloatArray, layer: IntArray, sources: IntArray, sinks: IntArray) -> Cheapest:
        """Cheapest routes of the pairs (sources[i], sinks[i]) at the prices of layer[i].

        `prices` has shape (layers, arcs); inf bars an arc. Raises NegativePriceError when a price is below zero by
        more than rounding.
        """
        prices = without_rounding(prices)
        pieces = [self._batch(prices, layer, sources, sinks, pairs) for pairs in self._batches(layer, sources)]
        cost = np.full(len(layer), np.inf)
        for pairs, piece in pieces:
            cost[pairs] = piece.cost
        return Cheapest(cost, pieces)

    def _batches(self, layer: IntArray, sources: IntArray) -> list[IntArray]:
        """Pairs in groups of layers small enough for one table of distances."""
        order = np.argsort(layer, kind="stable")
        bounds = np.flatnonzero(np.diff(layer[order])) + 1
        vertices = len(self._vertex)
        roots_of = np.bincount(np.unique(layer * vertices + sources) // vertices)
        groups: list[list[IntArray]] = []
        layers = roots = 0
        for pairs in np.split(order, bounds):
            trees = int(roots_of[layer[pairs[0]]])
            if not groups or (layers + 1) * self._size * (roots + trees) > MOST_DISTANCES:
                groups.append([])
                layers = roots = 0
            groups[-1].append(pairs)
            layers, roots = layers + 1, roots + trees
        return [np.concatenate(group) for group in groups]

    def _batch(
        self, prices: FloatArray, layer: IntArray, sources: IntArray, sinks: IntArray, pairs: IntArray
    ) -> tuple[IntArray, Trees]:
        """One shortest-path run over the layers side by side."""
        layers, at = np.unique(layer[pairs], return_inverse=True)
        chain_price = np.asarray(self._between_sum @ prices[layers].T)
        last_price = np.asarray(self._last_sum @ prices[layers].T)
        weights = np.minimum.reduceat(chain_price, self._entry_start) if len(chain_price) else chain_price
        n, size, entries = len(layers), self._size, len(self._entry_key)
        columns = (self._columns[None, :] + size * np.arange(n)[:, None]).ravel()
        ends = (self._row_end[None, :] + entries * np.arange(n)[:, None]).ravel()
        start = np.concatenate(([0], ends))
        parts = (weights.T.ravel(), columns.astype(np.int32), start.astype(np.int32))
        matrix = csr_array(parts, shape=(n * size, n * size))
        roots, tree = np.unique(self._vertex[sources[pairs]] + size * at, return_inverse=True)
        distance, before = dijkstra(matrix, indices=roots, return_predecessors=True)
        trees = Trees(self, at, tree, roots, np.atleast_2d(before), chain_price)
        trees.reach(np.atleast_2d(distance), last_price, sinks[pairs])
        return pairs, trees


class Cheapest:
    """Cheapest routes of the pairs asked for: `cost` has shape (pairs,), inf where there is no route."""

    def __init__(self, cost: FloatArray, pieces: list[tuple[IntArray, Trees]]) -> None:
        """Hold the trees until routes are asked for."""
        self.cost, self._pieces = cost, pieces

    def routes(self, pairs: IntArray) -> list[tuple[int, ...]]:
        """Arc numbers of the routes of some pairs that have one."""
        found: dict[int, tuple[int, ...]] = {}
        for held, trees in self._pieces:
            here = np.flatnonzero(np.isin(held, pairs))
            if len(here):
                found.update(zip(held[here].tolist(), trees.routes(here), strict=True))
        return [found[pair] for pair in pairs.tolist()]


class Trees:
    """Cheapest-route trees of one batch of pairs."""

    def __init__(
        self, finder: RouteFinder, layer: IntArray, tree: IntArray, roots: IntArray, before: IntArray,
        chain_price: FloatArray,
    ) -> None:  # fmt: skip
        """`layer` and `tree` have one entry a pair, `roots` one a tree; `chain_price` has shape (chains, layers)."""
        self._finder, self._layer, self._tree = finder, layer, tree
        self._roots, self._before, self._chain_price = roots, before, chain_price
        self.cost = np.full(len(layer), np.inf)
        self._chain_to_sink = np.full(len(layer), -1, dtype=np.int64)

    def reach(self, distance: FloatArray, last_price: FloatArray, sinks: IntArray) -> None:
        """Cost of each pair and its last chain (-1 out of reach)."""
        finder = self._finder
        first, count = finder._sink_first[sinks], finder._sink_count[sinks]
        for step in range(int(count.max(initial=0))):
            here = np.flatnonzero(count > step)
            chain = first[here] + step
            tail = finder._last_tail[chain] + finder._size * self._layer[here]
            through = distance[self._tree[here], tail] + last_price[chain, self._layer[here]]
            better = through < self.cost[here]
            self.cost[here[better]] = through[better]
            self._chain_to_sink[here[better]] = chain[better]

    def routes(self, pairs: IntArray) -> list[tuple[int, ...]]:
        """Arc numbers of the routes of some pairs of the batch."""
        finder = self._finder
        last, layer = self._chain_to_sink[pairs], self._layer[pairs]
        at = finder._last_tail[last] + finder._size * layer
        parts: list[list[tuple[int, ...]]] = [[finder._last[chain]] for chain in last.tolist()]
        root = self._roots[self._tree[pairs]]
        while (moving := np.flatnonzero(at != root)).size:
            previous = self._before[self._tree[pairs[moving]], at[moving]].astype(np.int64)
            key = (previous % finder._size) * finder._size + at[moving] % finder._size
            chain = self._best_chain(np.searchsorted(finder._entry_key, key), layer[moving])
            for pair, number in zip(moving.tolist(), chain.tolist(), strict=True):
                parts[pair].append(finder._between[number])
            at[moving] = previous
        return [self._simple([arc for part in reversed(chains) for arc in part]) for chains in parts]

    def _best_chain(self, entry: IntArray, layer: IntArray) -> IntArray:
        """Cheapest of the parallel chains of some entries."""
        start, count = self._finder._entry_start[entry], self._finder._entry_count[entry]
        best: IntArray = np.array(start, dtype=np.int64)
        for step in range(1, int(count.max(initial=1))):
            here = np.flatnonzero(count > step)
            better = self._chain_price[start[here] + step, layer[here]] < self._chain_price[best[here], layer[here]]
            best[here[better]] = start[here[better]] + step
        return best

    def _simple(self, route: list[int]) -> tuple[int, ...]:
        """The route without loops; a loop can only come from arcs that cost nothing."""
        head = self._finder._graph.head
        heads = head[route].tolist()
        if len(set(heads)) == len(heads):
            return tuple(route)
        result: list[int] = []
        for arc, vertex in zip(route, heads, strict=True):
            reached = [int(head[other]) for other in result]
            if vertex in reached:
                del result[reached.index(vertex) + 1 :]
            else:
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


def _sums(chains: list[tuple[int, ...]], arc_count: int) -> csr_array:
    """Matrix that adds up the arcs of each chain, shape (chains, arcs)."""
    start = np.concatenate(([0], np.cumsum([len(chain) for chain in chains]))).astype(np.int64)
    arcs = np.array([arc for chain in chains for arc in chain], dtype=np.int64)
    return csr_array((np.ones(len(arcs)), arcs, start), shape=(len(chains), arc_count))
