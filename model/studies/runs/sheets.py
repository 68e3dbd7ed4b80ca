"""Small tables of studies as workbook and CSV, written aside and renamed; text is never taken for a formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from model.case.whole_file import put_whole

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST, NARROWEST = 80, 12
HEADER_ROW = 2


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV (UTF-8 with mark, so that Excel reads it); hostile text gets an apostrophe in front.

    What nothing limits (inf) is left blank, here and in the sheets.
    """
    with put_whole(path) as aside:
        table.map(_harmless).to_csv(aside, index=False, encoding="utf-8-sig")


def write_sheets(tables: Mapping[str, pd.DataFrame], title: str, path: Path, note: str = "") -> None:
    """Write tables as sheets of one workbook: title in row 1, a note in row 2, header in row 3, records below."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with put_whole(path) as aside, xlsxwriter.Workbook(str(aside), options) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0.0##", "valign": "top"}),
            "whole": book.add_format({"num_format": "0", "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, f"{title}: {name.lower()}", formats["title"])
            sheet.write_string(1, 0, note)
            for column, header in enumerate(table.columns):
                _write_column(sheet, column, str(header), table[header].tolist(), formats)
            sheet.freeze_panes(HEADER_ROW + 1, 1)


def _write_column(sheet: Any, column: int, header: str, values: list[Any], formats: Mapping[str, Any]) -> None:
    """One column, as wide as its text needs."""
    texts = [value for value in values if isinstance(value, str)]
    sheet.set_column(column, column, max(NARROWEST, min(WIDEST, max(map(len, texts), default=0))))
    sheet.write_string(HEADER_ROW, column, header, formats["header"])
    for row, value in enumerate(values, start=HEADER_ROW + 1):
        if isinstance(value, str):
            sheet.write_string(row, column, value, formats["text"])
        elif isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", formats["text"])
        elif not pd.isna(value) and not _endless(value):
            sheet.write_number(row, column, value, formats["whole" if isinstance(value, int) else "number"])


def _endless(value: Any) -> bool:
    return isinstance(value, float) and math.isinf(value)


def _harmless(value: Any) -> Any:
    if _endless(value):
        return None
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
