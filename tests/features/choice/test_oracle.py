"""Random cases of choice: the planner against the textbook arc-flow MIP with the same steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.case.case import Case
from model.features.choice.markets import families, markets
from model.features.choice.shape import shape_of
from model.features.choice.steps import place
from tests.features.choice.cases import CORRIDORS, solved
from tests.minis import Record, demand, effect, link, make_case, node, project
from tests.oracles.arc_flow import ArcFlow
from tests.oracles.arc_flow_operation import Operation
from tests.oracles.sheets import Cargo

SEEDS = range(6)


def random_choice(seed: int) -> Case:
    """West and East of three places each, joined inside; two links of each corridor cross, some with little room."""
    dice = np.random.default_rng(seed)

    def price(low: float, high: float) -> float:
        return round(float(dice.uniform(low, high)), 3)

    west, east = ["W1", "W2", "W3"], ["E1", "E2", "E3"]
    links = [
        link(f"{a}{b}", f"{a}-{b}", container_cost=price(0.1, 1.0))
        for s in (west, east)
        for a, b in zip(s, s[1:], strict=False)
    ]
    for family in CORRIDORS:
        for number in (1, 2):
            room: Record = {"capacity_kteu": price(1.0, 8.0)} if dice.random() < 0.6 else {}
            ends = f"{dice.choice(west)}-{dice.choice(east)}"
            links.append(link(f"{family} {number}", ends, container_cost=price(1.0, 4.0), **room))
    if not any("capacity_kteu" in row for row in links):
        links[-1]["capacity_kteu"] = 2.0
    limited = [str(row["link"]) for row in links if "capacity_kteu" in row]
    demands = []
    for n in range(3):
        ends = f"{dice.choice(west)}-{dice.choice(east)}"
        demands.append(demand(f"D{n}", ends, price(2.0, 8.0), market="M", value_of_time=price(0, 0.2)))
    back = demand("back", "E1-W3", 40.0, commodity="grain", unit="kt", market="M")
    options: list[Record] = [
        {"market": "M", "family": family, "constant": price(-1.0, 2.0), "spread": 0.7} for family in CORRIDORS
    ]
    if seed % 2:
        options[0] |= {"nest": "land", "nest_spread": 0.4}
        options[1] |= {"nest": "land"}
    if seed % 3 == 0:
        options.append({"market": "M", "family": "outside", "constant": price(4.0, 6.0)})
    if seed == 5:
        options[2] |= {"from_year": 2026}
        options.append({**options[2], "from_year": 2028, "constant": -1.5})
    markers = {family: (f"{family} 1", f"{family} 2") for family in CORRIDORS}
    return make_case(
        f"random choice {seed}",
        [node(name) for name in (*west, *east)],
        links,
        [*demands, back, demand("captive", "W1-E2", 3.0)],
        years=(2026, 2028),
        settings={"choice_step": 0.5, "discount_rate": 0.05},
        Families=[{"family": family, "markers": own} for family, own in markers.items()],
        Choice=options,
        Projects=[project(f"P{n}", price(1.0, 8.0)) for n, _ in enumerate(limited)],
        ProjectEffects=[effect(f"P{n}", name, 5.0) for n, name in enumerate(limited)],
    )


class ChoosingOperation(Operation):
    """Flows of a period, with steps on what each choosing demand sends over the markers of each corridor."""

    def _demand(self, cargo: Cargo, amount: float) -> None:
        first = len(self.model.costs)
        super()._demand(cargo, amount)
        market = markets(self.case).get(str(cargo.row["market"]))
        if market is None:
            return
        key, unserved = str(cargo.row["demand"]), first
        passed = {
            family: self.uses.pop(("choice", key, family, ""), {})
            for family in (option.family for option in market.options)
            if family != "outside"
        }
        shape = shape_of(market, self.year, 0.0)
        # one marker each, no more: what is served goes over the markers once
        self.model.row({**{v: 1.0 for flows in passed.values() for v in flows}, unserved: 1.0}, amount, amount)
        if shape.outside:
            self.model.costs[unserved] = 0.0
        for part in shape.parts:
            row = cargo.row
            what = str(row["origin"]), str(row["destination"]), str(row["commodity"])
            steps = part.steps(float(self.case.settings["choice_step"]), place(what, 1, 0, 1, self.year))
            own = {
                self.model.variable((price - part.lift) * cargo.kteu * self.factor, size * amount): -1.0
                for size, price in zip(steps.size.tolist(), steps.price.tolist(), strict=True)
            }
            used = {v: 1.0 for family in part.families for v in passed[family]} or {unserved: 1.0}
            self.model.row({**used, **own}, 0.0, 0.0)

    def _link_use(self, row: Any, cargo: Cargo, direction: str) -> dict[Any, float]:
        found = super()._link_use(row, cargo, direction)
        if cargo.row["market"] is not None:
            for family, links in families(self.case).items():
                if row["link"] in links:
                    found["choice", str(cargo.row["demand"]), family, ""] = 1.0
        return found


class ChoosingArcFlow(ArcFlow):
    """The textbook MIP with choice."""

    operation = ChoosingOperation


@pytest.mark.parametrize("seed", SEEDS)
def test_plan_and_bound_are_those_of_the_textbook_model(seed: int) -> None:
    """Proves: on random networks with full corridors, projects, boxes and bulk, nests, an outside option and a
    constant that changes, the planner's proven optimum is that of the arc-flow MIP with the same steps on the flow
    over the markers. If pricing missed a route that a full corridor calls for, or a credit were given twice: the
    optima would part."""
    case = random_choice(seed)
    expected = ChoosingArcFlow(case).solve().objective
    plan = solved(case)
    assert plan.outcome.objective == pytest.approx(expected, rel=1e-6)
    assert float(plan.outcome.bound or 0.0) <= expected + 1e-6 * abs(expected)
