"""Plan tables of the fleet: ships of each type, and what each service sails."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.features.fleet import TRIPS
from model.features.fleet.limits import limits
from model.features.fleet.rows import payload_allowed
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
            number(
                "most_trips",
                "round trips",
                "Round trips that these ships and idle ones of their type could make, weather counted.",
            ),
            number("payload_share", "share", "Payload that depth allows over that at full draught."),
            number("fuel_t", "t", "Fuel burnt."),
            *PRICES,
        ),
        price_of=(TRIPS, ("service", "period", "season")),
    ),
)
SHIP_TOLERANCE = 1e-6


def _sails(formulation: Formulation) -> bool:
    return hasattr(formulation.investment, "assigned")


def _fleets(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table fleets; empty when the feature is off."""
    rows = []
    if _sails(formulation):
        for vessel, existing in existing_ships(formulation.case).items():
            for period in formulation.investment.PERIODS:
                total = values(formulation.investment.fleet[vessel, period])
                assigned = total - _idle(formulation, values, vessel, period)
                rows.append((vessel, period, float(existing), total - existing, assigned))
    return pd.DataFrame(rows, columns=TABLES[0].columns)


def _idle(formulation: Formulation, values: Values, vessel: str, period: str) -> float:
    """Ships of a type that no service needs."""
    mine = [service for service in services(formulation.case) if service.vessel == vessel]
    sailing = sum(_ships(formulation, values, service, period) for service in mine)
    return values(formulation.investment.fleet[vessel, period]) - sailing


def _trips_of_a_ship(formulation: Formulation, values: Values, service: Service, key: BlockKey) -> float:
    """Round trips that one ship of a service can make in a block."""
    gained = values(formulation.operations(*key).gained_trips[service.name])
    assigned = max(1.0, values(formulation.investment.assigned[service.name, key[0]]))
    per_ship = formulation.season_share(key[1]) * service.trips_per_ship
    return formulation.availability("link", service.link, key) * per_ship + gained / assigned


def _ships(formulation: Formulation, values: Values, service: Service, period: str) -> int:
    """Ships that a service needs for its trips; the model assigns the whole fleet, also ships that lie idle."""
    need = 0.0
    for season in formulation.seasons:
        key = (period, season.name)
        trips = values(formulation.operations(*key).trips[service.name])
        of_a_ship = _trips_of_a_ship(formulation, values, service, key)
        need = max(need, trips / of_a_ship if of_a_ship > 0 else 0.0)
    assigned = round(values(formulation.investment.assigned[service.name, period]))
    return min(assigned, math.ceil(need - SHIP_TOLERANCE))


def _sailings(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table sailings; empty when the feature is off."""
    rows = []
    for key in formulation.block_keys if _sails(formulation) else []:
        for service in services(formulation.case):
            ships = _ships(formulation, values, service, key[0])
            could = ships + _idle(formulation, values, service.vessel, key[0])
            trips = max(0.0, values(formulation.operations(*key).trips[service.name]))
            most = _trips_of_a_ship(formulation, values, service, key) * could
            share = payload_allowed(formulation, values, service, key[0])
            names = (service.name, service.link, service.vessel, *key)
            rows.append((*names, ships, trips, most, share, trips * service.fuel_t, *UNPRICED))
    return pd.DataFrame(rows, columns=TABLES[1].columns)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation and the plan's values."""
    return {"fleets": _fleets, "sailings": _sailings}[name](extraction.formulation, extraction.values)
