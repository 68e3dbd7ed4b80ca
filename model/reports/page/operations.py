"""Section on what only some cases have: what features show there."""

from __future__ import annotations

from model.reports.facts import Facts
from model.reports.features import feature_panels
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.parts import LARGEST, Head, section, table
from model.reports.text import number
from model.reports.workbook.traffic.constraint_rows import constraint_rows_sheet


def operations(facts: Facts) -> Markup | None:
    """The panels of features; None for a case that has none of them."""
    shown = [part for part in (*feature_panels(facts), _own(facts)) if part]
    if not shown:
        return None
    note = "Whole ships by type; policies by period; all periods and seasons are in plan.xlsx."
    return section("operations", "Ships, policies and containers", *shown, note=note)


def _own(facts: Facts) -> Markup | None:
    """Rows of constraints in files of a user that bind in the last period, or are of none."""
    sheets = constraint_rows_sheet(facts)
    if not sheets:
        return None
    heads = [
        Head("Constraint"), Head("Limit on"), Head("Used", figures=True), Head("Limit", figures=True), Head("Unit"),
        Head("One unit looser would save", "USD a year", figures=True), Head("State"),
    ]  # fmt: skip
    frame = sheets[0].frame
    lines = [
        [row.constraint, row.words, number(row.used, 2), number(row.limit, 2), row.unit, number(row.saves), row.state]
        for row in rows(frame[frame["of_period"].isin(["", facts.periods[-1]])].head(LARGEST))
    ]
    return table(heads, lines, f"Constraints of your own in {facts.periods[-1]}")
