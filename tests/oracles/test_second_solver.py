"""A second solver on tiny cases, and a guard against the HiGHS that gave wrong optima."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import pytest

from model.case.case import Case
from tests.minis import budget, budget_case, corridor_of_three, gauge_case, money_case, two_node_case
from tests.oracles.arc_flow import ArcFlow
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE

TINY: dict[str, Callable[[], Case]] = {
    "two nodes": two_node_case,
    "gauge": gauge_case,
    "money": money_case,
    "corridor of three": corridor_of_three,
    "budget": lambda: budget_case(budget("E", (2026, 2029), 20.0, carry_over=True)),
    **{f"random {seed}": lambda seed=seed: random_case(seed) for seed in (0, 1, 3, 4, 5, 6)},
}


@pytest.mark.parametrize("name", list(TINY))
def test_scip_finds_what_highs_finds(name: str) -> None:
    """
    Proves: HiGHS and SCIP, which share no code, agree on the optimum of the same programme.
    If HiGHS cut off the optimum, as 1.14 did: SCIP's would be lower.
    """
    pytest.importorskip("pyscipopt", reason="pyscipopt is not installed: no second solver to compare with")
    model = ArcFlow(TINY[name]()).model
    assert model.solve_with_highs()[0] == pytest.approx(model.solve_with_scip(), rel=CLOSE)


def test_highs_is_not_the_one_with_wrong_optima() -> None:
    """
    Proves: the installed highspy is none of 1.14.*, whose presolve called worse plans optimal (HiGHS issues 2957, 3002,
    3043, 3073, 3094), and not older than what the driver asks for.
    If it were: plans could be reported as optimal that are not.
    """
    major, minor = (int(part) for part in version("highspy").split(".")[:2])
    assert (major, minor) >= (1, 15), "highspy 1.14.* returned wrong optima; install 1.15 or later"


def test_scipy_does_not_carry_it_either() -> None:
    """
    Proves: the HiGHS inside scipy, by which the oracles solve, is none of 1.14.*.
    If it were: planner and oracle could be wrong together, or the oracle alone.
    """
    core = pytest.importorskip("scipy.optimize._highspy._core", reason="scipy keeps its HiGHS elsewhere")
    assert (core.HIGHS_VERSION_MAJOR, core.HIGHS_VERSION_MINOR) != (1, 14)
