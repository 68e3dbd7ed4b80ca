"""The tables of a schema → typed declarations. All that is wrong with the tables is said at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from model.case.schema.columns import NUMERIC_KINDS, Column, Kind, Scalar, Setting, Sheet
from model.case.schema.rules import column_faults, relation_faults, sheet_faults
from model.case.text import did_you_mean

SHEET_FILE: Final = "sheets.csv"
SETTING_FILE: Final = "settings.csv"
PROVENANCE_FILE: Final = "provenance.csv"  # the columns that close every data sheet

SHEET_FIELDS: Final = frozenset({"sheet", "workbook", "key", "year_column", "required", "data", "meaning"})
COLUMN_FIELDS: Final = frozenset(field.name for field in fields(Column))
NUMBER_FIELDS: Final = ("minimum", "above", "maximum", "usual_minimum", "usual_maximum")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class SchemaError(ValueError):
    """The tables of a schema do not make declarations; the text has one line a fault: file, line, what is wrong."""


@dataclass(frozen=True)
class Line:
    """One line of a table: `place` says file and line, `cells` maps each field to its text ('' where blank)."""

    place: str
    cells: dict[str, str]


def read_schema(folder: Path) -> tuple[dict[str, Sheet], dict[str, Setting]]:
    """Sheets and settings by name, in the order of their tables. Raises SchemaError with every fault found."""
    reading = _Reading(folder)
    closing = tuple(reading.columns(reading.lines(PROVENANCE_FILE, COLUMN_FIELDS)).values())
    settings = reading.columns(reading.lines(SETTING_FILE, COLUMN_FIELDS), of_settings=True)
    sheets = reading.sheets(closing)
    if reading.faults:
        raise SchemaError("\n".join(["The tables of the schema have faults:", *reading.faults]))
    return sheets, {name: Setting(column) for name, column in settings.items()}


class _Reading:
    """Reads one folder of tables and gathers the faults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []

    def lines(self, file: str, wanted: frozenset[str]) -> list[Line]:
        """Lines of a table whose first line names exactly the wanted fields, in any order."""
        path = self.folder / file
        if not path.is_file():
            self.faults.append(f"{file} is missing.")
            return []
        with path.open(encoding="utf-8-sig", newline="") as text:  # Excel begins a CSV with a byte order mark
            table = csv.reader(text)
            head = next(table, [])
            rows = [(f"{file} line {table.line_num}", row) for row in table if any(row)]
        if set(head) != wanted or len(head) != len(wanted):
            self._say_header(file, head, wanted)
            return []
        long = [place for place, row in rows if len(row) != len(head)]
        self.faults += [f"{place}: not {len(head)} cells; put a text that holds a comma in quotes." for place in long]
        return [
            Line(place, dict(zip(head, map(str.strip, row), strict=True)))
            for place, row in rows
            if len(row) == len(head)
        ]

    def _say_header(self, file: str, head: list[str], wanted: frozenset[str]) -> None:
        for word in sorted(set(head) - wanted):
            self.faults.append(f"{file} line 1: “{word}” is no field of this table.{did_you_mean(word, wanted)}")
        for word in sorted(wanted - set(head)):
            self.faults.append(f"{file} line 1: the field “{word}” is missing.")
        for word in sorted({word for word in head if head.count(word) > 1}):
            self.faults.append(f"{file} line 1: the field “{word}” stands there twice.")

    def sheets(self, closing: tuple[Column, ...]) -> dict[str, Sheet]:
        """The declared sheets with their columns; those of data end with the `closing` columns."""
        declared: dict[str, Line] = {}
        for line in self.lines(SHEET_FILE, SHEET_FIELDS):
            self._enter(declared, line.cells["sheet"], line, line)
        by_sheet = self._lines_by_sheet(declared)
        result: dict[str, Sheet] = {}
        for name, line in declared.items():
            columns = self.columns(by_sheet[name])
            year_column = columns.pop(line.cells["year_column"], None)
            data = self._flag(line, "data")
            result[name] = Sheet(
                name,
                line.cells["meaning"],
                line.cells["workbook"],
                (*columns.values(), *(closing if data else ())),
                key=_words(line.cells["key"]),
                required=self._flag(line, "required"),
                data=data,
                year_column=year_column,
            )
            if line.cells["year_column"] and year_column is None:
                self._fault(line, f"year_column “{line.cells['year_column']}” is no column of the sheet.")
        for name, line in declared.items():
            self._faults(line, sheet_faults(result[name]))
            lines = {column.cells["name"]: column for column in by_sheet[name]}
            for column, fault in relation_faults(result[name], result):
                self._fault(lines.get(column, line), fault)  # a closing column has no line of this sheet
        return result

    def _lines_by_sheet(self, declared: dict[str, Line]) -> dict[str, list[Line]]:
        """Lines of the columns by sheet; each stands in the file of the workbook that its sheet names."""
        result: dict[str, list[Line]] = {name: [] for name in declared}
        others = {SHEET_FILE, SETTING_FILE, PROVENANCE_FILE}
        for file in sorted(path.name for path in self.folder.glob("*.csv") if path.name not in others):
            for line in self.lines(file, COLUMN_FIELDS | {"sheet"}):
                sheet = line.cells["sheet"]
                if sheet not in declared:
                    text = f"sheet “{sheet}” is not declared in {SHEET_FILE}.{did_you_mean(sheet, declared)}"
                    self._fault(line, text)
                    continue
                workbook = declared[sheet].cells["workbook"]
                if Path(file).stem != Path(workbook).stem:
                    self._fault(line, f"{sheet} stands in {workbook}: its columns belong to {Path(workbook).stem}.csv.")
                result[sheet].append(line)
        return result

    def columns(self, lines: Iterable[Line], *, of_settings: bool = False) -> dict[str, Column]:
        """Columns by name. A text setting without a default is an empty text, so that it is text in any case."""
        result: dict[str, Column] = {}
        for line in lines:
            column = self._column(line, empty="" if of_settings else None)
            if column is not None:
                self._enter(result, column.name, column, line)
                self._faults(line, column_faults(column, of_settings=of_settings))
        return result

    def _column(self, line: Line, empty: str | None) -> Column | None:
        cells = line.cells
        if not _NAME.fullmatch(cells["name"]):
            self._fault(line, f"name “{cells['name']}” is not small letters, digits and '_'.")
        if cells["kind"] not in set(Kind):
            self._fault(
                line, f"kind “{cells['kind']}” is none of {', '.join(Kind)}.{did_you_mean(cells['kind'], Kind)}"
            )
            return None
        kind = Kind(cells["kind"])
        factor = self._number(line, "factor")
        factor = 1.0 if factor is None else factor
        default = self._value(line, "default", kind)
        if kind in (Kind.NUMBER, Kind.SHARE) and isinstance(default, int | float):
            default = float(default) * factor
        if kind is Kind.TEXT and default is None:
            default = empty
        return Column(
            cells["name"],
            cells["label"],
            kind,
            cells["meaning"],
            unit=cells["unit"],
            canonical_unit=cells["canonical_unit"],
            factor=factor,
            required=self._flag(line, "required"),
            default=default,
            blank=cells["blank"],
            **{name: self._number(line, name) for name in NUMBER_FIELDS},
            allowed=_words(cells["allowed"]),
            refers_to=cells["refers_to"],
            aliases=_words(cells["aliases"]),
            example=self._value(line, "example", kind),
        )

    def _value(self, line: Line, field: str, kind: Kind) -> Scalar:
        """A default or an example, typed as the cells of the column are; None where blank."""
        if not line.cells[field]:
            return None
        if kind is Kind.FLAG:
            return self._flag(line, field)
        if kind not in NUMERIC_KINDS:
            return line.cells[field]
        number = self._number(line, field)
        if kind in (Kind.INTEGER, Kind.YEAR) and isinstance(number, float):
            self._fault(line, f"{field} “{line.cells[field]}” is no whole number.")
        return number

    def _flag(self, line: Line, field: str) -> bool:
        text = line.cells[field]
        if text not in ("yes", "no", ""):
            self._fault(line, f"{field} “{text}” is neither yes nor no.")
        return text == "yes"

    def _number(self, line: Line, field: str) -> float | None:
        """The number of a cell, an int where it is written as one; None where blank."""
        text = line.cells[field]
        if not text:
            return None
        try:
            return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
        except ValueError:
            self._fault(line, f"{field} “{text}” is no number.")
            return None

    def _enter(self, entries: dict[str, Any], name: str, entry: Any, line: Line) -> None:
        if name in entries:
            self._fault(line, f"“{name}” is declared twice.")
        entries[name] = entry

    def _faults(self, line: Line, faults: Iterable[str]) -> None:
        for fault in faults:
            self._fault(line, fault)

    def _fault(self, line: Line, text: str) -> None:
        self.faults.append(f"{line.place}: {text}")


def _words(text: str) -> tuple[str, ...]:
    """The words of a list in a cell, separated by ';'."""
    return tuple(word.strip() for word in text.split(";")) if text else ()
