"""Plan tables of the fleet: ships of each type, and what each service sails."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.features.fleet import TRIPS
from model.features.fleet.limits import limits
from model.formulation.forms.fleets import Service, existing_ships, services
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.values import Values
from model.plan.plan_table import PERIOD, PRICES, SEASON, UNPRICED, PlanTable, number, text

__all__ = ["TABLES", "limits", "table"]

TABLES = (
    PlanTable(
        "fleets",
        "Ships of each type by period.",
        ("vessel", "period"),
        (
            text("vessel", "Vessel type."),
            PERIOD,
            number("existing", "ships", "Ships at the start of the horizon."),
            number("added", "ships", "Ships added by purchases and projects."),
            number("assigned", "ships", "Ships assigned to services."),
        ),
    ),
    PlanTable(
        "sailings",
        "Ships, trips and payload of each service.",
        ("service", "period", "season"),
        (
            text("service", "Service."),
            text("link", "Link that it sails."),
            text("vessel", "Vessel type."),
            PERIOD,
            SEASON,
            number("ships", "ships", "Ships assigned."),
            number("trips", "round trips", "Round trips made in the season."),
            number("most_trips", "round trips", "Round trips that the ships could make, weather counted."),
            number("payload_share", "share", "Payload over that at full draught; 1 when no trip is made."),
            number("fuel_t", "t", "Fuel burnt."),
            *PRICES,
        ),
        price_of=(TRIPS, ("service", "period", "season")),
    ),
)
NOTHING = 1e-9
SHIP_TOLERANCE = 1e-6


def _sails(formulation: Formulation) -> bool:
    return hasattr(formulation.investment, "assigned")


def _fleets(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table fleets; empty when the feature is off."""
    rows = []
    if _sails(formulation):
        block = formulation.investment
        for vessel, existing in existing_ships(formulation.case).items():
            for period in block.PERIODS:
                total = values(block.fleet[vessel, period])
                mine = [service for service in services(formulation.case) if service.vessel == vessel]
                sailing = sum(_ships(formulation, values, service, period) for service in mine)
                rows.append((vessel, period, float(existing), total - existing, sailing))
    return pd.DataFrame(rows, columns=TABLES[0].columns)


def _most_trips(formulation: Formulation, values: Values, service: Service, key: BlockKey) -> float:
    """Round trips that all ships assigned to a service can make in a block."""
    block = formulation.operations(*key)
    assigned = values(formulation.investment.assigned[service.name, key[0]])
    per_ship = formulation.season_share(key[1]) * service.trips_per_ship
    gained = values(block.gained_trips[service.name])
    return formulation.availability("link", service.link, key) * per_ship * assigned + gained


def _ships(formulation: Formulation, values: Values, service: Service, period: str) -> int:
    """Ships that a service needs for its trips; the model assigns the whole fleet, also ships that lie idle."""
    assigned = round(values(formulation.investment.assigned[service.name, period]))
    need = 0.0
    for season in formulation.seasons:
        key = (period, season.name)
        most = _most_trips(formulation, values, service, key)
        trips = values(formulation.operations(*key).trips[service.name])
        need = max(need, assigned * trips / most if most > 0 else 0.0)
    return min(assigned, math.ceil(need - SHIP_TOLERANCE))


def _sailings(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table sailings; empty when the feature is off."""
    rows = []
    for key in formulation.block_keys if _sails(formulation) else []:
        block = formulation.operations(*key)
        for service in services(formulation.case):
            ships = _ships(formulation, values, service, key[0])
            assigned = values(formulation.investment.assigned[service.name, key[0]])
            trips = max(0.0, values(block.trips[service.name]))
            effective = max(0.0, values(block.effective[service.name]))
            most = _most_trips(formulation, values, service, key) * ships / assigned if ships else 0.0
            share = effective / trips if trips > NOTHING else 1.0
            names = (service.name, service.link, service.vessel, *key)
            rows.append((*names, ships, trips, most, share, trips * service.fuel_t, *UNPRICED))
    return pd.DataFrame(rows, columns=TABLES[1].columns)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation and the plan's values."""
    return {"fleets": _fleets, "sailings": _sailings}[name](extraction.formulation, extraction.values)
