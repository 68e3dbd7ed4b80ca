"""co2 — emissions at their price.

Maths: price(t) * Σ over arcs of co2(arc) * tonnes(class) * flow(arc, class, t), million USD a year.
Data: Links.co2_g_per_tkm [g/tkm], .length_km [km]; Periods.co2_price, Settings co2_price [million USD/kt CO2].
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation
from model.network.attributes import ArcFigures, co2_price
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

NAME = "co2"
LABEL = "CO2"
UNBILLED = "for CO2"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Emissions of a unit on each arc at their price, million USD, shape (arcs,)."""
    return co2_price(case, year) * _emitted(case, graph, figures, cargo, year)


def _emitted(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    return figures.co2 * cargo.tonnes


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    case = formulation.case
    rates = rates_by_period(formulation, _emitted)  # prices may change within an epoch
    priced = {period.name: co2_price(case, period.first_year) * rates[period.name] for period in case.periods}
    formulation.register_flow_cost(NAME, LABEL, priced)
