"""The synthetic choice of three corridors that the ladder is measured with."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import choice, ladder
from benchmarks.instances import InstanceError
from model.solvers.core.options import SolveOptions

CLASS = {"value_of_time_per_unit_day": 0.0}
PAIRS = ((0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5))


def instance(pairs: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """Six nodes, links that cost 2 a unit, 10 units from one corner to the other and 5 between two neighbours."""
    links = [{"a": a, "b": b, "cost_per_unit": 2.0, "days": 0.0, "capacity_both_directions": 100.0} for a, b in pairs]
    ends = {"cls": 0, "unserved_cost_per_unit": 50.0}
    return {
        "name": "six", "nodes": 6, "periods": 1, "discount_rate_per_period": 0.0, "classes": [CLASS], "links": links,
        "demands": [
            {"origin": 0, "destination": 5, "units_first_period": 10.0, **ends},
            {"origin": 0, "destination": 1, "units_first_period": 5.0, **ends},
        ],
        "demand_growth": [1.0], "projects": [], "budget_per_period": [0.0],
    }  # fmt: skip


def test_a_cut_makes_three_corridors() -> None:
    """Proves: of a ladder of two rows the nodes 0, 1 and 3 lie nearest to corner 0, so that 1-2, 3-4 and 1-4 are
    markers of a corridor each, and only the demand to the other corner chooses. If a route could cross without a
    marker, or a demand chose that has none to pass: its steps would measure nothing, and the ratio told would be of
    another problem."""
    case = choice.with_choice(ladder.from_data(instance(PAIRS), "six").case)
    assert case.table("Demand")["market"].tolist() == ["across", None]
    assert case.table("Families")["markers"].tolist() == [("L00001",), ("L00002",), ("L00005",)]
    assert sorted(case.table("Choice")["spread"].unique()) == [1.0]


def test_both_plans_are_told_apart() -> None:
    """Proves: without choice 10 units take three links of 2 and 5 take one: 70. With it all three corridors cost the
    same 6 a unit, so the demand spreads, and taste is 10 x ln(1/3) = -11 of a spread of 1, 1 % apart at most by its
    steps. If both runs planned the same case: the ratio would always be 1."""
    case = choice.with_choice(ladder.from_data(instance(PAIRS), "six").case)
    with_it, without = choice.compare(case, SolveOptions(gap=1e-8, threads=1), 1)
    assert without[0].cost == pytest.approx(70.0)
    assert with_it[0].cost == pytest.approx(70.0 - 10.99, abs=0.3)
    assert min(run.seconds for run in (*with_it, *without)) > 0.0


def test_a_network_without_three_ways_across_is_refused() -> None:
    """Proves: a line of six nodes has one link across its middle, which is said in words. If it were planned all the
    same: a market of one corridor would be measured as one of three."""
    line = tuple((number, number + 1) for number in range(5))
    with pytest.raises(InstanceError, match="3 corridors"):
        choice.with_choice(ladder.from_data(instance(line), "six").case)
