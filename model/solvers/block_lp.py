"""One operations block as a persistent LP: doorway columns fixed from outside, routes by pricing, exact cuts.

A doorway column is an investment column that stands in rows of the block (installed capacity, vessels, allowances).
With them fixed at z the block's cost V(z) is a convex function of z. For any row duals the Lagrangian bound

    V(z) >= constant + slope · z

holds: constant = Σ rows dual × its side + Σ columns of the block least reduced cost × value in its bounds
+ Σ demands amount × min(0, least reduced cost of any route), slope = -(doorway columns)ᵀ dual. It is computed here from
the duals alone, with every route priced, so that it is true whatever tolerance HiGHS worked with.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.compiled import INVESTMENT
from model.solvers.highs import SolverError, Status, dual_ray, new_solver, run_lp
from model.solvers.problem import Problem
from model.solvers.progress import Interrupted
from model.solvers.route_lp import add_route_columns
from model.solvers.route_table import grown

NO_DEARER = 1e-7  # of the dearest column of the block
NOT_IN_POOL = -1
DUAL_DUST = 1e-9  # of the largest dual

FreshRoute = tuple[int, tuple[int, ...]]
"""A route by demand and arcs, not by number."""


@dataclass(frozen=True)
class Cut:
    """V(z) >= constant + slope · z of block `number`, z in order of the block's doorway columns.

    With `feasibility` it reads 0 >= constant + slope · z instead. `duals` are those that it came from, in order of the
    block's rows: `BlockLP.cut_of` makes the same cut from them.
    """

    number: int
    constant: float
    slope: FloatArray
    feasibility: bool = False
    duals: FloatArray | None = None

    def at(self, doors: FloatArray) -> float:
        """Value of the right side."""
        return self.constant + float(self.slope @ doors)


@dataclass(frozen=True)
class BlockPoint:
    """Outcome of a block at given doorway values: LP value (inf when infeasible) and a cut that is tight there."""

    value: float
    cut: Cut


class BlockLP:
    """The LP of one operations block; columns are the block's own, then its doorway columns, then routes."""

    def __init__(self, problem: Problem, number: int) -> None:
        """Take the block's rows out of the compiled model."""
        compiled = problem.compiled
        self.problem, self.number, self.map = problem, number, compiled.blocks[number]
        self.rows = np.flatnonzero(compiled.row_block == number)
        self.own = np.flatnonzero(compiled.column_block == number)
        part = csc_array(compiled.matrix[self.rows])
        touched = np.diff(part.indptr) > 0
        self.doors = np.flatnonzero(touched & (compiled.column_block == INVESTMENT))
        if np.any(touched & (compiled.column_block != INVESTMENT) & (compiled.column_block != number)):
            raise SolverError("an operations block has a column of another one")
        self._own_matrix, self._door_matrix = csc_array(part[:, self.own]), csc_array(part[:, self.doors])
        self._row_of = np.full(compiled.row_count, -1, dtype=np.int64)
        self._row_of[self.rows] = np.arange(len(self.rows))
        self._lower, self._upper = compiled.row_lower[self.rows], compiled.row_upper[self.rows]
        self._box = compiled.lower[self.own], compiled.upper[self.own]
        self._cost = compiled.cost[self.own]
        self.amounts = problem.amounts()[number]
        self._place_loads()
        self.solver = new_solver(problem.options)
        self._pass()
        self.route_numbers: list[int] = []
        self._fresh: dict[FreshRoute, int] = {}  # with the place of its column
        self._present: BoolArray = np.zeros(0, dtype=np.bool_)

    def _place_loads(self) -> None:
        """Where load variables stand among the block's own columns, and their definition rows."""
        position = np.full(self.problem.compiled.column_count, -1, dtype=np.int64)
        position[self.own] = np.arange(len(self.own))
        self._load_columns = position[self.map.load_column]
        self._load_rows = self._row_of[self.map.load_row]
        pairs = self._own_matrix[self._load_rows][:, self._load_columns] if len(self._load_rows) else None
        self._load_sign = np.ones(0) if pairs is None else np.asarray(pairs.diagonal())

    def _pass(self) -> None:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.own) + len(self.doors), len(self.rows)
        zeros = np.zeros(len(self.doors))
        lp.col_cost_ = np.concatenate((self._cost, zeros))
        lp.col_lower_, lp.col_upper_ = np.concatenate((self._box[0], zeros)), np.concatenate((self._box[1], zeros))
        lp.row_lower_, lp.row_upper_ = self._lower, self._upper
        own, doors = self._own_matrix, self._door_matrix
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate((own.indptr, doors.indptr[1:] + own.indptr[-1]))
        lp.a_matrix_.index_ = np.concatenate((own.indices, doors.indices))
        lp.a_matrix_.value_ = np.concatenate((own.data, doors.data))
        if self.solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused an operations block")

    def presence(self) -> BoolArray:
        """Whether the block has each known route, shape (routes,)."""
        known = len(self.problem.pricer.table)
        self._present = grown(self._present, known)
        return self._present[:known]

    def add_numbers(self, numbers: IntArray) -> int:
        """Add columns of known routes that the block lacks; returns how many."""
        pricer = self.problem.pricer
        pricer.table.update()
        present = self.presence()
        numbers, costs = pricer.addable(self.number, self.map, numbers, present)
        if len(numbers):
            add_route_columns(self.solver, pricer.table, self.map, numbers, costs, self._row_of)
            present[numbers] = True
            self.route_numbers.extend(numbers.tolist())
        return len(numbers)

    def _add_fresh(self, routes: list[FreshRoute]) -> int:
        """Add columns of routes just found, which the pool hears of later (`settle`); returns how many."""
        pool, present = self.problem.formulation.routes, self.presence()
        known = [pool.find(*route) for route in routes]
        new = [
            route
            for route, number in zip(routes, known, strict=True)
            if route not in self._fresh and (number is None or not present[number])
        ]
        if not new:
            return 0
        table = self.problem.pricer.lay_out(new)
        costs = self.problem.pricer.route_costs(self.number, self.map, table)
        add_route_columns(self.solver, table, self.map, np.arange(len(new)), costs, self._row_of)
        self._fresh.update({route: len(self.route_numbers) + i for i, route in enumerate(new)})
        self.route_numbers.extend([NOT_IN_POOL] * len(new))
        return len(new)

    def found(self) -> list[FreshRoute]:
        """Routes found since the last `settle`, in the order of finding."""
        return list(self._fresh)

    def settle(self) -> list[FreshRoute]:
        """Put the routes found since the last time into the pool; returns them in the order of finding.

        Until then no other block sees them. So what a block does depends on what it was asked and on the pool before,
        and not on which blocks were asked before it or in which process.
        """
        fresh, self._fresh = self._fresh, {}
        for route, place in fresh.items():
            self.route_numbers[place] = self.problem.formulation.routes.add(*route).number
        self.problem.pricer.table.update()
        self.presence()[[self.route_numbers[place] for place in fresh.values()]] = True
        return list(fresh)

    def move(self, doors: FloatArray) -> None:
        """Fix the doorway columns at values, in order of `doors`."""
        self.between(doors, doors)

    def between(self, lower: FloatArray, upper: FloatArray) -> None:
        """Let the doorway columns move between bounds, for nothing, in order of `doors`."""
        first, n = len(self.own), len(self.doors)
        if n:
            self.solver.changeColsBounds(n, np.arange(first, first + n, dtype=np.int32), lower, upper)

    def generate(self) -> bool:
        """Add routes until none is missing, but for those that only negative prices call for; False when infeasible."""
        while run_lp(self.solver, self.problem.progress) == Status.kOptimal:
            if self.price(np.array(self.solver.getSolution().row_dual), exact=False) is not None:
                return True
        return False

    def used(self) -> IntArray:
        """Numbers of the routes that the solution just found takes or could take at the same cost."""
        reduced = np.array(self.solver.getSolution().col_dual)[len(self.own) + len(self.doors) :]
        cheap = reduced <= NO_DEARER * max(1.0, float(np.abs(self._cost).max(initial=0.0)))
        return np.asarray(np.array(self.route_numbers, dtype=np.int64)[cheap])

    def solve(self, doors: FloatArray) -> BlockPoint:
        """Cost of the block at doorway values, all routes priced. Raises Interrupted when time is up."""
        self.move(doors)
        while True:
            status = run_lp(self.solver, self.problem.progress)
            if status == Status.kOptimal:
                cut = self.price(np.array(self.solver.getSolution().row_dual))
                value = float(self.solver.getInfo().objective_function_value)
            elif status == Status.kInfeasible:
                cut = self.price(dual_ray(self.solver, self.problem.progress), free=True)
                value = np.inf
            else:
                raise SolverError(f"an operations block ended with {status}")
            if cut is not None:
                return BlockPoint(value, cut)
            if self.problem.progress.must_stop:
                raise Interrupted

    def read(self, doors: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Value, own columns, route flows and load prices at doorway values solved before, without pricing again."""
        self.move(doors)
        if run_lp(self.solver, self.problem.progress) != Status.kOptimal:
            raise SolverError("an operations block could not be solved again")
        solution = self.solver.getSolution()
        values, first = np.array(solution.col_value), len(self.own) + len(self.doors)
        prices = np.array(solution.row_dual)[self._load_rows]
        value = float(self.solver.getInfo().objective_function_value)
        return value, values[: len(self.own)], values[first:], prices

    def cut_of(self, duals: FloatArray, *, free: bool = False) -> Cut:
        """The cut of any row duals, in order of `rows`, with all routes priced; a feasibility cut with `free`."""
        full = self.full_duals(duals, free=free)
        shortfall = self.problem.pricer.price(self.map, full, self.amounts, free=free).shortfall
        return self.cut(full, shortfall, free=free)

    def proves(self, duals: FloatArray, *, free: bool = False) -> bool:
        """Whether a cut of any row duals is true: no column without a bound may lower the Lagrangian without end.

        The duals of an LP solved keep to that; duals that somebody made up need not.
        """
        cost = 0.0 if free else self._cost
        reduced = cost - self._own_matrix.T @ self.full_duals(duals, free=free)[self.rows]
        reduced[self._load_columns] = 0.0
        lower, upper = self._box
        endless = ((reduced > 0) & np.isneginf(lower)) | ((reduced < 0) & np.isposinf(upper))
        dust = DUAL_DUST * max(1.0, float(np.abs(duals).max(initial=0.0)))
        return not bool(np.any(np.abs(reduced[endless]) > dust))

    def price(self, row_duals: FloatArray, *, free: bool = False, exact: bool = True) -> Cut | None:
        """Price routes at row duals: None when some were added, the cut when none is missing.

        With `free` the duals are a proof of infeasibility: costs count as 0 and the cut is a feasibility cut.
        """
        pricer = self.problem.pricer
        duals = self.full_duals(row_duals, free=free)
        if self.add_numbers(pricer.known(self.number, self.map, duals, self.presence(), free=free)):
            return None
        priced = pricer.price(self.map, duals, self.amounts, free=free, exact=exact)
        if self._add_fresh(priced.routes):
            return None
        return self.cut(duals, priced.shortfall, free=free)

    def full_duals(self, duals: FloatArray, *, free: bool = False) -> FloatArray:
        """Row duals of the block made dual feasible where that is free, spread over all compiled rows.

        Signs that a one-sided row cannot have are set to 0; the price of a free load is set so that its variable has
        reduced cost 0.
        """
        duals = np.where(np.isneginf(self._lower), np.minimum(duals, 0.0), duals)
        duals = np.where(np.isposinf(self._upper), np.maximum(duals, 0.0), duals)
        reduced = (0.0 if free else self._cost) - self._own_matrix.T @ duals
        duals[self._load_rows] += reduced[self._load_columns] / self._load_sign
        full = np.zeros(len(self._row_of))
        full[self.rows] = duals
        return full

    def cut(self, full: FloatArray, shortfall: float, *, free: bool = False) -> Cut:
        """The Lagrangian bound of these duals; `shortfall` is the least that routes can add."""
        duals = full[self.rows]
        sides = np.where(duals > 0, self._lower, self._upper)
        constant = float(duals[duals != 0] @ sides[duals != 0]) + shortfall
        reduced = (0.0 if free else self._cost) - self._own_matrix.T @ duals
        reduced[self._load_columns] = 0.0
        lower, upper = self._box
        at = np.where(reduced > 0, lower, upper)
        # a column without bounds has reduced cost 0 up to the solver's tolerance
        constant += float((reduced[np.isfinite(at)] * at[np.isfinite(at)]).sum())
        return Cut(self.number, constant, -(self._door_matrix.T @ duals), free, duals)
