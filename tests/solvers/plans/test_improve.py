"""Small changes of a plan: where they begin, what they save, and that the outcome is a true plan."""

from __future__ import annotations

import dataclasses
from itertools import combinations, product

import highspy
import numpy as np
import pytest

import model.solvers.lp.route_lp
from model.case.case import Case
from model.solvers.core.highs import Status
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.engine import solve_prepared
from model.solvers.lp.root import evaluate, seed_routes, solve_root
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.decisions import Decisions, nearest
from model.solvers.plans.improve import improve
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search, Solution
from tests.formulation.test_fleets import FEEDER, LINE, sea
from tests.formulation.test_ship_purchases import BUYABLE
from tests.minis import budget, demand, effect, link, make_case, project, rule
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared, solved


def relaxed(case: Case) -> tuple[Problem, RootLP, Solution]:
    """A problem, its solved root LP, and what that says, fractions and all."""
    problem = prepared(case)
    lp = RootLP(problem)
    assert isinstance(lp, RootLP)
    assert solve_root(problem, lp, Search())
    count = problem.compiled.column_count
    flows = {key: float(flow) for key, flow in zip(lp.columns, lp.values()[count:], strict=True) if flow > 0}
    return problem, lp, Solution(np.nan, problem.compiled.variables, lp.values()[:count], flows, ())


def with_nothing_built(problem: Problem) -> Solution:
    """The plan that opens nothing, evaluated exactly."""
    lp = RootLP(problem)
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
    lp = RootLP(problem)
    seed_routes(problem, lp)
    again = evaluate(problem, lp, best.values[problem.compiled.integer])
    assert again is not None
    assert best.objective == pytest.approx(again.objective, rel=1e-6)
    outcome, _ = solved(case, "direct")
    assert outcome.objective is not None
    assert outcome.objective * (1 - 1e-6) <= best.objective <= start.objective * (1 + 1e-9)
    assert best.objective <= outcome.objective * 1.1


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_no_change_is_looked_at_of_a_plan_that_is_good_enough(seed: int) -> None:
    """
    Proves: small changes end at the first plan that costs no more than is enough, and do not begin where the first one
    does so already; with less that is enough they go on to a cheaper plan.
    If they went on: each of the many plans of a study would wait for changes that nobody asked for.
    """
    problem = prepared(lumpy_case(seed))
    start = with_nothing_built(problem)

    def ends(enough: float) -> float:
        search = Search()
        assert improve(problem, search, start, enough)
        assert search.best is not None
        return search.best.objective

    full = ends(-np.inf)
    between = (start.objective + full) / 2
    assert full < between
    assert ends(between) <= between
    assert ends(start.objective + 1) == pytest.approx(start.objective)


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
    assert improve(problem, search, near)
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
        [link("near", "A-B", container_cost=1.0, capacity_kteu=0.0), link("far", "A-B", container_cost=3.0)],
        [demand("D", "A-B", 10.0)], years=(2026,),
        Projects=[project("P", 5.0), project("Q", 2.0)], ProjectEffects=[effect("P", "near", 10.0)],
        ProjectRules=[rule("R1", "P requires Q")],
    )  # fmt: skip
    problem = prepared(case)
    search = Search()
    assert improve(problem, search, with_nothing_built(problem))
    assert search.best is not None
    assert search.best.objective == pytest.approx(17.0)


TWO_SERVICES = {
    "Vessels": [{**FEEDER, **BUYABLE, "existing": 1, "purchase_cost": 30.0}],
    "Services": [{**LINE}, {**LINE, "service": "line 2", "link": "AC"}],
}
"""Ships of one type for two crossings: who sails where is a whole column of each period's part."""


def two_crossings(one: float, other: float) -> Case:
    """So many kTEU a year on each of two crossings, with one ship and others to buy."""
    links = [sea("AB", "A-B"), sea("AC", "A-C")]
    demands = [demand("D", "A-B", one), demand("E", "A-C", other)]
    return make_case("two crossings", "ABC", links, demands, years=(2026, 2027, 2028), **TWO_SERVICES)


