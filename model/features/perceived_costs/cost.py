"""perceived — what shippers act as if they paid: risk and unreliability, set by calibration.

Maths: Σ over arcs of perceived(arc) * teu(class) * flow(arc, class, t), million USD a year.
Data: Links.perceived_cost [million USD/kTEU].
"""

from __future__ import annotations

from model.features.perceived_costs import applies
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation
from model.network.attributes import perceived_cost

__all__ = ["KIND", "LABEL", "NAME", "add", "applies"]

NAME = "perceived"
LABEL = "Perceived cost (not paid)"
KIND = "taste"


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    charge_flow(formulation, NAME, LABEL, lambda figures, cargo, _: perceived_cost(figures, cargo))
