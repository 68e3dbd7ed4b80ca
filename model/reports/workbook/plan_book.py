"""plan.xlsx: which sheets, in which order."""

from __future__ import annotations

from pathlib import Path

from model.reports.facts import Facts
from model.reports.options import ReportOptions
from model.reports.workbook.book import Book
from model.reports.workbook.budget import budget_sheet
from model.reports.workbook.checks import checks_sheet, master_check
from model.reports.workbook.costs import costs_detail_sheet, costs_sheet
from model.reports.workbook.cover import write_cover
from model.reports.workbook.investments import investments_sheet, spending_sheet
from model.reports.workbook.network import links_sheet, nodes_sheet
from model.reports.workbook.routes import routes_sheet, unserved_sheet
from model.reports.workbook.sheet import ReportSheet
from model.reports.workbook.summary import summary_sheet


def plan_sheets(facts: Facts) -> list[ReportSheet]:
    """All sheets but the Cover, in reading order."""
    detail = costs_detail_sheet(facts)
    results = [
        investments_sheet(facts),
        spending_sheet(facts),
        budget_sheet(facts),
        links_sheet(facts),
        nodes_sheet(facts),
        routes_sheet(facts),
        unserved_sheet(facts),
        costs_sheet(facts, detail),
        detail,
    ]
    by_name = {sheet.name: sheet for sheet in results}
    checks = checks_sheet(facts, by_name)
    summary = summary_sheet(facts, {**by_name, "Checks": checks})
    return [summary, *results, checks]


def write_plan_book(facts: Facts, path: Path, options: ReportOptions) -> None:
    """Write plan.xlsx."""
    sheets = plan_sheets(facts)
    checks = sheets[-1]
    master = master_check(checks) if facts.plan.has_plan else None
    with Book(path, f"{facts.title}: capacity investment plan", options.created, accessible=options.accessible) as book:
        write_cover(book, facts, sheets, master, options.run)
        for sheet in sheets:
            book.write(sheet)
