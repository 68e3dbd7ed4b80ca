"""Finding the header row of a sheet and which declared column each header means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from openpyxl.utils import get_column_letter

from model.case.messages import Findings, shown
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Sheet
from model.case.sheets.cells import FIRST_YEAR, LAST_YEAR, is_blank, serial_date
from model.case.sheets.raw import RawSheet
from model.case.text import EXCEL_ERRORS, clean_key, did_you_mean, fold, listed

HEADER_SEARCH_ROWS = 10
_UNIT = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]$")

_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")


@dataclass(frozen=True)
class Layout:
    """Where the table of a sheet stands. `positions` maps code name or year to the 0-based position in the row."""

    header_row: int
    positions: Mapping[str | int, int] = field(default_factory=dict)

    @property
    def letters(self) -> dict[str | int, str]:
        """Excel letters of the columns."""
        return {name: get_column_letter(position + 1) for name, position in self.positions.items()}


@cache
def header_words(sheet_name: str) -> dict[str, str]:
    """Folded header, label, code name and aliases → code name of the column. A label beats another's code name."""
    words: dict[str, str] = {}
    columns = SHEETS[sheet_name].columns
    for column in columns:
        words.update(dict.fromkeys(map(fold, (column.name, *column.aliases)), column.name))
    for column in columns:
        words.update(dict.fromkeys(map(fold, (column.header, column.label)), column.name))
    return words


def column_of(sheet: Sheet, header: str) -> tuple[Column | None, str | None]:
    """The declared column that a header means, and the unit written in it (None when none is written)."""
    words = header_words(sheet.name)
    name = words.get(fold(header))
    found = _UNIT.match(clean_key(header))
    unit = found.group(2) if found else None
    if name is None and found:
        name = words.get(fold(found.group(1)))
    return (sheet.column(name) if name is not None else None), unit


def year_of(header: object) -> int | None:
    """A header that is a calendar year (2030, '2030', 2030.0) → that year."""
    if isinstance(header, bool):
        return None
    if isinstance(header, int | float) and header == int(header) and FIRST_YEAR <= header <= LAST_YEAR:
        return int(header)
    if isinstance(header, str) and re.fullmatch(r"[12]\d{3}", clean_key(header)):
        year = int(clean_key(header))
        return year if FIRST_YEAR <= year <= LAST_YEAR else None
    return None


def find_layout(sheet: Sheet, raw: RawSheet, findings: Findings) -> Layout | None:
    """Header row among the first rows (most declared headers) and its columns; None when there is no header row."""
    best, best_count = -1, 0
    for position, row in enumerate(raw.rows[:HEADER_SEARCH_ROWS]):
        count = len({column_of(sheet, cell)[0] for cell in row if isinstance(cell, str)} - {None})
        if count > best_count:
            best, best_count = position, count
    lone = best_count == 1 and any(
        isinstance(cell, str) and (column_of(sheet, cell)[0] in [sheet.column(name) for name in sheet.key])
        for cell in raw.rows[best]
    )
    if best_count < min(2, len(sheet.columns)) and not lone:
        wanted = listed((column.header for column in sheet.columns if column.required), 6)
        findings.add(
            "header-missing",
            f"No header row was found in the first {HEADER_SEARCH_ROWS} rows. Expected headers such as: {wanted}.",
            file=raw.file,
            sheet=raw.name,
        )
        return None
    layout = _read_header(sheet, raw, best, findings)
    left = _headers_left(raw, layout)
    for column in sheet.columns:
        if column.required and column.name not in layout.positions:
            findings.add(
                "column-missing",
                f"The column “{column.header}” is missing ({column.meaning.rstrip('.')}).{left}",
                file=raw.file,
                sheet=raw.name,
                cell=f"row {best + 1}",
                column=column.name,
            )
    return layout


