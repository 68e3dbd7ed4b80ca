"""time — what days in transit cost the owners of the cargo.

Maths: Σ over arcs of days(arc, service) * value_of_time(class) * flow(arc, class, t), million USD a year.
Data: Links.days_*, Nodes.*_days_* [days]; Commodities/Demand.value_of_time [million USD/kTEU/day].
"""

from __future__ import annotations

from model.case.case import Case
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

NAME = "time"
LABEL = "Time of goods"
KIND = "time"
UNBILLED = "for time"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Time of a unit on each arc, million USD, shape (arcs,)."""
    return figures.days(cargo.service) * cargo.value_of_time
