"""Money: spending profiles, envelopes, carry-over, co-financing (issue 3, item 8).

A-B has no room for the 10 kTEU a year until projects add 10. A unit carried costs 1, one left behind 20: a year without
room costs 200, one with it 10.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from model.case.checks.commitments import Spending
from model.case.joint import share_of
from model.features.envelopes.recount import _part_of
from model.features.envelopes.room_left import share_counted
from tests.formulation.solving import Openings, cost_of, near, openings, solve, solve_unverified, without
from tests.minis import Record, budget, project, shut_case

# Spending profiles against envelopes ------------------------------------------------------------------------------

FOUR_YEARS = (2026, 2027, 2028, 2029)


@pytest.mark.parametrize(
    ("profile", "yearly", "paid"),
    [
        # 20, 50 and 30 of 100
        ("20; 50; 30", 50.0, [20.0, 50.0, 30.0]),
        ("20; 50; 30", 49.9, None),
        # blank: equal parts, 33.33 a year
        (None, 33.4, [100 / 3] * 3),
        (None, 33.3, None),
        # percentages need not add up to 100: 1 : 3 : 1
        ("1;3;1", 60.0, [20.0, 60.0, 20.0]),
    ],
)
def test_profiles_meet_yearly_envelopes(profile: str | None, yearly: float, paid: list[float] | None) -> None:
    """
    Proves: 100 over three years are paid as the profile says, and the envelope sees each year's part (None: not built).
    Built: 3 x 200 + 10 + 100 = 710; not built: 800.
    If the profile were ignored: 33.33 a year in every row.
    """
    case = shut_case(
        [project("P", 100.0, construction_years=3, spending_profile=profile)],
        FOUR_YEARS,
        Budgets=[budget("all", (2026, 2029), yearly)],
    )
    plan = solve_unverified(case)
    assert plan.outcome.objective == near(710.0 if paid else 800.0)
    assert plan.tables["spending"]["amount"].tolist() == [near(part) for part in paid or []]
    if yearly == 49.9:
        assert cost_of(without(case, "envelopes")) == near(710.0)


# Envelopes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "opens", "expected"),
    [
        # 4 a year never reach 10
        ([budget("all", (2026, 2029), 4.0)], {}, 800.0),
        # carried over: 4, 8, 12 >= 10 in 2028: 400 + 20 + 10
        ([budget("all", (2026, 2029), 4.0, carry_over=True)], {("P", 2028): 1}, 430.0),
        # windows of 6 and 6 carried over: 12 >= 10 from the second on, 2028
        (
            [
                budget("all", (2026, 2027), 6.0, amount_per="window", carry_over=True),
                budget("all", (2028, 2029), 6.0, amount_per="window", carry_over=True),
            ],
            {("P", 2028): 1},
            430.0,
        ),
        # the same without carry-over
        (
            [
                budget("all", (2026, 2027), 6.0, amount_per="window"),
                budget("all", (2028, 2029), 6.0, amount_per="window"),
            ],
            {},
            800.0,
        ),
        # one window of 12
        ([budget("all", (2026, 2029), 12.0, amount_per="window")], {("P", 2026): 1}, 50.0),
        # outside all windows there is no limit: 2027
        ([budget("all", (2026, 2026), 4.0)], {("P", 2027): 1}, 240.0),
    ],
)
def test_windows_and_carry_over(rows: list[Record], opens: Openings, expected: float) -> None:
    """
    Proves: what may be spent when (arithmetic beside the figures) for a project of 10, open and paid in one year; each
    year open is 10, each other year 200.
    If envelopes were ignored (family off): 40 + 10 = 50.
    """
    case = shut_case([project("P", 10.0)], FOUR_YEARS, Budgets=rows)
    plan = solve_unverified(case)
    assert openings(plan) == opens
    assert plan.outcome.objective == near(expected)
    if not opens:
        assert cost_of(without(case, "envelopes")) == near(50.0)


def test_money_carried_over_is_spent_once() -> None:
    """
    Proves: 4 a year with carry-over buy one module of 10 in 2028 and, with 2 left, none in 2029: for 20 kTEU a year
    400 + 400 + 2 x (10 + 200) + 10 = 1230. If the limit of 2029 were 16 anew: a second one for 10.
    """
    case = shut_case(
        [project("P", 10.0, maximum_modules=2)],
        FOUR_YEARS,
        amount=20.0,
        Budgets=[budget("all", (2026, 2029), 4.0, carry_over=True)],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(1230.0)
    rows = plan.tables["envelopes"][["first_year", "last_year", "amount", "spent"]].to_numpy().tolist()
    assert rows == [[2026, 2026, 4, 0], [2026, 2027, 8, 0], [2026, 2028, 12, 10], [2026, 2029, 16, 10]]


def test_unspent_money_does_not_flow_back() -> None:
    """
    Proves: what comes later cannot be spent before: 1 a year and then 20 in 2028: 2028.
    If only the sum of all windows held: 2026.
    """
    rows = [budget("all", (2026, 2027), 1.0, carry_over=True), budget("all", (2028, 2028), 20.0, carry_over=True)]
    assert openings(solve(shut_case([project("P", 10.0)], Budgets=rows))) == {("P", 2028): 1}


@pytest.mark.parametrize(
    ("scope_kind", "scope", "amount", "built"),
    [
        # the Bank pays 60 % of 10
        ("funder", "Bank", 6.0, True),
        ("funder", "Bank", 5.9, False),
        # the rest is the state's
        ("funder", "State", 3.9, False),
        # a funder who pays nothing limits nothing
        ("funder", "Nobody", 0.0, True),
        # the country's envelope sees all of it, whoever pays
        ("country", "KZ", 9.9, False),
        ("country", "AZ", 0.0, True),
        ("class", "rail", 9.9, False),
        ("tag", "Caspian", 9.9, False),
        ("tag", "Black Sea", 0.0, True),
    ],
)
def test_co_financing_and_scopes(scope_kind: str, scope: str, amount: float, built: bool) -> None:
    """
    Proves: a funder's envelope counts the funded share, others the whole capital of the projects in scope. Built: 10 +
    10 = 20, not built: 200.
    If shares were ignored, 6 from the Bank would not do; if scopes were, 0 for AZ would bar it.
    """
    case = shut_case(
        [project("P", 10.0, tags="Caspian")],
        (2026,),
        Funding=[{"project": "P", "funder": "Bank", "share": 0.6}, {"project": "P", "funder": "State", "share": 0.4}],
        Budgets=[budget("E", (2026, 2026), amount, scope_kind=scope_kind, scope=scope)],
    )
    plan = solve_unverified(case)
    assert plan.outcome.objective == near(20.0 if built else 200.0)
    share = {"Bank": 0.6, "State": 0.4, "Nobody": 0.0, "AZ": 0.0, "Black Sea": 0.0}.get(scope, 1.0)
    assert plan.tables["envelopes"]["spent"].tolist() == [near(10.0 * share if built else 0.0)]


@pytest.mark.parametrize(
    ("of", "scope", "share"),
    [
        ("KZ/AZ", "KZ", 0.5),
        ("KZ / AZ", "AZ", 0.5),
        ("KZ/AZ/TM", "TM", 1 / 3),
        ("KZ/AZ", "KZ/AZ", 1.0),
        ("KZ/AZ", "GE", 0.0),
        ("all", "KZ", 0.0),
    ],
)
def test_works_of_several_countries_are_paid_in_equal_shares(of: str, scope: str, share: float) -> None:
    """
    Proves: of a project of 10 of several countries, a country's envelope holds its equal share: just enough money
    builds it (20), a little less does not (200). The check, the sheet's table and the room that a reason tells (the
    verifier recounts for itself) know the same share.
    If such a project were in no country's envelope: a country would plan more than it may pay, and Budget and
    Countries would not agree.
    """
    for less in (0.0, 0.1) if share else (0.0,):
        case = shut_case(
            [project("P", 10.0, country=of)],
            (2026,),
            Budgets=[budget("E", (2026, 2026), 10.0 * share - less, scope_kind="country", scope=scope)],
        )
        plan = solve_unverified(case)
        assert plan.outcome.objective == near(200.0 if less else 20.0)
        assert plan.tables["envelopes"]["spent"].tolist() == [near(0.0 if less else 10.0 * share)]
    assert Spending("P", of, "rail", (), {}).weight(cast(Any, None), "country", scope) == near(share)
    facts = cast(Any, SimpleNamespace(project_rows={"P": SimpleNamespace(country=of)}))
    assert share_counted(facts, "P", "country", scope) == near(share)


def test_every_envelope_must_hold() -> None:
    """
    Proves: of two projects of 10 for 20 kTEU the Bank's 8 pay half of P or 80 % of Q, not both (5 + 8 = 13): one of
    them, 10 + 200 + 10 = 220; with 13 both: 20 + 20 = 40.
    If shares of several projects were not added up: both.
    """
    shares = [{"project": "P", "funder": "Bank", "share": 0.5}, {"project": "Q", "funder": "Bank", "share": 0.8}]
    for amount, expected in ((8.0, 220.0), (13.0, 40.0)):
        case = shut_case(
            [project("P", 10.0), project("Q", 10.0)],
            (2026,),
            amount=20.0,
            Funding=shares,
            Budgets=[budget("E", (2026, 2026), amount, scope_kind="funder", scope="Bank")],
        )
        assert cost_of(case) == near(expected)


@pytest.mark.parametrize(
    ("cell", "country", "share"),
    [
        ("KZ", "KZ", 1.0), ("KZ", "UZ", 0.0), ("KZ/UZ", "KZ", 0.5), ("KZ / UZ", "UZ", 0.5), ("KZ/", "KZ", 1.0),
        ("UZ/KZ", "KZ/UZ", 1.0), ("KZ/UZ/AZ", "AZ", 1 / 3), ("all", "KZ", 0.0), ("KZ/UZ", None, 0.0),
    ],
)  # fmt: skip
def test_the_share_of_a_country_is_one_figure(cell: str, country: str | None, share: float) -> None:
    """Proves, by hand: blanks and the order of countries in a cell make no difference, and model and verifier, which
    have no code in common, read the same share. If it were ignored: a work of “KZ/” would be in no envelope, and could
    be built for nobody's money."""
    assert share_of(cell, country) == pytest.approx(share)
    assert _part_of(country, cell) == pytest.approx(share)
