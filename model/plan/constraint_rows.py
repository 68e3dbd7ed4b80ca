"""Rows of the constraints of a user: what is used of what limit, and what loosening it would save.

A family of the package says what its rows come to in tables of its own. A user's file need not: its rows are listed
here as `Formulation.show` says, and where it says nothing, as they stand in the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from model.formulation.entries import Shown
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.plan.tables import TABLES
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.slopes import Limit
from model.solvers.problem import Problem

ROW = "row"
ABOUT_BUILDING = "it limits what is built: see what other decisions would cost"


def shown_rows(formulation: Formulation) -> Iterator[tuple[str, Shown]]:
    """(constraint, how it is shown) of the rows of users: of those that a file shows, of all where it shows none."""
    for name, rows in formulation.own_rows.items():
        told = [formulation.shown[id(row)] for row in rows if id(row) in formulation.shown]
        for shown in told or [Shown(row, _index(row), row.body, _side(row), "", _sense(row)) for row in rows]:
            yield name, shown


def _index(row: pyo.Constraint) -> str:
    """'Alat, 2030' of a row with an index; else the name of the row."""
    index = row.index()
    parts = index if isinstance(index, tuple) else (index,)
    return str(row.local_name) if index is None else ", ".join(map(str, parts))


def _side(row: pyo.Constraint) -> float:
    return float(pyo.value(row.upper if row.has_ub() else row.lower))


def _sense(row: pyo.Constraint) -> str:
    return "=" if row.equality else "<=" if row.has_ub() else ">="


def period_of(formulation: Formulation, shown: Shown) -> str:
    """Period that a row is of: as it says, or of the operations block in which it stands; '' for none."""
    if shown.period:
        return shown.period
    index = shown.row.parent_block().index()
    return str(index[0]) if index in formulation.block_keys else ""


def constraint_rows(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table constraint_rows; prices are filled in by those who have them (`prices.priced`)."""
    rows = [
        (
            name, shown.row.name, shown.words, period_of(formulation, shown), values(shown.used),
            shown.sense, values(shown.limit), shown.unit, np.nan, np.nan, "not worked out",
        )
        for name, shown in shown_rows(formulation)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=TABLES["constraint_rows"].columns)


def row_limits(problem: Problem, row_of: Mapping[int, int], values: Values) -> Iterator[tuple[tuple[str, ...], Limit]]:
    """The rows of users as limits to be priced, by (ROW, constraint, row); none for those that limit what is built.

    `row_of` numbers the compiled rows by id of the Pyomo object; `values` are those of a plan.
    """
    formulation, compiled = problem.formulation, problem.compiled
    rules: set[int] = set(Decisions.of(problem).rules.tolist()) if formulation.own_rows else set()
    for name, shown in shown_rows(formulation):
        row = row_of.get(id(shown.row), -1)
        if row < 0 or row in rules:
            continue
        amount = 1.0 if np.isfinite(compiled.row_upper[row]) else -1.0
        level = abs(values(shown.limit))
        yield (ROW, name, shown.row.name), Limit(row, amount, np.array([row]), np.zeros(1), level)
