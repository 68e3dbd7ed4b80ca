"""fleet — whole ships are bought, assigned to services, and sail; what they carry limits their links.

Why: on the Caspian and the Black Sea it is ships, not quays, that run out first; ships can be moved between lines.
Maths: Σ assigned[service, t] over services of a vessel type = fleet[vessel, t] = existing + Σ added *
    in_service[project, t]; a ship need not sail, so none is left out, and the first service of a type takes the rest:
    it is whole because all others are
       trips[service, t, s] <= share[s] * available[link, s] * trips_per_ship * assigned[service, t] + gain, by features
           that let the link work longer
       effective[service] <= payload_share * trips + Σ gain_of_depth * deep[service, dredging, k],  effective <= trips
       deep[service, dredging, k] <= trips,  deep[service, dredging, k] <= most trips * deep_modules[dredging, k, t],  k
           = 1 … modules
       Σ over k of deep_modules[dredging, k, t] = dredgings still effective in t,  deep_modules in {0, 1},
           falling in k
       load[link, measure, direction] <= Σ payload[measure] * effective[service]   (each direction: a round trip has
           two legs)
Indices: services in Services, vessel types in Vessels, periods t, seasons s.
Data: Vessels.existing, .payload_kteu [kTEU/leg], .payload_kt [kt/leg], .payload_loss; Services.round_trip_days,
    .operating_days [days];
    WaterLevels [m]; ProjectEffects.added_vessels, .added_depth [m], .effect_years [years]. Link capacity, if given,
    limits as well.
Switch name: fleet
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.case.canonical import value_at
from model.features.fleet import TRIPS
from model.formulation.forms.fleets import (
    Dredging,
    Service,
    dredgings,
    existing_ships,
    most_ships,
    services,
    ship_effects,
)
from model.formulation.forms.lives import serving
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import choosable_projects
from model.formulation.loads import Load, LoadKey
from model.formulation.values import Values


def load_key(link: str, measure: str, direction: str) -> LoadKey:
    """Key of what ships on a link carry in one direction."""
    return ("service link", link, measure, direction)


def declare_loads(formulation: Formulation) -> None:
    """Load of each link with services, in both measures and each direction."""
    graph = formulation.graph
    for link in dict.fromkeys(service.link for service in services(formulation.case)):
        for direction in ("forward", "backward"):
            arcs = graph.arcs_of_link.get((link, direction), np.zeros(0, dtype=np.int64))
            for measure in ("kTEU", "kt"):
                if len(arcs):
                    key = load_key(link, measure, direction)
                    formulation.declare_load(Load(key, arcs, formulation.use_of(measure, arcs)))


def add(formulation: Formulation) -> None:
    """Add the fleet to the investment block and the sailing to every operations block."""
    offered = services(formulation.case)
    _add_fleet(formulation, offered)
    _add_effective_modules(formulation)
    for block in formulation.block_keys:
        _add_sailing(formulation, block, offered)


def _add_fleet(formulation: Formulation, offered: list[Service]) -> None:
    """investment.fleet, .assigned, .assigned_within_fleet."""
    case, block = formulation.case, formulation.investment
    existing, effects, most = existing_ships(case), ship_effects(case), most_ships(case)
    vessel_of = {service.name: service.vessel for service in offered}
    block.VESSELS = pyo.Set(initialize=list(existing), ordered=True, dimen=1)
    block.SERVICES = pyo.Set(initialize=list(vessel_of), ordered=True, dimen=1)
    block.fleet = pyo.Expression(
        block.VESSELS,
        block.PERIODS,
        rule=lambda _, vessel, period: (
            existing[vessel]
            + pyo.quicksum(added * block.in_service[project, period] for project, added in effects[vessel].items())
        ),
    )
    first = {service.vessel: service.name for service in reversed(offered)}
    block.assigned = pyo.Var(
        block.SERVICES,
        block.PERIODS,
        domain=lambda _, service, __: (
            pyo.NonNegativeReals if first[vessel_of[service]] == service else pyo.NonNegativeIntegers
        ),
        bounds=lambda _, service, period: (0, int(most[vessel_of[service]])),
    )

    def within(_: Any, vessel: str, period: str) -> Any:
        mine = [block.assigned[name, period] for name, kind in vessel_of.items() if kind == vessel]
        return pyo.quicksum(mine) == block.fleet[vessel, period] if mine else pyo.Constraint.Skip

    block.assigned_within_fleet = pyo.Constraint(block.VESSELS, block.PERIODS, rule=within)


def _add_effective_modules(formulation: Formulation) -> None:
    """investment.deep_modules[project, k, period]: 1 when k modules of a dredging still work in the period."""
    block = formulation.investment
    most = choosable_projects(formulation.case)["maximum_modules"]
    keys = [(work.project, k) for work in dredgings(formulation.case) for k in range(1, int(most[work.project]) + 1)]
    block.deep_modules = pyo.Var(list(dict.fromkeys(keys)), block.PERIODS, domain=pyo.Binary)
    block.deep_modules_rows = pyo.ConstraintList()
    for work in dredgings(formulation.case):
        levels = range(1, int(most[work.project]) + 1)
        for position, period in enumerate(block.PERIODS):
            counted = pyo.quicksum(block.deep_modules[work.project, k, period] for k in levels)
            effective = _still_effective(formulation, work, position)
            block.deep_modules_rows.add(counted == effective)
            for k in levels:
                formulation.follows(block.deep_modules[work.project, k, period], (work.project,), effective, k - 0.5)
            for k in levels[1:]:
                above, below = (block.deep_modules[work.project, level, period] for level in (k, k - 1))
                block.deep_modules_rows.add(above <= below)


def _add_sailing(formulation: Formulation, key: BlockKey, offered: list[Service]) -> None:
    """trips, effective (trips at the payload that depth allows), deep, and the links' limits in one block."""
    block = formulation.operations(*key)
    names = [service.name for service in offered]
    works = dredgings(formulation.case)
    modules = choosable_projects(formulation.case)["maximum_modules"]
    helped = [(s, w) for s in offered for w in works if w.node == s.depth_node and s.payload_loss > 0]
    pairs = [(s.name, w.project, k) for s, w in helped for k in range(1, int(modules[w.project]) + 1)]
    block.trips = pyo.Var(names, domain=pyo.NonNegativeReals)
    block.effective = pyo.Var(names, domain=pyo.NonNegativeReals)
    block.deep = pyo.Var(pairs, domain=pyo.NonNegativeReals)
    block.sailing = pyo.ConstraintList()
    block.gained_trips = {}
    for service in offered:
        _add_service(formulation, key, service, [work for other, work in helped if other is service])
    carrier, factor = formulation.case.lookup("Links", "carrier"), float(formulation.case.settings["fuel_co2"])
    for service in offered:
        formulation.emit(key, str(carrier[service.link]), factor * service.fuel_t * block.trips[service.name])
    for link in dict.fromkeys(service.link for service in offered):
        _limit_link(formulation, key, [service for service in offered if service.link == link])


