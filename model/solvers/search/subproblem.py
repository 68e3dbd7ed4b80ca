"""What is left of the model for one part of it, in most cases a period: an LP with exact pricing, each end of it a cut.

The parts of `Decisions.parts` share nothing but the columns that say what is built. Each part gets copies of those that
it sees; rules that hold copies alone are its rows too. For any row duals whatever the cost V(whole) of the part, routes
and all, keeps

    V(whole) >= constant + slope · whole        for all values of its whole columns within their bounds,

with constant = Σ rows dual × its side + Σ other columns least reduced cost × value in its bounds + Σ demands amount ×
min(0, least reduced cost of any route) and slope = cost - matrixᵀ dual. It is computed here from the duals alone, signs
clipped, every route priced, so no tolerance of HiGHS enters. Whole columns are the copies, and the part's own (ships).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status, new_solver
from model.solvers.core.rays import dual_ray
from model.solvers.lp.route_lp import keep_cheapest
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem
from model.solvers.routes.route_table import grown
from model.solvers.search.places import places
from model.solvers.search.steps import Steps

INFINITY = float("inf")
MOST_ITERATIONS = 2_147_483_647
ROUTES_A_WAY = 4  # kept when routes are dropped, on the average
DUST = 1e-9  # relative
STEP = -1  # in the place of a block's number: a column that was left out
Waiting = Generator["Subproblem", Status, "Point"]
"""Work on a part that waits for its solver to be run, and is sent the status."""


@dataclass
class Basis:
    """HiGHS' basis, its number of columns (asking it is dear), and how often routes had been dropped before it."""

    held: highspy.HighsBasis
    columns: int
    dropped: int


@dataclass(frozen=True)
class Point:
    """An LP solved: lower bound with all routes priced and value (both inf when infeasible), whole columns, basis."""

    bound: float
    value: float
    whole: FloatArray
    basis: Basis | None


