"""Section on what only some cases have: ships and what features show there."""

from __future__ import annotations

from model.reports.facts import Facts
from model.reports.features import feature_panels
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.parts import LARGEST, Head, section, table
from model.reports.text import number
from model.reports.workbook.traffic.constraint_rows import constraint_rows_sheet
from model.reports.workbook.traffic.operations import fleets_sheet


def operations(facts: Facts) -> Markup | None:
    """Fleets and the panels of features; None for a case that has none of them."""
    shown = [part for part in (_fleets(facts), *feature_panels(facts), _own(facts)) if part]
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


def _fleets(facts: Facts) -> Markup | None:
    frame = fleets_sheet(facts).frame
    if frame.empty:
        return None
    ships = {(row.name, row.period): row for row in rows(frame)}
    names = [name for name in dict.fromkeys(frame["name"]) if any(ships[name, p].fleet > 0.5 for p in facts.periods)]
    heads = [Head("Ships"), *(Head(period, figures=True) for period in facts.periods)]
    lines = [
        [name, *(f"{ships[name, p].assigned:.0f} of {ships[name, p].fleet:.0f}" for p in facts.periods)]
        for name in names
    ]
    return table(heads, lines, "Ships that sail, of those there are")
