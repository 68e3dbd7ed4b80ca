"""What a plan is worth is one figure, whoever tells it."""

from __future__ import annotations

import pandas as pd
import pytest

from model.plan.planner import make_plan
from model.plan.tables import MINIMUM
from model.solvers.core.options import SolveOptions
from tests.minis import two_node_case


def test_the_worth_is_what_the_tables_come_to() -> None:
    """
    Proves: where the tables hold the minimum, the outcome says as worth what they come to: the minimum of the answers,
    made 0.5 dearer here, less the plan. A plan without these answers keeps the worth that the search found.
    If it were ignored: run.json and the Appraisal would tell two worths, apart by the tolerance of two solves.
    """
    options = SolveOptions(gap=1e-9, gap_of_worth=0.02)
    alone = make_plan(two_node_case(), options)
    costs = alone.tables["costs"]
    worth = alone.outcome.worth
    dearer = costs.iloc[:1].assign(amount=0.5, discounted=0.5)
    plan = make_plan(two_node_case(), options, questions=lambda *_: {MINIMUM["costs"]: pd.concat([costs, dearer])})
    assert worth is not None
    assert worth != pytest.approx(0.5)
    assert plan.outcome.worth == pytest.approx(0.5)
