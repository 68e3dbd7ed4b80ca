"""Alerts: borders whose boxes leap within a year, and what explains it."""

from __future__ import annotations

from model.reports.analysis.alerts import MOST, SMALL, UNEXPLAINED, alerts
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet


def alerts_sheet(facts: Facts) -> ReportSheet:
    """One row a leap, the unexplained first."""
    columns = (
        Column("border", "Border", width=40),
        Column("countries", "Countries", width=14),
        Column("after", "From year", "year"),
        Column("year", "To year", "year"),
        Column("before", "Boxes before", "fine", "kTEU/year", meaning="Both ways, empty boxes counted."),
        Column("now", "Boxes then", "fine", "kTEU/year", meaning="Both ways, empty boxes counted."),
        Column("ratio", "Then / before", "fine", meaning="Boxes then over boxes before; blank where there were none."),
        Column("kind", "Explained by", "text", width=22),
        Column("why", "Why", "long", width=110),
    )
    return ReportSheet(
        "Alerts",
        "Borders that lose or gain most of their boxes in a year",
        f"All links between two places of different countries. More than {MOST:.0%} in a year, of {SMALL:.0f} kTEU "
        f"a year or more. What is '{UNEXPLAINED}' is an input error until somebody says why.",
        columns,
        facts.once(alerts),
        empty="No border leaps.",
        group="Corridor",
        key_columns=4,
    )
