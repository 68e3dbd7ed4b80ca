"""availability — projects that let a link or node work more of the time (breakwaters, weather routing).

Why: storms close Caspian berths for weeks; works that cut downtime give capacity without a new quay.
Maths: extra[asset, measure, project, s] <= share[s] * added * installed[asset, measure, t]
       extra[asset, measure, project, s] <= share[s] * added * most installed * in_service[project, t]
       Σ over projects of extra <= share[s] * (1 - available[asset, s]) * installed[asset, measure, t]
       and the same for trips of the ships on a link, with most trips in the place of most installed.
Indices: rows of ProjectEffects with added availability, periods t, seasons s.
Data: ProjectEffects.added_availability [share]; Availability.availability [share].
Switch name: availability
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo

from model.features.availability import gains
from model.formulation.forms.fleets import services
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import MEASURES, limited_assets, most_installed
from model.formulation.values import Values


def add(formulation: Formulation) -> None:
    """Add block.longer_open to what is usable of an asset, and block.extra_trips to what its ships can make."""
    formulation.more_trips.append(_more_trips)
    for kind, asset, _, added in gains(formulation.case):
        formulation.more_time[kind, asset] = formulation.more_time.get((kind, asset), 0.0) + added
    limits = limited_assets(formulation.case)
    given = gains(formulation.case)
    sailed = services(formulation.case)
    trips = [(s.name, p) for k, a, p, _ in given for s in sailed if k == "link" and a == s.link]
    for block_key in formulation.block_keys:
        block, period = formulation.operations(*block_key), block_key[0]
        keys = [(k, a, m, p) for k, a, p, _ in given for m in MEASURES if period in limits.get((k, a, m), {})]
        block.longer_open = pyo.Var(keys, domain=pyo.NonNegativeReals)
        block.extra_trips = pyo.Var(trips, domain=pyo.NonNegativeReals)
        block.extra_rows = pyo.ConstraintList()
        for kind, asset, project, added in given:
            for measure in MEASURES:
                if (kind, asset, measure, project) in keys:
                    _limit_extra(formulation, block_key, (kind, asset, measure), project, added)
        for kind, asset, measure in dict.fromkeys(key[:3] for key in keys):
            spare = formulation.season_share(block_key[1]) * (1 - formulation.availability(kind, asset, block_key))
            total = pyo.quicksum(block.longer_open[key] for key in keys if key[:3] == (kind, asset, measure))
            installed = formulation.investment.installed[kind, asset, measure, period]
            block.extra_rows.add(total <= spare * installed)
            formulation.add_room(block_key, (kind, asset, measure), total)


def _limit_extra(
    formulation: Formulation, key: BlockKey, asset: tuple[str, str, str], project: str, added: float
) -> None:
    case, block, investment = formulation.case, formulation.operations(*key), formulation.investment
    share = formulation.season_share(key[1])
    extra = block.longer_open[(*asset, project)]
    most = most_installed(case, asset, key[0]) or 0.0
    block.extra_rows.add(extra <= share * added * investment.installed[(*asset, key[0])])
    formulation.switch(block.extra_rows.add(extra <= share * added * most * investment.in_service[project, key[0]]))


def told_in_full(formulation: Formulation, values: Values) -> Iterator[tuple[pyo.Var, float]]:
    """Largest extra capacity and trips for the projects in service: where nobody uses it the solver may leave less."""
    limits, sailed = limited_assets(formulation.case), services(formulation.case)
    for key in formulation.block_keys:
        block = formulation.operations(*key)
        share = formulation.season_share(key[1])
        limited = [asset for asset, bases in limits.items() if key[0] in bases]
        for kind, asset, measure in limited if hasattr(block, "longer_open") else ():
            installed = values(formulation.investment.installed[kind, asset, measure, key[0]])
            for project, part in _parts(formulation, values, (kind, asset), key):
                yield block.longer_open[kind, asset, measure, project], share * part * installed
        for service in sailed if hasattr(formulation.investment, "assigned") else ():
            ships = values(formulation.investment.assigned[service.name, key[0]])
            for project, part in _parts(formulation, values, ("link", service.link), key):
                yield block.extra_trips[service.name, project], part * share * service.trips_per_ship * ships


def _parts(
    formulation: Formulation, values: Values, asset: tuple[str, str], key: BlockKey
) -> Iterator[tuple[str, float]]:
    """(project, part of the time by which it lets an asset work longer), 0 while it is not in service."""
    spare = 1 - formulation.availability(*asset, key)
    for project, added in ((p, v) for k, a, p, v in gains(formulation.case) if (k, a) == asset):
        serving = values(formulation.investment.in_service[project, key[0]]) > 0.5
        part = min(added, spare) if serving else 0.0
        spare -= part
        yield project, part


def _more_trips(
    formulation: Formulation, key: BlockKey, service: tuple[str, str], per_ship: float, ships: Any, most_ships: float
) -> Any:
    """Extra trips of a service (name, link) in a block, with the rows that limit them; `per_ship` trips of a ship."""
    block = formulation.operations(*key)
    name, link = service
    spare = 1 - formulation.availability("link", link, key)
    added_by = {project: added for kind, asset, project, added in gains(formulation.case) if asset == link}
    for project, added in added_by.items():
        extra = block.extra_trips[name, project]
        in_service = formulation.investment.in_service[project, key[0]]
        block.extra_rows.add(extra <= min(added, spare) * per_ship * ships)
        formulation.switch(block.extra_rows.add(extra <= min(added, spare) * per_ship * most_ships * in_service))
    total = pyo.quicksum(block.extra_trips[name, project] for project in added_by)
    if len(added_by) > 1:
        block.extra_rows.add(total <= spare * per_ship * ships)
    return total
