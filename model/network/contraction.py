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
MOST_DISTANCES = 200_000  # in one table; each run of Dijkstra writes a row for all layers of its batch


class RouteFinder:
    """Cheapest routes from sources to sinks of one graph, for cargo that may use `usable` arcs."""

    def __init__(self, graph: Graph, sources: Iterable[int], sinks: Iterable[int], usable: BoolArray) -> None:
        """Take out the vertices that only pass cargo on; `usable` has shape (arcs,)."""
        self.graph = graph
        source_list, sink_list = sorted(set(sources)), sorted(set(sinks))
        chains = _contract(graph, set(source_list), set(sink_list), np.flatnonzero(usable))
        into_sink = [chain for chain in chains if chain[1] in set(sink_list)]
        between = [chain for chain in chains if chain[1] not in set(sink_list)]
        kept = sorted({chain[0] for chain in chains} | {chain[1] for chain in between} | set(source_list))
        number = {vertex: i for i, vertex in enumerate(kept)}
        self.size = len(kept)
        between.sort(key=lambda chain: (number[chain[0]], number[chain[1]], chain[2]))
        into_sink.sort(key=lambda chain: (chain[1], number[chain[0]], chain[2]))
        self.between = [chain[2] for chain in between]
        self.last = [chain[2] for chain in into_sink]
        self.between_sum = _sums(self.between, graph.arc_count)
        self.last_sum = _sums(self.last, graph.arc_count)
        tails = np.array([number[chain[0]] for chain in between], dtype=np.int64)
        heads = np.array([number[chain[1]] for chain in between], dtype=np.int64)
        self._lay_out_matrix(tails, heads)
        self.last_tail = np.array([number[chain[0]] for chain in into_sink], dtype=np.int64)
        self.vertex = np.full(graph.vertex_count, -1, dtype=np.int64)
        self.vertex[kept] = np.arange(len(kept))
        ends = np.array([chain[1] for chain in into_sink], dtype=np.int64)
        self.sink_first = np.searchsorted(ends, np.arange(graph.vertex_count))
        self.sink_count = np.bincount(ends, minlength=graph.vertex_count)

    def _lay_out_matrix(self, tails: IntArray, heads: IntArray) -> None:
        """Structure of the price matrix; parallel chains share an entry."""
        size = max(self.size, 1)
        self.entry_key, self.entry_start, self.entry_count = np.unique(
            tails * size + heads, return_index=True, return_counts=True
        )
        counts = np.bincount(self.entry_key // size, minlength=self.size)
        self.row_end = np.cumsum(counts)
        self.columns = self.entry_key % size

    def lay_out(self, layer: IntArray, sources: IntArray, sinks: IntArray) -> list[Batch]:
        """The pairs (sources[i], sinks[i]) at the prices of layer[i], to be priced as often as wanted."""
        return [Batch(self, pairs, layer, sources, sinks) for pairs in self._batches(layer, sources)]

    def cheapest(self, prices: FloatArray, batches: list[Batch]) -> Cheapest:
        """Cheapest routes of the pairs laid out in batches.

        `prices` has shape (layers, arcs); inf bars an arc. Raises NegativePriceError when a price is below zero by
        more than rounding.
        """
        prices = without_rounding(prices)
        pieces = [batch.trees(prices) for batch in batches]
        cost = np.full(sum(len(piece.cost) for piece in pieces), np.inf)
        for piece in pieces:
            cost[piece.batch.pairs] = piece.cost
        return Cheapest(cost, pieces)

    def _batches(self, layer: IntArray, sources: IntArray) -> list[IntArray]:
        """Pairs in groups of layers small enough for one table of distances."""
        order = np.argsort(layer, kind="stable")
        bounds = np.flatnonzero(np.diff(layer[order])) + 1
        vertices = len(self.vertex)
        roots_of = np.bincount(np.unique(layer * vertices + sources) // vertices)
        groups: list[list[IntArray]] = []
        layers = roots = 0
        for pairs in np.split(order, bounds) if len(order) else []:
            trees = int(roots_of[layer[pairs[0]]])
            if not groups or (layers + 1) * self.size * (roots + trees) > MOST_DISTANCES:
                groups.append([])
                layers = roots = 0
            groups[-1].append(pairs)
            layers, roots = layers + 1, roots + trees
        return [np.concatenate(group) for group in groups]


class Batch:
    """Pairs of some layers, laid out for one shortest-path run over copies of the graph side by side.

    `pairs` are their numbers, `at` the copy of each, `tree` its source among the `roots`. A pair ends with one of the
    chains into its sink; pairs with such chains are `reached`. Their chains stand one after the other in `chain`, from
    `first` on (and the end), and begin at the vertices `tail`.
    """

    def __init__(
        self, finder: RouteFinder, pairs: IntArray, layer: IntArray, sources: IntArray, sinks: IntArray
    ) -> None:
        """Lay out all that does not depend on prices."""
        self.finder, self.pairs = finder, pairs
        self.layers, self.at = np.unique(layer[pairs], return_inverse=True)
        copies, size, entries = np.arange(len(self.layers))[:, None], finder.size, len(finder.entry_key)
        self.columns = (finder.columns[None, :] + size * copies).ravel().astype(np.int32)
        self._start = np.concatenate(([0], (finder.row_end[None, :] + entries * copies).ravel())).astype(np.int32)
        self.roots, self.tree = np.unique(finder.vertex[sources[pairs]] + size * self.at, return_inverse=True)
        count = finder.sink_count[sinks[pairs]]
        self.reached = np.flatnonzero(count)
        self.first = np.concatenate(([0], np.cumsum(count[self.reached])))
        self._of_pair = np.repeat(np.arange(len(pairs)), count)
        within = np.arange(len(self._of_pair)) - np.repeat(self.first[:-1], count[self.reached])
        self.chain = finder.sink_first[sinks[pairs]][self._of_pair] + within
        self.tail = finder.last_tail[self.chain] + size * self.at[self._of_pair]

    def trees(self, prices: FloatArray) -> Trees:
        """One shortest-path run."""
        finder, size = self.finder, self.finder.size * len(self.layers)
        here = prices[self.layers].T
        chain_price = np.asarray(finder.between_sum @ here)
        last_price = np.asarray(finder.last_sum @ here)
        weights = np.minimum.reduceat(chain_price, finder.entry_start) if len(chain_price) else chain_price
        matrix = csr_array((weights.T.ravel(), self.columns, self._start), shape=(size, size))
        distance, before = dijkstra(matrix, indices=self.roots, return_predecessors=True)
        of_pair = self._of_pair
        through = np.atleast_2d(distance)[self.tree[of_pair], self.tail] + last_price[self.chain, self.at[of_pair]]
        return Trees(self, np.atleast_2d(before), chain_price, through)


class Cheapest:
    """Cheapest routes of the pairs asked for: `cost` has shape (pairs,), inf where there is no route."""

    def __init__(self, cost: FloatArray, pieces: list[Trees]) -> None:
        """Hold the trees until routes are asked for."""
        self.cost, self._pieces = cost, pieces

    def routes(self, pairs: IntArray) -> list[tuple[int, ...]]:
        """Arc numbers of the routes of some pairs that have one."""
        found: dict[int, tuple[int, ...]] = {}
        for trees in self._pieces:
            held = trees.batch.pairs
            here = np.flatnonzero(np.isin(held, pairs))
            if len(here):
                found.update(zip(held[here].tolist(), trees.routes(here), strict=True))
        return [found[pair] for pair in pairs.tolist()]


class Trees:
    """Cheapest-route trees of one batch of pairs; `cost` has shape (pairs of the batch,), inf out of reach."""

    def __init__(self, batch: Batch, before: IntArray, chain_price: FloatArray, through: FloatArray) -> None:
        """`chain_price` has shape (chains, layers), `through` is the cost of each option of each pair."""
        self.batch = batch
        self._before, self._chain_price, self._through = before, chain_price, through
        self.cost = np.full(len(batch.pairs), np.inf)
        if len(through):
            self.cost[batch.reached] = np.minimum.reduceat(through, batch.first[:-1])

    def routes(self, pairs: IntArray) -> list[tuple[int, ...]]:
        """Arc numbers of the routes of some pairs of the batch that have one."""
        batch, finder = self.batch, self.batch.finder
        number = np.searchsorted(batch.reached, pairs).tolist()
        spans = [(int(batch.first[one]), int(batch.first[one + 1])) for one in number]
        best = np.array([low + int(np.argmin(self._through[low:high])) for low, high in spans], dtype=np.int64)
        layer, at = batch.at[pairs], batch.tail[best]
        parts: list[list[tuple[int, ...]]] = [[finder.last[chain]] for chain in batch.chain[best].tolist()]
        root = batch.roots[batch.tree[pairs]]
        while (moving := np.flatnonzero(at != root)).size:
            previous = self._before[batch.tree[pairs[moving]], at[moving]].astype(np.int64)
            key = (previous % finder.size) * finder.size + at[moving] % finder.size
            chain = self._best_chain(np.searchsorted(finder.entry_key, key), layer[moving])
            for pair, chosen in zip(moving.tolist(), chain.tolist(), strict=True):
                parts[pair].append(finder.between[chosen])
            at[moving] = previous
        return [self._simple([arc for part in reversed(chains) for arc in part]) for chains in parts]

    def _best_chain(self, entry: IntArray, layer: IntArray) -> IntArray:
        """Cheapest of the parallel chains of some entries."""
        start, count = self.batch.finder.entry_start[entry], self.batch.finder.entry_count[entry]
        best: IntArray = np.array(start, dtype=np.int64)
        for step in range(1, int(count.max(initial=1))):
            here = np.flatnonzero(count > step)
            better = self._chain_price[start[here] + step, layer[here]] < self._chain_price[best[here], layer[here]]
            best[here[better]] = start[here[better]] + step
        return best

    def _simple(self, route: list[int]) -> tuple[int, ...]:
        """The route without loops; a loop can only come from arcs that cost nothing."""
        head = self.batch.finder.graph.head
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
