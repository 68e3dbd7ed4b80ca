"""The LP over routes as a textbook has it: all compiled rows and columns, loads among them, plus route columns.

What the engine solves in its smallest form (`model/solvers/lp`) is held against it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import highspy
import numpy as np

from model.network.graph import BoolArray, FloatArray, IntArray
from model.network.routes import Route
from model.solvers.core.compiled import BlockMap
from model.solvers.core.highs import SolverError, Status, new_solver, run_lp
from model.solvers.core.linear_program import LinearProgram
from model.solvers.core.progress import Interrupted
from model.solvers.core.rays import dual_ray
from model.solvers.problem import Problem
from model.solvers.routes.route_table import RouteTable, grown

BOUND_TOLERANCE = 1e-9


class PlainLP:
    """A HiGHS model of all blocks whose route columns grow.

    Columns 0…n-1 are the compiled ones; column n + k is `columns[k]` = (block number, route number).
    """

    decomposes = False  # it asks for routes of every block

    def __init__(self, problem: Problem) -> None:
        """Pass the compiled model, relaxed."""
        formulation, compiled = problem.formulation, problem.compiled
        self.formulation, self.compiled, self.pricer = formulation, compiled, problem.pricer
        self.progress = problem.progress
        self.solver = new_solver(problem.options)
        LinearProgram.of(compiled, relaxed=True).pass_to(self.solver, "the LP over routes")
        self.columns: list[tuple[int, int]] = []
        self._present: list[BoolArray] = [np.zeros(0, dtype=np.bool_) for _ in compiled.blocks]
        self._amounts = [formulation.demand_amounts(block.key) for block in compiled.blocks]

    def add_routes(self, block_number: int, routes: Iterable[Route]) -> int:
        """Add columns for routes that the block does not have yet; returns how many."""
        return self.add_numbers(block_number, np.array([route.number for route in routes], dtype=np.int64))

    def add_numbers(self, block_number: int, numbers: IntArray) -> int:
        """Add columns for routes, by number, that the block does not have yet; returns how many."""
        block = self.compiled.blocks[block_number]
        self.pricer.table.update()
        present = self._presence(block_number)
        numbers, costs = self.pricer.addable(block_number, block, numbers, present)
        if not len(numbers):
            return 0
        add_route_columns(self.solver, self.pricer.table, block, numbers, costs)
        present[numbers] = True
        self.columns.extend((block_number, number) for number in numbers.tolist())
        return len(numbers)

    def _presence(self, block_number: int) -> BoolArray:
        """Whether the block has each known route, shape (routes,)."""
        known = len(self.pricer.table)
        self._present[block_number] = grown(self._present[block_number], known)
        return self._present[block_number][:known]

    def hold(self, least: FloatArray, most: FloatArray) -> None:
        """Keep the whole columns, in order of `Compiled.integer`, between bounds."""
        columns = self.compiled.integer.astype(np.int32)
        self.solver.changeColsBounds(len(columns), columns, least, most)

    def fix(self, integers: FloatArray) -> None:
        """Fix the whole columns."""
        self.hold(integers, integers)

    def free(self) -> None:
        """Give the whole columns their own bounds back."""
        columns = self.compiled.integer
        self.hold(self.compiled.lower[columns], self.compiled.upper[columns])

    def seed(self) -> None:
        """Nothing more than the cheapest routes: blocks that are tied together have no LP of their own."""

    def excess(self) -> float:
        """By how much the values cost less than the LP says: its columns are those of the model."""
        return 0.0

    def optimise(self, stage: str, enough: float = BOUND_TOLERANCE) -> tuple[Status, float, float]:
        """Column generation until the bound is near enough; returns status, LP value and a true lower bound of it.

        Raises Interrupted when time is up or a stop was asked before.
        """
        best_bound = -np.inf
        while True:
            status = run_lp(self.solver, self.progress)
            if status == Status.kInfeasible and self._price_all(dual_ray(self.solver, self.progress), free=True)[0]:
                continue
            if status != Status.kOptimal:
                return status, np.nan, np.nan
            value = float(self.solver.getInfo().objective_function_value)
            if self._add_known():
                continue
            added, shortfall = self._price_all(np.array(self.solver.getSolution().row_dual))
            best_bound = max(best_bound, value + shortfall)
            words = f"{len(self.columns):,} routes, LP value {value:,.2f}"
            self.progress.tell(stage, words, record=added == 0)
            if added == 0 or value - best_bound <= enough * max(1.0, abs(value)):
                return status, value, best_bound
            if self.progress.must_stop:
                raise Interrupted

    def over_known(self) -> tuple[Status, float]:
        """Status and value over the routes known, without a look for others. Raises Interrupted."""
        return run_lp(self.solver, self.progress), float(self.solver.getInfo().objective_function_value)

    def _add_known(self) -> int:
        """Add routes that other blocks have already and that this one wants; returns how many."""
        begun = time.monotonic()
        duals = np.array(self.solver.getSolution().row_dual)
        self.pricer.table.update()
        added = 0
        for number, block in enumerate(self.compiled.blocks):
            added += self.add_numbers(number, self.pricer.known(number, block, duals, self._presence(number)))
        self.progress.count("pricing", time.monotonic() - begun)
        return added

    def _price_all(self, duals: FloatArray, *, free: bool = False) -> tuple[int, float]:
        """Price every block at row duals, add what is found; returns columns added and the bound's shortfall.

        With `free` the duals are a proof of infeasibility: routes are sought that undo it, whatever they cost.
        """
        begun = time.monotonic()
        added, shortfall = 0, 0.0
        for number, block in enumerate(self.compiled.blocks):
            priced = self.pricer.price(block, duals, self._amounts[number], free=free)
            shortfall += priced.shortfall
            routes = [self.formulation.routes.add(demand, arcs) for demand, arcs in priced.routes]
            added += self.add_routes(number, routes)
        self.progress.count("pricing", time.monotonic() - begun)
        return added, shortfall

    def values(self) -> FloatArray:
        """Values of the compiled columns and then of the route flows."""
        return np.array(self.solver.getSolution().col_value)

    def whole(self) -> FloatArray:
        """Values of the whole columns, in order of `Compiled.integer`."""
        return self.values()[self.compiled.integer]

    def duals(self) -> FloatArray:
        """Row duals of the compiled model."""
        return np.array(self.solver.getSolution().row_dual)

    def spread(self, held: FloatArray) -> FloatArray:
        """Values of the compiled columns and then of the route flows, from the columns of this LP."""
        return held

    def as_mip(self) -> tuple[highspy.HighsLp, IntArray]:
        """The LP over the routes known, and the columns that are whole in it."""
        return self.solver.getLp(), self.compiled.integer.astype(np.int32)


def add_route_columns(
    solver: highspy.Highs,
    table: RouteTable,
    block: BlockMap,
    numbers: IntArray,
    costs: FloatArray,
    row_of: IntArray | None = None,
) -> None:
    """Add flow columns of routes of one block; `row_of` translates compiled rows to the solver's rows."""
    serve = block.serve_row[table.demand[numbers]]
    loads = table.of(numbers)
    n = len(numbers)
    counts = np.diff(loads.indptr)
    starts = loads.indptr[:-1] + np.arange(n)
    size = len(loads.data) + n
    rows, values = np.empty(size, dtype=np.int64), np.empty(size)
    first = np.zeros(size, dtype=np.bool_)
    first[starts] = True
    rows[first], values[first] = serve, 1.0
    rows[~first], values[~first] = block.load_row[loads.indices], -loads.data
    if row_of is not None:
        rows = row_of[rows]
    assert counts.sum() + n == size
    status = solver.addCols(
        n,
        costs,
        np.zeros(n),
        np.full(n, highspy.kHighsInf),
        size,
        starts.astype(np.int32),
        rows.astype(np.int32),
        values,
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused route columns")
