"""How much of a measure a unit of each cargo class uses on given arcs."""

from __future__ import annotations

import numpy as np

from model.formulation.formulation import Formulation
from model.network.graph import FloatArray, IntArray


def use_of(formulation: Formulation, measure: str, arcs: IntArray) -> FloatArray:
    """KTEU or kt that a unit of each class uses on each of the arcs, shape (classes, arcs)."""
    if measure == "kTEU":
        return formulation.container_use[:, arcs]
    tonnes = formulation.cargo.class_vector("tonnes")
    return np.repeat(tonnes[:, None], len(arcs), axis=1)
