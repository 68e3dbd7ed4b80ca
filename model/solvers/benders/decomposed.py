"""Masters (Benders) where no project opens a gate, and in larger cases that the proof by periods leaves open.

The investment block is the master MIP, each operations block an LP that cuts it.
The root LP over all blocks comes first: the cuts of its duals give the master the LP bound at once. Then steps
between an inner point and the master's optimum add cuts where they matter (in-out), and integer masters follow. Every
plan that a master proposes is evaluated exactly; its cuts and those of its neighbourhood (masters fenced in around
the best plan) make the next master better. The master's bound is a true bound: all cuts hold for all plans.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from model.network.graph import FloatArray
from model.solvers.benders.block_floor import BlockFloor
from model.solvers.benders.block_lp import BlockLP, BlockPoint
from model.solvers.benders.master import Master
from model.solvers.core.highs import Status
from model.solvers.core.investment_space import investment_space
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import evaluate, gap_reached, heed, offer_plan, raise_bound
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem, Search, Solution

LP_ROUNDS = 12
RADIUS = 6
NODES = 400  # of a master; limits are counts and not seconds, so that two runs do the same
FENCED_NODES = 50
PROPOSALS = 8  # better solutions of one master that are evaluated
FLOOR_ROUNDS = 120
FLOOR_SHARE = 0.25  # floors are proven to this part of the gap asked for, all blocks together
LEAST_FLOOR_SHARE = 1e-4  # of the cost
Ask = tuple[int, FloatArray]
"""Block number and its doorway values, in order of the block's doorway columns."""
SHARE_OF_GAP = 0.2  # masters are solved to this part of the gap asked for, when nothing else ends them before


