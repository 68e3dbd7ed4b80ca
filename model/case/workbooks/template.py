"""An empty case to fill in: every sheet with headers, notes and drop-downs, a commented example row, a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from model.case.schema import SCHEMA_VERSION, SETTINGS, SHEETS
from model.case.schema.columns import Column, Sheet
from model.case.workbooks.dictionary import holds, range_words, word
from model.case.workbooks.writer import write_workbook

DICTIONARY: Final = "Data dictionary"
DICTIONARY_HEADERS: Final = ("Sheet", "Column", "Holds", "Unit", "Range", "Blank means", "Meaning", "Example")
DICTIONARY_WIDTHS: Final = (18, 28, 34, 18, 22, 24, 80, 20)
READ_ME: Final = (
    "An empty case of the corridor planner. Fill in the sheets from left to right; dark blue headers are required.",
    "Sheets marked as not required in the list below may stay empty or be deleted.",
    "A row whose column A begins with # is a comment and is not read: each sheet begins with one such example row.",
    "Point at a header to see what a column means, its unit and what a blank means. The last sheet lists everything.",
    "Amounts of demand stand in columns headed by a calendar year; straight lines join the years given.",
    "When the case is filled in: python run.py check FILE, then python run.py solve FILE.",
)
ADDITION: Final = (
    "Further sheets of a case: keep this workbook in its folder, or move the sheets into one that is there."
)
EXAMPLE_YEARS: Final = {2026: 10.0, 2030: 12.0}


def write_template(path: Path, sheets: Sequence[str] = ()) -> None:
    """Write the template workbook: all sheets, or only those named, as an addition to a case.

    Raises FileExistsError when there is a file already, OSError, and KeyError for a sheet that is not declared.
    """
    if path.exists():
        raise FileExistsError(f"'{path}' is there already; give the template another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = {name: _examples(SHEETS[name]) for name in sheets or SHEETS}
    if sheets:
        write_workbook(path, tables, list(tables), (ADDITION, *READ_ME[2:4]))
    else:
        write_workbook(path, tables, list(tables), READ_ME, _write_dictionary)


def settings_records() -> list[dict[str, Any]]:
    """Rows of the Settings sheet: every setting at its default, in sheet units."""
    records = []
    for name, setting in SETTINGS.items():
        column = setting.column
        value = SCHEMA_VERSION if name == "schema_version" else column.default
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = float(f"{value / column.factor:.12g}")
        if value not in (None, ""):
            shown = ("yes" if value else "no") if isinstance(value, bool) else value
            records.append({"setting": name, "value": shown, "unit": column.unit, "note": column.meaning})
    return records


def _examples(sheet: Sheet) -> pd.DataFrame:
    """The commented example row, and for Settings the settings themselves."""
    first = sheet.columns[0].name
    row: dict[Any, Any] = {column.name: column.example for column in sheet.columns}
    row[first] = f"# example: {row[first] if row[first] is not None else ''}".rstrip(": ")
    if sheet.year_column is not None:
        row |= EXAMPLE_YEARS
    records = [row, *(settings_records() if sheet.name == "Settings" else [])]
    return pd.DataFrame(records, columns=list(row), dtype=object)


def _write_dictionary(book: Any, formats: Mapping[str, Any]) -> None:
    """One row for each column of each sheet, then the settings."""
    page = book.add_worksheet(DICTIONARY)
    page.write_string(0, 0, "Data dictionary: every sheet, column and setting", formats["title"])
    for place, (header, width) in enumerate(zip(DICTIONARY_HEADERS, DICTIONARY_WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(1, place, header, formats["header_optional"])
    rows = [(sheet.name, column) for sheet in SHEETS.values() for column in sheet_columns(sheet)]
    rows += [("Settings", setting.column) for setting in SETTINGS.values()]
    for number, (name, column) in enumerate(rows, start=2):
        for place, text in enumerate(_dictionary_row(name, column)):
            page.write_string(number, place, text, formats["wrapped"])
    page.freeze_panes(2, 2)


def sheet_columns(sheet: Sheet) -> list[Column]:
    """Columns of a sheet, its year columns last."""
    return [*sheet.columns, *([sheet.year_column] if sheet.year_column is not None else [])]


def _dictionary_row(sheet: str, column: Column) -> tuple[str, ...]:
    blank = "required" if column.required else column.blank or "nothing"
    example = "" if column.example is None else word(column.example)
    return (sheet, column.label, holds(column), column.unit, range_words(column), blank, column.meaning, example)
