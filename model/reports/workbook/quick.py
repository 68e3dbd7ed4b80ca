"""A worksheet that writes the cells of long tables quickly; what comes out is what XlsxWriter itself would write.

A plan's workbook has some 300,000 cells, nearly all of them a plain number or text. XlsxWriter works for each through
whatever a cell could be. Where its inside looks otherwise some day, its own slower way is taken.
"""

from __future__ import annotations

import re
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

FUNCTION: Final = re.compile(r"[A-Z0-9.]+(?=\()")
OLD: Final = frozenset(
    ("ABS", "AND", "COUNT", "COUNTIF", "IF", "IFERROR", "INDEX", "IRR", "ISNUMBER", "MATCH", "MAX", "MIN", "OR",
     "ROUND", "SEARCH", "SUBTOTAL", "SUM", "SUMIFS", "SUMPRODUCT", "VALUE")
)  # fmt: skip
"""Functions that a formula names as they are; XlsxWriter looks for thirty newer ones in each formula."""


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """Cells are given by row and column, both from 0, never by names such as 'A1'."""

    def write_number(self, row: int, col: int, number: float, cell_format: Any = None) -> int:
        """Write a number; 0 when done, below 0 outside the sheet."""
        return int(self._write_number(row, col, number, cell_format))

    def write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
        """Write a text; 0 when done, below 0 outside the sheet or when it was cut."""
        return int(self._write_string(row, col, string, cell_format))

    def _prepare_formula(self, formula: str, *rest: Any, **more: Any) -> str:
        if formula.startswith("=") and OLD.issuperset(FUNCTION.findall(formula)):
            return formula[1:]
        return str(super()._prepare_formula(formula, *rest, **more))

    def _calculate_spans(self) -> None:
        """Which columns of sixteen rows are in use: a hint that no program needs."""
        self.row_spans: dict[int, str] = {}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, shape = type(cell).__name__, cell.format
        if not shape or kind not in ("Number", "String") or self.constant_memory:
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{self._letter(col)}{row + 1}" s="{shape._get_xf_index()}"'
        if kind == "Number":
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')

    def _letter(self, col: int) -> str:
        letters: list[str] = self.__dict__.setdefault("_letters", [])
        while len(letters) <= col:
            letters.append(xl_col_to_name(len(letters)))
        return letters[col]
