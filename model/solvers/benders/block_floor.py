"""What one operations block must cost at least under any whole investment: floors that the master's cuts cannot see.

The cuts of a block bound its cost V(z) for fractional z too, and there a third of a project gives a third of its
capacity for a third of its price. Over whole z that the budgets up to the block's year could pay for, V costs more.
The least of it is the optimum of a small MIP: the block's cuts, whole doorway steps, and what the investment rows say
of them. Its proven bound is a valid cut of the master (estimate >= floor), whatever cuts were known; every z that the
MIP proposes is evaluated, which makes both the MIP and the master sharper just where cheap plans of that year lie. A
cut at a corner says little of its neighbours, so a point between it and the cheapest steps known is evaluated too.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csr_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.benders.master import Master, Row
from model.solvers.core.highs import Status, hear_stop, limit_time, new_solver
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.core.linear_program import LinearProgram, wider

INFINITY = float("inf")
NODES = 2000
PROPOSALS = 4  # better solutions of one MIP that are evaluated
INNER = 0.7  # how far from the cheapest steps known towards a proposal the second cut is taken
FAR_SHARE = 0.2  # while a floor is far from what it costs at most, its MIP is solved to this part of the difference
SAME_PRICE = 2.0  # rows that are added up may differ in their coefficients by this factor


class BlockFloor:
    """MIP over what block `number` sees of the investments; `step_groups` are steps that it sees alike."""

    def __init__(self, master: Master, number: int) -> None:
        """Set up the columns (a sum of steps for each group, then the estimate) and rows without cuts."""
        self._master, self.number = master, number
        space = master.space
        self._groups = step_groups(space, master.door_steps(number))
        self._first = np.array([group[0] for group in self._groups], dtype=np.int64)
        self.usable = bool(self._groups) and all((space.lower[group] >= 0).all() for group in self._groups)
        self.bound, self.best = -INFINITY, INFINITY
        self.is_spent = False  # a MIP asked to be sharp proposed nothing new
        self._is_sharp = False
        self._cheapest: FloatArray | None = None
        self._taken = 0
        self._seen: set[bytes] = set()
        self._found: list[FloatArray] = []
        if self.usable:
            self._solver = new_solver(master.problem.options, parallel="off", mip_max_nodes=NODES)
            self._pass()

    def _pass(self) -> None:
        space, groups = self._master.space, self._groups
        matrix, limits = implied_rows(space, groups)
        count = len(groups)
        LinearProgram(
            np.append(np.zeros(count), 1.0),
            np.append([space.lower[group].sum() for group in groups], -INFINITY),
            np.append([space.upper[group].sum() for group in groups], INFINITY),
            wider(matrix, count + 1), np.full(len(limits), -INFINITY), limits,
            whole=np.flatnonzero([bool(space.integer[group].all()) for group in groups]),
        ).pass_to(self._solver, "the MIP of a block's floor")  # fmt: skip

        def on_better(event: object) -> None:
            self._found.append(np.array(event.data_out.mip_solution)[:count])  # type: ignore[attr-defined]

        self._solver.cbMipImprovingSolution += on_better
        hear_stop(self._solver, self._master.problem.progress)

    def take_cuts(self) -> None:
        """Add the cuts that the master got since."""
        for row in self._master.rows[self._taken :]:
            if row.number != self.number or row.floor:
                continue
            coefficients = row.coefficients[self._first]
            used = np.flatnonzero(coefficients)
            index, value = used.astype(np.int32), -coefficients[used]
            if not row.feasibility:
                index, value = np.append(index, np.int32(len(self._groups))), np.append(value, 1.0)
            self._solver.addRow(row.constant, INFINITY, len(index), index, value)
        self._taken = len(self._master.rows)

    @property
    def open(self) -> float:
        """How much more than the bound the cheapest steps known cost; inf as long as none are known.

        0 where the MIP has no solution: then no steps serve the block.
        """
        return 0.0 if self.bound == INFINITY else max(0.0, self.best - self.bound)

    def hear(self, steps: FloatArray, value: float) -> None:
        """Take what the block costs at some steps."""
        if value < self.best:
            self.best, self._cheapest = value, steps

    def inner(self, steps: FloatArray) -> FloatArray | None:
        """A point between some steps and the cheapest known; None where there is none in between."""
        if self._cheapest is None or steps is self._cheapest:
            return None
        return np.asarray(INNER * steps + (1.0 - INNER) * self._cheapest)

    def solve(self, tolerance: float) -> None:
        """Solve the MIP for a floor to an absolute tolerance; raises the bound. Safe in a thread of its own."""
        self._found.clear()
        solver = self._solver
        solver.setOptionValue("mip_rel_gap", 0.0)
        far = FAR_SHARE * self.open if np.isfinite(self.open) and not self._is_sharp else 0.0
        solver.setOptionValue("mip_abs_gap", max(0.5 * tolerance, far))
        limit_time(solver, self._master.problem.progress.time_left)
        solver.run()
        if solver.getModelStatus() == Status.kInfeasible:
            self.bound = INFINITY
            return
        info = solver.getInfo()
        if np.isfinite(info.mip_dual_bound):
            self.bound = max(self.bound, float(info.mip_dual_bound))
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self._found.append(np.array(solver.getSolution().col_value)[: len(self._groups)])

    def proposals(self) -> list[FloatArray]:
        """Steps that have the last MIP's better solutions, those not proposed before."""
        result = []
        space = self._master.space
        whole: BoolArray = space.integer[self._first]
        for found in reversed(self._found[-PROPOSALS:]):
            values = np.where(whole, np.round(found), found)
            key = np.round(values, 6).tobytes()
            if key in self._seen:
                continue
            self._seen.add(key)
            steps = space.lower.copy()
            for group, value in zip(self._groups, values, strict=True):
                steps[group[0]] = value - space.lower[group[1:]].sum()
            result.append(steps)
        self.is_spent = self._is_sharp and not result
        self._is_sharp = not result
        return result

    def row(self) -> Row:
        """The floor as a cut."""
        return Row(self.number, self.bound, np.zeros(self._master.space.size), False, floor=True)


