"""The tables of flows by link and node, and of emissions, added up from the routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from model.plan.tables import TABLES
from model.plan.verify.checks import Check, Codes, Figures, Floats, agree, figures_of
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount
from model.plan.verify.travel import ACTIVITIES, Travel

COLUMNS: Final = {"kTEU": "boxes_kteu", "kt": "flow_kt"}
DIRECTIONS: Final = np.array(["backward", "forward"], dtype=object)


def flow_table_checks(recount: Recount, rates: list[Rates], beside: Figures) -> list[Check]:
    """Tables link_flows, node_flows and emissions against the routes.

    `beside` is what features emit besides, kt CO2 a year by (carrier, period).
    """
    checks = []
    for measure, column in COLUMNS.items():
        links = _added(recount, ((rate.travel, _links_by_commodity(rate, measure)) for rate in rates))
        nodes = _added(recount, ((rate.travel, _nodes_by_commodity(rate, measure)) for rate in rates))
        for table, found in (("link_flows", links), ("node_flows", nodes)):
            key = list(TABLES[table].key)
            stated = figures_of(recount.tables[table], key, column)
            checks.append(agree(f"{table} table: {measure}", f"{measure} a year", stated, found))
    emissions = _added(recount, ((rate.travel, _emissions(rate)) for rate in rates))
    for key, burnt in beside.items():
        emissions[key] = emissions.get(key, 0.0) + burnt
    stated = figures_of(recount.tables["emissions"], ["carrier", "period"], "co2_kt")
    checks.append(agree("emissions table", "kt CO2 a year", stated, emissions))
    return checks


Grouped = tuple[list[tuple[Any, ...]], Floats]


def _added(recount: Recount, parts: Iterable[tuple[Travel, Grouped]]) -> Figures:
    """Totals of all stretches by (group…, period), without the zeros."""
    found: Figures = {}
    for travel, (groups, totals) in parts:
        names = recount.period_names.to_numpy()[travel.stretch.periods]
        rows, columns = np.nonzero(totals)
        keys = [(*groups[row], names[column]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
        found.update(zip(keys, totals[rows, columns].tolist(), strict=True))
    return found


def _cross(first: Codes, second: Codes, third: Codes, sizes: tuple[int, int, int]) -> Codes:
    """One number for three positions."""
    result: Codes = (first * sizes[1] + second) * sizes[2] + third
    return result


def _links_by_commodity(rates: Rates, measure: str) -> Grouped:
    """(link, direction, commodity) and the flow on it."""
    travel, commodities = rates.travel, rates.travel.cargo.commodity_names
    keys = travel.links["link"].tolist()
    sizes = (len(keys), 2, len(commodities))
    commodity = travel.cargo.commodity[travel.leg_demand]
    places = _cross(travel.sequences.leg_link, travel.forward.astype(np.intp), commodity, sizes)
    per_leg = rates.leg_boxes if measure == "kTEU" else rates.leg_kt
    groups = [(link, str(direction), name) for link in keys for direction in DIRECTIONS for name in commodities]
    return groups, travel.leg_totals(places, per_leg, len(groups))


def _nodes_by_commodity(rates: Rates, measure: str) -> Grouped:
    """(node, activity, commodity) and the flow there."""
    travel, commodities = rates.travel, rates.travel.cargo.commodity_names
    keys = travel.nodes["node"].tolist()
    sizes = (len(keys), len(ACTIVITIES), len(commodities))
    commodity = travel.cargo.commodity[travel.visit_demand]
    places = _cross(travel.sequences.visit_node, travel.activity, commodity, sizes)
    per_visit = rates.visit_boxes if measure == "kTEU" else rates.visit_kt
    groups = [(node, activity, name) for node in keys for activity in ACTIVITIES for name in commodities]
    return groups, travel.visit_totals(places, per_visit, len(groups))


def _emissions(rates: Rates) -> Grouped:
    """(carrier,) and its emissions."""
    carriers = rates.travel.carriers["carrier"].tolist()
    totals = rates.travel.leg_totals(rates.travel.leg_carrier, rates.leg_co2, len(carriers))
    return [(carrier,) for carrier in carriers], totals
