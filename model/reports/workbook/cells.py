"""Writes cells of one sheet: each value by its kind, user text always as text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final

from model.reports.text import arms, plain
from model.reports.workbook.sheet import NUMBER_FORMATS, Formula, is_number, year_named

DUST: Final = 1e-9  # rounding of the solver

FormatMaker = Callable[..., Any]


def without_dust(value: float) -> float:
    """A number, 0 where it is rounding of the solver: '-0.0', or a use of 4.95E-18 of what carries nothing."""
    return 0.0 if abs(value) < DUST else value


class CellWriter:
    """Cell writer of a worksheet. On a `bare` sheet (a long one) blanks are not written and cells have no rules."""

    def __init__(self, page: Any, formats: FormatMaker, *, bare: bool = False) -> None:
        """Remember the worksheet and the maker of formats."""
        self.page = page
        self.formats = formats
        self.extra = "bare" if bare else ""

    def column(self, first: int, index: int, values: Iterable[Any], kind: str) -> None:
        """Write a whole column of one kind from row `first` on."""
        shape = self.formats(kind, extra=self.extra)
        numeric = kind in NUMBER_FORMATS
        known: dict[str, tuple[str, Any]] = {}  # what a text looks like is worked out once for the column
        write_number, write_string = self.page.write_number, self.page.write_string
        for row, value in enumerate(values, start=first):
            if numeric and type(value) in (float, int) and -math.inf < value < math.inf:
                write_number(row, index, without_dust(value), shape)
            elif self.extra and (value is None or value != value or value == ""):
                continue  # a blank of a bare sheet
            elif type(value) is str and value and kind != "period":
                if value not in known:
                    known[value] = self._text(value, kind)
                write_string(row, index, *known[value])
            else:
                self.cell(row, index, value, kind)

    def cell(self, row: int, column: int, value: Any, kind: str) -> None:
        """Write one value: formula, number, yes/no or text; a blank only keeps its format."""
        year = year_named(value) if kind == "period" else None
        if year is not None:
            self.page.write_number(row, column, year, self.formats("year", extra=f"{self.extra} name".strip()))
        elif isinstance(value, str):
            if value:
                self.text(row, column, value, kind)
            else:
                self._blank(row, column, kind)
        elif isinstance(value, Formula):
            shown = value.value if isinstance(value.value, str) else without_dust(value.value)
            self.page.write_formula(row, column, value.text, self.formats(kind, extra=self.extra), shown)
        elif isinstance(value, bool):
            self.page.write_string(row, column, "yes" if value else "no", self.formats(kind, extra=self.extra))
        elif is_number(value):
            self.page.write_number(row, column, without_dust(value), self.formats(kind, extra=self.extra))
        elif value is None or (isinstance(value, float) and math.isnan(value)):
            self._blank(row, column, kind)
        elif isinstance(value, float):
            self.page.write_string(row, column, "infinite", self.formats(kind, extra=self.extra))
        else:
            self.text(row, column, value, kind)

    def text(self, row: int, column: int, value: Any, kind: str = "text") -> None:
        """Write user text as text; what a spreadsheet would take for a formula on editing is quoted."""
        self.page.write_string(row, column, *self._text(str(value), kind))

    def _text(self, words: str, kind: str) -> tuple[str, Any]:
        shown = plain(words)
        return shown, self.formats(kind, quoted=arms(shown), extra=self.extra)

    def _blank(self, row: int, column: int, kind: str) -> None:
        if not self.extra:
            self.page.write_blank(row, column, None, self.formats(kind))
