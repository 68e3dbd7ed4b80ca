"""What a little more of a limit saves at a plan, and what a little less costs: slopes from both sides, exact.

With its decisions and ships held, what a plan costs is a convex, piecewise linear function of the right sides of its
rows. A dual is some slope between that from above and that from below, and at a corner (limits in series, a limit as
large as the demand) these two differ: the dual then says nothing about either. So the sides of the rows are moved a
little each way and the LP is solved again from its basis, all routes priced: the duals there are the slope on that
side, provided that no corner lies in between, which the LP's value tells. Where the optimum's own basis stays feasible
for a while (`reach.py`) its dual is the slope on that side, without any LP.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.lp.generation import Generation, PricedDuals
from model.solvers.lp.part_lp import PartLP, Solved
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.reach import Reach
from model.solvers.problem import Problem, Solution

STEP = 1e-3  # of the level of a limit, and at least of one unit
SMALLEST = 1e-3  # of the first step
WIDER = 50.0  # times the step, for other limits that are to be out of the way
NOTHING = 1e-7  # million USD of present value for a unit
ROUNDING = 1e-10  # relative, of an LP value
NEAR = 1e-6  # relative, of a row's activity
SAME = 1e-5  # relative; a plan that costs more than its decisions need has other flows than those priced here
KEPT = 200  # dual vectors of a block for which no route is missing


@dataclass(frozen=True)
class Limit:
    """Something that limits a plan; one unit more moves the side of the compiled row `row` by `amount`.

    `watched` are the rows that hold flow back when it is reached, `inside` how much room a unit makes in them through
    a column (0 where the row itself moves); `level` is how much of it there is, in its unit.
    """

    row: int
    amount: float
    watched: IntArray
    inside: FloatArray
    level: float


@dataclass(frozen=True)
class Slope:
    """Present value of one unit of a limit, million USD: what one more saves, and what one less would cost.

    `less` is NaN where there is nothing to take away, and infinite where no plan could do with less. `bound` lies
    between the two; with the bounds of all limits together any mix of changes is bounded: it saves at most, and costs
    at least, the sum of bound times units. `others` are the limits (by position) that must grow too before one more
    saves anything, and `together` is what it saves then.
    """

    more: float
    less: float
    bound: float
    others: tuple[int, ...] = ()
    together: float = 0.0


UNUSED = Slope(0.0, 0.0, 0.0)
Moves = dict[int, float]
"""Row of a part → by how much its side moves."""


class Slopes:
    """Slopes of one plan."""

    def __init__(self, problem: Problem, solution: Solution, seconds: float, never: IntArray) -> None:
        """Solve the parts at the plan; all questions together may take so many seconds. Raises Interrupted.

        `never` are compiled columns that must be 0 in a plan: one in which they are not is no plan.
        """
        compiled = problem.compiled
        problem = dataclasses.replace(problem, progress=Progress(seconds))
        decisions = Decisions.of(problem)
        fixed = np.round(solution.values[decisions.columns])
        ids = problem.formulation.switches
        switches = np.array([i for i, row in enumerate(compiled.constraints) if id(row) in ids], dtype=np.int64)
        self._parts = [
            _Held(PartLP(problem, *part, decisions.columns), solution, fixed, switches, never)
            for part in decisions.parts(compiled)
        ]
        outside = np.ones(compiled.column_count, dtype=np.bool_)
        self._part_of = np.full(compiled.row_count, -1, dtype=np.int64)
        for number, held in enumerate(self._parts):
            outside[held.part.columns] = False
            self._part_of[held.part.rows] = number
        rest = compiled.constant + float(compiled.cost[outside] @ solution.values[outside])
        cost = rest + sum(held.base.value for held in self._parts)
        self.fits = bool(solution.objective - cost <= SAME * max(1.0, abs(solution.objective)))

    def of(self, limits: Sequence[Limit]) -> list[Slope | None]:
        """Slope of each limit; None where time did not allow it."""
        found: list[Slope | None] = [UNUSED] * len(limits)
        late = False
        for number, held in enumerate(self._parts):
            here = [at for at, limit in enumerate(limits) if self._part_of[limit.row] == number]
            try:
                slopes: list[Slope | None] = [] if late else list(_slopes(held, [limits[at] for at in here]))
            except Interrupted:
                late, slopes = True, []
            for at, slope in zip(here, slopes or [None] * len(here), strict=True):
                others = () if slope is None else tuple(here[other] for other in slope.others)
                found[at] = None if slope is None else dataclasses.replace(slope, others=others)
        return found


class _Held:
    """One part of a model with the plan's decisions and ships held, its rows at the plan's sides."""

    def __init__(
        self, part: PartLP, solution: Solution, fixed: FloatArray, switches: IntArray, never: IntArray
    ) -> None:
        """Solve it with the plan's sides; rows that a decision switches on are open once it is taken."""
        self.part = part
        part.begin_with(solution)
        part.hold(np.round(solution.values[part.whole]))
        self.lower, self.upper = part.sides(fixed)
        here = part.row_of[switches]
        here = here[here >= 0]
        self.upper[here[self.upper[here] > 0]] = np.inf
        self.lower[here[self.lower[here] < 0]] = -np.inf
        self.never = np.flatnonzero(np.isin(part.lp.form.own, never))
        self._generation = Generation(part.lp, memory=PricedDuals(part.lp, NOTHING * NEAR, KEPT))
        part.lp.rows.set_sides(np.arange(len(self.lower)), self.lower, self.upper)
        self.base = self._solve()

    def at(self, moves: Moves) -> Solved:
        """The LP with the sides of some rows moved, all routes priced; value inf where that is no plan.

        Raises Interrupted.
        """
        rows, by = np.array(list(moves), dtype=np.int64), np.array(list(moves.values()))
        lower, upper, set_sides = self.lower[rows], self.upper[rows], self.part.lp.rows.set_sides
        set_sides(rows, lower + by, upper + by)
        try:
            solved = self._solve()
        finally:
            set_sides(rows, lower, upper)
        if np.isfinite(solved.value) and np.any(solved.values[self.never] > NEAR):
            return dataclasses.replace(solved, value=np.inf)
        return solved

    def _solve(self) -> Solved:
        """The LP as it stands, all routes priced."""
        part, generation = self.part, self._generation
        generation.begin(0.0)
        while True:
            status = generation.run()
            if status not in (Status.kOptimal, Status.kInfeasible):
                raise SolverError(f"a part of the model ended with {status}")
            if not part.digest(status, by=generation):
                return part.found
            if part.problem.progress.must_stop:
                raise Interrupted

    def excess(self, limit: Limit, moves: Moves, solved: Solved) -> float:
        """By how much more than the plan's level of a limit is used, at most, in units of a watched row."""
        rows = self.part.row_of[limit.watched]
        above = np.isfinite(self.upper[rows])
        beyond = np.where(above, solved.activity[rows] - self.upper[rows], self.lower[rows] - solved.activity[rows])
        unit = moves.get(int(self.part.row_of[limit.row]), 0.0) / limit.amount
        return float((beyond + limit.inside * unit).max(initial=0.0))

    def is_reached(self, limit: Limit) -> bool:
        """Whether a watched row holds nothing back but for a step at most."""
        rows = self.part.row_of[limit.watched]
        activity = self.base.activity[rows]
        slack = np.minimum(self.upper[rows] - activity, activity - self.lower[rows])
        return bool(np.any(slack <= NEAR * np.maximum(1.0, np.abs(activity)) + step_of(limit)))


