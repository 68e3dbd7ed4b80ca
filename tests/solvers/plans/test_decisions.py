"""Bounds of the decisions that their rules narrow, against all that the rules allow."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.core.highs import Status, new_solver
from model.solvers.core.linear_program import LinearProgram
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem
from tests.minis import demand, effect, link, make_case, project
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared

CASES = [*(random_case(seed) for seed in range(6)), lumpy_case(3), lumpy_case(5)]


def farthest(problem: Problem, decisions: Decisions, column: int, sign: float) -> float:
    """The least (sign 1) or largest (sign -1) value of a decision in any whole plan that keeps the rules."""
    compiled, count = problem.compiled, len(decisions.columns)
    cost = np.zeros(count)
    cost[column] = sign
    solver = new_solver(problem.options)
    LinearProgram(
        cost, compiled.lower[decisions.columns], compiled.upper[decisions.columns], decisions.matrix,
        compiled.row_lower[decisions.rules], compiled.row_upper[decisions.rules], whole=np.arange(count),
    ).pass_to(solver, "the rules")  # fmt: skip
    solver.run()
    assert solver.getModelStatus() == Status.kOptimal
    return float(np.round(solver.getSolution().col_value[column]))


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_rules_narrow_no_plan_away(case: Case) -> None:
    """
    Proves: the least and the largest value of every decision in any plan that keeps the rules (a MIP each) lie within
    the narrowed bounds, and these within those of the model.
    If a rule were turned the wrong way round: plans would be lost, and the proof would call the best of the rest best.
    """
    problem = prepared(case)
    decisions = Decisions.of(problem)
    lower, upper = decisions.narrowed(problem.compiled)
    assert np.all(lower >= problem.compiled.lower[decisions.columns])
    assert np.all(upper <= problem.compiled.upper[decisions.columns])
    for column in range(len(decisions.columns)):
        assert lower[column] <= farthest(problem, decisions, column, 1.0)
        assert farthest(problem, decisions, column, -1.0) <= upper[column]


def test_what_is_committed_stands_in_all_later_years() -> None:
    """
    Proves: a project that is committed to some year has the lower bound 1 in that year and in all later ones, though
    only a row of the model says so.
    If it had 0 there: every period's tree would branch on works that are decided, as it did on the shipped case.
    """
    problem = prepared(
        make_case(
            "committed",
            "AB",
            [link("rail", "A-B", container_cost=1.0, capacity_kteu=1.0), link("road", "A-B", container_cost=9.0)],
            [demand("D", "A-B", 3.0)],
            years=(2026, 2027, 2028, 2029),
            Projects=[project("P", 9.0, status="committed", committed_opening=2027)],
            ProjectEffects=[effect("P", "rail", 2.0)],
        )
    )
    decisions = Decisions.of(problem)
    lower, _ = decisions.narrowed(problem.compiled)
    place = {id(problem.compiled.variables[column]): at for at, column in enumerate(decisions.columns.tolist())}
    built = problem.formulation.investment.built
    assert [float(lower[place[id(built["P", period.name])]]) for period in problem.formulation.periods] == [0, 1, 1, 1]
