"""How a sheet of an output workbook is declared: one table, its columns, what it may be coloured by, its charts.

Rows: 1 title · 2 note · 3 totals of the rows shown · 4 header · data from row 5. The place of every cell is known
before anything is written, so formulas of one sheet can point into another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from model.reports.text import shorten

HEADER_ROW: Final = 3  # zero-based
FIRST_ROW: Final = 4

NUMBER_FORMATS: Final[dict[str, str]] = {
    "general": "General",
    "year": "0",
    "integer": "#,##0;-#,##0;0",
    "number": "#,##0.0;-#,##0.0;0.0",
    "fine": "#,##0.00;-#,##0.00;0.00",
    "exact": "0.000000",
    "share": "0.0%",
    "change": "#,##0.0%",
    "gap": "0.00%",
    "coordinate": "0.000",
}
WORDS: Final = ("text", "long", "word", "symbol", "period")


@dataclass(frozen=True)
class Formula:
    """A live formula with the value that a program without a calculator shows."""

    text: str
    value: float | str


def value_of(cell: Any) -> Any:
    """The cached value of a formula, or the cell itself."""
    return cell.value if isinstance(cell, Formula) else cell


def values_of(cells: pd.Series[Any]) -> pd.Series[Any]:
    """A column with its formulas replaced by their cached values."""
    return cells.map(value_of) if cells.dtype == object else cells


@dataclass(frozen=True)
class Column:
    """One column: name in the frame, header words, unit, kind and what stands above it.

    `kind` is a key of NUMBER_FORMATS or one of WORDS ('long' wraps, 'word' is a state that may be coloured,
    'symbol' is a narrow Gantt cell, 'period' is a name that is written as a number where it is a year). `formula` is
    the formula of each cell, where {name} stands for the cell of that column in the same row; the frame holds the
    cached values. `total` puts the sum of the rows shown into row 3.
    """

    name: str | int
    header: str
    kind: str = "text"
    unit: str = ""
    width: float = 0.0
    total: bool = False
    formula: str = ""
    meaning: str = ""

    @property
    def label(self) -> str:
        """Header text with the unit."""
        return f"{self.header} [{self.unit}]" if self.unit else self.header


@dataclass(frozen=True)
class Chart:
    """A native chart over the rows of the table: kind, categories column, series columns, title, alt text.

    `colours` are those of series by their header; others take theirs in turn.
    """

    kind: str
    title: str
    categories: str | int
    series: Sequence[str | int]
    description: str
    stacked: bool = False
    axis: str = ""
    cell: str = ""
    size: tuple[int, int] = (720, 320)
    rows: int | None = None
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """An image beside the table, with its alt text."""

    data: bytes
    description: str
    cell: str
    scale: float = 1.0


@dataclass(frozen=True)
class ReportSheet:
    """One sheet. `heat` names utilisation columns; `links` maps (data row, column) to an internal target.

    `rank` puts sheets of features in order among those of their group, the lower first. `printed` sheets come out when
    the whole workbook is printed, up to the column `print_to`, and a picture without the table beside it; of the others
    nothing does until somebody clears their print area.

    The frame may hold more columns than the sheet shows. A column of kind 'mixed' takes the kind of each cell from the
    frame's column 'kind'. Words of 'word' columns are coloured by their meaning; the word itself always stands in the
    cell.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    empty: str = "No rows."
    group: str = "Results"
    printed: bool = False
    print_to: str | int = ""
    heat: tuple[str | int, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[Picture, ...] = ()
    key_columns: int = 1
    rank: int = 0
    links: dict[tuple[int, str], str] = field(default_factory=dict)

    def position(self, column: str | int) -> int:
        """Zero-based column. Raises KeyError for a column that the sheet has not."""
        for index, item in enumerate(self.columns):
            if item.name == column:
                return index
        raise KeyError(f"{self.name} has no column {column}")

    @cached_property
    def headers(self) -> list[str]:
        """Header cells: label and unit, short enough for a table and unique ignoring case."""
        found: list[str] = []
        for column in self.columns:
            text = wanted = shorten(column.label, 120) or "column"
            count = 1
            while text.casefold() in {name.casefold() for name in found}:
                count += 1
                text = f"{wanted} ({count})"
            found.append(text)
        return found

    @property
    def last_row(self) -> int:
        """Zero-based last row of data; an empty table keeps one row that says so."""
        return FIRST_ROW + max(len(self.frame), 1) - 1

    def cell(self, row: int, column: str | int, *, here: bool = False) -> str:
        """Absolute address of the cell in the zero-based data row."""
        address = xl_rowcol_to_cell(FIRST_ROW + row, self.position(column), row_abs=True, col_abs=True)
        return address if here else f"{self.name}!{address}"

    def span(self, column: str | int, *, here: bool = False) -> str:
        """Absolute range of a whole column of data."""
        letter = xl_col_to_name(self.position(column))
        text = f"${letter}${FIRST_ROW + 1}:${letter}${self.last_row + 1}"
        return text if here else f"{self.name}!{text}"

    def cached(self, column: str | int) -> pd.Series[Any]:
        """The column's values with formulas replaced by their cached values."""
        return values_of(self.frame[column])

    def sum(self, column: str | int) -> Formula:
        """Live sum of a column."""
        return Formula(f"=SUM({self.span(column)})", math.fsum(self.numbers(column)))

    def numbers(self, column: str | int) -> list[float]:
        """Numbers of a column, blanks left out."""
        return [float(value) for value in self.cached(column) if is_number(value)]

    def sum_where(self, column: str | int, **wanted: str | float) -> Formula:
        """Live sum of a column over the rows where other columns have the wanted values."""
        return self.sum_by(column, {name: (criterion(value), value) for name, value in wanted.items()})

    def sum_by(self, column: str | int, wanted: Mapping[str, tuple[str, Any]]) -> Formula:
        """Live sum where each criterion is (what stands in the formula, what it is worth).

        SUMIFS, or SUMPRODUCT where SUMIFS would take a text for a wildcard, a comparison or a number.
        """
        total = self._grouped(str(column), tuple(wanted)).get(tuple(value for _, value in wanted.values()), 0.0)
        if any(self._wild(name) for name in wanted):
            tests = "*".join(f"({self.span(name)}={text})" for name, (text, _) in wanted.items())
            return Formula(f"=SUMPRODUCT({tests},{self.span(column)})", total)
        parts = ",".join(f"{self.span(name)},{text}" for name, (text, _) in wanted.items())
        return Formula(f"=SUMIFS({self.span(column)},{parts})", total)

    @cached_property
    def _sums(self) -> dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], float]]:
        return {}

    def _grouped(self, column: str, names: tuple[str, ...]) -> dict[tuple[Any, ...], float]:
        """Sums of a column by the values of other columns, worked out once."""
        if (column, names) not in self._sums:
            parts: dict[tuple[Any, ...], list[float]] = {}
            keys = zip(*(self.cached(name).tolist() for name in names), strict=True)
            for key, value in zip(keys, self.cached(column).tolist(), strict=True):
                if is_number(value):
                    parts.setdefault(key, []).append(float(value))
            self._sums[column, names] = {key: math.fsum(values) for key, values in parts.items()}
        return self._sums[column, names]

    @cached_property
    def _wildness(self) -> dict[str, bool]:
        return {}

    def _wild(self, name: str) -> bool:
        if name not in self._wildness:
            texts = {value for value in self.cached(name).tolist() if isinstance(value, str)}
            if self.columns[self.position(name)].kind == "period":  # years are numbers there
                texts = {text for text in texts if year_named(text) is None}
            self._wildness[name] = any(map(_is_wild, texts))
        return self._wildness[name]

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {str(item.name): xl_col_to_name(index) for index, item in enumerate(self.columns)}

    def row_formula(self, column: Column, row: int) -> str:
        """The column's formula with the cells of that data row in it; {header} is the header cell of the column."""
        number = FIRST_ROW + row + 1

        def address(match: re.Match[str]) -> str:
            if match[1] == "header":
                return f"{self._letters[str(column.name)]}${HEADER_ROW + 1}"
            return f"{self._letters[match[1]]}{number}"

        return "=" + re.sub(r"\{([^{}]+)\}", address, column.formula)


def sum_of(columns: Sequence[str]) -> str:
    """Formula of a row that adds up columns which stand side by side; 0 when there are none."""
    return f"SUM({{{columns[0]}}}:{{{columns[-1]}}})" if columns else "0"


def criterion(value: str | float) -> str:
    """A value as a SUMIFS criterion written into the formula."""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)


def _is_wild(text: str) -> bool:
    """Whether SUMIFS reads more in a text than the text: '*', '>5', or '007', which it finds in '7' too."""
    try:
        float(text)
    except ValueError:
        return text[:1] in "<>=" or any(letter in text for letter in "*?~")
    return True


def year_named(value: Any) -> int | None:
    """The year that a name such as '2031' is; None for every other name."""
    is_year = isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit() and value[0] != "0"
    return int(value) if is_year else None


def is_number(value: Any) -> bool:
    """Whether a cell holds a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
