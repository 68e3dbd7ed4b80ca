"""time — what days in transit cost the owners of the cargo.

Maths: Σ over arcs of days(arc, service) * value_of_time(class) * flow(arc, class, t), million USD a year.
Data: Links.days_*, Nodes.*_days_* [days]; Commodities/Demand.value_of_time [million USD/kTEU/day].
"""

from __future__ import annotations

from model.features.time_of_goods import applies
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation

__all__ = ["KIND", "LABEL", "NAME", "add", "applies"]

NAME = "time"
LABEL = "Time of goods"
KIND = "time"


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    charge_flow(formulation, NAME, LABEL, lambda figures, cargo, _: figures.days(cargo.service) * cargo.value_of_time)
