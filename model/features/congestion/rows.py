"""congestion — what is carried above a part of an asset's capacity is delayed, and the delay costs.

Why: near its limit a port or border queues; the cost of the queue is convex in its use and argues for capacity
    before the limit is reached. Several rows of one asset (rising thresholds) make a steeper curve.
Maths: excess[row, t, s] >= load[asset, measure, direction, t, s] - threshold * room[asset, measure, t, s]
Indices: rows of Congestion whose asset is limited in that measure, directions, periods t, seasons s.
Data: Congestion.threshold [share], .delay_days [days]; Settings congestion_value_of_time [million USD/kTEU/day].
Switch name: congestion
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.canonical import records
from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import limited_assets

TONNES_PER_TEU = 14.0


def cost_of_excess(case: Case, measure: str, delay_days: float) -> float:
    """Cost of one unit above the threshold, million USD per kTEU or kt."""
    value = float(case.settings["congestion_value_of_time"]) * delay_days
    return value if measure == "kTEU" else value / TONNES_PER_TEU


def add(formulation: Formulation) -> None:
    """Add block.excess and block.congestion; needs the loads that the capacity family declares."""
    limits = limited_assets(formulation.case)
    rows = records(formulation.case.table("Congestion"))
    items = [
        (number, key)
        for number, row in enumerate(rows)
        for key in formulation.loads
        if key[:3] == (row.asset_kind, row.asset, row.measure) and key[:3] in limits
    ]
    for block_key in formulation.block_keys:
        block = formulation.operations(*block_key)
        index = [(number, key[3]) for number, key in items]
        block.excess = pyo.Var(index, domain=pyo.NonNegativeReals)

        def rule(b: Any, i: int, block_key: Any = block_key) -> Any:
            number, key = items[i]
            free = formulation.room_of_load.get((block_key, key))
            if free is None:  # no limit in this period
                return pyo.Constraint.Skip
            used = formulation.load(block_key, key)
            return b.excess[number, key[3]] >= used - float(rows[number].threshold) * free

        block.congestion = pyo.Constraint(range(len(items)), rule=rule)
