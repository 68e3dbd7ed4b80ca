"""plan.xlsx: which sheets, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.reports.analysis.appraisal import appraisal
from model.reports.facts import Facts
from model.reports.features import feature_appraisal, feature_sheets
from model.reports.map.svg import MapView
from model.reports.options import ReportOptions
from model.reports.workbook.book import Book
from model.reports.workbook.evidence import trust
from model.reports.workbook.evidence.checks import checks_sheet, master_check
from model.reports.workbook.evidence.inputs import extra_sheets, funding_sheet, inputs_sheet
from model.reports.workbook.evidence.notes import notes_sheet
from model.reports.workbook.money.appraisal import appraisal_sheet
from model.reports.workbook.money.appraisal_years import years_of_appraisal
from model.reports.workbook.money.capital import capital_sheet
from model.reports.workbook.money.costs import costs_country_sheet, costs_detail_sheet, costs_sheet, minimum_sheet
from model.reports.workbook.money.countries import countries_sheet
from model.reports.workbook.money.investments import investments_sheet, spending_sheet
from model.reports.workbook.money.project_years import project_years_sheet
from model.reports.workbook.money.projects import figures_sheet, projects_sheet
from model.reports.workbook.money.whynot import why_not_sheet
from model.reports.workbook.overview.alerts import alerts_sheet
from model.reports.workbook.overview.cover import write_cover
from model.reports.workbook.overview.summary import summary_sheet
from model.reports.workbook.overview.years import years_sheet
from model.reports.workbook.sheet import ReportSheet
from model.reports.workbook.traffic.capacity import (
    bottlenecks_sheet,
    bottlenecks_years_sheet,
    capacity_sheet,
    utilisation_sheet,
)
from model.reports.workbook.traffic.constraint_rows import constraint_rows_sheet
from model.reports.workbook.traffic.map import map_sheet
from model.reports.workbook.traffic.network import links_sheet, nodes_sheet
from model.reports.workbook.traffic.routes import demand_sheet, routes_sheet, unserved_sheet
from model.reports.workbook.traffic.shares import emissions_sheet, shares_sheet

ORDER = (
    "Summary", "Years", "Investments", "Projects", "Why_not", "Project_figures", "Project_years", "Other_decisions",
    "Settled", "Lives", "Spending", "Budget", "Funding", "Capital", "Map", "Utilisation", "Bottlenecks",
    "Bottlenecks_years", "Alerts",
    "Links", "Nodes", "Capacity", "Routes", "Corridor_shares", "Demand", "Unserved", "Emissions",
    "Appraisal", "Countries", "Costs", "Costs_country", "Costs_detail", "Appraisal_years", "Do_minimum", "Checks",
    "Data_quality", "Assumptions", "Sources", "Inputs_used", "QA_log", "Run_log", "Notes",
)  # fmt: skip


def plan_sheets(facts: Facts, options: ReportOptions, picture: bytes | None = None) -> list[ReportSheet]:
    """All sheets but the Cover, in reading order."""
    detail = costs_detail_sheet(facts)
    made = [detail, costs_sheet(facts, detail), costs_country_sheet(facts, detail)]
    made += [
        investments_sheet(facts),
        spending_sheet(facts),
        projects_sheet(facts),
        why_not_sheet(facts),
    ]
    of_projects = project_years_sheet(facts)
    made += [figures_sheet(facts, of_projects), of_projects]
    made += [
        utilisation_sheet(facts),
        bottlenecks_sheet(facts),
        bottlenecks_years_sheet(facts),
        alerts_sheet(facts),
        capacity_sheet(facts),
    ]
    made += [links_sheet(facts), nodes_sheet(facts), routes_sheet(facts), demand_sheet(facts), unserved_sheet(facts)]
    made += [shares_sheet(facts), emissions_sheet(facts), *extra_sheets(facts)]
    made += constraint_rows_sheet(facts)
    featured = feature_sheets(facts)
    made += [*featured, *(sheet for sheet in (funding_sheet(facts),) if sheet is not None)]
    if picture is not None:
        made.append(map_sheet(facts, MapView(facts, options.boundaries), picture))
    worth = facts.once(appraisal)
    if worth is not None:
        least = minimum_sheet(worth.minimum)
        years = years_of_appraisal(worth, detail, least)
        more = feature_appraisal({sheet.name: sheet for sheet in featured})
        made += [appraisal_sheet(worth, years, more), years, least, countries_sheet(facts, detail, least)]
    found = {sheet.name: sheet for sheet in made}
    if facts.plan.has_plan:
        made.append(capital_sheet(facts, found))
    checks = checks_sheet(facts, found)
    found["Checks"] = checks
    made += [checks, years_sheet(facts, found), summary_sheet(facts, found)]
    made += [
        trust.quality_sheet(facts),
        trust.assumptions_sheet(facts),
        trust.notes_table_sheet(facts, "Sources", "Sources", "Sources of the case", "What the source keys stand for."),
        inputs_sheet(facts, options.base_case),
        trust.qa_sheet(facts),
        trust.run_log_sheet(facts),
    ]
    places = _places(made)
    made.sort(key=lambda sheet: places[sheet.name])
    return [*made, notes_sheet(made)]


def _places(sheets: Sequence[ReportSheet]) -> dict[str, tuple[int, int, int]]:
    """Position in the workbook; what is not in ORDER comes after its group by rank, of the Corridor after Capacity."""
    last: dict[str, int] = {}
    for sheet in sheets:
        if sheet.name in ORDER:
            last[sheet.group] = max(last.get(sheet.group, 0), ORDER.index(sheet.name))
    last["Corridor"] = ORDER.index("Capacity")
    known = {name: (place, 0, 0) for place, name in enumerate(ORDER)}
    return {
        sheet.name: known.get(sheet.name, (last.get(sheet.group, last["Corridor"]), 1, sheet.rank)) for sheet in sheets
    }


def write_plan_book(facts: Facts, path: Path, options: ReportOptions, picture: bytes | None = None) -> None:
    """Write plan.xlsx; `picture` is the PNG of the map."""
    sheets = plan_sheets(facts, options, picture)
    checks = next(sheet for sheet in sheets if sheet.name == "Checks")
    master = master_check(checks) if len(checks.frame) else None
    with Book(path, f"{facts.title}: capacity investment plan", options.created, accessible=options.accessible) as book:
        write_cover(book, facts, sheets, master, options.run)
        for sheet in sheets:
            book.write(sheet)
