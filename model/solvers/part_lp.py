"""The LP over routes of one part of a model whose modules are fixed: what `what_if` asks its questions of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.highs import SolverError, Status, dual_ray, grown_little, hear_stop, limit_time, new_solver
from model.solvers.problem import FLOW_TOLERANCE, Problem
from model.solvers.route_lp import add_route_columns, keep_cheapest
from model.solvers.route_table import grown

HELD = 1e-7  # relative; a row broken by less than that holds
NEAR = 2e-7  # relative; routes that save less in all are left out
ROUTES_A_WAY = 3  # kept when routes are dropped, on the average
WHOLE = 1e-7  # what is so near to a whole number is one
NODES = 500  # of that decision; a number and not seconds, so that two runs do the same
HASTY_SECONDS = 2.0
DECIDED = 1e-5  # relative gap to which a part's own whole columns are decided


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
    def of(solver: highspy.Highs) -> Solved:
        """What HiGHS holds."""
        solution, value = solver.getSolution(), float(solver.getInfo().objective_function_value)
        return Solved(value, np.array(solution.col_value), np.array(solution.row_dual), np.array(solution.row_value))


NOTHING = Solved(np.inf, np.zeros(0), np.zeros(0), np.zeros(0))


class PartLP:
    """Rows and columns of one part; what the fixed columns do to a row moves the row's sides."""

    def __init__(
        self, problem: Problem, rows: IntArray, columns: IntArray, fixed: IntArray, *, thorough: bool = True
    ) -> None:
        """Take the part out of the compiled model; `thorough` prices all routes, otherwise those known must do."""
        compiled = problem.compiled
        self.problem, self.rows, self.columns = problem, rows, columns
        self.blocks = np.unique(compiled.row_block[rows][compiled.row_block[rows] >= 0]).tolist()
        part = csr_array(compiled.matrix[rows])
        self._matrix = csc_array(part[:, columns])
        self._fixed = csr_array(part[:, fixed])
        self.touched = np.flatnonzero(np.diff(csc_array(self._fixed).indptr) > 0)
        self._lower, self._upper = compiled.row_lower[rows], compiled.row_upper[rows]
        self._cost = compiled.cost[columns]
        self._box = compiled.lower[columns], compiled.upper[columns]
        self.row_of = np.full(compiled.row_count, -1, dtype=np.int64)
        self.row_of[rows] = np.arange(len(rows))
        self._present: dict[int, BoolArray] = {number: np.zeros(0, dtype=np.bool_) for number in self.blocks}
        self._routes: list[tuple[int, int]] = []
        self._room = ROUTES_A_WAY * int(problem.ways[self.blocks].sum())
        self._amounts = problem.amounts()
        self._known: dict[bytes, float] = {}
        self.floor: Callable[[FloatArray], float] | None = None
        self.thorough, self.grew_little = thorough, False
        self.base, self._at = np.inf, np.zeros(0)
        self.found = NOTHING
        self._whole = np.flatnonzero(np.isin(columns, compiled.integer)).astype(np.int32)
        self.solver = new_solver(problem.options, parallel="off")  # parts are solved side by side
        self._pass()

    def _pass(self) -> None:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.columns), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self._cost, *self._box
        lp.row_lower_, lp.row_upper_ = self._lower, self._upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self._matrix.indptr, self._matrix.indices
        lp.a_matrix_.value_ = self._matrix.data
        if self.solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused a part of the model")

    def begin_with(self, flows: Iterable[tuple[int, int]]) -> None:
        """Take the routes of these flows, (block, route), to begin with."""
        routes: dict[int, list[int]] = {number: [] for number in self.blocks}
        for block, route in flows:
            if block in routes:
                routes[block].append(route)
        for number in self.blocks:
            self._add(number, np.array(routes[number], dtype=np.int64))

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
            self.slope = np.asarray(-(self._fixed.T @ solved.duals))

    def stay_at(self, fixed: FloatArray) -> None:
        """Count from these values, which are the same to this part."""
        self._at = fixed

    def share(self, values: dict[bytes, float], floor: Callable[[FloatArray], float] | None) -> None:
        """Take part in what is known of this part with all routes priced: costs, and a lower bound at any values."""
        self._known, self.floor = values, floor

    def be_thorough(self) -> None:
        """Price all routes from now on."""
        if self.thorough:
            return
        self.thorough, self.base = True, np.inf  # what was measured over the routes known is to be measured anew
        self._known.clear()

    def _key(self, fixed: FloatArray) -> bytes:
        return fixed[self.touched].tobytes()

    def sides(self, fixed: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the rows of the part must keep with the fixed columns at these values."""
        moved = np.asarray(self._fixed @ fixed)
        return np.asarray(self._lower - moved), np.asarray(self._upper - moved)

    def at_least(self, fixed: FloatArray) -> float:
        """Lower bound of the change in cost by the duals of the plan; `slope` is that of each fixed column.

        Over the routes known when the part is not thorough. What is known of the part may say more.
        """
        told = float(self.slope @ (fixed - self._at))
        if self.floor is None:
            return told
        exact = self._known.get(self._key(fixed))
        return max(told, self.floor(fixed) - self.base) if exact is None else exact - self.base

    def knows(self, fixed: FloatArray) -> bool:
        """Whether the cost at these values is known, or seen to be the plan's."""
        key = self._key(fixed)
        if key not in self._known and self._stays(fixed):
            self._known[key] = self.base
        return key in self._known

    def learn(self, fixed: FloatArray, solved: Solved) -> None:
        """Keep the cost at these values."""
        self._known[self._key(fixed)] = solved.value

    def change(self, fixed: FloatArray) -> float:
        """Change in cost against the plan, where it is known; inf where no flow is possible."""
        return self._known[self._key(fixed)] - self.base

    def _stays(self, fixed: FloatArray) -> bool:
        """Whether the plan's own flow stays possible and the duals prove that no other is cheaper."""
        reached = self._activity + self._fixed @ (fixed - self._at)
        slack = HELD * np.maximum(1.0, np.abs(self._activity))
        low, high = self.sides(self._at)
        inside = (reached >= low - slack) & (reached <= high + slack)
        near = 1e-9 * max(1.0, abs(self.base))
        return bool(inside.all()) and self.at_least(fixed) >= -near

    def aim(self, fixed: FloatArray) -> None:
        """Set the sides of the rows to what the fixed columns leave."""
        self._thin_out()
        self.grew_little = False
        count, sides = len(self.rows), self.sides(fixed)
        self.solver.changeRowsBounds(count, np.arange(count, dtype=np.int32), *sides)  # type: ignore[attr-defined]

    def _thin_out(self) -> None:
        """Drop routes of least use when they have become many; they stay known and come back when they pay."""
        if len(self._routes) <= 2 * self._room or self.solver.getModelStatus() != Status.kOptimal:
            return
        keep = keep_cheapest(self.solver, len(self.columns), self._room)
        for (number, route), kept in zip(self._routes, keep.tolist(), strict=True):
            self._present[number][route] = kept
        self._routes = [route for route, kept in zip(self._routes, keep.tolist(), strict=True) if kept]

    def digest(self, status: Status, *, grow: bool = True) -> bool:
        """Look at the LP just solved: False when no route is missing, and then `found` is what it says.

        Without `grow` routes are not looked for. An LP that HiGHS cannot finish counts as one without a solution: a
        change is not taken then, a plan not offered.
        """
        self.grew_little = False
        self.found = Solved.of(self.solver) if status == Status.kOptimal else NOTHING
        if not grow or status not in (Status.kOptimal, Status.kInfeasible):
            return False
        if status == Status.kOptimal:
            added = self.price(self.found.duals, NEAR * max(1.0, abs(self.found.value)))
            self.grew_little = grown_little(self.solver, added)
            return added > 0
        try:
            return self.price(dual_ray(self.solver, self.problem.progress), 0.0, free=True) > 0
        except SolverError:  # no proof to price against
            return False

    def price(
        self, row_duals: FloatArray, near: float, *, free: bool = False, blocks: Sequence[int] | None = None
    ) -> int:
        """Add the routes that these duals call for, unless they save less than `near`; returns how many.

        In some of its blocks only where these are given.
        """
        problem, added = self.problem, 0
        blocks = self.blocks if blocks is None else blocks
        duals = np.zeros(len(self.row_of))
        duals[self.rows] = row_duals
        for number in blocks:
            block = problem.compiled.blocks[number]
            added += self._add(number, problem.pricer.known(number, block, duals, self._presence(number), free=free))
        if added or not (self.thorough or free):
            return added
        priced = {
            number: problem.pricer.price(problem.compiled.blocks[number], duals, self._amounts[number], free=free)
            for number in blocks
        }
        if -sum(found.shortfall for found in priced.values()) <= near and not free:
            return 0
        for number, found in priced.items():
            routes = [problem.formulation.routes.add(demand, arcs).number for demand, arcs in found.routes]
            problem.pricer.table.update()
            added += self._add(number, np.array(routes, dtype=np.int64))
        return added

    def _presence(self, number: int) -> BoolArray:
        known = len(self.problem.pricer.table)
        self._present[number] = grown(self._present[number], known)
        return self._present[number][:known]

    def _add(self, number: int, numbers: IntArray) -> int:
        """Add columns of known routes that a block lacks; returns how many."""
        pricer, block = self.problem.pricer, self.problem.compiled.blocks[number]
        pricer.table.update()
        present = self._presence(number)
        numbers, costs = pricer.addable(number, block, numbers, present)
        if len(numbers):
            add_route_columns(self.solver, pricer.table, block, numbers, costs, self.row_of)
            present[numbers] = True
            self._routes.extend((number, route) for route in numbers.tolist())
        return len(numbers)

    def is_whole(self, solved: Solved) -> bool:
        """Whether the part's own whole columns are whole."""
        values = solved.values[self._whole]
        return bool(np.all(np.abs(values - np.round(values)) <= WHOLE))

    def decide(self, *, hasty: bool = False) -> FloatArray | None:
        """Best values of the part's own whole columns over the routes known, with the row sides as they are.

        Nearly to the optimum; None when there are none. Safe in a thread of its own. `hasty` takes little time.
        """
        kinds, whole, progress = highspy.HighsVarType, self._whole, self.problem.progress
        mip = new_solver(self.problem.options, mip_rel_gap=DECIDED, mip_max_nodes=NODES, parallel="off")
        limit_time(mip, min(HASTY_SECONDS, progress.time_left) if hasty else progress.time_left)
        mip.passModel(self.solver.getLp())
        mip.changeColsIntegrality(len(whole), whole, np.full(len(whole), kinds.kInteger))
        hear_stop(mip, progress)
        mip.run()
        if mip.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.round(np.array(mip.getSolution().col_value)[whole])

    @property
    def whole(self) -> IntArray:
        """Compiled columns of the part that are whole in a plan."""
        return np.asarray(self.columns[self._whole])

    def hold(self, values: FloatArray | None) -> None:
        """Fix the part's own whole columns, or with None give them their bounds back."""
        self.grew_little = False
        lower, upper = (side[self._whole] for side in self._box) if values is None else (values, values)
        self.solver.changeColsBounds(len(self._whole), self._whole, lower, upper)

    def told(self, solved: Solved) -> PartPlan:
        """A solved LP as a plan of the part."""
        values, count = solved.values, len(self.columns)
        duals = np.zeros(len(self.row_of))
        duals[self.rows] = solved.duals
        flows = {
            key: float(flow) for key, flow in zip(self._routes, values[count:], strict=False) if flow > FLOW_TOLERANCE
        }
        prices = {number: duals[self.problem.compiled.blocks[number].load_row] for number in self.blocks}
        return PartPlan(solved.value, values[:count], flows, prices)
