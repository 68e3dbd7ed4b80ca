"""time — what days in transit cost the owners of the cargo.

Maths: Σ over arcs of days(arc, service) * value_of_time(class) * flow(arc, class, t), million USD a year.
Data: Links.days_*, Nodes.*_days_* [days]; Commodities/Demand.value_of_time [million USD/kTEU/day].
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation

NAME = "time"
LABEL = "Time of goods"
KIND = "time"


def applies(case: Case) -> bool:
    """Always: cargo without a value of time adds nothing."""
    return True


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    rates = rates_by_period(formulation, lambda figures, cargo, _: figures.days(cargo.service) * cargo.value_of_time)
    formulation.register_flow_cost(NAME, LABEL, rates)
