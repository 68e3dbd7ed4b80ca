"""The LP over routes: one HiGHS model in the smallest form (`form.py`), for all of a model or some of its blocks.

Its route columns grow and shrink; which are missing is found by `generation.py`. A route stands directly in every row
that its loads stand in, so the price of a load is what one more unit of it costs in these rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import highspy
import numpy as np
from scipy.sparse import csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status, new_solver, solve_lp
from model.solvers.lp.bent_curves import BentCurves
from model.solvers.lp.form import Form
from model.solvers.lp.lazy_rows import LazyRows, may_wait
from model.solvers.problem import FLOW_TOLERANCE, Problem
from model.solvers.routes.route_table import grown

NO_DEARER = 1e-7  # of the dearest column
FoundRoute = tuple[int, tuple[int, ...]]
"""A route by demand and arcs, not by number."""


class RouteLP:
    """A HiGHS model of a form; column `first` + k is `routes[k]` = (block number, route number)."""

    def __init__(self, problem: Problem, form: Form, *, side_by_side: bool = False, lazy: bool = False) -> None:
        """Pass the LP without routes; one that is solved `side_by_side` with others takes one thread.

        A `lazy` one begins without most capacities, and is to be asked after each run which are `broken`: they join.
        """
        self.problem, self.form = problem, form
        self.solver = new_solver(problem.options, **({"parallel": "off"} if side_by_side else {}))
        self.rows = LazyRows(form, self.solver, may_wait(problem, form, problem.known.needed) if lazy else None)
        self.first = form.width
        self.routes: list[tuple[int, int]] = []
        self.value = np.nan  # of the last run; HiGHS forgets it when routes join
        self._present: dict[int, BoolArray] = {number: np.zeros(0, dtype=np.bool_) for number in form.blocks}
        whole = problem.compiled.integer
        self._whole_own = (form.space.size + np.flatnonzero(np.isin(form.own, whole))).astype(np.int32)
        self._whole_rows = form.first_whole_row + np.arange(form.whole.shape[0])
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
            self._add_columns(number, numbers, costs)
            present[numbers] = True
            self.routes.extend((number, route) for route in numbers.tolist())
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

    def _add_columns(self, number: int, numbers: IntArray, costs: FloatArray) -> None:
        """Add flow columns of known routes to a block. Raises SolverError."""
        form, block, table = self.form, self.problem.compiled.blocks[number], self.problem.pricer.table
        loads, count = table.of(numbers), len(numbers)
        entries = self._in_other_rows(number, numbers, csr_array(loads @ self.rows.through[number]))
        served = self.rows.place[form.row_of[block.serve_row[table.demand[numbers]]]]
        unit = csr_array((np.ones(count), served, np.arange(count + 1)), shape=entries.shape)
        entries = csr_array(entries + unit)
        status = self.solver.addCols(
            count, costs + loads @ form.load_cost[number], np.zeros(count), np.full(count, np.inf),
            entries.nnz, entries.indptr[:-1].astype(np.int32), entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused route columns")

    def _in_other_rows(self, number: int, numbers: IntArray, entries: csr_array) -> csr_array:
        """Entries of known routes of a block, with those in rows that are none of the form's."""
        return entries

    def arc_prices(self, number: int) -> FloatArray | None:
        """What such rows put on arcs at the duals spread last, shape (demands, arcs); None for nothing."""
        return None

    def route_prices(self, number: int) -> FloatArray | None:
        """The same for known routes, shape (routes,)."""
        return None

    def thin_out(self, most: int) -> int:
        """Drop route columns that are dearest to use at the LP's prices until `most` are left; returns how many.

        Basic columns stay, so the LP's value stays. A route dropped is still known, and comes back when it pays.
        """
        if len(self.routes) <= most:
            return 0
        keep = keep_cheapest(self.solver, self.first, most)
        for at in np.flatnonzero(~keep).tolist():
            self._forget(*self.routes[at])
        self.routes = [route for route, kept in zip(self.routes, keep.tolist(), strict=True) if kept]
        return int((~keep).sum())

    def _forget(self, number: int, route: int) -> None:
        """A column was dropped."""
        self._present[number][route] = False

    def rejoin(self, rows: FloatArray, *, free: bool = False) -> int:
        """Let columns that are no routes, and were left out, join where the LP wants them at row duals; how many."""
        return 0

    def bound(self, lower: FloatArray, upper: FloatArray) -> None:
        """Bounds of the space's columns."""
        count = self.form.space.size
        if count:
            self.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), lower, upper)

    def hold(self, least: FloatArray, most: FloatArray) -> None:
        """Keep the whole columns, in order of `whole_columns`, between bounds."""
        if len(self._whole_rows):
            self.rows.set_sides(self._whole_rows, least, most)
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
        """The LP over the routes known with all its rows, and the columns that are whole in it."""
        steps = np.flatnonzero(self.form.space.integer)
        return self.with_all_rows(), np.concatenate((steps, self._whole_own)).astype(np.int32)

    def with_all_rows(self) -> highspy.HighsLp:
        """The LP over the routes known; rows that wait come last in it."""
        if not len(waiting := self.rows.waiting):
            return self.solver.getLp()
        copy = new_solver(self.problem.options)
        copy.passModel(self.solver.getLp())
        self.rows.add_to(copy, waiting, self._entries(waiting))
        return copy.getLp()

    def used(self) -> list[tuple[int, int]]:
        """Routes that the solution just found takes or could take at the same cost, (block number, route number)."""
        reduced = np.array(self.solver.getSolution().col_dual)[self.form.width :]
        dearest = float(np.abs(self.form.program.cost).max(initial=0.0))
        return [self.routes[at] for at in np.flatnonzero(reduced <= NO_DEARER * max(1.0, dearest)).tolist()]

    def price_steps(self, cost: FloatArray) -> None:
        """Give the space's columns another cost."""
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def run(self, *, primal: bool = False) -> tuple[Status, float]:
        """Solve; status and value. The caller counts the time. Raises Interrupted.

        `primal` goes on from the basis by the primal simplex: where only a few columns are new.
        """
        status = solve_lp(self.solver, self.problem.progress, primal=primal)
        self.value = float(self.solver.getInfo().objective_function_value)
        return status, self.value

    def columns(self) -> FloatArray:
        """Values of all columns, routes last."""
        return np.array(self.solver.getSolution().col_value)

    def row_duals(self) -> FloatArray:
        """Duals of all rows."""
        return self.spread_duals(np.array(self.solver.getSolution().row_dual))

    def spread_duals(self, values: FloatArray) -> FloatArray:
        """Duals, or a proof of infeasibility, as HiGHS tells them, by the rows of the form."""
        return self.rows.everywhere(values)

    def activity(self) -> FloatArray:
        """Activity of all rows."""
        result = self.rows.everywhere(np.array(self.solver.getSolution().row_value))
        if len(self.rows.waiting):
            held = self.columns()
            result[self.rows.waiting] = self.rows.reached(held, self._loads(held))
        return result

    def broken(self) -> IntArray:
        """Rows that are not there yet, and that the LP just solved breaks."""
        if not len(self.rows.waiting):
            return self.rows.waiting
        held = self.columns()
        return self.rows.broken(held, self._loads(held))

    def join(self, rows: IntArray) -> int:
        """Let rows join; how many. With any the LP is to be solved again."""
        if len(rows):
            self.rows.join(rows, self._entries(rows))
            self.problem.known.needed.update(self.form.rows[rows].tolist())
        return len(rows)

    def _entries(self, rows: IntArray) -> csr_array:
        """Coefficients of rows that wait, in all columns as they stand."""
        table, count = self.problem.pricer.table, len(self.routes)
        here = self._by_block(np.arange(count)).items()
        loads = {number: (self.first + places, table.of(routes)) for number, (places, routes) in here}
        return self.rows.entries(rows, loads, self.first + count)

    def _by_block(self, places: IntArray) -> dict[int, tuple[IntArray, IntArray]]:
        """Some places in `routes` by block, and the numbers of the routes there."""
        some = np.array([self.routes[at] for at in places.tolist()], dtype=np.int64).reshape(-1, 2)
        here = {number: some[:, 0] == number for number in self.form.blocks}
        return {number: (places[own], some[own, 1]) for number, own in here.items()}

    def _loads(self, held: FloatArray) -> dict[int, FloatArray]:
        """Loads by block, from the columns of this LP."""
        table, flows = self.problem.pricer.table, held[self.first :]
        here = self._by_block(np.flatnonzero(flows)).items()
        return {number: table.carried(routes, flows[places]) for number, (places, routes) in here}

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
        form, size = self.form, self.form.space.size
        result = np.zeros(self.problem.compiled.column_count)
        result[form.space.columns] = form.space.values(held[:size])
        result[form.own] = held[size : form.curved]
        result[form.curves.columns] = form.curves.filled(self.bent.sums(held))
        for number, loads in self._loads(held).items():
            result[self.problem.compiled.blocks[number].load_column] = loads
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
