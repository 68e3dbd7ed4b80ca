"""taste — what shippers act as if they paid beyond price and days: constants of corridors, and the spread of tastes.

Maths: Σ over entries of the taste of features/choice/rows.py, million USD a year. Nobody pays it: it may be negative,
    and stands apart from money and time in every sum. The objective holds it, since shippers decide by it.
Data: Choice.constant, .spread, .nest_spread [million USD/kTEU].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.formulation import Formulation

NAME = "taste"
LABEL = "Taste of shippers (not paid)"
KIND = "taste"


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(block.taste for block in blocks)
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
