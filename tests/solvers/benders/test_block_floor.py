"""Floors of the blocks: true for every plan, and above what fractional investments suggest."""

import itertools

import numpy as np
import pytest

from model.solvers.benders.block_floor import BlockFloor, implied_rows, step_groups
from model.solvers.benders.decomposed import Decomposition
from model.solvers.core.progress import Interrupted
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


def usable_floor(plans):
    """The first floor of a block that investments touch, with the master's cuts."""
    floor = next(one for block in plans.blocks if (one := BlockFloor(plans.master, block.number)).usable)
    floor.take_cuts()
    return floor


def test_a_floor_gives_up_only_after_a_sharp_mip():
    """Proves: a floor far from what it costs at most is looked at roughly, and a rough look that proposes nothing new
    is followed by a sharp one before the block is given up.

    If it were ignored: a block would be left with a floor far below its cost, because one rough MIP found only what was
    known, and the masters would have to close the rest.
    """
    plans = decomposition_of(1)
    floor = usable_floor(plans)
    floor.solve(0.0)
    first = floor.proposals()
    assert first
    floor.hear(first[0], floor.bound + 100.0)
    said = []
    for _ in range(3):  # no cut comes, so the MIP finds what it found
        floor.solve(0.0)
        said.append((floor.proposals(), floor.is_spent))
    assert not said[0][1]
    assert said[-1] == ([], True)
    assert floor.open == pytest.approx(100.0)


def test_points_between_a_proposal_and_the_cheapest_steps():
    """Proves: nothing lies in between as long as no steps are known or when the proposal is the cheapest; otherwise the
    point is on the line between, and its cut is below the block's cost under every plan.

    If it were ignored: cuts at corners alone would leave floors open, or a cut in between could cut off the best plan.
    """
    plans = decomposition_of(2)
    floor = usable_floor(plans)
    one, other = plans_of(plans.space)[:2]
    assert floor.inner(one) is None
    assert floor.open == np.inf
    block = plans.blocks[floor.number]
    value = block.solve(plans.master.doors(one)[floor.number]).value
    floor.hear(one, value)
    floor.hear(other, value + 1.0)  # dearer: not the one to keep
    assert floor.inner(one) is None
    between = floor.inner(other)
    assert np.all((between - one) * (other - between) >= 0)
    assert np.any(between != one)
    cut = block.solve(plans.master.doors(between)[floor.number]).cut
    for steps in plans_of(plans.space):
        doors = plans.master.doors(steps)[floor.number]
        assert cut.constant + float(cut.slope @ doors) <= block.solve(doors).value * (1 + 1e-9) + 1e-9


def test_what_floors_proved_is_told_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the search is stopped in the midst of the floors, what their MIPs have proven by then stands in the
    master and in the bound.

    If it were ignored: minutes of floors would leave the bound of the root LP, as on the largest instance.
    """
    plans = decomposition_of(1)
    plans.first_plan()
    before = plans.search.bound

    def stop(_: object) -> None:
        raise Interrupted

    monkeypatch.setattr(plans, "_lower_ceilings", stop)
    with pytest.raises(Interrupted):
        plans.raise_floors()
    assert any(row.floor for row in plans.master.rows)
    assert plans.search.bound > before


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
