"""Checks that hold for every sheet by its declaration: ranges, unique keys, references.

They run on canonical tables, so base tables and tables changed by a scenario pass the same checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.case.checks.tables import Tables, setting_rows
from model.case.messages import shown
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind, Sheet, limits
from model.case.text import bare_letters, did_you_mean, fold, fold_look_alikes, listed, nearest
from model.case.years import column_names

SHEETS_BY_ASSET_KIND = {"link": "Links", "node": "Nodes", "carrier": "Carriers", "fleet": "Vessels"}
FEW_KEYS = 6
"""So many keys of a sheet at most are listed where none is like the word that was typed."""
MOST_HINTS = 30
"""Near matches looked up for one column: each is a search through all keys."""


def check_ranges(tables: Tables, sheet: Sheet) -> None:
    """Figures of a sheet are within the range of their column."""
    for column, name in figures(tables, sheet):
        _check_range(tables, sheet, column, name)


def check_references(tables: Tables, sheet: Sheet) -> None:
    """Keys that a sheet names are keys of the sheets that it speaks of."""
    for column in sheet.columns:
        if column.refers_to:
            _check_reference(tables, sheet, column)
    if {"asset_kind", "asset"} <= set(sheet.names):
        _check_assets(tables, sheet.name)


def figures(tables: Tables, sheet: Sheet) -> Iterator[tuple[Column, str | int]]:
    """Every numeric column of a sheet: its declaration, and its code name or year."""
    for name in column_names(tables[sheet.name]):
        column = sheet.year_column if isinstance(name, int) else sheet.column(name)
        if column is not None and column.numeric:
            yield column, name


def range_problem(column: Column, value: float) -> tuple[str, str] | None:
    """(code, sentence) when a value in sheet units is out of the declared range, else None."""
    low, high = limits(column)
    unit = f" {column.unit}" if column.unit else ""
    if column.kind is Kind.SHARE and 1 < value <= 100 and high <= 1:
        text = f"{shown(value)} is above 1, but this is a share: write {shown(value)} % or {shown(value / 100)}."
        return "share-percent", text
    if column.above is not None and not value > column.above:
        return "below-minimum", f"{shown(value)}{unit} should be more than {shown(column.above)}."
    if value < low:
        return "below-minimum", f"{shown(value)}{unit} should be at least {shown(low)}."
    if value > high:
        return "above-maximum", f"{shown(value)}{unit} should be at most {shown(high)}."
    return None


def in_sheet_unit(column: Column, value: float) -> float:
    """Canonical value → the figure that was typed (12 significant digits)."""
    return float(f"{value / column.factor:.12g}")


def _check_range(tables: Tables, sheet: Sheet, column: Column, name: str | int) -> None:
    values = tables[sheet.name][name].to_numpy(float) / column.factor
    low, high = limits(column)
    bad = (values < low - 1e-12) | (values > high + 1e-12)
    if column.above is not None:
        bad |= values <= column.above
    rows = tables[sheet.name].index.tolist()
    label = column.label if isinstance(name, str) else str(name)
    for position in np.flatnonzero(bad).tolist():
        value = float(f"{values[position]:.12g}")
        problem = range_problem(column, value)
        if problem is not None:
            tables.remark(problem[0], sheet.name, rows[position], name, f"{label}: {problem[1]}", value)


def check_settings(tables: Tables) -> None:
    """Settings are within their ranges."""
    rows = setting_rows(tables)
    for name, setting in SETTINGS.items():
        value, column = tables.setting(name), setting.column
        if not column.numeric or value is None:
            continue
        typed = in_sheet_unit(column, float(value))
        problem = range_problem(column, typed)
        if problem is not None:
            code, text = problem
            row = rows.get(name)
            tables.findings.add(code, f"{name}: {text}", sheet="Settings", row=row, column="value", seen=typed)


def check_key(tables: Tables, sheet: Sheet) -> None:
    """No two records with the same key, ignoring capitals; keys that only look the same are remarked."""
    if not sheet.key:
        return
    labels = " + ".join(sheet.column(name).label for name in sheet.key)
    first: dict[tuple[str, ...], Any] = {}
    looks: dict[tuple[str, ...], Any] = {}
    required = [sheet.column(name).required for name in sheet.key]
    for row, *parts in tables.rows(sheet.name, *sheet.key):
        if any(needed and _blank(part) for needed, part in zip(required, parts, strict=True)):
            continue  # told as missing
        key = tuple([fold(str(part)) for part in parts])
        look = tuple([fold_look_alikes(part) for part in key])
        if key not in first and look not in looks:
            first[key] = looks[look] = row
            continue
        words = ", ".join(shown(part) for part in parts if not _blank(part))
        if key in first:
            text = f"“{words}” stands already in row {first[key]}; {labels} must be unique (capitals do not count)."
            tables.remark("key-twice", sheet.name, row, sheet.key[-1], text, words)
        else:
            text = f"“{words}” looks like the key of row {looks[look]} but is written with other characters."
            tables.remark("alphabet-twins", sheet.name, row, sheet.key[-1], text, words)
        first.setdefault(key, row)


def _blank(value: Any) -> bool:
    return value is None or value != value


def resolve_words(
    tables: Tables, sheet: str, column: str, known: set[str], place: str, rows: set[Any] | None = None
) -> None:
    """Words of a column (all rows, or some) that should stand among `known`; `place` says in words where that is."""
    hints: dict[str, str] = {}
    for row, value in tables.rows(sheet, column):
        words = value if isinstance(value, tuple) else (value,)
        for word in words:
            if word is None or word in known or (rows is not None and row not in rows):
                continue
            hint = _near(word, known, hints)
            tables.remark("reference-unknown", sheet, row, column, f"“{word}” is not {place}.{hint}", word)


def _near(word: str, known: set[str], hints: dict[str, str]) -> str:
    """What a word may have meant, looked up once for each of the first few words; `hints` remembers."""
    if word not in hints:
        hints[word] = did_you_mean(word, sorted(known)) if len(hints) < MOST_HINTS else ""
    return hints[word]


def _check_reference(tables: Tables, sheet: Sheet, column: Column) -> None:
    target_sheet, target_column = column.refers_to.split(".")
    if tables.sound(target_sheet, target_column):
        cells = tables[sheet.name][column.name]
        _Resolver(tables, target_sheet, target_column).resolve(sheet.name, column.name, cells)


def _check_assets(tables: Tables, sheet_name: str) -> None:
    """The asset column refers to the sheet that the asset kind names."""
    frame = tables[sheet_name]
    for kind, target in SHEETS_BY_ASSET_KIND.items():
        key = SHEETS[target].key[0]
        picked = frame.loc[frame["asset_kind"] == kind, "asset"]
        if len(picked) and tables.sound(target, key):
            _Resolver(tables, target, key).resolve(sheet_name, "asset", picked)


class _Resolver:
    """Checks references to one sheet; a key spelt with other capitals is read as the sheet spells it."""

    def __init__(self, tables: Tables, target: str, target_column: str) -> None:
        self.tables, self.target, self.target_column = tables, target, target_column
        self.known = tables.keys(target, target_column)
        self.hints: dict[str, str] = {}

    @cached_property
    def _spelling(self) -> dict[str, str]:
        return {fold(key): key for key in self.known}

    @cached_property
    def _looks(self) -> dict[str, str]:
        return {fold_look_alikes(key): key for key in self.known}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Keys by the names shown in reports, where each stands once."""
        if "name" not in SHEETS[self.target].names:
            return {}
        found: dict[str, list[str]] = {}
        for _, name, key in self.tables.rows(self.target, "name", self.target_column):
            if name is not None and key is not None:
                found.setdefault(fold(name), []).append(key)
        return {name: keys[0] for name, keys in found.items() if len(keys) == 1}

    @cached_property
    def _first_words(self) -> dict[str, str]:
        """Names by their first words, where one name alone begins with it: the rest of a name is seldom typed."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._names):
            found.setdefault(re.split(r"[\s/(,-]", name, maxsplit=1)[0], []).append(name)
        return {word: names[0] for word, names in found.items() if len(names) == 1}

    def resolve(self, sheet: str, column: str, cells: pd.Series[Any]) -> None:
        values = cells.tolist()
        distinct = {word for value in set(values) for word in (value if isinstance(value, tuple) else (value,))}
        if distinct - {None} <= self.known:
            return
        changed: dict[Any, Any] = {}
        for row, value in zip(cells.index, values, strict=True):
            words = value if isinstance(value, tuple) else (value,)
            if all(word is None or word in self.known for word in words):
                continue
            spelt = tuple(self._spelt(sheet, column, row, word) for word in words)
            changed[row] = spelt if isinstance(value, tuple) else spelt[0]
        if changed:
            self.tables.respell(sheet, column, changed)

    def _spelt(self, sheet: str, column: str, row: Any, word: str) -> str:
        if word in self.known:
            return word
        found = self._spelling.get(fold(word))
        if found is not None:
            text = f"“{word}” was read as “{found}”, as {self.target} spells it."
            self.tables.remark("reference-spelling", sheet, row, column, text, word)
            return found
        hint = self._hint(word)
        if not hint and 0 < len(self.known) <= FEW_KEYS:
            hint = f" It holds {listed(sorted(self.known))}."
        text = f"“{word}” is not in the sheet {self.target}.{hint}"
        self.tables.remark("reference-unknown", sheet, row, column, text, word)
        return word

    def _hint(self, word: str) -> str:
        twin = self._looks.get(fold_look_alikes(word))
        if twin is not None:
            return f" It looks like “{twin}” but is written with other characters; type it anew."
        key = self._names.get(fold(word))
        if key is not None:
            return f" That is the name of “{key}”; the key is wanted here."
        return _near(word, self.known, self.hints) if len(self.hints) >= MOST_HINTS else self._meant(word)

    def _meant(self, word: str) -> str:
        """The key whose name alone begins so, else the key most like it, else that of the name most like it."""
        if word not in self.hints:
            bare = bare_letters(word)
            begins = [name for name in self._names if bare and bare_letters(name).startswith(bare)]
            hint = "" if len(begins) == 1 else did_you_mean(word, sorted(self.known))
            names = {name: name for name in sorted(self._names)} if " " in word else self._first_words
            name = begins[0] if len(begins) == 1 else names.get(nearest(word, names) or "")
            if not hint and name is not None:
                hint = f" Did you mean “{self._names[name]}”?"
            self.hints[word] = hint
        return self.hints[word]
