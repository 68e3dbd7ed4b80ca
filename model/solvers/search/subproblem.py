"""What is left of the model for one part of it, in most cases a period: an LP with exact pricing, each end of it a cut.

The parts of `Decisions.parts` share nothing but the columns that say what is built. Each part gets copies of those that
it sees; rules that hold copies alone are its rows too. For any row duals whatever the cost V(whole) of the part, routes
and all, keeps

    V(whole) >= constant + slope · whole        for all whole values of its whole columns within their bounds,

with constant = Σ rows dual × its side + Σ other columns least reduced cost × value in its bounds + Σ demands amount ×
min(0, least reduced cost of any route) and slope = cost - matrixᵀ dual, forcing rows among the rows. It is computed
here from the duals alone, signs clipped, every route priced, so no tolerance of HiGHS enters. Whole columns are the
copies, and the part's own (ships).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status
from model.solvers.lp.form import seen_form
from model.solvers.lp.generation import Generation
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem
from model.solvers.search.forced_lp import ForcedLP
from model.solvers.search.places import places
from model.solvers.search.steps import STEP

ROUTES_A_WAY = 2  # kept when routes are dropped, on the average
DUST = 1e-9  # relative
LOOKS = 5  # for forcing rows that the first LP breaks: these serve all later ones
Waiting = Generator["Subproblem", Status, "Point"]
"""Work on a part that waits for its solver to be run, and is sent the status."""


@dataclass
class Basis:
    """HiGHS' basis, its numbers of columns and rows (asking it is dear), and how often columns were dropped before."""

    held: highspy.HighsBasis
    columns: int
    rows: int
    dropped: int


@dataclass(frozen=True)
class Point:
    """An LP solved: lower bound with all routes priced and value (both inf when infeasible), whole columns, basis."""

    bound: float
    value: float
    whole: FloatArray
    basis: Basis | None


NOWHERE = np.zeros(0)
UNKNOWN = Point(-np.inf, np.inf, NOWHERE, None)


class Subproblem:
    """The LP of one part with its copies of the decisions; the caller runs `lp` where `solve` waits for it.

    So that several parts can be solved side by side with the same outcome as one after the other: routes are looked for
    between the runs, in a fixed order.
    """

    def __init__(self, problem: Problem, decisions: Decisions, rows: IntArray, columns: IntArray) -> None:
        """Take the part out of the compiled model."""
        self.places = at = places(problem.compiled, decisions, rows, columns)
        self.form = seen_form(problem.compiled, at.rows, at.rest, at.space)
        self.lp = ForcedLP(problem, self.form, len(at.copies))
        self.solver, self.blocks = self.lp.solver, list(self.form.blocks)
        self._generation = Generation(self.lp, few=1)
        self.count, self.lower, self.upper = at.space.size, at.space.lower, at.space.upper
        self.constant, self._prices = at.constant, np.zeros(self.count)
        self._room = ROUTES_A_WAY * int(problem.ways[self.blocks].sum())
        self.constants, self.slopes = np.zeros(0), np.zeros((0, self.count))
        self.first_basis: Basis | None = None
        self._dropped = 0

    @property
    def routes(self) -> list[tuple[int, int]]:
        """Routes in the LP, (block number, route number)."""
        return [one for one in self.lp.routes if one[0] != STEP]

    def charge(self, prices: FloatArray) -> None:
        """Let the copies cost these prices, in order of `copies`, million USD a unit."""
        self._prices = np.zeros(self.count)
        self._prices[: len(prices)] = prices
        self.lp.price_steps(self.places.space.cost + self._prices)

    def prices_of(self, duals: FloatArray) -> FloatArray:
        """Prices of the copies at which duals of all compiled rows leave these without a reduced cost."""
        own = np.zeros(len(self.form.program.row_lower))
        own[: len(self.form.rows)] = duals[self.form.rows]
        return -self.form.cut(self.form.clipped(own), 0.0)[1][: len(self.places.copies)]

    def restart(self, found: Basis | None) -> None:
        """Start from a basis taken earlier, also when routes and rows joined since; not when some were dropped."""
        if found is None or found.dropped != self._dropped:
            return
        missing = self.solver.getNumCol() - found.columns
        if missing > 0:
            found.held.col_status = list(found.held.col_status) + [highspy.HighsBasisStatus.kLower] * missing
            found.columns += missing
        if (missing := self.solver.getNumRow() - found.rows) > 0:
            found.held.row_status = list(found.held.row_status) + [highspy.HighsBasisStatus.kBasic] * missing
            found.rows += missing
        self.solver.setBasis(found.held)

    def solve(self, lower: FloatArray, upper: FloatArray, basis: Basis | None, enough: float, near: float) -> Waiting:
        """The LP within bounds of the whole columns, all routes priced; a cut is kept of its end.

        It ends when the bound reaches `enough`, or is within `near` of the value (million USD); the first one takes in
        the forcing rows that it breaks, and ends again. Waits for the solver to be run where it yields, and is sent the
        status.
        """
        if len(self.lp.routes) > 2 * self._room and self.solver.getModelStatus() == Status.kOptimal:
            self._dropped += self.lp.thin_out(self._room) > 0
        self.lp.bound(lower, upper)
        self.restart(basis if basis is not None else self.first_basis)
        self._generation.begin(0.0, near=near, ceiling=enough)
        looks = LOOKS if self.first_basis is None else 0
        while True:
            status = yield self
            if status not in (Status.kOptimal, Status.kInfeasible):  # HiGHS gave up, which proves nothing
                return UNKNOWN
            try:
                if self._generation.digest(status):
                    continue
            except SolverError:  # no proof to price against
                return UNKNOWN
            if status == Status.kInfeasible:
                return self._without_plan(lower, upper)
            broken = self.lp.broken_forcing_rows() if looks else []
            point = self._ended(lower, upper)  # cuts without these rows say more of other prices
            if not broken or point.bound >= enough:
                return point
            self.lp.force(broken)
            self._generation.may_rise()
            looks -= 1

    def _without_plan(self, lower: FloatArray, upper: FloatArray) -> Point:
        """Whether the ray of an LP without a solution proves that there is none with all routes either."""
        ray = self._generation.row_duals
        constant, slope = self.lp.cut(ray, self._generation.shortfall, free=True)
        proven = constant + _least(slope, lower, upper) > DUST * float(np.abs(ray).max(initial=0.0))
        return Point(np.inf if proven else -np.inf, np.inf, NOWHERE, None)

    def _ended(self, lower: FloatArray, upper: FloatArray) -> Point:
        """The optimum; its cut is kept."""
        constant, slope = self.lp.cut(self._generation.row_duals, self._generation.shortfall)
        self.constants, self.slopes = np.append(self.constants, constant), np.vstack((self.slopes, slope))
        bound = constant + _least(slope + self._prices, lower, upper)
        whole = self.lp.columns()[: self.count]
        if self.first_basis is None and self.lp.leave_out():
            self._dropped += 1
            self._room += self.solver.getNumRow()
        basis = Basis(self.solver.getBasis(), self.solver.getNumCol(), self.solver.getNumRow(), self._dropped)
        if self.first_basis is None or self.first_basis.dropped != self._dropped:
            self.first_basis = basis
        return Point(bound, self._generation.value, whole, basis)


def _least(slope: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    return float(np.minimum(slope * lower, slope * upper).sum())
