"""The LP over routes: one HiGHS model in the smallest form (`form.py`), for all of a model or some of its blocks.

Its route columns grow and shrink; which are missing is found by `generation.py`. A route stands directly in every row
that its loads stand in, so the price of a load is what one more unit of it costs in these rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status, new_solver, solve_lp
from model.solvers.core.linear_program import INFINITY
from model.solvers.lp.bent_curves import BentCurves
from model.solvers.lp.forcing import Forcing
from model.solvers.lp.form import Form
from model.solvers.problem import FLOW_TOLERANCE, Problem
from model.solvers.routes.known_routes import Surcharge
from model.solvers.routes.route_table import RouteTable, grown

MOST_ITERATIONS = 2_147_483_647
NO_DEARER = 1e-7  # of the dearest column
FoundRoute = tuple[int, tuple[int, ...]]
"""A route by demand and arcs, not by number."""


class RouteLP:
    """A HiGHS model of a form; column `form.width` + k is `routes[k]` = (block number, route number).

    `twins` are copies that take the same routes in the same order; `forcing` is shared by them.
    """

    def __init__(
        self, problem: Problem, form: Form, *, forcing: Forcing | None = None, side_by_side: bool = False
    ) -> None:
        """Pass the LP without routes; one that is solved `side_by_side` with others takes one thread."""
        self.problem, self.form, self.forcing = problem, form, forcing
        self.forced = 0
        self.solver = new_solver(problem.options, **({"parallel": "off"} if side_by_side else {}))
        form.program.pass_to(self.solver, "an LP over routes")
        self.routes: list[tuple[int, int]] = []
        self.twins: list[RouteLP] = []
        self.value = np.nan  # of the last run; HiGHS forgets it when a twin's routes join
        self._present: dict[int, BoolArray] = {number: np.zeros(0, dtype=np.bool_) for number in form.blocks}
        whole = problem.compiled.integer
        self._whole_own = (form.space.size + np.flatnonzero(np.isin(form.own, whole))).astype(np.int32)
        self._whole_rows = (form.first_whole_row + np.arange(form.whole.shape[0])).astype(np.int32)
        self._first_forced_row = self.solver.getNumRow()
        self.bent = BentCurves(form, problem.compiled.cost, self.solver)

    def presence(self, number: int) -> BoolArray:
        """Whether block `number` has each known route, shape (routes,)."""
        known = len(self.problem.pricer.table)
        self._present[number] = grown(self._present[number], known)
        return self._present[number][:known]

    def add_numbers(self, number: int, numbers: IntArray) -> int:
        """Add columns of known routes that a block can take and lacks; returns how many."""
        if not len(numbers):
            return 0
        pricer, block = self.problem.pricer, self.problem.compiled.blocks[number]
        pricer.table.update()
        present = self.presence(number)
        numbers, costs = pricer.addable(number, block, numbers, present)
        if len(numbers):
            self.add_columns(number, pricer.table, numbers, costs)
            present[numbers] = True
            self.routes.extend((number, route) for route in numbers.tolist())
        for twin in self.twins:
            twin.add_numbers(number, numbers)
        return len(numbers)

    def add_flows(self, flows: Iterable[tuple[int, int]]) -> None:
        """Add the routes of some flows, (block number, route number), those of blocks that are here."""
        routes: dict[int, list[int]] = {number: [] for number in self.form.blocks}
        for block, route in flows:
            if block in routes:
                routes[block].append(route)
        for number in self.form.blocks:
            self.add_numbers(number, np.array(routes[number], dtype=np.int64))

    def take(self, number: int, found: Sequence[FoundRoute]) -> int:
        """Put routes that pricing found into the pool and into a block; returns how many the block lacked."""
        routes = [self.problem.formulation.routes.add(demand, arcs).number for demand, arcs in found]
        self.problem.pricer.table.update()
        return self.add_numbers(number, np.array(routes, dtype=np.int64))

    def add_columns(self, number: int, table: RouteTable, numbers: IntArray, costs: FloatArray) -> None:
        """Add flow columns of routes of a table to a block. Raises SolverError."""
        form, block = self.form, self.problem.compiled.blocks[number]
        loads, count = table.of(numbers), len(numbers)
        entries = csr_array(loads @ form.through[number])
        served = form.row_of[block.serve_row[table.demand[numbers]]]
        unit = csr_array((np.ones(count), served, np.arange(count + 1)), shape=entries.shape)
        entries = csr_array(entries + unit)
        route, row, value = self._forced_entries(number, table.demand[numbers], loads)
        if len(route):
            parts = entries.tocoo()
            at = np.append(parts.coords[0], route).astype(np.int64)
            places = at, np.append(parts.coords[1], self._first_forced_row + row).astype(np.int64)
            width = self._first_forced_row + self.forced
            entries = csr_array(coo_array((np.append(parts.data, value), places), shape=(count, width)))
        status = self.solver.addCols(
            count, costs + loads @ form.load_cost[number], np.zeros(count), np.full(count, INFINITY),
            entries.nnz, entries.indptr[:-1].astype(np.int32), entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused route columns")

    def thin_out(self, most: int) -> int:
        """Drop route columns that are dearest to use at the LP's prices until `most` are left; returns how many.

        Basic columns stay, so the LP's value stays. A route dropped is still known, and comes back when it pays.
        """
        if len(self.routes) <= most:
            return 0
        keep = keep_cheapest(self.solver, self.form.width, most)
        for at in np.flatnonzero(~keep).tolist():
            number, route = self.routes[at]
            self._present[number][route] = False
        self.routes = [route for route, kept in zip(self.routes, keep.tolist(), strict=True) if kept]
        return int((~keep).sum())

    def _forced_entries(
        self, number: int, demands: IntArray, loads: csr_array
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Entries of routes in the forcing rows: position of the route, forcing row, coefficient."""
        forcing, none = self.forcing, np.zeros(0, dtype=np.int64)
        if forcing is None or not self.forced:
            return none, none, np.zeros(0)
        of_gate = loads[:, forcing.gates[number].loads].tocoo()
        row = forcing.number[number][demands[of_gate.coords[0]], of_gate.coords[1]]
        known = (row >= 0) & (row < self.forced)
        return of_gate.coords[0][known].astype(np.int64), row[known], of_gate.data[known]

    def force(self) -> int:
        """Add the forcing rows found since the last time, with the routes at hand; returns how many."""
        forcing = self.forcing
        first, self.forced = self.forced, 0 if forcing is None else len(forcing.rows)
        if forcing is None or first == self.forced:
            return 0
        blocks = np.array([block for block, _ in self.routes], dtype=np.int64)
        routes = np.array([route for _, route in self.routes], dtype=np.int64)
        table, width = self.problem.pricer.table, self.form.width
        rows: list[IntArray] = []
        columns: list[IntArray] = []
        values: list[FloatArray] = []
        for block in {block for block, _, _ in forcing.rows[first:]}:
            here = np.flatnonzero(blocks == block)
            of_block = routes[here]
            at, row, value = self._forced_entries(block, table.demand[of_block], table.of(of_block))
            new = row >= first
            rows.append(row[new] - first)
            columns.append(width + here[at[new]])
            values.append(value[new])
        for added in range(first, self.forced):
            steps = forcing.coefficients(added)
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

    def surcharges(self, rows: FloatArray) -> dict[int, Surcharge]:
        """What demands pay on the arcs of gates, by block, at some row duals: those of the forcing rows."""
        result: dict[int, Surcharge] = {}
        if self.forcing is None or not self.forced:
            return result
        duals = np.maximum(-rows[self._first_forced_row : self._first_forced_row + self.forced], 0.0)
        for block, (gates, number) in enumerate(zip(self.forcing.gates, self.forcing.number, strict=True)):
            price = np.where((number >= 0) & (number < self.forced), duals[number], 0.0)
            if price.any():
                result[block] = Surcharge(gates.loads, price)
        return result

    def bound(self, lower: FloatArray, upper: FloatArray) -> None:
        """Bounds of the space's columns."""
        count = self.form.space.size
        if count:
            self.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), lower, upper)

    def hold(self, least: FloatArray, most: FloatArray) -> None:
        """Keep the whole columns, in order of `whole_columns`, between bounds."""
        if len(self._whole_rows):
            count = len(self._whole_rows)
            self.solver.changeRowsBounds(count, self._whole_rows, least, most)  # type: ignore[attr-defined]
        elif len(self._whole_own):
            self.solver.changeColsBounds(len(self._whole_own), self._whole_own, least, most)

    def free(self) -> None:
        """Give the whole columns, and those of the space, their own bounds back."""
        compiled, space = self.problem.compiled, self.form.space
        self.bound(space.lower, space.upper)
        self.hold(compiled.lower[self.whole_columns], compiled.upper[self.whole_columns])

    @property
    def whole_columns(self) -> IntArray:
        """Compiled columns here that are whole in a plan, in order."""
        compiled = self.problem.compiled
        return compiled.integer if len(self._whole_rows) else self.form.own[self._whole_own - self.form.space.size]

    def whole_of(self, held: FloatArray) -> FloatArray:
        """Values of the whole columns, in order of `whole_columns`, from the columns of this LP."""
        if len(self._whole_rows):
            return np.asarray(self.form.whole @ held[: self.form.space.size])
        return np.asarray(held[self._whole_own])

    def as_mip(self) -> tuple[highspy.HighsLp, IntArray]:
        """The LP over the routes known, and the columns that are whole in it."""
        steps = np.flatnonzero(self.form.space.integer)
        return self.solver.getLp(), np.concatenate((steps, self._whole_own)).astype(np.int32)

    def used(self) -> list[tuple[int, int]]:
        """Routes that the solution just found takes or could take at the same cost, (block number, route number)."""
        reduced = np.array(self.solver.getSolution().col_dual)[self.form.width :]
        dearest = float(np.abs(self.form.program.cost).max(initial=0.0))
        return [self.routes[at] for at in np.flatnonzero(reduced <= NO_DEARER * max(1.0, dearest)).tolist()]

    def price_steps(self, cost: FloatArray) -> None:
        """Give the space's columns another cost."""
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

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
        self.value = float(self.solver.getInfo().objective_function_value)
        return status, self.value

    def columns(self) -> FloatArray:
        """Values of all columns, routes last."""
        return np.array(self.solver.getSolution().col_value)

    def row_duals(self) -> FloatArray:
        """Duals of all rows."""
        return np.array(self.solver.getSolution().row_dual)

    def full_duals(self, rows: FloatArray, *, free: bool = False) -> FloatArray:
        """Row duals of this LP spread over the compiled rows; those of definition rows are the loads' prices.

        A load's price is what one more unit of it costs in the rows that it stands in. With `free` the duals are a
        proof of infeasibility, and loads cost nothing by themselves.
        """
        form = self.form
        duals = rows[: len(form.rows)]
        full = np.zeros(self.problem.compiled.row_count)
        full[form.rows] = duals
        for number in form.blocks:
            own = 0.0 if free else form.load_cost[number]
            full[self.problem.compiled.blocks[number].load_row] = own - form.through[number] @ duals
        return full

    def spread(self, held: FloatArray) -> FloatArray:
        """Values of the compiled columns that are here, 0 for others, from the columns of this LP."""
        form, table, size = self.form, self.problem.pricer.table, self.form.space.size
        result = np.zeros(self.problem.compiled.column_count)
        result[form.space.columns] = form.space.values(held[:size])
        result[form.own] = held[size : form.curved]
        result[form.curves.columns] = form.curves.filled(self.bent.sums(held))
        flows = held[form.width :]
        used = np.flatnonzero(flows)
        blocks = np.array([self.routes[at][0] for at in used.tolist()], dtype=np.int64)
        numbers = np.array([self.routes[at][1] for at in used.tolist()], dtype=np.int64)
        for number in form.blocks:
            here = np.flatnonzero(blocks == number)
            load = self.problem.compiled.blocks[number].load_column
            result[load] = table.of(numbers[here]).T @ flows[used[here]]
        return result

    def flows(self, held: FloatArray) -> dict[tuple[int, int], float]:
        """Route flows by (block number, route number), those above nothing."""
        flows = held[self.form.width :]
        return {self.routes[at]: float(flows[at]) for at in np.flatnonzero(flows > FLOW_TOLERANCE).tolist()}


def keep_cheapest(solver: highspy.Highs, first: int, most: int) -> BoolArray:
    """Delete columns from number `first` on that are dearest to use at the LP's prices; which of them are kept.

    At least `most` are kept, and all basic ones: the LP's value and basis stay.
    """
    basis = solver.getBasis()
    status = np.array([int(at) for at in basis.col_status])
    reduced = np.array(solver.getSolution().col_dual)[first:]
    basic = status[first:] == int(highspy.HighsBasisStatus.kBasic)
    reduced[basic] = -np.inf
    keep = basic.copy()
    keep[np.argsort(reduced, kind="stable")[:most]] = True
    gone = (first + np.flatnonzero(~keep)).astype(np.int32)
    solver.deleteCols(len(gone), gone)
    kept = np.concatenate((np.ones(first, dtype=np.bool_), keep))
    basis.col_status = [at for at, stays in zip(basis.col_status, kept.tolist(), strict=True) if stays]
    solver.setBasis(basis)
    return np.asarray(keep)
