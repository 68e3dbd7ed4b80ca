"""Raw sheet → table in canonical units, every cell parsed by its declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from openpyxl.utils.cell import coordinate_from_string

from model.case.canonical import canonical_table
from model.case.case import Origin
from model.case.messages import Findings
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Kind, Sheet
from model.case.sheets.cells import BLANK, Parsed, is_blank, parse_cell, parse_number, plain_text
from model.case.sheets.headers import Layout, find_layout, is_comment
from model.case.sheets.raw import RawSheet
from model.case.sheets.surroundings import remark_surroundings
from model.case.text import clean_text

KEYS = frozenset({Kind.IDENTIFIER, Kind.IDENTIFIERS})
_SIGNED_SHARE = re.compile(r"\+.*%")
TOTAL_WORDS = frozenset({"total", "totals", "sum", "итого", "всего", "сумма"})


@dataclass(frozen=True)
class SheetTable:
    """One sheet as read. `raw` holds raw values of columns that are parsed later, by row of the table (Settings).

    `blanks` holds the Excel rows in which a column was left empty, where the table then holds its default.
    """

    frame: pd.DataFrame
    raw: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    blanks: Mapping[str | int, frozenset[int]] = field(default_factory=dict)


def read_table(raw: RawSheet, findings: Findings) -> SheetTable | None:
    """Parse one sheet; None when it has no usable header row. Cells that cannot be read are blank in the table."""
    sheet = SHEETS[raw.name]
    layout = find_layout(sheet, raw, findings)
    if layout is None:
        return None
    findings.origins[sheet.name] = Origin(raw.file, layout.letters, raw.facts.notes)
    rows = _record_rows(sheet, raw, layout, findings)
    remark_surroundings(raw, layout, rows, findings)
    records: dict[str | int, list[Any]] = {}
    kept: dict[str, list[Any]] = {}
    for name, place in layout.positions.items():
        values = [raw.at(row, place) for row in rows]
        if raw.facts.padded and isinstance(name, str) and sheet.column(name).kind in KEYS:
            values = _as_shown(raw, layout, name, rows, values, findings)
        uncalculated = _uncalculated_rows(raw, layout.letters[name])
        values = [None if row in uncalculated else value for row, value in zip(rows, values, strict=True)]
        if (sheet.name, name) == ("Settings", "value"):
            kept["value"] = values
        records[name] = _parse_column(sheet, name, values, rows, uncalculated, findings)
    frame = pd.DataFrame(records, columns=list(records), index=range(len(rows)), dtype=object)
    blanks = {
        name: frozenset(row for row, value in zip(rows, values, strict=True) if value is None)
        for name, values in records.items()
    }
    blanks |= {name: frozenset(rows) for name in sheet.names if name not in records}
    return SheetTable(canonical_table(sheet, frame, rows, complete=False), kept, blanks)


def _as_shown(
    raw: RawSheet, layout: Layout, name: str, rows: Sequence[int], values: list[Any], findings: Findings
) -> list[Any]:
    """Keys that a number format shows with more zeros or words than the cell holds, as they are shown."""
    letter, label = layout.letters[name], SHEETS[raw.name].column(name).label
    result = list(values)
    for position, (row, value) in enumerate(zip(rows, values, strict=True)):
        pattern = raw.facts.padded.get(f"{letter}{row}")
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == value // 1
        if pattern is None or not whole or pattern.shown(value) == plain_text(value):
            continue
        result[position] = pattern.shown(value)
        text = f"{label}: The cell holds {plain_text(value)} and shows “{result[position]}”, which was read."
        text = f"{text} Format the cell as text and type the key again."
        findings.add("identifier-padded", text, sheet=raw.name, row=row, column=name, seen=value)
    return result


def _uncalculated_rows(raw: RawSheet, letter: str) -> set[int]:
    """Rows in which a column holds a formula without a value: these cells look blank but are not."""
    cells = [coordinate_from_string(cell) for cell in raw.facts.uncalculated]
    return {row for column, row in cells if column == letter}


def _record_rows(sheet: Sheet, raw: RawSheet, layout: Layout, findings: Findings) -> list[int]:
    """Excel row numbers of the records below the header: not blank, not comments. Warns about gaps."""
    places = sorted(layout.positions.values())
    formulas: set[int] = set().union(*(_uncalculated_rows(raw, letter) for letter in layout.letters.values()))
    numbers: list[int] = []
    gap: int | None = None
    for number in range(layout.header_row + 1, max([len(raw.rows), *formulas]) + 1):
        row = raw.rows[number - 1] if number <= len(raw.rows) else ()
        if is_comment(row):
            continue
        if number not in formulas and all(is_blank(row[place]) for place in places if place < len(row)):
            gap = number if gap is None and numbers else gap
            continue
        if gap is not None:
            text = f"Records stand below empty row {gap}; they were read. Remove empty rows from the table."
            findings.add("row-gap", text, sheet=sheet.name, row=number, cell=f"A{number}")
            gap = None
        numbers.append(number)
    return numbers


def _parse_column(
    sheet: Sheet,
    name: str | int,
    values: Sequence[Any],
    rows: Sequence[int],
    uncalculated: set[int],
    findings: Findings,
) -> list[Any]:
    """Parsed values of one column. Equal texts are parsed once: long sheets repeat their keys."""
    column = sheet.column(name) if isinstance(name, str) else sheet.year_column
    assert column is not None
    label = column.label if isinstance(name, str) else str(name)
    parse = _parser(sheet, column)
    is_key = column.name in sheet.key
    seen: dict[str, Parsed] = {}
    result: list[Any] = []
    for row, value in zip(rows, values, strict=True):
        parsed = BLANK if value is None else seen.get(value) if type(value) is str else None
        if parsed is None:
            parsed = parse(value)
            if type(value) is str:
                seen[value] = parsed
        for code, text in parsed.remarks:
            findings.add(code, f"{label}: {text}", sheet=sheet.name, row=row, column=name, seen=value)
        if parsed.blank and column.required and row not in uncalculated:
            text = f"{label} is empty but required. {column.meaning}"
            findings.add("value-missing", text, sheet=sheet.name, row=row, column=name)
        if is_key and type(value) is str and value.strip().casefold() in TOTAL_WORDS:
            text = f"“{parsed.value}” looks like a row of totals. Totals do not belong into the table: delete the row."
            findings.add("row-total", text, sheet=sheet.name, row=row, column=name, seen=value)
        result.append(parsed.value)
    return result


def _parser(sheet: Sheet, column: Column) -> Callable[[Any], Parsed]:
    if sheet.name in ("ScenarioChanges", "History") and column.name == "value":
        return parse_change_value
    return lambda value: parse_cell(column, value)


def parse_change_value(raw: Any) -> Parsed:
    """Value of a scenario change as text that reads back the same: numbers in plain notation, the rest as typed."""
    if is_blank(raw):
        return BLANK
    if isinstance(raw, str) and _SIGNED_SHARE.fullmatch(clean_text(raw)):
        return Parsed(clean_text(raw))  # as typed: whether it is a difference or a factor, the operation says
    if isinstance(raw, str) and any(character.isdigit() for character in raw):
        number = parse_number(raw)
        if number.value is not None:
            return Parsed(repr(number.value))  # the column is text by nature: no remark on numbers stored so
        if number.remarks[0][0] == "number-ambiguous":
            return number
    if isinstance(raw, float):
        return Parsed(repr(raw))
    return parse_cell(SHEETS["ScenarioChanges"].column("value"), raw)
