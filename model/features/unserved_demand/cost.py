"""unserved — penalty of demand that is left unserved.

Maths: Σ over demands of penalty(demand) * unserved[demand, t], million USD a year.
Data: Commodities.unserved_penalty, Settings unserved_penalty_per_teu, unserved_penalty_per_t [million USD/unit].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.formulation import Formulation

NAME = "unserved"
LABEL = "Unserved demand"
KIND = "penalty"


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    penalty = formulation.cargo.penalty
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(float(penalty[i]) * block.unserved[i] for block in blocks for i in block.DEMANDS)
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
