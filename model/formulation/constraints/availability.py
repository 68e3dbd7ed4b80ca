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

from model.case.case import Case, once_per_case
from model.formulation.fleets import Service, most_ships, services
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import MEASURES, choosable_projects, limited_assets, most_installed
from model.formulation.values import Values

NAME = "availability"


@once_per_case
def gains(case: Case) -> list[tuple[str, str, str, float]]:
    """(asset_kind, asset, project, added availability) of the projects that can be chosen."""
    chosen = set(choosable_projects(case).index)
    effects = case.table("ProjectEffects")
    rows = effects[(effects["added_availability"] > 0) & effects["project"].isin(chosen)]
    columns = ("asset_kind", "asset", "project", "added_availability")
    return [
        (str(k), str(a), str(p), float(v)) for k, a, p, v in zip(*(rows[column] for column in columns), strict=False)
    ]


def applies(case: Case) -> bool:
    """Whether some project adds availability."""
    return bool(gains(case))


def add(formulation: Formulation) -> None:
    """Add block.extra (capacity) and block.extra_trips (ships), which the families capacity and fleet count in."""
    limits = limited_assets(formulation.case)
    given = gains(formulation.case)
    sailed = services(formulation.case)
    keys = [(k, a, m, p) for k, a, p, _ in given for m in MEASURES if (k, a, m) in limits]
    trips = [(s.name, p) for k, a, p, _ in given for s in sailed if k == "link" and a == s.link]
    for block_key in formulation.block_keys:
        block = formulation.operations(*block_key)
        block.extra = pyo.Var(keys, domain=pyo.NonNegativeReals)
        block.extra_trips = pyo.Var(trips, domain=pyo.NonNegativeReals)
        block.extra_rows = pyo.ConstraintList()
        for kind, asset, project, added in given:
            for measure in MEASURES:
                if (kind, asset, measure) in limits:
                    _limit_extra(formulation, block_key, (kind, asset, measure), project, added)
        for kind, asset, measure in dict.fromkeys(key[:3] for key in keys):
            spare = formulation.season_share(block_key[1]) * (1 - formulation.availability(kind, asset, block_key))
            total = pyo.quicksum(block.extra[key] for key in keys if key[:3] == (kind, asset, measure))
            installed = formulation.investment.installed[kind, asset, measure, block_key[0]]
            block.extra_rows.add(total <= spare * installed)


def _limit_extra(
    formulation: Formulation, key: BlockKey, asset: tuple[str, str, str], project: str, added: float
) -> None:
    case, block, investment = formulation.case, formulation.operations(*key), formulation.investment
    share = formulation.season_share(key[1])
    extra = block.extra[(*asset, project)]
    most = most_installed(case, asset, key[0]) or 0.0
    block.extra_rows.add(extra <= share * added * investment.installed[(*asset, key[0])])
    formulation.switch(block.extra_rows.add(extra <= share * added * most * investment.in_service[project, key[0]]))


def told_in_full(formulation: Formulation, values: Values) -> Iterator[tuple[pyo.Var, float]]:
    """Largest extra capacity for the projects in service: where nobody uses it the solver may leave less."""
    given = gains(formulation.case)
    limits = limited_assets(formulation.case)
    for key in formulation.block_keys:
        block = formulation.operations(*key)
        for (kind, asset, measure), _ in limits.items() if hasattr(block, "extra") else ():
            share = formulation.season_share(key[1])
            spare = 1 - formulation.availability(kind, asset, key)
            for project, added in ((p, v) for k, a, p, v in given if (k, a) == (kind, asset)):
                serving = values(formulation.investment.in_service[project, key[0]]) > 0.5
                part = min(added, spare) if serving else 0.0
                spare -= part
                installed = values(formulation.investment.installed[kind, asset, measure, key[0]])
                yield block.extra[kind, asset, measure, project], share * part * installed


def room_gain(formulation: Formulation, key: BlockKey, asset: tuple[str, str, str]) -> Any:
    """Extra capacity of an asset in a block; 0 when no project raises its availability or the family is off."""
    block = formulation.operations(*key)
    helping = [project for kind, name, project, _ in gains(formulation.case) if (kind, name) == asset[:2]]
    if not helping or not hasattr(block, "extra"):
        return 0.0
    return pyo.quicksum(block.extra[(*asset, project)] for project in helping)


def trip_gain(formulation: Formulation, key: BlockKey, service: Service, per_ship: float, assigned: Any) -> Any:
    """Extra trips of a service's ships in a block, with the rows that limit them; `per_ship` trips of a ship there.

    0 when no project raises the availability of its link or the family is off.
    """
    block = formulation.operations(*key)
    if not hasattr(block, "extra_trips"):
        return 0.0
    spare = 1 - formulation.availability("link", service.link, key)
    most = most_ships(formulation.case)[service.vessel]
    added_by = {project: added for kind, asset, project, added in gains(formulation.case) if asset == service.link}
    for project, added in added_by.items():
        extra = block.extra_trips[service.name, project]
        in_service = formulation.investment.in_service[project, key[0]]
        block.extra_rows.add(extra <= min(added, spare) * per_ship * assigned)
        formulation.switch(block.extra_rows.add(extra <= min(added, spare) * per_ship * most * in_service))
    total = pyo.quicksum(block.extra_trips[service.name, project] for project in added_by)
    if len(added_by) > 1:
        block.extra_rows.add(total <= spare * per_ship * assigned)
    return total
