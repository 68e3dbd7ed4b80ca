"""What the checks look at: the tables of a case, and where their remarks go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from model.case.codes import SEVERITIES, Severity
from model.case.messages import Findings
from model.case.schema import SHEETS
from model.case.schema.columns import Sheet
from model.case.sheets.settings import setting_name

Read = tuple[Any, ...]
"""Something that a check reads in the tables: what kind of thing, and which sheet, column or sheets."""
Respelling = tuple[str, str, dict[Any, Any]]
"""Sheet, column, and by row the cells that are read otherwise than they are spelt."""


@dataclass
class Watch:
    """What a check reads, in turn, and what it spells anew."""

    reads: dict[Read, None] = field(default_factory=dict)
    respelled: list[Respelling] = field(default_factory=list)


@dataclass
class Tables:
    """What the checks look at: tables as far as they could be read, settings, and where remarks go.

    `unsound` holds (sheet, column) pairs already reported as unreadable, so that one mistake is told once;
    (sheet, None) stands for a sheet that could not be read at all. `unsound_rows` holds such (sheet, row) pairs.
    `families` holds the names of the constraint families that may be switched; empty when nobody told them.
    `blanks` holds, by sheet and column, the rows whose cell was left empty (nothing for tables that were not read).
    `checked` holds sheets that are the same in a case checked before (the base of a scenario): checks that look at
    one sheet alone leave them out. Checks ask for it, as for all cells, by the functions below: `watch` writes down
    what they ask.
    """

    tables: dict[str, pd.DataFrame]
    settings: Mapping[str, Any]
    findings: Findings
    unsound: set[tuple[str, str | int | None]] = field(default_factory=set)
    unsound_rows: set[tuple[str, int]] = field(default_factory=set)
    checked: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    blanks: Mapping[str, Mapping[str | int, frozenset[int]]] = field(default_factory=dict)
    watch: Watch | None = field(default=None, repr=False)
    _lists: dict[str, tuple[pd.DataFrame, dict[str | int, list[Any]]]] = field(default_factory=dict, repr=False)

    def __getitem__(self, sheet: str) -> pd.DataFrame:
        """Table of a sheet (empty when it is not in the case)."""
        self._note("frame", sheet)
        return self.tables[sheet]

    def _note(self, *read: Any) -> None:
        if self.watch is not None:
            self.watch.reads.setdefault(read)

    def sound(self, sheet: str, *columns: str | int) -> bool:
        """Whether the sheet and these columns were read without errors."""
        return (sheet, None) not in self.unsound and not any((sheet, column) in self.unsound for column in columns)

    def to_check(self) -> list[Sheet]:
        """Sheets with records that were not checked before."""
        return [sheet for sheet in SHEETS.values() if self.is_to_check(sheet)]

    def is_to_check(self, sheet: Sheet) -> bool:
        """Whether a sheet has records that were not checked before."""
        return not self.unchanged(sheet.name) and self._count(sheet.name) > 0

    def setting(self, name: str) -> Any:
        """Value of a setting, None where none is given."""
        self._note("setting", name)
        return self.settings.get(name)

    def unchanged(self, *sheets: str) -> bool:
        """Whether these sheets are all the same in a case checked before."""
        self._note("unchanged", *sheets)
        return self.checked.issuperset(sheets)

    @property
    def changed_from_base(self) -> bool:
        """Whether these are the tables of a scenario, whose base was checked before."""
        self._note("changed at all")
        return bool(self.checked)

    def _count(self, sheet: str) -> int:
        self._note("rows", sheet)
        return len(self.tables[sheet])

    def rows(self, sheet: str, *columns: str | int) -> Iterator[tuple[Any, ...]]:
        """(Excel row, cell, cell, …) of each record."""
        self._note("rows", sheet)
        table = self.tables[sheet]
        return zip(table.index.tolist(), *(self._cells(sheet, column) for column in columns), strict=True)

    def _cells(self, sheet: str, column: str | int) -> list[Any]:
        """Cells of a column as a list, made once: many checks look at the same columns."""
        self._note("column", sheet, column)
        table, lists = self._lists.get(sheet, (None, {}))
        if table is not self.tables[sheet]:
            table, lists = self.tables[sheet], {}
            self._lists[sheet] = (table, lists)
        if column not in lists:
            lists[column] = table[column].tolist()
        return lists[column]

    def keys(self, sheet: str, column: str) -> set[str]:
        """Keys that stand in a column."""
        return {str(value) for value in self._cells(sheet, column) if value is not None}

    def left_empty(self, sheet: str, row: Any, *columns: str | int) -> bool:
        """Whether all these cells were left empty in the workbook (a 0 that was typed is a figure)."""
        blanks = self.blanks.get(sheet, {})
        return all(int(row) in blanks.get(column, ()) for column in columns)

    def remark(self, code: str, sheet: str, row: Any, column: str | int | None, text: str, seen: object = "") -> None:
        """Add a remark about a cell; a row with an error is left out of later checks of what belongs together."""
        if SEVERITIES[code] is Severity.ERROR:
            self.unsound_rows.add((sheet, int(row)))
        self.findings.add(code, text, sheet=sheet, row=int(row), column=column, seen=seen)

    def respell(self, sheet: str, column: str, cells: dict[Any, Any]) -> None:
        """Put other words for the same things into a column, by row."""
        if self.watch is not None:
            self.watch.respelled.append((sheet, column, cells))
        copy = self.tables[sheet].copy()
        values = [cells.get(row, value) for row, value in zip(copy.index, copy[column].tolist(), strict=True)]
        copy[column] = pd.Series(values, index=copy.index, dtype=object)
        self.tables[sheet] = copy


def setting_rows(tables: Tables) -> dict[str | None, int]:
    """Excel row of each setting that the case gives."""
    return {setting_name(str(word)): int(row) for row, word in tables.rows("Settings", "setting")}


def horizon(tables: Tables) -> tuple[float, float]:
    """First and last calendar year of the periods; NaN when the periods could not be read."""
    spans = [(first, first + years - 1) for _, first, years in tables.rows("Periods", "first_year", "years")]
    if not spans or not tables.sound("Periods", "first_year", "years"):
        return np.nan, np.nan
    return min(first for first, _ in spans), max(last for _, last in spans)
