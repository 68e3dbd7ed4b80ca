"""sailing — trips of ships: port dues and other cost of a trip, and fuel.

Maths: Σ over services of (trip_cost + fuel_price * fuel) * trips[service, t, s], million USD a year.
Data: Services.trip_cost [million USD/trip], .fuel_t [t/trip]; Settings fuel_price [million USD/t].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.forms.fleets import services
from model.formulation.formulation import Formulation

NAME = "sailing"
LABEL = "Ship trips and fuel"


def applies(case: Case) -> bool:
    """Whether trips cost anything."""
    price = float(case.settings["fuel_price"])
    return any(service.trip_cost + price * service.fuel_t > 0 for service in services(case))


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    price = float(formulation.case.settings["fuel_price"])
    offered = services(formulation.case)
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(
            (service.trip_cost + price * service.fuel_t) * block.trips[service.name]
            for block in blocks
            for service in offered
        )
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
