"""congestion_delay — delay of what is carried above the thresholds of the Congestion sheet.

Maths: Σ over rows of delay_days * value_of_time * excess, million USD a year.
Data: Congestion.delay_days [days]; Settings congestion_value_of_time [million USD/kTEU/day].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.canonical import records
from model.features.congestion.rows import cost_of_excess
from model.formulation.formulation import Formulation

NAME = "congestion_delay"
LABEL = "Delay by congestion"
KIND = "time"


def add(formulation: Formulation) -> None:
    """Register the term by period."""
    formulation.register_cost(NAME, LABEL)
    rows = records(formulation.case.table("Congestion"))
    rates = [cost_of_excess(formulation.case, row.measure, float(row.delay_days)) for row in rows]
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(rates[i[0]] * excess for block in blocks for i, excess in block.excess.items())
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
