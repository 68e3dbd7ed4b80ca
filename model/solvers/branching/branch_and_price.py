"""Branch and price: a tree over the whole columns with the LP over routes, exactly priced, at every node.

HiGHS's own branch and bound is slow on this LP (its cuts and strong branching cost seconds a node) and cannot price
routes. Here a node is a warm start of the dual simplex, some ten milliseconds, and its bound is true for all routes.
"""

from __future__ import annotations

import dataclasses
import heapq
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from model.network.graph import FloatArray
from model.solvers.branching.tree import Node, Propagation, PseudoCosts, worth
from model.solvers.core.highs import SolverError, Status, halt
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.core.progress import Interrupted
from model.solvers.lp.forcing import Forcing
from model.solvers.lp.form import whole_form
from model.solvers.lp.generation import Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.problem import Problem, Search

TRIALS = 8  # columns tried out at a node before one is chosen
TRUSTED = 2  # times that a column must have been tried before its record stands for a trial
TRIAL_ITERATIONS = 100  # of the dual simplex; its value then is a lower estimate
COPIES = 2


class BranchAndPrice:
    """One tree search; `offer` takes the steps of a plan and keeps it when it is good."""

    def __init__(
        self, problem: Problem, search: Search, space: InvestmentSpace, routes: Sequence[tuple[int, int]],
        forcing: Forcing | None = None,
    ) -> None:  # fmt: skip
        """Lay out the LP with the routes (block number, route number) and forcing rows known so far."""
        self.problem, self.search, self.space = problem, search, space
        form = whole_form(problem.compiled)
        self._whole = form.whole
        forcing = forcing or Forcing(problem, space)
        self._copies = [RouteLP(problem, form, forcing=forcing) for _ in range(COPIES)]
        for copy in self._copies:
            copy.twins = [other for other in self._copies if other is not copy]
        self._threads = ThreadPoolExecutor(COPIES)
        self._copies[0].add_flows(routes)
        for copy in self._copies:
            copy.force()
        self._propagation = Propagation(space, form.whole)
        self._costs = PseudoCosts(form.whole.shape[0])
        self._open: list[tuple[float, int, Node]] = []
        self._count = 0
        self._cut_off = np.inf  # least bound of the nodes dropped because they cannot matter
        self.nodes = 0

    @property
    def bound(self) -> float:
        """Proven bound: no plan left in the tree and none dropped from it costs less."""
        best = self.search.best
        ceiling = min(self._cut_off, np.inf if best is None else best.objective)
        return min(self._open[0][0], ceiling) if self._open else ceiling

    @property
    def open_count(self) -> int:
        """Number of open nodes."""
        return len(self._open)

    @property
    def finished(self) -> bool:
        """Whether no node is open."""
        return not self._open

    def start(self) -> bool:
        """Solve the root; False when it has no solution."""
        compiled = self.problem.compiled
        root = self._propagation.root(compiled.lower[compiled.integer], compiled.upper[compiled.integer])
        if not self._propagation.tighten(root):
            return False
        self._settle([root])
        return True

    def _cutoff(self) -> float:
        """A node from here on cannot hold a plan that is better by more than the gap asked for."""
        best = self.search.best
        if best is None:
            return np.inf
        return best.objective - 0.9 * self.problem.options.gap * max(1.0, abs(best.objective))

    def _solve(self, copy: RouteLP, node: Node, iterations: int | None = None) -> tuple[Status, float]:
        copy.bound(node.lower, node.upper)
        copy.hold(node.least, node.most)
        copy.restart(node.basis)
        return copy.run(iterations)

    def _solve_all(self, nodes: list[Node], iterations: int | None = None) -> list[tuple[Status, float]]:
        """Solve up to COPIES nodes side by side."""
        begun = time.monotonic()
        pairs = zip(self._copies, nodes, strict=False)
        jobs = [self._threads.submit(self._solve, copy, node, iterations) for copy, node in pairs]
        try:
            answers = [job.result() for job in jobs]
        except KeyboardInterrupt:
            self.problem.progress.ask_stop()
            halt(copy.solver for copy in self._copies)
            raise
        finally:
            wait(jobs)
        self.problem.progress.count("LP", time.monotonic() - begun)
        return answers

    def _settle(self, nodes: list[Node]) -> None:
        """Solve nodes with exact pricing and put those that matter on the heap."""
        answers = self._solve_all(nodes)
        for copy, node, answer in zip(self._copies, nodes, answers, strict=False):
            if not self._price_out(copy, node, answer[0]):
                continue
            if node.bound >= self._cutoff():
                self._cut_off = min(self._cut_off, node.bound)
                continue
            self._count += 1
            heapq.heappush(self._open, (node.bound, self._count, node))

    def _price_out(self, copy: RouteLP, node: Node, status: Status) -> bool:
        """Price until the node's bound is exact enough; False when it holds no plan."""
        generation = Generation(copy)
        generation.begin(min(1e-5, 0.01 * self.problem.options.gap))
        while generation.digest(status):
            if generation.bound >= self._cutoff():
                break
            if self.problem.progress.must_stop:
                raise Interrupted
            begun = time.monotonic()
            status = generation.run()
            self.problem.progress.count("LP", time.monotonic() - begun)
        if status == Status.kInfeasible:
            return False
        if status != Status.kOptimal:
            raise SolverError(f"a node ended with {status}")
        node.bound = max(node.bound, generation.bound)
        held = copy.columns()
        node.steps, node.whole = held[: self.space.size], copy.whole_of(held)
        node.basis = copy.solver.getBasis()
        return True

    def step(self) -> FloatArray | None:
        """Branch at the node with the least bound; returns the steps of a plan when its LP is one."""
        bound, _, node = heapq.heappop(self._open)
        self.nodes += 1
        if bound >= self._cutoff():
            self._cut_off = min(self._cut_off, bound)
            self._open.clear()
            return None
        if not len(node.fractional()):
            # its LP is its best plan; with the tolerance of pricing the bound may lie a little lower
            self._cut_off = min(self._cut_off, bound)
            return node.steps
        branch = self._choose(node)
        children = [node.child(branch, node.whole[branch], up=up) for up in (False, True)]
        possible = [child for child in children if self._propagation.tighten(child)]
        self._settle(possible)
        self._learn(node, branch, children)
        return None

    def _learn(self, node: Node, branch: int, children: list[Node]) -> None:
        part = node.whole[branch] - np.floor(node.whole[branch])
        for up, child in zip((False, True), children, strict=True):
            if np.isfinite(child.bound):
                moved = 1 - part if up else part
                self._costs.learn(branch, moved, max(0.0, child.bound - node.bound), up=up)

    def _choose(self, node: Node) -> int:
        """The column to branch on: by record where there is enough, else by trial."""
        columns = node.fractional()
        scores = self._costs.scores(columns, node.whole)
        order = columns[np.argsort(-scores, kind="stable")][:TRIALS]
        best, best_worth = int(order[0]), -1.0
        for column in order.tolist():
            if self._costs.trusted(column, TRUSTED):
                value = float(self._costs.scores(np.array([column]), node.whole)[0])
            else:
                value = self._try(node, column)
            if value > best_worth:
                best, best_worth = column, value
        return best

    def _try(self, node: Node, column: int) -> float:
        """Worth of branching on a column, by solving both sides with the routes at hand."""
        children = [node.child(column, node.whole[column], up=up) for up in (False, True)]
        ceiling = self._cutoff() if np.isfinite(self._cutoff()) else node.bound * 1.1 + 1.0
        gains = [max(0.0, ceiling - node.bound)] * 2
        possible = [i for i in (0, 1) if self._propagation.tighten(children[i])]
        answers = self._solve_all([children[i] for i in possible], TRIAL_ITERATIONS)
        for i, (status, value) in zip(possible, answers, strict=True):
            if status in (Status.kOptimal, Status.kIterationLimit):
                gains[i] = min(max(0.0, value - node.bound), gains[i])
        part = node.whole[column] - np.floor(node.whole[column])
        for i, moved in ((0, part), (1, 1 - part)):
            self._costs.learn(column, moved, gains[i], up=bool(i))
        return float(worth(np.array(gains[0]), np.array(gains[1])))

    def dive(self, node: Node) -> FloatArray | None:
        """Round the LP's plan column by column; steps of a plan, or None when it leads nowhere."""
        at = dataclasses.replace(node)
        while len(columns := at.fractional()):
            if self.problem.progress.must_stop:
                raise Interrupted
            values = at.whole[columns]
            # the surest first: large values go up, and only then small ones down
            column = int(columns[np.argmax(values - np.floor(values))])
            for up in (True, False):
                trial = at.child(column, at.whole[column], up=up)
                if self._propagation.tighten(trial):
                    break
            else:
                return None
            begun = time.monotonic()
            status, _ = self._solve(self._copies[0], trial)
            self.problem.progress.count("LP", time.monotonic() - begun)
            if status != Status.kOptimal:
                return None
            held = self._copies[0].columns()
            trial.steps, trial.whole = held[: self.space.size], self._copies[0].whole_of(held)
            trial.basis = self._copies[0].solver.getBasis()
            at = trial
        return at.steps

    def best_open(self) -> Node | None:
        """The open node with the least bound."""
        return self._open[0][2] if self._open else None
