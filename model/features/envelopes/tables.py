"""Plan table of envelopes: what each window allows and what is paid in it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.case.canonical import value_at
from model.features.envelopes.rows import windows
from model.plan.plan_table import PlanTable, integer, number, text

TABLES = (
    PlanTable(
        "envelopes",
        "Use of each budget window; with carry-over, cumulative from the first year of the envelope.",
        ("envelope", "first_year", "last_year"),
        (
            text("envelope", "Envelope."),
            text("scope", "Projects that it counts, in words."),
            integer("first_year", "First year counted in this row.", "year"),
            integer("last_year", "Last year counted in this row.", "year"),
            number("amount", "million USD", "Limit over these years."),
            number("spent", "million USD", "Capital and renewals paid over these years within the scope."),
        ),
    ),
)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation and the spending."""
    case, spending = extraction.formulation.case, extraction.spending
    scope = case.table("Budgets").drop_duplicates("envelope").set_index("envelope")
    rows = []
    for window in windows(case) if hasattr(extraction.formulation.investment, "envelope") else ():
        inside = spending[spending["year"].between(window.first_year, window.last_year)]
        weights = dict(window.weights)
        spent = float((inside["amount"] * inside["project"].map(weights).astype(float).fillna(0.0)).sum())
        kind, what = value_at(scope, window.envelope, "scope_kind"), value_at(scope, window.envelope, "scope")
        words = "all projects" if kind == "all" else f"{kind} {what}"
        rows.append((window.envelope, words, window.first_year, window.last_year, window.amount, spent))
    return pd.DataFrame(rows, columns=TABLES[0].columns)
