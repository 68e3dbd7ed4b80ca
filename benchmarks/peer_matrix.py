"""The textbook arc-flow model given to HiGHS as matrices: the peer with no modelling-language time in it.

Columns are flow[group, arc], unserved[demand] per period and opened[project, period]; rows are flow balances,
capacities, forcing rows (strong formulation), module limits, budgets and project rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from benchmarks.arcflow import ArcFlow, Floats, Whole
from benchmarks.peer_ending import Ending, Limits, highs_ending


@dataclass
class _Rows:
    """Rows gathered as triplets with their limits."""

    row: list[Whole] = field(default_factory=list)
    column: list[Whole] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, lower: Floats, upper: Floats) -> int:
        """New rows with these limits; returns the position of the first."""
        first = self.count
        self.lower.append(lower)
        self.upper.append(upper)
        self.count += len(lower)
        return first

    def entries(self, row: object, column: object, value: object) -> None:
        """Coefficients, broadcast against each other."""
        rows, columns, values = np.broadcast_arrays(np.asarray(row), np.asarray(column), np.asarray(value, dtype=float))
        self.row.append(rows.ravel())
        self.column.append(columns.ravel())
        self.value.append(values.ravel())


class Columns:
    """Positions of the columns of the model."""

    def __init__(self, model: ArcFlow) -> None:
        """Lay out flow, then unserved, then opened columns."""
        self._groups, self._arcs = len(model.groups), len(model.arcs.tail)
        self._demands = len(model.destination)
        self._first_unserved = model.periods * self._groups * self._arcs
        self._first_opened = self._first_unserved + (0 if model.penalty is None else model.periods * self._demands)
        self._periods = model.periods
        self.count = self._first_opened + len(model.projects.keys) * model.periods

    def flow(self, group: int, period: int) -> Whole:
        """Columns of the flow of a group on every arc."""
        first = (period * self._groups + group) * self._arcs
        return np.arange(first, first + self._arcs)

    def unserved(self, period: int) -> Whole:
        """Columns of the unserved amount of every demand."""
        first = self._first_unserved + period * self._demands
        return np.arange(first, first + self._demands)

    def opened(self, project: int, until: int | None = None) -> Whole:
        """Columns of the modules opened in each period up to and with `until`."""
        first = self._first_opened + project * self._periods
        return np.arange(first, first + (self._periods if until is None else until + 1))


def build(model: ArcFlow) -> highspy.HighsLp:
    """The model as a HiGHS LP with integer columns."""
    columns, rows = Columns(model), _Rows()
    for period in range(model.periods):
        _add_operations(model, columns, rows, period)
    _add_investment(model, columns, rows)
    cost, upper, whole = _column_data(model, columns)
    triplets = (np.concatenate(rows.value), (np.concatenate(rows.row), np.concatenate(rows.column)))
    matrix: Any = sparse.csr_matrix(triplets, shape=(rows.count, columns.count))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns.count, rows.count
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(columns.count), upper
    lp.row_lower_, lp.row_upper_ = np.concatenate(rows.lower), np.concatenate(rows.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(flag)] for flag in whole]
    return lp


def _column_data(model: ArcFlow, columns: Columns) -> tuple[Floats, Floats, Floats]:
    """Cost, upper bound and integrality of every column."""
    cost, upper = np.zeros(columns.count), np.full(columns.count, np.inf)
    whole = np.zeros(columns.count)
    for period, weight in enumerate(model.weight):
        for number, group in enumerate(model.groups):
            cost[columns.flow(number, period)] = weight * model.arcs.unit_cost(group.value_of_time)
        if model.penalty is not None:
            cost[columns.unserved(period)] = weight * model.penalty
            upper[columns.unserved(period)] = model.amounts[:, period]
    projects = model.projects
    for j in range(len(projects.keys)):
        found = columns.opened(j)
        cost[found] = projects.capital[j]
        upper[found] = np.where(np.arange(model.periods) >= projects.first_period[j], projects.modules[j], 0)
        whole[found] = 1.0
    return cost, upper, whole


def _add_operations(model: ArcFlow, columns: Columns, rows: _Rows, period: int) -> None:
    """Balances, capacities and forcing rows of a period."""
    arcs = model.arcs
    capacity = rows.add(np.full(len(model.base), -np.inf), model.base)
    limited = np.flatnonzero(arcs.asset >= 0)
    for number, group in enumerate(model.groups):
        flow = columns.flow(number, period)
        needed = model.supply(group, period)
        balance = rows.add(needed, needed)
        rows.entries(balance + arcs.head, flow, 1.0)
        rows.entries(balance + arcs.tail, flow, -1.0)
        rows.entries(capacity + arcs.asset[limited], flow[limited], 1.0)
        if model.penalty is not None:
            left = columns.unserved(period)[list(group.demands)]
            rows.entries(balance + model.destination[list(group.demands)], left, 1.0)
            rows.entries(balance + group.origin, left, -1.0)
        if model.strong:
            _add_forcing(model, columns, rows, period, number)
    for asset, project, added in model.effects:
        rows.entries(capacity + asset, columns.opened(project, period), -added)


def _add_forcing(model: ArcFlow, columns: Columns, rows: _Rows, period: int, number: int) -> None:
    """Flow of the group on an arc ≤ its amount × modules of the only project that opens the arc."""
    forced = np.flatnonzero(model.opener >= 0)
    first = rows.add(np.full(len(forced), -np.inf), np.zeros(len(forced)))
    rows.entries(first + np.arange(len(forced)), columns.flow(number, period)[forced], 1.0)
    most = model.most(model.groups[number], period)
    for place, arc in enumerate(forced):
        rows.entries(first + place, columns.opened(int(model.opener[arc]), period), -most)


def _add_investment(model: ArcFlow, columns: Columns, rows: _Rows) -> None:
    """Module limits, budgets and project rules."""
    projects = model.projects
    for j, modules in enumerate(projects.modules):
        row = rows.add(np.array([-np.inf]), np.array([float(modules)]))
        rows.entries(row, columns.opened(j), 1.0)
    for paid, amount in model.budgets:
        row = rows.add(np.array([-np.inf]), np.array([amount]))
        for j, capex in enumerate(projects.capex):
            opening = paid + int(projects.paid_before[j])
            if opening < model.periods:
                rows.entries(row, columns.opened(j)[opening], capex)
    for period in range(model.periods):
        for project, other in model.requires:
            row = rows.add(np.array([-np.inf]), np.array([0.0]))
            rows.entries(row, columns.opened(project, period), 1.0)
            rows.entries(row, columns.opened(other, period), -float(projects.modules[project]))
    for project, other in model.excludes:
        row = rows.add(np.array([-np.inf]), np.array([1.0]))
        rows.entries(row, np.concatenate([columns.opened(project), columns.opened(other)]), 1.0)


def run(model: ArcFlow, limits: Limits) -> Ending:
    """Solve with HiGHS."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", limits.gap)
    solver.setOptionValue("threads", limits.threads)
    solver.passModel(build(model))
    solver.setOptionValue("time_limit", limits.left())
    solver.run()
    return highs_ending(solver)
