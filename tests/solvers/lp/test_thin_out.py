"""Routes dropped from the root LP: what is left must still carry the demand."""

import numpy as np
import pytest

from model.solvers.core.highs import Status
from model.solvers.lp.root import seed_routes
from model.solvers.lp.root_lp import RootLP
from tests.solvers.helpers import lumpy_case, prepared


def test_values_are_there_after_routes_were_dropped():
    """Proves: when routes are dropped and none is added, the values read are those of the LP's optimum.

    Dropping columns takes HiGHS' solution away. If it were ignored: a plan would be stated without its flows, and
    the verifier would refuse it.
    """
    problem = prepared(lumpy_case(1))
    lp = RootLP(problem)
    seed_routes(problem, lp)
    lp._room = 0  # drop routes in every round
    status, value, _ = lp.optimise("root LP")
    assert status == Status.kOptimal
    values, compiled = lp.values(), problem.compiled
    assert len(values) == compiled.column_count + len(lp.columns)
    cost = float(compiled.cost @ values[: compiled.column_count]) + compiled.constant
    for (number, route), flow in zip(lp.columns, values[compiled.column_count :], strict=True):
        cost += flow * float(problem.pricer.route_costs(number, compiled.blocks[number])[route])
    assert np.isfinite(cost)
    assert cost == pytest.approx(value, rel=1e-7)
