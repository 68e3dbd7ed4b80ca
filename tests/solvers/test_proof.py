"""Period subproblems, the LP over their leaves and the proof: every bound is true, whenever the search ends."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest

from model.case.case import Case
from model.network.graph import FloatArray
from model.solvers.core.progress import Event, Interrupted, Progress
from model.solvers.lp.root import gap_asked, solve_root
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.decisions import Decisions, nearest
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search, Solution
from model.solvers.search import steps
from model.solvers.search.in_time import branch
from model.solvers.search.period_tree import Leaf
from model.solvers.search.plans import evaluate
from model.solvers.search.proof import Proof
from model.solvers.search.proving import covers, prove
from model.solvers.search.together import Together, Waiting
from tests.formulation.solving import policy
from tests.minis import demand, effect, link, make_case, project
from tests.oracles.brute_force import brute_force
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared, solved
from tests.solvers.plans.test_improve import two_crossings

NEAR = 1e-6
"""Relative; what an exact evaluation may be off by."""


def with_a_poor_plan(problem: Problem) -> tuple[RootLP, Search]:
    """The solved root LP, and a search that holds the plan nearest to building nothing."""
    lp, search = RootLP(problem), Search()
    assert lp.decomposes
    assert solve_root(problem, lp, search)
    search.best = None
    decisions = Decisions.of(problem)
    begin = nearest(problem, decisions, np.zeros(len(decisions.columns)))
    assert begin is not None
    count = problem.compiled.column_count
    values = lp.values()[:count]
    values[decisions.columns] = begin
    flows = {key: float(flow) for key, flow in zip(lp.columns, lp.values()[count:], strict=True) if flow > 0}
    somewhere = dataclasses.replace(_solution(problem, values), flows=flows)
    plan = WhatIf(problem, somewhere, decisions=decisions, at=begin).plan(begin, whole=True)
    assert plan is not None
    search.keep(plan, problem.progress)
    return lp, search


def _solution(problem: Problem, values: FloatArray) -> Solution:
    return Solution(np.nan, problem.compiled.variables, values, {}, ())


def proven(case: Case, gap: float = 1e-9, threads: int = 2) -> tuple[Search, list[Event]]:
    """The end of a proof that began with a poor plan, and what was told on the way."""
    events: list[Event] = []
    problem = prepared(case)
    options = dataclasses.replace(problem.options, gap=gap, threads=threads)
    problem = dataclasses.replace(problem, options=options, progress=Progress(600.0, events.append))
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    prove(problem, search, WhatIf(problem, search.best), lp)
    return search, events


def laid_out(problem: Problem, search: Search, lp: RootLP) -> tuple[Proof, list[FloatArray]]:
    """A proof before it begins, and the prices of the root LP."""
    assert search.best is not None
    proof = Proof(problem, search, WhatIf(problem, search.best), lp.columns)
    return proof, [tree.part.prices_of(lp.duals()) for tree in proof.trees]


def optimum(case: Case) -> float:
    """The least cost, by the direct method."""
    outcome, _ = solved(case, "direct")
    assert outcome.objective is not None
    return outcome.objective


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6, 7, 9])
def test_bounds_are_true_at_every_stage_and_the_end_is_the_optimum(seed: int) -> None:
    """
    Proves: from a poor plan on, every bound told on the way lies at or below the optimum that the enumeration of all
    plans and routes finds, and the search ends with a plan of that cost, proven; with rules, lives, renewals, budgets.
    If a leaf were lost, a cut untrue or a decision left out wrongly: a bound would lie above the optimum.
    """
    case = random_case(seed)
    try:
        best = brute_force(case).objective
    except ValueError:
        pytest.skip("no plan is allowed in this case")
    problem = prepared(case)
    if not covers(problem, Decisions.of(problem)):
        pytest.skip("nothing to decide, or one part only")
    search, events = proven(case)
    tolerance = NEAR * max(1.0, abs(best))
    assert all(event.bound is None or event.bound <= best + tolerance for event in events)
    assert search.best is not None
    assert search.best.objective == pytest.approx(best, rel=NEAR)
    assert search.bound == pytest.approx(best, rel=NEAR)


@pytest.mark.parametrize("seed", [0, 4, 7])
def test_columns_left_out_of_the_lps_come_back_when_they_matter(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: with every column of one row left out of the parts' LPs at the bound where the first optimum had it, as
    steps of choice are where there are many, all bounds on the way are true and the end is the enumeration's optimum.
    If one did not come back when it pays, or came back twice over: plans would be told too dear, or bounds too high.
    """
    monkeypatch.setattr(steps, "LEAST", 1)
    monkeypatch.setattr(steps, "STAYING", 0)
    left_out: list[int] = []
    leave_out = steps.LeanLP.leave_out

    def counted(self: steps.LeanLP) -> int:
        left_out.append(leave_out(self))
        return left_out[-1]

    monkeypatch.setattr(steps.LeanLP, "leave_out", counted)
    case = random_case(seed)
    best = brute_force(case).objective
    search, events = proven(case)
    assert sum(left_out) > 0
    assert all(event.bound is None or event.bound <= best + NEAR * max(1.0, abs(best)) for event in events)
    assert search.best is not None
    assert search.best.objective == pytest.approx(best, rel=NEAR)
    assert search.bound == pytest.approx(best, rel=NEAR)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_budgets_tie_the_periods(seed: int) -> None:
    """
    Proves: with a yearly budget over lumpy projects the proof ends at the optimum of the direct method, all bounds on
    the way below it.
    If a row that ties periods were left out of the LP over leaves: the bound would stop short of the optimum; if one
    were counted twice: it would pass it.
    """
    case = lumpy_case(seed)
    best = optimum(case)
    search, events = proven(case, gap=1e-7)
    assert search.best is not None
    assert search.best.objective == pytest.approx(best, rel=NEAR)
    assert best * (1 - 3e-7) <= search.bound <= best * (1 + NEAR)
    assert all(event.bound is None or event.bound <= best * (1 + NEAR) for event in events)


