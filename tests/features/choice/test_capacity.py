"""Full corridors: the split is that of a convex solver, and what a corridor turns away goes to the next best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from model.case.case import Case
from model.features.choice.logit import exact
from model.features.choice.markets import markets
from tests.features.choice.cases import option, parallel, shares, solved
from tests.minis import demand, effect, link, make_case, project

COSTS = {"A1-B1": (2.2, 2.0, 2.6), "A2-B2": (2.0, 2.4, 2.3)}
"""Cost of Middle, North and Ocean by pair."""
CONSTANTS = np.array([0.3, 0.0, -0.2])
SPREAD, NEST = 0.8, 0.5
CROSSING = 1.0
AMOUNT = 10.0


def shared(capacity: float, *, nested: bool, step: float = 0.05, **sheets: Any) -> Case:
    """Two pairs of places whose Middle corridors share one crossing H-K of a capacity; the other ways are their own."""
    free = {"days_regular": 0.0}
    links = [link("crossing", "H-K", container_cost=CROSSING, capacity_kteu=capacity, **free)]
    for ends, (middle, north, ocean) in COSTS.items():
        start, end = ends.split("-")
        links += [
            link(f"to {ends}", f"{start}-H", container_cost=middle - CROSSING, **free),
            link(f"from {ends}", f"K-{end}", container_cost=0.0, **free),
            link(f"North {ends}", ends, container_cost=north, **free),
            link(f"Ocean {ends}", ends, container_cost=ocean, **free),
        ]
    nest = {"nest": "land"} if nested else {}
    spread = {"nest_spread": NEST} if nested else {}
    return make_case(
        "shared crossing",
        ["A1", "A2", "H", "K", "B1", "B2"],
        links,
        [demand(ends, ends, AMOUNT, market="M") for ends in COSTS],
        years=(2026,),
        settings={"choice_step": step},
        Families=[
            {"family": "Middle", "markers": ("crossing",)},
            {"family": "North", "markers": tuple(f"North {ends}" for ends in COSTS)},
            {"family": "Ocean", "markers": tuple(f"Ocean {ends}" for ends in COSTS)},
        ],
        Choice=[
            option("Middle", 0.3, spread=SPREAD, **nest, **spread),
            option("North", **nest),
            option("Ocean", -0.2),
        ],
        **sheets,
    )


def convex(capacity: float, *, nested: bool) -> Any:
    """Shares (pairs, corridors) and cost by scipy: cost, constants and entropy at their least under the capacity."""
    costs = np.array(list(COSTS.values())) + CONSTANTS

    def total(flat: Any) -> float:
        share = np.maximum(flat.reshape(costs.shape), 1e-12)
        entropy = share * np.log(share)
        inner = NEST if nested else SPREAD
        land = share[:, 0] + share[:, 1]
        value = (share * costs).sum() + inner * entropy[:, :2].sum() + SPREAD * entropy[:, 2].sum()
        return AMOUNT * float(value + (SPREAD - inner) * (land * np.log(land)).sum())

    rules = [
        {"type": "eq", "fun": lambda flat: flat.reshape(costs.shape).sum(axis=1) - 1.0},
        {"type": "ineq", "fun": lambda flat: capacity / AMOUNT - flat.reshape(costs.shape)[:, 0].sum()},
    ]
    start = np.full(costs.size, 1.0 / 3.0) * np.tile([0.5, 1.25, 1.25], 2)
    options = {"ftol": 1e-12, "maxiter": 500}
    found = minimize(
        total, start, bounds=[(1e-9, 1.0)] * costs.size, constraints=rules, method="SLSQP", options=options
    )
    assert found.success, found.message
    return found.x.reshape(costs.shape), float(found.fun)


@pytest.mark.parametrize("nested", [False, True], ids=["logit", "nested"])
@pytest.mark.parametrize("capacity", [100.0, 3.0])
def test_shares_under_a_capacity_are_those_of_a_convex_solver(capacity: float, *, nested: bool) -> None:
    """Proves: with room for 3 of 20 kTEU on a crossing that both demands would use more (and with room for all), each
    demand's shares are those of scipy's convex solution within half a step (0.05 in log odds: 2.6 %, and 4 % beside a
    full corridor, where the last kTEU goes to whoever's step is cheapest), the market's within 2.6 %, and the cost
    within 1e-4. If what is turned away went to the cheapest corridor only: shares would be off by tens of per cent."""
    expected, cost = convex(capacity, nested=nested)
    plan = solved(shared(capacity, nested=nested))
    of_market = shares(plan)
    for place, family in enumerate(("Middle", "North", "Ocean")):
        assert of_market[family] == pytest.approx(expected[:, place].mean(), rel=0.026), family
        for row, ends in enumerate(COSTS):
            assert shares(plan, ends)[family] == pytest.approx(expected[row, place], rel=0.06), (ends, family)
    assert plan.outcome.objective == pytest.approx(cost, rel=1e-4)


def test_a_project_is_built_for_what_shippers_gain_by_it() -> None:
    """Proves: a project that takes the crossing from 1 to 6 kTEU is built at a price just below what the convex optimum
    gains by it, and not at one just above. If the plan saw routes and no taste: it would value the project
    otherwise."""
    gain = convex(1.0, nested=False)[1] - convex(6.0, nested=False)[1]
    assert gain > 0.1
    for factor, built in ((0.97, 1), (1.03, 0)):
        case = shared(
            1.0,
            nested=False,
            Projects=[project("P", gain * factor)],
            ProjectEffects=[effect("P", "crossing", 5.0)],
        )
        assert len(solved(case).tables["investments"]) == built


def test_no_plan_takes_a_route_through_two_corridors() -> None:
    """Proves: a way through the markers of Middle and of Ocean that costs 0.4 where every single corridor costs 5 and
    more carries nothing, and the split of the three is the logit's. If it were allowed: cargo would count in two
    corridors, and shares would add up to more than all of it."""
    free = {"days_regular": 0.0}
    case = make_case(
        "two in a row",
        "AMB",
        [
            link("first half", "A-M", container_cost=0.2, **free),
            link("second half", "M-B", container_cost=0.2, **free),
            link("Middle", "A-B", container_cost=5.0, **free),
            link("North", "A-B", container_cost=5.5, **free),
            link("Ocean", "A-B", container_cost=5.2, **free),
        ],
        [demand("D", "A-B", 10.0, market="M")],
        years=(2026,),
        settings={"choice_step": 0.05},
        Families=[
            {"family": "Middle", "markers": ("first half", "Middle")},
            {"family": "North", "markers": ("North",)},
            {"family": "Ocean", "markers": ("second half", "Ocean")},
        ],
        Choice=[option("Middle", spread=1.0), option("North"), option("Ocean")],
    )
    truth = exact(markets(case)["M"], 2026, {"Middle": 5.0, "North": 5.5, "Ocean": 5.2}).shares
    for family, share in shares(solved(case)).items():
        assert share == pytest.approx(truth[family], rel=0.03)


def test_unserved_demand_has_no_taste() -> None:
    """Proves: with every corridor closed the whole demand is left at the penalty, 20 a kTEU, and taste costs nothing.
    If the credit were given for demand instead of for what is served: the plan would cost less than nothing."""
    shut = {f"{family} A-B": {"capacity_kteu": 0.0} for family in ("Middle", "North", "Ocean")}
    options = (option("Middle", spread=1.0), option("North"), option("Ocean"))
    costs = dict.fromkeys(("Middle", "North", "Ocean"), 2.0)
    plan = solved(parallel({"A-B": costs}, options, links=shut))
    assert plan.outcome.objective == pytest.approx(200.0)
    assert plan.tables["choice"]["taste"].abs().max() < 1e-9
