"""Remarks about a case as a workbook: one row a remark, with a link to the cell it is about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from model.case.codes import MEANINGS, Severity
from model.case.messages import Message, counts, ordered
from model.case.schema import SHEETS
from model.case.whole_file import put_whole

COLUMNS: Final = (
    ("Severity", 10),
    ("File", 22),
    ("Sheet", 18),
    ("Cell", 9),
    ("What is wrong, and what to do", 90),
    ("Value seen", 24),
    ("Kind of remark", 24),
    ("What the kind means", 50),
)
HEADER_ROW: Final = 3
MOST_ROWS: Final = 100_000
MOST_LINKS: Final = 60_000
"""Excel opens a sheet with at most 65,530 links."""
LONGEST_TEXT: Final = 32_000
FILLS: Final = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.NOTE: "#DDEBF7"}


def write_issues_workbook(messages: Sequence[Message], path: Path, case_folder: Path | None = None) -> Path:
    """Write remarks to `path` and return where they were written ('… (2).xlsx' when the file is open in Excel).

    Links lead to the cells, relative to `path`, when `case_folder` (the folder that holds the input workbooks) is
    given. Texts from the inputs are written as texts: never as formulas or links. Raises OSError when the folder
    cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)

    def written(target: Path) -> Path:
        with put_whole(target) as aside:
            _write(aside, ordered(messages), _relative(case_folder, path.parent))
        return target

    try:
        return written(path)
    except PermissionError:  # Windows: the old list is open in Excel
        return written(path.with_name(f"{path.stem} (2){path.suffix}"))


def _relative(case_folder: Path | None, start: Path) -> str | None:
    """Path from the issues workbook to the inputs with forward slashes; None when there is none (other drive)."""
    if case_folder is None:
        return None
    try:
        return Path(os.path.relpath(case_folder.resolve(), start.resolve())).as_posix()
    except ValueError:
        return None


def _write(path: Path, messages: Sequence[Message], folder: str | None) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book: Any = xlsxwriter.Workbook(str(path), options)
    try:
        book.set_properties({"title": "Remarks about the inputs"})
        sheet = book.add_worksheet("Issues")
        formats = _formats(book)
        sheet.write_string(0, 0, "Remarks about the inputs", formats["title"])
        sheet.write_string(1, 0, summary(messages), formats["plain"])
        for column, (header, width) in enumerate(COLUMNS):
            sheet.write_string(HEADER_ROW, column, header, formats["header"])
            sheet.set_column(column, column, width)
        for row, message in enumerate(messages[:MOST_ROWS], start=HEADER_ROW + 1):
            _write_row(sheet, row, message, folder, formats)
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(1, len(messages[:MOST_ROWS])), len(COLUMNS) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
    finally:
        book.close()


def summary(messages: Sequence[Message]) -> str:
    """'2 errors, 1 warning, 0 notes.' and what that means."""
    number = counts(messages)
    words = ", ".join(
        f"{number[severity]} {severity.value}{'' if number[severity] == 1 else 's'}" for severity in Severity
    )
    if number[Severity.ERROR]:
        return f"{words}. The plan can be made once the errors are mended."
    return f"{words}. The plan can be made."


def _formats(book: Any) -> dict[str, Any]:
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "plain": book.add_format({"valign": "top"}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
        "armed": book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True}),
        "link": book.add_format({"valign": "top", "font_color": "#0563C1", "underline": 1}),
        "header": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#D9D9D9"}
        ),
    }
    for severity, fill in FILLS.items():
        formats[severity] = book.add_format({"valign": "top", "bold": True, "bg_color": fill})
    return formats


def _write_row(sheet: Any, row: int, message: Message, folder: str | None, formats: dict[str, Any]) -> None:
    tab = message.title or message.sheet
    texts = (message.file, tab, message.cell, message.text, message.seen, message.code, MEANINGS[message.code])
    sheet.write_string(row, 0, message.severity.value, formats[message.severity])
    for column, text in enumerate(texts, start=1):
        # A leading = + - @ would come alive when someone presses F2 and Enter in the cell.
        style = "armed" if text.startswith(("=", "+", "-", "@")) else "text"
        sheet.write_string(row, column, text[:LONGEST_TEXT], formats[style])
    target = _link(message, folder)
    if target is not None and row < MOST_LINKS:
        sheet.write_url(row, 3, target, formats["link"], message.cell)


def _link(message: Message, folder: str | None) -> str | None:
    """Address of the cell for Excel; only sheets of the schema are linked, so no name from a file gets into it."""
    cell = message.cell.split(":")[0]
    if folder is None or not message.file or message.sheet not in SHEETS or message.title or not cell:
        return None
    address = f"{cell}1" if cell.isalpha() else f"A{cell.removeprefix('row ')}" if cell.startswith("row ") else cell
    return f"external:{folder}/{message.file}#'{message.sheet}'!{address}"
