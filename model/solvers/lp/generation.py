"""Column generation on an LP over routes: solve, look for routes that are missing, add them, until none is.

There is one loop. `run` solves (safe in a thread of its own), `digest` looks at what came out and says whether to go
on; `optimise` does both until the end. The value is a true bound together with the shortfall of pricing: what all
routes that are missing can save at most.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import Status, grown_little
from model.solvers.core.progress import Interrupted
from model.solvers.core.rays import dual_ray
from model.solvers.lp.route_lp import FoundRoute, RouteLP
from model.solvers.routes.pricing import PricedBlock

ENOUGH = 1e-9  # relative; pricing ends when the bound is that near to the value
AFRESH = 0.1  # share of columns that is new from which presolve and a new start beat the old basis
LEAST_FALL = 1e-12  # relative
MOST_KNOWN = 4  # known routes of a demand that join a block at a time; with all that want to, LPs take twice as long
FEW = 50  # known routes; where fewer join than that, new ones are looked for before the LP is solved again
EVERYWHERE = 3  # rounds at the beginning in which all blocks are priced
MOST_BENT = 200  # solves after which the curves' corners stay
RESTING = 4  # solves over which the value must fall for another to be worth it
Found = dict[int, list[FoundRoute]]


class PricedDuals:
    """Row duals of an LP at which no route is missing, by block: what was asked before need not be asked again."""

    def __init__(self, lp: RouteLP, near: float, most: int) -> None:
        """Take duals as the same within `near`, relative to the largest one; keep at most so many of a block."""
        of_row = lp.problem.compiled.row_block[lp.form.rows]
        self._rows = {  # a row of others may hold a load of the block too
            number: np.union1d(np.flatnonzero(of_row == number), csr_array(lp.form.through[number]).indices)
            for number in lp.form.blocks
        }
        self._kept: dict[int, list[FloatArray]] = {number: [] for number in lp.form.blocks}
        self._near, self._most = near, most

    def unknown(self, duals: FloatArray) -> list[int]:
        """Blocks for which it is not known that no route is missing."""
        near = self._near * max(1.0, float(np.abs(duals).max(initial=0.0)))
        return [
            number
            for number, rows in self._rows.items()
            if not any(np.abs(duals[rows] - kept).max(initial=0.0) <= near for kept in reversed(self._kept[number]))
        ]

    def keep(self, blocks: Iterable[int], duals: FloatArray) -> None:
        """No route is missing in some blocks."""
        for number in blocks:
            self._kept[number] = [*self._kept[number][-self._most :], duals[self._rows[number]]]


class Generation:
    """Column generation on one LP, with the outcome of the last solve.

    `value` is the LP's value (inf where it has no solution, with all routes looked at), `bound` a true lower bound of
    what it is with all routes, -inf where that is not known. `duals` are the compiled rows' duals of the last pricing
    and `shortfall` what routes could save there; where the LP has no solution, they are the proof of it.
    """

    def __init__(
        self,
        lp: RouteLP,
        *,
        leading: Sequence[int] | None = None,
        room: int | None = None,
        exact: bool = True,
        memory: PricedDuals | None = None,
        most: int = MOST_KNOWN,
        few: int = FEW,
    ) -> None:
        """Work on an LP; routes are looked for in the `leading` blocks as long as these find any.

        Above twice `room` routes those of least use are dropped. Without `exact` prices below zero count as 0. Blocks
        whose duals are in the `memory` are not looked at. Of each demand at most `most` known routes join a block at a
        time. New routes are looked for as well where fewer than `few` known ones join.
        """
        self.lp, self.room = lp, room
        self._leading, self._exact, self._memory = leading, exact, memory
        self._everyone = list(lp.form.blocks)
        self._most, self._few = most, few
        self._amounts = lp.problem.amounts
        self.known_only = False
        self.begin()

    def begin(self, enough: float = ENOUGH, *, near: float = 0.0, ceiling: float = np.inf) -> None:
        """Before the first solve: it ends when the bound is that near to the value, or reaches the ceiling.

        `enough` is relative, `near` in million USD.
        """
        self._enough, self._near, self._ceiling = enough, near, ceiling
        self.value, self.bound, self.shortfall = np.inf, -np.inf, 0.0
        self.duals, self.row_duals = np.zeros(0), np.zeros(0)
        self.added = 0
        self._rounds, self._thinned_at, self._broke = 0, np.inf, False
        self._hidden = 0.0  # by the chords of curves, at most 0
        self._values = [np.inf] * RESTING
        self._wanting: list[int] = []  # where routes were missing when it was last looked

    def optimise(self, stage: str | None = None, enough: float = ENOUGH) -> Status:
        """All of it. Raises Interrupted when time is up or a stop was asked before."""
        progress = self.lp.problem.progress
        self.begin(enough)
        while True:
            begun = time.monotonic()
            try:
                status = self.run()
            finally:
                progress.count("LP", time.monotonic() - begun)
            more = self.digest(status)
            if stage is not None:
                words = f"{len(self.lp.routes):,} routes, LP value {self.value:,.2f}"
                progress.tell(stage, words, record=not more)
            if not more:
                return status
            if progress.must_stop:
                raise Interrupted

    def run(self) -> Status:
        """Solve the LP as it stands: afresh where many columns are new, by the primal simplex where few are."""
        solver = self.lp.solver
        afresh = self.added > AFRESH * solver.getNumCol()
        if afresh:
            solver.clearSolver()
        primal = self._rounds > 0 and not afresh and not self._broke and grown_little(solver, self.added)
        return self.lp.run(primal=primal)[0]

    def digest(self, status: Status) -> bool:
        """Look at the LP just solved: True when routes or rows were added and it is to be solved again.

        Raises SolverError where HiGHS says that there is no solution, and gives no proof.
        """
        begun = time.monotonic()
        self.value = np.inf
        try:
            if status == Status.kInfeasible:
                return self._undo()
            return status == Status.kOptimal and self._look()
        finally:
            self.lp.problem.progress.count("pricing", time.monotonic() - begun)

    def _grow_rows(self, broken: IntArray) -> bool:
        """Let rows join that the LP just solved breaks; whether there were any."""
        self._broke = self.lp.join(broken) > 0
        if self._broke:
            self.may_rise()
        return self._broke

    def may_rise(self) -> None:
        """Rows have joined, so that the value may rise."""
        self._broke, self._thinned_at, self._values = True, np.inf, [np.inf] * RESTING

    def _look(self) -> bool:
        """Routes that lower the value of the LP just solved, and rows that it breaks."""
        lp, value, broken = self.lp, self.lp.value, self.lp.broken()  # HiGHS forgets the solution when something joins
        self.value, self._values = value, [*self._values[1:], value]
        rests = self._values[0] - value <= self._enough * max(1.0, abs(value))
        # routes dropped at one value may come back at it: without a fall in between that could go on for ever
        fell = value < self._thinned_at - LEAST_FALL * max(1.0, abs(value))
        if self.room is not None and len(lp.routes) > 2 * self.room and fell:
            self._thinned_at = value
            lp.thin_out(self.room)
            lp.run()  # at the same basis: the values of the columns left must be there when nothing is added
        self.row_duals = lp.form.clipped(lp.row_duals())
        self.duals = lp.full_duals(self.row_duals)
        if self._memory is not None:
            self._everyone = self._memory.unknown(self.row_duals)
        self._hidden, bends = lp.bent.hidden(self.row_duals), self._rounds < MOST_BENT
        still = lp.bent.is_bent or not bends
        routes = self._price(value, everywhere=rests or self._rounds < EVERYWHERE, surely=rests and still)
        if self._memory is not None and not routes:
            self._memory.keep(self._everyone, self.row_duals)
        bends = bends and (routes > 0 or not self._is_near(value))
        self._rounds, self.added = self._rounds + 1, routes + (lp.bent.bend() if bends else 0)
        return self._grow_rows(broken) or self.added > 0

    def _is_near(self, value: float) -> bool:
        """Whether what is missing in the LP just solved saves next to nothing; over the routes known if asked so."""
        least = value + self._hidden if self.known_only else self.bound
        return least >= self._ceiling or value - least <= max(self._near, self._enough * max(1.0, abs(value)))

    def _price(self, value: float, *, everywhere: bool, surely: bool) -> int:
        """Add routes that are missing; takes the bound when all routes of all blocks were priced.

        `surely` prices exactly where prices are negative, though there may be routes that are found more cheaply.
        """
        added = self._known()
        if self.known_only or (added >= self._few and not (everywhere and self._leading)):
            return added
        some = self._wanting if everywhere else self._leading
        if some and self._leading:
            found, _, _ = self._search(some)
            if new := self._take(found):
                return added + new
        found, self.shortfall, exact = self._search(self._everyone, surely=surely)
        self.bound = max(self.bound, value + self.shortfall + self._hidden)
        if self._is_near(value):
            return 0
        added += self._take(found)
        if added or surely or exact or self._hidden < 0:
            return added
        return self._price(value, everywhere=everywhere, surely=True)  # what was found roughly is there already

    def _known(self, *, free: bool = False) -> int:
        """Give blocks the known routes that they want, and the LP what else it wants; returns how many."""
        lp, pricer = self.lp, self.lp.problem.pricer
        pricer.table.update()
        least = self._enough * max(1.0, abs(lp.value)) / len(self._everyone) if self.known_only and not free else 0.0
        added = lp.rejoin(self.row_duals, free=free)
        for number in self._everyone:
            block, present = lp.problem.compiled.blocks[number], lp.presence(number)
            worth = (self._amounts[number], least) if least else None
            more, most = lp.route_prices(number), self._most
            wanted = pricer.known(number, block, self.duals, present, free=free, most=most, worth=worth, more=more)
            added += lp.add_numbers(number, wanted)
        return added

    def _search(self, numbers: Sequence[int], *, free: bool = False, surely: bool = False) -> tuple[Found, float, bool]:
        """Price some blocks: routes that are missing by block, their shortfall, and whether that is exact."""
        found: Found = {}
        short: dict[int, float] = {}
        rough: list[int] = []
        for number in numbers:
            priced = self._priced(number, free=free, exact=False)
            found[number], short[number] = priced.routes, priced.shortfall
            rough += [] if priced.exact else [number]
        if self._exact and (surely or not any(found.values())):
            for number in rough:  # dear: where nothing else is left to find
                if self.lp.problem.progress.must_stop:
                    raise Interrupted
                priced = self._priced(number, free=free, exact=True)
                found[number], short[number] = priced.routes, priced.shortfall
            rough = []
        return found, sum(short.values()), not rough

    def _priced(self, number: int, *, free: bool, exact: bool) -> PricedBlock:
        problem, more = self.lp.problem, self.lp.arc_prices(number)
        block = problem.compiled.blocks[number]
        return problem.pricer.price(block, self.duals, self._amounts[number], free=free, exact=exact, more=more)

    def _take(self, found: Found, *, free: bool = False) -> int:
        """Add routes found, and what else they are good for; returns how many columns joined."""
        added = {number: self.lp.take(number, routes) for number, routes in found.items() if routes}
        self._wanting = [number for number, count in added.items() if count]
        total = sum(added.values())
        shared = total and not free and len(self._everyone) > 1
        return total + self._known() if shared else total

    def _undo(self) -> bool:
        """Add routes that undo the infeasibility of the LP."""
        lp = self.lp
        self._everyone = list(lp.form.blocks)
        self.row_duals = lp.form.clipped(lp.spread_duals(dual_ray(lp.solver, lp.problem.progress)))
        self.duals = lp.full_duals(self.row_duals, free=True)
        self.added, exact = self._known(free=True), False
        for surely in (False, True):
            if not self.added and not exact:
                found, self.shortfall, exact = self._search(self._everyone, free=True, surely=surely)
                self.added = self._take(found, free=True)
        return self.added > 0
