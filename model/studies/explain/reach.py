"""How far policies can be kept, or demand be carried, whatever it costs: what is left over, and what would help.

The model of the case is kept with all its limits; only its objective is replaced. What misses a policy, or stays
behind, costs a great deal, everything else nothing, and slack in one family of limits (see `relaxing`) a little.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.build import build
from model.formulation.forms.policy_rules import Policy, blocks_of, read_policies, yearly_limit
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Progress
from model.solvers.engine import solve
from model.studies.explain.built import fully_built, put_in_service
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.families import relax
from model.studies.explain.relaxing.investment import at_once
from model.studies.explain.relaxing.slack import Slack

Goal = Literal["policies", "demand"]
WEIGHT: Final = 1e5
"""Cost of missing the whole goal; all slack together costs in the order of 1."""
TOLERANCE: Final = 1e-6
GAP: Final = 1e-4
LEAST_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Missed:
    """A policy in a period: its limit, and by how much the nearest plan misses it (as counted, per year or window)."""

    policy: Policy
    period: str
    limit: float
    short: float

    @property
    def reached(self) -> float:
        """What the nearest plan counts."""
        return self.limit + self.short if self.policy.sense == "<=" else self.limit - self.short


@dataclass(frozen=True)
class Left:
    """A demand row in a period: the amount, and what of it stays behind, in the row's unit a year."""

    demand: str
    unit: str
    period: str
    amount: float
    behind: float


@dataclass(frozen=True)
class Reach:
    """Outcome of one question. `changes` are what the relaxed family had to give; empty when none was relaxed.

    `impossible` says that the limits contradict each other, so that there is nothing to reach; `proven` whether no plan
    can come nearer (false when time was up); `certain` whether every plan misses something: the bound says so although
    time was up.
    """

    missed: tuple[Missed, ...] = ()
    left: tuple[Left, ...] = ()
    changes: tuple[Change, ...] = ()
    impossible: bool = False
    proven: bool = True
    certain: bool = True

    def reaches(self, goal: Goal) -> bool:
        """Whether nothing is missed, or nothing is left behind."""
        return not (self.missed if goal == "policies" else self.left or self.missed) and not self.impossible


def reach(
    case: Case,
    goal: Goal,
    seconds: float,
    *,
    family: str | None = None,
    targets: tuple[str, ...] = (),
    constraint_files: tuple[Path, ...] = (),
    everything: bool = False,
    built: bool = False,
) -> Reach | None:
    """The nearest plan to a goal, with one family of limits relaxed; None when none was found in time.

    `seconds` count from the call. Raises KeyboardInterrupt when a stop was asked.

    With family 'policies' the policies that are not `targets` may give way. Rows that are not negotiable give way only
    with `everything`. With `built` every project is in service from the start: what is missed then is missed by every
    plan.
    """
    begun = time.monotonic()
    asked = fully_built(case, limited=True) if built else at_once(case) if family == "lead_time" else case
    formulation = build(asked, build_graph(asked), RoutePool(), constraint_files)
    if built:
        put_in_service(formulation)
    slack = (
        Slack() if family is None or family == "policies" else relax(formulation, family, case, everything=everything)
    )
    if family not in (None, "policies") and not slack.variables:
        return None
    soft = {
        policy.name
        for policy in read_policies(case)
        if family == "policies" and policy.name not in targets and (everything or policy.negotiable)
    }
    set_goal(formulation, _goal_cost(formulation, goal, soft) + slack.cost)
    seconds = max(LEAST_SECONDS, seconds - (time.monotonic() - begun))
    progress = Progress(seconds)
    outcome, solution = solve(formulation, SolveOptions(gap=GAP, time_limit=seconds).filled(case), progress)
    if progress.stop_asked:
        raise KeyboardInterrupt  # the search ends with what it has; whoever asks for a stop wants no further question
    if solution is None:
        return Reach(impossible=True) if outcome.status is Status.INFEASIBLE else None
    values = Values(solution.variables, solution.values)
    missed = _missed(formulation, values)
    changes = slack.changes(values) if family != "policies" else _policy_changes(missed, soft)
    hard = tuple(item for item in missed if item.policy.name not in soft)
    left = _left(formulation, values) if goal == "demand" else ()
    proven = outcome.status is Status.OPTIMAL
    certain = proven or (outcome.bound is not None and outcome.bound > 10 * TOLERANCE * WEIGHT)
    return Reach(hard, left, tuple(changes), proven=proven, certain=certain)


def set_goal(formulation: Formulation, cost: Any) -> None:
    """Replace the objective; carrying itself costs nothing then."""
    for rates in formulation.flow_rates.values():
        for period, figures in rates.items():
            rates[period] = np.zeros_like(figures)
    formulation.model.del_component("objective")
    formulation.model.objective = pyo.Objective(expr=cost, sense=pyo.minimize)


