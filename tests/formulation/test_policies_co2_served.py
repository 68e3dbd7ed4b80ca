"""Policies: CO2 caps and budgets, served shares, and what is said when none can hold (issue 3, item 6)."""

from __future__ import annotations

from typing import Any

from model.case.case import Case
from tests.formulation.solving import cost_of, near, policy, refusal, solve, unserved, without
from tests.minis import Record, demand, link, make_case, node, periods

# CO2 --------------------------------------------------------------------------------------------------------------


def emitting(*policies: Record, amount: Any = 10.0, years: Any = (2026,), **more: Any) -> Case:
    """A-B by road at 1 with 0.05 kt CO2 a kt (100 km x 500 g), 0.5 a kTEU; by rail at 2 with none."""
    return make_case(
        "emitting",
        "AB",
        [link("road", "A-B", carrier="road", co2_g_per_tkm=500.0), link("rail", "A-B", container_cost=2.0)],
        [demand("D", "A-B", amount)],
        years=years,
        Policies=list(policies),
        **more,
    )


def test_co2_per_year_is_capped() -> None:
    """Proves: 2 kt a year allow 4 kTEU by road: 4 + 6 x 2 = 16. If it were ignored (family policies off): 10."""
    case = emitting(policy("climate", "co2", "<=", 2.0))
    plan = solve(case)
    assert plan.outcome.objective == near(16.0)
    assert plan.tables["emissions"]["co2_kt"].tolist() == [near(2.0)]
    assert cost_of(without(case, "policies")) == near(10.0)


def test_a_budget_of_a_window_is_spent_when_it_helps_most() -> None:
    """
    Proves: 2 kTEU in 2026 and 10 in 2027. 2 kt each year: 2 + (4 + 6 x 2) = 18. One budget of 4 kt for both years: 8 by
    road, 4 by rail: 8 + 8 = 16.
    If the budget were taken per year: 4 kt would do for 2 + (8 + 2 x 2) = 14.
    """
    growth = {2026: 2.0, 2027: 10.0}
    assert cost_of(emitting(policy("climate", "co2", "<=", 2.0), amount=growth, years=(2026, 2027))) == near(18.0)
    window = policy("climate", "co2", "<=", 4.0, value_per="window")
    plan = solve(emitting(window, amount=growth, years=(2026, 2027)))
    assert plan.outcome.objective == near(16.0)
    assert plan.tables["emissions"]["co2_kt"].sum() == near(4.0)


def test_a_budget_is_shared_out_over_seasons_and_years() -> None:
    """
    Proves: 4 kt over two years of two halves, all cargo in summer: 2 kTEU in 2026 and 10 in 2027, 8 of the 12 by road:
    8 + 8 = 16.
    If the budget were cut by season or year: 2 + 1 kt or so by road, above 16.
    """
    window = policy("climate", "co2", "<=", 4.0, value_per="window")
    halves = [
        {"season": "summer", "share_of_year": 0.5, "demand_share": 1.0},
        {"season": "winter", "share_of_year": 0.5, "demand_share": 0.0},
    ]
    case = emitting(window, amount={2026: 2.0, 2027: 10.0}, years=(2026, 2027), Seasons=halves)
    assert cost_of(case) == near(16.0)


def test_a_budget_counts_every_year_of_a_long_period() -> None:
    """
    Proves: 6 kt over one period of three years are 2 a year: 3 x 16 = 48.
    If the period counted once: 3 x 10 = 30 (5 kt fit in 6).
    """
    window = policy("climate", "co2", "<=", 6.0, value_per="window")
    assert cost_of(emitting(window, years=periods(2026, last_year=2028))) == near(48.0)


def test_ship_fuel_counts_in_the_cap() -> None:
    """
    Proves: a ship burns 20 t x 0.003 = 0.06 kt a trip of 0.25 kTEU; under 0.6 kt it makes 10 trips for 2.5 kTEU at 1,
    and the other 2.5 go by rail at 2: 7.5.
    If fuel did not count: 5 by ship for 5.
    """
    case = make_case(
        "ship",
        "AB",
        [link("sea", "A-B", carrier="container ship"), link("rail", "A-B", container_cost=2.0)],
        [demand("D", "A-B", 5.0)],
        years=(2026,),
        settings={"fuel_co2": 0.003},
        Vessels=[{"vessel": "feeder", "country": "KZ", "existing": 9, "payload_kteu": 0.25, "payload_kt": 100.0}],
        Services=[{"service": "line", "link": "sea", "vessel": "feeder", "round_trip_days": 35.0, "fuel_t": 20.0}],
        Policies=[policy("climate", "co2", "<=", 0.6)],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(7.5)
    assert plan.tables["policy_levels"]["counted"].tolist() == [near(0.6)]
    assert cost_of(without(case, "policies")) == near(5.0)


# Served shares ----------------------------------------------------------------------------------------------------


def supply(*policies: Record) -> Case:
    """One link of 6 kTEU for 5 kTEU to DE at 1 and 5 to KZ at 2."""
    return make_case(
        "supply",
        [node("A", country="CN"), node("H", country="UZ"), node("B", country="DE"), node("K", country="KZ")],
        [link("AH", "A-H", capacity_kteu=6.0, container_cost=0.5), link("HB", "H-B", container_cost=0.5)]
        + [link("HK", "H-K", container_cost=1.5)],
        [demand("DE", "A-B", 5.0), demand("KZ", "A-K", 5.0)],
        years=(2026,),
        Policies=list(policies),
    )


def test_a_country_is_served() -> None:
    """
    Proves: 6 kTEU of room go to DE first (5 + 1 x 2 + 4 x 20 = 87). With at least 60 % of KZ's 5 served: 3 + 3 x 2 + 4
    x 20 = 89.
    If it were ignored (family policies off): 87.
    """
    case = supply(policy("KZ supply", "served share", ">=", 0.6, country="KZ"))
    plan = solve(case)
    assert plan.outcome.objective == near(89.0)
    assert unserved(plan) == {"DE": near(2.0), "KZ": near(2.0)}
    assert cost_of(without(case, "policies")) == near(87.0)


def test_a_served_share_can_be_a_ceiling() -> None:
    """Proves: at most 40 % of DE's 5 served: 2 + 4 x 2 + 4 x 20 = 90. If the sense were ignored: 87."""
    assert cost_of(supply(policy("DE supply", "served share", "<=", 0.4, country="DE"))) == near(90.0)


def test_a_promise_beyond_the_room_is_said_in_words() -> None:
    """
    Proves: 90 % of both demands, 9 kTEU = 90 kt, do not fit 6: no plan, 30 kt short, and the policy is named.
    If the breach price were a cost like others: a plan.
    """
    message = refusal(supply(policy("promise", "served share", ">=", 0.9)))
    assert message.startswith("No plan can keep all policies")
    assert "promise in 2026 (short by 30)" in message


def test_two_policies_against_each_other_are_said_in_words() -> None:
    """
    Proves: at least 60 % of 10 kTEU served and at most 5 kTEU on the only link out: no plan.
    If either were dropped: a plan.
    """
    case = supply(
        policy("promise", "served share", ">=", 0.6),
        policy("ceiling", "link flow", "<=", 5.0, links="AH", measure="kTEU"),
    )
    assert "No plan can keep all policies" in refusal(case)
