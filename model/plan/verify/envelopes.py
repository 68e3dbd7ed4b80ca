"""Capital and renewals in the years in which they are paid, and the envelopes that limit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.plan.verify.checks import (
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
from model.plan.verify.projects import capital_opened, payment_shares, renewal_costs
from model.plan.verify.recount import Recount

MONEY = "million USD"


def capital_paid(recount: Recount) -> tuple[Floats, Floats]:
    """Capital paid, (projects, calendar years of the horizon), and what was paid before it, (projects, periods).

    The capital of a module is paid by its spending profile in the construction years before the year in which it
    begins to serve, or in that year when there are none. What falls before the horizon is sunk and counts nowhere.
    """
    paid: Floats = np.zeros((len(recount.projects), len(recount.horizon)))
    capital = capital_opened(recount.projects, recount.opened)
    sunk: Floats = np.zeros(capital.shape)
    for project, period in zip(*np.nonzero(capital), strict=True):
        building = int(recount.projects["construction_years"][project])
        opening = int(recount.first_years[period]) - recount.case.first_year
        shares = payment_shares(recount.projects["spending_profile"][project], building)
        for year, share in enumerate(shares, start=opening - building):
            amount = share * capital[project, period]
            if year >= 0:
                paid[project, year] += amount
            else:
                sunk[project, period] += amount
    return paid, sunk


def renewals_paid(recount: Recount) -> Floats:
    """Renewals paid, (projects, calendar years of the horizon), million USD: in the year in which they begin."""
    return recount.renewed * renewal_costs(recount.projects)[:, None]


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
    capital, renewals = capital_paid(recount)[0], renewals_paid(recount)
    paid = capital + renewals
    windows = [window for row in _budget_rows(recount) for window in _windows(recount, row)]
    checks = [
        _limit_check(recount, windows, paid) if imposed else switched_off("envelopes are not exceeded", "envelopes"),
        _spending_table_check(recount, {"capital": capital, "renewal": renewals}),
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


def _spending_table_check(recount: Recount, paid: dict[str, Floats]) -> Check:
    found: Figures = {}
    for kind, amounts in paid.items():
        rows, columns = np.nonzero(amounts)
        projects = recount.projects["project"].to_numpy(object)[rows].tolist()
        years = (columns + recount.case.first_year).tolist()
        found |= keyed([projects, years, [kind] * len(years)], amounts[rows, columns])
    stated = figures_of(recount.tables["spending"], ["project", "year", "kind"], "amount")
    return agree("spending table", MONEY, stated, found)


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
