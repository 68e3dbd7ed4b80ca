"""Recount of the fleet: assignments, trips at the payload that depth allows, what links carry, fuel and cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

import numpy as np

from model.case.case import Case
from model.case.keys import parted
from model.features.fleet.sailing import Sailing
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.checks import (
    Check,
    Costs,
    Figures,
    Finding,
    Frame,
    Limiting,
    Rows,
    agree,
    figures_of,
    in_each_year,
    kept,
    none_found,
    records,
)  # fmt: skip
from model.plan.verify.payments import co2_price
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of

CHECK: Final = "ships carry what is on their links"
MEASURES: Final = ("kTEU", "kt")


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Fleets, assignments, trips, payloads and link loads, the rows of the tables, and what sailing costs."""
    whole = whole_of(tables, case)
    recounted, services = whole.recount, records(case.table("Services"))
    yield from _rows(recounted)
    if not services:
        return
    sailing = Sailing(recounted, whole.more_time)
    yield Limiting({("link", service.link, measure) for service in services for measure in MEASURES})
    yield _whole_check(recounted)
    yield _words_check(sailing)
    yield from _fleet_checks(recounted, sailing)
    yield from _trip_checks(recounted, sailing)
    yield _payload_check(sailing)
    yield _fuel_check(recounted, sailing)
    yield from _load_checks(recounted, sailing)
    yield from _costs(recounted, sailing)


def emissions(recounted: Recount) -> Figures:
    """(carrier of the service's link, period) → CO2 of the fuel burnt, kt a year."""
    carriers = recounted.case.table("Links").set_index("link")["carrier"].to_dict()
    fuel = {row.service: float(row.fuel_t) for row in records(recounted.case.table("Services"))}
    factor = float(recounted.case.settings["fuel_co2"])
    found: Figures = {}
    for row in records(recounted.tables["sailings"]):
        key, burnt = (str(carriers[row.link]), str(row.period)), factor * float(row.trips) * fuel[row.service]
        if burnt > 0:
            found[key] = found.get(key, 0.0) + burnt
    return found


def _costs(recount: Recount, sailing: Sailing) -> Iterator[Costs]:
    """Trips and their fuel, and its emissions, million USD."""
    settings = recount.case.settings
    trips: dict[str, float] = defaultdict(float)
    emitted: dict[str, float] = defaultdict(float)
    for row, service, period in sailing.rows:
        fuel = float(row.trips) * float(service.fuel_t)
        trips[row.period] += float(row.trips) * float(service.trip_cost) + fuel * float(settings["fuel_price"])
        emitted[row.period] += co2_price(recount, period) * float(settings["fuel_co2"]) * fuel
    yield Costs("sailing", in_each_year(recount.case, trips), label="Ship trips and fuel")
    yield Costs("ship_co2", in_each_year(recount.case, emitted), label="CO2 of ships")


def _rows(recount: Recount) -> Iterator[Rows]:
    """Every ship type in every period, every service in every block; none where nothing sails."""
    case, periods = recount.case, recount.period_names.tolist()
    sailed = len(case.table("Services"))
    vessels = set(product(case.table("Vessels")["vessel"].tolist(), periods)) if sailed else set()
    seasons = [season.name for season in recount.seasons]
    services = set(product(case.table("Services")["service"].tolist(), periods, seasons))
    yield Rows("fleets", ["vessel", "period"], vessels)
    yield Rows("sailings", ["service", "period", "season"], services)


def _words_check(sailing: Sailing) -> Check:
    """Link and ship type of every service as the case has them."""
    stated = [(row.service, (row.link, row.vessel), (one.link, one.vessel)) for row, one, _ in sailing.rows]
    problems = [f"{key}: {said}, not {right}" for key, said, right in stated if said != right]
    return none_found("sailings table: link and vessel", "rows", problems, len(stated))


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
    assigned = _assigned(recount, sailing)
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


def _assigned(recount: Recount, sailing: Sailing) -> dict[tuple[str, str], float]:
    """Ships assigned by (vessel type, period)."""
    assigned: dict[tuple[str, str], float] = defaultdict(float)
    first_season = next(iter(sailing.seasons))
    for row in records(recount.tables["sailings"]):
        if row.season == first_season:
            assigned[row.vessel, row.period] += float(row.ships)
    return assigned


def _idle_ships(recount: Recount, sailing: Sailing) -> dict[str, list[float]]:
    """Ships of each type that no service has, by period."""
    assigned, names = _assigned(recount, sailing), recount.period_names
    return {
        vessel: [max(0.0, float(ships[i]) - assigned[vessel, name]) for i, name in enumerate(names)]
        for vessel, ships in sailing.fleet.items()
    }