@pytest.mark.parametrize("amounts", [(4.0, 6.0), (3.0, 3.0), (4.0, 1.0)])
def test_whole_ships_of_a_part_are_branched_too(amounts: tuple[float, float]) -> None:
    """
    Proves: where ships of one type sail on two crossings, the proof ends at the optimum with whole ships.
    If the parts' own whole columns stayed in fractions: the bound would stay below the cost of the best plan.
    """
    case = two_crossings(*amounts)
    best = optimum(case)
    search, _ = proven(case)
    assert search.best is not None
    assert search.best.objective == pytest.approx(best, rel=NEAR)
    assert search.bound == pytest.approx(best, rel=NEAR)


def windowed(until: int) -> Case:
    """Three years, a CO2 budget from 2026 on that the road must share out, and rail that three projects widen."""
    road = link("road", "A-B", carrier="road", co2_g_per_tkm=500.0)
    rail = link("rail", "A-B", container_cost=2.0, capacity_kteu=2.0)
    budget_of_window = policy("climate", "co2", "<=", 0.4, value_per="window", first_year=2026, last_year=until)
    return make_case(
        "windowed",
        "AB",
        [road, rail],
        [demand("D", "A-B", {2026: 4.0, 2027: 8.0, 2028: 9.0})],
        years=(2026, 2027, 2028),
        Policies=[budget_of_window],
        Projects=[project("P", 9.0), project("Q", 14.0), project("R", 30.0)],
        ProjectEffects=[effect("P", "rail", 2.0), effect("Q", "rail", 3.0), effect("R", "rail", 6.0)],
    )


@pytest.mark.parametrize(("until", "parts"), [(2026, 3), (2027, 2), (2028, 1)])
def test_a_window_makes_one_part_of_its_years(until: int, parts: int) -> None:
    """
    Proves: a budget of CO2 over two of three years joins these into one part, and the proof ends at the optimum of
    the direct method; over all three it leaves the problem to the other methods.
    If years that share a budget were priced apart: each could spend all of it, and the bound would be no bound of the
    plans that share it, only of cheaper ones; if the method stayed on with one part, nothing would be gained.
    """
    case = windowed(until)
    problem = prepared(case)
    decisions = Decisions.of(problem)
    assert len(decisions.parts(problem.compiled)) == parts
    assert covers(problem, decisions) == (parts > 1)
    best = optimum(case)
    search, events = proven(case)
    assert all(event.bound is None or event.bound <= best + NEAR * abs(best) for event in events)
    assert search.best is not None
    if parts > 1:
        assert search.best.objective == pytest.approx(best, rel=NEAR)
        assert search.bound == pytest.approx(best, rel=NEAR)
    outcome, _ = solved(case, "auto")
    assert outcome.objective == pytest.approx(best, rel=NEAR)


def test_every_cut_holds_at_every_state() -> None:
    """
    Proves: each cut that a tree keeps, made at any leaf and any prices, says no more of a state than that state costs,
    for all states of three parts (6 projects of one module: 2^6 states each).
    If a cut held in its own leaf only, or routes were missing when it was made: some state would cost less.
    """
    problem = prepared(lumpy_case(2))
    lp, search = with_a_poor_plan(problem)
    proof, prices = laid_out(problem, search, lp)
    proof.begin(prices)
    proof.grow()
    proof.rounds()
    checked = 0
    for tree in proof.trees:
        made = len(tree.part.constants)
        ends = [(0.0, float(most)) for most in tree.part.upper[: tree.copies]]
        states = [np.array(state) for state in itertools.product(*(dict.fromkeys(pair) for pair in ends))]
        tree.set_prices(np.zeros(tree.copies))
        tree.states.clear()
        Together(1, problem.progress).do([evaluate(tree, states, 0.0)])
        for key, cost in tree.states.items():
            state = np.frombuffer(key, dtype=np.int16).astype(float)
            told = tree.part.constants[:made] + tree.part.slopes[:made, : tree.copies] @ state
            assert told.max(initial=-np.inf) <= cost + NEAR * max(1.0, abs(cost))
            checked += made
    assert checked > 1000


