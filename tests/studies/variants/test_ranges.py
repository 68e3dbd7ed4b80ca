"""What is said of the difference of two plans, also where one of them is not there."""

from __future__ import annotations

from math import inf

import pytest

from model.solvers.core.outcome import Status
from model.studies.variants.answers import Answer
from model.studies.variants.planning import Variant
from model.studies.variants.ranges import NO_PLAN, NONE_FOUND, Difference
from model.studies.variants.stress import stress
from tests.minis import two_node_case
from tests.studies.variants.of_minis import plain


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ((0.0, 0.0, 0.0), "nothing"),
        ((100.0, 50.0, 120.0), "proven"),
        ((100.0, 0.0, 120.0), "not proven"),
        ((100.0, 50.0, inf), "proven"),  # the cheaper plan has no bound
        ((100.0, 0.0, inf), "not proven"),
        ((inf, inf, inf), NO_PLAN),
        ((inf, 50.0, inf), NONE_FOUND),
    ],
)
def test_verdicts(figures: tuple[float, float, float], verdict: str) -> None:
    """Proves: a decision without a plan is never told to cost nothing, and it is told whether that is proven; what no
    bound limits from above can be proven from below. If it were ignored: beside a work without which no plan exists a
    lender would read "nothing"."""
    assert Difference(*figures).verdict == verdict


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [(Status.INFEASIBLE, NO_PLAN, "cannot be held"), (Status.NO_PLAN, NONE_FOUND, "is not known")],
)
def test_a_plan_that_was_not_found_held_is_not_called_impossible(status: Status, verdict: str, said: str) -> None:
    """Proves: stress says that a plan cannot be held only where that is proven, not where time was up.
    If it were ignored: a plan would be given up for the speed of a computer."""

    def planner(variants: list[Variant]) -> dict[str, Answer]:
        return {
            one.name: Answer(status, "So it ended.") if one.name.startswith("held:") else plain([one])[one.name]
            for one in variants
        }

    case = two_node_case()
    row = stress(case, [case], planner).iloc[0]
    assert row["verdict"] == verdict
    assert said in row["remark"]
    assert row["remark"].endswith("So it ended.")
