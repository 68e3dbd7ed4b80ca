"""Writes declared sheets with XlsxWriter: formats, tables, print set-up, colours, charts; user text stays text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from model.reports.text import plain
from model.reports.workbook.cells import CellWriter
from model.reports.workbook.charts import insert_chart
from model.reports.workbook.formats import WORD_FILLS, properties
from model.reports.workbook.layout import column_width, header_height, row_heights
from model.reports.workbook.quick import QuickSheet
from model.reports.workbook.sheet import (
    FIRST_ROW,
    HEADER_ROW,
    Column,
    Formula,
    Picture,
    ReportSheet,
    is_number,
)

CONTENTS: Final = "Cover"
CELL: Final = (56, 18)  # pixels, not more than a cell of usual size has in any program
LONG: Final = 600  # rows from which a sheet has grid lines instead of a rule under each row: half the size


class Book:
    """An output workbook under construction. Use as a context manager: the file is complete on leaving."""

    def __init__(self, path: Path, title: str, created: datetime | None = None, *, accessible: bool = False) -> None:
        """Open the file for writing. `accessible` drops freezes, fills and charts."""
        self.accessible = accessible
        self.book = xlsxwriter.Workbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,
            },
        )
        properties: dict[str, Any] = {"title": plain(title, 200), "subject": "Corridor capacity investment plan"}
        if created is not None:
            properties["created"] = created
        self.book.set_properties(properties)
        self._formats: dict[tuple[str, bool, str], Any] = {}

    def __enter__(self) -> Book:
        """Nothing to prepare."""
        return self

    def __exit__(self, *problem: object) -> None:
        """Close the file."""
        self.book.close()

    def format(self, kind: str, *, quoted: bool = False, extra: str = "") -> Any:
        """The format of a cell kind, made once."""
        key = (kind, quoted, extra)
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties(kind, quoted=quoted, extra=extra))
        return self._formats[key]

    def write(self, sheet: ReportSheet) -> None:
        """Write one declared sheet."""
        page = self.book.add_worksheet(sheet.name, QuickSheet)
        long = len(sheet.frame) > LONG
        self._head(page, sheet)
        widths = [column_width(sheet, column) for column in sheet.columns]
        for index, width in enumerate(widths):
            page.set_column(index, index, width)
        page.set_row(HEADER_ROW, header_height(sheet, widths))
        self._table(page, sheet)
        cells = CellWriter(page, self.format, bare=long)
        for index, column in enumerate(sheet.columns):
            self._column(cells, sheet, index, column)
        for row, height in ({} if long else row_heights(sheet, widths)).items():
            page.set_row(FIRST_ROW + row, height)
        if sheet.frame.empty:
            page.write_string(FIRST_ROW, 0, sheet.empty, self.format("note"))
        for (row, name), target in sheet.links.items():
            self._link(page, sheet, row, name, target)
        self._paper(page, sheet, widths)
        page.hide_gridlines(1 if long else 2)  # 1: on the screen only
        if self.accessible:
            return
        self._colour(page, sheet)
        page.freeze_panes(FIRST_ROW, sheet.key_columns)
        for number, chart in enumerate(sheet.charts):
            insert_chart(self.book, page, sheet, chart, number)
        for picture in sheet.pictures:
            _picture(page, picture)

    def text(self, page: Any, row: int, column: int, value: Any, kind: str = "text") -> None:
        """Write user text as text (sheets that are not one table: the Cover)."""
        CellWriter(page, self.format).text(row, column, value, kind)

    def _head(self, page: Any, sheet: ReportSheet) -> None:
        self.text(page, 0, 0, sheet.title, "title")
        page.set_row(0, 24)
        page.write_url(1, 0, f"internal:'{CONTENTS}'!A1", self.format("back"), "← Contents")
        self.text(page, 1, 1, sheet.note, "note")
        if any(column.total for column in sheet.columns):
            page.write_string(2, 0, "Total of rows shown", self.format("total"))

    def _table(self, page: Any, sheet: ReportSheet) -> None:
        columns = [
            {"header": header, "header_format": self.format("header symbol" if column.kind == "symbol" else "header")}
            for header, column in zip(sheet.headers, sheet.columns, strict=True)
        ]
        options = {"name": f"tbl_{sheet.name.lower()}", "columns": columns, "style": None}
        page.add_table(HEADER_ROW, 0, sheet.last_row, len(columns) - 1, options)

    def _column(self, cells: CellWriter, sheet: ReportSheet, index: int, column: Column) -> None:
        values = sheet.frame[column.name].tolist()
        if column.formula:
            values = [Formula(sheet.row_formula(column, row), _cached(value)) for row, value in enumerate(values)]
        if column.kind == "mixed":
            for row, (value, kind) in enumerate(zip(values, sheet.frame["kind"].tolist(), strict=True)):
                cells.cell(FIRST_ROW + row, index, value, kind)
        else:
            cells.column(FIRST_ROW, index, values, column.kind)
        if column.total:
            total = math.fsum(sheet.numbers(column.name))
            text = f"=SUBTOTAL(109,{sheet.span(column.name, here=True)})"
            cells.page.write_formula(2, index, text, self.format(column.kind, extra="total"), total)

    def _link(self, page: Any, sheet: ReportSheet, row: int, name: str, target: str) -> None:
        words = plain(sheet.frame[name].iloc[row], 200)
        page.write_url(FIRST_ROW + row, sheet.position(name), target, self.format("link"), words)

    def _paper(self, page: Any, sheet: ReportSheet, widths: Sequence[float]) -> None:
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        if not sheet.printed:
            beyond = sheet.last_row + 2  # an empty cell: nothing of the sheet is printed with the workbook
            page.fit_to_pages(1, 0)
            page.print_area(beyond, 0, beyond, 0)
        elif sheet.pictures:
            page.fit_to_pages(1, 1)
            page.print_area(*_covered(sheet.pictures[0]))
        else:  # charts stand to the right of the table: they are for the screen
            page.fit_to_pages(1, 0)
            last = sheet.position(sheet.print_to) if sheet.print_to else len(widths) - 1
            page.print_area(0, 0, sheet.last_row, last)
        page.repeat_rows(HEADER_ROW)
        page.set_footer("&R&P / &N")
        page.set_selection(0, 0, 0, 0)

    def _colour(self, page: Any, sheet: ReportSheet) -> None:
        """Fills as a second signal: the word or the number always stands in the cell."""
        coloured = [index for index, column in enumerate(sheet.columns) if column.kind in ("word", "symbol")]
        for index in coloured:
            for word in sorted({str(value) for value in sheet.cached(sheet.columns[index].name)} & set(WORD_FILLS)):
                fill = self.format("fill", extra=WORD_FILLS[word])
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": fill}
                page.conditional_format(FIRST_ROW, index, sheet.last_row, index, rule)
        if sheet.heat:
            places = [sheet.position(name) for name in sheet.heat]
            for low, high, fill in ((0.95, 99.0, "bad"), (0.8, 0.95, "warn")):
                rule = {
                    "type": "formula",
                    "criteria": _between(sheet, places[0], low, high),
                    "format": self.format("fill", extra=fill),
                }
                page.conditional_format(FIRST_ROW, places[0], sheet.last_row, places[-1], rule)


def _between(sheet: ReportSheet, column: int, low: float, high: float) -> str:
    cell = sheet.cell(0, sheet.columns[column].name, here=True).replace("$", "")
    return f"=AND(ISNUMBER({cell}),{cell}>={low}-0.0005,{cell}<{high}-0.0005)"


def _cached(value: Any) -> float | str:
    if is_number(value):
        return float(value)
    return "" if value is None or isinstance(value, float) else str(value)


def _covered(picture: Picture) -> tuple[int, int, int, int]:
    """First and last row and column that a picture (PNG) may cover, where cells are not smaller than usual."""
    row, column = xl_cell_to_rowcol(picture.cell)
    wide, high = (int.from_bytes(picture.data[at : at + 4], "big") * picture.scale for at in (16, 20))
    return row, column, row + math.ceil(high / CELL[1]), column + math.ceil(wide / CELL[0])


def _picture(page: Any, picture: Picture) -> None:
    page.insert_image(
        picture.cell,
        "picture.png",
        {
            "image_data": BytesIO(picture.data),
            "description": plain(picture.description, 500),
            "x_scale": picture.scale,
            "y_scale": picture.scale,
            "object_position": 2,
        },
    )
