"""Random small cases: three independent ways to the same optimum."""

from __future__ import annotations

import pytest

from tests.oracles.arc_flow import arc_flow
from tests.oracles.brute_force import brute_force
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE, by_brute_force, by_planner

SEEDS = range(40)
PLANNER_SEEDS = range(16)
"""The planner takes some 0.3 s a case, most of it building the model."""


@pytest.mark.parametrize("seed", SEEDS)
def test_arc_flow_and_brute_force_agree(seed: int) -> None:
    """
    Proves: the textbook arc-flow MIP and the enumeration of plans and routes, written apart, read the contract alike.
    If one of them misread it: their optima would part on some of these cases.
    """
    case = random_case(seed)
    try:
        expected = brute_force(case).objective
    except ValueError:
        with pytest.raises(ValueError, match="nfeasible"):
            arc_flow(case)
        return
    assert arc_flow(case).objective == pytest.approx(expected, rel=CLOSE)


@pytest.mark.parametrize("seed", PLANNER_SEEDS)
def test_planner_reaches_the_optimum(seed: int) -> None:
    """
    Proves: the planner's optimum is the true one, with periods of several years, discounting, salvage, CO2, tariffs by
    commodity, node facilities, envelopes, rules and changes over time.
    If a rule were left out or a route missed: the objective would differ on some of these cases.
    """
    case = random_case(seed)
    try:
        expected = by_brute_force(case)
    except ValueError:
        with pytest.raises(ValueError, match="no plan"):
            by_planner(case)
        return
    assert by_planner(case).objective == pytest.approx(expected.objective, rel=CLOSE)


def test_the_random_cases_are_worth_solving() -> None:
    """
    Proves: the generator makes cases that bite: most have a plan, most leave something unserved or build something.
    If it made only trivial or impossible ones: the comparisons above would prove nothing.
    """
    built = unserved = without = 0
    for seed in PLANNER_SEEDS:
        try:
            answer = brute_force(random_case(seed))
        except ValueError:
            without += 1
            continue
        built += bool(answer.openings())
        unserved += any(amount > CLOSE for amount in answer.unserved.values())
    assert without <= len(PLANNER_SEEDS) // 4
    assert built >= len(PLANNER_SEEDS) // 3
    assert unserved >= len(PLANNER_SEEDS) // 3
