"""ship_co2 — emissions of ship fuel at their price, for services whose links carry no emission factor of their own.

Maths: price(t) * Σ over services of fuel_co2 * fuel * trips[service, t, s], million USD a year.
Data: Services.fuel_t [t/trip]; Settings fuel_co2 [kt CO2/t], co2_price; Periods.co2_price [million USD/kt CO2].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.forms.fleets import services
from model.formulation.formulation import Formulation
from model.network.attributes import co2_price

NAME = "ship_co2"
LABEL = "CO2 of ships"


def applies(case: Case) -> bool:
    """Whether ships burn fuel and emissions have a price."""
    burns = any(service.fuel_t > 0 for service in services(case))
    return burns and any(co2_price(case, period.first_year) > 0 for period in case.periods)


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    factor = float(formulation.case.settings["fuel_co2"])
    offered = services(formulation.case)
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        emitted = pyo.quicksum(
            factor * service.fuel_t * block.trips[service.name] for block in blocks for service in offered
        )
        priced = co2_price(formulation.case, period.first_year) * emitted
        formulation.add_cost(NAME, priced, tuple(period.calendar_years))
