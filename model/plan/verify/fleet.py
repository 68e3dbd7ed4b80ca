"""Ships: fleets, assignments, trips at the payload that depth allows, and what their links carry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.capacity import MoreTime
from model.plan.verify.checks import (
    Check,
    Figures,
    Floats,
    agree,
    figures_of,
    kept,
    none_found,
    records,
    switched_off,
)
from model.plan.verify.projects import BUY
from model.plan.verify.recount import Recount

HALF_METRE: Final = 0.5
WHOLE_YEAR: Final = "year"
Block = tuple[str, str]


@dataclass(frozen=True)
class Sailing:
    """What ships could and did do, recomputed from the case, the investments and the sailings table."""

    recount: Recount
    more_time: MoreTime

    @cached_property
    def seasons(self) -> dict[str, float]:
        """Share of the year of each season."""
        table = self.recount.case.table("Seasons")
        return dict(zip(table["season"], table["share_of_year"], strict=True)) if len(table) else {WHOLE_YEAR: 1.0}

    @cached_property
    def vessels(self) -> dict[str, Any]:
        """Rows of the Vessels sheet by type."""
        return {row.vessel: row for row in records(self.recount.case.table("Vessels"))}

    @cached_property
    def place(self) -> dict[str, int]:
        """Number of each project."""
        return {project: number for number, project in enumerate(self.recount.projects["project"].tolist())}

    @cached_property
    def effects(self) -> dict[tuple[str, str], list[Any]]:
        """Rows of the ProjectEffects sheet by (asset_kind, asset)."""
        found: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in records(self.recount.case.table("ProjectEffects")):
            found[row.asset_kind, row.asset].append(row)
        return found

    @cached_property
    def fleet(self) -> dict[str, Floats]:
        """Ships of each type by period: existing, bought, and added by projects."""
        in_service = self.recount.in_service
        fleet = {v: np.full(in_service.shape[1], float(row.existing)) for v, row in self.vessels.items()}
        for vessel, ships in fleet.items():
            if BUY + vessel in self.place:
                ships += in_service[self.place[BUY + vessel]]
            for row in self.effects["fleet", vessel]:
                if row.added_vessels > 0:
                    ships += row.added_vessels * in_service[self.place[row.project]]
        return fleet

    def availability(self, link: str, season: str, year: int) -> float:
        """Part of the season's days that a link works."""
        if year not in self._availability:
            table = self.recount.case.table("Availability", year)
            rows = records(table[table["asset_kind"] == "link"])
            self._availability[year] = {(row.asset, row.season): float(row.availability) for row in rows}
        given = self._availability[year]
        return given.get((link, season), given.get((link, None), 1.0))

    @cached_property
    def _availability(self) -> dict[int, dict[tuple[str, str | None], float]]:
        return {}

    @cached_property
    def gained(self) -> dict[str, Floats]:
        """Part of the time by which projects in service raise each link's availability, by period."""
        links = pd.Index(list(dict.fromkeys(row.link for row in records(self.recount.case.table("Services")))))
        return dict(zip(links, self.more_time("link", links), strict=True))

    def payload_share(self, service: Any, period: int) -> float:
        """Most of the full payload that depth allows in a period: water level, and dredgings that still work."""
        loss = float(self.vessels[service.vessel].payload_loss)
        node = service.depth_node
        missing = self.missing_depth[node][period] if node in self.missing_depth else 0.0
        lost = loss * missing / HALF_METRE
        share = max(0.0, 1.0 - lost)
        for row in self.effects["node", node]:
            if row.added_depth > 0:
                gain = loss * min(float(row.added_depth), missing) / HALF_METRE
                share += gain * self._effective(row, period)
        return min(1.0, share)

    def _effective(self, effect: Any, period: int) -> float:
        """Modules of a dredging whose depth has not worn off."""
        span = np.inf if np.isnan(effect.effect_years) else float(effect.effect_years)
        if span not in self._serving:
            self._serving[span] = self.recount.serving(span)
        year = self.recount.first_years[period] - self.recount.horizon[0]
        return float(self._serving[span][self.place[effect.project], year])

    @cached_property
    def _serving(self) -> dict[float, Floats]:
        return {}

    @cached_property
    def missing_depth(self) -> dict[str, list[float]]:
        """Metres missing at a port by period: straight lines between given years, mean over the period's years."""
        levels = self.recount.case.table("WaterLevels")
        columns: list[Any] = list(levels.columns)
        years = np.array(sorted(column for column in columns if isinstance(column, int)))
        missing = {}
        for node, values in zip(levels["node"], levels[years.tolist()].to_numpy(float), strict=True):
            given = ~np.isnan(values)
            if given.any():
                missing[node] = [
                    float(np.interp(list(period.calendar_years), years[given], values[given]).mean())
                    for period in self.recount.case.periods
                ]
        return missing


