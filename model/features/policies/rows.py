"""policies — shares through areas, floors and ceilings on links, CO2 budgets, served shares.

Why: sanctions, take-or-pay contracts, climate targets and supply guarantees bind routes whatever they cost.
Maths: count[policy, t, s] + ship CO2  (<=, >=, =)  allowance[policy, t, s] +/- missed[policy, t, s]
       Σ over seasons of allowance  (<=, >=, =)  limit[policy, t];  for a CO2 budget of a window, Σ over its years as
           well
Indices: policies in Policies, periods t in their years, seasons s. The allowances are variables of the investment
    block, so that operations blocks never see each other; with one season a yearly limit needs none.
    `missed` is paid at a prohibitive price; a plan that misses a policy is reported as infeasible, never as a plan.
Data: Policies.kind, .demands, .country, .areas, .links, .measure, .sense, .value [share, kTEU, kt, kt CO2], .value_per.
Switch name: policies
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.formulation.forms.policy_rules import (
    Policy,
    blocks_of,
    policy_load,
    read_policies,
    ships_count,
    yearly_limit,
)
from model.formulation.formulation import BlockKey, Formulation


def declare_loads(formulation: Formulation) -> None:
    """What each policy counts."""
    for policy in read_policies(formulation.case):
        formulation.declare_load(policy_load(formulation, policy))


def add(formulation: Formulation) -> None:
    """Add investment.allowance and its rows, and block.missed and block.policy."""
    block = formulation.investment
    block.allowance = pyo.Var(pyo.Any, dense=False, domain=pyo.NonNegativeReals)
    block.allowance_rows = pyo.ConstraintList()
    policies = [one for one in read_policies(formulation.case) if blocks_of(formulation, one)]  # of the years planned
    for key in formulation.block_keys:
        operations = formulation.operations(*key)
        here = [policy for policy in policies if key in blocks_of(formulation, policy)]
        operations.missed = pyo.Var([policy.name for policy in here], domain=pyo.NonNegativeReals)
        operations.policy = pyo.ConstraintList()
    for policy in policies:
        limits = _allowances(formulation, policy)
        for key in blocks_of(formulation, policy):
            operations = formulation.operations(*key)
            counted = formulation.load(key, policy.load_key) + _ship_co2(formulation, policy, key)
            missed = operations.missed[policy.name]
            limit = float("nan") if policy.whole_window else yearly_limit(formulation, policy, key[0])
            formulation.may_be_missed(missed, f"{policy.name} in {key[0]}", limit)
            row = operations.policy.add(_compare(policy.sense, counted, limits[key], missed))
            if not policy.whole_window and len(formulation.seasons) == 1:
                formulation.priced_rows["policy_levels", policy.name, key[0]] = row


def _compare(sense: str, counted: Any, limit: Any, missed: Any) -> Any:
    """Row of a policy in a block; an exact one may be missed on the low side only."""
    if sense == "<=":
        return counted <= limit + missed
    return counted + missed >= limit if sense == ">=" else counted + missed == limit


def _allowances(formulation: Formulation, policy: Policy) -> dict[BlockKey, Any]:
    """Limit of the policy in each block: a number, or an allowance that the investment block shares out."""
    block = formulation.investment
    keys = blocks_of(formulation, policy)
    yearly = {key: yearly_limit(formulation, policy, key[0]) for key in keys}
    if not policy.whole_window and len(formulation.seasons) == 1:
        return dict(yearly)
    allowed = {}
    for key in keys:
        allowed[key] = block.allowance[policy.name, key[0], key[1]]
        allowed[key].setub(yearly[key])
    by_period: dict[str, list[Any]] = {}
    for key in keys:
        by_period.setdefault(key[0], []).append(allowed[key])
    if policy.whole_window:
        total = pyo.quicksum(formulation.period(t).years * pyo.quicksum(parts) for t, parts in by_period.items())
        block.allowance_rows.add(_sum_row(policy.sense, total, policy.value))
    else:
        for period, parts in by_period.items():
            limit = yearly_limit(formulation, policy, period)
            row = block.allowance_rows.add(_sum_row(policy.sense, pyo.quicksum(parts), limit))
            formulation.priced_rows["policy_levels", policy.name, period] = row
    return allowed


def _sum_row(sense: str, total: Any, limit: float) -> Any:
    if sense == "<=":
        return total <= limit
    return total >= limit if sense == ">=" else total == limit


def _ship_co2(formulation: Formulation, policy: Policy, key: BlockKey) -> Any:
    """What is emitted in a block besides what flow emits, where it counts."""
    if not ships_count(formulation, policy):
        return 0.0
    return pyo.quicksum(amount for _, amount in formulation.emitted.get(key, ()))
