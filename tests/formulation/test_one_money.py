"""The budget sheet and the objective cannot disagree: one spending Expression feeds both (issue 3, item 8)."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import numpy as np
import pyomo.environ as pyo
import pytest

from model.case.case import Case
from model.features.envelopes.rows import windows
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.planner import extract
from model.solvers.problem import Solution
from tests.formulation.solving import near, solve
from tests.minis import Record, budget, demand, effect, link, make_case, periods, project

Payments = dict[tuple[str, int], float]

# By hand, for each project: price of the first and of later modules, and the parts paid so many years before opening.
# RAIL: 40 and 25 and a fifth; '30; 70' over two years stretched to three: cumulative 0, 0.2, 0.3 + 0.7 / 3, 1.
PRICES = {
    "RAIL": (48.0, 30.0),
    "PORT": (30.0, 30.0),
    "SOFT": (5.0, 5.0),
    "AGREED": (90.0, 90.0),
    "buy feeder": (6.0, 6.0),
}
PARTS = {
    "RAIL": {3: 0.2, 2: 1 / 3, 1: 7 / 15},
    "PORT": {1: 1.0},
    "SOFT": {0: 1.0},
    "AGREED": {3: 0.5, 2: 0.3, 1: 0.2},
    "buy feeder": {2: 0.5, 1: 0.5},
}
COUNTRY = {"RAIL": "KZ", "PORT": "AZ", "SOFT": "KZ", "AGREED": "AZ", "buy feeder": "AZ"}


def investors() -> Case:
    """Works of all kinds, 2026-2030 with a period of two years, and envelopes of every scope."""
    bank = [{"project": "RAIL", "funder": "Bank", "share": 0.6}, {"project": "PORT", "funder": "Bank", "share": 0.25}]
    budgets: list[Record] = [
        budget("all", (2026, 2030), 50.0, carry_over=True),
        budget("KZ", (2026, 2028), 60.0, scope_kind="country", scope="KZ"),
        budget("Bank", (2027, 2029), 70.0, scope_kind="funder", scope="Bank", amount_per="window"),
        budget("Caspian", (2026, 2030), 45.0, scope_kind="tag", scope="Caspian"),
        budget("ships", (2026, 2027), 9.0, scope_kind="class", scope="vessels", amount_per="window", carry_over=True),
        budget("ships", (2028, 2030), 9.0, scope_kind="class", scope="vessels", amount_per="window", carry_over=True),
    ]
    return make_case(
        "investors",
        "AB",
        [link("AB", "A-B", carrier="container ship", capacity_kteu=1.0)],
        [demand("D", "A-B", 10.0)],
        years=periods(2026, 2027, 2028, 2030, last_year=2030),
        settings={"discount_rate": 0.07, "salvage": "straight line", "optimism_adjustment": True},
        Projects=[
            project("RAIL", 40.0, construction_years=2, maximum_modules=3, later_module_capex=25.0, upkeep=0.5)
            | {"spending_profile": "30; 70", "tags": "Caspian"},
            project("PORT", 30.0, construction_years=1, maximum_modules=2, country="AZ", project_class="port")
            | {"tags": "Caspian; ports", "life_years": 12},
            project("SOFT", 5.0, project_class="soft", upkeep=0.2),
            project("AGREED", 90.0, construction_years=3, status="committed", committed_opening=2027, country="AZ")
            | {"spending_profile": "50; 30; 20"},
        ],
        ProjectEffects=[effect(key, "AB", 3.0) for key in ("RAIL", "PORT", "SOFT", "AGREED")],
        Optimism=[{"project_class": "rail", "capex_uplift": 0.2, "delay_years": 1}],
        Funding=bank,
        Budgets=budgets,
        Vessels=[
            {"vessel": "feeder", "country": "AZ", "payload_kteu": 0.25, "payload_kt": 4.0, "purchase_cost": 6.0}
            | {"delivery_years": 2, "maximum_purchases": 4, "yearly_cost": 0.3, "life_years": 20}
        ],
        Services=[{"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0}],
    )


def set_random_plan(formulation: Formulation, random: Random) -> dict[str, list[int]]:
    """Give every variable a value: modules that never fall, all else 0; returns modules by project and period."""
    block = formulation.investment
    for variable in formulation.model.component_data_objects(pyo.Var):
        variable.set_value(0.0, skip_validation=True)
    plan: dict[str, list[int]] = {}
    for name in block.PROJECTS:
        running = 0
        for period in block.PERIODS:
            variable = block.built[name, period]
            if name == "AGREED":
                running = 0 if period == "2026" else 1
            elif variable.ub:
                running = random.randint(running, int(variable.ub))
            variable.set_value(running)
            plan.setdefault(str(name), []).append(running)
    for name, period in block.begun:
        block.begun[name, period].set_value(min(1, block.built[name, period].value))
    return plan


def by_hand(case: Case, plan: dict[str, list[int]]) -> Payments:
    """What each project pays in each year of the horizon, from the prices and parts above."""
    paid: Payments = defaultdict(float)
    for name, in_service in plan.items():
        before = 0
        for period, now in zip(case.periods, in_service, strict=True):
            first, later = PRICES[name]
            capital = sum(first if number == 0 else later for number in range(before, now))
            before = now
            for ahead, part in PARTS[name].items():
                if capital and period.first_year - ahead >= case.first_year:
                    paid[name, period.first_year - ahead] += part * capital
    return paid


def summed(amounts: Payments) -> object:
    """Amounts that are not 0, to be compared with `==`."""
    return {key: near(value) for key, value in amounts.items() if value}


WEIGHTS = {
    "all": dict.fromkeys(PRICES, 1.0), "KZ": {"RAIL": 1.0, "SOFT": 1.0}, "Bank": {"RAIL": 0.6, "PORT": 0.25},
    "Caspian": {"RAIL": 1.0, "PORT": 1.0}, "ships": {"buy feeder": 1.0},
}  # fmt: skip
"""What each envelope counts of each project."""


@pytest.mark.parametrize("seed", range(8))
def test_all_statements_of_capital_agree(seed: int) -> None:
    """
    Proves: for plans drawn at random, what each project pays in each year is the same by hand, in the spending
    Expression, in the capital entries of the objective, in the rows of the envelopes and in the plan tables. With it
    hold later modules' prices, profiles, stretched ones, sunk capital of committed works (45 and 27 of 90 before the
    horizon), ships, funders and carry-over.
    If any of them were computed beside the Expression, a change in one place would show here as a difference.
    """
    case = investors()
    formulation = build(case, build_graph(case), RoutePool())
    plan = set_random_plan(formulation, Random(seed))
    paid = by_hand(case, plan)
    block = formulation.investment

    spending = {(str(p), int(y)): float(pyo.value(block.spending[p, y])) for p in block.PROJECTS for y in block.YEARS}
    assert {key: value for key, value in spending.items() if value} == summed(paid)

    by_country: Payments = defaultdict(float)
    for (name, year), amount in paid.items():
        by_country[COUNTRY[name], year] += amount
    entries = formulation.costs["capital"].entries
    stated = {(entry.country, entry.years[0]): float(pyo.value(entry.expression)) for entry in entries}
    assert {key: value for key, value in stated.items() if value} == summed(by_country)
    present = sum(entry.weight * float(pyo.value(entry.expression)) for entry in entries)
    assert present == near(sum(amount * 1.07 ** (2026 - year) for (_, year), amount in paid.items()))

    # all windows can be touched, so that rows and windows go together
    limits = windows(case)
    rows = [block.envelope[i] for i in range(len(limits))]
    nothing = (np.zeros(len(formulation.loads)),) * len(formulation.block_keys)
    tables = extract(formulation, Solution(0.0, (), np.zeros(0), {}, nothing))
    assert [float(pyo.value(row.body)) for row in rows] == [near(value) for value in tables["envelopes"]["spent"]]
    assert [float(pyo.value(row.upper)) for row in rows] == [near(value) for value in tables["envelopes"]["amount"]]
    for window, row in zip(limits, rows, strict=True):
        counted = sum(
            WEIGHTS[window.envelope].get(name, 0.0) * amount
            for (name, year), amount in paid.items()
            if window.first_year <= year <= window.last_year
        )
        assert float(pyo.value(row.body)) == near(counted)

    table = tables["spending"]
    assert table.set_index(["project", "year"])["amount"].to_dict() == summed(paid)
    capital = tables["costs"][tables["costs"]["term"] == "capital"]
    assert capital.set_index(["country", "year"])["amount"].to_dict() == summed(by_country)
    opened = tables["investments"].groupby("project")["capex"].sum()
    sunk = {"AGREED": 72.0}
    for name, total in opened.items():
        assert total == near(sum(a for (p, _), a in paid.items() if p == name) + sunk.get(str(name), 0.0))
    assert float(pyo.value(formulation.model.objective)) == near(tables["costs"]["discounted"].sum())


def test_windows_are_as_the_sheet_says() -> None:
    """
    Proves: the 'all' envelope carries 50 a year over: 50, 100, … 250 from 2026 on; KZ has 60 in each of three years;
    the ships' second window has 9 + 9 since 2026.
    If carry-over began anew with a window: 9.
    """
    found = [(w.envelope, w.first_year, w.last_year, w.amount) for w in windows(investors())]
    assert found == [
        *(("all", 2026, 2026 + i, 50.0 * (i + 1)) for i in range(5)),
        *(("KZ", 2026 + i, 2026 + i, 60.0) for i in range(3)),
        ("Bank", 2027, 2029, 70.0),
        *(("Caspian", 2026 + i, 2026 + i, 45.0) for i in range(5)),
        ("ships", 2026, 2027, 9.0),
        ("ships", 2026, 2030, 18.0),
    ]


def test_the_objective_is_the_cost_sheet() -> None:
    """
    Proves: for the solved case the cost table adds up to the objective, its capital is the spending table discounted,
    its upkeep and salvage those of what opened, and no envelope is overdrawn.
    If a term were missing in the table: a difference.
    """
    case = investors()
    plan = solve(case)
    costs, spending, envelopes = (plan.tables[name] for name in ("costs", "spending", "envelopes"))
    assert costs["discounted"].sum() == near(plan.outcome.objective or 0.0)
    present = sum(row.amount * 1.07 ** (2026 - row.year) for row in spending.itertuples())
    assert costs.loc[costs["term"] == "capital", "discounted"].sum() == near(present)
    assert (envelopes["spent"] <= envelopes["amount"] + 1e-6).all()
    left = {"RAIL": 30, "PORT": 12, "SOFT": 30, "AGREED": 30, "buy feeder": 20}
    salvage = sum(
        (row.capex - row.sunk) * max(0.0, left[row.project] - (2031 - row.opening_year)) / left[row.project]
        for row in plan.tables["investments"].itertuples()
    )
    assert -costs.loc[costs["term"] == "salvage", "amount"].sum() == near(salvage)
