"""perceived — what shippers act as if they paid: risk and unreliability, set by calibration.

Maths: Σ over arcs of perceived(arc) * teu(class) * flow(arc, class, t), million USD a year.
Data: Links.perceived_cost [million USD/kTEU].
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation
from model.network.attributes import perceived_cost

NAME = "perceived"
LABEL = "Perceived cost (not paid)"
KIND = "taste"


def applies(case: Case) -> bool:
    """Whether some link has a perceived cost in some year."""
    years = (period.first_year for period in case.periods)
    return any(bool((case.table("Links", year)["perceived_cost"] != 0).any()) for year in years)


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    rates = rates_by_period(formulation, lambda figures, cargo, _: perceived_cost(figures, cargo))
    formulation.register_flow_cost(NAME, LABEL, rates)
