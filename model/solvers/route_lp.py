"""The LP over routes: compiled model plus route columns, solved by column generation."""

from __future__ import annotations

import time
from collections.abc import Iterable

import highspy
import numpy as np

from model.formulation.formulation import Formulation
from model.network.graph import FloatArray
from model.network.routes import Route
from model.solvers.compiled import Compiled
from model.solvers.highs import SolverError, Status, new_solver, pass_model, run_lp
from model.solvers.options import FilledOptions
from model.solvers.pricing import Pricer
from model.solvers.progress import Interrupted, Progress

BOUND_TOLERANCE = 1e-9


class RouteLP:
    """A HiGHS model of all blocks whose route columns grow.

    Columns 0…n-1 are the compiled ones; column n + k is `columns[k]` = (block number, route number).
    """

    def __init__(
        self, formulation: Formulation, compiled: Compiled, pricer: Pricer, options: FilledOptions, progress: Progress
    ) -> None:
        """Pass the compiled model, relaxed."""
        self.formulation, self.compiled, self.pricer = formulation, compiled, pricer
        self.progress = progress
        self.solver = new_solver(options)
        pass_model(self.solver, compiled, relaxed=True)
        self.columns: list[tuple[int, int]] = []
        self._known: set[tuple[int, int]] = set()
        cargo_rows = range(len(formulation.cargo.names))
        self._amounts = [
            np.array([formulation.demand_amount(i, block.key) for i in cargo_rows]) for block in compiled.blocks
        ]

    def add_routes(self, block_number: int, routes: Iterable[Route]) -> int:
        """Add columns for routes that the block does not have yet; returns how many."""
        block = self.compiled.blocks[block_number]
        costs: list[float] = []
        starts: list[int] = []
        rows: list[np.ndarray] = []  # type: ignore[type-arg]
        values: list[FloatArray] = []
        count = 0
        for route in routes:
            key = (block_number, route.number)
            if key in self._known or block.serve_row[route.demand] < 0:
                continue
            cost, column_rows, column_values = self.pricer.column(block, route)
            if not np.isfinite(cost):
                continue
            self._known.add(key)
            self.columns.append(key)
            costs.append(cost)
            starts.append(count)
            rows.append(column_rows)
            values.append(column_values)
            count += len(column_rows)
        if costs:
            n = len(costs)
            status = self.solver.addCols(
                n, np.array(costs), np.zeros(n), np.full(n, highspy.kHighsInf), count,
                np.array(starts, dtype=np.int32), np.concatenate(rows).astype(np.int32), np.concatenate(values),
            )  # fmt: skip
            if status == highspy.HighsStatus.kError:
                raise SolverError("HiGHS refused route columns")
        return len(costs)

    def fix(self, columns: Iterable[int], values: Iterable[float]) -> None:
        """Fix compiled columns at values."""
        for column, value in zip(columns, values):
            self.solver.changeColBounds(int(column), float(value), float(value))

    def free(self, columns: Iterable[int]) -> None:
        """Give compiled columns their own bounds back."""
        for column in columns:
            self.solver.changeColBounds(
                int(column), float(self.compiled.lower[column]), float(self.compiled.upper[column])
            )

    def optimise(self, stage: str) -> tuple[Status, float, float]:
        """Column generation to proven LP optimality; returns status, LP value and a true lower bound of it.

        Raises Interrupted when time is up or a stop was asked before optimality.
        """
        best_bound = -np.inf
        while True:
            status = run_lp(self.solver, self.progress)
            if status != Status.kOptimal:
                return status, np.nan, np.nan
            value = float(self.solver.getInfo().objective_function_value)
            added, shortfall = self._price_all()
            best_bound = max(best_bound, value + shortfall)
            words = f"{len(self.columns):,} routes, LP value {value:,.2f}"
            self.progress.tell(stage, words, record=added == 0)
            if added == 0 or value - best_bound <= BOUND_TOLERANCE * max(1.0, abs(value)):
                return status, value, best_bound
            if self.progress.must_stop:
                raise Interrupted

    def _price_all(self) -> tuple[int, float]:
        """Price every block at the current duals, add what is found; returns columns added and the bound's shortfall."""
        begun = time.monotonic()
        duals = np.array(self.solver.getSolution().row_dual)
        added, shortfall = 0, 0.0
        for number, block in enumerate(self.compiled.blocks):
            priced = self.pricer.price(block, duals, self._amounts[number])
            shortfall += priced.shortfall
            routes = [self.formulation.routes.add(demand, arcs) for demand, arcs in priced.routes]
            added += self.add_routes(number, routes)
        self.progress.count("pricing", time.monotonic() - begun)
        return added, shortfall

    def values(self) -> FloatArray:
        """Values of all columns."""
        return np.array(self.solver.getSolution().col_value)
