"""The LP over all blocks in its smallest form, for branch and price: solved thousands of times with other bounds.

Against the compiled model three things are put out of the way: load variables (a route stands directly in every row
that its loads stand in), columns that follow from whole-number columns (installed capacity), and modules in service
(the steps of the investment space). Every whole-number column of the compiled model gets a row, so that branching on
it is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, hstack, vstack

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.compiled import INVESTMENT
from model.solvers.forcing import Forcing
from model.solvers.highs import SolverError, Status, new_solver, solve_lp
from model.solvers.investment_space import InvestmentSpace
from model.solvers.pricing import Surcharge
from model.solvers.problem import Problem
from model.solvers.route_lp import keep_cheapest
from model.solvers.route_table import grown

INFINITY = float("inf")
MOST_ITERATIONS = 2_147_483_647


@dataclass(frozen=True)
class Layout:
    """Where things stand: columns are steps, then `own` compiled columns; rows are `rows` of the compiled model.

    Rows after those: the investment space's rows, one row for each whole compiled column, and forcing rows.
    `through[b]` has shape (loads, rows): what a unit of each load of block b adds to each row; `load_cost[b]` its cost.
    """

    space: InvestmentSpace
    own: IntArray
    rows: IntArray
    row_of: IntArray
    whole: csr_array
    through: tuple[csr_array, ...]
    load_cost: tuple[FloatArray, ...]


def layout(problem: Problem, space: InvestmentSpace) -> Layout:
    """Layout of a problem whose blocks meet only in investment columns."""
    compiled = problem.compiled
    loads = np.concatenate([block.load_column for block in compiled.blocks])
    definitions = np.concatenate([block.load_row for block in compiled.blocks])
    operations = np.flatnonzero(compiled.row_block != INVESTMENT)
    rows = np.setdiff1d(operations, definitions)
    own = np.setdiff1d(np.flatnonzero(compiled.column_block != INVESTMENT), loads)
    row_of = np.full(compiled.row_count, -1, dtype=np.int64)
    row_of[rows] = np.arange(len(rows))
    part = csc_array(compiled.matrix[rows])
    through = tuple(csr_array(part[:, block.load_column].T) for block in compiled.blocks)
    place = np.searchsorted(space.columns, compiled.integer)
    cost = tuple(compiled.cost[block.load_column] for block in compiled.blocks)
    return Layout(space, own, rows, row_of, csr_array(space.expand[place]), through, cost)


class NodeLP:
    """One HiGHS copy of the LP; several copies work side by side on other nodes."""

    def __init__(self, problem: Problem, plan: Layout, forcing: Forcing) -> None:
        """Pass the LP without routes; `forcing` is shared by the copies, whose rows `force` adds."""
        self.problem, self.layout, self.forcing = problem, plan, forcing
        self.forced = 0
        self.solver = new_solver(problem.options)
        self.routes: list[tuple[int, int]] = []
        self._present: list[BoolArray] = [np.zeros(0, dtype=np.bool_) for _ in problem.compiled.blocks]
        self._pass()

    def _pass(self) -> None:
        compiled, plan, space = self.problem.compiled, self.layout, self.layout.space
        part = csr_array(compiled.matrix[plan.rows])
        doors = part[:, space.columns]
        top = hstack([csr_array(doors @ space.expand), part[:, plan.own]])
        shift = np.asarray(doors @ space.shift)
        bottom = vstack([space.rows, plan.whole])
        wide = csr_array((bottom.data, bottom.indices, bottom.indptr), shape=(bottom.shape[0], top.shape[1]))
        matrix = csc_array(vstack([top, wide]))
        free = np.full(plan.whole.shape[0], INFINITY)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_ = np.concatenate((space.cost, compiled.cost[plan.own]))
        lp.col_lower_ = np.concatenate((space.lower, compiled.lower[plan.own]))
        lp.col_upper_ = np.concatenate((space.upper, compiled.upper[plan.own]))
        lp.row_lower_ = np.concatenate((compiled.row_lower[plan.rows] - shift, space.row_lower, -free))
        lp.row_upper_ = np.concatenate((compiled.row_upper[plan.rows] - shift, space.row_upper, free))
        lp.offset_ = space.constant
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        if self.solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused the LP of branch and price")
        self._first_whole_row = matrix.shape[0] - plan.whole.shape[0]
        self._step_columns = np.arange(space.size, dtype=np.int32)
        self._whole_rows = np.arange(self._first_whole_row, matrix.shape[0], dtype=np.int32)
        self._first_forced_row = matrix.shape[0]

    def presence(self, number: int) -> BoolArray:
        """Whether block `number` has each known route, shape (routes,)."""
        known = len(self.problem.pricer.table)
        self._present[number] = grown(self._present[number], known)
        return self._present[number][:known]

    def add_numbers(self, number: int, numbers: IntArray) -> IntArray:
        """Add columns of known routes that the block lacks; returns which."""
        pricer, block = self.problem.pricer, self.problem.compiled.blocks[number]
        pricer.table.update()
        present = self.presence(number)
        numbers, costs = pricer.addable(number, block, numbers, present)
        if not len(numbers):
            return numbers
        loads = pricer.table.of(numbers)
        entries = csr_array(loads @ self.layout.through[number])
        served = self.layout.row_of[block.serve_row[pricer.table.demand[numbers]]]
        unit = csr_array((np.ones(len(numbers)), served, np.arange(len(numbers) + 1)), shape=entries.shape)
        entries = csr_array(entries + unit)
        route, row, value = self._forced_entries(number, numbers, loads)
        if len(route):
            parts = entries.tocoo()
            at = np.append(parts.coords[0], route).astype(np.int64)
            places = at, np.append(parts.coords[1], self._first_forced_row + row).astype(np.int64)
            width = self._first_forced_row + self.forced
            entries = csr_array(coo_array((np.append(parts.data, value), places), shape=(len(numbers), width)))
        status = self.solver.addCols(
            len(numbers), costs + loads @ self.layout.load_cost[number], np.zeros(len(numbers)),
            np.full(len(numbers), INFINITY), entries.nnz, entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused route columns")
        present[numbers] = True
        self.routes.extend((number, route) for route in numbers.tolist())
        return numbers

    def thin_out(self, most: int) -> int:
        """Drop route columns that are dearest to use at the LP's prices until `most` are left; returns how many.

        Basic columns stay, so the LP's value stays. A route dropped is still known, and comes back when it pays.
        """
        count, first = len(self.routes), self.layout.space.size + len(self.layout.own)
        if count <= most:
            return 0
        keep = keep_cheapest(self.solver, first, most)
        for at in np.flatnonzero(~keep).tolist():
            number, route = self.routes[at]
            self._present[number][route] = False
        self.routes = [route for route, kept in zip(self.routes, keep.tolist(), strict=True) if kept]
        return int((~keep).sum())

    def _forced_entries(
        self, number: int, numbers: IntArray, loads: csr_array
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Entries of routes in the forcing rows: position of the route, forcing row, coefficient."""
        of_gate = loads[:, self.forcing.gates[number].loads].tocoo()
        demand = self.problem.pricer.table.demand[numbers[of_gate.coords[0]]]
        row = self.forcing.number[number][demand, of_gate.coords[1]]
        known = (row >= 0) & (row < self.forced)
        return of_gate.coords[0][known].astype(np.int64), row[known], of_gate.data[known]

    def force(self) -> int:
        """Add the forcing rows found since the last time, with the routes at hand; returns how many."""
        first, self.forced = self.forced, len(self.forcing.rows)
        if first == self.forced:
            return 0
        blocks = np.array([block for block, _ in self.routes], dtype=np.int64)
        routes = np.array([route for _, route in self.routes], dtype=np.int64)
        width = self.layout.space.size + len(self.layout.own)
        rows: list[IntArray] = []
        columns: list[IntArray] = []
        values: list[FloatArray] = []
        for block in {block for block, _, _ in self.forcing.rows[first:]}:
            here = np.flatnonzero(blocks == block)
            at, row, value = self._forced_entries(block, routes[here], self.problem.pricer.table.of(routes[here]))
            new = row >= first
            rows.append(row[new] - first)
            columns.append(width + here[at[new]])
            values.append(value[new])
        for added in range(first, self.forced):
            steps = self.forcing.coefficients(added)
            rows.append(np.full(steps.nnz, added - first))
            columns.append(steps.indices.astype(np.int64))
            values.append(-steps.data)
        places = np.concatenate(rows), np.concatenate(columns)
        shape = (self.forced - first, width + len(self.routes))
        matrix = csr_array(coo_array((np.concatenate(values), places), shape=shape))
        status = self.solver.addRows(
            shape[0], np.full(shape[0], -INFINITY), np.zeros(shape[0]), matrix.nnz,
            matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused forcing rows")
        return shape[0]

    def surcharges(self, ray: FloatArray | None = None) -> list[Surcharge | None]:
        """What demands pay on the arcs of gates, by block: the duals of the forcing rows."""
        result: list[Surcharge | None] = [None] * len(self.forcing.gates)
        if not self.forced:
            return result
        rows = np.array(self.solver.getSolution().row_dual) if ray is None else ray
        duals = np.maximum(-rows[self._first_forced_row : self._first_forced_row + self.forced], 0.0)
        for block, (gates, number) in enumerate(zip(self.forcing.gates, self.forcing.number, strict=True)):
            price = np.where((number >= 0) & (number < self.forced), duals[number], 0.0)
            if price.any():
                result[block] = Surcharge(gates.loads, price)
        return result

    def bound(self, lower: FloatArray, upper: FloatArray, least: FloatArray, most: FloatArray) -> None:
        """Bounds of the steps and of the whole compiled columns."""
        self.solver.changeColsBounds(len(lower), self._step_columns, lower, upper)
        for row, low, high in zip(self._whole_rows.tolist(), least.tolist(), most.tolist(), strict=True):
            self.solver.changeRowBounds(row, low, high)

    def price_steps(self, cost: FloatArray) -> None:
        """Give the steps another cost."""
        self.solver.changeColsCost(len(cost), self._step_columns, cost)

    def restart(self, basis: highspy.HighsBasis | None) -> None:
        """Start from a basis taken earlier, also when routes joined since."""
        if basis is None:
            return
        missing = self.solver.getNumCol() - len(basis.col_status)
        if missing > 0:
            basis.col_status = list(basis.col_status) + [highspy.HighsBasisStatus.kLower] * missing
        missing = self.solver.getNumRow() - len(basis.row_status)
        if missing > 0:
            basis.row_status = list(basis.row_status) + [highspy.HighsBasisStatus.kBasic] * missing
        self.solver.setBasis(basis)

    def run(self, iterations: int | None = None, *, primal: bool = False) -> tuple[Status, float]:
        """Solve, or do so many simplex iterations; status and value. The caller counts the time. Raises Interrupted.

        `primal` goes on from the basis by the primal simplex: where only a few columns are new.
        """
        self.solver.setOptionValue("simplex_iteration_limit", MOST_ITERATIONS if iterations is None else iterations)
        status = solve_lp(self.solver, self.problem.progress, primal=primal)
        return status, float(self.solver.getInfo().objective_function_value)

    def steps(self) -> FloatArray:
        """Values of the steps."""
        return np.array(self.solver.getSolution().col_value[: self.layout.space.size])

    def full_duals(self, ray: FloatArray | None = None) -> FloatArray:
        """Duals of all compiled rows: those of the LP, and for definition rows the price of the load.

        A load's price is what one more unit of it costs in the rows that it stands in. With a `ray` (a proof of
        infeasibility) that takes the place of the duals and loads cost nothing by themselves.
        """
        rows = np.array(self.solver.getSolution().row_dual) if ray is None else ray
        duals, own = rows[: len(self.layout.rows)], 1.0 if ray is None else 0.0
        full = np.zeros(self.problem.compiled.row_count)
        full[self.layout.rows] = duals
        for number, block in enumerate(self.problem.compiled.blocks):
            full[block.load_row] = own * self.layout.load_cost[number] - self.layout.through[number] @ duals
        return full
