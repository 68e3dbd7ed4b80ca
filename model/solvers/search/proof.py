"""Tighten and prove: the last two steps of the search, in the order in which they are done.

Each part of the model (in most cases a period) is a tree over its own whole columns. At prices of what ties the parts
together, the sum of their least bounds is a lower bound of the problem; the LP over the leaves of all trees finds
better prices, and shows the leaves that matter; these are solved and branched. What is left is branched in time: on
whether something is built by a year or not. Decisions that no plan better than the best can have are left out.
"""

from __future__ import annotations

import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.start import Flows, Start
from model.solvers.lp.root import gap_asked, gap_reached, raise_bound
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search
from model.solvers.search.hull import Hull
from model.solvers.search.hull_bounds import HullPoint
from model.solvers.search.lent_trees import adopt
from model.solvers.search.patience import Patience, share_asked
from model.solvers.search.period_tree import Leaf, PeriodTree
from model.solvers.search.plans import best_of_states, evaluate, rounded
from model.solvers.search.subproblem import Subproblem
from model.solvers.search.together import Together

CLEAR_SHARE = 0.005  # of the gap open: where value and bound differ by less, rounds need no more leaves
TREE_LPS = 10  # of each part at the first prices; more of them are worth less than rounds at better prices
LEAST_WEIGHT = 0.01  # of leaves that are worth their LPs
INNER_ROUNDS = 12
NEAR_SHARE = 0.02  # of the gap asked for, that routes not priced out may hide in all parts
WORTH_SHARE = 0.02  # of the gap asked for: what a leaf or cut must raise the LP by to join it
LEAST_NEAR = 1e-9  # relative
PLANS = 2  # of the states, evaluated at a look: whole ships may cost what the states hide
PLAN_SHARE = 0.02  # of the gap open, that a plan must save: to evaluate one takes as long as three rounds
LOOK_AFTER = 8  # rounds: on a large case a look takes as long as four rounds and more
RESTING, LITTLE = 4, 0.03  # rounds that close less than this share of the gap each: branching in time pays more
MARGIN_SHARE = 0.5  # of the gap open: leaves whose bounds lie above the least by more stay out of the LP when thinned
MOST_ROWS = 12_000  # of the LP, above which it is thinned: at 30 000 it may take a minute
GROWTH = 1.25  # of the rows since it was thinned last: each time it is solved afresh


