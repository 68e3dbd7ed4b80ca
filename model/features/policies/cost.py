"""policy_breach — prohibitive price of missing a policy, so that the model always has a solution to learn from.

Maths: Σ over policies of price * missed[policy, t, s], million USD a year.
Data: derived from the case, see breach_prices.py: twice what a unit of the policy's count can be worth,
    from the penalties of unserved demand, what its cargo counts at least, and the ways that count.
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.features.policies.breach_prices import breach_price
from model.formulation.forms.policy_rules import read_policies
from model.formulation.formulation import Formulation

NAME = "policy_breach"
LABEL = "Missed policies"
KIND = "penalty"


def add(formulation: Formulation) -> None:
    """Register the term."""
    formulation.register_cost(NAME, LABEL)


def finish(formulation: Formulation) -> None:
    """Charge what is missed, once all costs of flow are known that its price depends on."""
    prices = {policy.name: breach_price(formulation, policy) for policy in read_policies(formulation.case)}
    for period in formulation.periods:
        blocks = [formulation.operations(period.name, season.name) for season in formulation.seasons]
        yearly = pyo.quicksum(prices[name] * missed for block in blocks for name, missed in block.missed.items())
        formulation.add_cost(NAME, yearly, tuple(period.calendar_years))
