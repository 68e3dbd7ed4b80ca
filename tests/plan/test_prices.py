"""Prices of limits: what one unit more is said to save, and one less to cost, is what it does (issue 10, item 7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.prices import NEEDED, NO_TIME, NOT_ASKED, OTHER_FLOWS, price_limits, priced
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.engine import prepared, solve_prepared
from model.solvers.lp.part_lp import Solved
from model.solvers.plans.reach import Reach
from model.solvers.plans.slopes import Slopes, _Held
from model.solvers.problem import Problem, Solution
from model.studies.candidates import candidate_tables
from tests.formulation.solving import OPTIONS, near, policy, solve
from tests.formulation.test_fleets import crossing
from tests.formulation.test_policies import rivals
from tests.minis import demand, link, make_case
from tests.oracles.random_cases import random_case
from tests.plan.finite_differences import CASES, differences, of_capacities, series

WORST = 1e-6
"""Relative deviation allowed between a price told and the difference of two solved plans."""


@pytest.mark.parametrize("name", CASES)
def test_prices_are_differences_of_two_plans(name: str) -> None:
    """
    Proves: for every limited asset and every service of the small cases (congestion below, at and on its threshold,
    seasons, storms, both and single directions, kTEU and kt, background, ships that cost and ships low in the water,
    availability, gates, series, exactly full, CO2 of a year and of a window, discounted periods, closed) the saving by
    one unit more and the cost of one less are those of plans solved with a little more and a little less.
    If the price of the load were told: congestion 0.8 in the place of 0.64; of the dual: 0.8 for one of three limits in
    series that save nothing by themselves; of ships: 0.
    """
    found = differences(name)
    assert found
    assert {one.limit: one.deviation for one in found if not one.deviation <= WORST} == {}


@pytest.mark.parametrize("seed", [1, 3, 4, 5, 6, 8])
def test_prices_of_random_cases_are_differences(seed: int) -> None:
    """
    Proves: the same with projects, rules, envelopes, changes over time and several commodities drawn by chance, and
    the bound price lies between saving and cost.
    If the small cases were special: some price of a larger one would differ.
    """
    case = random_case(seed)
    plan = solve(case)
    found = list(of_capacities(case.name, case, plan))
    assert found
    assert [one for one in found if not one.deviation <= WORST] == []
    table = plan.tables["capacities"].astype({"shadow_price": float, "bound_price": float, "loss_price": float})
    assert (table["shadow_price"] <= table["bound_price"] + 1e-9).all()
    assert (table["bound_price"] <= table["loss_price"].fillna(np.inf) + 1e-9).all()


@pytest.mark.parametrize("seed", [1, 4])
def test_what_a_basis_tells_is_what_lps_tell(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: slopes read off the optimum's basis, where it stays feasible when a side moves, are those of LPs with the
    side moved, and spare LPs. If a basic row or column at its bound were overlooked: a limit in series, or one as large
    as the demand, would be told to save what it saves only together with others.
    """
    problem = prepared_case(random_case(seed))
    _, solution = solve_prepared(problem)
    assert solution is not None
    moved = _Held.at
    told, counts = [], []
    for wanted in (True, False):
        solved: list[object] = []

        def counted(self: _Held, moves: dict[int, float], solved: list[object] = solved) -> Solved:
            solved.append(moves)
            return moved(self, moves)

        monkeypatch.setattr(_Held, "at", counted)
        if not wanted:
            monkeypatch.setattr(Reach, "of", lambda self, rows: dict.fromkeys(rows, (0.0, 0.0)))
        told.append(price_limits(problem, solution).slopes)
        counts.append(len(solved))
    assert counts[0] < counts[1]
    assert told[0].keys() == told[1].keys()
    for key, slope in told[0].items():
        other = told[1][key]
        ends = [(one.more, one.less, one.together) for one in (slope, other)]
        assert ends[0] == pytest.approx(ends[1], rel=WORST, abs=1e-9, nan_ok=True)
        assert slope.others == other.others


def prepared_case(case: Case) -> Problem:
    """A compiled problem."""
    filled = OPTIONS.filled(case)
    return prepared(build(case, build_graph(case), RoutePool()), filled, Progress(filled.time_limit))


def prices_of(plan: Plan) -> dict[str, tuple[float, float, str, float]]:
    """Asset → saving, cost, what must grow too, and the saving then."""
    rows = plan.tables["capacities"].itertuples(index=False)
    return {str(r.asset): (r.shadow_price, r.loss_price, str(r.together_with), r.together_price) for r in rows}


def test_limits_in_series_save_only_together() -> None:
    """
    Proves: A-B, B and B-C all have room for 10 of 14 kTEU, a way round costs 0.8 more: one more unit of any saves
    nothing, one less costs 0.8, and each names the other two as what must grow too before it saves 0.8.
    If it were ignored: the dual lands on one of the three by chance, and widening that one saves nothing.
    """
    told = prices_of(solve(series()))
    assert {asset: row[:2] for asset, row in told.items()} == dict.fromkeys(["AB", "BC", "B"], (near(0.0), near(0.8)))
    assert {asset: row[2] for asset, row in told.items()} == {
        "AB": "link: BC + kTEU; node: B + kTEU",
        "BC": "link: AB + kTEU; node: B + kTEU",
        "B": "link: AB + kTEU; link: BC + kTEU",
    }
    assert [row[3] for row in told.values()] == [near(0.8)] * 3


