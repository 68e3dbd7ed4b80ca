"""Routes in order of price, against all ways looked at one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from model.network.graph import FloatArray, Graph
from model.network.labels import LabelledRoute
from model.network.ranked import SearchGivenUp, SimpleRoutes


def random_graph(seed: int) -> tuple[Graph, FloatArray, FloatArray]:
    """Six vertices, some thirty arcs (parallel ones among them), whole prices from -4 to 9 and days from 0 to 4."""
    chance = np.random.default_rng(seed)
    ends = [pair for pair in itertools.permutations(range(6), 2) if chance.random() < 0.8]
    ends += [ends[0], ends[-1]]
    tail, head = (np.array(side, dtype=np.int64) for side in zip(*ends, strict=True))
    arcs = pd.DataFrame({"kind": "link", "tail": tail, "head": head})
    graph = Graph(arcs, tuple("ABCDEF"), {}, {})
    prices = chance.integers(-4 if seed % 2 else 0, 10, len(ends)).astype(float)
    return graph, prices, chance.integers(0, 5, len(ends)).astype(float)


def all_ways(graph: Graph, prices: FloatArray, days: FloatArray, most: float) -> list[float]:
    """Prices of all routes from 0 to 5 without loops and in time, cheapest first."""
    found: list[float] = []

    def go_on(vertex: int, seen: set[int], price: float, spent: float) -> None:
        if spent > most:
            return
        if vertex == 5:
            found.append(price)
            return
        for arc in np.flatnonzero(graph.tail == vertex).tolist():
            head = int(graph.head[arc])
            if head not in seen and np.isfinite(prices[arc]):
                go_on(head, {*seen, head}, price + prices[arc], spent + days[arc])

    go_on(0, {0}, 0.0, 0.0)
    return sorted(found)


@pytest.mark.parametrize("most", [np.inf, 6.0, 2.0])
@pytest.mark.parametrize("seed", range(12))
def test_all_routes_come_in_order(seed: int, most: float) -> None:
    """Proves: on random graphs, every other one with prices below zero, the routes come exactly in the order of all
    ways looked at one by one, none missing, none with a loop, none that takes too long.

    If it were ignored: `routes` would crash on a subsidised leg, or show one that no cargo may take as the best.
    """
    graph, prices, days = random_graph(seed)
    wanted = all_ways(graph, prices, days, most)
    found = list(itertools.islice(SimpleRoutes(graph, prices, days, most).between(0, 5), 40))
    assert [prices[list(route)].sum() for route in found] == pytest.approx(wanted[:40])
    assert len(set(found)) == len(found)
    for route in found:
        heads = [0, *graph.head[list(route)].tolist()]
        assert len(set(heads)) == len(heads)
        assert days[list(route)].sum() <= most


def test_a_search_that_is_given_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when labels become too many, nothing is called the best. If it were ignored: a way left out by the limit
    would be missing in silence."""
    graph, prices, days = random_graph(1)
    monkeypatch.setattr("model.network.ranked.cheapest_simple_route", lambda *_: LabelledRoute((), np.inf, -5.0))
    with pytest.raises(SearchGivenUp):
        next(SimpleRoutes(graph, prices, days, np.inf).between(0, 5))
