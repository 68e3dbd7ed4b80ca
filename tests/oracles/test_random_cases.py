"""Random small cases: three independent ways to the same optimum."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from model.case.case import Case
from tests.oracles.arc_flow import Solution, arc_flow
from tests.oracles.brute_force import Answer, brute_force
from tests.oracles.many_random_cases import found
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE, Method, by_planner, planned

SEEDS = range(18)
PLANNER_SEEDS = range(8)
METHOD_SEEDS = (1, 8, 16)
MORE_SEEDS = range(18, 25)
"""Fewer, as the planner takes some 0.3 s a case, most of it building the model."""


@cache
def truth(seed: int) -> Answer | None:
    """The best plan by brute force; None when no plan is allowed."""
    try:
        return brute_force(random_case(seed))
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("way", "seed"), [*((arc_flow, seed) for seed in SEEDS), *((by_planner, seed) for seed in PLANNER_SEEDS)]
)
def test_every_way_finds_the_optimum(way: Callable[[Case], Answer | Solution], seed: int) -> None:
    """
    Proves: the textbook arc-flow MIP, the enumeration of plans and routes, and the planner, written apart, read the
    contract alike, with periods of several years, discounting, salvage, CO2, tariffs by commodity, node facilities,
    envelopes, rules and changes over time.
    If one of them misread it, left out a rule or missed a route: their optima would part on some of these cases.
    """
    case, expected = random_case(seed), truth(seed)
    if expected is None:
        with pytest.raises(ValueError, match=r"nfeasible|no plan"):
            way(case)
    else:
        assert way(case).objective == pytest.approx(expected.objective, rel=CLOSE)


@pytest.mark.parametrize("method", ["direct", "decomposed"])
@pytest.mark.parametrize("seed", METHOD_SEEDS)
def test_every_method_is_honest(seed: int, method: Method) -> None:
    """
    Proves: whatever the method, the bound is not above the true optimum, the plan passes the verifier and is not below
    it, and 'optimal' is said only when they meet.
    If the bound came from the routes found so far only: it could lie above, and a worse plan be called best.
    """
    expected, outcome = truth(seed), planned(random_case(seed), method).outcome
    assert expected is not None
    slack = CLOSE * abs(expected.objective)
    assert outcome.status in ("optimal", "feasible"), outcome.message
    assert outcome.bound <= expected.objective + slack
    assert outcome.objective >= expected.objective - slack
    if outcome.status == "optimal":
        assert outcome.objective == pytest.approx(expected.objective, rel=CLOSE)


@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_methods_and_textbook_agree(seed: int) -> None:
    """
    Proves: direct and decomposed plans pass the verifier and cost what the textbook programme says, or all three find
    that there is no plan; 500 seeds by `python -m tests.oracles.many_random_cases 500`.
    If it were ignored: a method could be right on the few seeds above alone.
    """
    assert found(seed) in ("agree", "no plan")


def test_the_random_cases_are_worth_solving() -> None:
    """
    Proves: the generator makes cases that bite: most have a plan, most leave something unserved or build something.
    If it made only trivial or impossible ones: the comparisons above would prove nothing.
    """
    answers = [answer for seed in SEEDS if (answer := truth(seed)) is not None]
    built = sum(bool(answer.openings()) for answer in answers)
    unserved = sum(any(amount > CLOSE for amount in answer.unserved.values()) for answer in answers)
    assert len(answers) >= 0.75 * len(SEEDS)
    assert built >= len(SEEDS) / 3
    assert unserved >= len(SEEDS) / 3
