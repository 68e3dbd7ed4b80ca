"""Workbook files → raw sheets (rows of cell values), hashed and held in memory."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.case.messages import Findings
from model.case.schema import SHEETS
from model.case.sheets.open_book import open_book
from model.case.sheets.package import MAX_FILE_BYTES, read_bounded, too_large
from model.case.sheets.preflight import Inspection, inspect_workbook
from model.case.sheets.scan import SheetFacts, SheetScan
from model.case.text import did_you_mean, fold_name, nearest

SUFFIXES = (".xlsx", ".xlsm")
OTHER_SUFFIXES = (".xls", ".xlsb", ".ods", ".csv", ".xltx", ".xltm", ".numbers")
COMPANIONS = frozenset({"readme", "cover", "about", "contents", "lists", "dictionary", "datadictionary", "notes"})
"""Sheets (folded names) that go with the inputs and need no remark."""
_BY_FOLDED = {fold_name(name): name for name in SHEETS}


@dataclass(frozen=True)
class RawSheet:
    """Cell values of one declared sheet; `rows[i]` is Excel row i + 1 (rows may differ in length).

    `title` is the name on the tab, `name` the declared one.
    """

    file: str
    name: str
    title: str
    rows: list[tuple[Any, ...]]
    facts: SheetFacts = field(default_factory=SheetFacts)

    def at(self, row: int, place: int) -> Any:
        """Value at an Excel row and a 0-based position; None beyond what the sheet holds."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[place] if place < len(cells) else None


@dataclass
class RawCase:
    """The declared sheets found, by declared name, and the SHA-256 of each file read.

    `complete` is false when a file was refused: then it cannot be said which sheets are missing.
    """

    sheets: dict[str, RawSheet] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    complete: bool = True


def workbook_paths(path: Path, findings: Findings) -> list[Path]:
    """The workbooks of a case: the file itself, or those in the folder (not those Excel keeps while one is open)."""
    try:
        if path.is_file():
            return [path]
        entries = sorted(
            entry for entry in path.iterdir() if entry.is_file() and not entry.name.startswith(("~$", "."))
        )
    except (OSError, ValueError) as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be opened"
        findings.add("path-missing", f"“{path.name}” {reason}.", file=path.name)
        return []
    found = [entry for entry in entries if entry.suffix.lower() in SUFFIXES]
    for entry in entries:
        if entry.suffix.lower() in OTHER_SUFFIXES:
            text = "Only .xlsx workbooks are read; this file was left alone. If it holds inputs, save it as .xlsx."
            findings.add("file-other", text, file=entry.name)
    if not found:
        findings.add("no-workbook", f"The folder “{path.name}” holds no .xlsx workbook.", file=path.name)
    return found


def read_workbooks(paths: Iterable[Path], findings: Findings) -> RawCase:
    """Read each file into memory once, hash those bytes and take the declared sheets from them."""
    case = RawCase()
    for path in paths:
        try:
            content, size = read_bounded(path)
        except PermissionError:
            text = "The file is locked or may not be read. Close it in Excel (or whatever holds it open) and try again,"
            text = f"{text} or copy it to another folder and read the copy; if that fails, check its permissions."
            findings.add("file-unreadable", text, file=path.name)
            case.complete = False
            continue
        except OSError as error:
            findings.add("file-unreadable", f"The file cannot be read ({error.strerror}).", file=path.name)
            case.complete = False
            continue
        if size > MAX_FILE_BYTES:
            findings.add("file-too-large", too_large(size), file=path.name)
            case.complete = False
            continue
        case.files[path.name] = hashlib.sha256(content).hexdigest()
        inspection = inspect_workbook(content, path.name, findings)
        found = _declared_sheets(path.name, content, inspection, findings) if inspection is not None else None
        if found is None:
            case.complete = False
            continue
        for raw in found:
            _take(case.sheets, raw, findings)
    return case


def _take(sheets: dict[str, RawSheet], raw: RawSheet, findings: Findings) -> None:
    other = sheets.get(raw.name)
    if other is not None:
        text = f"The sheet {raw.name} also stands in {other.file} as “{other.title}”; keep one of them."
        findings.add("sheet-twice", text, file=raw.file, sheet=raw.title)
        return
    sheets[raw.name] = raw
    if raw.title != raw.name:
        findings.titles[raw.name] = raw.title


def _declared_sheets(file: str, content: bytes, inspection: Inspection, findings: Findings) -> list[RawSheet] | None:
    """Declared sheets of one workbook; everything openpyxl can raise on a broken file becomes one remark."""
    result: list[RawSheet] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = open_book(io.BytesIO(content), read_only=True, data_only=True, keep_vba=False, keep_links=False)
            for worksheet in book.worksheets:
                title = str(worksheet.title)
                name = _BY_FOLDED.get(fold_name(title))
                if name is None:
                    _remark_unknown_sheet(file, title, findings)
                    continue
                facts = inspection.sheets.get(title)
                if facts is None:
                    raise KeyError(title)
                result.append(RawSheet(file, name, title, _rows(worksheet), facts))
            book.close()
    except Exception as error:  # openpyxl raises anything from KeyError to zlib.error on a damaged file
        text = f"The file is not a sound .xlsx workbook ({type(error).__name__}). Open and save it in Excel."
        findings.add("file-damaged", text, file=file)
        return None
    return result


def _rows(worksheet: Any) -> list[tuple[Any, ...]]:
    """Cell values; the first pass has bounded them, and this holds even if the two parsers saw different things."""
    worksheet.reset_dimensions()
    rows: list[tuple[Any, ...]] = []
    for row in worksheet.iter_rows(values_only=True):
        rows.append(tuple(row))
        if len(rows) > SheetScan.MAX_ROWS:
            raise ValueError("too many rows")
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    return rows


def _remark_unknown_sheet(file: str, title: str, findings: Findings) -> None:
    if fold_name(title) in COMPANIONS:
        return
    near = nearest(title, SHEETS) is not None
    hint = did_you_mean(title, SHEETS) if near else ""
    text = f"The sheet “{title}” is not an input sheet and was not read.{hint}"
    findings.add("sheet-unknown" if near else "sheet-ignored", text, file=file, sheet=title)
