"""Scan of one worksheet's XML: limits, and facts that the reading library does not show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from openpyxl.utils import get_column_letter

from model.case.sheets.number_formats import KeyFormat

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW, _CELL, _FORMULA, _VALUE, _INLINE = (f"{MAIN} {name}" for name in ("row", "c", "f", "v", "is"))
_COLUMN, _MERGE, _FILTER, _TABLE = (f"{MAIN} {name}" for name in ("col", "mergeCell", "autoFilter", "table"))
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ZERO = re.compile(r"-?0+(?:\.0*)?(?:[eE][+-]?\d+)?")
_EXTERNAL = re.compile(r"\[\d+\]")
_TEXT = re.compile(r'"[^"]*"')


class HostileSheet(Exception):
    """A sheet that is not parsed further: why, and the cell to look at."""

    def __init__(self, code: str, text: str, sheet: str, cell: str = "") -> None:
        """Keep the parts of the message."""
        super().__init__(text)
        self.code, self.sheet, self.cell = code, sheet, cell


@dataclass
class SheetFacts:
    """What stands in a worksheet besides values. Cells and ranges are Excel addresses.

    `padded` are cells whose number format adds zeros or words; `uncalculated` are formulas without a saved value,
    `zeros` those that saved 0, `formulas` all others; `doubtful` those whose saved value may be old or made up;
    `notes` are the notes on cells, by address.
    """

    cells: int = 0
    hidden: bool = False
    filtered: bool = False
    padded: dict[str, KeyFormat] = field(default_factory=dict)
    uncalculated: set[str] = field(default_factory=set)
    zeros: set[str] = field(default_factory=set)
    formulas: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    tables: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


class SheetScan:
    """Handlers of an expat parser that goes once over a worksheet."""

    MAX_ROWS: Final = 200_000
    MAX_COLUMNS: Final = 500
    MAX_CELLS: Final = 1_000_000
    MAX_OTHERS: Final = 200_000

    def __init__(self, title: str, key_formats: Mapping[str, KeyFormat] | None = None) -> None:
        """Begin before the first row. `key_formats` are cell styles (their numbers) that pad or name numbers."""
        self.title = title
        self._key_formats = key_formats or {}
        self.facts = SheetFacts()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self._row = 0
        self._row_word = "0"
        self._column = 0
        self._others = 0
        self._columns: dict[str, int] = {}
        self._cell = ""
        self._cell_is_text = False
        self._formula: list[str] = []
        self._value: list[str] | None = None
        self._handlers: dict[str, Callable[[dict[str, str]], None]] = {
            _ROW: self._start_row,
            _FORMULA: self._start_formula,
            _COLUMN: self._start_columns,
            _MERGE: lambda attributes: self.facts.merged.append(attributes.get("ref", "")),
            _FILTER: self._start_filter,
        }

    def table_element(self, name: str, attributes: dict[str, str]) -> None:
        """Note the range of an Excel table (handler for the table's own part)."""
        if name == _TABLE:
            self.facts.tables.append(attributes.get("ref", ""))

    def _refuse(self, code: str, text: str, cell: str = "") -> NoReturn:
        raise HostileSheet(code, text, self.title, cell)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL:
            self._start_cell(attributes)
            return
        self._others += 1
        if self._others > self.MAX_OTHERS + 6 * self.facts.cells:
            text = "The sheet holds far more markings than cells. Copy the table to a new sheet."
            self._refuse("sheet-too-large", text)
        if name != _VALUE:
            handler = self._handlers.get(name)
            if handler is not None:
                handler(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        word = attributes.get("r", "")
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 10 else self._row + 1 if not word else 0
        if number <= self._row:
            self._refuse("file-damaged", "The rows of the sheet are out of order. Open and save the workbook in Excel.")
        if number > self.MAX_ROWS:
            text = f"The sheet reaches down to row {number}; at most {self.MAX_ROWS} rows are read."
            text = f"{text} Delete all rows below the table and save."
            self._refuse("sheet-too-large", text, f"A{number}")
        self._row, self._row_word, self._column = number, str(number), 0
        if attributes.get("hidden") in ("1", "true"):
            self.facts.hidden_rows.add(number)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        facts = self.facts
        facts.cells += 1
        if facts.cells > self.MAX_CELLS:
            self._refuse("sheet-too-large", f"The sheet holds more than {self.MAX_CELLS} cells.", f"A{self._row}")
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            letters = reference.removesuffix(self._row_word)
            column = self._columns.get(letters, 0) or self._new_column(letters, reference)
        if column <= self._column:
            self._refuse("file-damaged", "The cells of a row are out of order. Open and save the workbook in Excel.")
        self._column = column
        self._cell = reference or f"{get_column_letter(column)}{self._row_word}"
        self._cell_is_text = attributes.get("t") == "str"
        if self._key_formats:
            pattern = self._key_formats.get(attributes.get("s", ""))
            if pattern is not None:
                facts.padded[self._cell] = pattern

    def _new_column(self, letters: str, reference: str) -> int:
        found = _ADDRESS.fullmatch(reference)
        if found is None or found.group(2) != self._row_word or found.group(1) != letters:
            self._refuse(
                "file-damaged", "A cell stands in a row where it does not belong. Open and save the workbook in Excel."
            )
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        if column > self.MAX_COLUMNS:
            text = f"The sheet reaches out to column {letters}; at most {self.MAX_COLUMNS} columns are read."
            text = f"{text} Clear the stray cell."
            self._refuse("sheet-too-large", text, reference)
        self._columns[letters] = column
        return column

    def _start_formula(self, _: dict[str, str]) -> None:
        """From here to the end of the cell every event counts; elsewhere only the starts do, which is faster."""
        self._formula, self._value = [], None
        collected = self._formula

        def text(words: str) -> None:
            collected.append(words)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal collected
            if name == _VALUE:
                collected = self._value = []
            elif name != _INLINE:
                self._start(name, attributes)

        def end(name: str) -> None:
            if name == _CELL:
                self._end_formula_cell()

        self.parser.StartElementHandler = start
        self.parser.CharacterDataHandler = text
        self.parser.EndElementHandler = end

    def _end_formula_cell(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = None
        self.parser.EndElementHandler = None
        saved = None if self._value is None else "".join(self._value).strip()
        if saved is None or (not saved and not self._cell_is_text):
            self.facts.uncalculated.add(self._cell)
        else:
            (self.facts.zeros if _ZERO.fullmatch(saved) else self.facts.formulas).add(self._cell)
        if _EXTERNAL.search(_TEXT.sub("", "".join(self._formula))):
            self.facts.external.add(self._cell)

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            for column in range(max(first, 1), min(last, self.MAX_COLUMNS) + 1):
                self.facts.hidden_columns.add(get_column_letter(column))

    def _start_filter(self, _: dict[str, str]) -> None:
        self.facts.filtered = True