def _trip_checks(recount: Recount, sailing: Sailing) -> list[Check]:
    """Round trips within what the ships assigned can make, weather counted, and what they and idle ones could make."""
    rows, least, most, could = sailing.rows, [], [], []
    idle = _idle_ships(recount, sailing)
    for row, service, period in rows:
        available = sailing.availability(service.link, row.season, int(recount.first_years[period]))
        gained = min(float(sailing.gained[service.link][period]), 1.0 - available)
        per_ship = sailing.seasons[row.season] * float(service.operating_days) / float(service.round_trip_days)
        with_idle = float(row.ships) + idle[service.vessel][period]
        least.append(available * per_ship * with_idle)
        most.append((available + gained) * per_ship * with_idle)
        could.append((available + gained) * per_ship * float(row.ships))
    limits, stated = np.array(most), np.array([float(row.most_trips) for row, _, _ in rows])
    by_assigned = np.array(could)
    trips = np.array([float(row.trips) for row, _, _ in rows])

    def place(position: int) -> str:
        row = rows[position][0]
        return f"{row.service}, {row.period}, {row.season}: {trips[position]:.9g} trips of {by_assigned[position]:.9g}"

    def most_place(position: int) -> str:
        row = rows[position][0]
        return f"{row.service}, {row.period}, {row.season}: {stated[position]:.9g} of {limits[position]:.9g}"

    # what projects add to the days that a link works is a choice of the plan, up to their most
    off = np.maximum(np.maximum(np.array(least) - stated, stated - limits), trips - stated)
    return [
        kept("ships make no more trips than they can", "round trips", trips - by_assigned, by_assigned, place),
        kept("sailings table: most_trips", "round trips", off, limits, most_place),
    ]


def _payload_check(sailing: Sailing) -> Check:
    """Payload as depth allows."""
    table = sailing.recount.tables["sailings"]
    stated = figures_of(table, ["service", "period", "season"], "payload_share")
    found = {(row.service, row.period, row.season): sailing.payload_share(one, p) for row, one, p in sailing.rows}
    return agree("payload is what depth allows", "share", stated, found)


def _fuel_check(recount: Recount, sailing: Sailing) -> Check:
    """Fuel burnt = trips × fuel of a trip."""
    key = ["service", "period", "season"]
    found = {(r.service, r.period, r.season): float(r.trips) * float(s.fuel_t) for r, s, _ in sailing.rows}
    return agree("sailings table: fuel_t", "t", figures_of(recount.tables["sailings"], key, "fuel_t"), found)


def _link_loads(recount: Recount) -> dict[tuple[str, str, str, str, str], float]:
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


def _load_checks(recount: Recount, sailing: Sailing) -> list[Check]:
    """Load of each link with services within the payload of the trips made, and no trip that costs nothing too many."""
    carried: dict[tuple[str, str, str, str], float] = defaultdict(float)
    free: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row, service, _ in sailing.rows:
        for measure in MEASURES:
            payload = float(getattr(sailing.vessels[service.vessel], f"payload_{measure.lower()}"))
            legs = float(row.trips) * float(row.payload_share)
            carried[service.link, row.period, row.season, measure] += legs * payload
            if not (service.trip_cost or service.fuel_t):
                free[service.link, row.period, row.season, measure] += legs * payload
    loads = _link_loads(recount)
    sailed = {service.link for service in records(recount.case.table("Services"))}
    keys = [key for key in loads if key[0] in sailed]
    used = np.array([loads[key] for key in keys])
    limits = np.array([carried[key[0], key[2], key[3], key[4]] for key in keys])

    def place(position: int) -> str:
        return f"{', '.join(keys[position])}: {used[position]:.9g} carried, room for {limits[position]:.9g}"

    return [kept(CHECK, "kTEU or kt", used - limits, limits, place), idle_check(loads, carried, free)]


def idle_check(
    loads: Mapping[tuple[str, str, str, str, str], float],
    carried: Mapping[tuple[str, str, str, str], float],
    free: Mapping[tuple[str, str, str, str], float],
) -> Check:
    """Trips that cost nothing are those that the fullest leg of their link needs: what they could carry beyond that.

    Of kTEU and kt the one counts of which more is needed, in its unit: a share of next to no trips says nothing.
    """
    spare: dict[tuple[str, str, str], tuple[float, float]] = {}
    for (link, period, season, measure), room in free.items():
        if room > 0.0:
            most = max(loads.get((link, way, period, season, measure), 0.0) for way in ("forward", "backward"))
            unused = min(room, max(0.0, carried[link, period, season, measure] - most))
            spare[link, period, season] = min(
                spare.get((link, period, season), (np.inf, 1.0)), (unused, room), key=lambda one: one[0] / one[1]
            )
    keys, (off, size) = list(spare), np.array(list(spare.values())).reshape(-1, 2).T

    def place(position: int) -> str:
        return f"{', '.join(keys[position])}: room for {off[position]:.6g} of {size[position]:.6g} is not needed"

    return kept("no trip is made that no cargo needs", "kTEU or kt", off, size, place)
