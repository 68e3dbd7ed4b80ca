"""reliability — what days of margin cost the owners of the cargo.

Maths: Σ over arcs of buffer_days(arc) * value_of_reliability(commodity) * value_of_time(class) * flow(arc, class, t),
    million USD a year; buffer_days of a node count at every visit: loading, unloading, transfer or passing. What a
    project makes surer multiplies the buffer by 1 + buffer_change on the variant arcs that need the project (gates).
Data: Links.buffer_days, Nodes.buffer_days [days]; Commodities.value_of_reliability [value of time];
    ProjectEffects.buffer_change [share].
"""

from __future__ import annotations

from model.case.case import Case
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

NAME = "reliability"
LABEL = "Reliability (days of margin)"
KIND = "time"
UNBILLED = "for days of margin"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Days of margin of a unit on each arc, million USD, shape (arcs,)."""
    return figures.buffer_days * cargo.value_of_buffer
