"""Which links the cargo of each market takes: what the map shows as bands when a market is chosen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.reports.facts import Facts
from model.reports.frames import rows

DUST: Final = 5e-4
NO_MARKET: Final = "(no market)"
REST: Final = "(rest)"
"""Stands behind a group for its cargo of no market, where other cargo of it is in a market."""

Bands = dict[str, dict[str, list[list[float]]]]


def markets_of(facts: Facts) -> dict[str, str]:
    """Demand → its market, or its group where it has none: 'group (rest)' where a part of the group is in a market."""
    demands = facts.demand_rows
    groups = demands["group"].where(demands["group"].notna(), NO_MARKET)
    named = demands["market"].notna() & (demands["market"] != "")
    apart = groups.isin(groups[named & (demands["market"] != groups)])
    groups = groups.where(~apart | (groups == NO_MARKET), groups.astype(str) + f" {REST}")
    return {str(key): str(name) for key, name in demands["market"].where(named, groups).items()}


def market_names(facts: Facts) -> list[str]:
    """Markets whose cargo is carried, the largest first."""
    frame = facts.routes_used
    sums = frame.groupby(frame["demand"].map(facts.once(markets_of)))["flow_mt"].sum()
    return [str(name) for name in sums.sort_values(ascending=False, kind="stable").index]


def market_flows(facts: Facts, links: Collection[str]) -> Bands:
    """Market → link → by period [kTEU, Mt] a year, both directions together; the largest market first.

    Empty boxes belong to no market.
    """
    market = facts.once(markets_of)
    place = {name: number for number, name in enumerate(facts.periods)}
    wanted = set(links)
    legs = {
        str(route): [link for link in parted(str(words), BETWEEN_KEYS) if link in wanted]
        for route, words in facts.routes["links"].items()
    }
    found: Bands = {}
    for row in rows(facts.routes_used):
        name = market.get(str(row.demand))
        if name is None:
            continue
        bands = found.setdefault(name, {})
        for link in legs.get(str(row.route), []):
            series = bands.setdefault(link, [[0.0, 0.0] for _ in place])
            at = series[place[str(row.period)]]
            at[0] += float(row.flow_kteu)
            at[1] += float(row.flow_mt)
    return {
        name: {
            link: [[round(kteu, 2), round(mt, 3)] for kteu, mt in series]
            for link, series in found[name].items()
            if max(map(max, series)) > DUST
        }
        for name in market_names(facts)
        if name in found
    }
