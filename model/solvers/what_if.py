"""What a plan would cost with other modules in service: exact, with the rest of its investments held.

Once the modules are fixed the model falls apart into parts that share nothing (in most cases one a period), each an LP
over routes of its own. A change of some modules is solved in the parts that it touches, from the basis of the plan, all
routes priced; a part whose flow stays possible and whose duals promise nothing costs what it cost before, without any
solve. The duals of the plan also give a lower bound of each change for the price of a product.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping

import numpy as np
import pyomo.environ as pyo
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from model.formulation.constraints.fleet import still_effective
from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.compiled import INVESTMENT
from model.solvers.part_lp import HELD, PartLP
from model.solvers.problem import Problem, Solution
from model.solvers.progress import Progress

PATIENCE = 10.0  # seconds of the clock for each of computing, at most
START_SECONDS = 60.0  # of the clock, for solving the plan itself once more
DECISIONS = ("in_service", "begun", "either", "opens", "at_least")
"""Variables of the investment block that follow from the modules in service, and those themselves."""

Modules = Mapping[tuple[str, str], int]
"""(project, period) → modules in service."""


class WhatIf:
    """Questions about one solved plan."""

    def __init__(self, problem: Problem, solution: Solution, seconds: float) -> None:
        """Solve the parts at the plan; questions may take so many seconds of computing from now on.

        Seconds of the processor and not of the clock, so that a busy machine answers as many as an idle one.
        """
        self._until = time.process_time() + seconds
        self.problem = dataclasses.replace(problem, progress=Progress(START_SECONDS + PATIENCE * seconds))
        self.solution = solution
        compiled, investment = problem.compiled, problem.formulation.investment
        self._investment = investment
        self._column = {id(variable): column for column, variable in enumerate(compiled.variables)}
        names = {id(getattr(investment, name)) for name in DECISIONS if hasattr(investment, name)}
        self.fixed = np.array(
            [i for i, variable in enumerate(compiled.variables) if id(variable.parent_component()) in names],
            dtype=np.int64,
        )
        self._place = {int(column): place for place, column in enumerate(self.fixed)}
        self.base = np.round(solution.values[self.fixed])
        for column, value in zip(self.fixed, self.base, strict=True):
            compiled.variables[column].set_value(float(value), skip_validation=True)
        self._rules = self._rows_of_fixed()
        self._rule_matrix = csr_array(csr_array(compiled.matrix[self._rules])[:, self.fixed])
        self.parts = [PartLP(self.problem, *part, self.fixed) for part in self._split()]
        for part in self.parts:
            part.start(solution, self.base)
        self._cost = compiled.cost[self.fixed]
        self._rest = solution.objective - float(self._cost @ self.base) - sum(part.told for part in self.parts)

    @property
    def time_left(self) -> float:
        """Seconds left for questions."""
        return min(self._until - time.process_time(), self.problem.progress.time_left)

    def _rows_of_fixed(self) -> IntArray:
        """Investment rows that hold nothing but fixed columns: rules and budgets."""
        compiled = self.problem.compiled
        free = np.ones(compiled.column_count)
        free[self.fixed] = 0.0
        others = np.asarray((abs(compiled.matrix) > 0).astype(float) @ free)
        return np.flatnonzero((compiled.row_block == INVESTMENT) & (others == 0))

    def _split(self) -> list[tuple[IntArray, IntArray]]:
        """(rows, columns) of the parts that share nothing once the modules are fixed."""
        compiled = self.problem.compiled
        rows, columns = coo_array(compiled.matrix).coords
        free: BoolArray = np.ones(compiled.column_count, dtype=np.bool_)
        free[self.fixed] = False
        kept = free[columns]
        row_count, column_count = compiled.row_count, compiled.column_count
        in_block = np.flatnonzero(compiled.row_block != INVESTMENT)  # rows of a block belong together: routes join them
        one = np.concatenate((rows[kept], in_block))
        two = np.concatenate((row_count + columns[kept], row_count + column_count + compiled.row_block[in_block]))
        size = row_count + column_count + len(compiled.blocks)
        graph = coo_array((np.ones(len(one)), (one.astype(np.int64), two.astype(np.int64))), shape=(size, size))
        _, label = connected_components(csr_array(graph), directed=False)
        labels = np.unique(label[in_block])
        return [
            (
                np.flatnonzero(label[:row_count] == one),
                np.flatnonzero(label[row_count : row_count + column_count] == one),
            )
            for one in labels
        ]

    def values(self, modules: Modules) -> FloatArray:
        """Values of the fixed columns with these modules in service and all others as in the plan."""
        values = self.base.copy()
        changed = [(self._investment.in_service[key], count) for key, count in modules.items()]
        before = [variable.value for variable, _ in changed]
        for variable, count in changed:
            variable.set_value(float(count), skip_validation=True)
            if id(variable) in self._column:
                values[self._place[self._column[id(variable)]]] = count
        for variable, value in self._following():
            column = self._column.get(id(variable))
            if column is not None:
                values[self._place[column]] = value
        for (variable, _), value in zip(changed, before, strict=True):
            variable.set_value(value, skip_validation=True)
        return values

    def _following(self) -> list[tuple[pyo.Var, float]]:
        """Columns that follow from the modules in service, with their values."""
        block, formulation = self._investment, self.problem.formulation
        found = [(variable, float(pyo.value(block.in_service[index]) > 0.5)) for index, variable in block.begun.items()]
        if hasattr(block, "opens"):
            found += [(variable, float(pyo.value(block.opened[key]) > 0.5)) for key, variable in block.opens.items()]
        if hasattr(block, "either"):
            first = formulation.case.table("ProjectRules").set_index("rule")["project"]
            last = formulation.periods[-1].name
            for rule, variable in block.either.items():
                project = first.loc[rule]
                built = project in block.PROJECTS and pyo.value(block.in_service[project, last]) > 0.5
                found.append((variable, float(built)))
        if hasattr(block, "at_least"):
            counts = effective_modules(self.problem)
            found += [
                (variable, float(counts[project, period] >= level - 0.5))
                for (project, level, period), variable in block.at_least.items()
            ]
        return found

    def broken(self, values: FloatArray) -> list[str]:
        """Rules and budgets that these values break although the plan keeps them, in words."""
        compiled = self.problem.compiled
        activity = np.asarray(self._rule_matrix @ values)
        slack = HELD * np.maximum(1.0, np.abs(activity))
        wrong = (activity > compiled.row_upper[self._rules] + slack) | (
            activity < compiled.row_lower[self._rules] - slack
        )
        words = []
        for row in self._rules[wrong]:
            note = self.problem.formulation.notes.get(id(compiled.constraints[row]))
            words.append(compiled.constraints[row].name if note is None else note.statement)
        return list(dict.fromkeys(words)) + self.impossible(values)

    def impossible(self, values: FloatArray) -> list[str]:
        """Bounds that these values break, in words: what cannot be built by then, more modules than there are."""
        compiled = self.problem.compiled
        upper, lower = compiled.upper[self.fixed], compiled.lower[self.fixed]
        words = []
        for column in self.fixed[(values > upper + HELD) | (values < lower - HELD)]:
            note = self.problem.formulation.notes.get(id(compiled.variables[column]))
            words.append(compiled.variables[column].name if note is None else note.statement)
        return list(dict.fromkeys(words))

    def investment(self, values: FloatArray) -> float:
        """What the modules themselves cost more than in the plan, million USD of present value."""
        return float(self._cost @ (values - self.base))

    def at_least(self, values: FloatArray) -> float:
        """Lower bound of the cost on top of the plan's, million USD, from the duals of the plan alone."""
        return self.investment(values) + sum(part.at_least(values) for part in self.parts)

    def exactly(self, values: FloatArray) -> float:
        """Cost on top of the plan's, million USD; inf where no flow is possible.

        Exact where the parts have no whole columns of their own; ships are shared out in fractions, in both plans.
        Raises Interrupted when the seconds are used up.
        """
        return self.investment(values) + sum(part.change(values) for part in self.parts)

    def plan(self, values: FloatArray) -> Solution | None:
        """The changed plan in full, ships in fractions; None where no flow is possible. Raises Interrupted."""
        compiled = self.problem.compiled
        result = self.solution.values.copy()
        result[self.fixed] = values
        flows: dict[tuple[int, int], float] = {}
        prices = [np.zeros(len(block.load_row)) for block in compiled.blocks]
        total = self._rest + float(self._cost @ values)
        for part in self.parts:
            read = part.read(values)
            if read is None:
                return None
            total += read.value
            result[part.columns] = read.columns
            flows.update(read.flows)
            for number, of_block in read.prices.items():
                prices[number] = of_block
        return Solution(total, compiled.variables, result, flows, tuple(prices))


def effective_modules(problem: Problem) -> dict[tuple[str, str], float]:
    """(dredging project, period) → modules whose depth has not worn off, at the present values."""
    from model.formulation.fleets import dredgings

    formulation = problem.formulation
    found = {}
    for work in dredgings(formulation.case):
        for position, period in enumerate(formulation.investment.PERIODS):
            found[work.project, period] = float(pyo.value(still_effective(formulation, work, position)))
    return found
