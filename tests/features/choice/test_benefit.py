"""Users' benefit between two plans: the change of the logsum, and of the objective."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.features.choice.benefit import perceived, users_benefit
from model.features.choice.logit import exact
from model.features.choice.markets import markets
from tests.features.choice.cases import option, parallel, solved
from tests.features.choice.test_capacity import shared

OPTIONS = (option("Middle", 0.5, spread=1.0), option("North"), option("Ocean", -0.25))
BEFORE = {"A-B": {"Middle": 3.0, "North": 2.5, "Ocean": 2.7}, "C-D": {"Middle": 2.4, "North": 3.1, "Ocean": 2.6}}


def cheaper(case: Case, by: float) -> Case:
    """The case with all links of the Middle corridor cheaper (or dearer below 0)."""
    links = case.table("Links")
    middle = links["link"].str.startswith(("Middle", "crossing"))
    return case.with_tables(Links=links.assign(container_cost=links["container_cost"] - by * middle))


@pytest.mark.parametrize("by", [0.2, -0.2])
def test_benefit_is_the_change_of_the_logsum(by: float) -> None:
    """Proves: a corridor 200 USD/TEU cheaper (or dearer) is worth to shippers, by market, what the logsum says:
    within 1 % of the smooth logit's at steps of 0.05; and the rule of half, 0.2 × the mean of boxes before and after,
    is within 1 %. If benefit were counted on the boxes of before: it would be off by half of what the price attracts,
    some 9 %."""
    case = parallel(BEFORE, OPTIONS, step=0.05)
    market, later = markets(case)["M"], cheaper(case, by)
    plan, other = solved(case), solved(later)
    found = users_benefit(plan.tables, other.tables, case, later)
    change = {e: {**costs, "Middle": costs["Middle"] - by} for e, costs in BEFORE.items()}
    logsum = sum(
        10.0 * (exact(market, 2026, BEFORE[ends]).logsum - exact(market, 2026, change[ends]).logsum) for ends in BEFORE
    )
    assert found["benefit"].tolist() == [pytest.approx(logsum, rel=0.01)]
    boxes = [p.tables["choice"].set_index("family").loc["Middle", "served"] for p in (plan, other)]
    assert found["benefit"].iloc[0] == pytest.approx(by * float(np.mean(boxes)), rel=0.02)


@pytest.mark.parametrize("nested", [False, True], ids=["logit", "nested"])
def test_benefit_is_the_change_of_the_objective(*, nested: bool) -> None:
    """Proves: where all cargo chooses and nothing is built, the users' benefit between two verified plans is the fall
    of the objective to 1e-6, with a crossing that is full as well; travel, taste and penalty add up to it.
    If the curve of the logsum were another than that of the plan: the two would part by the width of a step."""
    case = shared(3.0, nested=nested, step=0.5)
    later = cheaper(case, 0.2)
    plan, other = solved(case), solved(later)
    found = users_benefit(plan.tables, other.tables, case, later)
    fall = float(plan.outcome.objective or 0.0) - float(other.outcome.objective or 0.0)
    assert fall > 0.1
    assert found["discounted"].sum() == pytest.approx(fall, rel=1e-6)
    assert found[["travel", "taste", "penalty"]].to_numpy().sum() == pytest.approx(found["benefit"].sum(), rel=1e-12)
    whole = perceived(plan.tables, case)
    assert (whole["perceived"] * whole["years"]).sum() == pytest.approx(plan.outcome.objective, rel=1e-6)


def test_benefit_of_other_demand_is_refused() -> None:
    """Proves: two plans of different demand are not compared. If they were: growth would look like a loss of
    welfare."""
    case = parallel(BEFORE, OPTIONS)
    more = parallel(BEFORE, OPTIONS, amount=11.0)
    with pytest.raises(ValueError, match="different demand"):
        users_benefit(solved(case).tables, solved(more).tables, case, more)


def test_tonnes_that_choose_may_stay_at_home() -> None:
    """Proves: 150 kt of grain, 7.5 kTEU at 20 t a TEU, that may also stay at home: the penalty of what does is 1.5 a kt
    (20 kt a kTEU), taste takes it back, and travel, taste and penalty add up to the objective.
    If a kTEU and a kt were taken for one another: taste would be some 400 times off where only tonnes show it."""
    options = (*OPTIONS, option("outside", 4.0))
    case = parallel({"A-B": {"Middle": 2.5, "North": 3.0, "Ocean": 3.25}}, options, step=0.1, amount=150.0)
    grain = case.with_tables(Demand=case.table("Demand").assign(commodity="grain", unit="kt"))
    plan = solved(grain)
    split = plan.tables["choice_entries"].set_index("family")
    found = perceived(plan.tables, grain)
    assert found["amount"].tolist() == [pytest.approx(7.5)]
    assert split.loc["outside", "served"] > 0.1
    assert found["penalty"].tolist() == [pytest.approx(1.5 * 20.0 * split.loc["outside", "served"])]
    assert (found["perceived"] * found["years"]).sum() == pytest.approx(plan.outcome.objective, rel=1e-9)
