"""Years inside a period: it is split there and planned in parts, so that nothing is averaged, dropped or moved (issue
10, item 10; fieldtests 04 and 05).

A-B by one link; a unit carried costs 1, one left behind 20; nothing is discounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from model.case.case import Case
from model.case.timed import TimedChange
from tests.formulation.solving import cost_of, near, openings, policy, solve
from tests.formulation.test_low_water import shallow
from tests.minis import Record, budget, demand, effect, link, make_case, periods, project

FIVES = periods(2026, 2031, last_year=2035)
YEARLY = periods(*range(2026, 2036))


def one_link(years: Sequence[Record] = FIVES, capacity: float | None = 10.0, **more: Any) -> Case:
    """10 kTEU a year on A-B."""
    ways = [link("AB", "A-B", capacity_kteu=capacity, **more.pop("link", {}))]
    return make_case("one link", "AB", ways, [demand("D", "A-B", 10.0)], years=years, **more)


def committed(year: int, **more: Any) -> Case:
    """No room until P adds as much as is asked for, committed for a year; 100 over two years, life 30."""
    row = project("P", 100.0, status="committed", committed_opening=year, construction_years=2, life_years=30)
    added = more.pop("added", 10.0)
    return one_link(
        capacity=0.0, Projects=[row], ProjectEffects=[effect("P", "AB", added)],
        settings={"salvage": "straight line"}, **more,
    )  # fmt: skip


@pytest.mark.parametrize("added", [10.0, 1000.0])
@pytest.mark.parametrize("years", [FIVES, YEARLY], ids=["fives", "yearly"])
def test_a_commitment_opens_in_its_year(years: list[Record], added: float) -> None:
    """
    Proves: committed for 2029: 200 a year are lost until 2028, 50 + 50 paid in 2027 and 2028, 7 years carried, 23 of 30
    years left: 600 + 100 + 70 - 76.667 = 693.333, however much is added and whatever the periods.
    If it opened with its period: 46.7 less than nothing; if its capacity were averaged over the period, 1000 added from
    2029 on would serve 2026 as well.
    """
    plan = solve(committed(2029, years=years, added=added))
    assert plan.outcome.objective == near(600.0 + 100.0 + 70.0 - 100.0 * 23 / 30)
    assert openings(plan) == {("P", 2029): 1}
    assert plan.tables["spending"]["year"].tolist() == [2027, 2028]
    assert plan.tables["investments"]["sunk"].tolist() == [0.0]


def test_the_parts_are_periods_of_their_own() -> None:
    """
    Proves: the period of 2026 to 2030 is told as two, named after it and their years; one in which nothing happens
    keeps its name. If they kept one name: two rows of one key in every table.
    """
    case = committed(2029)
    assert [(one.name, one.first_year, one.years, one.row, one.opens) for one in case.periods] == [
        ("2026 (2026–2028)", 2026, 3, "2026", True),
        ("2026 (2029–2030)", 2029, 2, "2026", False),
        ("2031", 2031, 5, "2031", True),
    ]


def test_candidates_open_with_the_period_of_the_sheet() -> None:
    """
    Proves: another project's commitment for 2029 does not let Q open in 2029: only in 2026 or 2031. Q (50, one year to
    build) is ready in 2027 and so opens in 2031; 5 years at 200, 50 + 5 x 10.
    If the parts were periods in every respect: it would open in 2029.
    """
    rows = [
        project("C", 0.0, status="committed", committed_opening=2029),
        project("Q", 50.0, construction_years=1),
    ]
    case = one_link(capacity=0.0, Projects=rows, ProjectEffects=[effect("Q", "AB", 10.0), effect("C", "AB", 0.0)])
    plan = solve(case)
    assert openings(plan) == {("C", 2029): 1, ("Q", 2031): 1}
    assert plan.outcome.objective == near(1100.0)


def test_an_envelope_sees_the_years_of_payment() -> None:
    """
    Proves: 50 in 2027 and 50 in 2028 are within 50 a year, and beyond 49: no plan. If they were paid before the
    horizon: nothing would stand in the envelope.
    """
    plan = solve(committed(2029, Budgets=[budget("all", (2026, 2035), 50.0)]))
    spent = plan.tables["envelopes"].set_index("first_year")["spent"]
    assert spent[spent > 0].to_dict() == {2027: 50.0, 2028: 50.0}


@pytest.mark.parametrize("year", [2026, 2027])
def test_sunk_capital_earns_nothing(year: int) -> None:
    """
    Proves: of 100 paid in the two years before the opening all is sunk for 2026 and half for 2027: 50 x (year - 2026)
    is paid, and of that alone salvage is left, (30 - years) / 30. 10 a year carried from then on.
    If salvage counted what the plan never paid: 56.7 less than nothing for 2026.
    """
    plan = solve(committed(year, years=YEARLY))
    paid, served = 50.0 * (year - 2026), 2036 - year
    lost = 200.0 * (year - 2026)
    assert plan.outcome.objective == near(lost + paid + 10.0 * served - paid * (30 - served) / 30)
    assert plan.tables["investments"]["sunk"].tolist() == [100.0 - paid]


@pytest.mark.parametrize("capacity", [10.0, 1000.0])
def test_a_change_begins_in_its_year(capacity: float) -> None:
    """
    Proves: a link shut from 2033 on, in a period of 2031 to 2035, costs 3 x 200 and leaves 7 x 10: 670, also where it
    had far more room than is used. If the change waited for the next period: 100; if capacity were averaged: 100 with
    much room.
    """
    shut = TimedChange("Links", "capacity_kteu", (2,), "set", 0.0, 2033)
    assert cost_of(replace(one_link(capacity=capacity), changes=(shut,))) == near(670.0)


CHANGES: list[tuple[str, str, str, Any, float]] = [
    ("Links", "container_cost", "add", 1.0, 130.0),
    ("Links", "capacity_kteu", "set", None, 100.0),  # blank: no limit; it has no mean with a figure
    ("Links", "background_kteu", "set", 4.0, 7 * 10.0 + 3 * (6.0 + 4 * 20.0)),
    ("Links", "days_regular", "add", 10.0, 130.0),
    ("Nodes", "terminal_cost", "set", 0.5, 130.0),  # at both ends
    ("Availability", "availability", "set", 0.5, 70.0 + 3 * (5.0 + 100.0)),
    ("Costs", "container_cost", "set", 2.0, 130.0),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_every_kind_of_change_begins_in_its_year(change: tuple[str, str, str, Any, float]) -> None:
    """
    Proves: 10 kTEU a year at 1; from 2033 on, inside a period, each figure changes for three years as written beside.
    If a sheet were read at the first year of the period only: 100.
    """
    sheet, column, operation, value, objective = change
    case = one_link(
        Availability=[{"asset_kind": "link", "asset": "AB", "availability": 1.0}],
        Costs=[{"commodity": "boxes", "asset_kind": "link", "asset": "AB", "item": "transport", "container_cost": 1.0}]
        if sheet == "Costs"
        else [],
    )
    if column == "days_regular":
        commodities = case.table("Commodities").assign(value_of_time=0.1)
        case = case.with_tables(Commodities=commodities)
        objective += 100 * 0.1  # one day on all
    rows = tuple(case.table(sheet).index.tolist())
    changed = replace(case, changes=(TimedChange(sheet, column, rows, operation, value, 2033),))
    assert cost_of(changed) == near(objective)


def test_a_policy_holds_in_its_years() -> None:
    """
    Proves: at most 4 kTEU in 2028 and 2029, inside a period: 8 x 10 + 2 x (4 + 6 x 20) = 328, and 100 without.
    If it were dropped because the period begins before: 100.
    """
    limit = policy("cap", "link flow", "<=", 4.0, links="AB", measure="kTEU", first_year=2028, last_year=2029)
    plan = solve(one_link(Policies=[limit]))
    assert plan.outcome.objective == near(328.0)
    assert plan.tables["policy_levels"][["period", "counted"]].to_numpy().tolist() == [["2026 (2028–2029)", near(4.0)]]


def test_a_budget_of_a_window_counts_its_years() -> None:
    """
    Proves: 0.2 kt CO2 for each kTEU; 6 kt from 2026 to 2031 with periods of 2026-30 and 2031-33: in 2031 alone, 2 kt if
    all is carried. What is carried counts in the years of the window only: 6 kt are 30 kTEU of 60 in six years, 30 x 1
    + 30 x 20, and the two years after are free: 20 x 1: 650.
    If all three years of the second period counted: 30 of 80 are carried, 30 + 50 x 20.
    """
    dear = {"unserved_penalty_per_t": 15.0}  # a policy missed costs more than any cargo left behind
    emission = {"co2_g_per_tkm": 200.0, "length_km": 100.0}  # 10 kt over 100 km at 200 g/tkm: 0.2 kt a kTEU
    budgeted = policy("C", "co2", "<=", 6.0, first_year=2026, last_year=2031, value_per="window")
    case = one_link(periods(2026, 2031, last_year=2033), link=emission, Policies=[budgeted], settings=dear)
    assert cost_of(case) == near(650.0)


def test_dredged_depth_fades_in_its_year() -> None:
    """
    Proves: dredging in 2026 gives 0.5 of 2.5 kTEU back for three years, in a period of five: 9.5 a year saved for three
    years against 20: 3 x 2.5 + 2 x 12 + 20 = 51.5, as with yearly periods.
    If it lasted to the end of the period: 32.5.
    """
    row = project("dig", 20.0, latest_opening=2026)
    for years in (periods(2026, last_year=2030), periods(*range(2026, 2031))):
        case = shallow(2.5, {2026: 1.0}, years, [row], {"added_depth": 1.0, "effect_years": 3})
        assert cost_of(case) == near(51.5)


def test_the_price_of_co2_is_that_of_the_row() -> None:
    """
    Proves: a split period keeps the CO2 price of its row in all its parts: 0.2 kt a kTEU at 5: 1 more a unit in 2026 to
    2030, none later: 150, and another 3 x 200 - 3 x 10 for a link shut from 2033 on: 720.
    If parts were looked up by their own first year: an error, or the general price of 0.
    """
    years = [dict(FIVES[0], co2_price=5.0), FIVES[1]]
    case = one_link(years, link={"co2_g_per_tkm": 200.0, "length_km": 100.0})
    assert cost_of(case) == near(150.0)
    split = (
        TimedChange("Links", "capacity_kteu", (2,), "set", 0.0, 2033),
        TimedChange("Links", "surcharge", (2,), "add", 0.0, 2028),
    )
    assert cost_of(replace(case, changes=split)) == near(720.0)