def unserved_cost(formulation: Formulation) -> Any:
    """Part of all demand (TEU-equivalents over all blocks) that is left behind, times WEIGHT."""
    cargo = formulation.cargo
    teu = cargo.class_vector("teu")[cargo.class_of]
    total = max(TOLERANCE, float((cargo.amounts * teu[:, None]).sum()))
    return pyo.quicksum(
        WEIGHT * float(teu[i]) / total * block.unserved[i]
        for block in map(lambda key: formulation.operations(*key), formulation.block_keys)
        for i in block.DEMANDS
        if not cargo.is_empty[i]  # boxes that nobody moves are handed in and hired: nothing stays behind
    )


def _goal_cost(formulation: Formulation, goal: Goal, soft: set[str]) -> Any:
    """Cost of what is missed; policies come before demand, and soft ones after everything."""
    cost = unserved_cost(formulation) if goal == "demand" else 0.0
    if not formulation.families.get("policies", False):
        return cost
    hard = WEIGHT * (5.0 if goal == "demand" else 1.0)
    for policy in read_policies(formulation.case):
        weight = 1.0 if policy.name in soft else hard
        for key in blocks_of(formulation, policy):
            scale = max(1.0, _limit(formulation, policy, key[0]))
            cost += weight / scale * formulation.operations(*key).missed[policy.name]
    return cost


def _limit(formulation: Formulation, policy: Policy, period: str) -> float:
    return policy.value if policy.whole_window else yearly_limit(formulation, policy, period)


def _missed(formulation: Formulation, values: Values) -> tuple[Missed, ...]:
    """Policies that are missed, by period; by the whole window for one that holds over it."""
    if not formulation.families.get("policies", False):
        return ()
    found: list[Missed] = []
    for policy in read_policies(formulation.case):
        short: dict[str, float] = {}
        for period, season in blocks_of(formulation, policy):
            years = formulation.period(period).years if policy.whole_window else 1
            amount = years * values(formulation.operations(period, season).missed[policy.name])
            short[period] = short.get(period, 0.0) + amount
        if policy.whole_window:
            short = {f"{policy.first_year} to {policy.last_year}": sum(short.values())}
        for period, amount in short.items():
            limit = policy.value if policy.whole_window else yearly_limit(formulation, policy, period)
            if amount > TOLERANCE * max(1.0, limit) * 10:
                found.append(Missed(policy, period, limit, amount))
    return tuple(found)


def _left(formulation: Formulation, values: Values) -> tuple[Left, ...]:
    """Demand rows of which something stays behind, by period."""
    cargo = formulation.cargo
    behind: dict[tuple[str, str], float] = {}
    amounts: dict[tuple[str, str], float] = {}
    units: dict[str, str] = {}
    for key in formulation.block_keys:
        block, asked = formulation.operations(*key), formulation.demand_amounts(key).tolist()
        for i in block.DEMANDS:
            if not cargo.is_empty[i]:
                place = (cargo.rows[i], key[0])
                units[cargo.rows[i]] = cargo.classes[cargo.class_of[i]].unit
                behind[place] = behind.get(place, 0.0) + values(block.unserved[i])
                amounts[place] = amounts.get(place, 0.0) + asked[i]
    return tuple(
        Left(row, units[row], period, amounts[row, period], amount)
        for (row, period), amount in behind.items()
        if amount > 10 * TOLERANCE * max(1.0, amounts[row, period])
    )


def _policy_changes(missed: tuple[Missed, ...], soft: set[str]) -> list[Change]:
    """What the soft policies had to give, as new values of their rows."""
    return largest_changes([item for item in missed if item.policy.name in soft])


def largest_changes(missed: Sequence[Missed]) -> list[Change]:
    """One change for each policy, enough for all its periods and their parts.

    A share that is missed by less in a year of little cargo may have to give way by more.
    """
    changes: dict[str, list[Change]] = {}
    for item in missed:
        changes.setdefault(item.policy.name, []).append(policy_change(item))
    return [max(found, key=lambda change: abs(change.amount or 0.0)) for found in changes.values()]


def policy_change(missed: Missed) -> Change:
    """The value that a missed policy would need."""
    policy = missed.policy
    part = policy.value / missed.limit if missed.limit else 1.0
    by = missed.short * part * (1.0 if policy.sense == "<=" else -1.0)
    margin = 10 * TOLERANCE * max(1.0, abs(policy.value)) * (1.0 if policy.sense == "<=" else -1.0)
    words = f"the policy {policy.name}"
    return Change("Policies", policy.row, "value", words, by, policy_unit(policy), policy.value + by + margin)


def policy_unit(policy: Policy) -> str:
    """Unit of a policy's value."""
    if policy.kind == "co2":
        return "kt CO2"
    return f"{policy.measure} a year" if policy.kind == "link flow" else "share"
