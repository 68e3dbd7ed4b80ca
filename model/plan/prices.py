"""Prices of limits at a plan: what one more unit would save in a year, and what one unit less would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from scipy.sparse import csc_array

from model.formulation.formulation import Formulation
from model.network.graph import IntArray
from model.solvers.problem import Problem, Solution
from model.solvers.progress import Interrupted
from model.solvers.slopes import Limit, Slope, Slopes

MOST_SECONDS = 60.0  # of the clock
SHARE_OF_LIMIT = 0.05
LimitKey = tuple[str, ...]
"""('link' or 'node', asset, measure, period) or ('trips', service, period, season)."""


@dataclass(frozen=True)
class Prices:
    """Slopes by limit, present values; `reason` says why there are none."""

    slopes: dict[LimitKey, Slope]
    reason: str = ""


def limit_slopes(problem: Problem, solution: Solution) -> Prices:
    """Prices of all capacities and of the trips of all services."""
    limits = dict(_limits(problem, solution))
    try:
        never = np.array(list(_breaches(problem)), dtype=np.int64)
        slopes = Slopes(problem, solution, MOST_SECONDS, never)
        return Prices(dict(zip(limits, slopes.of(list(limits.values())), strict=True)))
    except Interrupted:
        return Prices({}, "time")


def _breaches(problem: Problem) -> Iterator[int]:
    formulation = problem.formulation
    missed = {id(block.missed) for block in map(lambda key: formulation.operations(*key), formulation.block_keys) if hasattr(block, "missed")}
    for i, variable in enumerate(problem.compiled.variables):
        if id(variable.parent_component()) in missed:
            yield i


def _limits(problem: Problem, solution: Solution) -> Iterator[tuple[LimitKey, Limit]]:
    formulation, compiled = problem.formulation, problem.compiled
    row_of = {id(row): i for i, row in enumerate(compiled.constraints)}
    column_of = {id(variable): i for i, variable in enumerate(compiled.variables)}
    by_row, by_column = compiled.matrix, csc_array(compiled.matrix)
    block = formulation.investment
    for index, definition in block.installed_definition.items():
        row, column = row_of[id(definition)], column_of[id(block.installed[index])]
        first, last = by_column.indptr[column], by_column.indptr[column + 1]
        rows, entries = by_column.indices[first:last], by_column.data[first:last]
        inside = compiled.row_block[rows] >= 0
        above = np.isfinite(compiled.row_upper[rows])
        amount = float(entries[rows == row][0])
        yield tuple(index), Limit(row, amount, rows[inside].astype(np.int64), np.where(above, -entries, entries)[inside], float(solution.values[column]))
    for key, limit in formulation.trip_limits.items():
        row = row_of[id(limit)]
        column = column_of[id(formulation.operations(key[1], key[2]).trips[key[0]])]
        amount = float(by_row[row, column])
        others = by_row[[row]]
        level = float(-(others @ solution.values)[0] / amount + solution.values[column])
        yield ("trips", *key), Limit(row, amount, np.array([row]), np.zeros(1), level)
