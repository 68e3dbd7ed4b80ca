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
WORDS_WIDTH: Final = 96
FIGURE_WIDTH: Final = 12
FIGURES: Final = 6
LINE: Final = 14.5


def set_columns(page: Any) -> None:
    """Widths of the Cover: labels, words, figures."""
    page.set_column(0, 0, LABEL_WIDTH)
    page.set_column(1, 1, WORDS_WIDTH)
    page.set_column(2, 1 + FIGURES, FIGURE_WIDTH)


def lines_of(words: str) -> int:
    """Lines that words take in the second column."""
    return max(1, -(-len(words) // (WORDS_WIDTH + 8)))


def write_blocks(book: Book, page: Any, row: int, blocks: Sequence[Block], sheets: Mapping[str, ReportSheet]) -> int:
    """Write all blocks from a row on; the row after them."""
    for block in blocks:
        row = _block(book, page, row, block, sheets) + 1
    return row


def _block(book: Book, page: Any, row: int, block: Block, sheets: Mapping[str, ReportSheet]) -> int:
    cells = CellWriter(page, book.format)
    page.write_string(row, 0, block.title, book.format("heading"))
    if block.sheet in sheets:
        page.write_url(row, 2, f"internal:'{block.sheet}'!A1", book.format("back"), f"More: {block.sheet}")
    row += 1
    heads = [block.about, block.saying, *(head.label for head in block.heads)]
    for column, words in enumerate(heads):
        page.write_string(row, column, words, book.format("header"))
    page.set_row(row, LINE * max(1, *(-(-len(words) // (FIGURE_WIDTH - 3)) for words in heads[2:] or [""])))
    for record in block.records:
        row += 1
        cells.text(row, 0, record.label, "label")
        cells.text(row, 1, record.words, "text")
        page.set_row(row, LINE * max(lines_of(record.words), -(-len(record.label) // (LABEL_WIDTH + 2))))
        for column, (head, figure) in enumerate(zip(block.heads, record.figures, strict=False), start=2):
            cells.cell(row, column, live(figure, sheets), head.kind)
    if block.note:
        row += 1
        book.text(page, row, 1, block.note, "small note")
        page.set_row(row, LINE * lines_of(block.note))
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
