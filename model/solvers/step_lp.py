"""The root LP of a problem whose blocks meet only in investments, in its smallest form, solved by column generation.

The same problem as `RouteLP`, with the same calls, and several times faster: load variables and installed capacity are
put out of the way (`node_lp`), routes come from single blocks first (`seeding`), and new routes are looked for in a few
blocks as long as these find any, since the others then take them from the table of known routes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.network.routes import Route
from model.solvers.forcing import Forcing
from model.solvers.highs import Status, dual_ray, grown_little
from model.solvers.investment_space import investment_space
from model.solvers.node_lp import NodeLP, layout
from model.solvers.pricing import Surcharge
from model.solvers.problem import Problem
from model.solvers.progress import Interrupted
from model.solvers.seeding import leading_blocks, seeded_routes

Surcharges = list[Surcharge | None]
ENOUGH = 1e-9  # relative; pricing ends when the bound is that near to the LP value
AFRESH = 0.04  # share of columns that is new from which presolve and a new start beat the old basis
LEAST_FALL = 1e-12  # relative
FEW = 50
EVERYWHERE = 3  # rounds at the beginning in which all blocks are priced
RESTING = 4  # solves over which the value must fall for another to be worth it
ROUTES_A_WAY = 2  # kept when routes are dropped, on the average


class StepLP:
    """A HiGHS model over steps, the blocks' own columns and route flows; `columns` are (block number, route number)."""

    def __init__(self, problem: Problem) -> None:
        """Lay out the LP without routes."""
        self.problem = problem
        self.space = investment_space(problem.compiled)
        self.forcing = Forcing(problem, self.space)
        self.layout = layout(problem, self.space)
        self.node = NodeLP(problem, self.layout, self.forcing)
        self.solver = self.node.solver
        self._amounts = problem.amounts()
        self._leading = leading_blocks(problem)
        self._room = ROUTES_A_WAY * int(problem.ways.sum())
        self._everyone = list(range(len(problem.compiled.blocks)))
        self._wanting: list[int] = []  # where routes were missing when it was last looked
        self._least = problem.compiled.lower[problem.compiled.integer]
        self._most = problem.compiled.upper[problem.compiled.integer]

    @property
    def columns(self) -> list[tuple[int, int]]:
        """Route columns in their order."""
        return self.node.routes

    def add_routes(self, block_number: int, routes: Iterable[Route]) -> int:
        """Add columns for routes that the block does not have yet; returns how many."""
        return self.add_numbers(block_number, np.array([route.number for route in routes], dtype=np.int64))

    def add_numbers(self, block_number: int, numbers: IntArray) -> int:
        """Add columns for routes, by number, that the block does not have yet; returns how many."""
        return len(self.node.add_numbers(block_number, numbers)) if len(numbers) else 0

    def seed(self) -> None:
        """Give each block the routes of its neighbourhood, beginning with those that it has."""
        begun = time.monotonic()
        own: list[list[int]] = [[] for _ in self._everyone]
        for block, route in self.columns:
            own[block].append(route)
        first = [np.array(routes, dtype=np.int64) for routes in own]
        for number, numbers in enumerate(seeded_routes(self.problem, self.space, first)):
            self.add_numbers(number, numbers)
        self.problem.progress.count("first routes", time.monotonic() - begun)

    def hold(self, least: FloatArray, most: FloatArray) -> None:
        """Keep the whole columns, in order of `Compiled.integer`, between bounds."""
        self.node.bound(self.space.lower, self.space.upper, least, most)

    def fix(self, integers: FloatArray) -> None:
        """Fix the whole columns."""
        self.hold(integers, integers)

    def free(self) -> None:
        """Give the whole columns their own bounds back."""
        self.hold(self._least, self._most)

    def optimise(self, stage: str, enough: float = ENOUGH, *, prove: bool = True) -> tuple[Status, float, float]:
        """Column generation until the bound is near enough; returns status, LP value and a true lower bound of it.

        Without `prove` it ends when the value has come to rest, and the bound may be -inf. Raises Interrupted when
        time is up or a stop was asked before.
        """
        progress = self.problem.progress
        best_bound, added, values = -np.inf, 0, [np.inf] * RESTING
        rounds, thinned_at = 0, np.inf
        self._wanting = []
        while True:
            afresh = added > AFRESH * self.solver.getNumCol()
            if afresh:
                self.solver.clearSolver()
            begun = time.monotonic()
            status, value = self.node.run(primal=rounds > 0 and not afresh and grown_little(self.solver, added))
            progress.count("LP", time.monotonic() - begun)
            if status == Status.kInfeasible and self._undo():
                continue
            if status != Status.kOptimal:
                return status, np.nan, np.nan
            values = [*values[1:], value]
            rests = values[0] - value <= enough * max(1.0, abs(value))
            if rests and not prove:
                return status, value, best_bound
            # routes dropped at one value may come back at it: without a fall in between that could go on for ever
            if len(self.columns) > 2 * self._room and value < thinned_at - LEAST_FALL * max(1.0, abs(value)):
                thinned_at = value
                self.thin_out()
                self.node.run()  # at the same basis: the values of the columns left must be there when nothing is added
            added, shortfall = self._price(everywhere=rests or rounds < EVERYWHERE, surely=rests)
            rounds += 1
            if shortfall is not None:
                best_bound = max(best_bound, value + shortfall)
            words = f"{len(self.columns):,} routes, LP value {value:,.2f}"
            progress.tell(stage, words, record=added == 0)
            if added == 0 or value - best_bound <= enough * max(1.0, abs(value)):
                return status, value, best_bound
            if progress.must_stop:
                raise Interrupted

    def over_known(self) -> tuple[Status, float]:
        """Status and value over the routes known, without a look for others. Raises Interrupted."""
        return self.node.run()

    def thin_out(self) -> None:
        """Drop the routes that are of least use at the prices of the LP just solved."""
        self.node.thin_out(self._room)

    def _price(self, *, everywhere: bool, surely: bool) -> tuple[int, float | None]:
        """Add routes that are missing; the shortfall of the bound when all routes of all blocks were priced.

        `surely` prices exactly where prices are negative, though there may be routes that are found more cheaply.
        """
        begun = time.monotonic()
        duals, surcharges = self.node.full_duals(), self.node.surcharges()
        added, shortfall = self._known(duals, surcharges), None
        if added < FEW or everywhere:
            found, some = 0, self._wanting if everywhere else self._leading
            if some:
                found, _ = self._search(some, duals, surcharges)
                added += found
            if not found:
                found, shortfall = self._search(self._everyone, duals, surcharges, surely=surely)
                added += found
        self.problem.progress.count("pricing", time.monotonic() - begun)
        return added, shortfall

    def _known(self, duals: FloatArray, surcharges: Surcharges) -> int:
        """Give blocks the known routes that they want; returns how many."""
        pricer, node = self.problem.pricer, self.node
        pricer.table.update()
        added = 0
        for number, block in enumerate(self.problem.compiled.blocks):
            present = node.presence(number)
            wanted = pricer.known(number, block, duals, present, surcharge=surcharges[number])
            added += self.add_numbers(number, wanted)
        return added

    def _search(
        self, numbers: list[int], duals: FloatArray, surcharges: Surcharges, *, free: bool = False, surely: bool = False
    ) -> tuple[int, float]:
        """Price some blocks; returns columns added, to any block, and the shortfall of these blocks."""
        shortfall, found, rough = 0.0, 0, []
        self._wanting = []
        for number in numbers:
            added, short, exact = self._price_block(number, duals, surcharges, free=free, exact=False)
            shortfall, found = shortfall + short, found + added
            rough += [] if exact else [(number, short)]
            self._wanting += [number] if added else []
        for number, short in rough if surely or not found else ():  # dear: where nothing else is left to find
            if self.problem.progress.must_stop:
                raise Interrupted
            added, better, _ = self._price_block(number, duals, surcharges, free=free, exact=True)
            shortfall, found = shortfall - short + better, found + added
            self._wanting += [number] if added else []
        if found and not free:
            found += self._known(duals, surcharges)
        return found, shortfall

    def _price_block(
        self, number: int, duals: FloatArray, surcharges: Surcharges, *, free: bool, exact: bool
    ) -> tuple[int, float, bool]:
        """Price one block; columns added to it, its shortfall, and whether it was priced exactly."""
        pricer, block = self.problem.pricer, self.problem.compiled.blocks[number]
        amounts, surcharge = self._amounts[number], surcharges[number]
        priced = pricer.price(block, duals, amounts, free=free, surcharge=surcharge, exact=exact)
        routes = [self.problem.formulation.routes.add(demand, arcs).number for demand, arcs in priced.routes]
        pricer.table.update()
        return self.add_numbers(number, np.array(routes, dtype=np.int64)), priced.shortfall, priced.exact

    def _undo(self) -> int:
        """Add routes that undo the infeasibility of the LP; returns how many."""
        ray = dual_ray(self.solver, self.problem.progress)
        duals, surcharges = self.node.full_duals(ray), self.node.surcharges(ray)
        return self._search(self._everyone, duals, surcharges, free=True)[0]

    def steps(self) -> FloatArray:
        """Values of the steps."""
        return self.node.steps()

    def whole(self) -> FloatArray:
        """Values of the whole columns, in order of `Compiled.integer`."""
        return np.asarray(self.layout.whole @ self.node.steps())

    def duals(self) -> FloatArray:
        """Row duals of the compiled model, 0 for investment rows; those of definition rows are the loads' prices."""
        return self.node.full_duals()

    def values(self) -> FloatArray:
        """Values of the compiled columns and then of the route flows."""
        return self.spread(np.array(self.solver.getSolution().col_value))

    def spread(self, held: FloatArray) -> FloatArray:
        """Values of the compiled columns and then of the route flows, from the columns of this LP."""
        compiled, table = self.problem.compiled, self.problem.pricer.table
        own, flows = held[self.space.size : self.space.size + len(self.layout.own)], held[self._first_route :]
        result = np.zeros(compiled.column_count + len(flows))
        result[self.space.columns] = self.space.values(held[: self.space.size])
        result[self.layout.own] = own
        blocks = np.array([block for block, _ in self.columns], dtype=np.int64)
        numbers = np.array([route for _, route in self.columns], dtype=np.int64)
        for number, block in enumerate(compiled.blocks):
            here = np.flatnonzero((blocks == number) & (flows != 0))
            result[block.load_column] = table.of(numbers[here]).T @ flows[here]
        result[compiled.column_count :] = flows
        return result

    @property
    def _first_route(self) -> int:
        return self.space.size + len(self.layout.own)

    def as_mip(self) -> tuple[highspy.HighsLp, IntArray]:
        """The LP over the routes known, and the columns that are whole in it."""
        return self.solver.getLp(), np.flatnonzero(self.space.integer).astype(np.int32)
