"""What the plan's cargo does: places of its routes, links on which it is in boxes, flows, amounts, what is full."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.case.keys import parted
from model.network.cargo import read_cargo
from model.plan.mentions import BETWEEN_KEYS
from model.plan.use import is_full
from model.reports.facts import Facts
from model.reports.frames import rows, sums_by


def route_places(facts: Facts) -> dict[str, frozenset[str]]:
    """Route → its links, places and carriers. Links and places have keys of their own."""
    table = facts.routes[["links", "nodes", "carriers"]]
    return {
        str(route): frozenset(key for text in texts for key in parted(str(text), BETWEEN_KEYS))
        for route, texts in zip(table.index, table.to_numpy(), strict=True)
    }


def route_uses(facts: Facts) -> dict[str, frozenset[tuple[str, str, str]]]:
    """Route → (asset kind, asset, direction) of the limits that its cargo counts against.

    Of a link that is its own direction, and 'both'. A place where only handling counts is left out where cargo passes:
    by the same carrier before and behind.
    """
    counts, starts = facts.case.lookup("Nodes", "capacity_counts"), facts.case.lookup("Links", "from_node")
    table = facts.routes[["nodes", "links", "carriers"]]
    found = {}
    for route, texts in zip(table.index, table.to_numpy(), strict=True):
        nodes, links, used = (parted(str(text), BETWEEN_KEYS) for text in texts)
        uses = {("link", link, "both") for link in links}
        for start, link in zip(nodes, links, strict=False):
            uses.add(("link", link, "forward" if starts.get(link) == start else "backward"))
        for place, before, behind in zip(nodes, ["", *used], [*used, ""], strict=False):
            if before != behind or counts.get(place) != "handling":
                uses.add(("node", place, "both"))
        found[str(route)] = frozenset(uses)
    return found


def used_places(facts: Facts) -> dict[str, frozenset[str]]:
    """Route → links and places whose capacity its cargo uses."""
    return {route: frozenset(key for _, key, _ in uses) for route, uses in facts.once(route_uses).items()}


def boxed_links(facts: Facts) -> dict[str, frozenset[str]]:
    """Route → the links on which its cargo travels in boxes."""
    form = facts.case.lookup("Commodities", "form")
    bulk = {str(key) for key, goods in facts.demand_rows["commodity"].items() if form.get(goods) != "container"}
    carriers = facts.case.table("Carriers")
    boxing = set(carriers.loc[carriers["bulk_in_containers"], "carrier"])
    table = facts.routes[["demand", "links", "carriers"]]
    found = {}
    for route, (demand, links, used) in zip(table.index, table.to_numpy(), strict=True):
        pairs = zip(parted(str(links), BETWEEN_KEYS), parted(str(used), BETWEEN_KEYS), strict=True)
        found[str(route)] = frozenset(link for link, carrier in pairs if demand not in bulk or carrier in boxing)
    return found


def segments(facts: Facts) -> pd.DataFrame:
    """Route → `segment` of its demand, 1 the lowest, and its `value_of_time` [USD/TEU or TEU-equivalent and day].

    A route serves one segment: two segments on one path are two routes.
    """
    cargo = read_cargo(facts.case)
    kinds = [cargo.classes[number] for number in cargo.class_of]
    keys = zip(cargo.rows, cargo.segments, strict=True)
    values = dict(zip(keys, (1000 * kind.value_of_time / kind.teu for kind in kinds), strict=True))
    flows = facts.table("route_flows").drop_duplicates("route").set_index("route")[["demand", "segment"]]
    pairs = zip(flows["demand"].astype(str), flows["segment"].astype(int), strict=True)
    return flows[["segment"]].assign(value_of_time=[values.get(pair, math.nan) for pair in pairs])


def flows_by_period(facts: Facts) -> dict[str, dict[tuple[str, str], float]]:
    """Period → (demand, route) → kTEU a year."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in rows(facts.routes_used):
        found.setdefault(str(row.period), {})[str(row.demand), str(row.route)] = float(row.flow_kteu)
    return found


def amounts(facts: Facts) -> dict[tuple[str, str], float]:
    """(demand, period) → kTEU a year."""
    return sums_by(facts.table("demand_served"), ["demand", "period"], "amount_kteu")


def full_places(facts: Facts) -> frozenset[tuple[str, str]]:
    """(asset, period) of what is full."""
    uses: dict[Any, Any] = facts.tightest["utilisation"].astype(float).to_dict()
    return frozenset((str(asset), str(period)) for (_, asset, period), use in uses.items() if is_full(use))
