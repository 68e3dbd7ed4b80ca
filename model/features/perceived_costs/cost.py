"""perceived — what shippers act as if they paid: risk and unreliability, set by calibration.

Maths: Σ over arcs of perceived(arc) * teu(class) * flow(arc, class, t), million USD a year.
Data: Links.perceived_cost [million USD/kTEU].
"""

from __future__ import annotations

from model.case.case import Case
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import FloatArray, Graph

NAME = "perceived"
LABEL = "Perceived cost (not paid)"
KIND = "taste"
UNBILLED = "perceived"


def rate(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Perceived cost of a unit on each arc, million USD, shape (arcs,)."""
    return figures.perceived * (0.0 if cargo.empty else cargo.teu)
