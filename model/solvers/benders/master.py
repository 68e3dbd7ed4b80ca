"""The master problem: the investment block and one cost estimate for each operations block, bounded below by cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.benders.block_lp import BlockLP, Cut
from model.solvers.core.highs import MipResult, Status, new_solver, run_lp, run_mip
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.core.linear_program import LinearProgram, make_whole, wider
from model.solvers.problem import Problem

INFINITY = float("inf")
SHARP, USUAL, SHARP_GAP = 1e-9, 1e-6, 1e-7
DUST = 1e-9  # relative; cut coefficients below it are dropped, with their least value kept in the constant


@dataclass(frozen=True)
class Row:
    """A cut in terms of the steps: estimate of block `number` >= constant + coefficients · steps.

    A `floor` holds for whole steps only. `duals` are those of the block's rows that a cut came from.
    """

    number: int
    constant: float
    coefficients: FloatArray
    feasibility: bool
    floor: bool = False
    duals: FloatArray | None = None


class Master:
    """HiGHS model with the steps of the investment space first, then one estimate column a block."""

    def __init__(self, problem: Problem, space: InvestmentSpace, blocks: list[BlockLP]) -> None:
        """Start without cuts."""
        self.problem, self.space, self.blocks = problem, space, blocks
        self.rows: list[Row] = []
        self.whole = np.flatnonzero(space.integer).astype(np.int32)
        position = np.full(problem.compiled.column_count, -1, dtype=np.int64)
        position[space.columns] = np.arange(len(space.columns))
        self._doors = [position[block.doors] for block in blocks]
        # HiGHS proves a bound up to its feasibility tolerance, in the units of the objective
        tolerance = SHARP if problem.options.gap < SHARP_GAP else USUAL
        self.solver = new_solver(problem.options, mip_abs_gap=SHARP, mip_feasibility_tolerance=tolerance)
        self._pass()

    def _pass(self) -> None:
        space, count = self.space, len(self.blocks)
        LinearProgram(
            np.concatenate((space.cost, np.ones(count))),
            np.concatenate((space.lower, np.full(count, -INFINITY))),
            np.concatenate((space.upper, np.full(count, INFINITY))),
            wider(space.rows, space.size + count), space.row_lower, space.row_upper, space.constant,
        ).pass_to(self.solver, "the master problem")  # fmt: skip

    def doors(self, steps: FloatArray) -> list[FloatArray]:
        """Doorway values of every block at some steps."""
        values = self.space.values(steps)
        return [values[positions] for positions in self._doors]

    def door_steps(self, number: int) -> csr_array:
        """What each step adds to the doorway columns of a block, shape (doorway columns, steps)."""
        return csr_array(self.space.expand[self._doors[number]])

    def investment_cost(self, steps: FloatArray) -> float:
        """Cost of the investment block, constant included."""
        return float(self.space.cost @ steps) + self.space.constant

    def add(self, cut: Cut) -> None:
        """Add a cut; coefficients too small to matter leave their least value in the constant."""
        space, positions = self.space, self._doors[cut.number]
        coefficients = np.asarray(space.expand[positions].T @ cut.slope)
        constant = cut.constant + float(cut.slope @ space.shift[positions])
        small = (np.abs(coefficients) <= DUST * np.abs(coefficients).max(initial=0.0)) & (coefficients != 0)
        small &= np.isfinite(space.lower) & np.isfinite(space.upper)
        lower, upper = np.where(small, space.lower, 0.0), np.where(small, space.upper, 0.0)
        at_least = np.minimum(coefficients * lower, coefficients * upper)
        constant += float(at_least[small].sum())
        coefficients[small] = 0.0
        self.add_row(Row(cut.number, constant, coefficients, cut.feasibility, duals=cut.duals))

    def add_row(self, row: Row) -> None:
        """Add a cut in terms of the steps."""
        self.rows.append(row)
        used = np.flatnonzero(row.coefficients)
        index, value = used.astype(np.int32), -row.coefficients[used]
        if not row.feasibility:
            index = np.append(index, np.int32(self.space.size + row.number))
            value = np.append(value, 1.0)
        self.solver.addRow(row.constant, INFINITY, len(index), index, value)

    def solve_relaxed(self) -> tuple[Status, float, FloatArray]:
        """LP relaxation: status, value, steps."""
        self._set_whole(False)
        status = run_lp(self.solver, self.problem.progress)
        if status != Status.kOptimal:
            return status, INFINITY, np.zeros(self.space.size)
        values = np.array(self.solver.getSolution().col_value)
        return status, float(self.solver.getInfo().objective_function_value), values[: self.space.size]

    def solve_whole(
        self,
        gap: float,
        nodes: int,
        start: FloatArray | None,
        *,
        near: FloatArray | None = None,
        radius: int = 0,
        stage: str = "master",
        enough: float = INFINITY,
    ) -> tuple[MipResult, list[FloatArray]]:
        """Branch and bound to a relative gap, a bound that is enough or some nodes.

        Also returns the steps of every better plan on the way. With `near` only plans that change at most `radius`
        units of whole steps are looked at.
        """
        self._set_whole(True)
        self.solver.setOptionValue("mip_rel_gap", gap)
        self.solver.setOptionValue("mip_max_nodes", nodes)
        fenced = near is not None and self._fence(near, radius)
        if start is not None:
            self.solver.setSolution(len(self.whole), self.whole, start[self.whole])
        found: list[FloatArray] = []

        def on_better(event: object) -> None:
            found.append(np.array(event.data_out.mip_solution)[: self.space.size])  # type: ignore[attr-defined]

        self.solver.cbMipImprovingSolution += on_better
        try:
            result = run_mip(self.solver, self.problem.progress, stage, trust_bound=not fenced, enough=enough)
        finally:
            self.solver.cbMipImprovingSolution -= on_better
            if fenced:
                last = self.solver.getNumRow() - 1
                self.solver.deleteRows(1, np.array([last], dtype=np.int32))
        return result, found

    def _fence(self, near: FloatArray, radius: int) -> bool:
        """Row: changes of 0/1 steps from `near` stay within the radius; False when there are no such steps."""
        binary: IntArray = self.whole[(self.space.lower[self.whole] == 0) & (self.space.upper[self.whole] == 1)]
        if not len(binary):
            return False
        at_one = near[binary] > 0.5
        coefficients = np.where(at_one, -1.0, 1.0)
        self.solver.addRow(-INFINITY, radius - float(at_one.sum()), len(binary), binary, coefficients)
        return True

    def _set_whole(self, whole: bool) -> None:
        make_whole(self.solver, self.whole, whole=whole)

    def rounded(self, steps: FloatArray) -> FloatArray:
        """Steps with the whole ones rounded."""
        result = np.array(steps[: self.space.size])
        result[self.whole] = np.round(result[self.whole])
        return result
