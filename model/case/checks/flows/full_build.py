"""What every link, place and ship line can carry in a year, as it stands and with every project built: upper bounds.

All of it is known before any plan is made: capacity, what projects add at most, availability over the seasons and
background traffic. What a plan can really use is never more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.case.checks.tables import Tables

MEASURES: Final = {"kTEU": "kteu", "kt": "kt"}
SHEETS_OF: Final = {"link": "Links", "node": "Nodes"}
BUILDABLE: Final = ("candidate", "committed")
INFINITE: Final = float("inf")

Key = tuple[str, str, str]
"""Kind ('link', 'node' or 'ships' of a link), key of the link or node, measure (kTEU or kt)."""


@dataclass(frozen=True)
class Capacities:
    """Upper bounds a year, by key; keys left out are not limited. Links: each direction, or both where so declared.

    `now` is what stands today, `full` with every candidate and committed project and every ship; `row` is the Excel
    row where the limit stands.
    """

    now: Mapping[Key, float]
    full: Mapping[Key, float]
    row: Mapping[Key, int]


def capacities(tables: Tables) -> Capacities:
    """Capacities of all limited links, places and ship lines."""
    now: dict[Key, float] = {}
    full: dict[Key, float] = {}
    rows: dict[Key, int] = {}
    modules = _modules(tables)
    always = [(1.0, 1.0)]
    works = _availability(tables)
    raised = set(_gains(tables, "added_availability", modules))
    for measure, suffix in MEASURES.items():
        gains = _gains(tables, f"added_{suffix}", modules)
        for kind, sheet in SHEETS_OF.items():
            columns = (kind, f"capacity_{suffix}", f"background_{suffix}")
            for row, asset, capacity, others in tables.rows(sheet, *columns):
                if asset is None or capacity != capacity:
                    continue
                seasons = works.get((kind, asset), always)
                # Background traffic takes at most what is open without projects, as in the model.
                taken = sum(share * min(others, part * capacity) for share, part in seasons if others == others)
                key, part_of_year = (kind, asset, measure), sum(share * part for share, part in seasons)
                now[key] = max(0.0, part_of_year * capacity - taken)
                most = 1.0 if (kind, asset) in raised else part_of_year
                full[key] = max(0.0, most * (capacity + gains.get((kind, asset), 0.0)) - taken)
                rows[key] = int(row)
    _add_ships(tables, modules, (now, full, rows))
    return Capacities(now, full, rows)


def _modules(tables: Tables) -> dict[str, float]:
    """Most modules of every project that may still be built."""
    rows = tables.rows("Projects", "project", "status", "maximum_modules")
    return {project: 1.0 if most != most else most for _, project, status, most in rows if status in BUILDABLE}


def _gains(tables: Tables, column: str, modules: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """What all projects together add to each asset."""
    gains: dict[tuple[str, str], float] = {}
    for _, kind, asset, project, amount in tables.rows("ProjectEffects", "asset_kind", "asset", "project", column):
        if amount > 0 and project in modules:
            gains[kind, asset] = gains.get((kind, asset), 0.0) + amount * modules[project]
    return gains


def _availability(tables: Tables) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(share of the year, part of it that the asset works) of each season, for the assets that do not always work."""
    seasons = {season: share for _, season, share in tables.rows("Seasons", "season", "share_of_year")} or {None: 1.0}
    given: dict[tuple[str, str], dict[str | None, float]] = {}
    for _, kind, asset, season, part in tables.rows("Availability", "asset_kind", "asset", "season", "availability"):
        if part == part:
            given.setdefault((kind, asset), {})[season] = part
    return {
        key: [(share, parts.get(season, parts.get(None, 1.0))) for season, share in seasons.items()]
        for key, parts in given.items()
    }


def _add_ships(
    tables: Tables, modules: Mapping[str, float], into: tuple[dict[Key, float], dict[Key, float], dict[Key, int]]
) -> None:
    """What the ships of each link carry each way: all ships of a type on each of its lines, in any weather."""
    added: dict[str, float] = {}
    for _, kind, vessel, project, ships in tables.rows(
        "ProjectEffects", "asset_kind", "asset", "project", "added_vessels"
    ):
        if kind == "fleet" and ships > 0 and project in modules:
            added[vessel] = added.get(vessel, 0.0) + ships * modules[project]
    columns = ("vessel", "existing", "maximum_purchases", "payload_kteu", "payload_kt")
    fleet = {
        vessel: (existing, np.nansum([existing, purchases, added.get(vessel, 0.0)]), payloads)
        for _, vessel, existing, purchases, *payloads in tables.rows("Vessels", *columns)
    }
    for row, link, vessel, days, round_trip in tables.rows(
        "Services", "link", "vessel", "operating_days", "round_trip_days"
    ):
        if vessel not in fleet or not round_trip > 0 or days != days:
            continue
        existing, most, payloads = fleet[vessel]
        for measure, payload in zip(MEASURES, payloads, strict=True):
            for figures, ships in zip(into[:2], (existing, most), strict=True):
                trips = (0.0 if ships != ships else ships) * days / round_trip
                carried = INFINITE if payload != payload else trips * payload
                figures["ships", link, measure] = figures.get(("ships", link, measure), 0.0) + carried
            into[2].setdefault(("ships", link, measure), int(row))
