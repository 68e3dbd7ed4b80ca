"""Checks that hold for every sheet by its declaration: ranges, unique keys, references.

They run on canonical tables, so base tables and tables changed by a scenario pass the same checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from model.case.columns import Column, Kind, Sheet
from model.case.messages import Findings, shown
from model.case.schema import SETTINGS, SHEETS
from model.case.text import did_you_mean, fold

SHEETS_BY_ASSET_KIND = {"link": "Links", "node": "Nodes", "carrier": "Carriers"}


@dataclass
class Tables:
    """What the checks look at: tables as far as they could be read, settings, and where remarks go.

    `unsound` holds (sheet, column) pairs already reported as unreadable, so that one mistake is told once;
    (sheet, None) stands for a sheet that could not be read at all.
    """

    tables: dict[str, pd.DataFrame]
    settings: Mapping[str, Any]
    findings: Findings
    unsound: set[tuple[str, str | int | None]] = field(default_factory=set)

    def __getitem__(self, sheet: str) -> pd.DataFrame:
        """Table of a sheet (empty when it is not in the case)."""
        return self.tables[sheet]

    def sound(self, sheet: str, *columns: str | int) -> bool:
        """Whether the sheet and these columns were read without errors."""
        return (sheet, None) not in self.unsound and not any((sheet, column) in self.unsound for column in columns)

    def keys(self, sheet: str, column: str) -> set[str]:
        """Keys that stand in a column."""
        return {str(value) for value in self.tables[sheet][column] if value is not None}

    def remark(self, code: str, sheet: str, row: Any, column: str | int | None, text: str, seen: object = "") -> None:
        """Add a remark about a cell."""
        self.findings.add(code, text, sheet=sheet, row=int(row), column=column, seen=seen)


def check_declared(tables: Tables) -> None:
    """Ranges, keys and references of every sheet."""
    for sheet in SHEETS.values():
        frame = tables[sheet.name]
        for name in frame.columns:
            column = sheet.year_column if isinstance(name, int) else sheet.column(name)
            if column is not None and column.numeric:
                _check_range(tables, sheet, column, name)
        check_key(tables, sheet)
    for sheet in SHEETS.values():
        for column in sheet.columns:
            if column.refers_to:
                _check_reference(tables, sheet, column)
    for sheet_name in ("ProjectEffects", "Costs"):
        _check_assets(tables, sheet_name)
    check_settings_range(tables)


def limits(column: Column) -> tuple[float, float]:
    """Smallest and largest value allowed, in sheet units."""
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    if column.kind is Kind.SHARE:
        return max(low, 0.0), min(high, 1.0)
    return low, high


def range_problem(column: Column, value: float) -> tuple[str, str] | None:
    """(code, sentence) when a value in sheet units is out of the declared range, else None."""
    low, high = limits(column)
    unit = f" {column.unit}" if column.unit else ""
    if column.kind is Kind.SHARE and 1 < value <= 100 and high == 1:
        return (
            "share-percent",
            f"{shown(value)} is above 1, but this is a share: write {shown(value)} % or {shown(value / 100)}.",
        )
    if column.above is not None and not value > column.above:
        return "below-minimum", f"{shown(value)}{unit} should be more than {shown(column.above)}."
    if value < low:
        return "below-minimum", f"{shown(value)}{unit} should be at least {shown(low)}."
    if value > high:
        return "above-maximum", f"{shown(value)}{unit} should be at most {shown(high)}."
    return None


def _check_range(tables: Tables, sheet: Sheet, column: Column, name: str | int) -> None:
    values = tables[sheet.name][name].to_numpy(float) / column.factor
    low, high = limits(column)
    bad = (values < low - 1e-12) | (values > high + 1e-12)
    if column.above is not None:
        bad |= values <= column.above
    for position in np.flatnonzero(bad):
        value = float(f"{values[position]:.12g}")
        problem = range_problem(column, value)
        if problem is not None:
            code, text = problem
            label = column.label if isinstance(name, str) else str(name)
            tables.remark(code, sheet.name, tables[sheet.name].index[position], name, f"{label}: {text}", value)


def check_settings_range(tables: Tables) -> None:
    """Settings against their declared ranges."""
    rows = {fold(str(value)): row for row, value in tables["Settings"]["setting"].items() if value is not None}
    for name, setting in SETTINGS.items():
        value, column = tables.settings.get(name), setting.column
        if not column.numeric or value is None:
            continue
        problem = range_problem(column, float(f"{float(value) / column.factor:.12g}"))
        if problem is not None:
            row = rows.get(fold(name), rows.get(fold(column.label)))
            tables.findings.add(
                problem[0],
                f"{name}: {problem[1]}",
                sheet="Settings",
                row=None if row is None else int(str(row)),
                column="value",
                seen=value,
            )


def check_key(tables: Tables, sheet: Sheet) -> None:
    """No two records with the same key, ignoring capitals."""
    frame = tables[sheet.name]
    if not sheet.key or frame.empty:
        return
    first: dict[tuple[str, ...], Any] = {}
    for row, *parts in frame[list(sheet.key)].itertuples():
        if any(part is None or part != part for part in parts):
            continue
        key = tuple(fold(shown(part, 1000)) for part in parts)
        if key in first:
            words = ", ".join(shown(part) for part in parts)
            labels = " + ".join(sheet.column(name).label for name in sheet.key)
            text = f"“{words}” stands already in row {first[key]}; {labels} must be unique (capitals do not count)."
            tables.remark("key-twice", sheet.name, row, sheet.key[-1], text, words)
        else:
            first[key] = row


def _check_reference(tables: Tables, sheet: Sheet, column: Column) -> None:
    target_sheet, target_column = column.refers_to.split(".")
    if not tables.sound(target_sheet, target_column):
        return
    frame = tables[sheet.name]
    _resolve(tables, sheet.name, column.name, frame[column.name], target_sheet, target_column)


def _check_assets(tables: Tables, sheet_name: str) -> None:
    """The asset column refers to the sheet that the asset kind names."""
    frame = tables[sheet_name]
    for kind, target in SHEETS_BY_ASSET_KIND.items():
        key = SHEETS[target].key[0]
        picked = frame.loc[frame["asset_kind"] == kind, "asset"]
        if len(picked) and tables.sound(target, key):
            _resolve(tables, sheet_name, "asset", picked, target, key)


def _resolve(tables: Tables, sheet: str, column: str, cells: pd.Series[Any], target: str, target_column: str) -> None:
    """Check each key against its sheet; a key spelt with other capitals is read as the sheet spells it."""
    known = tables.keys(target, target_column)
    spelling = {fold(key): key for key in known}
    changed: dict[Any, Any] = {}
    for row, value in cells.items():
        words = value if isinstance(value, tuple) else (value,)
        if all(word is None or word in known for word in words):
            continue
        spelt = tuple(_spelt(tables, sheet, column, row, word, known, spelling, target) for word in words)
        changed[row] = spelt if isinstance(value, tuple) else spelt[0]
    if changed:
        copy = tables[sheet].copy()
        copy[column] = pd.Series(
            [changed.get(row, value) for row, value in copy[column].items()], index=copy.index, dtype=object
        )
        tables.tables[sheet] = copy


def _spelt(
    tables: Tables,
    sheet: str,
    column: str,
    row: Any,
    word: str,
    known: Iterable[str],
    spelling: Mapping[str, str],
    target: str,
) -> str:
    found = word if word in spelling.values() else spelling.get(fold(word))
    if found is None:
        text = f"“{word}” is not in the sheet {target}.{did_you_mean(word, sorted(known))}"
        tables.remark("reference-unknown", sheet, row, column, text, word)
        return word
    if found != word:
        text = f"“{word}” was read as “{found}”, as {target} spells it."
        tables.remark("reference-spelling", sheet, row, column, text, word)
    return found
