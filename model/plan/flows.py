"""Route flows added up: by link, by node, by carrier's emissions; and the routes told as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.keys import joined
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.network.attributes import handling_cost, surcharge_cost, transport_cost
from model.network.graph import LINK, BoolArray, FloatArray
from model.network.legs import Itinerary, RouteReader
from model.network.routes import Route
from model.plan.mentions import BETWEEN_KEYS, mentions
from model.plan.tables import TABLES


@dataclass(frozen=True)
class FlowRow:
    """Flow of one route in one block, in units of its demand; `unit_cost` in million USD per unit, undiscounted."""

    route: Route
    period: str
    season: str
    cargo_class: int
    flow: float
    unit_cost: float


FREIGHT = (transport_cost, surcharge_cost, handling_cost)
"""What the column `cost_per_teu` holds."""
ByCommodity = dict[tuple[str, str], FloatArray]
"""Figures of arcs by (period, commodity), each of shape (arcs,)."""


def arc_totals(formulation: Formulation, flows: Sequence[FlowRow]) -> tuple[ByCommodity, ByCommodity]:
    """KTEU of container capacity used and kt carried on each arc."""
    containers: dict[tuple[str, str], FloatArray] = defaultdict(lambda: np.zeros(formulation.graph.arc_count))
    tonnes: dict[tuple[str, str], FloatArray] = defaultdict(lambda: np.zeros(formulation.graph.arc_count))
    for row in flows:
        kind = formulation.cargo.classes[row.cargo_class]
        arcs = list(row.route.arcs)
        key = (row.period, formulation.cargo.commodities[row.route.demand])
        containers[key][arcs] += row.flow * formulation.container_use[row.cargo_class, arcs]
        tonnes[key][arcs] += row.flow * kind.tonnes
    return dict(containers), dict(tonnes)


def link_flows(formulation: Formulation, containers: ByCommodity, tonnes: ByCommodity) -> pd.DataFrame:
    """Table link_flows."""
    return _flows(formulation, ("link", "direction"), formulation.graph.is_link, containers, tonnes)


def node_flows(formulation: Formulation, containers: ByCommodity, tonnes: ByCommodity) -> pd.DataFrame:
    """Table node_flows; what is done at a node is the kind of the arc."""
    return _flows(formulation, ("node", "kind"), ~formulation.graph.is_link, containers, tonnes)


def _flows(
    formulation: Formulation, names: tuple[str, str], those: BoolArray, containers: ByCommodity, tonnes: ByCommodity
) -> pd.DataFrame:
    """Amounts on `those` arcs, added up by the two columns of the graph that are named, commodity and period."""
    assets, ways = (formulation.graph.column(name) for name in names)
    rows = [
        (assets[arc], ways[arc], commodity, period, containers[period, commodity][arc], amounts[arc])
        for (period, commodity), amounts in tonnes.items()
        for arc in np.flatnonzero(those & (amounts > 0))
    ]
    columns = TABLES[f"{names[0]}_flows"].columns
    return pd.DataFrame(rows, columns=columns).groupby(list(columns[:4]), as_index=False).sum()


def route_table(formulation: Formulation, flows: Sequence[FlowRow]) -> pd.DataFrame:
    """Table routes: each route that carries anything, with the figures of the horizon's first year."""
    readers: dict[int, RouteReader] = {}
    groups = formulation.case.lookup("Links", "route_group")
    rows = []
    for route in sorted({row.route for row in flows}, key=lambda item: item.number):
        cargo_class = int(formulation.cargo.class_of[route.demand])
        if cargo_class not in readers:
            readers[cargo_class] = _freight_reader(formulation, cargo_class)
        itinerary = readers[cargo_class].itinerary(route.arcs)
        # million USD per unit → USD per TEU-equivalent
        per_teu = sum(itinerary.charges.values()) / formulation.cargo.classes[cargo_class].teu * 1000.0
        rows.append(
            (
                route.name, formulation.cargo.rows[route.demand], joined(itinerary.nodes, BETWEEN_KEYS),
                joined(itinerary.links, BETWEEN_KEYS), joined(itinerary.carriers, BETWEEN_KEYS),
                _main_group(itinerary, groups),
                itinerary.length_km, itinerary.days, itinerary.buffer_days, per_teu, _projects_used(itinerary),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=TABLES["routes"].columns)


def _freight_reader(formulation: Formulation, cargo_class: int) -> RouteReader:
    """Routes of a class with what carriers and nodes ask in the horizon's first year."""
    case, graph, cargo = formulation.case, formulation.graph, formulation.cargo.classes[cargo_class]
    figures = formulation.figures(formulation.periods[0])
    charges = {cost.__name__: cost(case, graph, figures, cargo, case.first_year) for cost in FREIGHT}
    return RouteReader(graph, cargo, figures, charges)


def _projects_used(itinerary: Itinerary) -> str:
    """Projects whose change of a link or node the route uses: 'L033: P02; KZ_ALT: S03 + S04'."""
    return mentions((leg.place, leg.projects) for leg in itinerary.legs if leg.projects)


def _main_group(itinerary: Itinerary, groups: Mapping[Any, str | None]) -> str:
    """Route group with most kilometres; 'other' when no link has one."""
    lengths: dict[str, float] = defaultdict(float)
    for leg in itinerary.legs:
        group = groups.get(leg.place) if leg.kind == LINK else None
        if isinstance(group, str):  # blank is None, or NaN in tables that a program has altered
            lengths[group] += leg.length_km
    return max(lengths, key=lambda name: (lengths[name], name)) if lengths else "other"


def emissions(formulation: Formulation, tonnes: ByCommodity, values: Values) -> pd.DataFrame:
    """Table emissions: tonnes carried times the arcs' factors, and what features emit besides (ship fuel)."""
    carriers = formulation.graph.arcs["carrier"].to_numpy()
    totals: dict[tuple[str, str], float] = defaultdict(float)
    factors = {period.name: formulation.figures(period).co2 for period in formulation.periods}
    for (period, _), carried in tonnes.items():
        co2 = carried * factors[period]
        for arc in np.flatnonzero(co2):
            totals[period, str(carriers[arc])] += float(co2[arc])
    for (period, _), amounts in formulation.emitted.items():
        for carrier, amount in amounts:
            burnt = values(amount)
            if burnt > 0:
                totals[period, carrier] += burnt
    rows = [(*key, value) for key, value in sorted(totals.items())]
    return pd.DataFrame(rows, columns=TABLES["emissions"].columns)