def _add_service(formulation: Formulation, key: BlockKey, service: Service, works: list[Dredging]) -> None:
    block, investment = formulation.operations(*key), formulation.investment
    position = [period.name for period in formulation.periods].index(key[0])
    per_ship = formulation.season_share(key[1]) * service.trips_per_ship
    available = formulation.availability("link", service.link, key)
    trips, effective = block.trips[service.name], block.effective[service.name]
    assigned = investment.assigned[service.name, key[0]]
    most = most_ships(formulation.case)[service.vessel]
    names = (service.name, service.link)
    gained = pyo.quicksum(more(formulation, key, names, per_ship, assigned, most) for more in formulation.more_trips)
    block.gained_trips[service.name] = gained
    limit = block.sailing.add(trips <= available * per_ship * assigned + gained)
    formulation.unit_limits[TRIPS, service.name, *key] = (limit, trips)
    block.sailing.add(effective <= trips)
    restored: Any = 0.0
    most_trips = most * per_ship * min(1.0, available + formulation.more_time.get(("link", service.link), 0.0))
    for work in works:
        for k in range(1, int(value_at(choosable_projects(formulation.case), work.project, "maximum_modules")) + 1):
            deep = block.deep[service.name, work.project, k]
            block.sailing.add(deep <= trips)
            formulation.switch(block.sailing.add(deep <= most_trips * investment.deep_modules[work.project, k, key[0]]))
            restored += service.gain(position, work.depth) * deep
    block.sailing.add(effective <= service.payload_share(position) * trips + restored)


