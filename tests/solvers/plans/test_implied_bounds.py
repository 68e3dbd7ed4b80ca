"""Bounds of decisions that the rules imply together, against all that the rules allow."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.implied_bounds import implied_bounds, with_implied_bounds
from tests.minis import budget, effect, project, rule, shut_case
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import gated_case, lumpy_case, prepared, solved
from tests.solvers.plans.test_decisions import farthest

CASES = [*(random_case(seed) for seed in range(6)), lumpy_case(3), lumpy_case(5), gated_case(1)]


def pair_case(amount: float, years: tuple[int, ...] = (2026,), **more: object) -> Case:
    """A-B without room; P and Q each add 5 for 60, Q requires P, and so much money for all years together."""
    return shut_case(
        [project("P", 60.0, **more), project("Q", 60.0)],
        years,
        ProjectEffects=[effect("P", "AB", 5.0), effect("Q", "AB", 5.0)],
        ProjectRules=[rule("R", "Q requires P")],
        Budgets=[budget("all", (years[0], years[-1]), amount, amount_per="window")],
    )


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_no_plan_goes_beyond(case: Case) -> None:
    """Proves: the largest value of every decision in any plan that keeps the rules (a MIP each) lies within the bound,
    and the bound within that of the model and of each rule alone.

    If a tolerance or a sign were wrong: the best plan would be cut off, and the best of the rest called best.
    """
    problem = prepared(case)
    decisions = Decisions.of(problem)
    _, upper = implied_bounds(problem, decisions)
    assert np.all(upper <= decisions.narrowed(problem.compiled)[1])
    for column in range(len(decisions.columns)):
        assert farthest(problem, decisions, column, -1.0) <= upper[column]


@pytest.mark.parametrize(("amount", "bounds"), [(50.0, [0, 0]), (100.0, [1, 0]), (120.0, [1, 1]), (119.0, [1, 0])])
def test_rules_and_money_together(amount: float, bounds: list[int]) -> None:
    """Proves: where Q requires P and each costs 60, money of 100 leaves no room for Q: the LP has five sixths of it at
    most. No row alone says so. With exactly the money that both need, both stay; with a million less Q goes.

    If it were ignored: a lower bound would build five sixths of Q, and a budget would leave a gap that is none.
    """
    problem = prepared(pair_case(amount))
    decisions = Decisions.of(problem)
    built = problem.formulation.investment.built
    names = {id(variable): name for (name, _), variable in built.items()}
    found = dict(
        zip(
            [names[id(problem.compiled.variables[column])] for column in decisions.columns],
            implied_bounds(problem, decisions)[1].tolist(),
            strict=True,
        )
    )
    assert [found["P"], found["Q"]] == bounds
    if amount == 100.0:
        assert decisions.narrowed(problem.compiled)[1].tolist() == [1, 1]


def test_the_search_sees_the_narrower_bounds_and_the_case_does_not() -> None:
    """Proves: with money for one of two the searched problem holds Q at nothing, and the problem that questions are put
    to keeps its own bounds; where no plan keeps the rules (committed works cost more than the budget) it is the same.

    If it were ignored: "why not" of a project without room would find no such decision and name no budget.
    """
    problem = prepared(pair_case(100.0))
    decisions = Decisions.of(problem)
    assert sorted(with_implied_bounds(problem, decisions).compiled.upper[decisions.columns]) == [0, 1]
    assert problem.compiled.upper[decisions.columns].tolist() == [1, 1]
    none = prepared(pair_case(50.0, status="committed", committed_opening=2026))
    assert with_implied_bounds(none, Decisions.of(none)) is none


def test_the_search_proves_the_same_plan() -> None:
    """Proves: in a case of three years whose bounds the rules narrow beyond what single rows say, the search by steps
    ends at the cost that one MIP over all finds.

    If it were ignored: narrowed bounds could hide the best plan from the whole search.
    """
    case = pair_case(100.0, years=(2026, 2027, 2028))
    problem = prepared(case)
    decisions = Decisions.of(problem)
    assert np.any(implied_bounds(problem, decisions)[1] < decisions.narrowed(problem.compiled)[1])
    outcome, _ = solved(case, "auto")
    direct, _ = solved(case, "direct")
    assert "periods" in outcome.method or "small changes" in outcome.method
    assert outcome.objective == pytest.approx(direct.objective, rel=1e-6)
    assert outcome.bound <= direct.objective * (1 + 1e-6)
