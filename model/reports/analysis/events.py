"""What is otherwise from one year to the next: projects, closures, changed cells, demand. Told by place, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from model.case.case import Case
from model.case.schema import SHEETS
from model.case.timed import TimedChange
from model.formulation.investment import ASSET_SHEETS, purchase_name
from model.plan.use import is_full
from model.reports.facts import TINY, Facts
from model.reports.frames import rows
from model.reports.text import listed, number

MATERIAL: Final = 0.2
"""A figure that moves by less explains no leap of flows."""
PLACES: Final = {"Links": "link", "Nodes": "node", "Availability": "asset", "Costs": "asset", "Carriers": "carrier"}
"""Sheets whose rows speak of a link, place or carrier, and the column that names it."""
BACKGROUND: Final = {"kTEU": "background_kteu", "Mt": "background_kt"}
"""Column of other traffic for each measure of the reports."""
OPEN_OR_SHUT: Final = ("capacity_kteu", "capacity_kt", "availability")

CLOSURE, PROJECT, CHANGE, DEMAND, FULL = "closure or opening", "project", "change of scenario", "demand", "full"
ROOM: Final = "room left by other traffic"


@dataclass(frozen=True)
class Event:
    """Something that is otherwise from a year on: its kind, the places it touches, and in words."""

    kind: str
    places: frozenset[str]
    words: str


def events(facts: Facts, after: int, year: int) -> list[Event]:
    """What is otherwise in `year` against `after`, the year before it that is compared."""
    known = facts.once(_known)
    if (after, year) not in known:
        known[after, year] = [
            *_changes(facts, after, year),
            *_rooms(facts, after, year),
            *_projects(facts, after, year),
        ]
    return known[after, year]


def _known(_: Facts) -> dict[tuple[int, int], list[Event]]:
    """Events worked out, by both years: every border asks again."""
    return {}


def _rooms(facts: Facts, after: int, year: int) -> Iterator[Event]:
    """Limits of which other traffic leaves much more or less, where the plan fills what is left when that is least."""
    table, limit = facts.capacities, ["asset_kind", "asset", "measure", "direction"]
    then, now = (table[table["period"] == _period_of(facts, one)] for one in (after, year))
    for row in rows(then.merge(now, on=limit, suffixes=("_then", ""))):
        tightest = row.utilisation if row.usable < row.usable_then else row.utilisation_then
        if is_full(tightest) and _much(row.usable_then, row.usable) and _other_traffic(facts, row, after, year):
            left = f"{number(row.usable_then)} → {number(row.usable)} {row.measure} a year"
            yield Event(ROOM, frozenset({str(row.asset)}), f"other traffic leaves {left} from {year} on")


def _period_of(facts: Facts, year: int) -> str:
    """Name of the period that has a year."""
    return next(period.name for period in facts.case.periods if year in period.calendar_years)


def _other_traffic(facts: Facts, row: Any, after: int, year: int) -> bool:
    """Whether other traffic of a limit is otherwise, and nothing is built there."""
    sheet = ASSET_SHEETS.get(row.asset_kind)
    column = BACKGROUND.get(row.measure)
    if sheet is None or column is None or abs(row.installed - row.installed_then) > TINY:
        return False
    tables: list[Any] = [facts.case.table(sheet, one).set_index(row.asset_kind) for one in (after, year)]
    old, new = (float(table.at[row.asset, column]) for table in tables)
    return not _blank(old + new) and old != new


def _projects(facts: Facts, after: int, year: int) -> Iterator[Event]:
    """Projects that open, or whose lives end for good, in these years."""
    for row in rows(facts.openings):
        if after < int(row.opening_year) <= year:
            words = f"{row.name} ({row.project}) opens in {int(row.opening_year)}"
            yield Event(PROJECT, touched(facts, str(row.project)), words)
    ended = facts.optional("lives")
    for row in () if ended is None else rows(ended):
        if after < int(row.year) <= year and row.ending > row.renewed:
            words = f"{facts.project_name(row.project)} ({row.project}) is not renewed in {int(row.year)}"
            yield Event(PROJECT, touched(facts, str(row.project)), words)


def touched(facts: Facts, project: str) -> frozenset[str]:
    """Links and places that a project changes; of ships the links that they sail."""
    services = facts.case.table("Services")
    sails: dict[str, set[str]] = {}
    for vessel, link in zip(services["vessel"], services["link"], strict=True):
        sails.setdefault(str(vessel), set()).add(str(link))
    found: set[str] = set()
    for row in rows(facts.case.table("ProjectEffects")):
        if row.project == project:
            found |= sails.get(str(row.asset), set()) if row.asset_kind == "fleet" else {str(row.asset)}
    for vessel in facts.case.table("Vessels")["vessel"]:
        if project == purchase_name(str(vessel)):
            found |= sails.get(str(vessel), set())
    return frozenset(found)


def _changes(facts: Facts, after: int, year: int) -> Iterator[Event]:
    """Cells of the sheets of places that hold other values, alike ones together."""
    case = facts.case
    alike: dict[tuple[str, str], set[str]] = {}
    for change in case.changes:
        if change.sheet in PLACES and change.holds_in(after) != change.holds_in(year):
            for place, kind, words in _cells(case, change, after, year):
                alike.setdefault((kind, words), set()).add(place)
    for (kind, words), places in alike.items():
        yield Event(kind, frozenset(places), words)


def _cells(case: Case, change: TimedChange, after: int, year: int) -> Iterator[tuple[str, str, str]]:
    """(place, kind, words) of each cell of a change that moves by much."""
    before, now = (case.table(change.sheet, one) for one in (after, year))
    label = SHEETS[change.sheet].column(str(change.column)).label
    for row in change.rows:
        old, new = (table.at[row, change.column] for table in (before, now))
        place = str(now.at[row, PLACES[change.sheet]])
        if change.column in OPEN_OR_SHUT and bool(old == 0) != bool(new == 0):
            yield place, CLOSURE, f"{'closed' if new == 0 else 'open again'} from {year} on"
        elif _much(old, new):
            yield place, CHANGE, f"{label} {_moved(old, new)} from {year} on"


def _blank(value: Any) -> bool:
    return value is None or value != value


def _much(old: Any, new: Any) -> bool:
    """Whether a figure moves by more than a fifth, or appears, or goes, or a word is another."""
    if _blank(old) or _blank(new):
        return _blank(old) != _blank(new)
    if not isinstance(old, float) or not isinstance(new, float):
        return bool(old != new)
    return abs(new - old) > MATERIAL * max(abs(old), abs(new))


def _moved(old: Any, new: Any) -> str:
    """'+25 %', or what it was and is where no per cent says it."""
    if isinstance(old, float) and isinstance(new, float) and old and not _blank(old + new):
        return f"{new / old - 1:+.0%}".replace("%", " %")
    return " → ".join("blank" if _blank(value) else str(value) for value in (old, new))


def named(facts: Facts, places: Iterable[str]) -> str:
    """Names of links and places, a few of them."""
    links = set(facts.links.index)
    return listed([facts.names.asset("link" if key in links else "node", key) for key in sorted(places)], 3)
