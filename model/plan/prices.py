"""Prices of limits at a plan: what one more unit would save in a year, and what one unit less would cost.

Limits are installed capacities, in all rows in which they stand (both directions, all seasons, thresholds of delay),
what a feature counts in units (round trips of ships in a season), and rows of features and of a user's constraints.
Projects and ships stay as they are; routes, and what a policy leaves to each season, are chosen anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array

from model.formulation.formulation import Formulation
from model.network.graph import IntArray
from model.plan.constraint_rows import ABOUT_BUILDING, ROW, row_limits
from model.plan.mentions import mentions
from model.plan.plan_table import PRICES
from model.plan.tables import TABLES
from model.plan.values import plan_values
from model.solvers.core.highs import SolverError
from model.solvers.core.progress import Interrupted
from model.solvers.plans.slopes import Limit, Slope, Slopes
from model.solvers.problem import Problem, Solution

LEAST_SECONDS = 5.0  # of the clock, although time is up
GRACE, SHARE_OF_LIMIT = 0.1, 0.2  # of the time limit: although it is up, and while it is not
NO_TIME = "unknown: time was up before prices were worked out"
OTHER_FLOWS = "unknown: time was up, and the plan's routes are not the cheapest for what it builds"
NOT_SOLVED = "unknown: HiGHS could not solve an LP that tells them"
NOT_ASKED = "not asked: only the plan and its gap were"
NEEDED = "no plan keeps all policies with less"
NOT_PRICED = "a limit of several years, or an exact one, has no price of its own"
USERS = "constraint_rows"
OWN = ["shadow_price", "loss_price", "price_note"]
LimitKey = tuple[str, ...]
"""('link' or 'node', asset, measure, period), (word of a unit limit, what, period, season), ('row', constraint, row),
or (plan table, its key …) of a row of a feature."""


@dataclass(frozen=True)
class Prices:
    """Slopes of limits by key, present values of million USD a unit; `reason` says why some, or all, are not known.

    `keys` are all limits, in the order in which slopes count them.
    """

    slopes: Mapping[LimitKey, Slope]
    reason: str = ""
    keys: tuple[LimitKey, ...] = ()


def price_limits(problem: Problem, solution: Solution) -> Prices:
    """Prices of all limits at a plan; none for a plan whose flows are not the best for its decisions."""
    if problem.options.brief:
        return Prices({}, NOT_ASKED)
    limits = dict(_limits(problem, solution))
    try:
        slopes = Slopes(problem, solution, _seconds(problem), breaches(problem))
        if not slopes.fits:
            return Prices({}, OTHER_FLOWS)
        found = slopes.of(list(limits.values()))
    except Interrupted:
        return Prices({}, NO_TIME)
    except SolverError:  # the plan is there: prices are an extra
        return Prices({}, NOT_SOLVED)
    known = {key: slope for key, slope in zip(limits, found, strict=True) if slope is not None}
    return Prices(known, "" if len(known) == len(limits) else NO_TIME, tuple(limits))


def _seconds(problem: Problem) -> float:
    """What prices may take of the time limit, and a little more when that is over."""
    limit, progress = problem.options.time_limit, problem.progress
    if progress.stop_asked:
        return LEAST_SECONDS
    return max(LEAST_SECONDS, GRACE * limit) + min(SHARE_OF_LIMIT * limit, progress.time_left)


def breaches(problem: Problem) -> IntArray:
    """Columns that say by how much a limit is missed that must not be."""
    missable = {id(one.variable) for one in problem.formulation.missable}
    variables = problem.compiled.variables
    return np.array([column for column, one in enumerate(variables) if id(one) in missable], dtype=np.int64)


def _limits(problem: Problem, solution: Solution) -> Iterator[tuple[LimitKey, Limit]]:
    formulation, compiled = problem.formulation, problem.compiled
    row_of = {id(row): number for number, row in enumerate(compiled.constraints)}
    column_of = {id(variable): number for number, variable in enumerate(compiled.variables)}
    by_row, by_column = csr_array(compiled.matrix), csc_array(compiled.matrix)
    block = formulation.investment
    for index, definition in block.installed_definition.items():
        row, column = row_of[id(definition)], column_of[id(block.installed[index])]
        first, last = by_column.indptr[column], by_column.indptr[column + 1]
        rows, entries = by_column.indices[first:last].astype(np.int64), by_column.data[first:last]
        inside = compiled.row_block[rows] >= 0
        room = np.where(np.isfinite(compiled.row_upper[rows]), -entries, entries)[inside]
        amount = float(entries[rows == row][0])
        yield tuple(index), Limit(row, amount, rows[inside], room, float(solution.values[column]))
    for key, (limit, counted) in formulation.unit_limits.items():
        row, column = row_of[id(limit)], column_of[id(counted)]
        amount = float(by_row[row, column])
        other = float((by_row[[row]] @ solution.values)[0]) - amount * float(solution.values[column])
        side = compiled.row_upper[row] if amount > 0 else compiled.row_lower[row]
        level = (float(side) - other) / amount
        yield key, Limit(row, amount, np.array([row]), np.zeros(1), level)
    values = plan_values(formulation, solution)
    for of_row, held in formulation.priced_rows.items():
        if (row := row_of.get(id(held), -1)) >= 0 and not held.equality:
            upper, lower = compiled.row_upper[row], compiled.row_lower[row]
            amount, side = (1.0, upper) if np.isfinite(upper) else (-1.0, lower)
            yield of_row, Limit(row, amount, np.array([row]), np.zeros(1), abs(float(side)))
    yield from row_limits(problem, row_of, values)


def priced(formulation: Formulation, tables: Mapping[str, pd.DataFrame], prices: Prices) -> dict[str, pd.DataFrame]:
    """Tables with price columns, these filled: undiscounted, a year of the period."""
    found = {}
    for name, declared in TABLES.items():
        if declared.price_of is not None and name in tables:
            table, (word, columns) = tables[name], declared.price_of
            keys = [(word, *key) if word else key for key in _keys(table, columns)]
            pairs = zip(keys, table["period"], strict=True)
            cells = [_cells(formulation, prices, key, formulation.operating_weight(period)) for key, period in pairs]
            filled = pd.DataFrame(cells, columns=[column.name for column in PRICES], index=table.index)
            found[name] = table.drop(columns=filled.columns).join(filled)[table.columns]
    rows = {name: (name, "period", NOT_PRICED) for name, *_ in formulation.priced_rows}
    for name, (kind, period_of, reason) in {**rows, USERS: (ROW, "of_period", ABOUT_BUILDING)}.items():
        table = tables[name]
        pairs = zip(_keys(table, TABLES[name].key), table[period_of], strict=True)
        cells = [_own(formulation, prices, (kind, *key), str(period), reason) for key, period in pairs]
        found[name] = table.assign(**pd.DataFrame(cells, columns=OWN, index=table.index))
    return found


def _keys(table: pd.DataFrame, columns: tuple[str, ...]) -> list[LimitKey]:
    """What names the limit of each row."""
    return [tuple(map(str, key)) for key in table[list(columns)].itertuples(index=False)]


def _own(formulation: Formulation, prices: Prices, key: LimitKey, period: str, reason: str) -> tuple[float, float, str]:
    """Price columns of a row of a feature or a user, in the order of OWN: a year of its period, or the present value.

    `reason` is why a row has none where prices are known.
    """
    slope = prices.slopes.get(key)
    if slope is None:
        return np.nan, np.nan, prices.reason if key in prices.keys or not prices.keys else reason
    weight = formulation.operating_weight(period) if period else 1.0
    less = slope.less / weight if np.isfinite(slope.less) else np.nan
    return slope.more / weight, less, NEEDED if slope.less == np.inf else ""


def _cells(formulation: Formulation, prices: Prices, key: LimitKey, weight: float) -> tuple[float | str, ...]:
    """Price columns of one row, in order."""
    slope = prices.slopes.get(key)
    if slope is None:
        return np.nan, np.nan, np.nan, "", np.nan, prices.reason
    others = [_mention(formulation, prices.keys[other]) for other in slope.others]
    less = slope.less / weight if np.isfinite(slope.less) else np.nan
    together = slope.together / weight if others else np.nan
    note = NEEDED if slope.less == np.inf else ""
    return slope.more / weight, less, slope.bound / weight, mentions(others), together, note


def _mention(formulation: Formulation, key: LimitKey) -> tuple[str, tuple[str, ...]]:
    """('link', ('L090', 'kTEU')) or ('trips', ('Aktau-Alat feeder', 'winter')); one season needs no name."""
    if key not in formulation.unit_limits:
        return key[0], key[1:3]  # of a row of a user: its constraint, and its name in the model
    return key[0], (key[1], key[3]) if len(formulation.seasons) > 1 else key[1:2]