class Proof:
    """The parts' trees, the LP over their leaves, and the decisions that are still open."""

    def __init__(
        self, problem: Problem, search: Search, asked: WhatIf, flows: Flows, lent: Start | None = None
    ) -> None:
        """Take the parts out of the model, with routes to begin with.

        And with the trees that another search lent of parts that are the same.
        """
        self.problem, self.search, self.asked = problem, search, asked
        self.decisions = decisions = asked.decisions
        parts = decisions.parts(problem.compiled)
        wide = problem.widened  # so that leaves serve cases with more money
        self.trees = [PeriodTree(Subproblem(wide, decisions, *part)) for part in parts]
        for tree in self.trees:
            tree.part.lp.add_flows(flows)
        self._tried: list[FloatArray] = []
        self.adopted = 0 if lent is None else adopt(problem, self.trees, lent.trees)
        self.know_plan()
        self._together = Together(problem.options.threads, problem.progress)
        self.hull = Hull(problem, decisions, self.trees)
        self.first = decisions.narrowed(problem.compiled)
        if not np.all(self.first[0] <= self.first[1]):  # no plan keeps the rules: that is for the search to find
            self.first = self.hull.lower, self.hull.upper
        self._narrow(*self.first)
        self.above, self.below = (np.full(len(self.lower), -np.inf) for _ in range(2))
        self.prices: list[FloatArray] = []
        self._most_rows = MOST_ROWS

    def know_plan(self) -> None:
        """Remember what the parts of the plan cost that is asked about, ships in fractions."""
        self._tried.append(self.asked.base)
        for tree, part in zip(self.trees, self.asked.parts, strict=True):
            tree.know(self.asked.base[tree.part.places.copies], part.base - tree.part.constant)

    def follow_plan(self) -> None:
        """Ask about the best plan from now on, and remember what its parts cost. Raises Interrupted."""
        self.asked.move_to(np.round(self.plan))
        self.know_plan()

    @property
    def plan(self) -> FloatArray:
        """Decisions of the best plan."""
        assert self.search.best is not None
        return np.asarray(self.search.best.values[self.decisions.columns])

    @property
    def cost(self) -> float:
        """Cost of the best plan, million USD; no plan dearer than that is looked for."""
        assert self.search.best is not None
        return self.search.best.objective

    @property
    def solved(self) -> int:
        """LPs of parts that were solved, all routes priced."""
        return self._together.count - sum(tree.trials for tree in self.trees)

    @property
    def open_gap(self) -> float:
        """What the gap asked for is in million USD."""
        return max(gap_asked(self.problem, self.search), LEAST_NEAR) * max(1.0, abs(self.cost))

    @property
    def _near(self) -> float:
        return NEAR_SHARE * self.open_gap / len(self.trees)

    @property
    def worth(self) -> float:
        """What a leaf or cut must raise the LP by to be worth it, million USD."""
        return WORTH_SHARE * self.open_gap / len(self.trees)

    def begin(self, prices: list[FloatArray]) -> None:
        """Let the trees work at some prices of the copies."""
        self.prices = prices
        for tree, each in zip(self.trees, prices, strict=True):
            tree.set_prices(each)

    def grow(self, most: int = TREE_LPS) -> None:
        """A tree a part at the prices it works at, of so many LPs at most. Raises Interrupted."""
        works = [
            tree.refine(tree.cheapest_state(prices) - self.worth, most, self._near)
            for tree, prices in zip(self.trees, self.prices, strict=True)
        ]
        self._together.do(works)
        self._sync()
        for number, (tree, prices) in enumerate(zip(self.trees, self.prices, strict=True)):
            bounds = tree.bounds(prices)
            for leaf, bound in zip(tree.leaves, bounds.tolist(), strict=True):
                near = bound <= bounds.min() + self.worth or self._holds_plan(tree, leaf)
                if near and id(leaf) not in self.hull.here:
                    self.hull.add(number, leaf, prices)

    def look(self, most: int) -> HullPoint | None:
        """Trees of a few LPs, and the bound that they tell together at once. Raises Interrupted."""
        self.grow(most)
        point = self.settle(roughly=True)
        raise_bound(self.problem, self.search, self.cost if point is None else min(point.bound, self.cost))
        self._tell(0)
        return point

    def _holds_plan(self, tree: PeriodTree, leaf: Leaf) -> bool:
        plan = self.asked.base[tree.part.places.copies]
        return bool(np.all(plan >= leaf.lower[: tree.copies]) and np.all(plan <= leaf.upper[: tree.copies]))

    def settle(self, *, roughly: bool = False) -> HullPoint | None:
        """The LP over the leaves with all that is known and matters in it; None when no plan is left. Interrupted.

        `roughly`: until the bound is good enough or near the LP's value, but once at least with what is known.
        """
        point = None
        if self.hull.solver.getNumRow() > self._most_rows:
            point = self.hull.solve()
            if point is not None:
                margin = MARGIN_SHARE * max(self.cost - point.bound, self.open_gap)
                self.hull = self.hull.thinned(point, margin)
                self._most_rows = max(MOST_ROWS, int(GROWTH * self.hull.solver.getNumRow()))
        for turn in range(INNER_ROUNDS):
            found = self.hull.solve() or self.reopened()
            if found is None:
                return None
            point = found
            gap = self.cost - point.bound
            clear = gap <= self.open_gap or point.value - point.bound <= CLEAR_SHARE * gap
            if gap <= 0 or (roughly and clear and turn) or not self.hull.take_known(point, self.worth):
                break
        return point

    def reopened(self) -> HullPoint | None:
        """Let every leaf join: where the LP without some of them allows no plan, one of these may."""
        before = len(self.hull.here)
        for number, tree in enumerate(self.trees):
            for leaf in tree.leaves:
                if id(leaf) not in self.hull.here:
                    self.hull.add(number, leaf, np.zeros(tree.copies))
        return self.hull.solve() if len(self.hull.here) > before else None

    def sharpen(self, point: HullPoint) -> None:
        """Solve the leaves that the point uses at its prices, and halve them: the point is in the LP no longer."""
        of_part: dict[int, list[tuple[Leaf, FloatArray]]] = {number: [] for number in range(len(self.trees))}
        for weight, held in self.hull.weighed(point):
            if weight > LEAST_WEIGHT:
                of_part[held.part].append((held.leaf, self.hull.copies_of(held, point) / weight))
        works = []
        for number, used in of_part.items():
            tree, prices = self.trees[number], point.prices[number]
            tree.set_prices(prices)
            least = float(point.least[number])
            ceiling = max(tree.cheapest_state(prices), least + self.worth)
            works.append(tree.sharpen(used, ceiling, self._near))
        self._together.do(works)
        self._sync()
        for number, tree in enumerate(self.trees):
            for leaf in tree.leaves:
                if id(leaf) not in self.hull.here and leaf.bound <= point.least[number] + 3 * self.worth:
                    self.hull.add(number, leaf, point.prices[number])

    def look_for_plan(self, point: HullPoint) -> bool:
        """Offer the best plan that the states near the point make; says whether it is the best so far."""
        states = rounded(self.hull, point)
        self._together.do([evaluate(tree, each, self._near) for tree, each in zip(self.trees, states, strict=True)])
        worth = max(self.worth, PLAN_SHARE * (self.cost - point.bound))
        for _ in range(PLANS):
            found = best_of_states(self.hull, point, self.cost - worth, self._tried)
            if found is None:
                return False
            self._tried.append(found)
            plan = self.asked.plan(found, whole=True)
            if self.search.keep(plan, self.problem.progress):
                self.asked.move_to(found)
                return True
        return False

    def rounds(self, *, patient: bool = False) -> HullPoint | None:
        """Better prices and sharper leaves in turn, until the gap is proven or little is gained. Raises Interrupted.

        `patient` where no other method follows: then as long as they close a share of the gap for their LPs.
        """
        gaps: list[float] = []
        patience = Patience(np.inf, self.solved, share_asked(self.problem.options))
        number = 0
        while True:
            point = self.settle(roughly=True)
            if point is None or point.bound >= self.cost:
                raise_bound(self.problem, self.search, self.cost)
                return None
            if point.bound > self.search.bound:
                self.prices = point.prices
            raise_bound(self.problem, self.search, point.bound)
            self._tell(number)
            if gap_reached(self.problem, self.search):
                return point
            looks = number % LOOK_AFTER == LOOK_AFTER - 1  # at the first prices the states near the point are poor
            if looks and self.look_for_plan(point) and gap_reached(self.problem, self.search):
                return point
            self.leave_out(point)
            gaps.append(self.search.gap)
            if patient and patience.ends(self.search.gap, self.solved):
                return point
            if not patient and len(gaps) > RESTING and gaps[-1 - RESTING] - gaps[-1] < LITTLE * RESTING * gaps[-1]:
                return point
            self.sharpen(point)
            number += 1

    def leave_out(self, point: HullPoint) -> int:
        """Shut out decisions that no plan below the cutoff can have, for good; returns how many."""
        hull = self.hull
        above, below = self.learn(point)
        lower, upper = hull.lower.copy(), hull.upper.copy()
        down, up = (above >= self.cost) & (upper > lower), (below >= self.cost) & (upper > lower)
        upper[down], lower[up] = lower[down], upper[up]
        fixed = int((down | up).sum())
        if not fixed or np.any(lower > upper):
            return 0
        self._narrow(lower, upper)
        return fixed

    def _narrow(self, lower: FloatArray, upper: FloatArray) -> None:
        """Keep all decisions within bounds from now on."""
        self.hull.hold(lower, upper)
        self.lower, self.upper = lower, upper
        for tree in self.trees:
            tree.narrow(lower[tree.part.places.copies], upper[tree.part.places.copies])
        self._sync()

    def learn(self, point: HullPoint) -> tuple[FloatArray, FloatArray]:
        """What a point says that plans cost which decide otherwise than the bounds held do, by decision.

        It is kept as `above` where the bounds held allow 0, and as `below` where they allow 1: elsewhere it says
        something else.
        """
        above, below = self.hull.otherwise(point)
        np.maximum(self.above, above, out=self.above, where=self.lower < 1)
        np.maximum(self.below, below, out=self.below, where=self.upper >= 1)
        return above, below

    def _sync(self) -> None:
        """Take leaves out of the LP that are no leaves any more."""
        kept = {id(leaf) for tree in self.trees for leaf in tree.leaves}
        for leaf in [held.leaf for key, held in self.hull.here.items() if key not in kept]:
            self.hull.drop(leaf)

    def _tell(self, number: int) -> None:
        leaves = sum(len(tree.leaves) for tree in self.trees)
        words = f"round {number}: {leaves:,} leaves, {len(self.hull.here):,} in the LP"
        self.problem.progress.tell("tighten", words, record=number % 5 == 0)
