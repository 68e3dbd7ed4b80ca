"""What must hold between two cases whatever their optimum: by brute force (is the contract so?) and by the planner."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from tests.minis import budget, budget_case, corridor_of_three
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE, Answer, by_brute_force, by_planner

Solve = Callable[[Case], Answer]

SEEDS = {by_brute_force: (4, 9, 11, 18), by_planner: (4,)}
PAIRS = [pytest.param(way, seed, id=f"{way.__name__}-{seed}") for way, seeds in SEEDS.items() for seed in seeds]
MONEY = {
    "Nodes": ("passing_cost", "transfer_cost", "terminal_cost"),
    "Links": ("container_cost", "tonne_cost", "surcharge"),
    "Costs": ("container_cost", "tonne_cost"),
    "Commodities": ("value_of_time", "unserved_penalty"),
    "Demand": ("value_of_time",),
    "Periods": ("co2_price",),
    "Projects": ("capex", "upkeep"),
    "Budgets": ("amount",),
}
MONEY_SETTINGS = ("co2_price", "unserved_penalty_per_teu", "unserved_penalty_per_t")


@pytest.fixture(params=[by_brute_force, by_planner])
def solve(request: pytest.FixtureRequest) -> Solve:
    """Each way of solving in turn."""
    way: Solve = request.param
    return way


def still(case: Case) -> Case:
    """The case without changes over time, whose rows could not be moved or scaled with the tables."""
    return Case(case.name, case.tables, case.settings)


def at_most(lower: float, upper: float) -> bool:
    """Not above, but for rounding."""
    return lower <= upper + CLOSE * max(1.0, abs(upper))


def test_more_budget_never_costs_more(solve: Solve) -> None:
    """
    Proves: from 0 to 100 a year the cost only falls: 800 (nothing), …, 120 (both projects at once).
    If a limit were compared the wrong way round, or spending counted twice: some step would go up.
    """
    costs = [
        solve(budget_case(budget("E", (2026, 2029), amount, carry_over=True))).objective
        for amount in (0.0, 10.0, 20.0, 100.0)
    ]
    assert costs[0] == pytest.approx(800.0)
    assert costs[-1] == pytest.approx(120.0)
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize(("way", "seed"), PAIRS)
def test_lifting_limits_never_costs_more(way: Solve, seed: int) -> None:
    """
    Proves: without link capacities, or without envelopes, no case costs more than with them.
    If a limit drew cargo or money somewhere else than it says: some optimum would rise.
    """
    case = still(random_case(seed))
    cost = way(case).objective
    effects = case.table("ProjectEffects")
    unlimited = case.table("Links").assign(capacity_kteu=np.nan, capacity_kt=np.nan)
    without_capacity = case.with_tables(Links=unlimited, ProjectEffects=effects[effects["asset_kind"] == "node"])
    assert at_most(way(without_capacity).objective, cost)
    assert at_most(way(case.with_tables(Budgets=case.table("Budgets").iloc[:0])).objective, cost)


@pytest.mark.parametrize(("way", "seed"), PAIRS)
def test_order_of_rows_changes_nothing(way: Solve, seed: int) -> None:
    """
    Proves: rows of every sheet in another order give the same optimum.
    If something were matched by position instead of by key: it would differ.
    """
    case = still(random_case(seed))
    shuffled = case.with_tables(
        **{name: table.sample(frac=1.0, random_state=seed) for name, table in case.tables.items()}
    )
    assert way(shuffled).objective == pytest.approx(way(case).objective, rel=CLOSE)


def test_order_of_rows_keeps_the_plan(solve: Solve) -> None:
    """
    Proves: where one plan alone is best, reversing every sheet gives the same projects in the same years.
    If ties or positions decided: other projects.
    """
    case = corridor_of_three()
    turned = case.with_tables(**{name: table.iloc[::-1] for name, table in case.tables.items()})
    assert solve(turned).openings == solve(case).openings == {("track", 2027): 1, ("berth", 2028): 1}


def test_money_in_other_units_keeps_the_plan(solve: Solve) -> None:
    """
    Proves: all money times 1000 makes the optimum 1000 times as dear and changes no decision.
    If a cost carried a hidden constant, or a tolerance an absolute size: the plan or the ratio would change.
    """
    case = corridor_of_three()
    tables = {name: case.table(name).copy() for name in MONEY}
    for name, columns in MONEY.items():
        for column in columns:
            tables[name][column] = tables[name][column] * 1000.0
    settings = {name: case.settings[name] * 1000.0 for name in MONEY_SETTINGS}
    dear = solve(case.with_tables(**tables).with_settings(**settings))
    plain = solve(case)
    assert dear.objective == pytest.approx(1000.0 * plain.objective, rel=CLOSE)
    assert dear.openings == plain.openings


def test_splitting_a_demand_changes_nothing(solve: Solve) -> None:
    """
    Proves: a demand written as two rows of half the size costs the same.
    If rows were capped, priced or matched by row instead of by unit: it would differ.
    """
    case = corridor_of_three()
    rows = case.table("Demand")
    halves = [rows.assign(demand=rows["demand"] + part, market_size=rows["market_size"] / 2) for part in "ab"]
    both = pd.concat(halves)
    split = case.with_tables(Demand=both.set_axis(range(2, 2 + len(both))))
    assert solve(split).objective == pytest.approx(solve(case).objective, rel=CLOSE)
