"""Curves of many steps in few columns: what an LP sees of them, and that in the end it has seen all of them."""

from __future__ import annotations

import numpy as np
import pytest

from model.network.graph import FloatArray
from model.solvers.core.highs import Status
from model.solvers.lp.curves import WIDTH, Curves
from model.solvers.lp.root import seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem
from tests.features.choice.test_capacity import shared
from tests.solvers.helpers import prepared


def curves_and_problem() -> tuple[Curves, Problem]:
    """Curves of 200 steps each."""
    problem = prepared(shared(3.0, nested=True))
    return RootLP(problem).layout.curves, problem


def costs(curves: Curves, problem: Problem, sums: FloatArray) -> FloatArray:
    """Cost of each curve with its steps filled in order."""
    steps = curves.filled(sums) * problem.compiled.cost[curves.columns]
    return np.add.reduceat(steps, curves.first[:-1] - np.arange(len(curves)))


def test_an_lp_has_few_columns_a_curve() -> None:
    """
    Proves: 8 curves (two demands, three corridors and a nest) of some 200 steps take 9 columns each. If they were not
    found: halving the step would double the columns of every LP.
    """
    curves, _ = curves_and_problem()
    assert len(curves) == 8
    assert len(curves.columns) > 8 * 200
    assert WIDTH == 9


@pytest.mark.parametrize("seed", range(3))
def test_what_is_hidden_is_what_finer_corners_save(seed: int) -> None:
    """
    Proves: at any row duals the shortfall is that of all steps against the columns, each at its cheapest (by hand over
    every corner); chords never cost less than the curve; with the corners at the sums they cost the same there.
    If a shortfall were too small: bounds would lie above plans. If it were too large: the LP would never end.
    """
    curves, problem = curves_and_problem()
    dice = np.random.default_rng(seed)
    whole = curves.reach[curves.first[1:] - 1]
    sums = dice.uniform(0.0, 1.0, len(curves)) ** 3 * whole
    rows = np.zeros(int(curves.row.max()) + 1)
    price = costs(curves, problem, whole) / whole * dice.uniform(0.9, 1.1, len(curves))
    rows[curves.row] = price / curves.each
    for corners in (curves.corners_evenly(), curves.corners_at(np.arange(len(curves)), sums)):
        short = curves.shortfall(corners, rows)
        for number, (first, end) in enumerate(zip(curves.first[:-1], curves.first[1:], strict=True)):
            worth = [curves.cost[at] - price[number] * curves.reach[at] for at in range(first, end)]
            seen = [curves.cost[at] - price[number] * curves.reach[at] for at in corners[number]]
            assert short[number] == pytest.approx(min(worth) - min(seen), abs=1e-8 * abs(min(worth)))
        height = [np.interp(total, curves.reach[at], curves.cost[at]) for total, at in zip(sums, corners, strict=True)]
        assert np.all(np.array(height) >= costs(curves, problem, sums) - 1e-9)
    assert np.array(height) == pytest.approx(costs(curves, problem, sums), rel=1e-9)


def test_values_cost_what_the_lp_says_less_the_excess() -> None:
    """
    Proves: stopped after the first solve, with the corners far from where it stands, the values spread over all steps
    cost the LP's value less the excess, which is above 0 then; solved to the end the excess is 0.
    If it were left out: a plan taken when time is up would state a cost that its own tables contradict.
    """
    problem = prepared(shared(3.0, nested=True))
    lp = RootLP(problem)
    seed_routes(problem, lp)

    def told() -> tuple[float, float]:
        values, count = lp.values(), problem.compiled.column_count
        cost = float(problem.compiled.cost @ values[:count]) + problem.compiled.constant
        for (number, route), flow in zip(lp.columns, values[count:], strict=True):
            cost += flow * float(problem.pricer.route_costs(number, problem.compiled.blocks[number])[route])
        return cost, lp.excess()

    assert lp.over_known()[0] == Status.kOptimal
    first, (cost, excess) = lp.node.value, told()
    assert excess > 1e-3
    assert cost == pytest.approx(first - excess, rel=1e-9)
    status, value, bound = lp.optimise("root LP")
    assert status == Status.kOptimal
    assert value < first - 1e-3
    assert told() == (pytest.approx(value, rel=1e-9), pytest.approx(0.0, abs=1e-7))
    assert bound == pytest.approx(value, rel=1e-8)


def test_an_lp_that_is_near_enough_stays_as_it_was_solved() -> None:
    """
    Proves: where the bound is within a twentieth, chords that still hide something end column generation; the bound
    lies below the true value, the LP above it, and the corners stand where they stood in the last solve. If they moved
    after it: columns would be read at prices that are not theirs, and a plan's cost would not be that of its tables.
    """
    problem = prepared(shared(3.0, nested=True))
    exact, rough = RootLP(problem), RootLP(problem)
    for lp in (exact, rough):
        seed_routes(problem, lp)
    _, value, _ = exact.optimise("root LP")
    rough.node.add_flows(exact.columns)
    _, near, bound = rough.optimise("root LP", 0.05)
    assert bound <= value + 1e-9 * abs(value)
    assert value <= near + 1e-9 * abs(value)
    assert near - bound <= 0.05 * abs(near)
    assert rough.over_known()[1] == pytest.approx(near, rel=1e-12)


def test_an_lp_that_begins_where_a_plan_stands_is_solved_at_once() -> None:
    """
    Proves: with routes and corners of a solved LP another one has its value at the first solve. If the corners began
    evenly everywhere: each question asked of a plan would first have to find the plan's own split again.
    """
    problem = prepared(shared(3.0, nested=True))
    first = RootLP(problem)
    seed_routes(problem, first)
    _, value, _ = first.optimise("root LP")
    second = RootLP(problem)
    second.node.add_flows(first.columns)
    second.node.bent.bend_to(first.values())
    assert second.over_known()[1] == pytest.approx(value, rel=1e-9)
