"""Widths and heights: what fits a column, a header and a printed page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from model.reports.workbook.sheet import NUMBER_FORMATS, Column, ReportSheet

WIDEST: Final = 60.0

BEHIND: Final = {"number": 2, "fine": 3, "exact": 7, "share": 4, "change": 6}
"""Letters behind the whole digits of a figure, by kind."""


def column_width(sheet: ReportSheet, column: Column) -> float:
    """Column width from what is in it (header words may wrap, cells of text wrap beyond the widest)."""
    least = 0.0
    if column is sheet.columns[0]:  # holds the way back to the contents and the word for totals
        least = 19.0 if any(other.total for other in sheet.columns) else 12.0
    if column.width:
        return max(column.width, least)
    if column.kind == "symbol":
        return 5.4
    header = max((len(word) for word in column.label.replace("/", "/ ").split()), default=4) + 4.5
    if column.kind in NUMBER_FORMATS:
        numbers = sheet.numbers(column.name)
        largest = max((abs(value) for value in numbers), default=0.0)
        if column.total:
            largest = max(largest, abs(math.fsum(numbers)))
        digits = len(f"{largest:,.0f}") + BEHIND.get(column.kind, 0)
        return max(header, digits + 2.5, 8.0, least)
    letters = sorted(len(str(value)) for value in sheet.cached(column.name) if value not in (None, "")) or [4]
    return float(min(max(header, least, letters[int(0.97 * (len(letters) - 1))] * 1.05 + 3, 8.0), WIDEST))


def header_height(sheet: ReportSheet, widths: Sequence[float]) -> float:
    """Room for the longest wrapped header."""
    lines = 1
    for column, width in zip(sheet.columns, widths, strict=True):
        taken, count = 0, 1
        for word in column.label.split():
            if taken and taken + len(word) + 1 > width - 2.5:
                count, taken = count + 1, 0
            taken += len(word) + 1
        lines = max(lines, count)
    return 14.0 * lines + 4


def row_heights(sheet: ReportSheet, widths: Sequence[float]) -> dict[int, float]:
    """Data row → height where some text takes more than one line (not every program finds that out by itself)."""
    lines = [1] * len(sheet.frame)
    for column, width in zip(sheet.columns, widths, strict=True):
        if column.kind in ("text", "long", "mixed"):
            for row, value in enumerate(sheet.cached(column.name).tolist()):
                if isinstance(value, str) and len(value) > width - 2:
                    lines[row] = max(lines[row], _lines(value, width))
    return {row: 13.0 * min(count, 30) + 3 for row, count in enumerate(lines) if count > 1}


def _lines(text: str, width: float) -> int:
    """Lines that words take in a column, by the letter: set in a wide font."""
    room = max(4.0, width - 1.5)
    count, taken = 1, 0.0
    for word in text.split():
        if taken and taken + 1 + len(word) > room:
            count, taken = count + 1, 0.0
        taken += len(word) + (1 if taken else 0)
        while taken > room:  # a word longer than the line is broken
            count, taken = count + 1, taken - room
    return count