class Subproblem:
    """The LP of one part with its copies of the decisions; the caller runs the solver where `solve` waits for it.

    So that several parts can be solved side by side with the same outcome as one after the other: routes are looked for
    between the runs, in a fixed order.
    """

    def __init__(self, problem: Problem, decisions: Decisions, rows: IntArray, columns: IntArray) -> None:
        """Take the part out of the compiled model."""
        compiled = problem.compiled
        self.problem = problem
        self.places = at = places(compiled, decisions, rows, columns)
        self.blocks: list[int] = np.unique(compiled.row_block[rows][compiled.row_block[rows] >= 0]).tolist()
        part = csr_array(compiled.matrix[at.rows])
        matrix = vstack([csr_array(part @ at.expand), at.expand[at.bounded]])
        moved = np.asarray(part @ at.shift)
        self._row_lower = np.concatenate(
            (compiled.row_lower[at.rows] - moved, compiled.lower[at.bounded] - at.shift[at.bounded])
        )
        self._row_upper = np.concatenate(
            (compiled.row_upper[at.rows] - moved, compiled.upper[at.bounded] - at.shift[at.bounded])
        )
        self._matrix = csc_array(matrix)
        cost = compiled.cost.copy()
        cost[decisions.columns] = 0.0  # decisions are paid for where all parts meet
        self._cost = np.asarray(at.expand.T @ cost)
        self.constant = float(cost @ at.shift)
        kept = np.concatenate((at.whole, at.rest))
        self._lower, self._upper = compiled.lower[kept], compiled.upper[kept]
        self.count = len(at.whole)
        self.lower, self.upper = self._lower[: self.count], self._upper[: self.count]
        self._row_of = np.full(compiled.row_count, -1, dtype=np.int64)
        self._row_of[at.rows] = np.arange(len(at.rows))
        of_load = csc_array(part)
        maps = {number: compiled.blocks[number] for number in self.blocks}
        self._through = {number: csr_array(of_load[:, block.load_column].T) for number, block in maps.items()}
        self._load_cost = {number: compiled.cost[block.load_column] for number, block in maps.items()}
        self._amounts = problem.amounts()
        self._present: dict[int, BoolArray] = {number: np.zeros(0, dtype=np.bool_) for number in self.blocks}
        self._joined: list[tuple[int, int]] = []
        self._steps, self._first_joined = Steps(), self.count + len(self.places.rest)
        self._room = ROUTES_A_WAY * int(problem.ways[self.blocks].sum())
        self.constants, self.slopes = np.zeros(0), np.zeros((0, self.count))
        self.first_basis: Basis | None = None
        self._dropped = 0
        self.runs = 0
        self.solver = new_solver(problem.options, parallel="off")
        self._pass()

    @property
    def routes(self) -> list[tuple[int, int]]:
        """Routes in the LP, (block number, route number)."""
        return [one for one in self._joined if one[0] >= 0]

    def _pass(self) -> None:
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = self._matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self._cost, self._lower, self._upper
        lp.row_lower_, lp.row_upper_ = self._row_lower, self._row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self._matrix.indptr, self._matrix.indices
        lp.a_matrix_.value_ = self._matrix.data
        if self.solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused a part of the model")
        self._columns = np.arange(self.count, dtype=np.int32)

    def begin_with(self, flows: Iterable[tuple[int, int]]) -> None:
        """Take the routes of these flows, (block, route), to begin with."""
        routes: dict[int, list[int]] = {number: [] for number in self.blocks}
        for number, route in flows:
            if number in routes:
                routes[number].append(route)
        for number in self.blocks:
            self._add(number, np.array(routes[number], dtype=np.int64))

    def charge(self, prices: FloatArray) -> None:
        """Let the copies cost these prices, in order of `copies`, million USD a unit."""
        cost = self._cost[: self.count].copy()
        cost[: len(prices)] += prices
        self._prices = prices
        self.solver.changeColsCost(self.count, self._columns, cost)

    def prices_of(self, duals: FloatArray) -> FloatArray:
        """Prices of the copies at which duals of all compiled rows leave these without a reduced cost."""
        own = np.zeros(len(self._row_lower))
        own[: len(self.places.rows)] = duals[self.places.rows]
        return -self.cut(self._clipped(own), 0.0)[1][: len(self.places.copies)]

    def bound(self, lower: FloatArray, upper: FloatArray) -> None:
        """Bounds of the whole columns."""
        self.solver.changeColsBounds(self.count, self._columns, lower, upper)

    def restart(self, found: Basis | None) -> None:
        """Start from a basis taken earlier, also when routes joined since; not when some were dropped."""
        if found is None or found.dropped != self._dropped:
            return
        missing = self.solver.getNumCol() - found.columns
        if missing > 0:
            found.held.col_status = list(found.held.col_status) + [highspy.HighsBasisStatus.kLower] * missing
            found.columns += missing
        self.solver.setBasis(found.held)

    def solve(self, lower: FloatArray, upper: FloatArray, basis: Basis | None, enough: float, near: float) -> Waiting:
        """The LP within bounds of the whole columns, all routes priced; a cut is kept of its end.

        It ends when the bound reaches `enough`, or is within `near` of the value (million USD). Waits for the solver to
        be run where it yields, and is sent the status.
        """
        self._thin_out()
        self.bound(lower, upper)
        self.restart(basis if basis is not None else self.first_basis)
        while True:
            status = yield self
            self.runs += 1
            if status == Status.kInfeasible:
                if self._undo():
                    continue
                nowhere = np.zeros(0)
                return Point(INFINITY if self._surely else -INFINITY, INFINITY, nowhere, None)
            if status != Status.kOptimal:
                raise SolverError(f"a part of the model ended with {status}")
            duals = self._clipped(np.array(self.solver.getSolution().row_dual))
            full = self._full(duals)
            if self._join(self._steps.wanted(duals)) + self._take_known(full):
                continue
            value = float(self.solver.getInfo().objective_function_value)
            added, shortfall = self._search(full)
            if added and -shortfall > near and value + shortfall < enough:
                continue
            return self._ended(duals, shortfall, value, lower, upper)

    def _ended(self, duals: FloatArray, shortfall: float, value: float, lower: FloatArray, upper: FloatArray) -> Point:
        constant, slope = self.cut(duals, shortfall)
        self.constants, self.slopes = np.append(self.constants, constant), np.vstack((self.slopes, slope))
        prices = np.zeros(self.count)
        prices[: len(self._prices)] = self._prices
        reduced = slope + prices
        bound = constant + float(np.minimum(reduced * lower, reduced * upper).sum())
        whole = np.array(self.solver.getSolution().col_value[: self.count])
        if self.first_basis is None:
            self._leave_out()
        basis = Basis(self.solver.getBasis(), self.solver.getNumCol(), self._dropped)
        if self.first_basis is None or self.first_basis.dropped != self._dropped:
            self.first_basis = basis
        return Point(bound, value, whole, basis)

    def _thin_out(self) -> None:
        """Drop routes of least use when they have become many; they stay known and come back when they pay."""
        if len(self._joined) <= 2 * self._room or self.solver.getModelStatus() != Status.kOptimal:
            return
        keep = keep_cheapest(self.solver, self._first_joined, self._room)
        for (number, one), kept in zip(self._joined, keep.tolist(), strict=True):
            (self._steps.there if number == STEP else self._present[number])[one] = kept
        self._joined = [one for one, kept in zip(self._joined, keep.tolist(), strict=True) if kept]
        self._dropped += 1

    def _leave_out(self) -> None:
        """Leave columns out of the LP that its first optimum has at a bound, until they matter."""
        lower, upper, sides = self._lower[self.count :], self._upper[self.count :], (self._row_lower, self._row_upper)
        gone = self._steps.leave_out(self.solver, self._matrix, self.count, lower, upper, self._cost, sides)
        if len(gone):
            self._first_joined -= len(gone)
            self._dropped += 1
            self._room += self.solver.getNumRow()

    def _join(self, steps: IntArray) -> int:
        """Let columns that were left out join again; returns how many."""
        if len(steps):
            self._steps.join(self.solver, steps)
            self._joined.extend((STEP, one) for one in steps.tolist())
        return len(steps)

    def _clipped(self, duals: FloatArray) -> FloatArray:
        """Row duals without the signs that a one-sided row cannot have."""
        duals = np.where(np.isneginf(self._row_lower), np.minimum(duals, 0.0), duals)
        return np.where(np.isposinf(self._row_upper), np.maximum(duals, 0.0), duals)

    def cut(self, duals: FloatArray, shortfall: float, *, free: bool = False) -> tuple[float, FloatArray]:
        """(constant, slope) of clipped row duals; `shortfall` is the least that routes can add. `free`: costs are 0."""
        sides = np.where(duals > 0, self._row_lower, self._row_upper)
        constant = float(duals[duals != 0] @ sides[duals != 0]) + shortfall
        reduced = (0.0 if free else self._cost) - self._matrix.T @ duals
        rest = reduced[self.count :]
        at = np.where(rest > 0, self._lower[self.count :], self._upper[self.count :])
        # a column without bounds has reduced cost 0 up to the solver's tolerance
        constant += float((rest[np.isfinite(at)] * at[np.isfinite(at)]).sum())
        return constant, reduced[: self.count]

    def _full(self, duals: FloatArray, own: float = 1.0) -> FloatArray:
        """Duals of all compiled rows; those of definition rows are the prices of the loads. `own` 0: loads are free."""
        rows = duals[: len(self.places.rows)]
        full = np.zeros(len(self._row_of))
        full[self.places.rows] = rows
        for number in self.blocks:
            block = self.problem.compiled.blocks[number]
            full[block.load_row] = own * self._load_cost[number] - self._through[number] @ rows
        return full

    def _take_known(self, full: FloatArray, *, free: bool = False) -> int:
        pricer, blocks = self.problem.pricer, self.problem.compiled.blocks
        return sum(
            self._add(number, pricer.known(number, blocks[number], full, self._presence(number), free=free))
            for number in self.blocks
        )

    def _search(self, full: FloatArray, *, free: bool = False) -> tuple[int, float]:
        """Price all routes at duals of all rows; returns columns added and the shortfall."""
        added, shortfall, rough = self._search_once(full, free=free, exact=False)
        if rough and not added:
            added, shortfall, _ = self._search_once(full, free=free, exact=True)
        return added, shortfall

    def _search_once(self, full: FloatArray, *, free: bool, exact: bool) -> tuple[int, float, bool]:
        problem, added, shortfall, rough = self.problem, 0, 0.0, False
        for number in self.blocks:
            block, amounts = problem.compiled.blocks[number], self._amounts[number]
            found = problem.pricer.price(block, full, amounts, free=free, exact=exact)
            shortfall, rough = shortfall + found.shortfall, rough or not found.exact
            routes = [problem.formulation.routes.add(demand, arcs).number for demand, arcs in found.routes]
            problem.pricer.table.update()
            added += self._add(number, np.array(routes, dtype=np.int64))
        return added, shortfall, rough

    def _undo(self) -> int:
        """Add routes that undo the infeasibility of the LP; how many. Without any, `_surely` says if it is proven."""
        self._surely = False
        try:
            ray = self._clipped(dual_ray(self.solver, self.problem.progress))
        except SolverError:  # no proof to price against
            return 0
        full = self._full(ray, 0.0)
        if added := self._join(self._steps.wanted(ray, free=True)) + self._take_known(full, free=True):
            return added
        added, shortfall = self._search(full, free=True)
        constant, slope = self.cut(ray, shortfall, free=True)
        lower, upper = np.array(self.solver.getLp().col_lower_), np.array(self.solver.getLp().col_upper_)
        lower, upper = lower[: self.count], upper[: self.count]
        least = constant + float(np.minimum(slope * lower, slope * upper).sum())
        self._surely = least > DUST * float(np.abs(ray).max(initial=0.0))
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
        if not len(numbers):
            return 0
        loads = pricer.table.of(numbers)
        entries = csr_array(loads @ self._through[number])
        served = self._row_of[block.serve_row[pricer.table.demand[numbers]]]
        ones = csr_array((np.ones(len(numbers)), served, np.arange(len(numbers) + 1)), shape=entries.shape)
        entries = csr_array(entries + ones)
        status = self.solver.addCols(
            len(numbers), costs + loads @ self._load_cost[number], np.zeros(len(numbers)),
            np.full(len(numbers), INFINITY), entries.nnz, entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused route columns")
        present[numbers] = True
        self._joined.extend((number, route) for route in numbers.tolist())
        return len(numbers)
