"""The Settings sheet: one declared value a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from model.case.messages import Findings, shown
from model.case.schema import SCHEMA_VERSION, SETTINGS
from model.case.schema.columns import Column, Kind
from model.case.sheets.cells import parse_cell
from model.case.sheets.records import SheetTable
from model.case.text import fold, nearest

_BY_WORD = {
    fold(word): name for name, setting in SETTINGS.items() for word in (setting.column.label, setting.column.name)
}


def default_settings() -> dict[str, Any]:
    """Every setting at its declared default (canonical units)."""
    return {name: setting.column.default for name, setting in SETTINGS.items()}


def read_settings(table: SheetTable, findings: Findings) -> dict[str, Any]:
    """Settings in canonical units: given rows by their declaration, the rest by default."""
    values = default_settings()
    first: dict[str, int] = {}
    frame = table.frame
    raw_values = table.raw.get("value", [None] * len(frame))
    for row, word, unit, raw in zip(frame.index, frame["setting"], frame["unit"], raw_values, strict=True):
        if word is None:
            continue
        name = setting_name(word)
        if name is None:
            meant = setting_name(nearest(word, _BY_WORD) or "")
            hint = f" Did you mean “{meant}”?" if meant else ""
            text = f"There is no setting “{word}”.{hint}"
            findings.add("setting-unknown", text, sheet="Settings", row=row, column="setting", seen=word)
            continue
        if name in first and fold(str(frame["setting"].loc[first[name]])) != fold(word):
            text = f"“{word}” is the setting of row {first[name]}; keep one of them."
            findings.add("key-twice", text, sheet="Settings", row=row, column="setting", seen=word)
        first.setdefault(name, row)
        _check_unit(SETTINGS[name].column, unit, row, findings)
        value = _parse(SETTINGS[name].column, raw, row, findings)
        if value is not None:
            values[name] = value
    if "schema_version" in first:
        check_version(int(values["schema_version"]), SCHEMA_VERSION, findings)
    return values


def check_version(found: int, known: int, findings: Findings) -> None:
    """Remark on workbooks that name another schema version; older ones are read as far as their headers are known."""
    if found < known:
        text = f"The workbooks are of schema version {found}; the command 'upgrade' brings them to version {known}."
        findings.add("schema-older", text, sheet="Settings")
    elif found > known:
        text = f"The workbooks are of schema version {found}; this program knows version {known}. Get a newer program."
        findings.add("schema-newer", text, sheet="Settings")


def _parse(column: Column, raw: Any, row: int, findings: Findings) -> Any:
    parsed = parse_cell(replace(column, required=True), raw)  # a setting without a value is a row to leave out
    for code, text in parsed.remarks:
        if code != "number-text":  # the column is text by nature
            findings.add(code, f"{column.name}: {text}", sheet="Settings", row=row, column="value", seen=raw)
    return None if parsed.value is None else setting_value(column, parsed.value)


def setting_name(word: str) -> str | None:
    """Name of the setting that a word (name or label, any capitals) means."""
    return _BY_WORD.get(fold(word))


def setting_value(column: Column, value: Any) -> Any:
    """Parsed value → type of the setting: whole numbers and years are int."""
    return int(value) if column.kind in (Kind.INTEGER, Kind.YEAR) else value


def _check_unit(column: Column, unit: str | None, row: int, findings: Findings) -> None:
    if unit and column.unit and fold(unit) != fold(column.unit):
        text = (
            f"{column.name} is read in {column.unit}, but the row says “{shown(unit)}”. Convert the value and the unit."
        )
        findings.add("setting-unit", text, sheet="Settings", row=row, column="unit", seen=unit)
