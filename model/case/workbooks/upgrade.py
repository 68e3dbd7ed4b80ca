"""Older workbooks brought forward to the present schema version, in place, with the original kept.

Only headers and the version are touched: headers that a later version renamed get their present name, columns that it
added are appended (empty, with their note), and Settings says the version. Figures, formulas, comments and further
sheets stay as they are. Rows are never moved. A case of the present version is left alone.
"""

from __future__ import annotations

import copy
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.table import TableColumn

from model.case.messages import CaseError, Findings
from model.case.schema import SCHEMA_VERSION, SHEETS
from model.case.schema.columns import Column, Kind, Sheet
from model.case.sheets.headers import Layout, column_of, find_layout
from model.case.sheets.open_book import open_book
from model.case.sheets.raw import RawCase, read_workbooks, workbook_paths
from model.case.sheets.records import read_table
from model.case.sheets.settings import read_settings, setting_name
from model.case.text import fold
from model.case.whole_file import put_whole

VERSION: Final = "schema_version"


@dataclass(frozen=True)
class Upgrade:
    """What was done, in words: the version found (0 = none named), the folder with the originals (None = unaltered)."""

    version: int
    originals: Path | None
    done: tuple[str, ...]


def upgrade_case(path: Path) -> Upgrade:
    """Bring the workbooks of a case to the present schema version.

    Originals are copied to the folder 'before version N' beside them first. Raises CaseError when a workbook cannot be
    read, is of a newer version than this program, or keeps no Settings sheet, and OSError.
    """
    findings = Findings()
    paths = workbook_paths(path, findings)
    raw = read_workbooks(paths, findings)
    if findings.failed:
        raise CaseError(findings.messages)
    version = schema_version(raw)
    if version > SCHEMA_VERSION:
        text = f"The case has schema version {version}; this program knows {SCHEMA_VERSION}. Use a newer program."
        findings.add("schema-newer", text, sheet="Settings")
        raise CaseError(findings.messages)
    if version == SCHEMA_VERSION:
        return Upgrade(version, None, ())
    if "Settings" not in raw.sheets:
        findings.add(
            "sheet-missing", "The sheet “Settings” is missing, which says the schema version.", sheet="Settings"
        )
        raise CaseError(findings.messages)
    originals = _keep_originals(paths)
    done = [words for file in paths for words in _upgrade_file(file, raw)]
    return Upgrade(version, originals, tuple(done))


def schema_version(raw: RawCase) -> int:
    """Version that the Settings sheet names; 0 when it names none (workbooks older than the setting)."""
    found = raw.sheets.get("Settings")
    table = read_table(found, Findings()) if found is not None else None
    if table is None or VERSION not in {setting_name(str(word)) for word in table.frame["setting"]}:
        return 0
    return int(read_settings(table, Findings())[VERSION])


def _keep_originals(paths: list[Path]) -> Path:
    """Copies in a folder of their own, where the reader does not look; never over earlier copies."""
    wanted = folder = paths[0].parent / f"before version {SCHEMA_VERSION}"
    number = 1
    while folder.exists():
        number += 1
        folder = wanted.with_name(f"{wanted.name} ({number})")
    folder.mkdir()
    for path in paths:
        shutil.copy2(path, folder / path.name)
    return folder


def _upgrade_file(path: Path, raw: RawCase) -> list[str]:
    """Alter one workbook where it needs it, written aside and put in place whole. Returns what was done, in words."""
    done: list[str] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        book = open_book(path, names=True, keep_vba=path.suffix.lower() == ".xlsm")
        for sheet in SHEETS.values():
            found = raw.sheets.get(sheet.name)
            if found is not None and found.file == path.name:
                layout = find_layout(sheet, found, Findings())
                if layout is not None:
                    page = book[found.title]
                    done += [f"{path.name} › {found.title}: {words}" for words in _upgrade_sheet(page, sheet, layout)]
        if not done:
            return []
        lost = [str(item.message) for item in said if "will be removed" in str(item.message)]
        with put_whole(path) as aside:
            book.save(aside)
            shutil.copymode(path, aside)
    return done + [f"{path.name}: {words} (the original still has it)" for words in dict.fromkeys(lost)]


