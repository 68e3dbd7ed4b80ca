"""Floors of the blocks: true for every plan, and above what fractional investments suggest."""

import itertools

import numpy as np
import pytest

from model.solvers.benders.block_floor import BlockFloor, implied_rows, step_groups
from model.solvers.benders.decomposed import Decomposition
from model.solvers.lp.root import solve_root
from model.solvers.problem import Search
from tests.oracles.plain_lp import PlainLP
from tests.solvers.helpers import lumpy_case, prepared


def plans_of(space):
    """All whole steps that the investment rows allow."""
    ranges = [range(int(low), int(high) + 1) for low, high in zip(space.lower, space.upper, strict=True)]
    assert np.prod([len(each) for each in ranges], dtype=float) <= 2**20
    return [plan for each in itertools.product(*ranges) if space.allows(plan := np.array(each, dtype=float))]


def decomposition_of(seed):
    """A small lumpy problem with the cuts of its root LP."""
    problem, search = prepared(lumpy_case(seed, projects=5)), Search()
    lp = PlainLP(problem)
    assert solve_root(problem, lp, search)
    return Decomposition(problem, search, lp)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_floor_is_the_least_cost_of_the_block(seed):
    """Proves: a block's floor is no more than its cost under any allowed whole plan, and not below the LP's floor.

    The cost under every plan is found by evaluating all of them. If it were ignored: the master could cut off the best
    plan, and the gap reported would be a lie.
    """
    plans = decomposition_of(seed)
    allowed = plans_of(plans.space)
    doors = [plans.master.doors(steps) for steps in allowed]
    truth = [min(block.solve(each[block.number]).value for each in doors) for block in plans.blocks]
    fresh = decomposition_of(seed)
    before = fresh.master.solve_relaxed()[1]
    fresh.raise_floors()
    floors = {row.number: row.constant for row in fresh.master.rows if row.floor}
    assert floors
    for number, floor in floors.items():
        assert floor <= truth[number] * (1 + 1e-9) + 1e-9
    assert fresh.master.solve_relaxed()[1] >= before - 1e-9


@pytest.mark.parametrize("seed", [1, 2])
def test_implied_rows_hold_for_all_plans(seed):
    """Proves: every plan that the investment rows allow keeps the rows derived for a block, and budgets add up.

    The second year sees two budgets: its row over both must forbid to build everything.
    If it were ignored: a floor could be taken over too few plans and stand above the truth.
    """
    plans = decomposition_of(seed)
    space = plans.space
    groups = step_groups(space, plans.master.door_steps(1))
    matrix, limits = implied_rows(space, groups)
    sums = np.array([[steps[group].sum() for group in groups] for steps in plans_of(space)])
    assert np.all(sums @ matrix.toarray().T <= limits + 1e-9)
    widest = matrix.toarray().sum(axis=1).max()
    assert limits.max() < widest  # all projects together are more than the budgets pay for


def test_blocks_without_investments_have_no_floor():
    """Proves: a block that sees no investment is left out of the floors.

    If it were ignored: a MIP without columns would be set up for it.
    """
    plans = decomposition_of(1)
    seen = [len(step_groups(plans.space, plans.master.door_steps(block.number))) for block in plans.blocks]
    usable = [BlockFloor(plans.master, block.number).usable for block in plans.blocks]
    assert usable == [count > 0 for count in seen]