def test_a_limit_as_large_as_the_demand_saves_nothing() -> None:
    """
    Proves: room for 12 of 12 kTEU: one more saves nothing and nothing else need grow, one less leaves a unit behind for
    20 and saves its way of 1.
    If the dual were told: anything from 0 to 19.
    """
    plan = solve(CASES["exactly full"]())
    assert [row[:3] for row in prices_of(plan).values()] == [(near(0.0), near(19.0), "")]


def test_ships_and_berths_in_series_name_each_other() -> None:
    """
    Proves: 20 trips of 0.25 kTEU fill a link of 5 kTEU just as its berths do: more of either saves nothing, and the
    trips name the link, the link the trips; with both a trip saves 0.25 x 19 = 4.75.
    If ships were left out of it: the crossing of the Caspian has no price although all its ships are at sea.
    """
    case = crossing([demand("D", "A-B", 8.0)], {"existing": 2}, link_figures={"capacity_kteu": 5.0})
    plan = solve(case)
    assert prices_of(plan)["AB"][2:] == ("trips: line", near(19.0))
    sailing = plan.tables["sailings"].iloc[0]
    assert (sailing["shadow_price"], sailing["loss_price"]) == (near(0.0), near(4.75))
    assert (sailing["together_with"], sailing["together_price"]) == ("link: AB + kTEU", near(4.75))


def test_what_a_policy_needs_has_no_price_of_less() -> None:
    """
    Proves: a contract sends 6 kTEU over a link of 6: without a unit of it no plan keeps the contract, which is said in
    the place of a figure.
    If the price of missing a policy were told: a unit of the link is worth hundreds of millions.
    """
    case = rivals(policy("floor", "link flow", ">=", 6.0, links="CB", measure="kTEU"))
    links = case.table("Links").copy()
    links.loc[links["link"] == "CB", "capacity_kteu"] = 6.0
    row = solve(case.with_tables(Links=links)).tables["capacities"].iloc[0]
    assert row["shadow_price"] == near(0.0)
    assert np.isnan(row["loss_price"])
    assert row["price_note"] == NEEDED


def solved(case: Case) -> tuple[Problem, Solution]:
    """A case solved, with its problem."""
    filled = OPTIONS.filled(case)
    problem = prepared(build(case, build_graph(case), RoutePool()), filled, Progress(filled.time_limit))
    _, solution = solve_prepared(problem)
    assert solution is not None
    return problem, solution


def test_a_plan_whose_routes_are_not_the_cheapest_has_no_prices() -> None:
    """
    Proves: a plan that time cut short costs more than its decisions need; it gets no prices but the reason.
    If it were ignored: a rescued plan has prices of 0 everywhere, and the report says that nothing binds (item 8).
    """
    problem, solution = solved(series())
    prices = price_limits(problem, replace(solution, objective=solution.objective + 0.1))
    assert (prices.slopes, prices.reason) == ({}, OTHER_FLOWS)
    assert price_limits(problem, solution).reason == ""


def test_a_plan_asked_for_in_brief_is_the_plan_and_its_gap_alone() -> None:
    """Proves: in brief a case has the same cost and no prices but the reason, nothing settled, no answers to questions.
    If it were ignored: the plans of many scenarios would take the time of as many whole runs, or blanks seem zero."""
    whole, brief = (make_plan(series(), replace(OPTIONS, brief=brief)) for brief in (None, True))
    assert brief.outcome.objective == pytest.approx(whole.outcome.objective)
    assert brief.verified
    assert "settled" not in brief.tables
    assert set(brief.tables["capacities"]["price_note"]) == {NOT_ASKED}
    assert NOT_ASKED not in set(whole.tables["capacities"]["price_note"])
    problem, solution = solved(series())
    asked = replace(problem, options=replace(problem.options, brief=True))
    assert candidate_tables(asked, solution, 5.0) == {}


def test_prices_that_time_does_not_allow_are_blank_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: when time is up while prices are worked out the plan stands, verified, its price columns blank with why.
    If it were ignored: the run is lost, or blanks read as 0.
    """

    def interrupted(*_: object) -> None:
        raise Interrupted

    monkeypatch.setattr(Slopes, "of", interrupted)
    plan = make_plan(series(), OPTIONS)
    assert plan.verified
    table = plan.tables["capacities"]
    assert table[["shadow_price", "loss_price", "bound_price", "together_price"]].isna().all(axis=None)
    assert set(table["price_note"]) == {NO_TIME}


def test_prices_are_of_a_year_undiscounted() -> None:
    """
    Proves: of two periods of 2 and 3 years at 10 %, each row tells the saving of one year of the period: 19 where the
    link of 10 is full, whatever the year; the sum over years and discount factors is the difference of two plans.
    If the weight of the period were left in: 36 and 40 for the same shortage.
    """
    plan = solve(make_case(
        "years", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", 14.0)],
        years=[{"period": "early", "first_year": 2026, "years": 2}, {"period": "late", "first_year": 2028, "years": 3}],
        settings={"discount_rate": 0.1},
    ))  # fmt: skip
    assert plan.tables["capacities"]["shadow_price"].tolist() == [near(19.0), near(19.0)]


def test_tables_without_rows_stay_without_rows() -> None:
    """
    Proves: a case without limits has empty tables of capacities and sailings, with all their columns.
    If it were ignored: the tables lose columns, and every writer that names one breaks.
    """
    problem, solution = solved(make_case("free", "AB", [link("AB", "A-B")], [demand("D", "A-B", 1.0)], years=(2026,)))
    plan = solve(problem.formulation.case)
    tables = priced(problem.formulation, plan.tables, price_limits(problem, solution))
    for name, table in tables.items():
        assert table.empty
        assert list(table.columns) == list(plan.tables[name].columns)