def test_leaves_hold_every_plan_once() -> None:
    """
    Proves: after the trees have grown without any ceiling, each state of a part that its rules allow (here the budget
    of the first year) lies in exactly one leaf, and every other state in one at most.
    If the halves of a leaf overlapped or left a gap: a bound over the leaves would not be a bound over the plans.
    """
    problem = prepared(lumpy_case(3))
    lp, search = with_a_poor_plan(problem)
    proof, of_root = laid_out(problem, search, lp)
    for tree, prices in zip(proof.trees, of_root, strict=True):
        tree.set_prices(prices)
        Together(1, problem.progress).do([tree.refine(np.inf, 40, 0.0)])
        ends = zip(tree.part.lower.tolist(), tree.part.upper.tolist(), strict=True)
        states = [np.array(state) for state in itertools.product(*(dict.fromkeys(pair) for pair in ends))]
        Together(1, problem.progress).do([evaluate(tree, states, 0.0)])
        for state in states:
            count = sum(_holds(leaf, state) for leaf in tree.leaves)
            assert count == 1 if state.astype(np.int16).tobytes() in tree.states else count <= 1
    assert max(len(tree.leaves) for tree in proof.trees) > 1


def _holds(leaf: Leaf, state: FloatArray) -> bool:
    return bool(np.all(state >= leaf.lower) and np.all(state <= leaf.upper))


@pytest.mark.parametrize("after", [18, 27, 36, 75, 150])
def test_a_search_that_is_stopped_leaves_a_true_bound(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: stopped after any number of LPs of parts, the bound is true and no better than at the end, and the plan of
    the beginning is still there.
    If a leaf were taken away before its halves stand in its place: a bound taken then would miss plans.
    """
    case = lumpy_case(4)
    best = optimum(case)
    problem = prepared(case)
    lp, search = with_a_poor_plan(problem)
    runs = itertools.count()
    go_on = Together._go_on

    def stopping(*given: Any) -> Waiting | None:
        if next(runs) >= after:
            raise Interrupted
        return go_on(*given)

    monkeypatch.setattr(Together, "_go_on", stopping)
    proof, prices = laid_out(problem, search, lp)
    try:
        proof.begin(prices)
        proof.grow()
        proof.rounds()
        branch(proof, patient=False)
    except Interrupted:
        pass
    assert search.bound <= best * (1 + NEAR)
    assert search.best is not None
    monkeypatch.undo()
    proof.hull.hold(proof.lower, proof.upper)  # the stop may have come in a node of branching in time
    point = proof.settle()
    assert point is None or point.bound <= best * (1 + NEAR)


def test_one_thread_or_two_prove_the_same() -> None:
    """
    Proves: bounds, plans and words on the way are the same with the periods side by side in two threads as on one.
    If routes reached a part in the order in which threads happen to end: two runs would differ.
    """
    told = []
    for threads in (1, 2):
        search, events = proven(lumpy_case(5), gap=1e-7, threads=threads)
        told.append((search.bound, [(event.stage, event.words, event.bound, event.incumbent) for event in events]))
    assert told[0] == told[1]


def test_the_gap_asked_for_follows_what_the_best_plan_saves() -> None:
    """
    Proves: where a share of what the plan saves is asked for, the gap that the proof works towards grows with each
    better plan, and is the one that is told at the end.
    If it stayed at what the first plan saved: a search that begins with a poor plan, as in another world, would go on
    long after the gap that is told was reached.
    """
    problem = prepared(lumpy_case(3))
    options = dataclasses.replace(problem.options, gap=0.5, gap_of_worth=0.1)
    problem = dataclasses.replace(problem, options=options)
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    search.least = search.best.objective * 1.1
    proof, _ = laid_out(problem, search, lp)
    assert proof.open_gap == pytest.approx(0.01 * search.best.objective)
    cheaper = dataclasses.replace(search.best, objective=0.9 * search.best.objective)
    assert search.keep(cheaper, problem.progress)
    assert proof.open_gap == pytest.approx(0.1 * (search.least - cheaper.objective))
    assert proof.open_gap == pytest.approx(gap_asked(problem, search) * cheaper.objective)
