"""Investments (the schedule, with a Gantt in cells) and Spending (capital by project and year)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from model.reports.analysis.lives import SHORT_LEGEND, letter
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.names import country
from model.reports.workbook.sheet import Column, ReportSheet


def _amount(name: str, label: str, meaning: str, formula: str = "") -> Column:
    return Column(name, label, "number", "million USD", width=11, total=True, formula=formula, meaning=meaning)


OPENING: tuple[Column, ...] = (
    Column("project", "Project", meaning="Key of the Projects sheet."),
    Column("name", "Name", "text", width=40),
    Column("country", "Country"),
    Column("status", "Status", "word"),
    Column("modules", "Modules that open", "integer", width=10),
    Column("modules_in_service", "Modules in service then", "integer", width=10),
    Column("most", "Modules possible", "integer", width=10, meaning="As many as the project can have."),
    Column("first_spending", "First year of spending", "year", width=11),
    Column("opening_year", "Opens in", "year", width=9),
    Column("renewed", "Renewed in", "text", width=11, meaning="Years in which its life ends and is renewed."),
    Column("last_year", "Serves until", "year", width=9, meaning="Last year of service within the horizon."),
    _amount("capex", "Capital", "Of the modules that open; undiscounted, price-year money."),
    _amount(
        "before",
        "Paid before the horizon",
        "Sunk: paid for a committed project before the horizon. Not part of the costs.",
    ),
    _amount(
        "within",
        "Paid within the horizon",
        "Capital that costs and budgets count; on Spending and in budgets renewals stand beside it.",
        formula="{capex}-{before}",
    ),
)
"""Columns of an opening."""
PRINTED = ("project", "name", "country", "status", "opening_year", "capex")
"""Those that stand before the years, and come out on paper with them."""


def investments_sheet(facts: Facts) -> ReportSheet:
    """What opens when, what it costs, and a Gantt: B = under construction, S = in service, R = renewed."""
    frame = facts.openings.copy()
    frame["country"] = frame["country"].map(country)
    for year in facts.years:
        frame[year] = [letter(row, year) for row in rows(frame)]
    first = [column for column in OPENING if column.name in PRINTED]
    more = [column for column in OPENING if column.name not in PRINTED]
    return ReportSheet(
        "Investments",
        "What to build and when",
        f"One row for each opening. {SHORT_LEGEND}",
        (*first, *_gantt(facts.years), *more),
        frame,
        group="Decisions",
        printed=True,
        print_to=facts.years[-1],
        empty="Nothing opens.",
        key_columns=2,
    )


def _gantt(years: Sequence[int]) -> tuple[Column, ...]:
    """A column of symbols for each year."""
    return tuple(
        Column(
            year,
            str(year),
            "symbol",
            formula='IF(VALUE({header})>{last_year},"",IF(ISNUMBER(SEARCH({header},{renewed})),"R",'
            'IF(VALUE({header})>={opening_year},"S",IF(VALUE({header})>={first_spending},"B",""))))',
            meaning="B = under construction, S = in service, R = renewed.",
        )
        for year in years
    )


def spending_sheet(facts: Facts) -> ReportSheet:
    """Capital and renewals paid, project by calendar year."""
    spending = facts.table("spending")
    inside = spending[spending["year"].isin(facts.years)]
    wide = inside.astype({"amount": float}).pivot_table(index="project", columns="year", values="amount", aggfunc="sum")
    wide = wide.reindex(columns=facts.years).fillna(0.0)
    frame = pd.DataFrame({"project": wide.index.astype(str), "name": [facts.project_name(key) for key in wide.index]})
    frame["country"] = frame["project"].map(facts.projects["country"])
    for year in facts.years:
        frame[year] = wide[year].to_numpy()
    frame["all"] = wide.sum(axis=1).to_numpy()
    years = f"{{{facts.years[0]}}}:{{{facts.years[-1]}}}"
    return ReportSheet(
        "Spending",
        "Capital and renewals paid by project and year",
        "Undiscounted: capital over the construction years before opening, renewals in their year. Budgets count both.",
        (
            Column("project", "Project"),
            Column("name", "Name", width=34),
            Column("country", "Country"),
            *(
                Column(year, str(year), "number", "million USD", width=9.5, total=True, meaning=f"Paid in {year}.")
                for year in facts.years
            ),
            Column("all", "All years", "number", "million USD", total=True, formula=f"SUM({years})"),
        ),
        frame,
        group="Decisions",
        empty="No capital is paid within the horizon.",
        key_columns=2,
    )
