"""Workbook files → raw sheets (rows of cell values), hashed and held in memory."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from model.case.messages import Findings
from model.case.schema import SHEETS
from model.case.text import did_you_mean, fold_name, nearest

SUFFIXES = (".xlsx", ".xlsm")
_BY_FOLDED = {fold_name(name): name for name in SHEETS}


@dataclass(frozen=True)
class RawSheet:
    """Cell values of one declared sheet; `rows[i]` is Excel row i + 1 (rows may differ in length)."""

    file: str
    name: str
    title: str
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class RawCase:
    """The declared sheets found, by declared name, and the SHA-256 of each file read."""

    sheets: dict[str, RawSheet]
    files: dict[str, str]


def workbook_paths(path: Path, findings: Findings) -> list[Path]:
    """The workbooks of a case: the file itself, or those in the folder (not those Excel keeps while one is open)."""
    if not path.exists():
        findings.add("path-missing", f"“{path.name}” does not exist.", file=path.name)
        return []
    if path.is_file():
        return [path]
    found = sorted(
        entry
        for entry in path.iterdir()
        if entry.is_file() and entry.suffix.lower() in SUFFIXES and not entry.name.startswith(("~$", "."))
    )
    if not found:
        findings.add("no-workbook", f"The folder “{path.name}” holds no .xlsx workbook.", file=path.name)
    return found


def read_workbooks(paths: Iterable[Path], findings: Findings) -> RawCase:
    """Read each file into memory once, hash those bytes and take the declared sheets from them."""
    sheets: dict[str, RawSheet] = {}
    files: dict[str, str] = {}
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            findings.add("file-unreadable", f"The file cannot be read ({error.strerror}).", file=path.name)
            continue
        files[path.name] = hashlib.sha256(content).hexdigest()
        for raw in _declared_sheets(path.name, content, findings):
            if raw.name in sheets:
                other = sheets[raw.name]
                findings.add(
                    "sheet-twice",
                    f"The sheet {raw.name} also stands in {other.file} as “{other.title}”; keep one of them.",
                    file=path.name,
                    sheet=raw.title,
                )
                continue
            sheets[raw.name] = raw
            if raw.title != raw.name:
                findings.titles[raw.name] = raw.title
    return RawCase(sheets, files)


def _declared_sheets(file: str, content: bytes, findings: Findings) -> list[RawSheet]:
    """Declared sheets of one workbook; everything openpyxl can raise on a broken file becomes one remark."""
    result: list[RawSheet] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_vba=False)
            for worksheet in book.worksheets:
                name = _BY_FOLDED.get(fold_name(worksheet.title))
                if name is None:
                    _remark_unknown_sheet(file, worksheet.title, findings)
                    continue
                worksheet.reset_dimensions()
                rows = [tuple(row) for row in worksheet.iter_rows(values_only=True)]
                result.append(RawSheet(file, name, worksheet.title, rows))
            book.close()
    except Exception as error:  # openpyxl raises anything from KeyError to zlib.error on a damaged file
        findings.add("file-damaged", f"The file is not a sound .xlsx workbook ({type(error).__name__}).", file=file)
    return result


def _remark_unknown_sheet(file: str, title: str, findings: Findings) -> None:
    if nearest(title, SHEETS) is not None:
        hint = did_you_mean(title, SHEETS)
        findings.add(
            "sheet-unknown",
            f"The sheet “{title}” is not an input sheet and was not read.{hint}",
            file=file,
            sheet=title,
        )
    else:
        findings.add(
            "sheet-ignored", f"The sheet “{title}” is not an input sheet and was not read.", file=file, sheet=title
        )
