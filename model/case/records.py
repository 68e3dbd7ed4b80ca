"""Raw sheet → table in canonical units, every cell parsed by its declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from model.case.case import Origin, canonical_table
from model.case.cells import BLANK, Parsed, is_blank, parse_cell, parse_number, plain_text
from model.case.columns import Column, Kind, Sheet
from model.case.headers import find_layout, is_comment
from model.case.messages import Findings, shown
from model.case.raw import RawSheet
from model.case.schema import SETTINGS, SHEETS
from model.case.text import clean_key, did_you_mean


@dataclass(frozen=True)
class SheetTable:
    """One sheet as read. `raw` holds the raw values of the columns that are parsed later (Settings)."""

    frame: pd.DataFrame
    raw: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def read_table(raw: RawSheet, findings: Findings) -> SheetTable | None:
    """Parse one sheet; None when it has no usable header row. Cells that cannot be read are blank in the table."""
    sheet = SHEETS[raw.name]
    layout = find_layout(sheet, raw, findings)
    if layout is None:
        return None
    findings.origins[sheet.name] = Origin(raw.file, layout.letters)
    rows = _record_rows(sheet, raw, layout.header_row, sorted(layout.positions.values()), findings)
    records: dict[str | int, list[Any]] = {}
    kept: dict[str, list[Any]] = {}
    for name, position in layout.positions.items():
        values = [row[position] if position < len(row) else None for row in (raw.rows[number - 1] for number in rows)]
        if (sheet.name, name) == ("Settings", "value"):
            kept["value"] = values
        records[name] = _parse_column(sheet, name, values, rows, findings)
    frame = pd.DataFrame(records, columns=list(records), index=range(len(rows)), dtype=object)
    return SheetTable(canonical_table(sheet, frame, rows, complete=False), kept)


def _record_rows(
    sheet: Sheet, raw: RawSheet, header_row: int, positions: Sequence[int], findings: Findings
) -> list[int]:
    """Excel row numbers of the records below the header: not blank, not comments. Warns about gaps."""
    numbers: list[int] = []
    gap: int | None = None
    for number, row in enumerate(raw.rows[header_row:], start=header_row + 1):
        if not row or is_comment(row) or all(is_blank(row[place]) for place in positions if place < len(row)):
            if gap is None and numbers and not (row and is_comment(row)):
                gap = number
            continue
        if gap is not None:
            text = f"Records stand below empty row {gap}; they were read. Remove the empty rows, or put # in column A of notes."
            findings.add("row-gap", text, sheet=sheet.name, row=number, cell=f"A{number}")
            gap = None
        numbers.append(number)
    return numbers


def _parse_column(
    sheet: Sheet, name: str | int, values: Sequence[Any], rows: Sequence[int], findings: Findings
) -> list[Any]:
    """Parsed values of one column. Equal texts are parsed once: long sheets repeat their keys."""
    column = sheet.column(name) if isinstance(name, str) else sheet.year_column
    assert column is not None
    seen: dict[str, Parsed] = {}
    parsed_values: list[Any] = []
    for number, value in zip(rows, values, strict=True):
        parsed = seen.get(value) if type(value) is str else None
        if parsed is None:
            parsed = _parse(sheet, column, value)
            if type(value) is str:
                seen[value] = parsed
        for code, text in parsed.remarks:
            findings.add(code, f"{_label(column, name)}: {text}", sheet=sheet.name, row=number, column=name, seen=value)
        if parsed.blank and column.required:
            findings.add(
                "value-missing",
                f"{_label(column, name)} is empty but required. {column.meaning}",
                sheet=sheet.name,
                row=number,
                column=name,
            )
        parsed_values.append(parsed.value)
    return parsed_values


def _parse(sheet: Sheet, column: Column, value: Any) -> Parsed:
    if (sheet.name, column.name) == ("ScenarioChanges", "value"):
        return parse_change_value(value)
    return parse_cell(column, value)


def parse_change_value(raw: Any) -> Parsed:
    """Value of a scenario change as text that reads back the same: numbers in plain notation, the rest as typed."""
    if is_blank(raw):
        return BLANK
    if isinstance(raw, str) and any(character.isdigit() for character in raw):
        number = parse_number(raw)
        if number.value is not None:
            return Parsed(repr(number.value))  # the column is text by nature: no remark on numbers stored so
        if number.remarks[0][0] == "number-ambiguous":
            return number
    if isinstance(raw, float):
        return Parsed(repr(raw))
    return parse_cell(SHEETS["ScenarioChanges"].column("value"), raw)


def _label(column: Column, name: str | int) -> str:
    return column.label if isinstance(name, str) else str(name)


def read_settings(table: SheetTable | None, findings: Findings) -> dict[str, Any]:
    """Settings in canonical units: given rows by their declaration, the rest by default."""
    values: dict[str, Any] = {key: setting.column.default for key, setting in SETTINGS.items()}
    if table is None or "value" not in table.raw:
        return values
    frame = table.frame
    for number, word, unit, raw in zip(frame.index, frame["setting"], frame["unit"], table.raw["value"], strict=True):
        if word is None:
            continue
        name = setting_name(word)
        if name is None:
            known = [*SETTINGS, *(setting.column.label for setting in SETTINGS.values())]
            text = f"There is no setting “{word}”.{did_you_mean(str(record['setting']), known)}"
            findings.add(
                "setting-unknown", text, sheet="Settings", row=number, column="setting", seen=word
            )
            continue
        column = SETTINGS[name].column
        _check_unit(column, unit, number, findings)
        parsed = parse_cell(column, raw)
        for code, text in parsed.remarks:
            if code == "number-text":
                continue  # the column is text by nature
            findings.add(code, f"{name}: {text}", sheet="Settings", row=number, column="value", seen=raw)
        if parsed.value is not None:
            values[name] = setting_value(column, parsed.value)
    return values


def setting_name(word: str) -> str | None:
    """Name of the setting that a word (name or label, any capitals) means."""
    folded = clean_key(word).casefold()
    for name, setting in SETTINGS.items():
        if folded in (name.casefold(), setting.column.label.casefold()):
            return name
    return None


def setting_value(column: Column, value: Any) -> Any:
    """Parsed value → type of the setting: whole numbers and years are int."""
    return int(value) if column.kind in (Kind.INTEGER, Kind.YEAR) else value


def _check_unit(column: Column, unit: object, row: int, findings: Findings) -> None:
    if unit and column.unit and plain_text(unit).casefold() != column.unit.casefold():
        text = f"{column.name} is read in {column.unit}, but the row says “{shown(unit)}”."
        findings.add("setting-unit", text, sheet="Settings", row=row, column="unit", seen=unit)
