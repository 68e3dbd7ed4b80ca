"""One scenario change: which cells it means, what becomes of them, and why it may be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case, TimedChange, apply_operation
from model.case.cells import parse_cell, parse_number, plain_text
from model.case.columns import Column, Kind, Sheet
from model.case.headers import column_of, year_of
from model.case.interpolation import with_year_from
from model.case.messages import Message, shown
from model.case.records import setting_name, setting_value
from model.case.schema import SETTINGS, SHEETS
from model.case.text import did_you_mean, fold, fold_name, listed, matches

TIMED_SHEETS = ("Nodes", "Links", "Costs", "Commodities", "Carriers")
FIXED_SHEETS = ("Scenarios", "ScenarioChanges", "Sources", "Assumptions", "ChangeLog")
ALL_YEARS = "years"
BLANK_WORD = "blank"


@dataclass(frozen=True)
class Change:
    """A row of ScenarioChanges, as text."""

    row: int
    scenario: str
    sheet: str
    match_column: str | None
    match_value: str | None
    column: str
    operation: str
    value: str
    from_year: int | None


class ChangeProblem(Exception):
    """A change that cannot be made: code and sentence, and the ScenarioChanges column that is to blame."""

    def __init__(self, code: str, text: str, column: str, seen: object = "") -> None:
        """Keep the parts of the message."""
        super().__init__(text)
        self.code, self.text, self.column, self.seen = code, text, column, seen


@dataclass
class Overlay:
    """The tables and settings of a case while changes are applied, and which change touched which cell."""

    case: Case
    tables: dict[str, pd.DataFrame] = field(init=False)
    settings: dict[str, Any] = field(init=False)
    timed: list[TimedChange] = field(default_factory=list)
    touched: dict[tuple[str, int, str | int], Change] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the base tables."""
        self.tables = dict(self.case.tables)
        self.settings = dict(self.case.settings)

    def apply(self, change: Change) -> None:
        """Make one change. Raises ChangeProblem when it cannot be made or would change nothing."""
        sheet = _sheet(change)
        if change.from_year is not None and change.from_year > self.case.last_year:
            text = f"The change begins in {change.from_year}, after the last year of the plan ({self.case.last_year})."
            raise ChangeProblem("change-nothing", text, "from_year", change.from_year)
        if sheet.name == "Settings":
            self._apply_to_settings(change)
            return
        rows = self._matched_rows(sheet, change)
        if sheet.year_column is not None and (years := self._years(sheet, change)):
            self._apply_to_years(sheet, change, rows, years)
            return
        column = _changeable_column(sheet, change)
        value = _value(column, change)
        if change.from_year is not None:
            self._apply_timed(sheet, column, change, rows, value)
        else:
            table = self.tables[sheet.name]
            self._write(
                sheet, column.name, change, rows, _operated(table.loc[rows, column.name], change.operation, value)
            )

    def explain(self, message: Message) -> Message:
        """A remark about a changed table, told about the cell of the change that caused it where one did."""
        change = None
        if message.row is not None and message.column is not None:
            change = self.touched.get((message.sheet, message.row, message.column))
        if change is None:
            return replace(message, text=f"With the scenario applied: {message.text}")
        origin = self.case.origins.get("ScenarioChanges")
        letter = origin.letters.get("value", "") if origin else ""
        return replace(
            message,
            text=f"Scenario {change.scenario} makes {message.place} wrong. {message.text}",
            file=origin.file if origin else message.file,
            sheet="ScenarioChanges",
            title="",
            cell=f"{letter}{change.row}" if letter else f"row {change.row}",
            row=change.row,
            column="value",
        )

    def _matched_rows(self, sheet: Sheet, change: Change) -> list[int]:
        table = self.tables[sheet.name]
        if change.match_column is None:
            if change.match_value is not None and change.match_value.strip() != "*":
                raise ChangeProblem("change-column", "A match value needs a match column.", "match_column")
            if table.empty:
                raise ChangeProblem("change-no-row", f"The sheet {sheet.name} has no rows.", "sheet", change.sheet)
            return table.index.tolist()
        column = _named_column(sheet, change.match_column, "match_column")
        patterns = [part.strip() for part in (change.match_value or "*").split(";") if part.strip()]
        words = {row: _words(column, value) for row, value in table[column.name].items()}
        rows: dict[int, None] = {}
        for pattern in patterns:
            found = [int(str(row)) for row, texts in words.items() if any(matches(pattern, text) for text in texts)]
            if not found:
                known = sorted({text for texts in words.values() for text in texts})
                hint = did_you_mean(pattern, known) or (f" It holds: {listed(known, 6)}." if known else "")
                text = f"No row of {sheet.name} has “{pattern}” in {column.label}.{hint}"
                raise ChangeProblem("change-no-row", text, "match_value", pattern)
            rows |= dict.fromkeys(found)
        return [row for row in table.index.tolist() if row in rows]

    def _write(self, sheet: Sheet, name: str | int, change: Change, rows: list[int], values: pd.Series[Any]) -> None:
        """Put new values into one column of the changed tables; refuse when all are as before."""
        table = self.tables[sheet.name]
        if _same(table.loc[rows, name], values):
            raise ChangeProblem(
                "change-nothing", _nothing(sheet, name, change, table.loc[rows, name]), "value", change.value
            )
        changed = table.copy()
        column = changed[name].astype(object)
        for row, value in values.items():
            column.at[row] = value
        changed[name] = column.astype(table[name].dtype)
        self.tables[sheet.name] = changed
        self._touch(sheet, name, change, rows)

    def _touch(self, sheet: Sheet, name: str | int, change: Change, rows: list[int]) -> None:
        self.touched |= {(sheet.name, row, name): change for row in rows}

    def _apply_timed(self, sheet: Sheet, column: Column, change: Change, rows: list[int], value: Any) -> None:
        assert change.from_year is not None
        if sheet.name not in TIMED_SHEETS or not (column.numeric or column.kind in (Kind.FLAG, Kind.CHOICE)):
            where = f"{column.label} of {sheet.name}" if sheet.name in TIMED_SHEETS else sheet.name
            text = f"{where} cannot change from a year on. Leave From year empty (timed: figures of {', '.join(TIMED_SHEETS)}; Demand years)."
            raise ChangeProblem("change-year", text, "from_year", change.from_year)
        before = replace(self.case, tables=self.tables, changes=tuple(self.timed)).table(sheet.name, change.from_year)
        cells = before.loc[rows, column.name]
        if _same(cells, _operated(cells, change.operation, value)):
            raise ChangeProblem("change-nothing", _nothing(sheet, column.name, change, cells), "value", change.value)
        self.timed.append(TimedChange(sheet.name, column.name, tuple(rows), change.operation, value, change.from_year))
        self._touch(sheet, column.name, change, rows)

    def _years(self, sheet: Sheet, change: Change) -> list[int]:
        """Year columns that the change means; empty when it names another column."""
        given = [name for name in self.tables[sheet.name].columns if isinstance(name, int)]
        if fold(change.column) in (ALL_YEARS, "year"):
            return given
        year = year_of(change.column.removesuffix(".0"))
        if year is None:
            return []
        if change.from_year is not None:
            text = f"With a from-year, write '{ALL_YEARS}' as the column: the change then holds in every year from {change.from_year} on."
            raise ChangeProblem("change-year", text, "column", change.column)
        if year not in given:
            text = f"{sheet.name} gives no year {year}; it gives: {listed(map(str, given), 20)}. Or write '{ALL_YEARS}' for all."
            raise ChangeProblem("change-column", text, "column", change.column)
        return [year]

    def _apply_to_years(self, sheet: Sheet, change: Change, rows: list[int], years: list[int]) -> None:
        assert sheet.year_column is not None
        value = _value(sheet.year_column, change)
        before = self.tables[sheet.name]
        if change.from_year is not None:
            self.tables[sheet.name] = with_year_from(before, rows, change.from_year, self.case.first_year)
            years = [y for y in self.tables[sheet.name].columns if isinstance(y, int) and y >= change.from_year]
        changed_any = False
        for year in years:
            cells = self.tables[sheet.name].loc[rows, year]
            values = _operated(cells, change.operation, value)
            if not _same(cells, values):
                self._write(sheet, year, change, rows, values)
                changed_any = True
        if not changed_any:
            self.tables[sheet.name] = before
            cells = before.loc[rows, years[0]] if years[0] in before.columns else pd.Series(dtype=float)
            raise ChangeProblem("change-nothing", _nothing(sheet, years[0], change, cells), "value", change.value)

    def _apply_to_settings(self, change: Change) -> None:
        if change.from_year is not None:
            raise ChangeProblem(
                "change-year", "A setting holds for the whole case; leave From year empty.", "from_year"
            )
        by_column = change.match_column is None
        words = (
            [change.column] if by_column else [w.strip() for w in (change.match_value or "").split(";") if w.strip()]
        )
        if not by_column:
            _named_column(SHEETS["Settings"], change.match_column or "", "match_column")
            if _named_column(SHEETS["Settings"], change.column, "column").name != "value":
                raise ChangeProblem(
                    "change-column", "Of a setting only the column Value can be changed.", "column", change.column
                )
        names = []
        for word in words or [""]:
            found = setting_name(word)
            picked = [found] if found else [name for name in SETTINGS if "*" in word and matches(word, name)]
            if not picked:
                blame = "column" if by_column else "match_value"
                raise ChangeProblem(
                    "change-no-row", f"There is no setting “{word}”.{did_you_mean(word, SETTINGS)}", blame, word
                )
            names += picked
        before = dict(self.settings)
        for name in names:
            self._set_setting(name, change)
        if before == self.settings:
            raise ChangeProblem("change-nothing", f"{listed(names)} already has that value.", "value", change.value)

    def _set_setting(self, name: str, change: Change) -> None:
        column = SETTINGS[name].column
        value = _value(column, change)
        old = self.settings[name]
        if change.operation != "set":
            if old is None:
                raise ChangeProblem(
                    "change-nothing", f"{name} is empty; only 'set' can change it.", "operation", change.operation
                )
            value = float(old) * value if change.operation == "multiply" else float(old) + value
        if value is not None and column.kind in (Kind.INTEGER, Kind.YEAR) and value != int(value):
            raise ChangeProblem(
                "change-value", f"{name} becomes {shown(value)}, which is not a whole number.", "value", change.value
            )
        self.settings[name] = column.default if value is None else setting_value(column, value)
        for row in self.tables["Settings"].index[self.tables["Settings"]["setting"] == name]:
            self.touched[("Settings", int(row), "value")] = change