@pytest.mark.parametrize("amounts", [(4.0, 6.0), (3.0, 3.0), (4.0, 1.0), (1.0, 1.0)])
def test_whole_ships_lose_no_better_plan_on_the_way(amounts: tuple[float, float]) -> None:
    """
    Proves: beginning at the proven optimum, small changes end at a plan of the optimum's cost with every whole column
    whole, though ships are measured in fractions on the way and fractions make worse plans look better.
    If only the last plan were made whole: it would cost up to 15 % more than the one that the search began with.
    """
    problem = prepared(two_crossings(*amounts))
    outcome, best = solve_prepared(problem)
    assert best is not None
    assert outcome.objective is not None
    search = Search()
    improve(problem, search, best)
    assert search.best is not None
    ends = search.best.values[problem.compiled.integer]
    assert np.all(ends == np.round(ends))
    assert search.best.objective == pytest.approx(outcome.objective, rel=1e-6)


def test_parts_decide_where_whole_ships_sail() -> None:
    """
    Proves: from the plan without purchases the two crossings get whole ships, at a cost that one LP over all blocks
    with the same whole columns confirms.
    If the parts' ships stayed in fractions: the plan would sail with 1.6 ships and cost less than any that can be had.
    """
    problem = prepared(two_crossings(4.0, 6.0))
    search = Search()
    assert improve(problem, search, with_nothing_built(problem))
    assert search.best is not None
    ends = search.best.values[problem.compiled.integer]
    assert np.all(ends == np.round(ends))
    lp = RootLP(problem)
    seed_routes(problem, lp)
    again = evaluate(problem, lp, ends)
    assert again is not None
    assert search.best.objective == pytest.approx(again.objective, rel=1e-6)


def test_one_thread_or_two_lead_to_the_same_plan() -> None:
    """
    Proves: plan, cost and flows are the same to the last bit with one thread and with two.
    If the outcome hung on which thread ends first: two runs of one case would show a ministry two plans.
    """
    found = []
    for threads in (1, 2):
        problem = prepared(random_case(8))
        problem = dataclasses.replace(problem, options=dataclasses.replace(problem.options, threads=threads))
        lp = RootLP(problem)
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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_evaluated_bounds_what_is_like_it(seed: int) -> None:
    """
    Proves: once every project was opened by itself, the bound of any two opened together is never above their exact
    cost over the routes known, and for some it is above what the plan's prices alone say.
    If the bound were too high: a change that saves would never be tried; without it each pass tries all anew in vain.
    """
    problem = prepared(lumpy_case(seed))
    asked = WhatIf(problem, with_nothing_built(problem), thorough=False)
    block = asked.problem.formulation.investment
    opened = [{(name, period): 1 for period in block.PERIODS} for name in block.PROJECTS]
    both = [asked.values(one | other) for one, other in combinations(opened, 2)]
    before = [asked.at_least(values) for values in both]
    for modules in opened:
        asked.exactly(asked.values(modules))
    after = [asked.at_least(values) for values in both]
    near = 1e-6 * asked.cost
    assert all(low <= asked.exactly(values) + near for low, values in zip(after, both, strict=True))
    assert any(low > told + near for low, told in zip(after, before, strict=True))


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


def one_of_two() -> Case:
    """Two links want a project of 10 each, the envelope pays for one: P saves 8 x 4, Q 8 x 2."""
    links = [
        link("ab", "A-B", container_cost=1.0, capacity_kteu=0.0), link("ab far", "A-B", container_cost=5.0),
        link("cd", "C-D", container_cost=1.0, capacity_kteu=0.0), link("cd far", "C-D", container_cost=3.0),
    ]  # fmt: skip
    return make_case(
        "one of two", "ABCD", links, [demand("D1", "A-B", 8.0), demand("D2", "C-D", 8.0)], years=(2026,),
        Projects=[project("P", 10.0), project("Q", 10.0)],
        ProjectEffects=[effect("P", "ab", 8.0), effect("Q", "cd", 8.0)],
        Budgets=[budget("all", (2026, 2026), 12.0)],
    )  # fmt: skip


def with_modules(problem: Problem, project: str) -> Solution:
    """The plan in which one project alone is open from the first period on."""
    asked = WhatIf(problem, with_nothing_built(problem))
    plan = asked.plan(asked.values({(project, period): 1 for period in problem.formulation.investment.PERIODS}))
    assert plan is not None
    return plan


