"""co2 — emissions at their price.

Maths: price(t) * Σ over arcs of co2(arc) * tonnes(class) * flow(arc, class, t), million USD a year.
Data: Links.co2_g_per_tkm [g/tkm], .length_km [km]; Periods.co2_price, Settings co2_price [million USD/kt CO2].
"""

from __future__ import annotations

from model.features.emission_price import applies
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation
from model.network.attributes import co2_price

__all__ = ["LABEL", "NAME", "add", "applies"]

NAME = "co2"
LABEL = "CO2"


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    case = formulation.case
    rates = rates_by_period(formulation, lambda figures, cargo, _: figures.co2 * cargo.tonnes)
    priced = {period.name: co2_price(case, period.first_year) * rates[period.name] for period in case.periods}
    formulation.register_flow_cost(NAME, LABEL, priced)
