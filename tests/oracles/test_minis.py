"""Small cases whose optimum is added up by hand, solved by brute force, by the arc-flow MIP and by the planner.

All money in million USD, flows in kTEU a year; one unit served costs 1 (the link), one unserved 20.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.case.case import Case
from tests.minis import (
    budget,
    budget_case,
    corridor_of_three,
    direction_case,
    effect,
    gauge_case,
    money_case,
    project,
    rule,
    rules_case,
    two_node_case,
)
from tests.oracles.solving import WAYS, Answer

Openings = dict[tuple[str, int], int]


@pytest.fixture(params=list(WAYS))
def solve(request: pytest.FixtureRequest) -> Callable[[Case], Answer]:
    """Each way of solving in turn."""
    return WAYS[request.param]


def expect(answer: Answer, objective: float, openings: Openings | None = None) -> None:
    """The optimum, and what opens when (None where several plans are equally good)."""
    assert answer.objective == pytest.approx(objective, rel=1e-9)
    if openings is not None:
        assert answer.openings == openings


# Timing and lead time ---------------------------------------------------------------------------------------------


def test_lead_time_delays_the_opening(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: two years of construction from 2026 on mean opening in 2028; capital is paid in 2026 and 2027.
    Served 10 + 10 + 15 + 15 = 50; unserved (5 + 5) x 20 = 200; capital 60: 310.
    If it were ignored: opening in 2026, 60 served for 60, capital 60: 120.
    """
    expect(solve(two_node_case()), 310.0, {("P", 2028): 1})


