"""A sheet Scenarios in the workbook of each of several runs made together: key figures, opening years of projects.

A run is written before the others are planned, so the sheet comes into a finished workbook, as its last one. What is in
the file already is copied as it is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.utility import xl_rowcol_to_cell

from model.case.whole_file import put_whole
from model.reports.comparison.run_files import RunFiles, read_runs
from model.reports.comparison.tables import figures_of, investments
from model.reports.frames import rows
from model.reports.text import plain
from model.reports.workbook.sheet import NUMBER_FORMATS

BOOK: Final = "plan.xlsx"
SHEET: Final = "Scenarios"
WIDTHS: Final = (52, 14)
WIDTH: Final = 18
NOTE: Final = (
    "Runs that were made together, this one among them. Whether a difference of costs is proven, and all that differs "
    "in inputs, flows and costs, stands in comparison.xlsx."
)
WORKBOOK, RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

Lines = Sequence[Sequence[Any]]


def scenario_sheets(folders: Sequence[Path]) -> list[Path]:
    """Put the sheet into each run's workbook, whole or not at all; returns the workbooks that could not be written.

    Runs without a workbook are left out. A workbook that is open in Excel cannot be replaced on Windows: that is no
    reason to leave the others without. Raises CompareError when a run cannot be read.
    """
    books = [folder / BOOK for folder in folders if (folder / BOOK).is_file()]
    if len(folders) > 1 and books:
        lines = scenario_lines(read_runs(folders))
        return [book for book in books if not written(partial(add_sheet, book, SHEET, lines))]
    return []


def written(write: Callable[[], None]) -> bool:
    """Whether a file could be written."""
    try:
        write()
    except OSError:
        return False
    return True


def scenario_lines(runs: Sequence[RunFiles]) -> list[list[Any]]:
    """Rows of the sheet: title, note, key figures under a header, opening years of projects under another."""
    labels = [run.label for run in runs]
    found: list[list[Any]] = [["Scenarios side by side"], [NOTE], [], ["Measure", "Unit", *labels]]
    found += [[measure, unit, *values] for (measure, unit), values in figures_of(runs)]
    found += [[], ["Project", "Key", *(f"{label}, opens in" for label in labels)]]
    opened = [f"s{number}" for number in range(len(runs))]
    found += [[row.name, row.project, *(getattr(row, name) for name in opened)] for row in rows(investments(runs))]
    return found


def add_sheet(path: Path, name: str, lines: Lines) -> None:
    """Write lines as the last sheet of a workbook, or in place of that sheet where the workbook has it already.

    The first line is a title, those that begin a table are those after an empty one.
    """
    with zipfile.ZipFile(path) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    place, parts[WORKBOOK], parts[RELATIONS], parts[TYPES] = _placed(parts, name, len(lines) + 2)
    parts[place] = _sheet(lines, *_styles(parts)).encode()
    with put_whole(path) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as file:
        for part, content in parts.items():
            file.writestr(part, content)


def _placed(parts: dict[str, bytes], name: str, beyond: int) -> tuple[str, bytes, bytes, bytes]:
    """Part that holds the sheet; workbook, its relations and the types of parts with the sheet in them.

    Its print area is a cell of the empty row `beyond`: like other details it is for the screen.
    """
    book, relations, types = (parts[one].decode() for one in (WORKBOOK, RELATIONS, TYPES))
    known = re.search(rf"<sheet name={re.escape(quoteattr(name))} [^>]*r:id=\"([^\"]+)\"", book)
    if known is not None:
        target = re.search(rf'<Relationship Id="{known[1]}" [^>]*Target="([^"]+)"', relations)
        if target is not None:
            return f"xl/{target[1]}", parts[WORKBOOK], parts[RELATIONS], parts[TYPES]
    number = 1 + max(int(one) for one in re.findall(r'sheetId="(\d+)"', book))
    last = max(int(one) for one in re.findall(r'Id="rId(\d+)"', relations))
    key = f"rId{last + 1}"
    target_part = f"worksheets/sheet{number}.xml"
    sheet = f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="{key}"/>'
    relation = f'<Relationship Id="{key}" Type="{OFFICE}/worksheet" Target="{target_part}"/>'
    kind = f'<Override PartName="/xl/{target_part}" ContentType="{KIND}"/>'
    area = (
        f'<definedName name="_xlnm.Print_Area" localSheetId="{book.count("<sheet ")}">'
        f"{name}!$A${beyond}:$A${beyond}</definedName>"
    )
    book = book.replace("</sheets>", f"{sheet}</sheets>").replace("</definedNames>", f"{area}</definedNames>")
    return (
        f"xl/{target_part}",
        book.encode(),
        relations.replace("</Relationships>", f"{relation}</Relationships>").encode(),
        types.replace("</Types>", f"{kind}</Types>").encode(),
    )


def _styles(parts: dict[str, bytes]) -> tuple[str, str, str]:
    """Numbers of the styles of a title, a header and a figure as other sheets have them; '0' without."""
    text, styles = (parts.get(one, b"").decode() for one in ("xl/worksheets/sheet2.xml", "xl/styles.xml"))
    found = (re.search(rf'<c r="{cell}" s="(\d+)"', text) for cell in ("A1", "A4"))
    title, header = (one[1] if one is not None else "0" for one in found)
    code = re.search(rf'numFmtId="(\d+)" formatCode="{re.escape(NUMBER_FORMATS["number"])}"', styles)
    shapes = re.findall(r"<xf [^>]*>", styles[styles.find("<cellXfs") : styles.find("</cellXfs>")])
    same = [at for at, shape in enumerate(shapes) if code is not None and f'numFmtId="{code[1]}"' in shape]
    return title, header, str(same[0] if same else 0)


def _sheet(lines: Lines, title: str, header: str, figure: str) -> str:
    columns = max(len(line) for line in lines)
    widths = [*WIDTHS, *[WIDTH] * columns][:columns]
    sizes = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, start=1)
    )
    body = []
    for row, line in enumerate(lines):
        style = title if row == 0 else header if not lines[row - 1] else ""
        cells = "".join(
            _cell(xl_rowcol_to_cell(row, column), value, style or (figure if isinstance(value, float) else "0"))
            for column, value in enumerate(line)
        )
        body.append(f'<row r="{row + 1}">{cells}</row>')
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
        f"<cols>{sizes}</cols><sheetData>{''.join(body)}</sheetData>"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _cell(place: str, value: Any, style: str) -> str:
    """A number as a number, everything else as text; nothing for what is not known."""
    if value is None or value != value or value == "":
        return ""
    if isinstance(value, (int, float)):
        return f'<c r="{place}" s="{style}"><v>{value:.16G}</v></c>'
    words = escape(plain(value))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