def _sheet(change: Change) -> Sheet:
    by_folded = {fold_name(name): name for name in SHEETS}
    name = by_folded.get(fold_name(change.sheet))
    if name is None:
        text = f"There is no sheet “{change.sheet}”.{did_you_mean(change.sheet, SHEETS)}"
        raise ChangeProblem("change-sheet", text, "sheet", change.sheet)
    if name in FIXED_SHEETS:
        raise ChangeProblem("change-sheet", f"A scenario cannot change the sheet {name}.", "sheet", change.sheet)
    return SHEETS[name]


def _named_column(sheet: Sheet, word: str, blame: str) -> Column:
    column, _ = column_of(sheet, word)
    if column is None:
        labels = [name for column in sheet.columns for name in (column.label, column.name)]
        if sheet.year_column is not None:
            labels.append(ALL_YEARS)
        text = f"{sheet.name} has no column “{word}”.{did_you_mean(word, labels)}"
        raise ChangeProblem("change-column", text, blame, word)
    return column


def _changeable_column(sheet: Sheet, change: Change) -> Column:
    column = _named_column(sheet, change.column, "column")
    if column.name in sheet.key and sheet.name != "Budgets":
        text = f"{column.label} is the key of {sheet.name}; a scenario cannot change it."
        raise ChangeProblem("change-column", text, "column", change.column)
    if change.operation != "set" and not column.numeric:
        text = f"{column.label} holds no numbers; only 'set' can change it."
        raise ChangeProblem("change-operation", text, "operation", change.operation)
    return column


