"""The decision brief on the Cover: one table a block, its figures live from the sheets that explain them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from model.reports.brief.blocks import Block, Figure
from model.reports.workbook.book import Book
from model.reports.workbook.cells import CellWriter
from model.reports.workbook.sheet import Formula, ReportSheet, is_number, value_of

LABEL_WIDTH: Final = 24
WORDS_WIDTH: Final = 80
FIGURE_WIDTH: Final = 12
FIGURES: Final = 6
LINE: Final = 14.5
PLAIN_ROW: Final = 15.0
"""Height of a row for which none is set, points."""

PRINT_SCALE: Final = 58
"""Per cent, at which A4 on its side holds all columns, in wide letters too, so that breaks of pages can be set."""

PAGE_HEIGHT: Final = 860.0
"""Points of rows that a page holds at that scale, within the margins."""


def set_columns(page: Any) -> None:
    """Widths of the Cover: labels, words, figures."""
    page.set_column(0, 0, LABEL_WIDTH)
    page.set_column(1, 1, WORDS_WIDTH)
    page.set_column(2, 1 + FIGURES, FIGURE_WIDTH)


def lines_of(words: str) -> int:
    """Lines that words take in the second column."""
    return max(1, -(-len(words) // (WORDS_WIDTH + 8)))


def write_blocks(
    book: Book, page: Any, row: int, blocks: Sequence[Block], sheets: Mapping[str, ReportSheet], above: float = 0.0
) -> int:
    """Write all blocks from a row on, `above` points down the first page; the row after them.

    A block that the rest of a page cannot hold begins on the next one, so that its rows stay below their header.
    """
    breaks, down = [], above
    for block in blocks:
        heights = _heights(block)
        if down > 0 and down + sum(heights) > PAGE_HEIGHT:
            breaks.append(row)
            down = 0.0
        down += sum(heights) + PLAIN_ROW
        while down > PAGE_HEIGHT:
            down -= PAGE_HEIGHT
        row = _block(book, page, row, block, sheets, heights) + 1
    page.set_h_pagebreaks(breaks)
    return row


def _heights(block: Block) -> list[float]:
    """Heights of the rows of a block: title, header, records and the note below them."""
    heads = max([1, *(-(-len(head.label) // (FIGURE_WIDTH - 3)) for head in block.heads)])
    lines = [max(lines_of(one.words), -(-len(one.label) // (LABEL_WIDTH + 2))) for one in block.records]
    return [PLAIN_ROW, *(LINE * count for count in (heads, *lines, *([lines_of(block.note)] if block.note else [])))]


def _block(
    book: Book, page: Any, row: int, block: Block, sheets: Mapping[str, ReportSheet], heights: Sequence[float]
) -> int:
    for place, height in enumerate(heights):
        page.set_row(row + place, height)
    cells = CellWriter(page, book.format)
    page.write_string(row, 0, block.title, book.format("heading"))
    if block.sheet in sheets:
        page.write_url(row, 2, f"internal:'{block.sheet}'!A1", book.format("back"), f"More: {block.sheet}")
    row += 1
    heads = [block.about, block.saying, *(head.label for head in block.heads)]
    for column, words in enumerate(heads):
        page.write_string(row, column, words, book.format("header"))
    for record in block.records:
        row += 1
        cells.text(row, 0, record.label, "label")
        cells.text(row, 1, record.words, "text")
        for column, (head, figure) in enumerate(zip(block.heads, record.figures, strict=False), start=2):
            cells.cell(row, column, live(figure, sheets), head.kind)
    if block.note:
        row += 1
        book.text(page, row, 1, block.note, "small note")
    return row + 1


def live(figure: Figure, sheets: Mapping[str, ReportSheet]) -> Formula | float | None:
    """The figure as a formula on the cell that explains it, or as a number where no cell holds it."""
    if math.isnan(figure.value):
        return None
    sheet = sheets.get(figure.sheet)
    if sheet is None:
        return figure.value
    keys = [str(key) for key in sheet.frame[sheet.columns[0].name]]
    row = keys.index(figure.key)
    held = value_of(sheet.frame[figure.column].iloc[row])
    return Formula(f"={sheet.cell(row, figure.column)}", float(held) if is_number(held) else figure.value)
