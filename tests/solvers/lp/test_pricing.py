"""Pricing of whole problems against every simple route."""

import numpy as np
import pytest

from tests.minis import corridor_of_three
from tests.solvers.helpers import lumpy_case, prepared, simple_routes


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shortfall_and_routes_are_those_of_all_simple_routes(seed, negative):
    """Proves: at random duals the shortfall is Σ amount × min(0, least reduced cost over every simple route), exactly
    with prices that are not negative and with prices that are; without `exact` it is never above that, and every
    route found lowers the cost.

    If it were ignored: a missing route would make a bound too high, and a plan would be called optimal that is not.
    """
    case = corridor_of_three() if seed == 0 else lumpy_case(seed, periods=1, nodes=5, projects=2)
    problem = prepared(case)
    pricer, compiled = problem.pricer, problem.compiled
    graph, block = problem.formulation.graph, compiled.blocks[0]
    random = np.random.default_rng(seed)
    duals = np.zeros(compiled.row_count)
    duals[block.load_row] = random.uniform(-3 if negative else 0, 3, len(block.load_row))
    served = block.serve_row >= 0
    duals[block.serve_row[served]] = random.uniform(0, 15, int(served.sum()))
    amounts = problem.amounts[0]
    priced = pricer.price(block, duals, amounts)
    expected = 0.0
    for demand in np.flatnonzero(served):
        price_class = pricer.classes.of_demand[demand]
        coefficients = pricer.load_coefficients(price_class)
        prices = pricer.unit_costs(block)[price_class] + coefficients.T @ duals[block.load_row]
        ends = int(pricer.sources[demand]), int(pricer.sinks[demand])
        costs = [prices[list(arcs)].sum() for arcs in simple_routes(graph, *ends)]
        least = min([cost for cost in costs if np.isfinite(cost)], default=np.inf) - duals[block.serve_row[demand]]
        expected += amounts[demand] * min(0.0, least)
    assert priced.shortfall == pytest.approx(expected, abs=1e-7)
    assert priced.exact
    rough = pricer.price(block, duals, amounts, exact=False)
    assert rough.shortfall <= expected + 1e-7  # a bound all the same
    assert rough.exact or negative
    for demand, arcs in rough.routes:
        coefficients = pricer.load_coefficients(pricer.classes.of_demand[demand])
        prices = pricer.unit_costs(block)[pricer.classes.of_demand[demand]] + coefficients.T @ duals[block.load_row]
        assert prices[list(arcs)].sum() < duals[block.serve_row[demand]]


def test_known_routes_are_offered_to_blocks_that_lack_them():
    """Proves: a route found for one block is found for another by looking through the table, with the same columns.

    If it were ignored: every block would search its own routes and pricing would take most of the time.
    """
    problem = prepared(lumpy_case(4))
    pricer, compiled = problem.pricer, problem.compiled
    duals = np.zeros(compiled.row_count)
    for block in compiled.blocks:
        duals[block.serve_row[block.serve_row >= 0]] = 100.0
    first = pricer.price(compiled.blocks[0], duals, problem.amounts[0])
    for demand, arcs in first.routes:
        problem.formulation.routes.add(demand, arcs)
    pricer.table.update()
    lacking = np.zeros(len(pricer.table), dtype=bool)
    assert len(pricer.known(1, compiled.blocks[1], duals, lacking)) == len(first.routes)
    assert len(pricer.known(1, compiled.blocks[1], duals, ~lacking)) == 0
