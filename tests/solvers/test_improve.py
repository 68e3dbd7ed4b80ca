"""Small changes of a plan: where they begin, what they save, and that the outcome is a true plan."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.decisions import Decisions, nearest
from model.solvers.improve import improve
from model.solvers.problem import Problem, Search, Solution
from model.solvers.root import evaluate, root_lp, seed_routes, solve_root
from model.solvers.step_lp import StepLP
from model.solvers.what_if import WhatIf
from tests.formulation.test_fleets import crossing
from tests.formulation.test_ship_purchases import BUYABLE
from tests.minis import budget, demand, effect, link, make_case, project, rule
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared, solved


def relaxed(case: Case) -> tuple[Problem, StepLP, Solution]:
    """A problem, its solved root LP, and what that says, fractions and all."""
    problem = prepared(case)
    lp = root_lp(problem)
    assert isinstance(lp, StepLP)
    assert solve_root(problem, lp, Search())
    count = problem.compiled.column_count
    flows = {key: float(flow) for key, flow in zip(lp.columns, lp.values()[count:], strict=True) if flow > 0}
    return problem, lp, Solution(np.nan, problem.compiled.variables, lp.values()[:count], flows, ())


def with_nothing_built(problem: Problem) -> Solution:
    """The plan that opens nothing, evaluated exactly."""
    lp = root_lp(problem)
    seed_routes(problem, lp)
    found = evaluate(problem, lp, np.zeros(len(problem.compiled.integer)))
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_the_outcome_is_a_plan_that_costs_what_the_whole_model_says(seed: int) -> None:
    """
    Proves: from the plan that builds nothing, small changes lead to one whose cost one LP over all blocks confirms,
    never below the optimum and never above where they began, and to within a tenth of it.
    If a part were left at the cost of an earlier plan: the search would report a plan cheaper than it is.
    """
    case = lumpy_case(seed)
    problem = prepared(case)
    start, search = with_nothing_built(problem), Search()
    assert improve(problem, search, start)
    best = search.best
    assert best is not None
    lp = root_lp(problem)
    seed_routes(problem, lp)
    again = evaluate(problem, lp, best.values[problem.compiled.integer])
    assert again is not None
    assert best.objective == pytest.approx(again.objective, rel=1e-6)
    outcome, _ = solved(case, "direct")
    assert outcome.objective is not None
    assert outcome.objective * (1 - 1e-6) <= best.objective <= start.objective * (1 + 1e-9)
    assert best.objective <= outcome.objective * 1.1


@pytest.mark.parametrize("seed", [3, 5, 8, 11, 14])
def test_rules_and_budgets_hold_from_the_root_lp_on(seed: int) -> None:
    """
    Proves: with rules, envelopes, several modules and changes over time, small changes beginning at the root LP's
    fractions give a plan that keeps every row of the investment block and costs no less than the proven optimum.
    If a broken rule were overlooked: the verifier would refuse the plan after the whole search.
    """
    case = random_case(seed)
    problem, _, near = relaxed(case)
    search = Search()
    if not improve(problem, search, near):
        pytest.skip("the root LP of this case is near no plan that keeps the rules")
    best, compiled = search.best, problem.compiled
    assert best is not None
    values = best.values[: compiled.column_count]
    activity = compiled.matrix @ values
    rows = compiled.row_block < 0
    slack = 1e-6 * np.maximum(1.0, np.abs(activity))
    assert np.all(activity[rows] <= compiled.row_upper[rows] + slack[rows])
    assert np.all(activity[rows] >= compiled.row_lower[rows] - slack[rows])
    outcome, _ = solved(case, "direct")
    assert outcome.objective is not None
    assert best.objective >= outcome.objective - 1e-6 * max(1.0, abs(outcome.objective))


def test_what_is_needed_comes_along() -> None:
    """
    Proves: the cheap way needs P, and P needs Q: 10 kTEU at 1 plus 5 + 2 cost 17 against 30 on the far way; beginning
    with nothing built, the two are opened together.
    If a change were one project only: each of the two alone breaks the rule or saves nothing, and nothing would open.
    """
    case = make_case(
        "pair", "AB",
        [link("near", "A-B", cost_per_teu=1.0, capacity_kteu=0.0), link("far", "A-B", cost_per_teu=3.0)],
        [demand("D", "A-B", 10.0)], years=(2026,),
        Projects=[project("P", 5.0), project("Q", 2.0)], ProjectEffects=[effect("P", "near", 10.0)],
        ProjectRules=[rule("R1", "P requires Q")],
    )  # fmt: skip
    problem = prepared(case)
    search = Search()
    assert improve(problem, search, with_nothing_built(problem))
    assert search.best is not None
    assert search.best.objective == pytest.approx(17.0)


def test_ships_are_whole_in_the_plan() -> None:
    """
    Proves: small changes buy the two ships that 4 kTEU want (102, as worked out in the tests of what_if) and every
    whole column of the plan is whole, though the changes were measured with ships in fractions.
    If the ships stayed in fractions: the plan would sail with 1.6 ships and cost less than any that can be had.
    """
    case = crossing([demand("D", "A-B", 4.0)], BUYABLE, years=(2026, 2027, 2028))
    problem = prepared(case)
    search = Search()
    assert improve(problem, search, with_nothing_built(problem))
    assert search.best is not None
    ends = search.best.values[problem.compiled.integer]
    assert np.all(ends == np.round(ends))
    assert search.best.objective == pytest.approx(102.0)


def test_one_thread_or_two_lead_to_the_same_plan() -> None:
    """
    Proves: plan, cost and flows are the same to the last bit with one thread and with two.
    If the outcome hung on which thread ends first: two runs of one case would show a ministry two plans.
    """
    found = []
    for threads in (1, 2):
        problem = prepared(random_case(8))
        problem = dataclasses.replace(problem, options=dataclasses.replace(problem.options, threads=threads))
        lp = root_lp(problem)
        search = Search()
        assert solve_root(problem, lp, search)
        start = with_nothing_built(problem)
        search = Search()
        improve(problem, search, start)
        assert search.best is not None
        found.append((search.best.objective, search.best.values.tobytes(), sorted(search.best.flows.items())))
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_saving_is_what_the_change_costs_less(seed: int) -> None:
    """
    Proves: for every project and opening, `saving` is the exact change with its sign turned where that saves, and 0
    where it does not, although it stops as soon as the bounds of the parts left show that nothing is to be had.
    If it stopped too early: good changes would be passed over; too late only costs time.
    """
    problem = prepared(lumpy_case(seed))
    asked = WhatIf(problem, with_nothing_built(problem))
    block = asked.problem.formulation.investment
    periods = list(block.PERIODS)
    saves = 0
    for name, first in product(block.PROJECTS, range(len(periods))):
        values = asked.values({(name, period): int(at >= first) for at, period in enumerate(periods)})
        exact = asked.exactly(values)
        assert asked.saving(values, 1e-6) == pytest.approx(max(0.0, -exact), abs=1e-6)
        saves += exact < -1e-6
    assert saves > 3


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_the_nearest_decisions_keep_the_rules_and_none_is_nearer(seed: int) -> None:
    """
    Proves: what `nearest` gives is whole and keeps all rules, a plan that keeps them is its own nearest one, and no
    plan found otherwise (the optimum) lies nearer to the root LP's fractions.
    If rounding broke a rule: every change of that plan would be refused and the search end where it began.
    """
    case = random_case(seed)
    problem, _, near = relaxed(case)
    decisions = Decisions.of(problem)
    wished = near.values[decisions.columns]
    found = nearest(problem, decisions, wished)
    assert found is not None
    activity = decisions.matrix @ found
    compiled = problem.compiled
    assert np.all(activity <= compiled.row_upper[decisions.rules] + 1e-6)
    assert np.all(activity >= compiled.row_lower[decisions.rules] - 1e-6)
    assert np.array_equal(nearest(problem, decisions, found), found)
    _, best = solved(case, "direct")
    assert best is not None
    other = np.abs(np.round(best.values[decisions.columns]) - wished).sum()
    assert np.abs(found - wished).sum() <= 1.01 * other + 1e-6


def test_budgets_decide_which_of_two_moves_in() -> None:
    """
    Proves: two links want a project of 10 each, the envelope pays for one; small changes take the one that saves more
    (8 kTEU x 4 saved against 8 x 2) and leave the other, whatever the order of the rows.
    If the envelope were seen only at the end: the plan would be refused, or the worse project stay.
    """
    links = [
        link("ab", "A-B", cost_per_teu=1.0, capacity_kteu=0.0), link("ab far", "A-B", cost_per_teu=5.0),
        link("cd", "C-D", cost_per_teu=1.0, capacity_kteu=0.0), link("cd far", "C-D", cost_per_teu=3.0),
    ]  # fmt: skip
    for order in (1, -1):
        case = make_case(
            "one of two", "ABCD", links, [demand("D1", "A-B", 8.0), demand("D2", "C-D", 8.0)], years=(2026,),
            Projects=[project("P", 10.0), project("Q", 10.0)][::order],
            ProjectEffects=[effect("P", "ab", 8.0), effect("Q", "cd", 8.0)],
            Budgets=[budget("all", (2026, 2026), 12.0)],
        )  # fmt: skip
        problem = prepared(case)
        search = Search()
        assert improve(problem, search, with_nothing_built(problem))
        assert search.best is not None
        assert search.best.objective == pytest.approx(8.0 + 10.0 + 24.0)