def _headers_left(raw: RawSheet, layout: Layout) -> str:
    """The headers that mean no column, as a sentence for whoever looks for a missing one; '' without any."""
    read = layout.positions.values()
    cells = [
        f"“{shown(header)}” ({get_column_letter(place + 1)}{layout.header_row})"
        for place, header in enumerate(raw.rows[layout.header_row - 1])
        if place not in read and not is_blank(header)
    ]
    return f" Not read: {listed(cells, 4)}; if it is one of these, give it the name back." if cells else ""


def _read_header(sheet: Sheet, raw: RawSheet, position: int, findings: Findings) -> Layout:
    positions: dict[str | int, int] = {}
    width = max(len(row) for row in raw.rows[position:])
    for place, header in enumerate([*raw.rows[position], *[None] * (width - len(raw.rows[position]))]):
        cell = f"{get_column_letter(place + 1)}{position + 1}"
        if is_blank(header):
            _check_blank_header(raw, position, place, cell, findings)
            continue
        name = _column_name(sheet, raw, header, cell, findings)
        if name is None:
            continue
        if name in positions:
            first = f"{get_column_letter(positions[name] + 1)}{position + 1}"
            text = f"The header “{shown(header)}” means the same column as {first}; keep one of them."
            findings.add("column-twice", text, file=raw.file, sheet=raw.name, cell=cell, column=name, seen=header)
            continue
        positions[name] = place
    return Layout(position + 1, positions)


def _column_name(sheet: Sheet, raw: RawSheet, header: Any, cell: str, findings: Findings) -> str | int | None:
    """Code name or year that one header means; None (with a remark) when it means nothing."""

    def remark(code: str, text: str) -> None:
        findings.add(code, text, file=raw.file, sheet=raw.name, cell=cell, seen=header)

    column, unit = column_of(sheet, str(header))
    if column is not None:
        if unit is not None and fold(unit) != fold(column.unit):
            expected = f"[{column.unit}]" if column.unit else "without a unit"
            remark(
                "header-unit",
                f"The header says [{unit}], but the column is read in {expected}. Convert the figures and the header.",
            )
        return column.name
    if sheet.year_column is not None:
        year = year_of(header)
        if year is not None:
            return year
        if isinstance(header, datetime.date):
            remark(
                "header-date",
                f"The header is a date ({header:%Y-%m-%d}); its year {header.year} was read. Type the year alone.",
            )
            return header.year
        if isinstance(header, int | float) and not isinstance(header, bool):
            serial = (
                f"looks like a date serial ({serial_date(header)})"
                if 20_000 <= header < 80_000
                else "is not a calendar year"
            )
            remark("header-date-serial", f"The header {shown(header)} {serial}. Type the year, e.g. 2030.")
            return None
    remark("header-unknown", f"The column “{shown(header)}” is not declared and was not read.{_hint(sheet, header)}")
    return None


def _hint(sheet: Sheet, header: object) -> str:
    """What an unknown header may have been meant to be."""
    words = str(header)
    year = _YEAR.search(words) if sheet.year_column is not None else None
    if year is not None:
        return f" For a year the header is the bare number, {year.group()}."
    with_unit = _UNIT.match(words)
    name = with_unit.group(1) if with_unit is not None else words
    return did_you_mean(name, [column.label for column in sheet.columns])


def _check_blank_header(raw: RawSheet, position: int, place: int, cell: str, findings: Findings) -> None:
    for number, row in enumerate(raw.rows[position + 1 :], start=position + 2):
        if place < len(row) and not is_blank(row[place]) and not is_comment(row):
            text = f"The column has no header but holds data (row {number}: {shown(row[place], 30)})."
            text = f"{text} Give it a header or clear it."
            findings.add("header-blank", text, file=raw.file, sheet=raw.name, cell=cell)
            return


def is_comment(row: tuple[Any, ...]) -> bool:
    """Whether column A makes the row a comment ('#', but not an Excel error such as #REF!)."""
    first = row[0] if row else None
    if not isinstance(first, str) or not first.lstrip().startswith("#"):
        return False
    return first.strip().upper() not in EXCEL_ERRORS
