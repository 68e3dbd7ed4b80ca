"""time — what days in transit cost the owners of the cargo.

Maths: Σ over arcs of days(arc, service) * value_of_time(class) * flow(arc, class, t), million USD a year.
Data: Links.days_*, Nodes.*_days_* [days]; Commodities/Demand.value_of_time [million USD/kTEU/day].
"""

from __future__ import annotations

from model.case.case import Case
from model.features.time_of_goods import applies
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

__all__ = ["KIND", "LABEL", "NAME", "UNBILLED", "add", "applies", "rate"]

NAME = "time"
LABEL = "Time of goods"
KIND = "time"
UNBILLED = "for time"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Time of a unit on each arc, million USD, shape (arcs,)."""
    return figures.days(cargo.service) * cargo.value_of_time


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    charge_flow(formulation, NAME, LABEL, rate)
