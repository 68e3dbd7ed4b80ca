"""reliability — what days of margin cost the owners of the cargo.

Maths: Σ over arcs of buffer_days(arc) * value_of_reliability(commodity) * value_of_time(class) * flow(arc, class, t),
    million USD a year; buffer_days of a node count at every visit: loading, unloading, transfer or passing. What a
    project makes surer multiplies the buffer by 1 + buffer_change on the variant arcs that need the project (gates).
Data: Links.buffer_days, Nodes.buffer_days [days]; Commodities.value_of_reliability [value of time];
    ProjectEffects.buffer_change [share].
"""

from __future__ import annotations

from model.case.case import Case
from model.features import reliability
from model.formulation.costs_of_flow import rates_by_period
from model.formulation.formulation import Formulation

NAME = "reliability"
LABEL = "Reliability (days of margin)"
KIND = "time"


def applies(case: Case) -> bool:
    """Whether some commodity values reliability and some place or link has a buffer."""
    return reliability.applies(case)


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    rates = rates_by_period(formulation, lambda figures, cargo, _: figures.buffer_days * cargo.value_of_buffer)
    formulation.register_flow_cost(NAME, LABEL, rates)
