"""Buying whole ships: delivery, price, limits, envelopes, ships that come with projects (issue 3, item 1).

One ship takes 2.5 kTEU a year in each direction. A unit carried costs 1, one left behind 20.
"""

from __future__ import annotations

import pytest

from tests.formulation.solving import cost_of, near, openings, solve, solve_unverified, terms, without
from tests.formulation.test_fleets import crossing
from tests.minis import Record, budget, demand, project

BUYABLE: Record = {"purchase_cost": 6.0, "maximum_purchases": 5, "delivery_years": 1, "yearly_cost": 0.5}


def test_whole_ships_are_bought_and_delivered() -> None:
    """
    Proves: 4 kTEU a year want 1.6 ships, so 2 are bought: paid for in 2026, they sail in 2027 and 2028. 2026: 4 x 20 =
    80; then 2 x 4 x 1 = 8; ships 2 x 6 = 12; crews 2 x 0.5 x 2 years = 2: 102.
    If parts of ships were bought: 1.6 x 6 + 1.6 x 0.5 x 2 = 11.2 and 99.2. If delivery took no time: 12 + 12 + 3 = 27.
    If it were ignored (family fleet off): nothing bought, 3 x 4 = 12.
    """
    case = crossing([demand("D", "A-B", 4.0)], BUYABLE, years=(2026, 2027, 2028))
    plan = solve(case)
    assert plan.outcome.objective == near(102.0)
    assert openings(plan) == {("buy feeder", 2027): 2}
    assert plan.tables["spending"][["year", "amount"]].to_numpy().tolist() == [[2026, near(12.0)]]
    assert terms(plan) == {
        "capital": near(12.0), "upkeep": near(2.0), "transport": near(8.0), "unserved": near(80.0)
    }  # fmt: skip
    assert plan.tables["fleets"]["added"].tolist() == [0, 2, 2]
    off = solve(without(case, "fleet"))
    assert off.outcome.objective == near(12.0)
    assert openings(off) == {}


def test_a_dear_second_ship_is_not_bought() -> None:
    """
    Proves: at 60 a ship the first saves 2.5 x 19 x 2 years = 95 for 60 + 1, the second would save 1.5 x 19 x 2 = 57 for
    61. 2026: 80; 2027-28: 2 x (2.5 + 1.5 x 20) = 65; one ship 60 + 1: 206.
    If parts of ships were bought: 1.6 of them for 97.6, 80 + 8 + 97.6 = 185.6.
    """
    plan = solve(crossing([demand("D", "A-B", 4.0)], {**BUYABLE, "purchase_cost": 60.0}, years=(2026, 2027, 2028)))
    assert plan.outcome.objective == near(206.0)
    assert openings(plan) == {("buy feeder", 2027): 1}


@pytest.mark.parametrize(
    ("figures", "expected", "opens"),
    [
        # 2026-27: 160; 2028: 4; 2 ships 12; crews 1
        ({"earliest_delivery": 2028}, 177.0, {("buy feeder", 2028): 2}),
        # delivered in two years, half paid in each: the same money and dates
        ({"delivery_years": 2}, 177.0, {("buy feeder", 2028): 2}),
        # one ship at most: 80 + 2 x (2.5 + 30) + 6 + 1
        ({"maximum_purchases": 1}, 152.0, {("buy feeder", 2027): 1}),
        # nothing to buy: 3 x 80
        ({"purchase_cost": None}, 240.0, {}),
    ],
)
def test_purchases_keep_their_limits(figures: Record, expected: float, opens: dict[tuple[str, int], int]) -> None:
    """
    Proves: earliest delivery, delivery time, most purchases and a blank price each hold (arithmetic beside the
    figures).
    If they were ignored: 102, as in the test above.
    """
    plan = solve_unverified(crossing([demand("D", "A-B", 4.0)], {**BUYABLE, **figures}, years=(2026, 2027, 2028)))
    assert plan.outcome.objective == near(expected)
    assert openings(plan) == opens


def test_projects_add_ships() -> None:
    """
    Proves: a project whose module adds 2 ships for 10 carries 4 kTEU: 4 + 10 = 14; assigned 2.
    If its ships were ignored: 4 x 20 = 80.
    """
    case = crossing(
        [demand("D", "A-B", 4.0)],
        {},
        Projects=[project("fleet", 10.0)],
        ProjectEffects=[{"project": "fleet", "asset_kind": "fleet", "asset": "feeder", "added_vessels": 2}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(14.0)
    assert plan.tables["fleets"][["added", "assigned"]].to_numpy().tolist() == [[2, 2]]


@pytest.mark.parametrize(
    "scope",
    [{"scope_kind": "class", "scope": "vessels"}, {"scope_kind": "country", "scope": "KZ"}, {"scope_kind": "all"}]
    + [{"scope_kind": "tag", "scope": "fleet"}],
)
def test_envelopes_count_ships(scope: Record) -> None:
    """
    Proves: 6 a year buy one ship a year: 2026: 80; 2027: 2.5 + 1.5 x 20 = 32.5; 2028: 4; two ships 12: 128.5.
    If purchases were outside the envelopes: both bought in 2026: 80 + 8 + 12 = 100.
    """
    case = crossing(
        [demand("D", "A-B", 4.0)],
        {**BUYABLE, "yearly_cost": 0.0, "tags": "fleet"},
        years=(2026, 2027, 2028),
        Budgets=[budget("ships", (2026, 2028), 6.0, **{str(key): value for key, value in scope.items()})],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(128.5)
    assert openings(plan) == {("buy feeder", 2027): 1, ("buy feeder", 2028): 1}
    if scope["scope_kind"] == "all":
        assert cost_of(without(case, "envelopes")) == near(100.0)
