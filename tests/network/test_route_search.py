"""Route search on contracted graphs and by labels, against every simple route."""

import numpy as np
import pytest

from model.network.contraction import RouteFinder
from model.network.labels import cheapest_simple_route
from model.network.paths import NegativePriceError
from tests.solvers.helpers import random_graph, simple_routes


@pytest.mark.parametrize("seed", range(40))
def test_contracted_graph_gives_the_cheapest_route(seed):
    """Proves: with vertices taken out and two layers of prices at once, cost and route are those of brute force.

    If it were ignored: pricing could miss a route and the bound would not be a bound.
    """
    graph = random_graph(seed)
    prices = np.random.default_rng(seed).integers(0, 6, (2, graph.arc_count)).astype(float)
    prices[:, 0] = np.inf
    sink = graph.sink["v"]
    finder = RouteFinder(graph, [0], [sink], np.ones(graph.arc_count, dtype=bool))
    ends = np.array([0, 0]), np.array([sink, sink])
    batches = finder.lay_out(np.array([0, 1]), *ends)
    finder.cheapest(np.flip(prices, axis=1), batches)  # a layout serves any prices
    cheapest = finder.cheapest(prices, batches)
    for layer in (0, 1):
        costs = [prices[layer, list(arcs)].sum() for arcs in simple_routes(graph, 0, sink)]
        assert cheapest.cost[layer] == pytest.approx(min(costs, default=np.inf))
        if np.isfinite(cheapest.cost[layer]):
            route = cheapest.routes(np.array([layer]))[0]
            assert route in set(simple_routes(graph, 0, sink))
            assert prices[layer, list(route)].sum() == pytest.approx(cheapest.cost[layer])


def test_contracted_graph_refuses_negative_prices():
    """Proves: a price below zero is an error. If it were ignored: Dijkstra would return a wrong route in silence."""
    graph = random_graph(1)
    finder = RouteFinder(graph, [0], [graph.sink["v"]], np.ones(graph.arc_count, dtype=bool))
    prices = np.full((1, graph.arc_count), 2.0)
    prices[0, 3] = -1.0
    with pytest.raises(NegativePriceError):
        finder.cheapest(prices, finder.lay_out(np.array([0]), np.array([0]), np.array([graph.sink["v"]])))


@pytest.mark.parametrize("seed", range(60))
def test_labels_are_exact_with_negative_prices_and_days(seed):
    """Proves: with prices below zero (circles pay) and a limit on days, labels give the best simple route.

    If it were ignored: floors and served shares would be priced wrongly, and late routes would carry cargo.
    """
    graph = random_graph(seed)
    random = np.random.default_rng(seed)
    prices = random.integers(-4, 8, graph.arc_count).astype(float)
    days = random.integers(0, 4, graph.arc_count).astype(float)
    sink = graph.sink["v"]
    for limit in (np.inf, 5.0):
        routes = [r for r in simple_routes(graph, 0, sink) if days[list(r)].sum() <= limit]
        costs = [float(prices[list(route)].sum()) for route in routes]
        answer = cheapest_simple_route(graph, prices, 0, sink, 50.0, days, limit)
        if costs:
            assert answer.cost == pytest.approx(min(costs))
            assert answer.arcs in set(routes)
            assert answer.at_least == pytest.approx(min(costs))
        else:
            assert answer.arcs == ()
            assert answer.at_least == 50.0


def test_labels_below_a_ceiling():
    """Proves: nothing at or above the ceiling is returned, and the ceiling is then the proven bound.

    If it were ignored: routes that do not help would be added for ever.
    """
    graph = random_graph(3)
    prices = np.ones(graph.arc_count)
    best = cheapest_simple_route(graph, prices, 0, graph.sink["v"], 50.0)
    nothing = cheapest_simple_route(graph, prices, 0, graph.sink["v"], best.cost)
    assert nothing.arcs == ()
    assert nothing.at_least == best.cost
