"""Recount of choice from a plan's tables alone: families of routes, shares by market, and what taste comes to.

Written apart from the rows: the sheets are read anew, the curve is cut anew, and the split is taken from the routes.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.case.keys import parted
from model.features import choice
from model.features.choice.recount.rule import OUTSIDE, Rule
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.cargo import Cargo, demand_amounts
from model.plan.verify.checks import Check, Costs, Finding, Frame, Limiting, agree, none_found, records
from model.plan.verify.recount import seasons_of

FLOWS: Final = "kTEU a year"

ENTRY: Final = ("demand", "segment", "period", "season", "family")
UNITS: Final = {
    "amount": FLOWS,
    "served": FLOWS,
    "share": "share",
    "constant": "million USD/kTEU",
    "cost": "million USD/kTEU",
    "taste": "million USD a year",
}

Place = tuple[str, int, str, str]
"""Demand, segment, period, season."""
Key = tuple[str, int, str, str, str]
"""Those and the corridor."""


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Checks of the tables choice and choice_entries, and the cost term taste; nothing where nobody chooses."""
    if not choice.applies(case):
        return
    split = Split(case, tables)
    yield none_found("routes of choosing demands pass one corridor", "routes", split.astray, len(tables["routes"]))
    yield from _of_entries(split, tables["choice_entries"])
    yield from _by_market(split, tables["choice"])
    amounts: dict[tuple[int, str], float] = defaultdict(float)
    for (_, _, period, _, _), amount in split.taste.items():
        for year in split.years[period]:
            amounts[year, "-"] += amount
    yield Costs("taste", dict(amounts))
    # Shippers who choose smoothly leave ways that are nearly as good, so a limit of a plan that is best to within a
    # hundred-thousandth may have a price although a little room is left.
    limited = tables["capacities"][["asset_kind", "asset", "measure"]]
    yield Limiting(set(limited.itertuples(index=False, name=None)))


def _of_entries(split: Split, stated: Frame) -> Iterator[Check]:
    """The table choice_entries against what was recounted of every entry and corridor."""
    keys = list(zip(*(stated[name].tolist() for name in ENTRY), strict=True))
    others = [
        f"{demand} is of {split.market.get(demand)}, not {market}"
        for (demand, *_), market in zip(keys, stated["market"].tolist(), strict=True)
        if split.market.get(demand) != market
    ]
    yield none_found("choice_entries table: market", "rows", others, len(keys))
    yield from _compared("choice_entries", keys, stated, {key: split.figures([key]) for key in split.served})


def _by_market(split: Split, stated: Frame) -> Iterator[Check]:
    """The table choice against the same sums of what was recounted."""
    members: dict[tuple[Any, ...], list[Key]] = defaultdict(list)
    for key in split.served:
        demand, _, period, _, family = key
        members[split.market[demand], family, period].append(key)
    keys = list(zip(*(stated[name].tolist() for name in ("market", "family", "period")), strict=True))
    yield from _compared("choice", keys, stated, {key: split.figures(inside) for key, inside in members.items()})


def _compared(
    table: str, keys: list[tuple[Any, ...]], stated: Frame, found: Mapping[tuple[Any, ...], Mapping[str, float]]
) -> Iterator[Check]:
    """Every column of figures of a table, by key; blank where nothing was recounted."""
    for column, unit in UNITS.items():
        given = {
            key: float(figure) for key, figure in zip(keys, stated[column].tolist(), strict=True) if figure == figure
        }
        recounted = {key: figures[column] for key, figures in found.items() if column in figures}
        yield agree(f"{table} table: {column}", unit, given, recounted)