def step_of(limit: Limit) -> float:
    """The step by which a limit is moved first, in its unit."""
    return STEP * max(1.0, limit.level)


def _slopes(held: _Held, limits: list[Limit]) -> list[Slope]:
    """Slopes of the limits of one part."""
    found = []
    reached = [held.is_reached(limit) for limit in limits]
    rows = [int(held.part.row_of[limit.row]) for limit, used in zip(limits, reached, strict=True) if used]
    room = Reach(held.part.lp, held.never).of(rows)
    for limit, used in zip(limits, reached, strict=True):
        if not used:
            found.append(UNUSED if limit.level > 0 else dataclasses.replace(UNUSED, less=np.nan))
            continue
        bound = _price(held, limit, held.base)
        helps = bool((limit.inside >= 0).all())  # then more never costs anything, and saves at most the bound
        down, up = (each / abs(limit.amount) for each in room[int(held.part.row_of[limit.row])])
        up, down = (up, down) if limit.amount > 0 else (down, up)
        sure = helps and bound <= NOTHING
        more = 0.0 if sure else bound if up > SMALLEST * step_of(limit) else _side(held, limit, 1.0)
        less = np.nan
        if limit.level > NOTHING:
            same = down > SMALLEST * min(step_of(limit), limit.level)
            less = bound if same else _side(held, limit, -1.0)
        found.append(Slope(more, less, bound))
    # limits at a corner: more of one may save once others are out of its way
    corners = [at for at, slope in enumerate(found) if slope.less > slope.more + NOTHING]
    groups: list[set[int]] = []
    for at in corners:
        if found[at].more <= NOTHING:
            others, together = _others(held, limits, at, [corners, *reversed(groups)])
            found[at] = dataclasses.replace(found[at], others=tuple(others), together=together)
            groups += [{at, *others}] if others else []
    return found


