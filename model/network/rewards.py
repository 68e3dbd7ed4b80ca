"""Cheapest routes where some arcs pay a reward: prices below zero on a few arcs, as floors on flows put them.

A route that uses rewarded arcs is a chain of them, joined by cheapest ways over the other arcs. The chain is found by
dynamic programming over the rewarded arcs, of which two may follow each other only if they share no vertex but the one
between them, and no more are used than a route without loops can use. That is a relaxation: its cost is never above
that of any route, and where the chain found has no vertex twice it is the cheapest route. A search by labels
(`labels`), which is exact for any prices but can take minutes, is needed for the few pairs that are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from model.network.graph import BoolArray, FloatArray, Graph, IntArray
from model.network.paths import PathFinder

MOST_REWARDED = 150  # arcs; the tables grow with its square


@dataclass(frozen=True)
class Rewarded:
    """Of some pairs: `at_least`, which no route undercuts, good routes and their `costs`, both of shape (pairs,).

    Where the cheapest chain has loops the route has one rewarded arc only and costs more; () where that has loops too.
    """

    at_least: FloatArray
    routes: list[tuple[int, ...]]
    costs: FloatArray


def cheapest_rewarded(
    graph: Graph, finder: PathFinder, prices: FloatArray, sources: IntArray, sinks: IntArray
) -> Rewarded | None:
    """Cheapest chains of the pairs (sources[i], sinks[i]); None when too many arcs are rewarded.

    `prices` has shape (arcs,); inf bars an arc.
    """
    arcs = np.flatnonzero(prices < 0)
    if len(arcs) > MOST_REWARDED:
        return None
    plain = prices.copy()
    plain[arcs] = np.inf
    tail, head = graph.tail[arcs], graph.head[arcs]
    roots, row = np.unique(np.concatenate((sources, head)), return_inverse=True)
    distance, before = finder.trees(plain, roots.tolist())
    own, of_head = row[: len(sources)], row[len(sources) :]
    chains = _Chains(prices[arcs], tail, head, distance[:, tail], of_head, _most_used(tail, head))
    last = distance[of_head][:, sinks].T  # shape (pairs, arcs)
    through = chains.cost[-1][own] + last
    best = through.argmin(axis=1) if len(arcs) else np.zeros(len(sources), dtype=np.int64)
    direct = distance[own, sinks]
    rewarded = through[np.arange(len(sources)), best] if len(arcs) else np.full(len(sources), np.inf)
    single = chains.cost[0][own] + last

    def route(pair: int, way: list[int]) -> tuple[int, ...]:
        ends = [int(sources[pair]), *(int(vertex) for gate in way for vertex in (tail[gate], head[gate]))]
        ends.append(int(sinks[pair]))
        at = [int(own[pair]), *(int(of_head[gate]) for gate in way)]
        legs = [finder.path(before[root], ends[2 * leg], ends[2 * leg + 1], plain) for leg, root in enumerate(at)]
        found = [*legs[0], *(arc for gate, leg in zip(way, legs[1:], strict=True) for arc in (int(arcs[gate]), *leg))]
        return _without_idle_loops(graph, found, prices)

    routes: list[tuple[int, ...]] = []
    for pair in range(len(sources)):
        ways: list[list[int]] = [[]] if direct[pair] <= rewarded[pair] else [chains.of(int(own[pair]), int(best[pair]))]
        if len(ways[0]) > 1 and np.isfinite(single[pair].min()):
            ways.append([int(single[pair].argmin())])
        reached = np.isfinite(min(direct[pair], rewarded[pair]))
        routes.append(next((one for way in ways if (one := route(pair, way))), ()) if reached else ())
    costs = np.array([prices[list(one)].sum() if one else np.inf for one in routes])
    return Rewarded(np.minimum(direct, rewarded), routes, costs)


class _Chains:
    """Cheapest chains from each root to the end of each rewarded arc, by the number of arcs in them."""

    def __init__(
        self, price: FloatArray, tail: IntArray, head: IntArray, to_tail: FloatArray, of_head: IntArray, most: int
    ) -> None:
        """`to_tail` has shape (roots, arcs): distance from each root to the tail of each rewarded arc."""
        follows = to_tail[of_head] + price
        follows = np.where(_apart(tail, head), follows, np.inf)
        self.cost = [to_tail + price]
        self._before: list[IntArray] = []
        for _ in range(most - 1):
            longer = self.cost[-1][:, :, None] + follows[None, :, :]
            arc = longer.argmin(axis=1)
            value = np.take_along_axis(longer, arc[:, None, :], axis=1)[:, 0, :]
            better = value < self.cost[-1]
            if not better.any():
                break
            self._before.append(np.where(better, arc, -1))
            self.cost.append(np.where(better, value, self.cost[-1]))

    def of(self, root: int, arc: int) -> list[int]:
        """The chain from a root that ends in an arc."""
        chain = [arc]
        for before in reversed(self._before):
            previous = int(before[root, chain[0]])
            if previous >= 0:
                chain.insert(0, previous)
        return chain


def cost_to_go(price: FloatArray, tail: IntArray, head: IntArray, distance: FloatArray) -> FloatArray:
    """Least cost of a chain from every vertex to a sink, shape (vertices,): no route costs less.

    `distance` has shape (1 + rewarded arcs, vertices): over the other arcs to the sink, then to each arc's tail.
    """
    alone = price + distance[0, head]
    follows = price[:, None] + distance[1:, head].T
    follows = np.where(_apart(tail, head), follows, np.inf)
    best = alone
    for _ in range(_most_used(tail, head) - 1):
        longer = np.minimum(alone, (follows + best[None, :]).min(axis=1))
        if not (longer < best).any():
            break
        best = np.minimum(best, longer)
    return np.asarray(np.minimum(distance[0], (distance[1:] + best[:, None]).min(axis=0)))


def _apart(tail: IntArray, head: IntArray) -> BoolArray:
    """Which arc may follow which on a route without loops, shape (arcs, arcs)."""
    return np.asarray(
        (tail[None, :] != tail[:, None]) & (head[None, :] != tail[:, None]) & (head[None, :] != head[:, None])
    )


def _most_used(tail: IntArray, head: IntArray) -> int:
    """How many of some arcs a route without loops can use: in each connected set of them, its vertices less one."""
    vertices, place = np.unique(np.concatenate((tail, head)), return_inverse=True)
    if not len(vertices):
        return 1
    ends = place[: len(tail)], place[len(tail) :]
    joined = csr_array((np.ones(len(tail)), ends), shape=(len(vertices), len(vertices)))
    parts, _ = connected_components(joined, directed=False)
    return len(vertices) - int(parts)


def _without_idle_loops(graph: Graph, route: list[int], prices: FloatArray) -> tuple[int, ...]:
    """The route without loops that earn no reward; () when others are left."""
    kept: list[int] = []
    seen = {int(graph.tail[route[0]]): 0} if route else {}
    for arc in route:
        kept.append(arc)
        vertex = int(graph.head[arc])
        if vertex in seen:
            loop = kept[seen[vertex] :]
            if any(prices[other] < 0 for other in loop):
                return ()
            del kept[seen[vertex] :]
            seen = {at: place for at, place in seen.items() if place <= len(kept)}
        seen[vertex] = len(kept)
    return tuple(kept)
