"""Sizes, phases and caution: later modules cheaper or dearer, effects in part, optimism adjustment (issue 3, item 7).

A-B has no room for the 10 kTEU a year until projects add it. A unit carried costs 1, one left behind 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import Openings, cost_of, near, openings, solve, solve_unverified, terms, without
from tests.minis import Record, budget, demand, effect, link, make_case, project, shut_case


def shut(projects: Sequence[Record], effects: Sequence[Record], amount: float = 10.0, **more: Any) -> Case:
    """A-B without room, in 2026 unless told otherwise."""
    return shut_case(projects, **({"years": (2026,), "ProjectEffects": list(effects), "amount": amount} | more))


# Later modules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "later", "expected", "modules"),
    [
        # 10 + 2 x 4 + 10 units
        (10.0, 4.0, 28.0, 3),
        # dearer: 4 + 2 x 10 + 10
        (4.0, 10.0, 34.0, 3),
        # the third module would save 2 x 19 = 38 for 39: 2 modules, 4 + 39 + 8 + 2 x 20
        (4.0, 39.0, 91.0, 2),
        # the first alone would save 4 x 19 = 76 for 100, but opens the way to cheap ones: 100 + 2 x 4 + 10
        (100.0, 4.0, 118.0, 3),
        # blank: as the first
        (10.0, None, 40.0, 3),
    ],
)
def test_later_modules_have_their_own_price(first: float, later: float | None, expected: float, modules: int) -> None:
    """
    Proves: of modules of 4 kTEU for 10 kTEU the first costs capex and the others later_module_capex, cheaper or dearer
    (arithmetic beside the figures).
    If the later price were ignored: 10 + 3 x first (or less).
    """
    case = shut([project("P", first, maximum_modules=3, later_module_capex=later)], [effect("P", "AB", 4.0)])
    plan = solve_unverified(case)
    assert plan.outcome.objective == near(expected)
    assert openings(plan) == {("P", 2026): modules}


def test_the_first_module_is_first_in_time_too() -> None:
    """
    Proves: 10 a year to spend: the first module for 10 in 2026, the two later ones for 4 each in 2027: 4 + 6 x 20 =
    124, then 2 x 10 units, capital 18: 162; the table says 10 and 8.
    If every year's first module were taken for the first: 2027 would pay 14 > 10 and the third module come in 2028.
    """
    case = shut(
        [project("P", 10.0, maximum_modules=3, later_module_capex=4.0)],
        [effect("P", "AB", 4.0)],
        years=(2026, 2027, 2028),
        Budgets=[budget("all", (2026, 2028), 10.0)],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(162.0)
    assert openings(plan) == {("P", 2026): 1, ("P", 2027): 2}
    assert plan.tables["investments"]["capex"].tolist() == [near(10.0), near(8.0)]
    assert plan.tables["spending"]["amount"].tolist() == [near(10.0), near(8.0)]


def test_dear_later_modules_are_not_passed_off_as_first_ones() -> None:
    """
    Proves: with the first at 4 and later ones at 10, two modules opened in two years still cost 4 + 10: 2 years of 8
    units and 14: 8 kTEU a year, envelope 10 a year: 2026 4 + 4 x 20 = 84, 2027 8: 106.
    If each opening began anew: 4 + 4.
    """
    case = shut(
        [project("P", 4.0, maximum_modules=2, later_module_capex=10.0)],
        [effect("P", "AB", 4.0)],
        8.0,
        years=(2026, 2027),
        Budgets=[budget("all", (2026, 2027), 10.0)],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(106.0)
    assert plan.tables["spending"]["amount"].tolist() == [near(4.0), near(10.0)]


# Effects in part --------------------------------------------------------------------------------------------------

P_AND_Q = [project("P", 5.0), project("Q", 5.0)]


def partial(added: float, share: float, other: str = "Q") -> Record:
    """Effect of P, of which a share works without another project."""
    return {**effect("P", "AB", added), "partial_without": other, "partial_share": share}


@pytest.mark.parametrize(
    ("share", "capex_of_q", "expected", "opens"),
    [
        # Q sets 6 of the 10 free, 6 x 19 = 114 for 5: 10 + 10
        (0.4, 5.0, 20.0, {("P", 2026): 1, ("Q", 2026): 1}),
        # too dear: P alone, 4 + 6 x 20 + 5
        (0.4, 200.0, 129.0, {("P", 2026): 1}),
        # nothing without Q, and Q too dear: neither, 10 x 20
        (0.0, 200.0, 200.0, {}),
        # all of it without Q
        (1.0, 5.0, 15.0, {("P", 2026): 1}),
    ],
)
def test_a_part_works_without_the_partner(share: float, capex_of_q: float, expected: float, opens: Openings) -> None:
    """
    Proves: of P's 10 kTEU the share works at once and the rest with Q (arithmetic beside the figures).
    If the partner were ignored: 10 + 5 = 15 throughout; if P needed Q outright: 20 or 200.
    """
    plan = solve(shut([project("P", 5.0), project("Q", capex_of_q)], [partial(10.0, share)]))
    assert plan.outcome.objective == near(expected)
    assert openings(plan) == opens


def test_the_rest_works_when_the_partner_opens() -> None:
    """
    Proves: Q takes two years: 4 kTEU in 2026 and 2027, 10 in 2028: 2 x (4 + 6 x 20) + 10 + 10 = 268.
    If the rest worked at once: 40.
    """
    case = shut([P_AND_Q[0], project("Q", 5.0, construction_years=2)], [partial(10.0, 0.4)], years=(2026, 2027, 2028))
    plan = solve(case)
    assert plan.outcome.objective == near(268.0)
    assert plan.tables["capacities"]["installed"].tolist() == [near(4.0), near(4.0), near(10.0)]


def test_one_partner_sets_all_modules_free() -> None:
    """
    Proves: two modules of P (5 kTEU, 2 without Q) and one of Q carry 10: 10 + 3 x 5 = 25.
    If one module of Q served one of P: 5 + 2 = 7 kTEU, 7 + 60 + 15 = 82.
    """
    case = shut([project("P", 5.0, maximum_modules=2), P_AND_Q[1]], [partial(5.0, 0.4)])
    assert cost_of(case) == near(25.0)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        # finished long ago: P works fully, 10 + 5
        ("baseline", 15.0),
        # never to come: P alone, 4 + 6 x 20 + 5
        ("excluded", 129.0),
    ],
)
def test_partners_that_are_no_choice(status: str, expected: float) -> None:
    """
    Proves: a finished partner counts as in service, an excluded one never (arithmetic beside the figures).
    If the status were ignored: the same figure for both.
    """
    case = shut([P_AND_Q[0], project("Q", 5.0, status=status)], [partial(10.0, 0.4)])
    assert cost_of(case) == near(expected)


def test_installed_is_what_stands_there() -> None:
    """
    Proves: with both in service 10 kTEU are installed though only 5 are wanted: 5 + 10 = 15, used 5 of 10.
    If the joint part were as large as the flow needs: installed 5 and used 100 %.
    """
    agreed = {"status": "committed", "committed_opening": 2026}
    case = shut([{**item, **agreed} for item in P_AND_Q], [partial(10.0, 0.4)], 5.0)
    plan = solve(case)
    assert plan.outcome.objective == near(15.0)
    row = plan.tables["capacities"].iloc[0]
    assert (row["installed"], row["utilisation"]) == (near(10.0), near(0.5))


def test_tonnes_are_held_back_too() -> None:
    """
    Proves: 100 kt of which 40 work without Q: 4 kTEU of 10 t: 4 + 6 x 20 + 5 = 129 where Q is too dear; 20 with it at
    5.
    If only containers were held back: 15.
    """
    for capex, expected in ((200.0, 129.0), (5.0, 20.0)):
        held = {**effect("P", "AB", 0.0, 100.0), "partial_without": "Q", "partial_share": 0.4}
        limits = {"capacity_kteu": None, "capacity_kt": 0.0}
        case = shut([project("P", 5.0), project("Q", capex)], [held], link_figures=limits)
        assert cost_of(case) == near(expected)


# Optimism adjustment ----------------------------------------------------------------------------------------------


def cautious(on: bool, *projects: Record, **more: Any) -> Case:
    """Candidates for 10 kTEU a year, 2026-2028; rail works cost a fifth more and take a year longer."""
    return shut(
        projects,
        [effect(str(item["project"]), "AB", 10.0) for item in projects],
        years=(2026, 2027, 2028),
        settings={"optimism_adjustment": on},
        Optimism=[{"project_class": "rail", "capex_uplift": 0.2, "delay_years": 1}],
        **more,
    )


def test_optimism_makes_works_dearer_and_later() -> None:
    """
    Proves: capex 50 and a year become 60 and two: 2 x 200 + 10 + 60 = 470, 30 paid in 2026 and 30 in 2027.
    With the setting off (the mirror): 200 + 20 + 50 = 270.
    """
    rail = project("P", 50.0, construction_years=1)
    plan = solve(cautious(True, rail))
    assert plan.outcome.objective == near(470.0)
    assert openings(plan) == {("P", 2028): 1}
    assert plan.tables["spending"]["amount"].tolist() == [near(30.0), near(30.0)]
    off = solve(cautious(False, rail))
    assert off.outcome.objective == near(270.0)
    assert openings(off) == {("P", 2027): 1}


def test_optimism_spares_other_classes_and_committed_works() -> None:
    """
    Proves: a port project without a row stays at 50 and a year, 270; a committed rail project too, opening 2027 as
    decided: 270.
    If the uplift were for all: 470.
    """
    port = project("P", 50.0, construction_years=1, project_class="port")
    assert cost_of(cautious(True, port)) == near(270.0)
    agreed = project("P", 50.0, construction_years=1, status="committed", committed_opening=2027)
    assert cost_of(cautious(True, agreed)) == near(270.0)


def test_optimism_lifts_later_modules_and_meets_envelopes() -> None:
    """
    Proves: modules of 50 and 20 become 60 and 24: 84 for two; with 80 to spend only one is built: 2026 and 2027 200
    each; 2028 10 units of 20: 10 + 200; 60: 670. With the setting off 70 fit: 2026 400, then 2 x 20 + 70 = 510.
    If the envelope saw the bare cost, two would be built: 2 x 400 + 20 + 84 = 904 of which 84 > 80.
    """
    modules = project("P", 50.0, construction_years=1, maximum_modules=2, later_module_capex=20.0)

    def twenty(on: bool) -> Case:
        case = cautious(on, modules, Budgets=[budget("all", (2026, 2028), 80.0, amount_per="window")])
        wanted = case.table("Demand").copy()
        wanted[2026] = 20.0
        return case.with_tables(Demand=wanted)

    cautious_plan = solve(twenty(True))
    assert cautious_plan.outcome.objective == near(400.0 + 400.0 + 210.0 + 60.0)
    assert openings(cautious_plan) == {("P", 2028): 1}
    assert cost_of(twenty(False)) == near(400.0 + 2 * 20.0 + 70.0)
    assert cost_of(without(twenty(True), "envelopes")) == near(800.0 + 20.0 + 84.0)


def test_optimism_stretches_the_spending_profile() -> None:
    """
    Proves: '25; 75' over two years, stretched to three: cumulative 0, 0.25 at 1/2, 1; at 1/3: 1/6, at 2/3: 0.25 +
    0.75/3 = 0.5: of 120 (100 and a fifth) 20, 40, 60. Opening 2029: 3 x 200 + 10 + 120 = 730.
    If the profile were cut off: 30 and 90; if it were dropped: 40 each year.
    """
    case = shut(
        [project("P", 100.0, construction_years=2, spending_profile="25; 75")],
        [effect("P", "AB", 10.0)],
        years=(2026, 2027, 2028, 2029),
        settings={"optimism_adjustment": True},
        Optimism=[{"project_class": "rail", "capex_uplift": 0.2, "delay_years": 1}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(730.0)
    assert plan.tables["spending"]["amount"].tolist() == [near(20.0), near(40.0), near(60.0)]
    assert terms(plan)["capital"] == near(120.0)


def test_ships_are_bought_at_their_price() -> None:
    """
    Proves: a row of the class 'vessels' does not touch ship purchases: 1 ship for 6 in 2026, 2.5 kTEU in 2027: 50 + 2.5
    + 6 = 58.5.
    If it did: twice the price and a year later, 100.
    """
    case = make_case(
        "ship",
        "AB",
        [link("AB", "A-B", carrier="container ship")],
        [demand("D", "A-B", 2.5)],
        years=(2026, 2027),
        settings={"optimism_adjustment": True},
        Optimism=[{"project_class": "vessels", "capex_uplift": 1.0, "delay_years": 1}],
        Vessels=[
            {"vessel": "feeder", "country": "KZ", "payload_kteu": 0.25, "payload_kt": 100.0, "purchase_cost": 6.0}
            | {"maximum_purchases": 1, "delivery_years": 1}
        ],
        Services=[{"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0}],
    )
    assert cost_of(case) == near(58.5)
