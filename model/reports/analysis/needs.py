"""What would be over its capacity without a project, and how full what it widens is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from model.formulation.investment import ASSET_SHEETS
from model.plan.mentions import read_mentions
from model.plan.use import SHIPS
from model.plan.verify.capacity import availability
from model.plan.verify.recount import seasons_of
from model.reports.analysis.ships import Ships
from model.reports.analysis.value import Values
from model.reports.facts import TINY, Facts
from model.reports.frames import rows, sums_by
from model.reports.text import listed, number, percent

ADDED: Final = {"kTEU": "added_kteu", "kt": "added_kt"}
"""What an effect adds of each measure."""


@dataclass(frozen=True)
class Reason:
    """Short code for sorting and the sentence for reading."""

    code: str
    words: str


@dataclass(frozen=True)
class Without:
    """A limit without the project that widens it.

    `over` says whether the plan's cargo is more than is left; `use` is that cargo and other traffic over the capacity,
    `others` whether there is other traffic.
    """

    over: bool
    use: float
    asset: str
    period: str
    others: bool

    @property
    def words(self) -> str:
        """What the plan would need without the project, in a sentence."""
        sent = f"what the plan sends through {self.asset} in {self.period}"
        if math.isinf(self.use):
            return (
                f"Without it, {self.asset} has no usable capacity for what the plan sends through it in {self.period}."
            )
        if not self.over:
            part = f"at most {percent(self.use)} of a year's capacity of {self.asset}"
            return f"Without it, {part} would be used ({self.period})."
        whole = "and other traffic would need" if self.others else "would need"
        of = "capacity" if self.others else "usable capacity"
        return f"Without it, {sent} {whole} {percent(self.use)} of the {of}."


class Needs:
    """What the plan sends where the projects make room."""

    def __init__(self, facts: Facts, values: Values) -> None:
        """Index openings, peaks and the use of changed times and costs."""
        self.facts, self.values = facts, values
        self.openings: dict[str, list[Any]] = {}
        for row in rows(facts.openings):
            self.openings.setdefault(str(row.project), []).append(row)
        self.opened = {key: min(int(row.opening_year) for row in found) for key, found in self.openings.items()}
        self.lapsed: dict[str, list[tuple[int, float]]] = {}
        ended = facts.optional("lives")
        for row in () if ended is None else rows(ended):
            gone = float(row.renewed) - float(row.ending)
            self.lapsed.setdefault(str(row.project), []).append((int(row.year), gone))
        self.peaks = _peaks(facts)
        self.used = _used(facts)
        self.ships = facts.once(Ships)
        self.unused, self.late = facts.once(unused), facts.once(used_late)

    def asset(self, effect: dict[str, Any]) -> str:
        """Name of the asset that an effect row changes."""
        return self.facts.names.asset(effect["asset_kind"], effect["asset"])

    def of(self, project: str, decision: str) -> Reason:
        """What would be over its capacity without the project."""
        code = "need" if decision == "Build" else "committed"
        start = "" if decision == "Build" else "Committed. "
        if project in self.unused:
            return Reason(code, start + self.unused[project])
        late = f" {self.late[project].words}" if project in self.late else ""
        without = self._without(project)
        ships = self.ships.need(project, self._modules(project))
        if ships is not None:
            return Reason(code, start + ships + late)
        if without is not None and without.over:
            return Reason(code, start + without.words + late)
        if project in self.used:
            words = f"Routes that carry {number(self.used[project], 1)} kTEU in the last period use what it changes."
            return Reason(code, start + words + late)
        other = "" if decision == "Committed" else "No single asset would overflow without it."
        if decision == "Committed" and without is not None:
            other = without.words
        return Reason(code, (start + other + late).strip())

    def _modules(self, project: str) -> dict[str, float]:
        """Period → modules in service."""
        moved = [(int(row.opening_year), float(row.modules)) for row in self.openings.get(project, [])]
        moved += self.lapsed.get(project, [])
        return {
            period.name: sum(count for year, count in moved if year <= period.first_year)
            for period in self.facts.case.periods
        }

    def _without(self, project: str) -> Without | None:
        """What it widens of which the plan would need most without it; None where it widens nothing that is used."""
        modules = self._modules(project)
        found: list[Without] = []
        for effect in self.values.effects.get(project, []):
            for row in self.facts.capacity_rows.get((effect["asset_kind"], effect["asset"]), []):
                added = float(effect[ADDED[row.measure]] or 0.0) * modules[row.period]
                if added > 0 and float(row.used) > TINY:
                    left, others = _left_without(self.facts, row, added)
                    needed, room = float(row.used) + others, left + others
                    over = float(row.used) > left * (1 + 1e-6) + 1e-9
                    use = needed / room if room > 0 else math.inf
                    found.append(Without(over, use, self.asset(effect), str(row.period), others > 0))
        return max(found, default=None, key=lambda one: (one.over, one.use))

    def peak(self, project: str) -> tuple[float, str]:
        """Highest utilisation of what the project widens, in the measures that it adds to, and where."""
        best, place = math.nan, "what it widens"
        for effect in self.values.effects.get(project, []):
            key = (effect["asset_kind"], effect["asset"])
            added = [measure for measure, column in ADDED.items() if float(effect[column] or 0.0) > 0]
            for use in (self.peaks.get((*key, measure), math.nan) for measure in added or (*ADDED, SHIPS)):
                if not math.isnan(use) and (math.isnan(best) or use > best):
                    best, place = use, self.asset(effect)
        return best, place


def _peaks(facts: Facts) -> dict[tuple[str, str, str], float]:
    """(asset kind, asset, measure) → highest utilisation."""
    table = facts.capacities.dropna(subset=["utilisation"])
    table = table.assign(measure=table["measure"].replace("Mt", "kt"))
    return sums_by(table, ["asset_kind", "asset", "measure"], "utilisation", "max")


def _used(facts: Facts) -> dict[str, float]:
    """Project → flow in the last period on routes that use its change of time, cost or CO2 [kTEU/year]."""
    routes = facts.routes["projects_used"]
    found: dict[str, float] = {}
    last = facts.routes_used[facts.routes_used["period"] == facts.periods[-1]]
    for row in rows(last):
        words = str(routes.get(row.route, ""))
        for project in {key for _, projects in read_mentions(words) for key in projects}:
            found[project] = found.get(project, 0.0) + float(row.flow_kteu)
    return found


def _left_without(facts: Facts, row: Any, added: float) -> tuple[float, float]:
    """What would be usable in a row of the capacities table without `added` of the installed, and other traffic there.

    In its measure a year. Usable is installed times the part of the year that the asset works, less other traffic. So
    what is installed less is missed for as much of the year as the asset works, and other traffic stays. 0 at least.
    """
    usable, installed = float(row.usable), float(row.installed)
    if installed <= 0:
        return usable, 0.0
    others = _background(facts, row)
    left = usable - (usable + others) * added / installed
    return (left if left > 1e-9 * (usable + others) else 0.0), others


def _background(facts: Facts, row: Any) -> float:
    """Background traffic of a year: as the sheet gives it, in each season at most what is open without projects."""
    case, year, kind = facts.case, facts.first_years[str(row.period)], str(row.asset_kind)
    column = f"background_{str(row.measure).lower()}"
    table = case.table(ASSET_SHEETS[kind], year)
    given = float(table.loc[table[kind] == row.asset, column].fillna(0.0).sum())
    if not given > 0:
        return 0.0
    return sum(
        season.share * min(given, float(availability(case, kind, [row.asset], season.name, year)[0]) * float(row.base))
        for season in seasons_of(case)
    )


def unused(facts: Facts) -> dict[str, str]:
    """Project → 'Carries nothing in this plan: …', of what opens and carries nothing from its opening on."""
    effects, found = facts.once(Values).effects, dict[str, str]()
    for project, opening, first in facts.once(_first_uses):
        if project in effects and first is None:
            names = [facts.names.asset(effect["asset_kind"], effect["asset"]) for effect in effects[project]]
            places = listed(list(dict.fromkeys(names)), 4)
            found[project] = f"Carries nothing in this plan: from {opening} on, no cargo uses {places}."
    return found


@dataclass(frozen=True)
class Late:
    """A work that opens in `opening`, and of which cargo uses nothing before `first`."""

    opening: int
    first: int

    @property
    def years(self) -> str:
        """'from 2029 on, used from 2033 on'."""
        return f"open from {self.opening} on, used from {self.first} on"

    @property
    def words(self) -> str:
        """'Carries nothing before 2033.', of the plan's cargo."""
        return f"Carries nothing of this plan before {self.first}."


