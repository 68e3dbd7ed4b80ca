"""A small, complete case to begin with: six places, four projects, one budget. Every figure is an illustration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from model.case.schema import SHEETS
from model.case.workbooks.template import settings_records
from model.case.workbooks.writer import write_workbook

Record = dict[Any, Any]
"""A row by code name of the column; year columns by the year."""

FILE: Final = "case.xlsx"
READ_ME: Final = (
    "A small case to begin with: boxes from the Chinese border and from Aktau to Constanta and back, over the Caspian.",
    "Every figure is an illustration, chosen so that the plan has something to decide. Replace them by your own.",
    "Solve it: python run.py solve CASE. Look for mistakes: run.py check CASE. Why no plan: run.py explain CASE.",
    "A row whose column A begins with # is a comment and is not read.",
    "Try this: lower the amount in Budgets, or choose the scenario 'strong_growth', and solve again.",
)
PROVENANCE: Final = {"source": "EXAMPLE", "confidence": "assumption"}


def _node(key: str, name: str, country: str, kind: str, place: tuple[float, float], **more: Any) -> Record:
    return {
        "node": key,
        "name": name,
        "country": country,
        "kind": kind,
        "latitude": place[0],
        "longitude": place[1],
    } | more


def _link(
    key: str, ends: tuple[str, str], carrier: str, length: float, days: float, cost: float, **more: Any
) -> Record:
    first: Record = {"link": key, "from_node": ends[0], "to_node": ends[1], "carrier": carrier, "length_km": length}
    co2 = 8.0 if carrier == "ship" else 18.0
    return {**first, "days_regular": days, "container_cost": cost, "co2_g_per_tkm": co2, **more}


def _demand(key: str, origin: str, destination: str, amounts: tuple[float, float]) -> Record:
    row: Record = {"demand": key, "origin": origin, "destination": destination, "commodity": "boxes", "unit": "kTEU"}
    return {**row, 2026: amounts[0], 2032: amounts[1]}


def _project(key: str, name: str, country: str, kind: str, capex: float, years: int, **more: Any) -> Record:
    row: Record = {"project": key, "name": name, "country": country, "project_class": kind, "status": "candidate"}
    return {**row, "capex": capex, "construction_years": years, "life_years": 30, **more}


def _effect(project: str, kind: str, asset: str, added: float) -> Record:
    return {"project": project, "asset_kind": kind, "asset": asset, "added_kteu": added}


ROWS: Final[Mapping[str, Sequence[Record]]] = {
    "Nodes": (
        {"node": "# Ports have a yearly container capacity; a blank capacity is no limit."},
        _node("KHO", "Khorgos", "KZ", "border", (44.2, 80.4)),
        _node("AKT", "Aktau", "KZ", "port", (43.6, 51.2), capacity_kteu=120, transfer_cost=60, transfer_days_regular=2),
        _node(
            "ALA", "Alat", "AZ", "port", (39.9, 49.4), capacity_kteu=140, transfer_cost=60, transfer_days_regular=1.5
        ),
        _node("TBI", "Tbilisi", "GE", "hub", (41.7, 44.8)),
        _node("POT", "Poti", "GE", "port", (42.2, 41.7), capacity_kteu=150, transfer_cost=70, transfer_days_regular=2),
        _node("CND", "Constanta", "RO", "port", (44.2, 28.6), terminal_cost=80, terminal_days_regular=1),
    ),
    "Carriers": (
        {"carrier": "rail", "mode": "rail", "gauge_mm": 1520, "accepts_container": True, "accepts_dry_bulk": True}
        | {"accepts_liquid_bulk": True},
        {"carrier": "ship", "mode": "sea", "accepts_container": True, "accepts_dry_bulk": False}
        | {"accepts_liquid_bulk": False},
    ),
    "Links": (
        {"link": "# Both ways unless told otherwise; capacity is per direction or for both together."},
        _link("KHO-AKT", ("KHO", "AKT"), "rail", 2900, 6, 900, capacity_kteu=200, capacity_direction="both"),
        _link("AKT-ALA", ("AKT", "ALA"), "ship", 470, 1.5, 350, capacity_kteu=110, capacity_direction="both"),
        _link("ALA-TBI", ("ALA", "TBI"), "rail", 520, 1.5, 300, capacity_kteu=130, capacity_direction="both"),
        _link("TBI-POT", ("TBI", "POT"), "rail", 310, 1, 200, capacity_kteu=130, capacity_direction="both"),
        _link("POT-CND", ("POT", "CND"), "ship", 1100, 3, 400),
    ),
    "Commodities": (
        {"commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 11, "value_of_time": 25},
    ),
    "Demand": (
        {"demand": "# Thousand TEU a year; straight lines between the years given."},
        _demand("D1", "KHO", "CND", (55, 120)),
        _demand("D2", "AKT", "CND", (15, 30)),
        _demand("D3", "CND", "KHO", (25, 45)),
    ),
    "Projects": (
        {"project": "# The plan decides which candidates are built, and when."},
        _project("P1", "Aktau container hub", "KZ", "port", 60, 1, upkeep=1.5),
        _project("P2", "Two more Caspian feeders", "KZ", "vessels", 45, 1, upkeep=1.0, maximum_modules=2),
        _project("P3", "Alat to Poti line, more trains", "AZ", "rail", 110, 2, upkeep=2.0),
        _project("P4", "Poti and Alat yards", "GE", "terminal", 40, 1, upkeep=1.0),
    ),
    "ProjectEffects": (
        _effect("P1", "node", "AKT", 120),
        _effect("P2", "link", "AKT-ALA", 60),
        _effect("P3", "link", "ALA-TBI", 100),
        _effect("P3", "link", "TBI-POT", 100),
        _effect("P4", "node", "POT", 100),
        _effect("P4", "node", "ALA", 100),
    ),
    "Budgets": (
        {"envelope": "Whole corridor", "scope_kind": "all", "first_year": 2026, "last_year": 2032, "amount": 80}
        | {"amount_per": "year", "carry_over": True, "negotiable": True},
    ),
    "Periods": tuple({"period": str(year), "first_year": year, "years": 1} for year in range(2026, 2033)),
    "Scenarios": (
        {"scenario": "reference", "name": "Reference", "description": "The sheets as they stand."},
        {"scenario": "strong_growth", "name": "Strong growth", "description": "Demand is 30 % higher in all years."},
    ),
    "ScenarioChanges": (
        {"scenario": "strong_growth", "sheet": "Demand", "column": "years", "operation": "multiply", "value": 1.3},
    ),
    "Sources": ({"source": "EXAMPLE", "title": "Illustrative figures of the starter case", "status": "assumed"},),
}


def write_starter(path: Path) -> Path:
    """Write the starter case: a workbook when `path` ends in .xlsx, else a folder with one; returns the workbook.

    Raises FileExistsError when something is there already, and OSError.
    """
    if path.exists():
        raise FileExistsError(f"'{path}' is there already; give the new case another name.")
    workbook = path if path.suffix.lower() == ".xlsx" else path / FILE
    workbook.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(workbook, _tables(), [name for name in SHEETS if name in ROWS or name == "Settings"], READ_ME)
    return workbook


def _tables() -> dict[str, pd.DataFrame]:
    settings = [row for row in settings_records() if row["setting"] != "case_title"]
    title = {"setting": "case_title", "value": "Starter case", "unit": "", "note": "Title shown on covers."}
    given: dict[str, Sequence[dict[Any, Any]]] = {**ROWS, "Settings": [title, *settings]}
    return {name: _table(name, rows) for name, rows in given.items()}


def _table(name: str, rows: Sequence[Record]) -> pd.DataFrame:
    """Rows in the columns of their sheet, with source and confidence where the sheet asks for them."""
    sheet = SHEETS[name]
    asked = {key: value for key, value in PROVENANCE.items() if sheet.data and key in sheet.names}
    first = sheet.columns[0].name
    records = [row if str(row[first]).startswith("#") else {**row, **asked} for row in rows]
    years = sorted({key for row in rows for key in row if isinstance(key, int)})
    frame = pd.DataFrame(records, dtype=object)
    columns: list[str | int] = [name for name in sheet.names if name in frame]
    return frame.astype(object).where(frame.notna(), None)[[*columns, *years]]
