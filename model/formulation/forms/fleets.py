"""Figures of fleets that the fleet family, its cost terms and the plan tables share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.case.canonical import records, value_at
from model.case.case import Case, once_per_case
from model.formulation.investment import choosable_projects, purchase_name
from model.network.cargo import path_over_periods
from model.network.graph import FloatArray

HALF_METRE = 0.5


@dataclass(frozen=True)
class Service:
    """Ships of one type on one link.

    `trips_per_ship` round trips a year, weather aside; payloads in kTEU and kt a leg at full draught; `trip_cost`
    million
    USD and `fuel_t` tonnes a round trip; `missing_depth` metres by period, shape (periods,); `payload_loss` share
    of the payload a half metre of missing depth.
    """

    name: str
    link: str
    vessel: str
    trips_per_ship: float
    payload: dict[str, float]
    trip_cost: float
    fuel_t: float
    depth_node: str | None
    missing_depth: FloatArray
    payload_loss: float

    def payload_share(self, position: int) -> float:
        """Part of the payload left in a period without dredging."""
        return max(0.0, 1.0 - self.payload_loss * float(self.missing_depth[position]) / HALF_METRE)

    def gain(self, position: int, added_depth: float) -> float:
        """Part of the payload that one dredging of that depth gives back in a period."""
        restored = min(added_depth, float(self.missing_depth[position]))
        return self.payload_loss * restored / HALF_METRE


@dataclass(frozen=True)
class Dredging:
    """A project that restores depth at a node for some years (None = for good)."""

    project: str
    node: str
    depth: float
    years: int | None


@once_per_case
def services(case: Case) -> list[Service]:
    """Rows of the Services sheet with the figures of their ships."""
    vessels = case.table("Vessels").set_index("vessel")
    levels = case.table("WaterLevels")
    paths = dict(zip(levels["node"], path_over_periods(levels, case.periods), strict=False))
    none = np.zeros(len(case.periods))
    return [
        Service(
            str(row.service),
            str(row.link),
            str(row.vessel),
            float(row.operating_days) / float(row.round_trip_days),
            {measure: float(value_at(vessels, row.vessel, f"payload_{measure.lower()}")) for measure in ("kTEU", "kt")},
            float(row.trip_cost),
            float(row.fuel_t),
            row.depth_node,
            paths.get(row.depth_node, none),
            float(value_at(vessels, row.vessel, "payload_loss")),
        )
        for row in records(case.table("Services"))
    ]


@once_per_case
def existing_ships(case: Case) -> dict[str, int]:
    """Ships of each type at the start."""
    vessels = case.table("Vessels")
    return {str(vessel): int(count) for vessel, count in zip(vessels["vessel"], vessels["existing"], strict=False)}


@once_per_case
def ship_effects(case: Case) -> dict[str, dict[str, float]]:
    """Ships of each type that one module of each project adds."""
    chosen = set(choosable_projects(case).index)
    effects: dict[str, dict[str, float]] = {vessel: {} for vessel in existing_ships(case)}
    for vessel, added in effects.items():
        if purchase_name(vessel) in chosen:
            added[purchase_name(vessel)] = 1.0
    for row in records(case.table("ProjectEffects")):
        if row.asset_kind == "fleet" and row.added_vessels > 0 and row.project in chosen:
            effects[row.asset][row.project] = effects[row.asset].get(row.project, 0.0) + float(row.added_vessels)
    return effects


@once_per_case
def most_ships(case: Case) -> dict[str, float]:
    """Upper bound of each fleet: what exists and every ship that could be added."""
    modules = choosable_projects(case)["maximum_modules"]
    existing = existing_ships(case)
    return {
        vessel: existing[vessel] + sum(added * float(modules[project]) for project, added in by_project.items())
        for vessel, by_project in ship_effects(case).items()
    }


@once_per_case
def dredgings(case: Case) -> list[Dredging]:
    """Projects that restore depth."""
    chosen = set(choosable_projects(case).index)
    effects = case.table("ProjectEffects")
    rows = effects[(effects["asset_kind"] == "node") & (effects["added_depth"] > 0) & effects["project"].isin(chosen)]
    return [
        Dredging(str(row.project), str(row.asset), float(row.added_depth), _whole(row.effect_years))
        for row in records(rows)
    ]


def _whole(years: float) -> int | None:
    return None if np.isnan(years) else int(years)
