"""The inputs a plan was made from, cell by cell, after the scenario."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.cell_notes import grade_of
from model.case.keys import joined, listed_keys
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind, Sheet

COLUMNS = ["sheet", "key", "column", "value", "unit", "confidence", "changed", "cell", "note"]
CHANGED = "changed"
LEFT_OUT = ("source", "confidence")
NOTES_ONLY = ("Scenarios", "ScenarioChanges", "Futures", "Sources", "Assumptions", "ChangeLog", "Settings")


def inputs_used(case: Case, base: Case | None = None, cells: Sequence[dict[str, Any]] | None = None) -> pd.DataFrame:
    """Every cell that says something, in the units of its sheet; blanks and defaults of the column are left out.

    `changed` is 'changed' where the scenario altered the base case. `cells` are those of the case, where they have
    been read already.

    Columns: sheet, key (record), column (header words), value (number or text), unit, confidence (of the figure),
    changed, cell (file › sheet › cell), note (on the cell). Changes that set in from a year on are rows of their own,
    one for each change.
    """
    others = set() if base is None or base is case else _sheets_changed(case, base)
    before: dict[tuple[str, str, str], deque[dict[str, Any]]] = defaultdict(deque)  # some sheets have no keys
    for cell in sheet_cells(base, others) if base is not None and others else ():
        before[_name(cell)].append(cell)
    records = []
    for cell in sheet_cells(case) if cells is None else cells:
        same = before[_name(cell)] if cell["sheet"] in others else deque((cell,))
        known = same.popleft() if same else None
        if known is None or not _same(known["value"], cell["value"]):
            records.append({**cell, "changed": CHANGED})
        elif not cell["usual"]:
            records.append(cell)
    records += [{**cell, "value": "(blank)", "changed": CHANGED} for left in before.values() for cell in left]
    records += _timed(case)
    return pd.DataFrame(records, columns=COLUMNS)


def _name(cell: dict[str, Any]) -> tuple[str, str, str]:
    return (cell["sheet"], cell["key"], cell["column"])


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= 1e-12 * max(1.0, abs(first))
    return bool(first == second)


def _sheets_changed(case: Case, base: Case) -> set[str]:
    """Sheets that are not the very same table in both; a scenario leaves the others alone."""
    return {"Settings"} | {name for name in SHEETS if case.table(name) is not base.table(name)}


def sheet_cells(case: Case, sheets: Collection[str] | None = None) -> Iterator[dict[str, Any]]:
    """Cells of some sheets, or of all: the COLUMNS of `inputs_used`, and `usual` where the default stands there."""
    for name, setting in SETTINGS.items() if sheets is None or "Settings" in sheets else ():
        value = _shown(setting.column, case.settings.get(name))
        if value is not None:
            yield {**_cell("Settings", name, setting.column.label, value, setting.column.unit, "", ""), "usual": False}
    for name, sheet in SHEETS.items():
        if name in NOTES_ONLY or (sheets is not None and name not in sheets):
            continue
        table = case.table(name)
        for number, record in zip(table.index, table.to_dict("records"), strict=True):
            yield from _row(case, sheet, int(number), record)


def _row(case: Case, sheet: Sheet, number: int, record: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    key = _key(sheet, record)
    confidence = str(record.get("confidence") or "")
    columns: list[tuple[Any, Column, str]] = [(c.name, c, c.label) for c in sheet.columns if c.name not in LEFT_OUT]
    if sheet.year_column is not None:
        columns += [(name, sheet.year_column, str(name)) for name in record if isinstance(name, int)]
    for name, column, label in columns:
        value = _shown(column, record[name])
        if value is not None and name not in sheet.key:
            unit = str(record.get("unit") or "") if isinstance(name, int) else column.unit
            note = case.note(sheet.name, number, name)
            own = grade_of(note) or confidence
            cell = _cell(sheet.name, key, label, value, unit, own, case.cell(sheet.name, number, name))
            yield {**cell, "note": note, "usual": not isinstance(name, int) and record[name] == column.default}


def _key(sheet: Sheet, record: dict[Any, Any]) -> str:
    """Key of a record in words: 'Whole corridor | 2026'. A year or another whole number has no decimals."""
    shown = [_shown(sheet.column(name), record[name]) for name in sheet.key]
    words = ("(blank)" if part is None else f"{part:.12g}" if isinstance(part, float) else str(part) for part in shown)
    return joined(words, " | ")


def _cell(*values: Any) -> dict[str, Any]:
    sheet, key, column, value, unit, confidence, place = values
    return {
        "sheet": sheet, "key": key, "column": column, "value": value, "unit": unit, "confidence": confidence,
        "changed": "", "cell": place, "note": "",
    }  # fmt: skip


def _shown(column: Column, value: Any) -> Any:
    """Canonical value → sheet value; None when blank."""
    if value is None or value == () or value == "" or (isinstance(value, float) and pd.isna(value)):
        return None
    if column.kind is Kind.IDENTIFIERS:
        return listed_keys(value)
    if column.kind is Kind.FLAG:
        return "yes" if value else "no"
    if column.numeric:
        shown = float(value) / column.factor
        return float(f"{shown:.12g}")
    return str(value)


def _timed(case: Case) -> list[dict[str, Any]]:
    """Scenario changes that hold in some years."""
    records = []
    for change in case.changes:
        sheet = SHEETS[change.sheet]
        table = case.table(change.sheet)
        for number in change.rows:
            record = table.loc[number].to_dict()
            key = _key(sheet, record)
            column = sheet.year_column if isinstance(change.column, int) else sheet.column(change.column)
            assert column is not None
            value = change.value if change.operation == "multiply" else _shown(column, change.value)
            words = f"{change.operation} {'blank' if value is None else value} from {change.from_year}"
            words += "" if change.last_year is None else f" to {change.last_year}"
            label = str(change.column) if isinstance(change.column, int) else column.label
            cell = _cell(
                change.sheet, key, label, words, column.unit, "", case.cell(change.sheet, number, change.column)
            )
            records.append({**cell, "changed": CHANGED})
    return records
