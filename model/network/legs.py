"""Routes told as legs: nodes, links, carriers, kilometres, days and money; and the best routes between two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np

from model.case.case import Case
from model.network.attributes import (
    ArcFigures,
    accepted_by,
    arc_figures,
    handling_cost,
    perceived_cost,
    surcharge_cost,
    transport_cost,
)
from model.network.cargo import CargoClass
from model.network.graph import LINK, FloatArray, Graph, build_graph
from model.network.paths import PathFinder


@dataclass(frozen=True)
class Leg:
    """One stretch of a route: a link, or what happens at a node. Money in million USD per unit of the cargo."""

    kind: str
    place: str
    carrier: str
    direction: str
    length_km: float
    days: float
    transport: float
    surcharge: float
    handling: float
    projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Itinerary:
    """A route as legs, with its node keys in order; totals are sums over the legs."""

    nodes: tuple[str, ...]
    legs: tuple[Leg, ...]

    @property
    def links(self) -> tuple[str, ...]:
        """Link keys in order."""
        return tuple(leg.place for leg in self.legs if leg.kind == LINK)

    @property
    def carriers(self) -> tuple[str, ...]:
        """Carriers of the links in order."""
        return tuple(leg.carrier for leg in self.legs if leg.kind == LINK)

    @property
    def length_km(self) -> float:
        """Total length, km."""
        return sum(leg.length_km for leg in self.legs)

    @property
    def days(self) -> float:
        """Total days."""
        return sum(leg.days for leg in self.legs)

    @property
    def tariff(self) -> float:
        """Transport and handling without surcharges, million USD per unit."""
        return sum(leg.transport + leg.handling for leg in self.legs)

    @property
    def cost(self) -> float:
        """All money paid, million USD per unit."""
        return sum(leg.transport + leg.handling + leg.surcharge for leg in self.legs)


@dataclass(frozen=True)
class RouteReader:
    """Turns arcs into legs for one cargo class in one year."""

    graph: Graph
    cargo: CargoClass
    figures: ArcFigures
    transport: FloatArray
    surcharge: FloatArray
    handling: FloatArray

    @staticmethod
    def of(case: Case, graph: Graph, cargo: CargoClass, year: int, figures: ArcFigures | None = None) -> RouteReader:
        """Reader of the figures of that class and year; `figures` of the year may be handed in."""
        figures = figures or arc_figures(case, graph, year)
        costs = [cost(case, graph, figures, cargo, year) for cost in (transport_cost, surcharge_cost, handling_cost)]
        return RouteReader(graph, cargo, figures, *costs)

    @property
    def generalised(self) -> FloatArray:
        """Money and time of a unit on each arc, million USD, shape (arcs,)."""
        time = self.figures.days(self.cargo.service) * self.cargo.value_of_time
        perceived = perceived_cost(self.figures, self.cargo)
        return self.transport + self.surcharge + self.handling + perceived + time

    def itinerary(self, arcs: Sequence[int]) -> Itinerary:
        """Legs of a route."""
        names = ("kind", "link", "node", "carrier", "carrier_out", "direction", "gates")
        kinds, links, at_nodes, carriers, carriers_out, directions, gates = (self.graph.column(n) for n in names)
        days = self.figures.days(self.cargo.service)
        legs = [
            Leg(
                kinds[arc],
                links[arc] if kinds[arc] == LINK else at_nodes[arc],
                carriers[arc] or carriers_out[arc],
                directions[arc],
                float(self.figures.length[arc]),
                float(days[arc]),
                float(self.transport[arc]),
                float(self.surcharge[arc]),
                float(self.handling[arc]),
                tuple(gates[arc]),
            )
            for arc in arcs
        ]
        nodes = [self.graph.vertex_node[self.graph.tail[arcs[0]]]]
        nodes += [self.graph.vertex_node[self.graph.head[arc]] for arc in arcs if kinds[arc] == LINK]
        return Itinerary(tuple(nodes), tuple(legs))


def best_routes(
    case: Case,
    origin: str,
    destination: str,
    commodity: str | None = None,
    service: str | None = None,
    count: int = 5,
    year: int | None = None,
) -> list[tuple[Itinerary, CargoClass]]:
    """The `count` cheapest routes (money and time) between two nodes, best first, capacity left aside.

    `commodity` defaults to the first container commodity, `service` to the commodity's, `year` to the first of the
    horizon. Raises KeyError for an unknown node or commodity.
    """
    graph = build_graph(case)
    for node in (origin, destination):
        if node not in set(case.table("Nodes")["node"]):
            raise KeyError(node)
    cargo = commodity_class(case, commodity, service)
    year = case.first_year if year is None else year
    reader = RouteReader.of(case, graph, cargo, year)
    plain = np.array([not gates for gates in graph.arcs["gates"]])
    usable = accepted_by(case, graph, cargo) & plain
    prices = reader.generalised + np.where(usable, 0.0, np.inf)
    if origin not in graph.source or destination not in graph.sink:
        return []
    found = _cheapest_simple_paths(graph, prices, graph.source[origin], graph.sink[destination])
    return [(reader.itinerary(arcs), cargo) for arcs, _ in zip(found, range(count), strict=False)]


def route_along(case: Case, nodes: Sequence[str], cargo: CargoClass, year: int) -> Itinerary | None:
    """Cheapest route that calls at exactly these nodes in this order, over links that are open today.

    None when no such route exists. Raises KeyError for a node that no link touches.
    """
    graph = build_graph(case)
    reader = RouteReader.of(case, graph, cargo, year)
    steps = set(zip(nodes, nodes[1:], strict=False))
    links = case.table("Links", year).set_index("link")
    closed = set(links.index[(links["capacity_kteu"] == 0) | (links["capacity_kt"] == 0)])
    usable = accepted_by(case, graph, cargo) & np.array([not gates for gates in graph.arcs["gates"]])
    for arc in np.flatnonzero(graph.is_link):
        ends = (graph.vertex_node[graph.tail[arc]], graph.vertex_node[graph.head[arc]])
        usable[arc] &= ends in steps and graph.column("link")[arc] not in closed
    prices = reader.generalised + np.where(usable, 0.0, np.inf)
    finder = PathFinder(graph)
    source, sink = graph.source[nodes[0]], graph.sink[nodes[-1]]
    distance, before = finder.trees(prices, [source])
    if not np.isfinite(distance[0, sink]):
        return None
    return reader.itinerary(finder.path(before[0], source, sink, prices))


def commodity_class(case: Case, commodity: str | None, service: str | None) -> CargoClass:
    """Cargo class of a commodity as the Commodities sheet gives it. Raises KeyError for an unknown one."""
    table = case.table("Commodities", case.first_year).set_index("commodity")
    if commodity is None:
        containers = table.index[table["form"] == "container"]
        commodity = str(containers[0] if len(containers) else table.index[0])
    row: Any = table.loc[commodity]
    in_teu = row["unit"] == "kTEU"
    weight = float(row["tonnes_per_teu"])
    teu = 1.0 if in_teu else 1.0 / weight
    return CargoClass(
        commodity, str(row["form"]), str(row["unit"]), teu, weight if in_teu else 1.0,
        float(row["value_of_time"]) * teu, service or str(row["service"]),
    )  # fmt: skip


def _cheapest_simple_paths(graph: Graph, prices: FloatArray, source: int, sink: int) -> Iterator[tuple[int, ...]]:
    """Simple paths in order of price (Yen 1971: shortest spur paths off the ones already found)."""
    finder = PathFinder(graph)

    def shortest(barred_arcs: set[int], barred_vertices: set[int], start: int) -> tuple[int, ...]:
        allowed = prices.copy()
        allowed[list(barred_arcs)] = np.inf
        blocked = list(barred_vertices)
        allowed[np.isin(graph.head, blocked) | np.isin(graph.tail, blocked)] = np.inf
        distance, before = finder.trees(allowed, [start])
        return finder.path(before[0], start, sink, allowed) if np.isfinite(distance[0, sink]) else ()

    first = shortest(set(), set(), source)
    if not first:
        return
    heap: list[tuple[float, tuple[int, ...]]] = [(float(prices[list(first)].sum()), first)]
    seen = {first}
    found: list[tuple[int, ...]] = []
    while heap:
        _, path = heappop(heap)
        found.append(path)
        yield path
        for position in range(len(path)):
            root = path[:position]
            vertices = {int(graph.tail[arc]) for arc in root}
            barred = {other[position] for other in found if other[:position] == root and len(other) > position}
            spur = shortest(barred, vertices, int(graph.tail[path[position]]))
            candidate = root + spur
            if spur and candidate not in seen:
                seen.add(candidate)
                heappush(heap, (float(prices[list(candidate)].sum()), candidate))
