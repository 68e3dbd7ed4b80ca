"""Lives: a module serves its life and no longer; renewal is a decision with a cost of its own (issue 10, item 9).

A-B has no room for the 10 kTEU a year until projects add 10. A unit carried costs 1, one left behind 20: a year without
room costs 200, one with it 10. Nothing is discounted; salvage only where it is said.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from model.formulation.build import build
from model.formulation.forms.lives import lives
from model.formulation.rule_closures import RuleClosures
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.verify.verifier import verify
from tests.formulation.solving import cost_of, near, openings, solve, terms, unserved
from tests.formulation.test_low_water import shallow
from tests.minis import budget, demand, effect, link, make_case, node, periods, project, rule, shut_case

TEN_YEARS = tuple(range(2026, 2036))
SALVAGE = {"salvage": "straight line"}


def ends(plan: Plan) -> dict[tuple[str, int], tuple[int, int, float]]:
    """(project, year) → modules whose life ends, modules renewed, renewal cost."""
    rows = plan.tables["lives"].itertuples(index=False)
    return {(row.project, row.year): (row.ending, row.renewed, row.cost) for row in rows}


def test_a_life_is_served_renewed_and_left_with_value() -> None:
    """
    Proves: life 3 over ten years: 100 in 2026, renewed for 100 in 2029, 2032 and 2035; carried 10 x 10; of the last
    life one of three years is used: 400 + 100 - 2/3 x 100 = 433.333. What is paid for renewals stands by itself.
    If it worked on for nothing: 200 and no salvage; if it could not be renewed: 100 + 30 + 7 x 200 = 1530.
    """
    plan = solve(shut_case([project("P", 100.0, life_years=3)], TEN_YEARS, settings=SALVAGE))
    assert plan.outcome.objective == near(400.0 + 100.0 - 200.0 / 3)
    assert openings(plan) == {("P", 2026): 1}
    assert ends(plan) == {("P", year): (1, 1, 100.0) for year in (2029, 2032, 2035)}
    assert terms(plan)["capital"] == near(100.0)
    assert terms(plan)["renewal"] == near(300.0)
    paid = plan.tables["spending"].set_index(["year", "kind"])["amount"].to_dict()
    assert paid == {(2026, "capital"): 100.0, **{(year, "renewal"): 100.0 for year in (2029, 2032, 2035)}}


@pytest.mark.parametrize(("renewal", "objective", "renewed"), [(189.0, 259.0, 1), (191.0, 260.0, 0)])
def test_renewal_is_decided_by_its_own_cost(renewal: float, objective: float, renewed: int) -> None:
    """
    Proves: life 2 of three years: renewing saves 190 of the 200 in 2028. At 189 it is worth it: 40 + 30 + 189 = 259; at
    191 the module is left to lapse: 40 + 20 + 200 = 260, and the year stands in the plan as ended, not renewed.
    If the renewal cost the capital of 40 or nothing: 110 or 70.
    """
    plan = solve(shut_case([project("P", 40.0, life_years=2, renewal_cost=renewal, latest_opening=2026)]))
    assert plan.outcome.objective == near(objective)
    assert ends(plan) == {("P", 2028): (1, renewed, near(renewal * renewed))}
    assert plan.tables["capacities"]["installed"].tolist() == [10.0, 10.0, 10.0 * renewed]
    assert unserved(plan) == ({} if renewed else {"D": 10.0})


def test_modules_of_one_year_end_together_and_are_renewed_one_by_one() -> None:
    """
    Proves: two modules for 20 kTEU open in 2026 and end after 2027; from 2028 on 10 kTEU are left to carry, so that one
    of them is renewed: 2 x 40 + 20 + 20 + 40 + 10 = 170.
    If a project could only be renewed whole: 210.
    """
    case = shut_case([project("P", 40.0, life_years=2, maximum_modules=2)], amount={2026: 20.0, 2027: 20.0, 2028: 10.0})
    plan = solve(case)
    assert plan.outcome.objective == near(170.0)
    assert ends(plan) == {("P", 2028): (2, 1, 40.0)}


def test_what_lapsed_does_not_come_back() -> None:
    """
    Proves: nothing to carry in 2028 and 2029, 10 kTEU again in 2030. Life 2: to serve in 2030 the module must be
    renewed in 2028 and in 2030: 40 + 20 + 2 x 15 + 10 = 100; a second module for 40 opens later than that: 40 + 20 +
    40 + 10 = 110. Where renewals cost 30, the second module is cheaper: 110.
    If a lapsed module could be renewed later: 40 + 20 + 15 + 10 = 85.
    """
    amounts = {2026: 10.0, 2027: 10.0, 2028: 0.0, 2029: 0.0, 2030: 10.0}
    years = tuple(range(2026, 2031))
    for renewal, modules, objective in ((15.0, 1, 100.0), (30.0, 2, 110.0)):
        row = project("P", 40.0, life_years=2, renewal_cost=renewal, maximum_modules=2)
        plan = solve(shut_case([row], years, amount=amounts))
        assert plan.outcome.objective == near(objective)
        assert plan.tables["investments"]["modules"].sum() == modules


def test_a_budget_binds_a_renewal() -> None:
    """
    Proves: renewing for 40 in 2028 needs 40 of the envelope of that year: 40 + 30 + 40 = 110; with 39 there it lapses:
    40 + 20 + 200 = 260. What is spent stands in the envelope.
    If renewals were outside the envelopes: 110 in both.
    """
    for amount, objective, spent in ((40.0, 110.0, 40.0), (39.0, 260.0, 0.0)):
        plan = solve(shut_case([project("P", 40.0, life_years=2)], Budgets=[budget("all", (2028, 2028), amount)]))
        assert plan.outcome.objective == near(objective)
        assert plan.tables["envelopes"]["spent"].tolist() == [near(spent)]


def test_a_blank_renewal_cost_is_what_a_module_cost_on_average() -> None:
    """
    Proves: 60 for the first of two modules and 20 for the second: a renewal costs 40, so that renewing all costs what
    building all did: 80 + 80 + 3 x 20 = 220.
    If a renewal cost the first module's price: 260; the later one's: 180.
    """
    row = project("P", 60.0, later_module_capex=20.0, maximum_modules=2, life_years=2)
    assert cost_of(shut_case([row], amount=20.0)) == near(220.0)


def test_upkeep_ends_with_the_life() -> None:
    """
    Proves: upkeep 3 a year for the two years of its life: 40 + 2 x 13 + 200 = 266, as renewal at 500 does not pay.
    If upkeep went on: 269.
    """
    assert cost_of(shut_case([project("P", 40.0, life_years=2, renewal_cost=500.0, upkeep=3.0)])) == near(266.0)


def test_a_committed_project_may_lapse() -> None:
    """
    Proves: committed for 2026 with life 2, it is renewed for 40 in 2028 because that pays (40 + 30 + 40 = 110); with
    nothing to carry then it lapses: 40 + 20 = 60. The commitment is to open, not to renew.
    If renewal were forced: 100 in the second.
    """
    row = project("P", 40.0, status="committed", committed_opening=2026, life_years=2)
    assert cost_of(shut_case([row])) == near(110.0)
    assert cost_of(shut_case([row], amount={2026: 10.0, 2027: 10.0, 2028: 0.0})) == near(60.0)


@pytest.mark.parametrize(("renewal", "objective"), [(15.0, 95.0), (300.0, 380.0), (600.0, 600.0)])
def test_what_a_project_needs_must_be_renewed(renewal: float, objective: float) -> None:
    """
    Proves: P (40, adds 10) requires Q (10, life 2). Q is renewed as long as P serves: 40 + 10 + 30 + 15 = 95, and at
    300 still: 380; at 600 neither is built: 3 x 200 = 600.
    If a lapsed Q still counted: 80 in all three.
    """
    early = {"latest_opening": 2026}
    rows = [project("P", 40.0, **early), project("Q", 10.0, life_years=2, renewal_cost=renewal, **early)]
    case = make_case(
        "needs", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", 10.0)],
        Projects=rows, ProjectEffects=[effect("P", "AB", 10.0)], ProjectRules=[rule("R", "P requires Q")],
    )  # fmt: skip
    assert cost_of(case) == near(objective)


def test_what_excludes_stays_excluded() -> None:
    """
    Proves: P ends after 2027 and its renewal costs too much; Q, excluded by P, may not take its place in 2028: best is
    Q from the start at 90: 90 + 30 = 120, not 40 + 30 + 50.
    If a lapsed project excluded nothing: P and then Q for 10 from 2028 on would be had for less.
    """
    rows = [project("P", 40.0, life_years=2, renewal_cost=500.0), project("Q", 90.0)]
    case = shut_case(rows, ProjectRules=[rule("R", "P excludes Q")])
    assert cost_of(case) == near(120.0)


def test_what_a_project_changes_ends_with_its_life() -> None:
    """
    Proves: P (capital 5) makes the link of 4 a unit half as dear for its life of two years; renewing for 50 does not
    pay: 5 + 2 x 20 + 40 = 85.
    If the gate stayed open: 65.
    """
    row = project("P", 5.0, life_years=2, renewal_cost=50.0)
    case = make_case(
        "gate", "AB", [link("AB", "A-B", container_cost=4.0)], [demand("D", "A-B", 10.0)],
        Projects=[row], ProjectEffects=[{**effect("P", "AB"), "cost_change": -0.5}],
    )  # fmt: skip
    assert cost_of(case) == near(85.0)


def test_added_availability_ends_with_the_life() -> None:
    """
    Proves: a link of 10 kTEU open half of the time: 5; P raises that to all of it for two years: 1 + 2 x 10 + 5 + 5 x
    20 = 126 with a renewal of 99, which does not pay (95).
    If it stayed: 31.
    """
    case = make_case(
        "weather", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", 10.0)],
        Availability=[{"asset_kind": "link", "asset": "AB", "availability": 0.5}],
        Projects=[project("P", 1.0, life_years=2, renewal_cost=99.0)],
        ProjectEffects=[{**effect("P", "AB"), "added_availability": 0.5}],
    )  # fmt: skip
    assert cost_of(case) == near(126.0)


def test_ships_end_with_their_life() -> None:
    """
    Proves: a ship of 2.5 kTEU a year bought for 20 with life 2 serves 2026 and 2027 and is renewed for its price when
    that pays: 20 + 3 x 2.5 + 20 = 47.5 (leaving 2.5 behind costs 47.5 more); the fleet holds one ship in all years.
    If it sailed on for nothing: 27.5.
    """
    ship = {"existing": 0, "purchase_cost": 20.0, "maximum_purchases": 1, "life_years": 2, "delivery_years": 0}
    plan = solve(shallow(2.5, {2026: 0.0}, (2026, 2027, 2028), ship=ship))
    assert plan.outcome.objective == near(47.5)
    assert ends(plan) == {("buy feeder", 2028): (1, 1, 20.0)}
    assert plan.tables["fleets"]["added"].tolist() == [1.0, 1.0, 1.0]


def test_partial_effects_end_with_the_other_project() -> None:
    """
    Proves: of P's 10 kTEU half needs Q, whose life is 2: 3 years of P (40), Q for 10, renewal at 200 does not pay: 40 +
    10 + 10 + 10 + 5 + 5 x 20 = 175.
    If Q's end were not seen: 80.
    """
    rows = [project("P", 40.0), project("Q", 10.0, life_years=2, renewal_cost=200.0)]
    case = make_case(
        "partial", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", 10.0)],
        Projects=rows,
        ProjectEffects=[{**effect("P", "AB", 10.0), "partial_without": "Q", "partial_share": 0.5}],
    )  # fmt: skip
    assert cost_of(case) == near(175.0)


def test_a_life_that_outlasts_the_horizon_adds_nothing_to_the_model() -> None:
    """
    Proves: with lives of three years or more over three years there is no renewal column and in service is what was
    built, term by term. If lives were modelled where none ends: larger models, and other figures by rounding.
    """
    case = shut_case([project("P", 40.0, life_years=3, maximum_modules=2)])
    block = build(case, build_graph(case), RoutePool()).investment
    assert len(block.renewed) == 0
    for key, now in block.in_service.items():
        assert str(now.expr) == str(block.built[key])


# Changes of a plan ------------------------------------------------------------------------------------------------


def plan_of_two() -> tuple[Case, dict[tuple[str, str | int], int]]:
    """Two modules of life 2 in 2026, one of them renewed in 2028, over five years."""
    case = shut_case([project("P", 40.0, life_years=2, maximum_modules=2)], tuple(range(2026, 2031)), amount=20.0)
    built: dict[tuple[str, str | int], int] = {("P", str(year)): 2 for year in range(2026, 2031)}
    return case, {**built, ("P", 2028): 1, ("P", 2029): 0, ("P", 2030): 0}


def test_changes_renew_no_more_than_there_is() -> None:
    """
    Proves: of a plan with two modules, one renewed in 2028, the ways to renew otherwise are none or both in 2028, or
    the renewed one again in 2030; opening both a year later leaves all (2029), or nothing, to renew.
    If renewals did not follow the modules: changes that no rule allows, never taken.
    """
    case, modules = plan_of_two()
    assert lives(case)["P"].renewals == (2028, 2029, 2030)
    closures = RuleClosures(case, modules)
    otherwise = [tuple(way["P", year] for year in (2028, 2029, 2030)) for way in closures.renewed_otherwise("P")]
    assert sorted(otherwise) == [(0, 0, 0), (1, 0, 1), (2, 0, 0)]
    later: dict[tuple[str, str | int], int] = {("P", str(year)): 2 * (year > 2026) for year in range(2026, 2031)}
    ways = closures.renewing(later)
    assert ways[0] == later
    assert [tuple(way["P", year] for year in (2028, 2029, 2030)) for way in ways[1:]] == [(0, 2, 0), (0, 0, 0)]


# The verifier -----------------------------------------------------------------------------------------------------

SPOILED: dict[str, tuple[str, str, Any, str]] = {
    "renewed more than ends": ("lives", "renewed", 2, "modules are renewed when their life ends"),
    "renewed in part": ("lives", "renewed", 0.5, "modules are renewed when their life ends"),
    "not renewed but there": ("lives", "renewed", 0, "capacity is not exceeded"),
    "renewed a year late": ("lives", "year", 2029, "tables are whole"),
    "another number ends": ("lives", "ending", 2, "lives table: ending"),
    "another number in service": ("lives", "modules_in_service", 2, "lives table: modules_in_service"),
    "a renewal for less": ("lives", "cost", 39.0, "lives table: cost"),
    "paid as capital": ("spending", "kind", "capital", "spending table"),
}


@pytest.mark.parametrize("what", list(SPOILED))
def test_a_spoilt_renewal_is_caught(what: str) -> None:
    """
    Proves: the verifier finds each figure of a renewal that does not follow from lives, and capacity used after a life.
    If it took in service from what opened: a module could work on for nothing and pass.
    """
    plan = solve(shut_case([project("P", 40.0, life_years=2)]))
    table, column, value, check = SPOILED[what]
    tables = {name: frame.copy() for name, frame in plan.tables.items()}
    frame = tables[table]
    last = frame.index[-1]
    tables[table] = frame.astype({column: object}) if isinstance(value, str) else frame.astype({column: float})
    tables[table].loc[last, column] = value
    checks = verify(plan.case, tables, plan.outcome.objective, {})
    assert check in set(checks.loc[~checks["ok"].astype(bool), "check"])


def test_dredging_of_a_life_and_an_effect() -> None:
    """
    Proves: a dredging gives back 0.5 of 2.5 kTEU for the shorter of its effect (1 year) and its life (2 years), and its
    renewal in 2028 gives it back again. 1 m missing, 2.5 kTEU to carry; the renewal costs 4 against 9.5 saved: 4 +
    2.5 + (2 + 10) + 4 + 2.5 = 25.
    If the effect lasted a life: 15.5; if a renewal brought nothing: 4 + 2.5 + 12 + 12 = 30.5.
    """
    row = project("dig", 4.0, life_years=2)
    case = shallow(2.5, {2026: 1.0}, (2026, 2027, 2028), [row], {"added_depth": 1.0, "effect_years": 1})
    assert cost_of(case) == near(25.0)


def test_periods_of_years_and_single_years_cost_the_same() -> None:
    """
    Proves: candidates that open in 2026, when a period begins, cost the same with one period of five years as with five
    of one, whatever ends within: life 3 with a renewal, a time change, a ship, an availability.
    If a life's end were moved to the end of the period: two years for nothing.
    """
    rows = [
        project("P", 40.0, life_years=3, latest_opening=2026),
        project("Q", 60.0, life_years=2, latest_opening=2026),
    ]
    sheets: dict[str, Any] = {
        "Projects": rows,
        "ProjectEffects": [effect("P", "AB", 10.0), {**effect("Q", "AB"), "cost_change": -0.5}],
    }
    found = [
        cost_of(
            make_case(
                "span", [node("A"), "B"], [link("AB", "A-B", capacity_kteu=0.0, container_cost=8.0)],
                [demand("D", "A-B", 10.0)], years=years, settings=SALVAGE, **sheets,
            )
        )
        for years in (periods(2026, last_year=2030), tuple(range(2026, 2031)))
    ]  # fmt: skip
    assert found[0] == near(found[1])
