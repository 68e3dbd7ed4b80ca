"""box_hire — containers hired at one market and handed in at another.

Maths: Σ over nodes of pick_up_cost * hired + drop_off_cost * handed_in, million USD a year.
Data: Boxes.pick_up_cost, .drop_off_cost [million USD/kTEU].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.canonical import records
from model.formulation.formulation import Formulation

NAME = "box_hire"
LABEL = "Hire of containers"


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    boxes = formulation.case.table("Boxes").fillna({"pick_up_cost": 0.0, "drop_off_cost": 0.0})
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(
            float(row.pick_up_cost) * block.hired[row.node] + float(row.drop_off_cost) * block.handed_in[row.node]
            for block in blocks
            for row in records(boxes)
        )
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
