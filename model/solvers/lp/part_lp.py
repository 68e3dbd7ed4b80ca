"""The LP over routes of one part of a model whose modules are fixed: what `what_if` asks its questions of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status
from model.solvers.lp.deciding import WHOLE
from model.solvers.lp.form import part_form
from model.solvers.lp.generation import Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.problem import Problem, Solution

HELD = 1e-7  # relative; a row broken by less than that holds
NEAR = 2e-7  # relative; routes that save less in all are left out
ROUGHLY = 1e-6  # the same for trials over the routes known: they cost a little too much, never too little
ROUTES_A_WAY = 3  # kept when routes are dropped, on the average


@dataclass(frozen=True)
class PartPlan:
    """A solved part: its cost, its columns, route flows by (block, route) and load prices by block."""

    value: float
    columns: FloatArray
    flows: dict[tuple[int, int], float]
    prices: dict[int, FloatArray]


@dataclass(frozen=True)
class Solved:
    """An LP solved: value, columns (routes last), row duals and row activities."""

    value: float
    values: FloatArray
    duals: FloatArray
    activity: FloatArray

    @staticmethod
    def of(lp: RouteLP) -> Solved:
        """What the LP just solved says."""
        return Solved(lp.value, lp.columns(), lp.row_duals(), lp.activity())


NOTHING = Solved(np.inf, np.zeros(0), np.zeros(0), np.zeros(0))


class Tangents:
    """Planes below a part's cost: it is convex in the sides of its rows, and so in the decisions that it sees.

    They hold over the routes known when they were found.
    """

    def __init__(self, seen: IntArray) -> None:
        """None yet; `seen` are the places, among the fixed columns, of those that the part sees."""
        self._seen = seen
        self._level, self._slope = np.zeros(0), np.zeros((0, len(seen)))

    def keep(self, fixed: FloatArray, value: float, slope: FloatArray) -> None:
        """The cost at these values of the fixed columns, and what one more of each changes there."""
        self._level = np.append(self._level, value - float(slope @ fixed))
        self._slope = np.vstack((self._slope, slope[self._seen]))

    def at(self, fixed: FloatArray) -> float:
        """Lower bound of the cost at some values; -inf when no plane is known."""
        return float((self._level + self._slope @ fixed[self._seen]).max(initial=-np.inf))


class PartLP:
    """Rows and columns of one part; what the fixed columns do to a row moves the row's sides.

    `rows` are the compiled rows that have one here, `columns` all compiled columns of the part, loads among them.
    """

    def __init__(
        self, problem: Problem, rows: IntArray, columns: IntArray, fixed: IntArray, *, thorough: bool = True
    ) -> None:
        """Take the part out of the compiled model; `thorough` prices all routes, otherwise those known must do."""
        compiled = problem.compiled
        self.problem, self.columns = problem, columns
        form = part_form(compiled, rows, columns)
        self.rows, self.row_of, self.blocks = form.rows, form.row_of, form.blocks
        self._fixed = csr_array(csr_array(compiled.matrix[form.rows])[:, fixed])
        self.touched = np.flatnonzero(np.diff(csc_array(self._fixed).indptr) > 0)
        self._lower, self._upper = compiled.row_lower[form.rows], compiled.row_upper[form.rows]
        self.lp = RouteLP(problem, form, side_by_side=True, lazy=True)
        self.solver = self.lp.solver
        self.generation = Generation(self.lp)
        self._room = ROUTES_A_WAY * int(problem.ways[list(form.blocks)].sum())
        self.generation.begin(NEAR)
        self._known: dict[bytes, float] = {}
        self._latest: tuple[bytes, Solved] | None = None
        self._tangents = Tangents(self.touched)
        self.floor: Callable[[FloatArray], float] | None = None if thorough else self._tangents.at
        self.thorough = thorough
        self.base, self._at = np.inf, np.zeros(0)
        self.found = NOTHING

    def begin_with(self, solution: Solution) -> None:
        """Take the routes of a solution to begin with, and stand on the curves where it does."""
        self.lp.add_flows(solution.flows)
        self.lp.bent.bend_to(solution.values)

    def stands_at(self, fixed: FloatArray) -> bool:
        """Whether the plan has what this part sees of these values."""
        return bool(self.base < np.inf) and self._key(fixed) == self._key(self._at)

    def move_to(self, fixed: FloatArray, solved: Solved) -> None:
        """Measure changes against these values of the fixed columns, and the LP solved there, from now on.

        Changes are measured with ships and the like in fractions: rounding would drown small projects, and what is
        gained by sharing out the ships better is not the merit of a project.
        """
        self._at, self.base = fixed, solved.value
        self._known[self._key(fixed)] = self.base
        if np.isfinite(self.base):
            self._duals, self._activity = solved.duals, solved.activity
            self.slope = self._slope_of(solved)

    def stay_at(self, fixed: FloatArray) -> None:
        """Count from these values, which are the same to this part."""
        self._at = fixed

    def share(self, values: dict[bytes, float], floor: Callable[[FloatArray], float] | None) -> None:
        """Take part in what is known of this part with all routes priced: costs, and a lower bound at any values."""
        self._known, self.floor = values, floor

    def bound_by(self, floor: Callable[[FloatArray], float] | None) -> None:
        """Let a lower bound with all routes priced count as well: over the routes known the cost is no less."""
        tangents = self._tangents.at
        if floor is not None:
            self.floor = lambda fixed: max(tangents(fixed), floor(fixed))

    def be_thorough(self) -> None:
        """Price all routes from now on."""
        if self.thorough:
            return
        self.thorough, self.base = True, np.inf  # what was measured over the routes known is to be measured anew
        self._known.clear()
        self._latest, self.floor = None, None

    def _key(self, fixed: FloatArray) -> bytes:
        return fixed[self.touched].tobytes()

    def sides(self, fixed: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the rows of the part must keep with the fixed columns at these values."""
        moved = np.asarray(self._fixed @ fixed)
        return np.asarray(self._lower - moved), np.asarray(self._upper - moved)

    def at_least(self, fixed: FloatArray, *, ruled: bool) -> float:
        """Lower bound of the change in cost by the duals of the plan; `slope` is that of each fixed column.

        Over the routes known when the part is not thorough. What is known of the part may say more; what its tree says
        holds only where the values keep all rules (`ruled`).
        """
        told = float(self.slope @ (fixed - self._at))
        if self.floor is None:
            return told
        exact = self._known.get(self._key(fixed))
        floor = self.floor if ruled else self._tangents.at
        return max(told, floor(fixed) - self.base) if exact is None else exact - self.base

    def knows(self, fixed: FloatArray, *, ruled: bool) -> bool:
        """Whether the cost at these values is known, or seen to be the plan's."""
        key = self._key(fixed)
        if key not in self._known and self._stays(fixed, ruled=ruled):
            self._known[key] = self.base
        return key in self._known

    def learn(self, fixed: FloatArray, solved: Solved) -> None:
        """Keep the cost at these values."""
        self._known[self._key(fixed)] = solved.value
        self._latest = self._key(fixed), replace(solved, values=NOTHING.values)
        if not self.thorough and np.isfinite(solved.value):
            self._tangents.keep(fixed, solved.value, self._slope_of(solved))

    def learned(self, fixed: FloatArray) -> Solved | None:
        """The LP learned last, if it was at these values: a change that is taken is not solved again."""
        return None if self._latest is None or self._latest[0] != self._key(fixed) else self._latest[1]

    def _slope_of(self, solved: Solved) -> FloatArray:
        """What one more of each fixed column costs where the LP was solved, by its duals."""
        return np.asarray(-(self._fixed.T @ solved.duals))

    def change(self, fixed: FloatArray) -> float:
        """Change in cost against the plan, where it is known; inf where no flow is possible."""
        return self._known[self._key(fixed)] - self.base

    def _stays(self, fixed: FloatArray, *, ruled: bool) -> bool:
        """Whether the plan's own flow stays possible and the duals prove that no other is cheaper."""
        reached = self._activity + self._fixed @ (fixed - self._at)
        slack = HELD * np.maximum(1.0, np.abs(self._activity))
        low, high = self.sides(self._at)
        inside = (reached >= low - slack) & (reached <= high + slack)
        near = 1e-9 * max(1.0, abs(self.base))
        return bool(inside.all()) and self.at_least(fixed, ruled=ruled) >= -near

    def aim(self, fixed: FloatArray) -> None:
        """Set the sides of the rows to what the fixed columns leave."""
        if len(self.lp.routes) > 2 * self._room and self.solver.getModelStatus() == Status.kOptimal:
            self.lp.thin_out(self._room)
        self.generation.begin(NEAR if self.thorough else ROUGHLY)
        self.lp.rows.set_sides(np.arange(len(self.rows)), *self.sides(fixed))

    def digest(self, status: Status, *, grow: bool = True, by: Generation | None = None) -> bool:
        """Look at the LP just solved: False when no route is missing, and then `found` is what it says.

        Without `grow` neither routes nor rows are looked for. An LP that HiGHS cannot finish counts as one without a
        solution: a change is not taken then, a plan not offered. `by` looks in place of the part's own generation.
        """
        generation, optimal = self.generation if by is None else by, status == Status.kOptimal
        generation.known_only = not self.thorough
        try:
            more = grow and generation.digest(status)
        except SolverError:  # no proof to price against
            more = False
        if not more:
            self.found = Solved.of(self.lp) if optimal else NOTHING
        return more

    def is_whole(self, solved: Solved) -> bool:
        """Whether the part's own whole columns are whole."""
        values = self.lp.whole_of(solved.values)
        return bool(np.all(np.abs(values - np.round(values)) <= WHOLE))

    @property
    def whole(self) -> IntArray:
        """Compiled columns of the part that are whole in a plan."""
        return self.lp.whole_columns

    def hold(self, values: FloatArray | None) -> None:
        """Fix the part's own whole columns, or with None give them their bounds back."""
        if values is None:
            self.lp.free()
        else:
            self.lp.hold(values, values)

    def told(self, solved: Solved) -> PartPlan:
        """A solved LP as a plan of the part."""
        duals = self.lp.full_duals(solved.duals)
        prices = {number: duals[self.problem.compiled.blocks[number].load_row] for number in self.blocks}
        value = solved.value - self.lp.bent.excess(solved.values)
        return PartPlan(value, self.lp.spread(solved.values)[self.columns], self.lp.flows(solved.values), prices)
