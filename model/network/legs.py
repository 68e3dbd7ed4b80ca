"""Routes told as legs: nodes, links, carriers, kilometres, days and money; and the best routes between two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

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
    def of(case: Case, graph: Graph, cargo: CargoClass, year: int) -> RouteReader:
        """Reader of the figures of that class and year."""
        figures = arc_figures(case, graph, year)
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
        table = self.graph.arcs
        days = self.figures.days(self.cargo.service)
        legs = []
        for arc in arcs:
            kind = str(table.at[arc, "kind"])
            place = str(table.at[arc, "link"] if kind == LINK else table.at[arc, "node"])
            carrier = str(table.at[arc, "carrier"] or table.at[arc, "carrier_out"])
            legs.append(
                Leg(
                    kind, place, carrier, str(table.at[arc, "direction"]), float(self.figures.length[arc]),
                    float(days[arc]), float(self.transport[arc]), float(self.surcharge[arc]), float(self.handling[arc]),
                    tuple(table.at[arc, "gates"]),
                )
            )  # fmt: skip
        nodes = [self.graph.vertex_node[self.graph.tail[arcs[0]]]]
        for arc in arcs:
            if table.at[arc, "kind"] == LINK:
                nodes.append(self.graph.vertex_node[self.graph.head[arc]])
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
    return [(reader.itinerary(arcs), cargo) for arcs, _ in zip(found, range(count))]


def commodity_class(case: Case, commodity: str | None, service: str | None) -> CargoClass:
    """Cargo class of a commodity as the Commodities sheet gives it. Raises KeyError for an unknown one."""
    table = case.table("Commodities", case.first_year).set_index("commodity")
    if commodity is None:
        containers = table.index[table["form"] == "container"]
        commodity = str(containers[0] if len(containers) else table.index[0])
    row = table.loc[commodity]
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