def test_a_project_makes_room_for_a_better_one() -> None:
    """
    Proves: beginning with Q built, which takes the whole envelope, Q is exchanged for P: 8 + 10 + 24 = 42 against 58.
    If changes were of one project only: P would be barred by the envelope, dropping Q costs 6 more, and Q would stay.
    """
    problem = prepared(one_of_two())
    search = Search()
    assert improve(problem, search, with_modules(problem, "Q"))
    assert search.best is not None
    assert search.best.objective == pytest.approx(42.0)


@pytest.mark.parametrize("words", ["P excludes Q", "Q excludes P"])
def test_either_side_of_an_exclusion_may_move_in(words: str) -> None:
    """
    Proves: the root LP has 0.7 of P, which the envelope of 14 cannot pay for (20); Q for 12 saves 20 and is built at
    2 x 20 + 12 = 52, in whichever order the rule names the two.
    If the column that says which of the two may stand were left where rounding put it: Q would be barred by a P that
    is not there, and the reports would say so.
    """
    ways = {"near": (1.0, 0.0), "mid": (2.0, 0.0), "far": (3.0, None)}
    case = make_case(
        "exclusion", "AB",
        [link(name, "A-B", container_cost=cost, capacity_kteu=room) for name, (cost, room) in ways.items()],
        [demand("D", "A-B", 10.0)], years=(2026, 2027),
        Projects=[project("P", 20.0), project("Q", 12.0)],
        ProjectEffects=[effect("P", "near", 10.0), effect("Q", "mid", 10.0)],
        Budgets=[budget("all", (2026, 2027), 14.0)], ProjectRules=[rule("R", words)],
    )  # fmt: skip
    problem, _, near = relaxed(case)
    search = Search()
    assert improve(problem, search, near)
    assert search.best is not None
    assert search.best.objective == pytest.approx(52.0)


@pytest.mark.parametrize("signal", [Interrupted, KeyboardInterrupt])
def test_what_was_reached_is_kept_when_the_search_is_stopped(
    signal: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: stopped after some changes (time is up, or Ctrl-C in the middle of an LP), the search keeps the plan reached
    by then, at a cost that one LP confirms from above, and passes the signal on.
    If it were lost: a run ended by its time limit would report the first rough plan, or none.
    """
    problem = prepared(lumpy_case(2))
    start, search = with_nothing_built(problem), Search()
    asked, calls = WhatIf.saving, []

    def stopping(self: WhatIf, values: np.ndarray, worth: float) -> float:
        calls.append(1)
        if len(calls) > 3:  # all in all there are not many: what trials taught bars the others
            problem.progress.stop_asked = True
            raise signal
        return asked(self, values, worth)

    monkeypatch.setattr(WhatIf, "saving", stopping)
    with pytest.raises(signal):
        improve(problem, search, start)
    best = search.best
    assert best is not None
    assert best.objective < start.objective
    problem.progress.stop_asked = False
    lp = RootLP(problem)
    seed_routes(problem, lp)
    again = evaluate(problem, lp, best.values[problem.compiled.integer])
    assert again is not None
    assert again.objective <= best.objective * (1 + 1e-9)


def test_an_lp_that_cannot_be_finished_costs_one_change_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: when HiGHS gives up on one LP of one change, that change is not taken and the search goes on to a plan.
    If it ended the solve: one numerically hard what-if among hundreds would lose the plan in hand.
    """
    problem = prepared(lumpy_case(2))
    start, search = with_nothing_built(problem), Search()
    real, calls = model.solvers.lp.route_lp.solve_lp, []

    def flaky(solver: highspy.Highs, progress: Progress, *, primal: bool = False) -> Status:
        status = real(solver, progress, primal=primal)
        calls.append(1)
        return Status.kUnknown if len(calls) == 9 else status

    monkeypatch.setattr("model.solvers.lp.route_lp.solve_lp", flaky)
    assert improve(problem, search, start)
    assert search.best is not None
    assert search.best.objective < start.objective
    assert len(calls) > 9