def _still_effective(formulation: Formulation, work: Dredging, position: int) -> Any:
    """Modules of a dredging in service whose depth has not worn off in a period: begun in its last `years` years."""
    span = float("inf") if work.years is None else float(work.years)
    year = formulation.periods[position].first_year
    return serving(formulation.investment, formulation.case, work.project, year, span)


def _limit_link(formulation: Formulation, key: BlockKey, sailing: list[Service]) -> None:
    block = formulation.operations(*key)
    for direction in ("forward", "backward"):
        for measure in ("kTEU", "kt"):
            name = load_key(sailing[0].link, measure, direction)
            if name in formulation.loads:
                carried = pyo.quicksum(s.payload[measure] * block.effective[s.name] for s in sailing)
                block.sailing.add(formulation.load(key, name) <= carried)
                formulation.limit_load(key, name, carried)


def payload_allowed(formulation: Formulation, values: Values, service: Service, period: str) -> float:
    """Part of a service's full payload that depth allows in a period, with the dredgings that still work."""
    position = [one.name for one in formulation.periods].index(period)
    share, modules = service.payload_share(position), formulation.investment.deep_modules
    for work in dredgings(formulation.case):
        if work.node == service.depth_node:
            done = sum(
                round(values(modules[index])) for index in modules if (index[0], index[2]) == (work.project, period)
            )
            share += service.gain(position, work.depth) * done
    return min(1.0, share)


def told_in_full(formulation: Formulation, values: Values) -> Iterator[tuple[pyo.Var, float]]:
    """Trips that cost nothing lowered to those that the cargo needs; a search leaves them anywhere up to the most."""
    offered = services(formulation.case)
    for key in formulation.block_keys if hasattr(formulation.investment, "assigned") else ():
        for link in dict.fromkeys(service.link for service in offered):
            sailing = [service for service in offered if service.link == link]
            yield from _lower_trips(formulation, key, sailing, values)


def _lower_trips(
    formulation: Formulation, key: BlockKey, sailing: list[Service], values: Values
) -> Iterator[tuple[pyo.Var, float]]:
    """Trips as laden as depth allows, of a link's services by the same part of what the search let them carry."""
    block = formulation.operations(*key)
    free = [service for service in sailing if not (service.trip_cost or service.fuel_t)]
    part = _part_needed(formulation, key, sailing, free, values)
    for service in free:
        effective = part * max(0.0, values(block.effective[service.name]))
        share = payload_allowed(formulation, values, service, key[0])
        yield block.effective[service.name], effective
        yield block.trips[service.name], effective / share if share > 0.0 else 0.0


def _part_needed(
    formulation: Formulation, key: BlockKey, sailing: list[Service], free: list[Service], values: Values
) -> float:
    """Part of what trips that cost nothing may carry by which the link's fullest leg needs them, at most 1."""
    needed = 0.0
    for measure in ("kTEU", "kt"):
        names = (load_key(sailing[0].link, measure, direction) for direction in ("forward", "backward"))
        loads = [values(formulation.load(key, name)) for name in names if name in formulation.loads]
        room = {s.name: s.payload[measure] * values(formulation.operations(*key).effective[s.name]) for s in sailing}
        spare = sum(room[service.name] for service in free)
        left = max(loads, default=0.0) - (sum(room.values()) - spare)
        if left > 0.0:
            needed = max(needed, left / spare if spare > 0.0 else 1.0)
    return min(1.0, needed)
