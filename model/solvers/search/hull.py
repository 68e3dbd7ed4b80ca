"""One LP over the leaves of all parts and their cuts: the best prices of the copies, and what joins the parts.

Columns are the decisions, and for each leaf in the LP its weight, its share of the copies and its cost. In each part
the weights add up to 1; what the leaves of a part say of a copy adds up to the decision; the decisions keep the rules.

    minimise  Σ cost · decision + Σ leaf cost
    decision within its bounds, rules of decisions;  Σ weight = 1 in each part;  Σ share = decision for each copy
    lower · weight <= share <= upper · weight;  leaf cost >= constant · weight + slope · share for each cut

Upper bounds of shares would be nine tenths of its rows: only those that a solution without them broke are in it.

Its duals on the rows that tie copies to decisions are prices. The lower bound is counted from these alone: least cost
of the decisions at the prices, and in each part the least bound of any leaf, in the LP or not (`hull_bounds.py`).
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, Status, new_solver, solve_lp
from model.solvers.core.progress import Interrupted
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem
from model.solvers.search.hull_bounds import INFINITY, HullBounds, HullPoint, InHull
from model.solvers.search.period_tree import Leaf, PeriodTree

HARDLY = 1e-9  # weight of a leaf that counts as none
TOO_FAR = 1e-7  # share of a copy
# Iterations from the last basis; more hardly end: the dual simplex then cleans up by primal ones, for minutes at 37 000
# rows, where 15 000 afresh take a second.
FROM_BASIS = 3_000
FEW_CUTS, LEAVES_AT_A_TIME, CUTS_AT_A_TIME = 4, 8, 2


class Hull(HullBounds):
    """The LP over leaves; leaves and cuts join as they are needed."""

    def __init__(self, problem: Problem, decisions: Decisions, trees: list[PeriodTree]) -> None:
        """Begin with the decisions alone."""
        super().__init__(problem, decisions, trees)
        self._grew = False  # leaves have joined since it was solved
        self._first_copy = len(decisions.rules) + np.concatenate(([0], np.cumsum([tree.copies for tree in trees])))
        self._first_sum = int(self._first_copy[-1])
        self.solver = new_solver(problem.options, parallel="off", threads=problem.options.threads)
        self._pass()

    def _pass(self) -> None:
        decisions, trees = self.decisions, self.trees
        count, rules = len(decisions.columns), len(decisions.rules)
        copies = np.concatenate([tree.part.places.copies for tree in trees]).astype(np.int64)
        ties = coo_array((-np.ones(len(copies)), (rules + np.arange(len(copies)), copies)),
                         shape=(self._first_sum + len(trees), count))  # fmt: skip
        entries = coo_array(decisions.matrix)
        places = [np.append(one, other) for one, other in zip(entries.coords, ties.coords, strict=True)]
        matrix = csc_array(coo_array((np.append(entries.data, ties.data), tuple(places)), shape=ties.shape))
        nothing, one = np.zeros(len(copies)), np.ones(len(trees))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_ = np.concatenate((self.row_lower, nothing, one))
        lp.row_upper_ = np.concatenate((self.row_upper, nothing, one))
        lp.offset_ = self.constant
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        if self.solver.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused the LP over leaves")

    def add(self, number: int, leaf: Leaf, prices: FloatArray) -> None:
        """Let a leaf of part `number` join, with the cuts that say most of it at these prices."""
        tree, copies = self.trees[number], self.trees[number].copies
        lower, upper = np.round(leaf.lower[:copies]), np.round(leaf.upper[:copies])
        free = np.flatnonzero(upper > lower)
        width, first = (upper - lower)[free], self.solver.getNumCol()
        held = InHull(number, leaf, leaf.lower.copy(), leaf.upper.copy(), free, width, first)
        ties = self._first_copy[number]
        fixed = np.flatnonzero(lower)
        rows = [np.append(ties + fixed, self._first_sum + number), ties + free]
        index = np.concatenate(rows).astype(np.int32)
        values = np.concatenate((lower[fixed], np.ones(1 + len(free))))
        starts = np.concatenate(([0], len(rows[0]) + np.arange(len(free)), [len(index)])).astype(np.int32)
        count = len(free) + 2
        low, high = np.zeros(count), np.full(count, INFINITY)
        low[-1] = -INFINITY
        cost = np.zeros(count)
        cost[-1] = 1.0
        self.solver.addCols(count, cost, low, high, len(index), starts, index, values)
        self.here[id(leaf)], self._grew = held, True
        slopes = tree.part.slopes.copy()
        slopes[:, :copies] += prices
        told = tree.part.constants + np.maximum(slopes, 0.0) @ leaf.lower + np.minimum(slopes, 0.0) @ leaf.upper
        for cut in np.argsort(-told, kind="stable")[:FEW_CUTS].tolist():
            self.add_cut(held, cut)

    def _hold_shares(self, held: InHull, places: IntArray) -> None:
        """Let shares of free copies, by their places, go no further than the leaf's width times its weight."""
        count, row = len(places), self.solver.getNumRow()
        held.share_rows.update(zip(places.tolist(), range(row, row + count), strict=True))
        pairs = np.column_stack((np.full(count, held.first), held.first + 1 + places)).astype(np.int32)
        sides = np.column_stack((held.width[places], -np.ones(count)))
        starts = 2 * np.arange(count, dtype=np.int32)
        zeros, ends = np.zeros(count), np.full(count, INFINITY)
        self.solver.addRows(count, zeros, ends, pairs.size, starts, pairs.ravel(), sides.ravel())

    def _hold_what_goes_too_far(self, columns: FloatArray) -> int:
        """Hold the shares that go further than their leaves in a point; how many."""
        added = 0
        for held in self.here.values():
            shares = columns[held.first + 1 : held.cost_column]
            over = np.flatnonzero(shares > held.width * columns[held.first] + TOO_FAR)
            places = np.array([place for place in over.tolist() if place not in held.share_rows], dtype=np.int64)
            if len(places):
                self._hold_shares(held, places)
                added += len(places)
        return added

    def add_cut(self, held: InHull, cut: int) -> int:
        """Let a cut of its part hold for a leaf; returns how many were added."""
        if cut in held.cuts:
            return 0
        part, copies = self.trees[held.part].part, self.trees[held.part].copies
        slope = part.slopes[cut]
        own = slice(copies, None)
        constant = part.constants[cut] + float(slope[:copies] @ np.round(held.lower[:copies]))
        constant += float(np.maximum(slope[own], 0.0) @ held.lower[own] + np.minimum(slope[own], 0.0) @ held.upper[own])
        used = np.flatnonzero(slope[held.free])
        index = np.concatenate(([held.cost_column, held.first], held.first + 1 + used)).astype(np.int32)
        values = np.concatenate(([1.0, -constant], -slope[held.free[used]]))
        held.cuts[cut] = self.solver.getNumRow()
        self.solver.addRow(0.0, INFINITY, len(index), index, values)
        return 1

    def drop(self, leaf: Leaf) -> None:
        """Take a leaf out again."""
        held = self.here.pop(id(leaf), None)
        if held is not None:
            index = np.arange(held.first, held.cost_column, dtype=np.int32)
            self.solver.changeColsBounds(len(index), index, np.zeros(len(index)), np.zeros(len(index)))

    def hold(self, lower: FloatArray, upper: FloatArray) -> None:
        """Keep the decisions within bounds."""
        self.lower, self.upper = lower, upper
        self.solver.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)

    def solve(self) -> HullPoint | None:
        """The optimum; None when the leaves in the LP allow no plan. Raises Interrupted."""
        status = self._run()
        while status == Status.kOptimal and self._hold_what_goes_too_far(np.array(self.solver.getSolution().col_value)):
            status = self._run()
        if status == Status.kInfeasible:
            return None
        if status != Status.kOptimal:  # HiGHS gave up, which proves nothing: what was found until now counts
            raise Interrupted
        solution = self.solver.getSolution()
        duals, columns = np.array(solution.row_dual), np.array(solution.col_value)
        ends = self._first_copy
        prices = [-duals[ends[number] : ends[number + 1]] for number in range(len(self.trees))]
        told = [self.bounds_of_leaves(number, prices[number], duals) for number in range(len(self.trees))]
        least = np.array([each.min(initial=INFINITY) for each, _ in told])
        apart, reduced = self.of_decisions(prices, duals[: len(self.row_lower)])
        value = float(self.solver.getInfo().objective_function_value)
        bounds, slopes = [each for each, _ in told], [each for _, each in told]
        return HullPoint(value, columns, prices, apart + float(least.sum()), least, bounds, slopes, reduced)

    def _run(self) -> Status:
        """Solve from the last basis; afresh where that takes many iterations. Raises Interrupted.

        By the primal simplex where leaves have joined: they have no weight yet, so the basis is nearly feasible still.
        """
        primal, self._grew = self._grew, False
        return solve_lp(self.solver, self.problem.progress, primal=primal, patience=FROM_BASIS)

    def take_known(self, point: HullPoint, worth: float) -> int:
        """Add leaves and cuts that are known and would raise the LP by more than `worth`, million USD; how many."""
        added = 0
        rows = np.array(self.solver.getSolution().row_dual)
        for number, tree in enumerate(self.trees):
            inside = rows[self._first_sum + number]
            order = np.argsort(point.leaf_bounds[number], kind="stable").tolist()
            outside = [place for place in order if id(tree.leaves[place]) not in self.here]
            for place in outside[:LEAVES_AT_A_TIME]:
                if point.leaf_bounds[number][place] < inside - worth:
                    self.add(number, tree.leaves[place], point.prices[number])
                    added += 1
        for held in list(self.here.values()):
            weight = point.columns[held.first] if held.first < len(point.columns) else 0.0
            if weight > HARDLY:
                told = self._cuts_at(held, self.copies_of(held, point) / weight)
                cost = point.columns[held.cost_column] / weight
                for cut in np.argsort(-told, kind="stable")[:CUTS_AT_A_TIME].tolist():
                    if weight * (told[cut] - cost) > worth:
                        added += self.add_cut(held, cut)
        return added

    def copies_of(self, held: InHull, point: HullPoint) -> FloatArray:
        """Copies of a leaf in the point, times its weight."""
        copies = self.trees[held.part].copies
        values = np.round(held.lower[:copies]) * point.columns[held.first]
        values[held.free] += point.columns[held.first + 1 : held.cost_column]
        return np.asarray(values)

    def _cuts_at(self, held: InHull, copies: FloatArray) -> FloatArray:
        """What every cut of its part says of a leaf at values of the copies."""
        part, first = self.trees[held.part].part, self.trees[held.part].copies
        own = part.slopes[:, first:]
        of_own = np.maximum(own, 0.0) @ held.lower[first:] + np.minimum(own, 0.0) @ held.upper[first:]
        return np.asarray(part.constants + part.slopes[:, :first] @ copies + of_own)

    def weighed(self, point: HullPoint) -> list[tuple[float, InHull]]:
        """Leaves that have a weight in the point, the heaviest first."""
        known = [held for held in self.here.values() if held.first < len(point.columns)]
        found = [(float(point.columns[held.first]), held) for held in known]
        return sorted((one for one in found if one[0] > HARDLY), key=lambda one: -one[0])

    def decided(self, point: HullPoint) -> FloatArray:
        """Values of the decisions in the point."""
        return np.asarray(point.columns[: len(self.cost)])

    def thinned(self, point: HullPoint, margin: float) -> Hull:
        """The LP anew, with the leaves whose bounds lie within `margin` of the least, and the cuts that count.

        Leaves and cuts left out are known still, and come back when they matter.
        """
        fresh = Hull(self.problem, self.decisions, self.trees)
        fresh.hold(self.lower, self.upper)
        duals = np.array(self.solver.getSolution().row_dual)
        for held in self.here.values():
            tree = self.trees[held.part]
            place = next((place for place, leaf in enumerate(tree.leaves) if leaf is held.leaf), None)
            if place is None or point.leaf_bounds[held.part][place] > point.least[held.part] + margin:
                continue
            fresh.add(held.part, held.leaf, point.prices[held.part])
            new = fresh.here[id(held.leaf)]
            for cut, row in held.cuts.items():
                if row < len(duals) and duals[row] > HARDLY:
                    fresh.add_cut(new, cut)
            kept = [place for place, row in held.share_rows.items() if row < len(duals) and duals[row] > HARDLY]
            if kept and np.array_equal(new.free, held.free):
                fresh._hold_shares(new, np.array(kept, dtype=np.int64))
        return fresh