def fleet_checks(recount: Recount, more_time: MoreTime, *, imposed: bool) -> list[Check]:
    """Fleets, assignments, trips, payloads and link loads; nothing sails when the family is off."""
    services = recount.case.table("Services")
    if not imposed or services.empty:
        return [switched_off("ships carry what is on their links", "fleet")] if not imposed else []
    sailing = Sailing(recount, more_time)
    return [
        _whole_check(recount),
        *_fleet_checks(recount, sailing),
        *_trip_checks(recount, sailing),
        _payload_check(recount, sailing),
        _fuel_check(recount),
        _load_check(recount, sailing),
    ]


def _whole_check(recount: Recount) -> Check:
    """Ships are whole, and a service has the same ships in all seasons of a period."""
    problems = []
    for (service, period), rows in recount.tables["sailings"].groupby(["service", "period"], sort=False):
        ships = rows["ships"].to_numpy(float)
        if np.abs(ships - np.round(ships)).max() > 1e-6 or np.ptp(ships) > 1e-6:
            problems.append(f"{service} in {period}: {ships.tolist()} ships")
    return none_found("ships are whole", "services", problems, len(recount.tables["sailings"]))


def _fleet_checks(recount: Recount, sailing: Sailing) -> list[Check]:
    """Fleets table, and assignments within the fleet."""
    table, names = recount.tables["fleets"], recount.period_names
    existing = {(v, p): float(sailing.vessels[v].existing) for v in sailing.fleet for p in names}
    added = {(v, p): float(sailing.fleet[v][i]) - existing[v, p] for v in sailing.fleet for i, p in enumerate(names)}
    assigned: dict[tuple[str, str], float] = defaultdict(float)
    first_season = next(iter(sailing.seasons))
    for row in records(recount.tables["sailings"]):
        if row.season == first_season:
            assigned[row.vessel, row.period] += float(row.ships)
    key = ["vessel", "period"]
    keys = list(added)
    excess = np.array([assigned[k] - existing[k] - added[k] for k in keys])

    def place(position: int) -> str:
        vessel, period = keys[position]
        return f"{vessel} in {period}: {assigned[vessel, period]:.9g} assigned of {sailing.fleet[vessel]}"

    return [
        agree("fleets table: existing", "ships", figures_of(table, key, "existing"), existing),
        agree("fleets table: added", "ships", figures_of(table, key, "added"), added),
        agree("fleets table: assigned", "ships", figures_of(table, key, "assigned"), dict(assigned)),
        kept("ships assigned are in the fleet", "ships", excess, np.ones_like(excess), place),
    ]


def _trip_checks(recount: Recount, sailing: Sailing) -> list[Check]:
    """Round trips within what the ships assigned can make, weather counted, and what is stated of that."""
    rows, least, most = recount.sailings, [], []
    for row, service, period in rows:
        available = sailing.availability(service.link, row.season, int(recount.first_years[period]))
        gained = min(float(sailing.gained[service.link][period]), 1.0 - available)
        per_ship = sailing.seasons[row.season] * float(service.operating_days) / float(service.round_trip_days)
        least.append(available * per_ship * float(row.ships))
        most.append((available + gained) * per_ship * float(row.ships))
    limits, stated = np.array(most), np.array([float(row.most_trips) for row, _, _ in rows])
    trips = np.array([float(row.trips) for row, _, _ in rows])

    def place(position: int) -> str:
        row = rows[position][0]
        return f"{row.service}, {row.period}, {row.season}: {trips[position]:.9g} trips of {limits[position]:.9g}"

    def most_place(position: int) -> str:
        row = rows[position][0]
        return f"{row.service}, {row.period}, {row.season}: {stated[position]:.9g} of {limits[position]:.9g}"

    # what projects add to the days that a link works is a choice of the plan, up to their most
    off = np.maximum(np.maximum(np.array(least) - stated, stated - limits), trips - stated)
    return [
        kept("ships make no more trips than they can", "round trips", trips - limits, limits, place),
        kept("sailings table: most_trips", "round trips", off, limits, most_place),
    ]


