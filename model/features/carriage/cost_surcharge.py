"""surcharge — the surcharge of every link used, per unit of flow.

Maths: Σ over arcs of cost(arc, class, t) * flow(arc, class, t), million USD a year.
Data: see model.network.attributes.surcharge_cost.
"""

from __future__ import annotations

from model.network import attributes

NAME = "surcharge"
LABEL = "Surcharges"
rate = attributes.surcharge_cost
