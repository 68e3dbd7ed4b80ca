"""What some demands send through a node, and limits on it over a period: helpers for constraints of a user."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.modeling import unique_component_name

from model.formulation.formulation import BlockKey, Formulation
from model.formulation.loads import Load, LoadKey
from model.network.graph import IntArray


def declare_count(
    formulation: Formulation, key: LoadKey, node: str, demands: Collection[str], measure: str = "kTEU"
) -> None:
    """Measure what rows of the Demand sheet send through a node, in kTEU or kt; `key` names it in `count`."""
    arcs: IntArray = formulation.graph.arcs_at_node.get(node, np.zeros(0, dtype=np.int64))  # each visit is one of them
    coefficients = formulation.use_of(measure, arcs)
    for entry, row in enumerate(formulation.cargo.rows):
        if row in demands:
            formulation.declare_load(Load((*key, str(entry)), arcs, coefficients, entry))


def count(formulation: Formulation, block: BlockKey, key: LoadKey) -> Any:
    """Expression of what was declared under a key, in an operations block."""
    return pyo.quicksum(formulation.load(block, own) for own in formulation.loads if own[:-1] == key)


def limit_by_period(
    formulation: Formulation, key: LoadKey, limits: Mapping[str, float], words: str, unit: str = "kTEU"
) -> None:
    """Hold what was declared under a key within limits by period (measure a year), all seasons together.

    Each operations block keeps within an allowance, and the investment block holds the allowances of a period within
    its limit: so no row mixes two operations blocks. Reports show the row of the period, as `words`.
    """
    block = formulation.investment
    allowance = pyo.Var(formulation.block_keys, domain=pyo.NonNegativeReals)  # no bound: it would share the price
    row = pyo.Constraint(
        list(limits),
        rule=lambda _, period: sum(allowance[k] for k in formulation.block_keys if k[0] == period) <= limits[period],
    )
    block.add_component(unique_component_name(block, f"{key[0]}_allowance"), allowance)
    block.add_component(unique_component_name(block, key[0]), row)
    counted = {own: count(formulation, own, key) for own in formulation.block_keys}
    for own, amount in counted.items():
        operations = formulation.operations(*own)
        within = pyo.Constraint(expr=amount <= allowance[own])
        operations.add_component(unique_component_name(operations, key[0]), within)
    for period, limit in limits.items():
        used = pyo.quicksum(amount for own, amount in counted.items() if own[0] == period)
        formulation.show(row[period], words, used, limit, unit=unit, period=period)