def used_late(facts: Facts) -> dict[str, Late]:
    """Project → its opening and the first year in which cargo uses it, where that is a later period."""
    return {
        project: Late(opening, first)
        for project, opening, first in facts.once(_first_uses)
        if first is not None and any(opening <= year < first for year in facts.first_years.values())
    }


def _first_uses(facts: Facts) -> list[tuple[str, int, int | None]]:
    """(Project, opening, first year from then on in which cargo uses it), the first opening of several last."""
    effects, found = facts.once(Values).effects, list[tuple[str, int, int | None]]()
    for row in rows(facts.openings[::-1]):
        project, opening = str(row.project), int(row.opening_year)
        used = (
            year
            for period, year in facts.first_years.items()
            if year >= opening and any(_uses(facts, effect, period) for effect in effects.get(project, []))
        )
        found.append((project, opening, next(used, None)))
    return found


def _uses(facts: Facts, effect: dict[str, Any], period: str) -> bool:
    """Whether cargo uses what an effect adds or changes: capacity by its measure, ships by trips, else the place."""
    kind, asset = str(effect["asset_kind"]), str(effect["asset"])
    if kind == "fleet":
        return facts.once(Ships).serve(asset, {period})
    added = {measure for measure, column in ADDED.items() if float(effect[column] or 0.0) > 0}
    if added:
        limits = facts.capacity_rows.get((kind, asset), [])
        return any(float(row.used) > TINY for row in limits if row.measure in added and row.period == period)
    totals = facts.node_totals if kind == "node" else facts.link_totals
    there = totals[(totals.index.get_level_values(0) == asset) & (totals.index.get_level_values(1) == period)]
    return bool((there[["kteu", "mt"]] > TINY).any(axis=None))
