"""perceived — what shippers act as if they paid: risk and unreliability, set by calibration.

Maths: Σ over arcs of perceived(arc) * teu(class) * flow(arc, class, t), million USD a year.
Data: Links.perceived_cost [million USD/kTEU].
"""

from __future__ import annotations

from model.case.case import Case
from model.features.perceived_costs import applies
from model.formulation.costs_of_flow import charge_flow
from model.formulation.formulation import Formulation
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

__all__ = ["KIND", "LABEL", "NAME", "UNBILLED", "add", "applies", "rate"]

NAME = "perceived"
LABEL = "Perceived cost (not paid)"
KIND = "taste"
UNBILLED = "perceived"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Perceived cost of a unit on each arc, million USD, shape (arcs,)."""
    return figures.perceived * (0.0 if cargo.empty else cargo.teu)


def add(formulation: Formulation) -> None:
    """Register the rates of the term."""
    charge_flow(formulation, NAME, LABEL, rate)