def step_groups(space: InvestmentSpace, seen: csr_array) -> list[IntArray]:
    """Steps that stand alike in all doorway columns `seen` (rows: doorway columns) and can be above 0."""
    by_step = csr_array(seen.T)
    groups: dict[bytes, list[int]] = {}
    for step in range(space.size):
        first, last = by_step.indptr[step], by_step.indptr[step + 1]
        values = by_step.data[first:last]
        here = values != 0
        if here.any() and (space.upper[step] > 0 or space.lower[step] < 0):
            order = np.argsort(by_step.indices[first:last][here])
            key = by_step.indices[first:last][here][order].tobytes() + np.round(values[here][order], 9).tobytes()
            groups.setdefault(key, []).append(step)
    return [np.array(group, dtype=np.int64) for group in groups.values()]


def implied_rows(space: InvestmentSpace, groups: list[IntArray]) -> tuple[csr_array, FloatArray]:
    """Rows `matrix @ sums <= limits` over the groups' sums that follow from the investment rows.

    A row sum a·y <= u gives sum over groups (least a in the group) × (sum of the group) <= u less the least that other
    steps add, as steps are not negative. Single rows give what opens at most once; yearly budgets say something of a
    group only together, so rows that price the same groups in different steps are added up.
    """
    upper = space.row_upper < INFINITY
    lower = space.row_lower > -INFINITY
    table = np.vstack([space.rows[np.flatnonzero(upper)].toarray(), -space.rows[np.flatnonzero(lower)].toarray()])
    limits = np.concatenate((space.row_upper[upper], -space.row_lower[lower]))
    all_rows = [*zip(table, limits, strict=True), *_sums(table, limits, groups)]
    inside = np.zeros(space.size, dtype=np.bool_)
    inside[np.concatenate(groups)] = True
    kept_rows: list[FloatArray] = []
    kept_limits: list[float] = []
    for row, limit in all_rows:
        outside = row[~inside]
        least = np.where(outside > 0, space.lower[~inside], space.upper[~inside])
        rest = float((outside[outside != 0] * least[outside != 0]).sum())
        implied = np.array([row[group].min() for group in groups])
        if np.isfinite(rest) and np.any(implied != 0):
            kept_rows.append(implied)
            kept_limits.append(limit - rest)
    shape = (len(kept_rows), len(groups))
    return csr_array(np.array(kept_rows).reshape(shape)), np.array(kept_limits)


def _sums(table: FloatArray, limits: FloatArray, groups: list[IntArray]) -> list[tuple[FloatArray, float]]:
    """Sums of rows without negative entries that lie wholly in the groups and price the same ones in other steps."""
    inside = np.zeros(table.shape[1], dtype=np.bool_)
    inside[np.concatenate(groups)] = True
    sums: list[tuple[FloatArray, FloatArray, float]] = []
    for row, limit in zip(table, limits, strict=True):
        if (row < 0).any() or row[~inside].any():
            continue
        price = np.array([row[group].max() for group in groups])
        if np.all([row[group].min() == row[group].max() for group in groups]):
            continue  # says by itself all that it can
        for i, (total, prices, so_far) in enumerate(sums):
            both = (price > 0) & (prices > 0)
            ratio = price[both] / prices[both]
            apart = not np.any((row > 0) & (total > 0))
            if apart and both.any() and ratio.max() <= SAME_PRICE and ratio.min() >= 1 / SAME_PRICE:
                sums[i] = (total + row, np.maximum(price, prices), so_far + limit)
                break
        else:
            sums.append((row.copy(), price, float(limit)))
    return [(total, limit) for total, _, limit in sums]
