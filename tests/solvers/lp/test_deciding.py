"""Whole ships of a part, by branch and bound on its LP, against every assignment there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from model.solvers.core.highs import Status
from model.solvers.lp.deciding import MOST_LPS, decide
from model.solvers.lp.part_lp import PartLP
from model.solvers.plans.decisions import Decisions
from tests.solvers.helpers import prepared
from tests.solvers.lp.test_lazy_rows import part_at
from tests.solvers.plans.test_improve import two_crossings

MOST_SHIPS = 4


def parts_of(amounts: tuple[float, float]) -> tuple[list[PartLP], np.ndarray]:
    """Parts of the case of two crossings, and values of the decisions at which three ships are there."""
    problem = prepared(two_crossings(*amounts))
    decisions = Decisions.of(problem)
    compiled = problem.compiled
    fixed = np.clip(np.full(len(decisions.columns), 2.0), compiled.lower[decisions.columns], 2.0)
    fixed = np.minimum(fixed, compiled.upper[decisions.columns])
    parts = [PartLP(problem, *part, decisions.columns) for part in decisions.parts(compiled)]
    return parts, fixed


def cheapest(part: PartLP) -> tuple[float, int]:
    """Least value of the LP over all whole assignments, and how many are possible."""
    columns = part.lp.whole_columns
    values = []
    for ships in product(range(MOST_SHIPS + 1), repeat=len(columns)):
        part.lp.hold(np.array(ships, dtype=float), np.array(ships, dtype=float))
        if part.lp.run()[0] == Status.kOptimal:
            part.lp.join(part.lp.broken())
            if part.lp.run()[0] == Status.kOptimal:
                values.append(part.lp.value)
    part.lp.free()
    return min(values, default=np.inf), len(values)


@pytest.mark.parametrize("amounts", [(4.0, 6.0), (3.0, 3.0), (4.0, 1.0), (1.0, 1.0), (2.2, 6.9), (0.4, 7.5)])
def test_ships_go_where_they_cost_least(amounts: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: in every part the ships decided on cost no more than the best of all whole assignments (to a millionth),
    and the LP has its bounds back afterwards. HiGHS' MIP, where few LPs find nothing, comes to the same.
    If branch and bound cut off the best: plans would be told dearer than they are, and good works be left out.
    """
    parts, fixed = parts_of(amounts)
    compared = 0
    for part in parts:
        free = part_at(part.problem, part, fixed)
        if not np.isfinite(free) or not len(part.lp.whole_columns):
            continue
        least, possible = cheapest(part)
        ways = []
        for most in (MOST_LPS, 2, 0):  # with two it has a rounding, which is not near; with none nothing
            monkeypatch.setattr("model.solvers.lp.deciding.MOST_LPS", most)
            ways.append(decide(part.lp))
        for ships in ways:
            assert ships is not None
            assert np.all(ships == np.round(ships))
            part.lp.hold(ships, ships)
            assert part.lp.run()[0] == Status.kOptimal
            assert part.lp.value == pytest.approx(least, rel=1e-6 if ships is ways[0] else 2e-5)
            part.lp.free()
        assert possible > 1
        assert part_at(part.problem, part, fixed) == pytest.approx(free, rel=1e-9)
        compared += 1
    assert compared
