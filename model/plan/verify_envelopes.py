"""Capital in the years in which it is paid, and the envelopes that limit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.plan.verify_checks import (
    Check,
    Figures,
    Flags,
    Floats,
    Frame,
    agree,
    figures_of,
    kept,
    keyed,
    records,
    switched_off,
)
from model.plan.verify_projects import capital_opened, payment_shares
from model.plan.verify_recount import Recount

MONEY = "million USD"


def spending(recount: Recount) -> Floats:
    """Capital paid, (projects, calendar years of the horizon), million USD.

    The capital of a module is paid by its spending profile in the construction years before its opening year, or in
    that year when there are none. What falls before the horizon is sunk and counts nowhere.
    """
    paid: Floats = np.zeros((len(recount.projects), recount.case.last_year - recount.case.first_year + 1))
    capital = capital_opened(recount.projects, recount.opened)
    for project, period in zip(*np.nonzero(capital), strict=True):
        building = int(recount.projects["construction_years"][project])
        opening = int(recount.first_years[period]) - recount.case.first_year
        shares = payment_shares(recount.projects["spending_profile"][project], building)
        for year, share in enumerate(shares, start=opening - building):
            if year >= 0:
                paid[project, year] += share * capital[project, period]
    return paid


@dataclass(frozen=True)
class Window:
    """One limit of an envelope: capital of some projects over a span of calendar years, million USD."""

    envelope: str
    first_year: int
    last_year: int
    amount: float
    weights: Floats


def envelope_checks(recount: Recount, *, imposed: bool) -> list[Check]:
    """Spending within every envelope (when the family is on), and the tables spending and envelopes."""
    paid = spending(recount)
    windows = [window for row in _budget_rows(recount) for window in _windows(recount, row)]
    checks = [
        _limit_check(recount, windows, paid) if imposed else switched_off("envelopes are not exceeded", "envelopes"),
        _spending_table_check(recount, paid),
    ]
    return checks + _envelope_table_checks(recount, windows, paid)


def window_keys(recount: Recount) -> list[tuple[str, int, int]]:
    """(envelope, first year, last year) of every limit."""
    windows = [window for row in _budget_rows(recount) for window in _windows(recount, row)]
    return [(window.envelope, window.first_year, window.last_year) for window in windows]


def _budget_rows(recount: Recount) -> list[Any]:
    budgets = recount.case.table("Budgets").sort_values(["envelope", "first_year"])
    return records(budgets)


def _windows(recount: Recount, row: Any) -> list[Window]:
    """The limits that one row of Budgets means."""
    budgets = recount.case.table("Budgets")
    first, last = int(row.first_year), int(row.last_year)
    weights = _weights(recount, str(row.scope_kind), row.scope)
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


def _weights(recount: Recount, kind: str, scope: str | None) -> Floats:
    """Part of each project's capital that a scope counts."""
    projects = recount.projects
    counted: Flags
    if kind == "funder":
        funding = recount.case.table("Funding")
        shares = funding[funding["funder"] == scope].groupby("project")["share"].sum()
        return shares.reindex(projects["project"], fill_value=0.0).to_numpy(float)
    if kind == "tag":
        counted = np.array([scope in tags for tags in projects["tags"]], dtype=bool)
    elif kind == "all":
        counted = np.ones(len(projects), dtype=bool)
    else:
        counted = (projects["country" if kind == "country" else "project_class"] == scope).to_numpy(bool)
    return counted.astype(float)


def _spent(recount: Recount, window: Window, paid: Floats) -> float:
    years = np.arange(paid.shape[1]) + recount.case.first_year
    inside = (years >= window.first_year) & (years <= window.last_year)
    return float(window.weights @ paid[:, inside].sum(axis=1))


def _limit_check(recount: Recount, windows: list[Window], paid: Floats) -> Check:
    spent = np.array([_spent(recount, window, paid) for window in windows])
    amounts = np.array([window.amount for window in windows])

    def place(position: int) -> str:
        window = windows[position]
        years = f"{window.first_year}-{window.last_year}"
        return f"envelope {window.envelope}, {years}: {spent[position]:.9g} spent of {window.amount:.9g}"

    return kept("envelopes are not exceeded", MONEY, spent - amounts, amounts, place)


def _spending_table_check(recount: Recount, paid: Floats) -> Check:
    rows, columns = np.nonzero(paid)
    projects = recount.projects["project"].to_numpy(object)[rows].tolist()
    found = keyed([projects, (columns + recount.case.first_year).tolist()], paid[rows, columns])
    return agree("spending table", MONEY, figures_of(recount.tables["spending"], ["project", "year"], "amount"), found)


def _envelope_table_checks(recount: Recount, windows: list[Window], paid: Floats) -> list[Check]:
    """Columns amount and spent of the envelopes table."""
    table, key = recount.tables["envelopes"], ["envelope", "first_year", "last_year"]
    stated = {column: figures_of(table, key, column) for column in ("amount", "spent")}
    found: dict[str, Figures] = {"amount": {}, "spent": {}}
    for window in windows:
        label = (window.envelope, window.first_year, window.last_year)
        # What ends outside the horizon may be listed or not: no money is paid there.
        if recount.case.first_year <= window.last_year <= recount.case.last_year or label in stated["amount"]:
            found["amount"][label], found["spent"][label] = window.amount, _spent(recount, window, paid)
    return [agree(f"envelopes table: {column}", MONEY, stated[column], found[column]) for column in ("amount", "spent")]
