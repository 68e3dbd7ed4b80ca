"""Moves of the local search where one step is nothing without another."""

from __future__ import annotations

import numpy as np

from model.network.graph import FloatArray
from model.solvers.benders.local_search import LocalSearch
from model.solvers.core.investment_space import investment_space
from tests.minis import demand, effect, link, make_case, project
from tests.solvers.helpers import prepared


class MasterOf:
    """What the search reads of a master: the space, no blocks and no cuts."""

    def __init__(self, space: object) -> None:
        self.space, self.blocks, self.rows = space, (), ()


def test_closing_an_opening_closes_its_renewal() -> None:
    """
    Proves: from the plan that opens Q, without use, in 2027 and renews it in 2029, the search of moves by investment
    cost alone comes to building nothing in one move: the renewal goes with the opening that it needs.
    If it stayed: no move closes the opening, since a renewal without one is not allowed, and both stay.
    """
    rows = [project("Q", 40.0, life_years=2, renewal_cost=50.0)]
    case = make_case(
        "moves", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", 10.0)],
        years=(2026, 2027, 2028, 2029), Projects=rows, ProjectEffects=[effect("Q", "AB", 10.0)],
    )  # fmt: skip
    problem = prepared(case)
    space = investment_space(problem.compiled)
    names = [problem.compiled.variables[column].name for column in space.columns]
    values = np.array(
        [
            float(any(word in name for word in ("2027]", "2028]", "2029]", "'2027'", "'2028'", "'2029'")))
            for name in names
        ]
    )
    for place, name in enumerate(names):
        if "built" not in name and "renewed" not in name:
            values[place] = 10.0
        if "renewed" in name and "2029" not in name:
            values[place] = 0.0
    steps = space.steps(values)
    assert space.allows(steps)
    offered: list[float] = []

    def offer(trial: FloatArray) -> float:
        offered.append(float(space.cost @ trial + space.constant))
        return offered[-1]

    search = LocalSearch(MasterOf(space), offer, lambda: False)  # type: ignore[arg-type]
    best, cost = search.run(steps, float(space.cost @ steps + space.constant), 1)
    assert cost < 1e-9
    assert not best[space.integer].any()
