"""Routes told as legs: nodes, links, carriers, kilometres, days and what each cost term charges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.case.case import Case
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import LINK, BoolArray, FloatArray, Graph


@dataclass(frozen=True)
class Leg:
    """One stretch of a route: a link, or what happens at a node.

    `charges` by cost term, million USD per unit of the cargo. `closed`: nothing of it is usable in the year looked at.
    """

    kind: str
    place: str
    carrier: str
    direction: str
    length_km: float
    days: float
    charges: Mapping[str, float]
    projects: tuple[str, ...] = ()
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
    def charges(self) -> dict[str, float]:
        """What each cost term charges, million USD per unit."""
        terms = dict.fromkeys(term for leg in self.legs for term in leg.charges)
        return {term: sum(leg.charges.get(term, 0.0) for leg in self.legs) for term in terms}

    @property
    def closed(self) -> bool:
        """Whether some leg is closed."""
        return any(leg.closed for leg in self.legs)


@dataclass(frozen=True)
class RouteReader:
    """Turns arcs into legs for one cargo class in one year.

    `charges`: what each cost term charges a unit on each arc, million USD, shape (arcs,).
    """

    graph: Graph
    cargo: CargoClass
    figures: ArcFigures
    charges: Mapping[str, FloatArray]

    @property
    def generalised(self) -> FloatArray:
        """What all terms charge a unit on each arc, million USD, shape (arcs,)."""
        return sum(self.charges.values(), np.zeros(self.graph.arc_count))

    def itinerary(self, arcs: Sequence[int], closed: BoolArray | None = None) -> Itinerary:
        """Legs of a route; `closed` says of every arc whether it is."""
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
                {term: float(rates[arc]) for term, rates in self.charges.items()},
                tuple(gates[arc]),
                closed is not None and bool(closed[arc]),
                float(self.figures.buffer_days[arc]),
            )
            for arc in arcs
        ]
        nodes = [self.graph.vertex_node[self.graph.tail[arcs[0]]]]
        nodes += [self.graph.vertex_node[self.graph.head[arc]] for arc in arcs if kinds[arc] == LINK]
        return Itinerary(tuple(nodes), tuple(legs))


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