def test_without_construction_time_it_opens_at_once(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: no construction time means open, and paid for, in the first year: 4 x 15 + 60 = 120.
    If one year were always taken for construction: 100 unserved in 2026, 55 + 60 + 100 = 215.
    """
    expect(solve(two_node_case(construction_years=0)), 120.0, {("P", 2026): 1})


def test_earliest_opening_delays_further(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: the earliest opening holds where it is later than construction allows. Open in 2029: served 10 x 3 + 15 =
    45, unserved 15 x 20 = 300, capital 60: 405 (never: 40 + 400 = 440).
    If it were ignored: 310.
    """
    expect(solve(two_node_case(earliest_opening=2029)), 405.0, {("P", 2029): 1})


def test_latest_opening_before_completion_means_never(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: a window that closes in 2027 shuts out a project that cannot be ready before 2028: 40 + 20 x 20 = 440.
    If it were ignored: 310.
    """
    expect(solve(two_node_case(latest_opening=2027)), 440.0, {})


@pytest.mark.parametrize(("year", "objective"), [(2028, 310.0), (2029, 405.0)])
def test_committed_opens_in_its_year(solve: Callable[[Case], Answer], year: int, objective: float) -> None:
    """
    Proves: a committed project opens in its year though another would be better: in 2029 the plan costs 405.
    If it were treated as a candidate: 310 in both.
    """
    expect(solve(two_node_case(status="committed", committed_opening=year)), objective, {("P", year): 1})


def test_capital_spent_before_the_horizon_is_sunk(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: a committed opening in 2027 after two years' work pays 30 in 2026; the 30 of 2025 count nowhere.
    Served 10 + 45 = 55, unserved 5 x 20 = 100, capital 30: 185.
    If all capital counted: 215.
    """
    expect(solve(two_node_case(status="committed", committed_opening=2027)), 185.0, {("P", 2027): 1})


@pytest.mark.parametrize("status", ["baseline", "excluded"])
def test_finished_and_excluded_projects_are_no_choice(solve: Callable[[Case], Answer], status: str) -> None:
    """
    Proves: finished and excluded projects are never built and add nothing: 40 + 400 = 440.
    If the status were ignored: 310.
    """
    expect(solve(two_node_case(status=status)), 440.0, {})


# Envelopes --------------------------------------------------------------------------------------------------------

WHOLE = (2026, 2029)


@pytest.mark.parametrize(
    ("budgets", "objective", "openings"),
    [
        # No limit: both at once, 4 x 10 served + 80.
        ([], 120.0, {("P1", 2026): 1, ("P2", 2026): 1}),
        # 20 a year never pay for 40: 40 x 20.
        ([budget("E", WHOLE, 20.0)], 800.0, {}),
        # Cumulative 20, 40, 60, 80: one in 2027, one in 2029. Served 0 + 5 + 5 + 10 = 20, unserved 20 x 20, capital 80.
        ([budget("E", WHOLE, 20.0, carry_over=True)], 500.0, None),
        # 80 once for all years: as without limit.
        ([budget("E", WHOLE, 80.0, amount_per="window")], 120.0, {("P1", 2026): 1, ("P2", 2026): 1}),
        # 79 once: one of them, at once. Served 20, unserved 20 x 20, capital 40.
        ([budget("E", WHOLE, 79.0, amount_per="window")], 460.0, None),
        # 40 in 2026-2027, 40 in 2028-2029: one each. Served 5 + 5 + 10 + 10, unserved 10 x 20, capital 80.
        (
            [
                budget("E", (2026, 2027), 40.0, amount_per="window"),
                budget("E", (2028, 2029), 40.0, amount_per="window"),
            ],
            310.0,
            None,
        ),
        # 30, then 50 more with what is left: both in 2027. Served 0 + 30, unserved 10 x 20, capital 80.
        (
            [
                budget("E", (2026, 2026), 30.0, amount_per="window", carry_over=True),
                budget("E", (2027, 2029), 50.0, amount_per="window", carry_over=True),
            ],
            310.0,
            {("P1", 2027): 1, ("P2", 2027): 1},
        ),
        # The same without carry-over: 30 pay for nothing, 50 for one. Served 15, unserved 25 x 20, capital 40.
        (
            [
                budget("E", (2026, 2026), 30.0, amount_per="window"),
                budget("E", (2027, 2029), 50.0, amount_per="window"),
            ],
            555.0,
            None,
        ),
        # Money of 2026 alone is limited: both wait for 2027.
        ([budget("E", (2026, 2026), 20.0)], 310.0, {("P1", 2027): 1, ("P2", 2027): 1}),
        # 20 a year, unspent since 2025 (before the horizon): 40, 60, 80: one in 2026, one in 2028.
        ([budget("E", (2025, 2029), 20.0, carry_over=True)], 310.0, None),
        # A window that reaches past the horizon limits its years within it.
        ([budget("E", (2026, 2035), 20.0)], 800.0, {}),
        # Only P2 stands in AZ, only P1 has the tag 'first', only P2 is a port; the Bank pays half of P1 (20).
        ([budget("E", WHOLE, 39.0, scope_kind="country", scope="AZ")], 460.0, {("P1", 2026): 1}),
        ([budget("E", WHOLE, 39.0, scope_kind="tag", scope="first")], 460.0, {("P2", 2026): 1}),
        ([budget("E", WHOLE, 39.0, scope_kind="class", scope="port")], 460.0, {("P1", 2026): 1}),
        ([budget("E", WHOLE, 20.0, scope_kind="funder", scope="Bank")], 120.0, {("P1", 2026): 1, ("P2", 2026): 1}),
        ([budget("E", WHOLE, 19.0, scope_kind="funder", scope="Bank")], 460.0, {("P2", 2026): 1}),
        # An envelope that counts no project at all.
        ([budget("E", WHOLE, 0.0, scope_kind="country", scope="GE")], 120.0, {("P1", 2026): 1, ("P2", 2026): 1}),
    ],
)
def test_envelopes(
    solve: Callable[[Case], Answer], budgets: list[Any], objective: float, openings: Openings | None
) -> None:
    """
    Proves: each reading of a Budgets row: per year or once, with and without carry-over, years outside, each scope.
    10 kTEU wait on a link without room; P1 and P2 let 5 through each and cost 40 each, paid when they open.
    If envelopes were ignored: 120 throughout; if carry-over were: 800 instead of 500.
    """
    expect(solve(budget_case(*budgets)), objective, openings)


# Project rules ----------------------------------------------------------------------------------------------------


def wide(key: str = "P", capex: float = 30.0, **more: Any) -> Any:
    """A project that lets all 10 kTEU through when it has the effect `ALL`."""
    return project(key, capex, **more)


ALL = effect("P", "AB", 10.0)


def test_requires_with_lag(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: P may open only a year after Q. Q in 2026, P in 2027: unserved 10 x 20 = 200, served 20, capital 55: 275.
    If the rule were ignored: 30 + 30 = 60; if only the lag were: 85.
    """
    case = rules_case([wide(), project("Q", 25.0)], [ALL], rule("R", "P requires Q", lag_years=1))
    expect(solve(case), 275.0, {("Q", 2026): 1, ("P", 2027): 1})


def test_requires_without_lag(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: without lag both may open in the same period: 30 + 55 = 85.
    If the rule were ignored: 60; if a period always had to lie between: 275.
    """
    case = rules_case([wide(), project("Q", 25.0)], [ALL], rule("R", "P requires Q"))
    expect(solve(case), 85.0, {("Q", 2026): 1, ("P", 2026): 1})


def test_one_module_of_the_other_is_enough(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: three modules of P need one module of Q, not three. P adds 4 each: 3 x 10 + 25 + served 30 = 85.
    If modules were matched one by one: 3 x 10 + 3 x 25 + 30 = 135.
    """
    case = rules_case(
        [wide(capex=10.0, maximum_modules=3), project("Q", 25.0, maximum_modules=3)],
        [effect("P", "AB", 4.0)],
        rule("R", "P requires Q"),
    )
    expect(solve(case), 85.0, {("P", 2026): 3, ("Q", 2026): 1})


@pytest.mark.parametrize(("status", "objective"), [("baseline", 60.0), ("excluded", 600.0)])
def test_requires_of_a_finished_and_of_an_excluded_project(
    solve: Callable[[Case], Answer], status: str, objective: float
) -> None:
    """
    Proves: a finished project counts as always in service (30 + 30 = 60), an excluded one never (30 x 20 = 600).
    If statuses were not looked at: both the same.
    """
    case = rules_case([wide(), project("Q", 25.0, status=status)], [ALL], rule("R", "P requires Q", lag_years=1))
    expect(solve(case), objective)


def test_excludes(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: of P1 (adds 6 for 10) and P2 (adds 6 for 12) one is built: a year 6 + 4 x 20 = 86, three years 258, + 10.
    If it were ignored: 30 + 22 = 52.
    """
    case = rules_case(
        [project("P1", 10.0), project("P2", 12.0)],
        [effect("P1", "AB", 6.0), effect("P2", "AB", 6.0)],
        rule("R", "P1 excludes P2"),
    )
    expect(solve(case), 268.0, {("P1", 2026): 1})


def test_excludes_holds_over_the_whole_horizon(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: P1 at once shuts out P2 for ever, though P2 cannot open before 2028.
    P1 alone: 86 x 3 + 10 = 268; P2 alone: 200 + 200 + 86 + 12 = 498.
    If only the same period counted, or ignored: 86 + 86 + 10 + 10 + 12 = 204.
    """
    case = rules_case(
        [project("P1", 10.0), project("P2", 12.0, earliest_opening=2028)],
        [effect("P1", "AB", 6.0), effect("P2", "AB", 6.0)],
        rule("R", "P1 excludes P2"),
    )
    expect(solve(case), 268.0, {("P1", 2026): 1})


def test_together(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: P waits for Q, which cannot open before 2028: unserved 20 x 20 = 400, served 10, capital 130: 540.
    If it were ignored: 60.
    """
    case = rules_case([wide(), project("Q", 100.0, earliest_opening=2028)], [ALL], rule("R", "P together Q"))
    expect(solve(case), 540.0, {("P", 2028): 1, ("Q", 2028): 1})


def test_together_asks_for_the_period_not_for_the_number(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: one module of P (adds 4 for 30) may open together with two of Q (adds 3 for 10 each): 30 + 20 + 30 = 80.
    If as many modules had to open: 4 + 3 served a year, 7 x 3 + 3 x 3 x 20 + 40 = 241.
    """
    case = rules_case(
        [wide(), project("Q", 10.0, maximum_modules=2)],
        [effect("P", "AB", 4.0), effect("Q", "AB", 3.0)],
        rule("R", "P together Q"),
    )
    expect(solve(case), 80.0, {("P", 2026): 1, ("Q", 2026): 2})


# Directions, nodes, money -----------------------------------------------------------------------------------------


def test_capacity_of_each_direction(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: 10 each way carry 8 there and 8 back: 16, and nothing is built.
    If the directions shared it: 66.
    """
    expect(solve(direction_case("each")), 16.0, {})


def test_capacity_shared_by_both_directions(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: 10 together carry 16 only with P (6 for 50): 16 + 50 = 66; without it 10 + 6 x 20 = 130.
    If each direction had it: 16.
    """
    expect(solve(direction_case("both")), 66.0, {("P", 2026): 1})


def test_gauge_transfer(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: a unit that changes gauge pays 1 + 1 + 0.5 and two days at 0.1 = 2.7, and uses the facility; one that
    passes pays 2 and does not. With P 8 x 2.7 + 15; without it 5 x 2.7 + 3 x 10 (road) = 43.5. Passing 4 x 2 = 8.
    21.6 + 15 + 8 = 44.6.
    If gauges were ignored: 8 x 2 + 8 = 24; if passing counted as handling: 59.2 (next test).
    """
    expect(solve(gauge_case()), 44.6, {("P", 2026): 1})


def test_throughput_counts_what_passes(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: with 'throughput' the 4 that pass take room too: 10 with P leave 6 for those that change. 4 x 2 + 6 x 2.7
    + 2 x 10 (road) + 15 = 59.2; without P: 4 x 2 + 1 x 2.7 + 7 x 10 = 80.7.
    If it were read as 'handling': 44.6.
    """
    expect(solve(gauge_case(capacity_counts="throughput")), 59.2, {("P", 2026): 1})


def test_no_transfer_where_it_is_not_allowed(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: without transfer all 8 take the road: 80 + 8 = 88.
    If the flag were ignored: 44.6.
    """
    expect(solve(gauge_case(transfer_allowed=False)), 88.0, {})


def test_money_over_periods_of_several_years(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: discounting by calendar year at 10 % from 2026, over periods of two and three years. P opens in 2028:
    capital 50 + 50/1.1 = 95.454545; unserved 200 + 200/1.1 = 381.818182; served and upkeep (10 + 3) x (1.1^-2 + 1.1^-3
    + 1.1^-4 = 2.260775) = 29.390069; salvage 100 x (10 - 3)/10 = 70 in 2031, 70 x 1.1^-5 = 43.464493.
    95.454545 + 381.818182 + 29.390069 - 43.464493 = 463.198304.
    If a period counted as one year: 200 + 10/1.21 + … = other; without salvage 506.66.
    """
    expect(solve(money_case()), 463.1983036429454, {("P", 2028): 1})


def test_corridor_of_three(solve: Callable[[Case], Answer]) -> None:
    """
    Proves: all terms at once, as written out in tests/plan/hand_plan.py: 39.8625 + 58.9125/1.05 + 46.4125/1.1025
    - 9.7/1.157625 = 129.687924 (the track's sunk half earns no salvage, 4.2 less than before). Of the budget, 8 a year
    with carry-over, the track takes 4.5: one berth in 2028.
    If bulk did not use boxes on the ship: nothing would have to go by road, and no berth be built.
    """
    objective = 39.8625 + 58.9125 / 1.05 + 46.4125 / 1.1025 - 9.7 / 1.157625
    expect(solve(corridor_of_three()), objective, {("track", 2027): 1, ("berth", 2028): 1})
