"""Writes input workbooks from the schema: one pleasant sheet per declared table.

Everything a planner sees (headers with units, cell notes, drop-downs, number checks) comes from the declaration in
`model.case.schema`; a column added there appears here by itself. The workbooks are the planner's own files: nothing in
the project writes over them again.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from model.case.keys import listed_keys
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Kind, Sheet
from model.case.whole_file import put_whole
from model.case.workbooks import style
from model.case.workbooks.style import Field

TITLE_ROW: Final = 0
HEADER_ROW: Final = 1
FIRST_DATA_ROW: Final = 2
SPARE_ROWS: Final = 500
"""Rows below the table in which drop-downs, checks and colours already work."""
CREATED: Final = datetime.datetime(2026, 1, 1)
"""Document time of every workbook: fixed, so that the same tables give the same bytes."""
LIST_LIMIT: Final = 255
"""Longest list that Excel accepts inside a drop-down."""
TEXT_LIMIT: Final = 32_767
"""Longest text that Excel accepts in a cell."""

Formats = Mapping[str, Any]


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    sheets: Sequence[str],
    read_me: Sequence[str] = (),
    extra: Callable[[Any, Formats], None] | None = None,
) -> None:
    """Write `tables` (sheet units, code-name columns, int year columns) as one workbook of the given sheets.

    Declared columns that a table lacks are written empty, and a sheet without a table is written with its header
    only. `read_me` holds the paragraphs of the first sheet; `extra` adds further sheets to the XlsxWriter book, in
    these formats. A killed run leaves the old workbook or the new one. Raises KeyError for an undeclared sheet or
    column and ValueError for a number that is not finite or a text too long for a cell.
    """
    with put_whole(path) as aside:
        _write(aside, path.stem, tables, sheets, read_me, extra)


def fields_of(sheet: Sheet, table: pd.DataFrame) -> list[Field]:
    """Columns of the page in order: the declared ones, with the year columns ahead of source, confidence and note.

    Raises KeyError for a column that the sheet does not declare.
    """
    names: list[Any] = list(table.columns)
    years = sorted(name for name in names if isinstance(name, int))
    for name in names:
        _declaration(sheet, name)
    page = [Field(column, column.header, column.name) for column in sheet.columns]
    at = next((place for place, field in enumerate(page) if field.key == "source"), len(page))
    if sheet.year_column is not None:
        page[at:at] = [Field(sheet.year_column, str(year), year) for year in years]
    return page


def _declaration(sheet: Sheet, name: str | int) -> Column:
    if isinstance(name, int):
        if sheet.year_column is None:
            raise KeyError(f"{sheet.name}: takes no year columns, but {name} was given")
        return sheet.year_column
    try:
        return sheet.column(name)
    except KeyError:
        raise KeyError(f"{sheet.name}: column {name!r} is not declared") from None


def _write(
    path: Path,
    title: str,
    tables: Mapping[str, pd.DataFrame],
    sheets: Sequence[str],
    read_me: Sequence[str],
    extra: Callable[[Any, Formats], None] | None,
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    try:
        book.set_properties({"title": title, "created": CREATED, "comments": "Input workbook of the corridor plan."})
        formats = style.make_formats(book)
        if read_me:
            style.write_read_me(book, formats, title, read_me, [SHEETS[name] for name in sheets])
        lengths = {name: len(tables.get(name, ())) for name in sheets}
        for name in sheets:
            _write_sheet(book, formats, SHEETS[name], tables.get(name, pd.DataFrame()), lengths)
        if extra is not None:
            extra(book, formats)
    finally:
        book.close()


def _write_sheet(book: Any, formats: Formats, sheet: Sheet, table: pd.DataFrame, lengths: Mapping[str, int]) -> None:
    page = fields_of(sheet, table)
    worksheet = book.add_worksheet(sheet.name)
    worksheet.write_string(TITLE_ROW, 0, f"{sheet.name} – {sheet.meaning}", formats["title"])
    last_row = FIRST_DATA_ROW + max(len(table), 1) - 1
    headers = [{"header": field.header, "header_format": formats[style.header_style(field.column)]} for field in page]
    worksheet.add_table(
        HEADER_ROW,
        0,
        last_row,
        len(page) - 1,
        {"name": f"tbl_{sheet.name}", "columns": headers, "style": None},
    )
    for place, field in enumerate(page):
        values = table[field.key].tolist() if field.key in table else [None] * len(table)
        cell_format = formats[style.cell_style(field.column, values, data=sheet.data, key=(field.key,) == sheet.key)]
        worksheet.set_column(place, place, style.column_width(field.column, field.header, values, data=sheet.data))
        worksheet.write_comment(HEADER_ROW, place, *style.header_note(field.column))
        for offset, value in enumerate(values or [None]):
            _write_value(worksheet, FIRST_DATA_ROW + offset, place, field.column, value, cell_format)
        _add_check(worksheet, place, field, last_row + SPARE_ROWS, lengths)
    style.colour_by_confidence(worksheet, formats, page, FIRST_DATA_ROW, last_row + SPARE_ROWS)
    # A period called 2026 is a name: Excel would mark it as a number stored as text.
    worksheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(page) - 1)}{last_row + SPARE_ROWS}"})
    worksheet.set_row(HEADER_ROW, style.HEADER_HEIGHT)
    wrapped = [] if sheet.data else [field.key for field in page if field.key in style.LONG_TEXT and field.key in table]
    for offset, record in enumerate(table[wrapped].itertuples(index=False) if wrapped else ()):
        worksheet.set_row(FIRST_DATA_ROW + offset, style.row_height(record))
    worksheet.freeze_panes(FIRST_DATA_ROW, 1 if sheet.key else 0)
    style.set_print(worksheet, HEADER_ROW)


def _write_value(worksheet: Any, row: int, place: int, column: Column, value: Any, cell_format: Any) -> None:
    """One cell. Text never becomes a formula or a link, whatever it starts with."""
    if _blank(value):
        worksheet.write_blank(row, place, None, cell_format)
    elif column.kind is Kind.FLAG:
        worksheet.write_string(row, place, "yes" if value else "no", cell_format)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(f"{column.label}: {value} is not a number that a cell can hold")
        worksheet.write_number(row, place, float(value), cell_format)
    else:
        text = listed_keys(value) if isinstance(value, (tuple, list)) else str(value)
        if len(text) > TEXT_LIMIT:
            raise ValueError(f"{column.label}: text of {len(text)} characters is too long for a cell")
        worksheet.write_string(row, place, text, cell_format)


def _add_check(worksheet: Any, place: int, field: Field, last_row: int, lengths: Mapping[str, int]) -> None:
    """Drop-down or number check of one column, also below the table so that new rows have it."""
    column = field.column
    options: dict[str, Any] = {"ignore_blank": True, "error_title": column.label[:32]}
    target = column.refers_to.partition(".")
    if column.kind is Kind.FLAG:
        options |= {"validate": "list", "source": ["yes", "no"], "error_message": "Write yes or no."}
    elif column.kind is Kind.CHOICE and len(",".join(column.allowed)) <= LIST_LIMIT:
        message = "Write one of: " + ", ".join(column.allowed)
        options |= {"validate": "list", "source": list(column.allowed), "error_message": message[:255]}
    elif column.kind is Kind.IDENTIFIER and target[0] in lengths:
        options |= _reference_list(target[0], target[2], lengths[target[0]])
    elif column.numeric:
        options |= _number_check(column)
    else:
        return
    worksheet.data_validation(FIRST_DATA_ROW, place, last_row, place, options)


def _reference_list(sheet_name: str, column_name: str, length: int) -> dict[str, Any]:
    letter = xl_col_to_name(SHEETS[sheet_name].names.index(column_name))
    last = FIRST_DATA_ROW + length + SPARE_ROWS
    return {
        "validate": "list",
        "source": f"='{sheet_name}'!${letter}${FIRST_DATA_ROW + 1}:${letter}${last}",
        # A key may be typed before its row exists; the checker speaks up when the case is read.
        "error_type": "warning",
        "error_message": f"There is no such key on the sheet {sheet_name}.",
    }


def _number_check(column: Column) -> dict[str, Any]:
    low = column.minimum if column.minimum is not None else column.above
    low, high = (1900.0, 2200.0) if column.kind is Kind.YEAR else (low, column.maximum)
    whole = column.kind in (Kind.INTEGER, Kind.YEAR)
    bounds = (-1e12 if low is None else low, 1e12 if high is None else high)
    words = "a whole number" if whole else "a number"
    limits = "" if low is None else f" from {low:g}"
    limits += "" if high is None else f" to {high:g}"
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": int(bounds[0]) if whole else bounds[0],
        "maximum": int(bounds[1]) if whole else bounds[1],
        "error_message": f"Write {words}{limits}; blank is allowed where the header note says so.",
    }


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value in ("", ())
