"""transport — the tariff of every link used, per unit of flow.

Maths: Σ over arcs of cost(arc, class, t) * flow(arc, class, t), million USD a year.
Data: see model.network.attributes.transport_cost.
"""

from __future__ import annotations

from model.features.carriage import applies
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation
from model.network.attributes import transport_cost as rate

__all__ = ["LABEL", "NAME", "add", "applies", "rate"]

NAME = "transport"
LABEL = "Transport tariffs"


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    charge_flow(formulation, NAME, LABEL, rate)
