"""Which way the cargo of a market goes: from where, by which route group, over which borders, to where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.case.joint import JOINT
from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.labels import short_name
from model.reports.map.markets import markets_of
from model.reports.map.scene import SEA_MODES
from model.reports.names import country

COLUMNS: Final = ("From", "First border", "Route group", "Last border", "To")
NO_GROUP: Final = "no route group"
SHARE_SHOWN: Final = 0.01
"""Part of a market's cargo that must go by other route groups than its main one."""

Places = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Way:
    """A flow [kTEU a year] and where it passes: one name a column of COLUMNS, '' where it has none there."""

    places: Places
    flow: float


def ways(facts: Facts, period: str) -> dict[str, list[Way]]:
    """Market → its ways in a period, for markets that more than one route group serves.

    First the market of which most does not go by its main group: where groups compete for most.
    """
    market, found = facts.once(markets_of), dict[str, dict[Places, float]]()
    passed: dict[str, Places] = {}
    for row in rows(facts.routes_used[facts.routes_used["period"] == period]):
        name, route = market.get(str(row.demand)), str(row.route)
        if name is None or row.flow_kteu <= 0:
            continue
        if route not in passed:
            passed[route] = _places(facts, route)
        sums = found.setdefault(name, {})
        sums[passed[route]] = sums.get(passed[route], 0.0) + float(row.flow_kteu)
    told = {name: [Way(places, flow) for places, flow in sums.items()] for name, sums in found.items()}
    contested = {name: sum(shares[1:]) for name, some in told.items() if (shares := _served(some))}
    order = sorted(told, key=lambda name: (-contested[name], name))
    return {name: told[name] for name in order if contested[name] > SHARE_SHOWN * sum(_served(told[name]))}


def flows_at(found: Sequence[Way], column: int) -> dict[str, float]:
    """Name in a column of COLUMNS → what goes by it [kTEU a year], the largest first."""
    sums: dict[str, float] = {}
    for way in found:
        sums[way.places[column]] = sums.get(way.places[column], 0.0) + way.flow
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def by_route_group(found: Sequence[Way]) -> dict[str, float]:
    """The same by route group: whoever carries it, not by the corridors that shippers choose between."""
    return flows_at(found, COLUMNS.index("Route group"))


def _served(found: Sequence[Way]) -> list[float]:
    return list(by_route_group(found).values())


def _places(facts: Facts, route: str) -> Places:
    """Names for COLUMNS of a route."""
    known = facts.routes.loc[route]
    nodes, carriers = (parted(str(known[name]), BETWEEN_KEYS) for name in ("nodes", "carriers"))
    countries = [str(facts.nodes["country"].get(node) or "") for node in nodes]
    crossings = [at for at in range(len(nodes) - 1) if countries[at] != countries[at + 1]]
    borders = [_border(facts, nodes, countries, carriers, at) for at in crossings]
    first, last = (borders[0], borders[-1]) if borders else ("", "")
    group = str(known["route_group"] or NO_GROUP)
    ends = [country(_own(countries, at)) for at in (0, -1)]
    return ends[0], first, group, last if last != first else "", ends[1]


def _own(countries: Sequence[str], end: int) -> str:
    """Country of an end of a route."""
    return countries[end] if countries else ""


def _border(facts: Facts, nodes: Sequence[str], countries: Sequence[str], carriers: Sequence[str], at: int) -> str:
    """Name of a crossing: a joint station by itself, else both sides of it, with the word for a sea leg."""
    here, there = nodes[at], nodes[at + 1]
    joint = [node for node, own in ((here, countries[at]), (there, countries[at + 1])) if JOINT in own]
    if joint:
        return short_name(facts.names.node(joint[0]))
    ends = " – ".join(short_name(facts.names.node(node)) for node in (here, there))
    by_sea = at < len(carriers) and facts.modes.get(carriers[at]) in SEA_MODES
    return f"{ends} by sea" if by_sea else ends
