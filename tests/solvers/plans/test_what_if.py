"""What a plan would cost with other modules, against evaluations of the whole model."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from model.solvers.engine import solve_prepared
from model.solvers.lp.root import evaluate, seed_routes
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Solution
from tests.formulation.test_fleets import crossing
from tests.formulation.test_ship_purchases import BUYABLE
from tests.minis import budget, demand, effect, link, make_case, project, rule
from tests.oracles.plain_lp import PlainLP
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared
from tests.solvers.test_settled import proof_of


def solved(problem: Problem) -> Solution:
    """The best plan."""
    _, solution = solve_prepared(problem)
    assert solution is not None
    return solution


def changes(asked: WhatIf) -> list[dict[tuple[str, str], int]]:
    """Every project by itself: never opened, and opened with one module at each period."""
    block = asked.problem.formulation.investment
    periods = list(block.PERIODS)
    found = []
    for name in block.PROJECTS:
        found += [
            {(name, period): int(number >= first) for number, period in enumerate(periods)}
            for first in range(len(periods) + 1)
        ]
    return found


def whole_cost(problem: Problem, asked: WhatIf, values: np.ndarray) -> float:
    """Cost of the changed plan by one LP over all blocks, built afresh."""
    lp = PlainLP(problem)
    seed_routes(problem, lp)
    place = {int(column): at for at, column in enumerate(asked.fixed)}
    found = evaluate(problem, lp, np.array([values[place[int(column)]] for column in problem.compiled.integer]))
    return np.inf if found is None else found.objective


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changed_plans_cost_what_the_whole_model_says(seed: int) -> None:
    """
    Proves: for every project taken out or opened in any period, the parts solved one by one give the cost of one LP
    over all blocks with the same modules, the prices of the plan give a bound below it, and a change breaks a rule in
    words just when the whole model refuses it.
    If a part were taken as unchanged too easily, or a load missed: forcing a project in would be told at a wrong cost.
    """
    problem = prepared(lumpy_case(seed))
    solution = solved(problem)
    asked = WhatIf(problem, solution, 60.0)
    allowed = 0
    for modules in changes(asked):
        values = asked.values(modules)
        broken = asked.broken(values)
        cost = whole_cost(problem, asked, values)
        exact = asked.exactly(values)
        assert asked.at_least(values) <= exact + 1e-6
        assert bool(broken) == (cost == np.inf), (modules, broken)
        if not broken:
            allowed += 1
            assert solution.objective + exact == pytest.approx(cost, rel=1e-7)
    assert allowed > 10


@pytest.mark.parametrize("seed", [3, 5, 8, 11])
def test_no_change_of_one_project_beats_a_proven_optimum(seed: int) -> None:
    """
    Proves: with rules, envelopes, several modules, salvage and changes over time, a change that breaks nothing never
    costs less than the proven best plan, and the plan itself costs 0 more than itself.
    If rules were not seen as broken: the reports would offer plans that nobody may choose.
    """
    problem = prepared(random_case(seed))
    solution = solved(problem)
    asked = WhatIf(problem, solution, 60.0)
    assert asked.exactly(asked.base) == 0.0
    assert asked.broken(asked.base) == []
    for modules in changes(asked):
        values = asked.values(modules)
        if not asked.broken(values):
            assert asked.exactly(values) >= -1e-6 * max(1.0, abs(solution.objective))


def test_the_changed_plan_is_given_in_full() -> None:
    """
    Proves: 10 kTEU want the cheap way A-B (1 a kTEU, room for 4, or 14 with the project of 5); without the project 6 of
    them go round at 3: 4 + 18 = 22 against 10 + 5 = 15, so leaving it out costs 7, and the flows say which way.
    If the flows were those of the plan: what the minimum carries would be told wrongly.
    """
    case = make_case(
        "two ways", "AB",
        [link("near", "A-B", container_cost=1.0, capacity_kteu=4.0), link("far", "A-B", container_cost=3.0)],
        [demand("D", "A-B", 10.0)], years=(2026,),
        Projects=[project("P", 5.0)], ProjectEffects=[effect("P", "near", 10.0)],
    )  # fmt: skip
    problem = prepared(case)
    asked = WhatIf(problem, solved(problem), 60.0)
    values = asked.values({("P", period): 0 for period in problem.formulation.investment.PERIODS})
    assert asked.exactly(values) == pytest.approx(7.0)
    changed = asked.plan(values)
    assert changed is not None
    assert changed.objective == pytest.approx(22.0)
    assert sorted(changed.flows.values()) == pytest.approx([4.0, 6.0])


def test_what_is_broken_is_said_in_words() -> None:
    """
    Proves: forcing in a project that needs another one and costs more than the envelope names both limits.
    If it were ignored: the reader would not know why the plan could not choose it.
    """
    case = make_case(
        "limits", "AB", [link("AB", "A-B", container_cost=1.0, capacity_kteu=20.0)], [demand("D", "A-B", 10.0)],
        Projects=[project("P", 50.0), project("Q", 5.0)], ProjectEffects=[effect("P", "AB", 1.0)],
        ProjectRules=[rule("R1", "P requires Q")], Budgets=[budget("all", (2026, 2026), 40.0)],
    )  # fmt: skip
    problem = prepared(case)
    asked = WhatIf(problem, solved(problem), 60.0)
    words = " ".join(asked.broken(asked.values({("P", problem.formulation.periods[0].name): 1})))
    assert "P requires Q" in words
    assert "gives at most 40" in words


def test_the_years_of_one_envelope_are_said_once() -> None:
    """
    Proves: of an envelope of 10 a year whose money is carried over, a work of 50 in 2026 breaks 10, 20 and 30: the
    first is told, with two more. If it were ignored: the reason would list the same envelope once for every year.
    """
    case = make_case(
        "years", "AB", [link("AB", "A-B", container_cost=1.0, capacity_kteu=20.0)], [demand("D", "A-B", 10.0)],
        years=(2026, 2027, 2028), Projects=[project("P", 50.0)], ProjectEffects=[effect("P", "AB", 1.0)],
        Budgets=[budget("all", (2026, 2028), 10.0, amount_per="year", carry_over=True)],
    )  # fmt: skip
    problem = prepared(case)
    asked = WhatIf(problem, solved(problem), 60.0)
    (words,) = asked.broken(asked.values({("P", period.name): 1 for period in problem.formulation.periods}))
    assert words == "the envelope all gives at most 10 million USD in 2026 (and 2 more such limits)"


def test_ships_are_assigned_anew() -> None:
    """
    Proves: 4 kTEU a year want two ships of 2.5 (6 each, crews 0.5 a year), bought in 2026 for 2027: 80 + 8 + 12 + 2 =
    102. With one of them 80 + 2 x 32.5 + 6 + 1 = 152, 50 more; with none 3 x 80 = 240, 138 more.
    If the ships stayed assigned as in the plan: taking one out would be impossible, as both sail.
    """
    case = crossing([demand("D", "A-B", 4.0)], BUYABLE, years=(2026, 2027, 2028))
    problem = prepared(case)
    asked = WhatIf(problem, solved(problem), 60.0)
    for ships, more in ((1, 50.0), (0, 138.0)):
        values = asked.values({("buy feeder", period): ships for period in ("2027", "2028")})
        assert asked.broken(values) == []
        assert asked.exactly(values) == pytest.approx(more)
        assert asked.at_least(values) <= more + 1e-6
        changed = asked.plan(values)
        assert changed is not None
        assert changed.objective == pytest.approx(102.0 + more)
        assert sum(changed.flows.values()) == pytest.approx(5.0 * ships)


def test_renewals_are_asked_after_as_modules_are() -> None:
    """
    Proves: of a plan that renews P in 2028 (life 2, renewal 50, 10 kTEU at 1 or left at 20 a year over four years),
    renewing nothing costs 2 x 190 - 50 = 330 more and building nothing 4 x 190 - 40 - 50 = 670 more, as the whole model
    says; what is not built is not renewed, and no more than what ends.
    If renewals did not follow the modules: a module taken out would be renewed, and told at a wrong cost.
    """
    case = make_case(
        "lives", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", 10.0)],
        years=(2026, 2027, 2028, 2029),
        Projects=[project("P", 40.0, life_years=2, renewal_cost=50.0, maximum_modules=2, latest_opening=2026)],
        ProjectEffects=[effect("P", "AB", 10.0)],
    )  # fmt: skip
    problem = prepared(case)
    solution = solved(problem)
    assert solution.objective == pytest.approx(40.0 + 50.0 + 40.0)
    asked = WhatIf(problem, solution, 60.0)
    assert asked.modules()["P", 2028] == 1
    nothing = {("P", str(year)): 0 for year in range(2026, 2030)}
    for modules, more in (({("P", 2028): 0}, 330.0), (nothing, 670.0)):
        values = asked.values(modules)
        assert asked.broken(values) == []
        assert asked.exactly(values) == pytest.approx(more)
        assert asked.at_least(values) <= more + 1e-6
        assert whole_cost(problem, asked, values) == pytest.approx(solution.objective + more)
    assert asked.values({("P", 2028): 2}).tolist() == asked.base.tolist()


@pytest.mark.parametrize("words", ["P requires Q", "P excludes Q", "P together Q"])
@pytest.mark.parametrize("thorough", [True, False])
def test_what_trees_say_bounds_changes_that_break_a_rule_too(words: str, *, thorough: bool) -> None:
    """
    Proves: the trees hold a rule between two projects in each year, so that their cuts may exceed the cost of what
    breaks it; the lower bound of a change never does, over all routes and over those known, whatever is decided.
    If the cuts were used there: a change that a rule bars would count as hopeless, and its exchange for another
    project, which the rule allows, would never be tried.
    """
    case = make_case(
        "ruled",
        "AB",
        [link("AB", "A-B", capacity_kteu=5.0), link("CD", "A-B", container_cost=9.0, capacity_kteu=1.0)],
        [demand("D", "A-B", 10.0)],
        years=(2026, 2027),
        Projects=[project("P", 30.0), project("Q", 40.0)],
        ProjectEffects=[effect("P", "AB", 6.0), effect("Q", "CD", 6.0)],
        ProjectRules=[rule("R", words)],
    )
    proof, search = proof_of(case, 1e-3)
    random = np.random.default_rng(0)
    for _ in range(6):
        for tree in proof.trees:
            tree.set_prices(random.normal(0.0, 60.0, tree.copies))
        proof._together.do([tree.refine(np.inf, 6, 1e-6) for tree in proof.trees])
    problem = proof.problem
    problem.known.floors.update({number: tree.floor for number, tree in enumerate(proof.trees)})
    assert search.best is not None
    asked, exact = (WhatIf(problem, search.best, thorough=each) for each in (thorough, True))
    for part in exact.parts:
        part.share({}, None)
    beyond = 0
    for bits in itertools.product((0.0, 1.0), repeat=len(proof.decisions.columns)):
        values = np.array(bits)
        cost = exact.exactly(values)
        told = sum(tree.floor(values) - part.base for tree, part in zip(proof.trees, exact.parts, strict=True))
        beyond += exact.investment(values) + told > cost + 1e-5 * abs(exact.cost)
        for least in (asked.at_least(values), asked.investment(values) + float(asked.bounds(values).sum())):
            assert least <= cost + 1e-5 * abs(exact.cost)
        if thorough:
            assert asked.exactly(values) == pytest.approx(cost, abs=1e-5 * abs(exact.cost))
    assert beyond, "the cuts exceed no cost here: the test shows nothing"