def _value(column: Column, change: Change) -> Any:
    """Canonical value, addition or bare factor of a change; None for 'blank'."""
    if change.operation == "set":
        if fold(change.value) == BLANK_WORD:
            if column.required:
                raise ChangeProblem("change-value", f"{column.label} may not be blank.", "value", change.value)
            return column.default
        parsed = parse_cell(column, _number_or_text(change.value))
    else:
        if not column.numeric:
            raise ChangeProblem(
                "change-operation",
                f"{column.label} holds no numbers; only 'set' can change it.",
                "operation",
                change.operation,
            )
        parsed = parse_number(_number_or_text(change.value))
        if parsed.value is not None and change.operation == "add":
            return float(parsed.value) * column.factor
    if parsed.value is None:
        reason = parsed.remarks[0][1] if parsed.remarks else "A value is needed."
        raise ChangeProblem("change-value", f"{column.label}: {reason}", "value", change.value)
    return parsed.value


def _number_or_text(text: str) -> float | str:
    """The table keeps numbers in plain notation, so this cannot be ambiguous."""
    try:
        return float(text)
    except ValueError:
        return text


def _operated(cells: pd.Series[Any], operation: str, value: Any) -> pd.Series[Any]:
    """New values; 'set' works for every kind, also for several keys in one cell."""
    if operation != "set":
        return apply_operation(cells, operation, value)
    filled = np.nan if value is None and cells.dtype == float else value
    return pd.Series([filled] * len(cells), index=cells.index, dtype=cells.dtype)


def _words(column: Column, value: Any) -> tuple[str, ...]:
    """A cell as the words it can be matched by."""
    if value is None or value != value:
        return ()
    if isinstance(value, tuple):
        return value
    return (plain_text(value / column.factor) if isinstance(value, float) else plain_text(value),)


def _same(before: pd.Series[Any], after: pd.Series[Any]) -> bool:
    return all(one == two or (one != one and two != two) for one, two in zip(before, after, strict=True))


def _nothing(sheet: Sheet, name: str | int, change: Change, cells: Mapping[Any, Any] | pd.Series[Any]) -> str:
    values = list(cells.values()) if isinstance(cells, Mapping) else cells.tolist()
    if values and all(value is None or value != value for value in values):
        return (
            f"Every matched cell of {sheet.name}, {name} is blank, and '{change.operation}' leaves blank cells blank."
        )
    return f"The change leaves every matched cell of {sheet.name}, {name} as it is."
