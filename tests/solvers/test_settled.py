"""What the proof says to be settled, against all plans there are; and the limit of the time that asking may take."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.engine import solve_prepared
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Search
from model.solvers.search import settled
from model.solvers.search.hull import Hull
from model.solvers.search.hull_bounds import HullPoint
from model.solvers.search.proof import Proof
from tests.minis import demand, effect, link, make_case, project
from tests.oracles.brute_force import BruteForce, Plan
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared
from tests.solvers.test_proof import NEAR, laid_out, with_a_poor_plan


def proof_of(case: Case, gap: float) -> tuple[Proof, Search]:
    """A proof that went on until some gap, or as far as the rounds go."""
    problem = prepared(case)
    options = dataclasses.replace(problem.options, gap=gap)
    problem = dataclasses.replace(problem, options=options, progress=Progress(600.0))
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    proof, prices = laid_out(problem, search, lp)
    proof.begin(prices)
    proof.grow()
    proof.rounds()
    return proof, search


def every_plan(case: Case) -> list[tuple[Plan, float]]:
    """All plans of a case and their costs, million USD."""
    oracle = BruteForce(case)
    positions = range(len(oracle.periods))
    allowed = (plan for plan in oracle._plans() if oracle._allowed(plan))
    return [(plan, oracle._money(plan) + sum(oracle._operate(plan, at)[0] for at in positions)) for plan in allowed]


def least_by_opening(plans: list[tuple[Plan, float]], project: str) -> dict[int | None, float]:
    """Number of the period in which the first module opens, None for never → cost of the cheapest such plan."""
    found: dict[int | None, float] = {}
    for plan, cost in plans:
        first = next((position for position, built in enumerate(plan[project].profile) if built), None)
        found[first] = min(cost, found.get(first, float("inf")))
    return found


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (random_case(9), {"latest"}),
        (random_case(17), {"latest"}),
        (lumpy_case(10), {"latest", "not before", "built, not after"}),
    ],
    ids=["9", "17", "lumpy"],
)
def test_no_cheaper_plan_opens_before_or_after_the_years_told(case: Case, expected: set[str]) -> None:
    """
    Proves: no plan of the enumeration that is cheaper than the best one found opens a project before the year told, nor
    after the other one or never; years are told of a project that stays open, and of one whose year does. If a bound of
    one period were taken for another's, or said of a period in which the project cannot be open: a planner would wait
    with what a cheaper plan builds now.
    """
    proof, _ = proof_of(case, 0.1)
    point = proof.settle()
    assert point is not None
    proof.look_for_plan(point)
    every, told = every_plan(case), set()
    years = [period.first_year for period in case.periods]
    for one in settled.settlements(proof):
        for opening, cost in least_by_opening(every, one.project).items():
            year = np.inf if opening is None else years[opening]
            early = one.earliest is not None and year < one.earliest
            late = one.latest is not None and year > one.latest
            assert not (early or late) or cost >= proof.cost - NEAR * abs(proof.cost)
        assert one.latest != years[-1]  # 'not after' the last year of all would say nothing
        told |= {"not before"} if one.earliest is not None and not one.is_settled else set()
        told |= {"latest"} if one.latest is not None else set()
        told |= {"built, not after"} if one.latest is not None and not one.year_is_settled else set()
    assert told == expected


@pytest.mark.parametrize("gap", [1e-9, 0.05])
@pytest.mark.parametrize("seed", [0, 1, 2, 4, 6])
def test_no_plan_that_decides_otherwise_saves_more_than_is_told(seed: int, gap: float) -> None:
    """
    Proves: for each project, no plan of the enumeration that builds it where the best plan found does not (or the other
    way round), or opens it in another year, saves more than is told; with the proof ended early and at the optimum.
    If a bound were taken for something it does not say, as that of two modules for one: a decision would be called
    settled that a cheaper plan takes otherwise.
    """
    case = random_case(seed)
    proof, search = proof_of(case, gap)
    plans = every_plan(case)
    for one in settled.settlements(proof):
        built = [bool(round(each)) for each in proof.plan[settled._decided(proof)[one.project]]]
        first = built.index(True) if built[-1] else None
        least = least_by_opening(plans, one.project)
        otherwise = min(
            (cost for opening, cost in least.items() if (opening is None) != (first is None)), default=np.inf
        )
        assert one.saving >= proof.cost - otherwise - NEAR * abs(proof.cost)
        assert (one.timing is None) == (first is None)
        if one.timing is not None:
            moved = min((cost for opening, cost in least.items() if opening not in (first, None)), default=np.inf)
            assert one.timing >= proof.cost - moved - NEAR * abs(proof.cost)
    assert search.best is not None


def test_time_is_looked_at_within_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where each LP over leaves takes a minute, settling ends with the LP during which its limit passes, in the
    middle of a question, and what was not asked is told by the bound that was known before: not one project is left
    out, and none is called settled that a longer time leaves open.
    If the limit were looked at between questions only: one question could take twelve such LPs, as on the shipped case
    (250 seconds for a limit of 66).
    """
    proof, _ = proof_of(lumpy_case(2), 0.3)
    progress = proof.problem.progress
    solve, count = Hull.solve, 0

    def slow(self: Hull) -> HullPoint | None:
        nonlocal count
        point = solve(self)  # raises Interrupted when time was up before
        count += 1
        progress._start -= 60.0
        return point

    monkeypatch.setattr(Hull, "solve", slow)
    hasty = {one.project: one for one in settled.settlements(proof)}
    assert count == 1
    assert progress.time_left > 0  # of the whole search, which goes on with its own limit
    monkeypatch.undo()
    patient = {one.project: one for one in settled.settlements(proof)}
    assert list(hasty) == list(patient)
    assert all(hasty[project].saving >= patient[project].saving - NEAR for project in patient)
    assert any(one.saving > 0 for one in patient.values())