def _payload_check(recount: Recount, sailing: Sailing) -> Check:
    """Payload within what depth allows."""
    rows = recount.sailings
    limits = np.array([sailing.payload_share(service, period) for _, service, period in rows])
    stated = np.array([float(row.payload_share) for row, _, _ in rows])
    idle = np.array([float(row.trips) <= 1e-9 for row, _, _ in rows])

    def place(position: int) -> str:
        row = rows[position][0]
        return f"{row.service}, {row.period}, {row.season}: {stated[position]:.9g} of {limits[position]:.9g}"

    off = np.where(idle, np.abs(stated - 1.0), np.maximum(stated - limits, -stated))
    return kept("payload is what depth allows", "share", off, np.ones_like(off), place)


def _fuel_check(recount: Recount) -> Check:
    """Fuel burnt = trips × fuel of a trip."""
    key = ["service", "period", "season"]
    found = {(r.service, r.period, r.season): float(r.trips) * float(s.fuel_t) for r, s, _ in recount.sailings}
    return agree("sailings table: fuel_t", "t", figures_of(recount.tables["sailings"], key, "fuel_t"), found)


def link_loads(recount: Recount) -> dict[tuple[str, str, str, str, str], float]:
    """KTEU and kt on each (link, direction, period, season, measure), from route flows and route sequences."""
    case = recount.case
    links = {row.link: row for row in records(case.table("Links"))}
    boxed = case.table("Carriers").set_index("carrier")["bulk_in_containers"].to_dict()
    form = case.table("Commodities").set_index("commodity")["form"]
    forms = dict(zip(case.table("Demand")["demand"], form.reindex(case.table("Demand")["commodity"]), strict=True))
    legs = {
        # the last node starts no leg
        row.route: list(zip(parted(row.links, BETWEEN_KEYS), parted(row.nodes, BETWEEN_KEYS), strict=False))
        for row in records(recount.tables["routes"])
    }
    loads: dict[tuple[str, str, str, str, str], float] = defaultdict(float)
    for flow in records(recount.tables["route_flows"]):
        container = forms.get(flow.demand, "container") == "container"
        for link, start in legs[flow.route]:
            direction = "forward" if links[link].from_node == start else "backward"
            key = (link, direction, flow.period, flow.season)
            loads[(*key, "kt")] += float(flow.flow_kt)
            if container or boxed[links[link].carrier]:
                loads[(*key, "kTEU")] += float(flow.flow_kteu)
    return loads


def _load_check(recount: Recount, sailing: Sailing) -> Check:
    """Load of each link with services, each direction, within the payload of the trips made."""
    carried: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row, service, _ in recount.sailings:
        for measure in ("kTEU", "kt"):
            payload = float(getattr(sailing.vessels[service.vessel], f"payload_{measure.lower()}"))
            legs = float(row.trips) * float(row.payload_share)
            carried[service.link, row.period, row.season, measure] += legs * payload
    loads = link_loads(recount)
    sailed = {service.link for service in records(recount.case.table("Services"))}
    keys = [key for key in loads if key[0] in sailed]
    used = np.array([loads[key] for key in keys])
    limits = np.array([carried[key[0], key[2], key[3], key[4]] for key in keys])

    def place(position: int) -> str:
        return f"{', '.join(keys[position])}: {used[position]:.9g} carried, room for {limits[position]:.9g}"

    return kept("ships carry what is on their links", "kTEU or kt", used - limits, limits, place)


def ship_emissions(recount: Recount) -> Figures:
    """(carrier of the service's link, period) → CO2 of the fuel burnt, kt a year."""
    carriers = recount.case.table("Links").set_index("link")["carrier"].to_dict()
    factor = float(recount.case.settings["fuel_co2"])
    found: Figures = {}
    for row, service, _ in recount.sailings:
        key, burnt = (str(carriers[service.link]), str(row.period)), factor * float(row.trips) * float(service.fuel_t)
        if burnt > 0:
            found[key] = found.get(key, 0.0) + burnt
    return found


def ship_costs(recount: Recount, period: int, co2_price: float) -> dict[str, float]:
    """Cost terms sailing and ship_co2 of a year of a period, million USD."""
    settings = recount.case.settings
    totals = {"sailing": 0.0, "ship_co2": 0.0}
    for row, service, position in recount.sailings:
        if position == period:
            fuel = float(row.trips) * float(service.fuel_t)
            totals["sailing"] += float(row.trips) * float(service.trip_cost) + fuel * float(settings["fuel_price"])
            totals["ship_co2"] += co2_price * float(settings["fuel_co2"]) * fuel
    return totals
