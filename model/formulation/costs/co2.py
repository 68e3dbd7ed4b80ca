"""co2 — emissions at their price.

Maths: price(t) * Σ over arcs of co2(arc) * tonnes(class) * flow(arc, class, t), million USD a year.
Data: Links.co2_g_per_tkm [g/tkm], .length_km [km]; Periods.co2_price, Settings co2_price [million USD/kt CO2].
"""

from __future__ import annotations

from model.case.canonical import value_at
from model.case.case import Case
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation

NAME = "co2"
LABEL = "CO2"


def price(case: Case, year: int) -> float:
    """Price of emissions in the period that begins in `year`, million USD per kt CO2."""
    row = next(period.row for period in case.periods if year in period.calendar_years)
    own = float(value_at(case.table("Periods").set_index("period"), row, "co2_price"))
    return own if own == own else float(case.settings["co2_price"])


def applies(case: Case) -> bool:
    """Whether emissions have a price."""
    return any(price(case, period.first_year) > 0 for period in case.periods)


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    case = formulation.case
    rates = rates_by_period(formulation, lambda figures, cargo, _: figures.co2 * cargo.tonnes)
    priced = {period.name: price(case, period.first_year) * rates[period.name] for period in case.periods}
    formulation.register_flow_cost(NAME, LABEL, priced)
