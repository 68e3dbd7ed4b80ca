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

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status
from model.solvers.lp.form import block_form
from model.solvers.lp.generation import Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.problem import Problem

DUAL_DUST = 1e-9  # of the largest dual


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


@dataclass(frozen=True)
class BlockReading:
    """A block at doorway values: its value, own columns, route flows by route number, and load prices."""

    value: float
    own: FloatArray
    flows: dict[int, float]
    prices: FloatArray


class BlockLP:
    """The LP of one operations block; its doorway columns stand where a plan says."""

    def __init__(self, problem: Problem, number: int) -> None:
        """Take the block out of the compiled model."""
        compiled = problem.compiled
        self.problem, self.number = problem, number
        self.rows = np.flatnonzero(compiled.row_block == number)
        self.own = np.flatnonzero(compiled.column_block == number)
        self.form = block_form(compiled, number)
        self.doors = self.form.space.columns
        self.lp = RouteLP(problem, self.form)

    def add_numbers(self, numbers: IntArray) -> int:
        """Add columns of known routes that the block lacks; returns how many."""
        return self.lp.add_numbers(self.number, numbers)

    def move(self, doors: FloatArray) -> None:
        """Fix the doorway columns at values, in order of `doors`."""
        self.lp.bound(doors, doors)

    def solve(self, doors: FloatArray) -> BlockPoint:
        """Cost of the block at doorway values, all routes priced. Raises Interrupted when time is up."""
        self.move(doors)
        generation = Generation(self.lp)
        status = generation.optimise(enough=0.0)
        if status not in (Status.kOptimal, Status.kInfeasible):
            raise SolverError(f"an operations block ended with {status}")
        free = status == Status.kInfeasible
        return BlockPoint(generation.value, self._cut(generation.row_duals, generation.shortfall, free=free))

    def read(self, doors: FloatArray) -> BlockReading:
        """What the block does at doorway values that were solved before, without pricing again."""
        self.move(doors)
        status, value = self.lp.run()
        if status != Status.kOptimal:
            raise SolverError("an operations block could not be solved again")
        held = self.lp.columns()
        flows = {route: flow for (_, route), flow in self.lp.flows(held).items()}
        prices = self.lp.full_duals(self.lp.row_duals())[self.problem.compiled.blocks[self.number].load_row]
        return BlockReading(value, self.lp.spread(held)[self.own], flows, prices)

    def cut_of(self, duals: FloatArray, *, free: bool = False) -> Cut:
        """The cut of any row duals, in order of `rows`, with all routes priced; a feasibility cut with `free`."""
        rows = self.form.clipped(self._inside(duals))
        full, pricer = self.lp.full_duals(rows, free=free), self.problem.pricer
        block, amounts = self.problem.compiled.blocks[self.number], self.problem.amounts[self.number]
        return self._cut(rows, pricer.price(block, full, amounts, free=free).shortfall, free=free)

    def _inside(self, duals: FloatArray) -> FloatArray:
        """Duals of all rows of the block as those of the form: what loads cost follows from the others."""
        full = np.zeros(self.problem.compiled.row_count)
        full[self.rows] = duals
        return np.asarray(full[self.form.rows])

    def proves(self, duals: FloatArray, *, free: bool = False) -> bool:
        """Whether a cut of any row duals is true: no column without a bound may lower the Lagrangian without end.

        The duals of an LP solved keep to that; duals that somebody made up need not.
        """
        reduced = self.form.reduced(self.form.clipped(self._inside(duals)), free=free)
        lower, upper = self.form.box
        endless = ((reduced > 0) & np.isneginf(lower)) | ((reduced < 0) & np.isposinf(upper))
        dust = DUAL_DUST * max(1.0, float(np.abs(duals).max(initial=0.0)))
        return not bool(np.any(np.abs(reduced[endless]) > dust))

    def _cut(self, rows: FloatArray, shortfall: float, *, free: bool = False) -> Cut:
        """The Lagrangian bound of clipped duals of the form's rows; `shortfall` is the least that routes can add."""
        constant, slope = self.form.cut(rows, shortfall, free=free)
        return Cut(self.number, constant, slope, free, self.lp.full_duals(rows, free=free)[self.rows])
