"""Loads: named linear measures of the flow, the only things about it that constraints and costs may ask.

A load is `sum over arcs and demands of coefficient(arc, class of the demand) × flow of the arc`. In each operations
block it is one variable and one definition row; the dual of that row is its price, and pricing adds
price × coefficient to the arc's cost. So any constraint written on loads steers the routes without further code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.network.graph import FloatArray, Graph, IntArray

LoadKey = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Load:
    """One measure of the flow.

    `key` names it, e.g. ('link', 'L090', 'kTEU', 'both'). `arcs` are the arc numbers that count, shape (n,);
    `coefficients` has shape (classes, n): what one unit of a class adds when it uses the arc. With `demand`
    the load counts that demand row only (all when None).
    """

    key: LoadKey
    arcs: IntArray
    coefficients: FloatArray
    demand: int | None = None

    def of_route(self, arcs: tuple[int, ...], cargo_class: int, demand: int) -> float:
        """What one unit of a demand on a route adds to the load."""
        if self.demand is not None and self.demand != demand:
            return 0.0
        used = np.isin(self.arcs, arcs)
        return float(self.coefficients[cargo_class, used].sum())


def dense(load: Load, graph: Graph) -> FloatArray:
    """Coefficients spread over all arcs, shape (classes, arcs)."""
    result = np.zeros((len(load.coefficients), graph.arc_count))
    result[:, load.arcs] = load.coefficients
    return result
