"""Recount of envelopes from a plan's tables alone: what is paid in every window, against what it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import (
    Check,
    Figures,
    Finding,
    Flags,
    Floats,
    Frame,
    Rows,
    agree,
    figures_of,
    kept,
    none_found,
    records,
)  # fmt: skip
from model.plan.verify.payments import MONEY, capital_paid, renewals_paid
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of

CHECK: Final = "envelopes are not exceeded"


@dataclass(frozen=True)
class Window:
    """One limit of an envelope: capital of some projects over a span of calendar years, million USD."""

    envelope: str
    first_year: int
    last_year: int
    amount: float
    weights: Floats


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Spending within every envelope, the rows of the table and what stands in them."""
    recounted = whole_of(tables, case).recount
    paid = capital_paid(recounted)[0] + renewals_paid(recounted)
    windows = [window for row in _budget_rows(recounted) for window in _windows(recounted, row)]
    yield _limit_check(recounted, windows, paid)
    yield from _table_checks(recounted, windows, paid)
    keys = {(window.envelope, window.first_year, window.last_year) for window in windows}
    inside = {key for key in keys if case.first_year <= key[2] <= case.last_year}
    yield Rows("envelopes", ["envelope", "first_year", "last_year"], inside, keys - inside)


def _budget_rows(recounted: Recount) -> list[Any]:
    budgets = recounted.case.table("Budgets").sort_values(["envelope", "first_year"])
    return records(budgets)


def _windows(recounted: Recount, row: Any) -> list[Window]:
    """The limits that one row of Budgets means."""
    budgets = recounted.case.table("Budgets")
    first, last = int(row.first_year), int(row.last_year)
    weights = _weights(recounted, str(row.scope_kind), row.scope)
    start, before = first, 0.0
    if row.carry_over:
        rows = budgets[budgets["envelope"] == row.envelope]
        start = int(rows["first_year"].min())
        before = _amounts(rows[rows["first_year"] < first])
    if row.amount_per == "window":
        return [Window(row.envelope, start, last, before + row.amount, weights)]
    return [
        Window(
            row.envelope,
            start if row.carry_over else year,
            year,
            before + row.amount * (year - first + 1) if row.carry_over else row.amount,
            weights,
        )
        for year in range(first, last + 1)
    ]


def _amounts(rows: Frame) -> float:
    """Money of whole rows of Budgets."""
    years = np.where(rows["amount_per"] == "year", rows["last_year"] - rows["first_year"] + 1, 1)
    return float((rows["amount"].to_numpy(float) * years).sum())


def _weights(recounted: Recount, kind: str, scope: str | None) -> Floats:
    """Part of each project's capital that a scope counts."""
    projects = recounted.projects
    counted: Flags
    if kind == "funder":
        funding = recounted.case.table("Funding")
        shares = funding[funding["funder"] == scope].groupby("project")["share"].sum()
        return shares.reindex(projects["project"], fill_value=0.0).to_numpy(float)
    if kind == "tag":
        counted = np.array([scope in tags for tags in projects["tags"]], dtype=bool)
    elif kind == "all":
        counted = np.ones(len(projects), dtype=bool)
    elif kind == "class":
        counted = (projects["project_class"] == scope).to_numpy(bool)
    else:
        return np.array([_part_of(scope, str(cell)) for cell in projects["country"]], dtype=float)
    return counted.astype(float)


def _part_of(country: str | None, cell: str) -> float:
    """Of works of several countries, joined by '/', each pays an equal part."""
    parts, wanted = ([part.strip() for part in word.split("/") if part.strip()] for word in (cell, str(country)))
    return 1.0 if sorted(parts) == sorted(wanted) else sum(part == country for part in parts) / len(parts)


def _spent(recounted: Recount, window: Window, paid: Floats) -> float:
    years = np.arange(paid.shape[1]) + recounted.case.first_year
    inside = (years >= window.first_year) & (years <= window.last_year)
    return float(window.weights @ paid[:, inside].sum(axis=1))


def _limit_check(recounted: Recount, windows: list[Window], paid: Floats) -> Check:
    spent = np.array([_spent(recounted, window, paid) for window in windows])
    amounts = np.array([window.amount for window in windows])

    def place(position: int) -> str:
        window = windows[position]
        years = f"{window.first_year}-{window.last_year}"
        return f"envelope {window.envelope}, {years}: {spent[position]:.9g} spent of {window.amount:.9g}"

    return kept(CHECK, MONEY, spent - amounts, amounts, place)


def _table_checks(recounted: Recount, windows: list[Window], paid: Floats) -> list[Check]:
    """Columns scope, amount and spent of the envelopes table."""
    table, key = recounted.tables["envelopes"], ["envelope", "first_year", "last_year"]
    stated = {column: figures_of(table, key, column) for column in ("amount", "spent")}
    found: dict[str, Figures] = {"amount": {}, "spent": {}}
    for window in windows:
        label = (window.envelope, window.first_year, window.last_year)
        # What ends outside the horizon may be listed or not: no money is paid there.
        if recounted.case.first_year <= window.last_year <= recounted.case.last_year or label in stated["amount"]:
            found["amount"][label], found["spent"][label] = window.amount, _spent(recounted, window, paid)
    scopes = {
        str(row.envelope): "all projects" if row.scope_kind == "all" else f"{row.scope_kind} {row.scope}"
        for row in reversed(records(recounted.case.table("Budgets")))
    }
    told = [(row.envelope, row.scope, scopes.get(row.envelope)) for row in records(table)]
    problems = [f"scope of {key}: '{said}', not '{right}'" for key, said, right in told if said != right]
    checks = [none_found("envelopes table: scope", "cells", problems, len(told))]
    return checks + [
        agree(f"envelopes table: {column}", MONEY, stated[column], found[column]) for column in ("amount", "spent")
    ]