def _upgrade_sheet(page: Any, sheet: Sheet, layout: Layout) -> list[str]:
    done = []
    for name, place in layout.positions.items():
        cell = page.cell(layout.header_row, place + 1)
        if isinstance(name, str) and _renamed(sheet, name, str(cell.value)):
            done.append(f"the header '{cell.value}' is now '{sheet.column(name).header}'")
            _rename_in_tables(page, layout.header_row, place, sheet.column(name).header)
            cell.value = sheet.column(name).header
    missing = [column for column in sheet.columns if column.name not in layout.positions]
    for column in missing:
        _append(page, column, layout)
    if missing:
        done.append(f"new columns: {', '.join(column.label for column in missing)}")
    if sheet.name == "Settings":
        done += _set_version(page, layout)
    return done


def _renamed(sheet: Sheet, name: str, header: str) -> bool:
    """Whether a header means its column only by an old name."""
    column = sheet.column(name)
    found, unit = column_of(sheet, header)
    label = header.split("[")[0] if unit is not None else header
    return found is column and fold(label) not in {fold(word) for word in (column.label, column.header, column.name)}


def _append(page: Any, column: Column, layout: Layout) -> None:
    """An empty column right of the table, with the look of the last header and the meaning as a note."""
    last = max(item.column for item in page[layout.header_row] if item.value is not None)
    model, cell = page.cell(layout.header_row, last), page.cell(layout.header_row, last + 1)
    cell.value = column.header
    if model.has_style:
        cell._style = copy.copy(model._style)
    blank = "" if column.required else f" Blank: {column.blank or 'nothing'}."
    choices = f" One of: {', '.join(column.allowed)}." if column.kind is Kind.CHOICE else ""
    cell.comment = Comment(f"{column.meaning}{choices}{blank}", "planner")
    page.column_dimensions[get_column_letter(last + 1)].width = 16
    for table in page.tables.values():
        first = table.ref.split(":")[0]
        _, top, right, bottom = _box(table.ref)
        if top == layout.header_row and right == last:
            table.ref = f"{first}:{get_column_letter(last + 1)}{bottom}"
            if table.autoFilter is not None:
                table.autoFilter.ref = table.ref
            number = max(item.id for item in table.tableColumns) + 1
            table.tableColumns.append(TableColumn(id=number, name=column.header))


def _rename_in_tables(page: Any, header_row: int, place: int, header: str) -> None:
    """An Excel table repeats its headers; they must agree with the cells."""
    for table in page.tables.values():
        left, top, right, _ = _box(table.ref)
        if top == header_row and left <= place + 1 <= right:
            table.tableColumns[place + 1 - left].name = header


def _set_version(page: Any, layout: Layout) -> list[str]:
    """The row of the version: altered where it stands, else below the last row."""
    places = {name: place + 1 for name, place in layout.positions.items() if isinstance(name, str)}
    rows = range(layout.header_row + 1, page.max_row + 1)
    used = [row for row in rows if page.cell(row, places["setting"]).value not in (None, "")]
    row = next((row for row in used if setting_name(str(page.cell(row, places["setting"]).value)) == VERSION), None)
    if row is None:
        row = max(used, default=layout.header_row) + 1
        for place in places.values():
            above = page.cell(row - 1, place)
            if above.has_style and row - 1 > layout.header_row:
                page.cell(row, place)._style = copy.copy(above._style)
        page.cell(row, places["setting"]).value = VERSION
        if "confidence" in places:
            page.cell(row, places["confidence"]).value = "seen"
        for table in page.tables.values():
            first = table.ref.split(":")[0]
            _, top, right, bottom = _box(table.ref)
            if top == layout.header_row and bottom == row - 1:
                table.ref = f"{first}:{get_column_letter(right)}{row}"
                if table.autoFilter is not None:
                    table.autoFilter.ref = table.ref
    page.cell(row, places["value"]).value = SCHEMA_VERSION
    return [f"schema version {SCHEMA_VERSION}"]


def _box(reference: str) -> tuple[int, int, int, int]:
    """First column, first row, last column, last row of a table."""
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    return int(first_column or 1), int(first_row or 1), int(last_column or 1), int(last_row or 1)
