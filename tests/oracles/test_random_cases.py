"""Random small cases: three independent ways to the same optimum."""

from __future__ import annotations

from functools import cache

import pytest

from tests.oracles.arc_flow import arc_flow
from tests.oracles.brute_force import Answer, brute_force
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE, by_planner

SEEDS = range(24)
PLANNER_SEEDS = range(8)
"""Fewer, as the planner takes some 0.3 s a case, most of it building the model."""


@cache
def truth(seed: int) -> Answer | None:
    """The best plan by brute force; None when no plan is allowed."""
    try:
        return brute_force(random_case(seed))
    except ValueError:
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_arc_flow_and_brute_force_agree(seed: int) -> None:
    """
    Proves: the textbook arc-flow MIP and the enumeration of plans and routes, written apart, read the contract alike.
    If one of them misread it: their optima would part on some of these cases.
    """
    case, expected = random_case(seed), truth(seed)
    if expected is None:
        with pytest.raises(ValueError, match="nfeasible"):
            arc_flow(case)
    else:
        assert arc_flow(case).objective == pytest.approx(expected.objective, rel=CLOSE)


@pytest.mark.parametrize("method", ["direct", "decomposed"])
@pytest.mark.parametrize("seed", PLANNER_SEEDS)
def test_planner_reaches_the_optimum(seed: int, method: str) -> None:
    """
    Proves: the planner's optimum by either method is the true one, with periods of several years, discounting, salvage, CO2, tariffs by
    commodity, node facilities, envelopes, rules and changes over time.
    If a rule were left out or a route missed: the objective would differ on some of these cases.
    """
    case, expected = random_case(seed), truth(seed)
    if expected is None:
        with pytest.raises(ValueError, match="no plan"):
            by_planner(case, method)
    else:
        assert by_planner(case, method).objective == pytest.approx(expected.objective, rel=CLOSE)


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
