"""A small valid case as plain rows, in sheet units, and workbooks made of it for the tests to damage."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from model.case.schema import SHEETS
from tests.case.small_operations import OPERATIONS

Row = dict[str | int, Any]
Rows = list[Row]
TITLE_ROWS = 2
HEADER_ROW = TITLE_ROWS + 1
FIRST_ROW = HEADER_ROW + 1

_NODE: Row = {"country": "KZ", "kind": "hub", "confidence": "assumption", "source": "S1"}

SMALL: dict[str, Rows] = {
    "Nodes": [
        {"node": "A", "name": "Alpha", "latitude": 43.0, "longitude": 51.0, "area": "Caspian", **_NODE},
        {
            **_NODE, "node": "B", "name": "Beta", "country": "AZ", "latitude": 40.0, "longitude": 50.0, "kind": "port",
            "capacity_kteu": 100, "capacity_kt": 5.5, "transfer_cost": 70, "transfer_days_regular": 2,
            "area": "Caspian; ports",
        },
        {"node": "C", "name": "Gamma", "latitude": 41.0, "longitude": 45.0, **_NODE, "country": "GE"},
    ],
    "Carriers": [
        {
            "carrier": "rail", "mode": "rail", "gauge_mm": 1520, "accepts_container": "yes", "accepts_dry_bulk": "yes",
            "accepts_liquid_bulk": "no",
        },
        {
            "carrier": "ship", "mode": "sea", "accepts_container": "yes", "accepts_dry_bulk": "no",
            "accepts_liquid_bulk": "no",
        },
    ],
    "Links": [
        {
            "link": "L1", "from_node": "A", "to_node": "B", "carrier": "ship", "length_km": 470, "days_regular": 1.5,
            "container_cost": 280, "capacity_kteu": 50, "capacity_kt": 2.5, "route_group": "Middle", "source": "S1",
        },
        {
            "link": "L2", "from_node": "B", "to_node": "C", "carrier": "rail", "length_km": 560, "days_regular": 2,
            "days_block": 1.5, "container_cost": 300, "tonne_cost": 20, "capacity_kteu": 80, "route_group": "Middle",
        },
        {
            "link": "L3", "from_node": "A", "to_node": "C", "carrier": "rail", "length_km": 900, "days_regular": 9,
            "container_cost": 1500, "route_group": "Other",
        },
    ],
    "Commodities": [
        {"commodity": "box", "form": "container", "unit": "kTEU", "tonnes_per_teu": 11, "value_of_time": 40},
        {"commodity": "grain", "form": "dry bulk", "unit": "kt", "tonnes_per_teu": 22, "unserved_penalty": 1500},
    ],
    "Demand": [
        {
            "demand": "D1", "origin": "A", "destination": "C", "commodity": "box", "unit": "kTEU", "market_size": 0.5,
            "market": "A-C", 2026: 100, 2030: 140,
        },
        {"demand": "D2", "origin": "A", "destination": "C", "commodity": "grain", "unit": "kt", 2026: 400, 2030: None},
    ],
    "Costs": [{"commodity": "grain", "asset_kind": "link", "asset": "L3", "item": "transport", "tonne_cost": 45}],
    "Projects": [
        {
            "project": "P1", "name": "Beta quay", "country": "AZ", "project_class": "port", "status": "candidate",
            "capex": 40, "construction_years": 1, "tags": "Caspian",
        },
        {
            "project": "P2", "name": "Second ship", "country": "KZ", "project_class": "vessels", "status": "committed",
            "capex": 30, "construction_years": 2, "committed_opening": 2028,
        },
    ],
    "ProjectEffects": [
        {"project": "P1", "asset_kind": "node", "asset": "B", "added_kteu": 60},
        {"project": "P2", "asset_kind": "link", "asset": "L1", "added_kteu": 25, "added_kt": 1},
    ],
    "ProjectRules": [{"rule": "R1", "kind": "requires", "project": "P1", "other_project": "P2", "lag_years": 0}],
    "Decisions": [{"project": "P1", "decision": "out", "last_year": 2026, "note": "no money is voted before 2026"}],
    "Funding": [{"project": "P1", "funder": "Bank", "share": 0.8}],
    "Budgets": [
        {
            "envelope": "all", "scope_kind": "all", "first_year": 2026, "last_year": 2030, "amount": 50,
            "amount_per": "year", "carry_over": "yes",
        },
        {
            "envelope": "bank", "scope_kind": "funder", "scope": "Bank", "first_year": 2026, "last_year": 2030,
            "amount": 60,
        },
    ],
    "Settings": [
        {"setting": "discount_rate", "value": 0.06, "unit": "share/year"},
        {"setting": "co2_price", "value": 20, "unit": "USD/t"},
        {"setting": "seed", "value": 7},
    ],
    "Periods": [
        {"period": "2026", "first_year": 2026, "years": 1},
        {"period": "2027-28", "first_year": 2027, "years": 2},
        {"period": "2029-30", "first_year": 2029, "years": 2},
    ],
    "Scenarios": [
        {"scenario": "reference", "name": "Reference"},
        {"scenario": "shut", "name": "Other route shut"},
        {"scenario": "shut and dear", "name": "Shut, dear CO2", "based_on": "shut"},
    ],
    "ScenarioChanges": [
        {
            "scenario": "shut", "sheet": "Links", "match_column": "Route group", "match_value": "Other",
            "column": "Container capacity", "operation": "set", "value": 0, "from_year": 2027,
        },
        {
            "scenario": "shut and dear", "sheet": "Settings", "match_column": "Setting", "match_value": "co2_price",
            "column": "Value", "operation": "set", "value": 100,
        },
    ],
    "Constraints": [{"constraint": "capacity", "active": "yes"}],
    "Sources": [{"source": "S1", "title": "A source"}],
    "Assumptions": [{"assumption": "A01", "location": "Links", "text": "Guess"}],
    "ChangeLog": [{"date": "2026-11-22", "sheet": "Links", "change": "Made"}],
    **OPERATIONS,
}  # fmt: skip


def small_rows() -> dict[str, Rows]:
    """A copy that a test may alter."""
    return copy.deepcopy(SMALL)


def headers(sheet: str, rows: Rows) -> list[str | int]:
    """Code names and years in sheet order: all declared columns, then the years that the rows give."""
    years = sorted({name for row in rows for name in row if isinstance(name, int)})
    return [*SHEETS[sheet].names, *years]


def position(sheet: str, column: str | int, rows: Mapping[str, Rows] = SMALL) -> int:
    """1-based Excel column of a column of the small case."""
    return headers(sheet, rows[sheet]).index(column) + 1


def make_book(rows: Mapping[str, Rows]) -> Workbook:
    """All sheets in one workbook: title, note, headers in row 3, records from row 4."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, records in rows.items():
        sheet = book.create_sheet(name)
        sheet["A1"], sheet["A2"] = name, SHEETS[name].meaning
        columns = headers(name, records)
        for place, column in enumerate(columns, start=1):
            header = column if isinstance(column, int) else SHEETS[name].column(column).header
            sheet.cell(HEADER_ROW, place, header)
            for offset, record in enumerate(records):
                sheet.cell(FIRST_ROW + offset, place, record.get(column))
    return book


def write_case(folder: Path, rows: Mapping[str, Rows] | None = None, name: str = "small.xlsx") -> Path:
    """Write the rows as one workbook and return its path."""
    path = folder / name
    make_book(small_rows() if rows is None else rows).save(path)
    return path
