"""The cheapest routes between two places over an empty network."""

from __future__ import annotations

import numpy as np

from model.case.case import Case
from model.formulation.costs_of_flow import charges_of_flow
from model.network.attributes import accepted_by, arc_figures
from model.network.cargo import CargoClass
from model.network.closed import closed_arcs
from model.network.graph import BoolArray, build_graph
from model.network.legs import Itinerary, RouteReader, commodity_class
from model.network.ranked import SimpleRoutes


def best_routes(
    case: Case,
    origin: str,
    destination: str,
    commodity: str | None = None,
    service: str | None = None,
    count: int = 5,
    year: int | None = None,
) -> list[tuple[Itinerary, CargoClass]]:
    """The `count` cheapest open routes between two nodes, best first, then one with closed legs if that is cheaper.

    Routes cost what the package's cost terms charge on the way, as in a plan: money, time, perceived cost and CO2. They
    keep the longest transit of the commodity, and use nothing that is closed in the year; how much they can carry is
    left aside. `commodity` defaults to the first container commodity, `service` to the commodity's, `year` to the first
    of the horizon. Raises KeyError for an unknown node or commodity, and SearchGivenUp.
    """
    graph = build_graph(case)
    for node in (origin, destination):
        if node not in set(case.table("Nodes")["node"]):
            raise KeyError(node)
    year = case.first_year if year is None else year
    cargo = commodity_class(case, commodity, service, year)
    figures = arc_figures(case, graph, year)
    reader = RouteReader(graph, cargo, figures, charges_of_flow(case, graph, figures, cargo, year))
    plain = np.array([not gates for gates in graph.arcs["gates"]])
    usable = accepted_by(case, graph, cargo) & plain
    closed = closed_arcs(case, graph, cargo, year)
    if origin not in graph.source or destination not in graph.sink:
        return []
    ends = graph.source[origin], graph.sink[destination]
    days = figures.days(cargo.service)
    most = np.inf if cargo.maximum_days is None else cargo.maximum_days

    def cheapest(allowed: BoolArray, number: int) -> list[Itinerary]:
        prices = reader.generalised + np.where(allowed, 0.0, np.inf)
        found = SimpleRoutes(graph, prices, days, most).between(*ends)
        return [reader.itinerary(arcs, closed) for arcs, _ in zip(found, range(number), strict=False)]

    routes = cheapest(usable & ~closed, count)
    routes += [route for route in cheapest(usable, 1) if route.closed]
    return [(route, cargo) for route in routes]