class Decomposition:
    """State of one Benders search."""

    def __init__(self, problem: Problem, search: Search, lp: RootLP) -> None:
        """Make the blocks and the master, with the cuts of the root LP's duals."""
        self.problem, self.search, self.root = problem, search, lp
        self.space = investment_space(problem.compiled)
        self.blocks = [BlockLP(problem, number) for number in range(len(problem.compiled.blocks))]
        self.master = Master(problem, self.space, self.blocks)
        values, duals = lp.values(), lp.duals()
        owners = np.array([number for number, _ in lp.columns], dtype=np.int64)
        routes = np.array([number for _, number in lp.columns], dtype=np.int64)
        for block in self.blocks:
            block.add_numbers(routes[owners == block.number])
        known = search.best
        steps = None if known is None else self.space.steps(known.values[self.space.columns])
        self.best: FloatArray | None = None if steps is None else self.master.rounded(steps)
        self._resumed = search.watcher is not None and search.watcher.watch_cuts(self)
        for block in self.blocks if not self._resumed else ():
            self.master.add(block.cut_of(duals[block.rows]))
        self.inner = self.space.steps(values[self.space.columns])
        self._continuous = not self.space.integer.all()
        self._settled: dict[bytes, FloatArray | None] = {}
        self._known: list[dict[bytes, float]] = [{} for _ in self.blocks]

    def evaluate(self, steps: FloatArray) -> float:
        """True cost of some steps (inf when infeasible), with a cut from every block not seen there yet."""
        asked = list(enumerate(self.master.doors(steps)))
        keys = [np.round(doors, 9).tobytes() for _, doors in asked]
        new = [(number, doors) for number, doors in asked if keys[number] not in self._known[number]]
        for (number, _), point in zip(new, self._points(new), strict=True):
            self._known[number][keys[number]] = point.value
        return self.master.investment_cost(steps) + sum(self._known[number][keys[number]] for number, _ in asked)

    def _points(self, asked: list[Ask]) -> list[BlockPoint]:
        """Evaluate blocks; their cuts join the master at the end. Raises Interrupted when time is up."""
        points = []
        for number, doors in asked:
            points.append(self.blocks[number].solve(doors))
            if self.problem.progress.must_stop:
                raise Interrupted
        for point in points:
            self.master.add(point.cut)
        return points

    def offer(self, steps: FloatArray) -> float:
        """Evaluate a plan and keep it when it is better; returns its cost."""
        steps = self.master.rounded(steps)
        if self._continuous:
            better = self._settle(steps)
            if better is None:
                return np.inf
            steps = better
        if not self.space.allows(steps):
            return np.inf
        try:
            cost = self.evaluate(steps)
        except (Interrupted, KeyboardInterrupt) as stop:
            heed(self.problem, stop)
            offer_plan(self.problem, self.root, self.search, self._whole(steps))
            raise Interrupted from None
        best = self.search.best
        if np.isfinite(cost) and (best is None or cost < best.objective):
            self.best = steps
            self.search.offer(self._solution(steps))
            self.problem.progress.lower_incumbent(cost)
            self.problem.progress.tell("plan", f"plan of {cost:,.2f} million USD")
        return cost

    def _settle(self, steps: FloatArray) -> FloatArray | None:
        """Steps with the whole ones kept and the others (allowances, vessels) at their best; None when infeasible."""
        whole = self._whole(steps)
        key = whole.tobytes()
        if key not in self._settled:
            solution = evaluate(self.problem, self.root, whole)
            if self.problem.progress.is_over:
                self.search.keep(solution, self.problem.progress)
                raise Interrupted
            found = None if solution is None else self.space.steps(solution.values[self.space.columns])
            self._settled[key] = None if found is None else self.master.rounded(found)
        return self._settled[key]

    def _whole(self, steps: FloatArray) -> FloatArray:
        """The whole compiled columns at some steps."""
        values = np.zeros(self.problem.compiled.column_count)
        values[self.space.columns] = self.space.values(steps)
        return np.asarray(np.round(values[self.problem.compiled.integer]))

    def _solution(self, steps: FloatArray) -> Solution:
        """The plan in full; the blocks hold all routes that its cost needs."""
        compiled = self.problem.compiled
        values = np.zeros(compiled.column_count)
        values[self.space.columns] = self.space.values(steps)
        whole = compiled.integer
        values[whole] = np.round(values[whole])
        flows: dict[tuple[int, int], float] = {}
        prices: list[FloatArray] = []
        total = self.master.investment_cost(steps)
        for block, doors in zip(self.blocks, self.master.doors(steps), strict=True):
            reading = block.read(doors)
            total += reading.value
            values[block.own] = reading.own
            flows.update({(block.number, route): flow for route, flow in reading.flows.items()})
            prices.append(reading.prices)
        return Solution(total, compiled.variables, values, flows, tuple(prices))

    def prepare(self) -> None:
        """A plan early, and the cuts of the LP phase."""
        self.search.note("decomposed")
        if not self._resumed:
            self.first_plan()
            if not gap_reached(self.problem, self.search):
                self.approach()
        if not gap_reached(self.problem, self.search):
            self.look_around()

    def improve(self) -> None:
        """Floors of the blocks, then integer masters until the gap is reached or time is up."""
        if gap_reached(self.problem, self.search):
            return
        self.search.note("decomposed")
        self.raise_floors()
        turn = 0
        while not gap_reached(self.problem, self.search):
            if self.problem.progress.must_stop:
                raise Interrupted
            turn += 1
            if not self._global_master(turn):
                return
            self.look_around()

    def first_plan(self) -> None:
        """A plan early: the master with the root's cuts, roughly solved."""
        result, found = self.master.solve_whole(0.01, 1, None, stage="first plan")
        for steps in ([] if result.values is None else [result.values]) + found[-1:]:
            self.offer(steps)

    def approach(self) -> None:
        """In-out: cuts at points that move from an inner point towards the master's LP optimum."""
        for _ in range(LP_ROUNDS):
            status, value, steps = self.master.solve_relaxed()
            if status != Status.kOptimal:
                return
            self.raise_bound(value)
            self.inner = 0.7 * self.inner + 0.3 * steps
            cost = self.evaluate(self.inner)
            self.problem.progress.tell("cuts", f"{len(self.master.rows):,} cuts", record=False)
            if cost - value <= 0.1 * self.problem.options.gap * abs(cost) or self.problem.progress.must_stop:
                return

    def raise_floors(self) -> None:
        """What each block costs at least under whole investments, as cuts; told also where time is up on the way.

        Raises Interrupted.
        """
        floors = [floor for block in self.blocks if (floor := BlockFloor(self.master, block.number)).usable]
        cost = np.inf if self.search.best is None else abs(self.search.best.objective)
        share = max(FLOOR_SHARE * self.problem.options.gap, LEAST_FLOOR_SHARE)
        tolerance = share * cost / len(self.blocks) if np.isfinite(cost) else 0.0
        try:
            self._prove_floors(floors, tolerance)
        finally:
            for floor in floors:
                if np.isfinite(floor.bound):
                    self.master.add_row(floor.row())
            with self.problem.progress.grace():
                status, value, _ = self.master.solve_relaxed()
            if status == Status.kOptimal:
                self.raise_bound(value)

    def _prove_floors(self, floors: list[BlockFloor], tolerance: float) -> None:
        """MIPs of the floors, side by side, and cuts in turn, until all are near what they cost at most.

        `tolerance` is for each block, in the units of the cost. Raises Interrupted.
        """
        waiting = floors
        with ThreadPoolExecutor(self.problem.options.threads) as threads:
            for _ in range(FLOOR_ROUNDS):
                if not waiting:
                    return
                for floor in waiting:
                    floor.take_cuts()
                begun = time.monotonic()
                try:
                    list(threads.map(lambda floor: floor.solve(tolerance), waiting))
                except KeyboardInterrupt:  # the threads hear of it and end before this goes on
                    self.problem.progress.ask_stop()
                    raise
                self.problem.progress.count("MIP", time.monotonic() - begun)
                self.problem.progress.tell("floors", f"{len(waiting)} blocks left", record=False)
                self._lower_ceilings(waiting)
                if sum(floor.open for floor in floors) <= tolerance * len(self.blocks):
                    return
                waiting = [floor for floor in waiting if not floor.is_spent and floor.open > tolerance]

    def _lower_ceilings(self, floors: list[BlockFloor]) -> None:
        """Evaluate what the floors' MIPs proposed.

        Points on the way to the cheapest steps known are evaluated too: their cuts say more of the corners around them.
        """
        proposals = [(floor, steps) for floor in floors for steps in floor.proposals()]
        asked = [(floor.number, self.master.doors(steps)[floor.number]) for floor, steps in proposals]
        for (floor, steps), point in zip(proposals, self._points(asked), strict=True):
            floor.hear(steps, point.value)
        inner = [(floor.number, floor.inner(steps)) for floor, steps in proposals]
        self._points([(n, self.master.doors(steps)[n]) for n, steps in inner if steps is not None])

    def raise_bound(self, bound: float) -> None:
        """Take a proven bound when it is better."""
        raise_bound(self.problem, self.search, bound)

    def _global_master(self, turn: int) -> bool:
        """One master over all plans: bound, a new plan, cuts there. False when nothing more can be had."""
        # the bound rises late in a tree: cut short while plans and cuts are new, then given more and more room
        nodes = NODES * 4 ** max(0, turn - 2)
        best = np.inf if self.search.best is None else self.search.best.objective
        enough = best - self.problem.options.gap * abs(best) if np.isfinite(best) else np.inf
        gap = SHARE_OF_GAP * self.problem.options.gap
        result, found = self.master.solve_whole(gap, nodes, self.best, stage="master", enough=enough)
        if result.status == Status.kInfeasible:
            self.search.infeasible = self.search.best is None
            return False
        self.raise_bound(result.bound)
        before = len(self.master.rows)
        for steps in ([] if result.values is None else [result.values]) + found[-PROPOSALS:-1]:
            self.offer(steps)
            if self._continuous:  # what was offered has other allowances; the master's own need a cut too
                self.evaluate(self.master.rounded(steps))
            if self.best is not None:
                self.evaluate(0.5 * (self.master.rounded(steps) + self.best))
        words = f"master {turn}, {len(self.master.rows):,} cuts"
        self.problem.progress.tell("master", words)
        return len(self.master.rows) > before or result.status != Status.kOptimal

    def look_around(self) -> None:
        """Masters fenced in around the best plan, while they find better ones."""
        if self.best is None or self.search.best is None:
            return
        for _ in range(2):
            if gap_reached(self.problem, self.search) or self.problem.progress.must_stop:
                return
            before = self.search.best
            result, found = self.master.solve_whole(
                0.2 * self.search.gap,
                FENCED_NODES,
                self.best,
                near=self.best,
                radius=RADIUS,
                stage="near the best plan",
            )
            if result.values is None:
                return
            for steps in [result.values, *found[-3:-1]]:
                self.offer(steps)
            if self.search.best is before:
                return
