"""Tables of fleets and sailings."""

from __future__ import annotations

import math

import pandas as pd
import pyomo.environ as pyo

from model.formulation.fleets import Service, existing_ships, services
from model.formulation.formulation import BlockKey, Formulation
from model.plan.tables import TABLES, UNPRICED

NOTHING = 1e-9
SHIP_TOLERANCE = 1e-6


def _sails(formulation: Formulation) -> bool:
    return hasattr(formulation.investment, "assigned")


def fleets(formulation: Formulation) -> pd.DataFrame:
    """Table fleets; empty when the fleet family is off."""
    rows = []
    if _sails(formulation):
        block = formulation.investment
        for vessel, existing in existing_ships(formulation.case).items():
            for period in block.PERIODS:
                total = float(pyo.value(block.fleet[vessel, period]))
                mine = [service for service in services(formulation.case) if service.vessel == vessel]
                sailing = sum(_ships(formulation, service, period) for service in mine)
                rows.append((vessel, period, float(existing), total - existing, sailing))
    return pd.DataFrame(rows, columns=TABLES["fleets"].columns)


def _most_trips(formulation: Formulation, service: Service, key: BlockKey) -> float:
    """Round trips that all ships assigned to a service can make in a block."""
    block = formulation.operations(*key)
    assigned = float(pyo.value(formulation.investment.assigned[service.name, key[0]]))
    per_ship = formulation.season_share(key[1]) * service.trips_per_ship
    gained = float(pyo.value(block.gained_trips[service.name]))
    return formulation.availability("link", service.link, key) * per_ship * assigned + gained


def _ships(formulation: Formulation, service: Service, period: str) -> int:
    """Ships that a service needs for its trips; the model assigns the whole fleet, also ships that lie idle."""
    assigned = round(float(pyo.value(formulation.investment.assigned[service.name, period])))
    need = 0.0
    for season in formulation.seasons:
        key = (period, season.name)
        most = _most_trips(formulation, service, key)
        trips = float(pyo.value(formulation.operations(*key).trips[service.name]))
        need = max(need, assigned * trips / most if most > 0 else 0.0)
    return min(assigned, math.ceil(need - SHIP_TOLERANCE))


def sailings(formulation: Formulation) -> pd.DataFrame:
    """Table sailings; empty when the fleet family is off."""
    rows = []
    for key in formulation.block_keys if _sails(formulation) else []:
        block = formulation.operations(*key)
        for service in services(formulation.case):
            ships = _ships(formulation, service, key[0])
            assigned = float(pyo.value(formulation.investment.assigned[service.name, key[0]]))
            trips = max(0.0, float(pyo.value(block.trips[service.name])))
            effective = max(0.0, float(pyo.value(block.effective[service.name])))
            most = _most_trips(formulation, service, key) * ships / assigned if ships else 0.0
            share = effective / trips if trips > NOTHING else 1.0
            names = (service.name, service.link, service.vessel, *key)
            rows.append((*names, ships, trips, most, share, trips * service.fuel_t, *UNPRICED))
    return pd.DataFrame(rows, columns=TABLES["sailings"].columns)
