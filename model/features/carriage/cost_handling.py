"""handling — passing, transfer and terminal cost of every node on the way, per unit of flow.

Maths: Σ over arcs of cost(arc, class, t) * flow(arc, class, t), million USD a year.
Data: see model.network.attributes.handling_cost.
"""

from __future__ import annotations

from model.network import attributes

NAME = "handling"
LABEL = "Handling"
rate = attributes.handling_cost