def _price(held: _Held, limit: Limit, solved: Solved) -> float:
    """What one more unit saves by the duals of a solved LP."""
    return -float(solved.duals[held.part.row_of[limit.row]]) * limit.amount


def _side(held: _Held, limit: Limit, sign: float, beside: Moves | None = None) -> float:
    """The slope just above (sign 1) or below (-1) the plan; infinite where there is no plan.

    With `beside` other limits are moved first, and the slope is that from there on.
    """
    row, begin = int(held.part.row_of[limit.row]), held.base if beside is None else held.at(beside)
    step = step_of(limit) if sign > 0 else min(step_of(limit), limit.level)
    smallest = SMALLEST * step
    while True:
        moved = held.at({**(beside or {}), row: sign * step * limit.amount})
        if not np.isfinite(moved.value):
            return np.inf
        price = _price(held, limit, moved)
        corner = abs(moved.value - begin.value + sign * step * price)
        if corner <= ROUNDING * max(1.0, abs(begin.value)) + NEAR * step * abs(price) or step <= smallest:
            return price
        step *= 0.1


def _others(held: _Held, limits: list[Limit], at: int, groups: Sequence[Collection[int]]) -> tuple[list[int], float]:
    """What must grow too before more of a limit saves anything, and what one more unit saves then; nothing helps: 0.

    The first group holds all that may matter, the others are sets found before, of which it may be one.
    """
    limit, row_of = limits[at], held.part.row_of

    def room(others: Collection[int]) -> Moves:
        wide = {other: WIDER * max(step_of(limits[other]), step_of(limit)) for other in others if other != at}
        return {int(row_of[limits[other].row]): by * limits[other].amount for other, by in wide.items()}

    for group in groups[1:]:
        if at in group and (together := _side(held, limit, 1.0, room(group))) > NOTHING:
            return [other for other in group if other != at], together
    wide, mine = room(groups[0]), {int(row_of[limit.row]): step_of(limit) * limit.amount}
    if not wide or (most := _price(held, limit, after := held.at(wide | mine))) <= NOTHING:
        return [], 0.0
    before = held.at(wide)
    needed = [
        other
        for other in groups[0]
        if other != at and held.excess(limits[other], wide, after) > held.excess(limits[other], wide, before) + NEAR
    ]
    together = _side(held, limit, 1.0, room(needed))
    if together > NOTHING:
        return needed, together
    return [other for other in groups[0] if other != at], most  # flows that could go either way hid what is needed
