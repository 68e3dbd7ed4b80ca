"""The columns that say what is built, the rows that hold nothing else, and the nearest plan that keeps these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled
from model.solvers.core.highs import new_solver, run_mip
from model.solvers.core.linear_program import LinearProgram
from model.solvers.problem import Problem

NEAR = 0.01  # relative gap of the distance
WHOLE = 1e-6  # what is so near to a whole number is one


@dataclass(frozen=True)
class Decisions:
    """Columns (by compiled column) and rules: `rules` are compiled rows, `matrix` has shape (rules, columns)."""

    columns: IntArray
    rules: IntArray
    matrix: csr_array

    @staticmethod
    def of(problem: Problem) -> Decisions:
        """What is built and renewed in a problem, and the columns that follow from that.

        Rules are investment rows that hold nothing but decisions: rules and budgets.
        """
        compiled, formulation = problem.compiled, problem.formulation
        investment, followers = formulation.investment, formulation.followers.values()
        decided = {id(variable) for part in (investment.built, investment.renewed) for variable in part.values()}
        decided |= {id(one.variable) for found in followers for one in found}
        columns = np.array([i for i, one in enumerate(compiled.variables) if id(one) in decided], dtype=np.int64)
        free = np.ones(compiled.column_count)
        free[columns] = 0.0
        others = np.asarray((abs(compiled.matrix) > 0).astype(float) @ free)
        rules = np.flatnonzero((compiled.row_block == INVESTMENT) & (others == 0))
        return Decisions(columns, rules, csr_array(csr_array(compiled.matrix[rules])[:, columns]))

    def leave_one(self, compiled: Compiled) -> bool:
        """Whether bounds and rules leave no more than one plan, as when every opening is decided.

        Columns that cost nothing and stand in rules alone (which of two ways keeps a rule) make no other plan.
        """
        elsewhere = np.delete(np.arange(compiled.row_count), self.rules)
        used = np.diff(csc_array(csr_array(compiled.matrix)[elsewhere][:, self.columns]).indptr) > 0
        matters = used | (compiled.cost[self.columns] != 0)
        lower, upper = self.narrowed(compiled)
        return bool(np.all(lower <= upper)) and not np.any((lower < upper) & matters)

    def narrowed(self, compiled: Compiled, upper: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Bounds of the decisions that each rule narrows by those of its others, until nothing changes.

        So what is committed to one year stands in all later ones. A lower bound above its upper one says that no plan
        keeps the rules. Where some have no bound, all stay as they are. `upper` are bounds to begin with, in place of
        the model's.
        """
        entries = coo_array(self.matrix)
        row, column, value = (*entries.coords, entries.data)
        lower = compiled.lower[self.columns].copy()
        upper = compiled.upper[self.columns].copy() if upper is None else upper.copy()
        row_lower, row_upper = compiled.row_lower[self.rules], compiled.row_upper[self.rules]
        bounded = bool(np.isfinite(lower).all() and np.isfinite(upper).all())  # else rules say nothing by their sums
        while bounded and np.all(lower <= upper):
            before = lower.copy(), upper.copy()
            ends = value * lower[column], value * upper[column]
            low, high = np.minimum(*ends), np.maximum(*ends)
            least, most = (np.bincount(row, each, len(self.rules)) for each in (low, high))
            sides = (row_upper[row] - least[row] + low) / value, (row_lower[row] - most[row] + high) / value
            np.minimum.at(upper, column, np.floor(np.where(value > 0, *sides) + WHOLE))
            np.maximum.at(lower, column, np.ceil(np.where(value > 0, *reversed(sides)) - WHOLE))
            if np.array_equal(lower, before[0]) and np.array_equal(upper, before[1]):
                break
        return lower, upper

    def parts(self, compiled: Compiled) -> list[tuple[IntArray, IntArray]]:
        """(rows, columns) of the parts of the model that share nothing once the decisions are fixed."""
        rows, columns = coo_array(compiled.matrix).coords
        free: BoolArray = np.ones(compiled.column_count, dtype=np.bool_)
        free[self.columns] = False
        kept = free[columns]
        row_count, column_count = compiled.row_count, compiled.column_count
        in_block = np.flatnonzero(compiled.row_block != INVESTMENT)  # rows of a block belong together: routes join them
        one = np.concatenate((rows[kept], in_block))
        two = np.concatenate((row_count + columns[kept], row_count + column_count + compiled.row_block[in_block]))
        size = row_count + column_count + len(compiled.blocks)
        graph = coo_array((np.ones(len(one)), (one.astype(np.int64), two.astype(np.int64))), shape=(size, size))
        _, label = connected_components(csr_array(graph), directed=False)
        touched = np.diff(csr_array(csr_array(compiled.matrix)[:, self.columns]).indptr) > 0
        touched[self.rules] = False
        labels = np.unique(label[np.concatenate((in_block, np.flatnonzero(touched)))])
        of_row, of_column = label[:row_count], label[row_count : row_count + column_count]
        return [(np.flatnonzero(of_row == one), np.flatnonzero(of_column == one)) for one in labels]


def nearest(problem: Problem, decisions: Decisions, values: FloatArray) -> FloatArray | None:
    """The whole decisions that keep all rules and lie nearest to `values` by the sum of distances; None without any.

    `values` has shape (decisions,).
    """
    compiled, count = problem.compiled, len(decisions.columns)
    one = csr_array(eye_array(count))
    # columns are the decisions and then their distances: -distance <= decision - value <= distance
    nothing = csr_array((len(decisions.rules), count))
    matrix = csr_array(vstack([hstack([decisions.matrix, nothing]), hstack([one, one]), hstack([one, -one])]))
    far = np.full(count, np.inf)
    solver = new_solver(problem.options, mip_rel_gap=NEAR)
    LinearProgram(
        np.concatenate((np.zeros(count), np.ones(count))),
        np.concatenate((compiled.lower[decisions.columns], np.zeros(count))),
        np.concatenate((compiled.upper[decisions.columns], far)),
        matrix,
        np.concatenate((compiled.row_lower[decisions.rules], values, -far)),
        np.concatenate((compiled.row_upper[decisions.rules], far, values)),
        whole=np.arange(count),
    ).pass_to(solver, "the MIP of the nearest plan")
    result = run_mip(solver, problem.progress, "nearest plan", trust_bound=False)
    return None if result.values is None else np.round(result.values[:count])