@dataclass(frozen=True)
class Split:
    """What each choosing entry sends by each corridor, and what that costs in taste, by (*Place, family)."""

    case: Case
    tables: Mapping[str, Frame]

    @cached_property
    def years(self) -> dict[str, range]:
        """Calendar years of each period."""
        return {period.name: period.calendar_years for period in self.case.periods}

    @cached_property
    def rows(self) -> dict[str, list[Any]]:
        """Rows of the Choice sheet by market."""
        found: dict[str, list[Any]] = {}
        for row in records(self.case.table("Choice")):
            found.setdefault(row.market, []).append(row)
        return found

    @cached_property
    def rules(self) -> dict[tuple[str, str], Rule]:
        """What the Choice sheet says, by market and period."""
        width = float(self.case.settings["choice_step"])
        return {
            (market, period): Rule(sheet, years[0], width)
            for market, sheet in self.rows.items()
            for period, years in self.years.items()
        }

    @cached_property
    def market(self) -> dict[str, str]:
        """Market of each demand that chooses."""
        of = {row.demand: row.market or row.group for row in records(self.case.table("Demand"))}
        return {demand: market for demand, market in of.items() if market in self.rows}

    @cached_property
    def _passed(self) -> dict[str, list[str]]:
        """Corridors whose markers each route of a choosing demand passes, once a marker."""
        marked = {link: row.family for row in records(self.case.table("Families")) for link in row.markers}
        routes = self.tables["routes"]
        rows = zip(routes["route"].tolist(), routes["demand"].tolist(), routes["links"].tolist(), strict=True)
        return {
            route: [marked[link] for link in parted(links, BETWEEN_KEYS) if link in marked]
            for route, demand, links in rows
            if demand in self.market
        }

    @cached_property
    def astray(self) -> list[str]:
        """Routes that pass no marker or more than one, or a corridor that the market does not know, in words."""
        of_route = dict(zip(self.tables["routes"]["route"], self.tables["routes"]["demand"], strict=True))
        problems = []
        for route, passed in self._passed.items():
            known = {row.family for row in self.rows[self.market[of_route[route]]]}
            if len(passed) != 1 or passed[0] not in known:
                problems.append(f"{route} of {of_route[route]} passes {' and '.join(passed) or 'no corridor'}")
        return problems

    @cached_property
    def _teu(self) -> dict[str, float]:
        cargo = Cargo(self.case, self.case.first_year)
        return dict(zip(self.case.table("Demand")["demand"], cargo.kteu_per_unit.tolist(), strict=False))

    @cached_property
    def amounts(self) -> dict[Place, float]:
        """KTEU that each choosing entry has to send in a season."""
        cargo, whole = Cargo(self.case, self.case.first_year), demand_amounts(self.case)
        found: dict[Place, float] = {}
        for row, demand in enumerate(self.case.table("Demand")["demand"].tolist()):
            if demand not in self.market:
                continue
            parts = int(cargo.segments[row])
            for position, period in enumerate(self.years):
                for season in seasons_of(self.case):
                    each = float(whole[row, position]) / parts * season.demand_share * self._teu[demand]
                    found |= {(demand, part + 1, period, season.name): each for part in range(parts)}
        return {place: amount for place, amount in found.items() if amount > 0}

    @cached_property
    def served(self) -> dict[Key, float]:
        """KTEU by corridor; with the corridor 'outside' what stays unserved."""
        found = {(*place, row.family): 0.0 for place in self.amounts for row in self.rows[self.market[place[0]]]}
        left = dict(self.amounts)
        flows = self.tables["route_flows"]
        columns = [flows[name].tolist() for name in ("demand", "segment", "period", "season", "route", "flow")]
        for demand, segment, period, season, route, flow in zip(*columns, strict=True):
            if demand in self.market and len(self._passed[route]) == 1:
                place, kteu = (demand, int(segment), period, season), float(flow) * self._teu[demand]
                key = (*place, self._passed[route][0])
                found[key] = found.get(key, 0.0) + kteu
                left[place] = left.get(place, 0.0) - kteu
        for key in [key for key in found if key[4] == OUTSIDE]:
            found[key] = max(0.0, left[key[:4]])
        return found

    @cached_property
    def paid(self) -> dict[Key, tuple[float, float]]:
        """KTEU on routes, and what these cost with time and CO2, million USD a year."""
        found: dict[Key, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        flows = self.tables["route_flows"]
        columns = ["demand", "segment", "period", "season", "route", "flow", "unit_cost"]
        for demand, segment, period, season, route, flow, cost in zip(
            *(flows[c].tolist() for c in columns), strict=True
        ):
            if demand in self.market and len(self._passed[route]) == 1:
                key = (demand, int(segment), period, season, self._passed[route][0])
                kteu, spent = found[key]
                found[key] = kteu + float(flow) * self._teu[demand], spent + float(flow) * float(cost)
        return dict(found)

    def figures(self, keys: list[Key]) -> dict[str, float]:
        """Figures of some entries of one corridor and period together; no cost where nothing goes."""
        amount = sum(self.amounts[key[:4]] for key in keys)
        served = sum(self.served[key] for key in keys)
        demand, _, period, _, family = keys[0]
        rule = self.rules[self.market[demand], period]
        found = {"amount": amount, "served": served, "share": served / amount, "constant": rule.constant[family]}
        kteu, spent = (sum(self.paid[key][part] for key in keys if key in self.paid) for part in (0, 1))
        if kteu > 0:
            found["cost"] = spent / kteu
        return {**found, "taste": sum(self.taste[key] for key in keys)}

    @cached_property
    def _seasons(self) -> list[str]:
        return [season.name for season in seasons_of(self.case)]

    @cached_property
    def what(self) -> dict[str, str]:
        """Origin, destination and commodity of each demand that chooses."""
        rows = records(self.case.table("Demand"))
        return {row.demand: f"{row.origin} {row.destination} {row.commodity}" for row in rows}

    def start(self, place: Place) -> float:
        """Where the corners of an entry stand: evenly between those of other segments and seasons, scattered else."""
        demand, segment, period, season = place
        bits = f"{self._seasons.index(season) + len(self._seasons) * (segment - 1):b}"[::-1]
        golden = (np.sqrt(5.0) - 1.0) / 2.0
        between = self.years[period][0] * golden + int(bits, 2) / 2 ** len(bits)
        return float(zlib.crc32(self.what[demand].encode()) / 2**32 + between)

    @cached_property
    def taste(self) -> dict[Key, float]:
        """Million USD a year by corridor; what belongs to a nest is shared out by what its corridors carry."""
        found: dict[Key, float] = {}
        penalty = self._penalty
        for place, amount in self.amounts.items():
            rule = self.rules[self.market[place[0]], place[2]]
            sent = {family: self.served[*place, family] for family in rule.constant}
            costs = rule.costs(sent, amount, self.start(place))
            if OUTSIDE in costs:
                costs[OUTSIDE] -= penalty[place[0]] * sent[OUTSIDE]
            found |= {(*place, family): cost for family, cost in costs.items()}
        return found

    @cached_property
    def _penalty(self) -> dict[str, float]:
        """Unserved penalty, million USD/kTEU."""
        cargo = Cargo(self.case, self.case.first_year)
        keys = self.case.table("Demand")["demand"].tolist()
        return {key: float(cargo.penalty[row]) / self._teu[key] for row, key in enumerate(keys)}
