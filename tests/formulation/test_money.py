"""Money: discounting, upkeep, salvage, years of periods, committed works (issue 3, item 8).

A-B has no room for the 10 kTEU a year until projects add 10. A unit carried costs 1, one left behind 20: a year without
room costs 200, one with it 10.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.formulation.solving import cost_of, near, openings, solve, terms, without
from tests.minis import Record, budget, periods, project, shut_case

# Present value ----------------------------------------------------------------------------------------------------

QUARTER: Record = {"discount_rate": 0.25, "salvage": "straight line", "discount_base_year": 2025}
"""Factors 0.8, 0.64, 0.512, 0.4096 for 2026 to 2029."""


def test_net_present_value_by_hand() -> None:
    """
    Proves: 40 over two years as 75 and 25 percent, upkeep 2, life 5, at 25 % to 2025. Opening 2028: capital 30 x 0.8 +
    10 x 0.64 = 30.4; upkeep 2 x 0.512 = 1.024; salvage after one of five years 40 x 4/5 x 0.4096 = 13.1072 in 2029;
    unserved 200 x (0.8 + 0.64) = 288; carried 10 x 0.512 = 5.12. Sum 311.4368, against 200 x 1.952 = 390.4 without.
    If nothing were discounted: 440 - 32 + 2 + 10 = 420; if the profile were even: 28.8 of capital.
    """
    case = shut_case(
        [project("P", 40.0, construction_years=2, spending_profile="75;25", upkeep=2.0, life_years=5)], settings=QUARTER
    )
    plan = solve(case)
    assert plan.outcome.objective == near(311.4368)
    assert terms(plan) == {
        "capital": near(30.4), "upkeep": near(1.024), "salvage": near(-13.1072), "unserved": near(288.0),
        "transport": near(5.12),
    }  # fmt: skip
    costs = plan.tables["costs"].set_index(["term", "year"])["amount"]
    assert costs["capital"].to_dict() == {2026: near(30.0), 2027: near(10.0)}
    assert costs["salvage"].to_dict() == {2029: near(-32.0)}


@pytest.mark.parametrize(
    ("settings", "capital", "salvage"),
    [
        # base year blank = first period: factors 1, 0.8, 0.64, 0.512
        ({"discount_base_year": None}, 38.0, -16.384),
        # no salvage
        ({"salvage": "none"}, 30.4, 0.0),
        # no discounting
        ({"discount_rate": 0.0}, 40.0, -32.0),
    ],
)
def test_settings_of_money(settings: Record, capital: float, salvage: float) -> None:
    """
    Proves: base year, salvage and rate of the settings each act: capital 30 x f(2026) + 10 x f(2027), salvage 32 x
    f(2029).
    If a setting were ignored: 30.4 and -13.1072.
    """
    case = shut_case(
        [project("P", 40.0, construction_years=2, spending_profile="75;25", life_years=5)],
        settings={**QUARTER, **settings},
    )
    found = terms(solve(case))
    assert found["capital"] == near(capital)
    assert found.get("salvage", 0.0) == near(salvage)


@pytest.mark.parametrize(
    ("life", "salvage"),
    [
        # opened 2026, three years in service: 40 x 2/5
        (5, -16.0),
        # outlived: nothing, and never a debt
        (3, 0.0),
        # gone after 2027 and renewed in 2028 for another 40, of which half is left: 40 - 20 (it lived on for nothing
        # before lives were modelled)
        (2, 20.0),
        # blank: the setting's 30 years: 40 x 27/30
        (None, -36.0),
    ],
)
def test_salvage_is_what_life_is_left(life: int | None, salvage: float) -> None:
    """
    Proves: straight-line remaining life at the end of the horizon (arithmetic beside the figures), undiscounted here.
    If life were ignored: 40 back; if it could be overdrawn: a cost after the horizon.
    """
    case = shut_case([project("P", 40.0, life_years=life)], settings={"salvage": "straight line"})
    assert cost_of(case) == near(30.0 + 40.0 + salvage)


def test_years_of_long_periods() -> None:
    """
    Proves: periods of 2 and 3 years at 25 % to 2026: factors 1, 0.8 | 0.64, 0.512, 0.4096. P (one year, 60, upkeep 2)
    opens with the second period, 2028, and is paid in 2027: 60 x 0.8 = 48; unserved 200 x 1.8 = 360; carried 10 x
    1.5616; upkeep 2 x 1.5616: 426.7392.
    If a period counted as one year: capital 48, unserved 200, ...: less than 300.
    """
    case = shut_case(
        [project("P", 60.0, construction_years=1, upkeep=2.0)],
        periods(2026, 2028, last_year=2030),
        settings={"discount_rate": 0.25},
    )
    plan = solve(case)
    assert plan.outcome.objective == near(426.7392)
    assert openings(plan) == {("P", 2028): 1}
    assert plan.tables["spending"]["year"].tolist() == [2027]


def test_waiting_pays_when_interest_does() -> None:
    """
    Proves: no cargo before 2028; at 25 % a project of 50 without salvage opens in 2028, not before: 32 + 6.4 = 38.4 (to
    2026).
    If capital were not discounted, 2026 would be as good and cost 50 + 6.4.
    """
    case = shut_case([project("P", 50.0)], settings={"discount_rate": 0.25})
    wanted = case.table("Demand").copy()
    wanted[2026], wanted[2027], wanted[2028] = 0.0, 0.0, 10.0
    plan = solve(case.with_tables(Demand=wanted))
    assert plan.outcome.objective == near(38.4)
    assert openings(plan) == {("P", 2028): 1}


# Committed works --------------------------------------------------------------------------------------------------


def agreed(opening: int, **more: Any) -> Record:
    """A committed project of 30 with two years of construction."""
    return project("P", 30.0, construction_years=2, status="committed", committed_opening=opening, **more)


def test_committed_works_cost_what_is_still_to_be_paid() -> None:
    """
    Proves: opening in 2027 after works in 2025 and 2026: 15 of the 30 are in the horizon: 200 + 2 x 10 + 15 = 235, and
    salvage (life 30, two years in service) counts what the plan pays: 15 x 28/30 = 14 back: 221.
    If the sunk half counted: 250; if salvage paid back what the plan never paid, as it once did: 207.
    """
    assert cost_of(shut_case([agreed(2027)])) == near(235.0)
    assert cost_of(shut_case([agreed(2027)], settings={"salvage": "straight line"})) == near(221.0)


def test_committed_works_take_from_envelopes() -> None:
    """
    Proves: a committed project pays 15 in 2026 and 15 in 2027 out of 20 a year, so that a candidate of 10 waits until
    2028: for 20 kTEU 2026, 2027: 400 each; 2028: 20; capital 40: 860. With the envelope off it opens at once: 210 + 210
    + 20 + 40 = 480.
    If committed spending were outside the envelopes: 480.
    """
    case = shut_case([agreed(2028), project("Q", 10.0)], amount=20.0, Budgets=[budget("all", (2026, 2028), 20.0)])
    plan = solve(case)
    assert plan.outcome.objective == near(860.0)
    assert openings(plan) == {("P", 2028): 1, ("Q", 2028): 1}
    assert cost_of(without(case, "envelopes")) == near(480.0)


def test_the_switch_sets_committed_works_free() -> None:
    """
    Proves: 5 kTEU left behind cost 100 a year. Works of 300 agreed for 2028 save 95 of that: 300 + 2 x 100 + 5 = 505.
    With the family off the plan may decide, and never builds them: 3 x 100 = 300.
    If the switch did nothing: 505 in both.
    """
    works = project("P", 300.0, status="committed", committed_opening=2028)
    case = shut_case([works], amount=5.0)
    assert cost_of(case) == near(505.0)
    assert cost_of(without(case, "committed")) == near(300.0)