def test_a_question_ends_with_what_it_has_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a question whose second LP is not allowed any more keeps the bound of the first one.
    If it were lost with the time: the longest questions would tell nothing at all.
    """
    proof, _ = proof_of(lumpy_case(2), 0.3)
    progress = proof.problem.progress
    bounds = []
    for rounds in (1, 12):
        monkeypatch.setattr("model.solvers.search.settled.INNER_ROUNDS", rounds)
        bounds.append(settled.bound_within(proof, proof.lower, proof.upper))
    left = iter([1.0] * 3)
    with progress.within(lambda: next(left, 0.0)):
        bounds.append(settled.bound_within(proof, proof.lower, proof.upper))
    assert all(-1e6 < bound <= proof.cost for bound in bounds)
    with progress.within(lambda: 0.0):
        assert settled.bound_within(proof, proof.lower, proof.upper) == float("-inf")


def test_a_step_has_a_limit_of_its_own() -> None:
    """
    Proves: inside `within` time is up as soon as the step's is, or when that of all is; afterwards the step's does not
    count. If it did: a phase that used up its share would end the whole search.
    """
    progress = Progress(100.0)
    with progress.within(lambda: 0.0):
        assert progress.must_stop
        assert progress.time_left == 0.0
    assert not progress.must_stop
    with progress.within(lambda: 1000.0):
        assert 99.0 < progress.time_left <= 100.0


def test_what_is_known_is_told_although_time_is_up() -> None:
    """
    Proves: a question about a plan that was answered before is answered again without any time left, and one that was
    not raises Interrupted within the LP at work. If it were not: chosen projects would read 'not worked out' although
    the search had worked them out.
    """
    problem = prepared(lumpy_case(1))
    _, solution = solve_prepared(problem)
    assert solution is not None
    asked = WhatIf(problem, solution, 600.0)
    bare = asked.least_built()
    change = asked.exactly(bare)
    asked.stopped = lambda: True
    assert asked.exactly(bare) == change
    every = {(name, period): 1 for name, period in asked.problem.formulation.investment.built}
    with pytest.raises(Interrupted):
        asked.exactly(asked.values(every))


def test_a_project_decided_in_is_told_no_later_than_it_must_open() -> None:
    """
    Proves: of a project of two modules that a decision puts in by 2027, which the rules then give the lower bound 1 in
    all later years, no "not before" later than 2027 is told, though a second module in 2029 would pay.
    If a bound on "two modules" were kept as one on "open": a planner would read "not before 2029" of works of 2027.
    """
    case = make_case(
        "early",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0, container_cost=1.0)],
        [demand("D", "A-B", {2026: 10.0, 2027: 15.0, 2028: 15.0, 2029: 25.6})],
        years=(2026, 2027, 2028, 2029),
        Projects=[project("P", 60.0, maximum_modules=2, upkeep=8.0)],
        ProjectEffects=[effect("P", "AB", 12.0)],
        Decisions=[{"project": "P", "decision": "in", "last_year": 2027}],
    )
    problem = prepared(case)
    options = dataclasses.replace(problem.options, gap=0.03)
    problem = dataclasses.replace(problem, options=options, progress=Progress(600.0))
    lp, search = with_a_poor_plan(problem)
    proof, prices = laid_out(problem, search, lp)
    one_module = np.array([0.0, 1.0, 1.0, 1.0])
    values = np.zeros(len(proof.decisions.columns))
    values[: len(one_module)] = one_module
    search.best = None
    assert search.keep(proof.asked.plan(values, whole=True), problem.progress)
    proof.begin(prices)
    proof.grow()
    for _ in range(6):
        point = proof.settle()
        assert point is not None
        proof.sharpen(point)
    said = {one.project: one for one in settled.settlements(proof)}["P"]
    assert said.earliest is None or said.earliest <= 2027
    assert said.latest is None or said.latest <= 2027
