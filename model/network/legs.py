"""Routes told as legs: nodes, links, carriers, kilometres, days and money; and the best routes between two places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.case.case import Case
from model.network.attributes import (
    ArcFigures,
    accepted_by,
    arc_figures,
    co2_price,
    handling_cost,
    perceived_cost,
    surcharge_cost,
    transport_cost,
)
from model.network.cargo import CargoClass
from model.network.closed import closed_arcs
from model.network.graph import LINK, BoolArray, FloatArray, Graph, build_graph
from model.network.ranked import SimpleRoutes


@dataclass(frozen=True)
class Leg:
    """One stretch of a route: a link, or what happens at a node. Money in million USD per unit of the cargo.

    `closed`: nothing of it is usable in the year looked at.
    """

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
    perceived: float = 0.0
    co2: float = 0.0
    closed: bool = False
    buffer_days: float = 0.0


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
    def buffer_days(self) -> float:
        """Total days of margin that shippers plan for."""
        return sum(leg.buffer_days for leg in self.legs)

    @property
    def tariff(self) -> float:
        """Transport and handling without surcharges, million USD per unit."""
        return sum(leg.transport + leg.handling for leg in self.legs)

    @property
    def cost(self) -> float:
        """All money paid, million USD per unit."""
        return sum(leg.transport + leg.handling + leg.surcharge for leg in self.legs)

    @property
    def closed(self) -> bool:
        """Whether some leg is closed."""
        return any(leg.closed for leg in self.legs)


@dataclass(frozen=True)
class RouteReader:
    """Turns arcs into legs for one cargo class in one year."""

    graph: Graph
    cargo: CargoClass
    figures: ArcFigures
    transport: FloatArray
    surcharge: FloatArray
    handling: FloatArray
    co2: FloatArray

    @staticmethod
    def of(case: Case, graph: Graph, cargo: CargoClass, year: int, figures: ArcFigures | None = None) -> RouteReader:
        """Reader of the figures of that class and year; `figures` of the year may be handed in."""
        figures = figures or arc_figures(case, graph, year)
        transport, surcharge, handling = (
            cost(case, graph, figures, cargo, year) for cost in (transport_cost, surcharge_cost, handling_cost)
        )
        co2 = co2_price(case, year) * figures.co2 * cargo.tonnes
        return RouteReader(graph, cargo, figures, transport, surcharge, handling, co2)

    @property
    def generalised(self) -> FloatArray:
        """What a plan counts of a unit on each arc: money, time and CO2, million USD, shape (arcs,)."""
        time = self.figures.days(self.cargo.service) * self.cargo.value_of_time
        perceived = perceived_cost(self.figures, self.cargo)
        margin = self.figures.buffer_days * self.cargo.value_of_buffer
        return self.transport + self.surcharge + self.handling + perceived + time + margin + self.co2

    def itinerary(self, arcs: Sequence[int], closed: BoolArray | None = None) -> Itinerary:
        """Legs of a route; `closed` says of every arc whether it is."""
        names = ("kind", "link", "node", "carrier", "carrier_out", "direction", "gates")
        kinds, links, at_nodes, carriers, carriers_out, directions, gates = (self.graph.column(n) for n in names)
        days, perceived = self.figures.days(self.cargo.service), perceived_cost(self.figures, self.cargo)
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
                float(perceived[arc]),
                float(self.co2[arc]),
                closed is not None and bool(closed[arc]),
                float(self.figures.buffer_days[arc]),
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
    """The `count` cheapest open routes between two nodes, best first, then one with closed legs if that is cheaper.

    Routes cost what a plan counts: money, time, perceived cost and CO2. They keep the longest transit of the commodity,
    and use nothing that is closed in the year; how much they can carry is left aside. `commodity` defaults to the first
    container commodity, `service` to the commodity's, `year` to the first of the horizon. Raises KeyError for an
    unknown node or commodity, and SearchGivenUp.
    """
    graph = build_graph(case)
    for node in (origin, destination):
        if node not in set(case.table("Nodes")["node"]):
            raise KeyError(node)
    year = case.first_year if year is None else year
    cargo = commodity_class(case, commodity, service, year)
    reader = RouteReader.of(case, graph, cargo, year)
    plain = np.array([not gates for gates in graph.arcs["gates"]])
    usable = accepted_by(case, graph, cargo) & plain
    closed = closed_arcs(case, graph, cargo, year)
    if origin not in graph.source or destination not in graph.sink:
        return []
    ends = graph.source[origin], graph.sink[destination]
    days = reader.figures.days(cargo.service)
    most = np.inf if cargo.maximum_days is None else cargo.maximum_days

    def cheapest(allowed: BoolArray, number: int) -> list[Itinerary]:
        prices = reader.generalised + np.where(allowed, 0.0, np.inf)
        found = SimpleRoutes(graph, prices, days, most).between(*ends)
        return [reader.itinerary(arcs, closed) for arcs, _ in zip(found, range(number), strict=False)]

    routes = cheapest(usable & ~closed, count)
    routes += [route for route in cheapest(usable, 1) if route.closed]
    return [(route, cargo) for route in routes]


def commodity_class(case: Case, commodity: str | None, service: str | None, year: int | None = None) -> CargoClass:
    """Cargo class of a commodity as the Commodities sheet gives it in a year (default: the first).

    Raises KeyError for an unknown one.
    """
    table = case.table("Commodities", case.first_year if year is None else year).set_index("commodity")
    if commodity is None:
        containers = table.index[table["form"] == "container"]
        commodity = str(containers[0] if len(containers) else table.index[0])
    row: Any = table.loc[commodity]
    in_teu = row["unit"] == "kTEU"
    weight, most = float(row["tonnes_per_teu"]), float(row["maximum_days"])
    teu = 1.0 if in_teu else 1.0 / weight
    return CargoClass(
        commodity, str(row["form"]), str(row["unit"]), teu, weight if in_teu else 1.0,
        float(row["value_of_time"]) * teu, service or str(row["service"]), (), None if most != most else most,
        value_of_buffer=float(row["value_of_reliability"]) * float(row["value_of_time"]) * teu,
    )  # fmt: skip
