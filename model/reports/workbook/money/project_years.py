"""Project_years: each project by itself, year by year, from which its value and its rate of return can be re-added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from model.plan.kinds import KINDS
from model.reports.analysis.project_years import COLUMNS, project_years, rates_of_return, saved_by_kind
from model.reports.facts import Facts
from model.reports.text import first_lower
from model.reports.workbook.sheet import FIRST_ROW, Column, Formula, ReportSheet

MONEY = "million USD"
BY_KIND = (
    "What the plan and the plan without it differ by in costs of this kind; the four kinds add up. Blank: of projects "
    "that are not built or committed, and of bounds."
)
NAME = "Project_years"


def project_years_sheet(facts: Facts) -> ReportSheet:
    """One row a project and calendar year; the discount rate stands in the first row and is live."""
    frame = facts.once(project_years)
    rate, base = float(facts.case.settings["discount_rate"]), facts.case.discount_base_year
    discount = [facts.case.discount(int(year)) for year in frame["year"]]
    frame = frame.assign(
        rate=_live(rate, len(COLUMNS) - 1, len(frame)), base=_live(base, len(COLUMNS), len(frame)), discount=discount,
        value=[net * factor for net, factor in zip(frame["net"], discount, strict=True)],
    )  # fmt: skip
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=30),
        Column("decision", "Decision", "word"),
        Column("opening_year", "Opens in", "year", meaning="In the plan; of what is not built the year forced in."),
        Column("kind", "Kind of figure", width=12, meaning="exact, or at least: then the benefits are the least that "
               "a project of the plan brings, and the most that one not built would."),
        Column("along", "Decided together", width=16, meaning="Its package: what the rules change with it."),
        Column("year", "Year", "year", meaning="The one after the horizon holds what is left of the works."),
        Column("outlay", "Outlays", "number", MONEY, meaning="Capital, renewals and upkeep, less what is left."),
        Column("benefit", "Saves elsewhere", "number", MONEY, meaning="All other costs that it saves in the year."),
        *(
            Column(kind, f"Of it {first_lower(words)}", "number", MONEY, meaning=BY_KIND)
            for kind, words in KINDS.items()
        ),
        Column("rate", "Discount rate", "share", "a year", meaning="Change the first cell to try another rate."),
        Column("base", "Base year", "year", meaning="Of discounting; change the first cell to try another."),
        Column("discount", "Discount factor", "exact", formula="1/(1+{rate})^({year}-{base})",
               meaning="What a dollar of the year counts in the base year."),
        Column("net", "Net", "number", MONEY, formula="{benefit}-{outlay}", meaning="Saved less spent in the year."),
        Column("value", "Net, present value", "number", MONEY, formula="{net}*{discount}",
               meaning="Added up by project it is the net present value on Project_figures."),
    )  # fmt: skip
    return ReportSheet(
        NAME, "Each project by itself, year by year",
        "The decision on one project reversed, the rest of the plan held: what it (with its package) costs and saves.",
        columns, frame,
        empty="Not worked out: the run was told not to ask, or its periods share limits that cannot be told apart.",
        group="Decisions", key_columns=2,
    )  # fmt: skip


def _live(value: float, column: int, rows: int) -> list[Any]:
    """A figure in the first row that all other rows follow."""
    first = xl_rowcol_to_cell(FIRST_ROW, column, True, True)
    return [value if row == 0 else Formula(f"={first}", value) for row in range(rows)]


def returns(facts: Facts, sheet: ReportSheet, projects: Sequence[str]) -> dict[str, list[Formula | None]]:
    """Net present value and rate of return of projects, live from Project_years; None where it has no line of one."""
    rates = facts.once(rates_of_return)
    lines = {str(project): list(rows) for project, rows in sheet.frame.groupby("project").groups.items()}
    values = sheet.cached("value").astype(float)
    found: dict[str, list[Formula | None]] = {"npv": [], "rate": []}
    for project in projects:
        at = lines.get(project)
        if at is None:
            found["npv"].append(None)
            found["rate"].append(None)
            continue
        found["npv"].append(Formula(f"=SUM({_span(sheet, 'value', at)})", float(values.loc[at].sum())))
        rate = rates.get(project)
        guess = "" if rate is None else f"{rate:.2g}"
        found["rate"].append(None if rate is None else Formula(f"=IRR({_span(sheet, 'net', at)},{guess})", rate))
    return found


def kinds_saved(facts: Facts, sheet: ReportSheet, projects: Sequence[str]) -> dict[str, list[Formula | None]]:
    """Present value of what projects save of each kind of cost, live from Project_years; None where that is blank."""
    saved = facts.once(saved_by_kind)
    lines = {str(project): list(rows) for project, rows in sheet.frame.groupby("project").groups.items()}

    def live(project: str, kind: str) -> Formula | None:
        if project not in saved:
            return None
        spans = (_span(sheet, column, lines[project]) for column in (kind, "discount"))
        return Formula(f"=SUMPRODUCT({','.join(spans)})", saved[project][kind])

    return {kind: [live(project, kind) for project in projects] for kind in KINDS}


def _span(sheet: ReportSheet, column: str, at: Sequence[int]) -> str:
    return f"{sheet.cell(at[0], column)}:{sheet.cell(at[-1], column, here=True)}"
