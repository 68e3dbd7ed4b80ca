"""Which way the cargo of a market goes: from where, into which corridor, over which borders, to where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.labels import short_name
from model.reports.map.markets import market_names, markets_of
from model.reports.map.scene import SEA_MODES
from model.reports.names import JOINT, country

COLUMNS: Final = ("From", "First border", "Corridor", "Last border", "To")
NO_CORRIDOR: Final = "no corridor"
SHARE_SHOWN: Final = 0.01
"""Part of a market's cargo from which a corridor counts as one of its ways."""


@dataclass(frozen=True)
class Way:
    """A flow [kTEU a year] and where it passes: one name a column of COLUMNS, '' where it has none there."""

    places: tuple[str, str, str, str, str]
    flow: float


def ways(facts: Facts, period: str) -> dict[str, list[Way]]:
    """Market → its ways in a period, for markets that more than one corridor serves; the largest market first."""
    market, found = facts.once(markets_of), dict[str, dict[tuple[str, ...], float]]()
    passed: dict[str, tuple[str, ...]] = {}
    for row in rows(facts.routes_used[facts.routes_used["period"] == period]):
        name = market.get(str(row.demand))
        if name is None or row.flow_kteu <= 0:
            continue
        if row.route not in passed:
            passed[row.route] = _places(facts, str(row.route))
        sums = found.setdefault(name, {})
        sums[passed[row.route]] = sums.get(passed[row.route], 0.0) + float(row.flow_kteu)
    told = {name: [Way(places, flow) for places, flow in sums.items()] for name, sums in found.items()}  # type: ignore[arg-type]
    return {name: told[name] for name in market_names(facts) if name in told and _corridors(told[name]) > 1}


def _corridors(found: Sequence[Way]) -> int:
    """Corridors that carry more than a little."""
    sums: dict[str, float] = {}
    for way in found:
        sums[way.places[2]] = sums.get(way.places[2], 0.0) + way.flow
    return sum(flow > SHARE_SHOWN * sum(sums.values()) for flow in sums.values())


def _places(facts: Facts, route: str) -> tuple[str, ...]:
    """Names for COLUMNS of a route."""
    known = facts.routes.loc[route]
    nodes, carriers = (parted(str(known[name]), BETWEEN_KEYS) for name in ("nodes", "carriers"))
    countries = [str(facts.nodes["country"].get(node) or "") for node in nodes]
    crossings = [at for at in range(len(nodes) - 1) if countries[at] != countries[at + 1]]
    borders = [_border(facts, nodes, countries, carriers, at) for at in crossings]
    first, last = (borders[0], borders[-1]) if borders else ("", "")
    corridor = str(known["route_group"] or NO_CORRIDOR)
    ends = [country(_own(countries, at)) for at in (0, -1)]
    return ends[0], first, corridor, last if last != first else "", ends[1]


def _own(countries: Sequence[str], end: int) -> str:
    """Country of an end of a route."""
    return countries[end] if countries else ""


def _border(
    facts: Facts, nodes: Sequence[str], countries: Sequence[str], carriers: Sequence[str], at: int
) -> str:
    """Name of a crossing: a joint station by itself, else both sides of it, with the word for a sea leg."""
    here, there = nodes[at], nodes[at + 1]
    joint = [node for node, own in ((here, countries[at]), (there, countries[at + 1])) if JOINT in own]
    if joint:
        return short_name(facts.names.node(joint[0]))
    ends = " – ".join(short_name(facts.names.node(node)) for node in (here, there))
    by_sea = at < len(carriers) and facts.modes.get(carriers[at]) in SEA_MODES
    return f"{ends} by sea" if by_sea else ends
