"""The tables of a case while the changes of a scenario are applied, and which change touched which cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.messages import Message, shown
from model.case.scenarios.changes import (
    ALL_YEARS,
    Change,
    ChangeProblem,
    change_value,
    changed_column,
    matched_rows,
    named_column,
    operated,
    require_difference,
    sheet_of,
)
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind, Sheet
from model.case.sheets.headers import year_of
from model.case.sheets.settings import setting_name, setting_value
from model.case.text import did_you_mean, fold, listed, matches
from model.case.timed import TIMED_SHEETS, TimedChange, with_changes, years_of_changes
from model.case.years import cells_of, with_years, year_columns


@dataclass
class Overlay:
    """Begins with the base tables of `case`; `apply` makes one change after another."""

    case: Case
    sheet: str = "ScenarioChanges"
    tables: dict[str, pd.DataFrame] = field(init=False)
    settings: dict[str, Any] = field(init=False)
    timed: list[TimedChange] = field(init=False)
    touched: dict[tuple[str, int, str | int], Change] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copy the dictionaries; the tables themselves are replaced, never written into."""
        self.tables = dict(self.case.tables)
        self.settings = dict(self.case.settings)
        self.timed = list(self.case.changes)

    def apply(self, change: Change) -> None:
        """Make one change. Raises ChangeProblem when it cannot be made or would change nothing."""
        sheet = sheet_of(change)
        self._check_span(change)
        if sheet.name == "Settings":
            self._apply_to_settings(change)
            return
        rows = matched_rows(sheet, self.tables[sheet.name], change)
        years = self._years(sheet, change) if sheet.year_column is not None else []
        if years:
            self._apply_to_years(sheet, change, rows, years)
            return
        column = changed_column(sheet, change)
        value = change_value(column, change)
        if change.timed or self._has_timed(sheet, column, rows):
            self._apply_timed(sheet, column, change, rows, value)
            return
        before = cells_of(self.tables[sheet.name], rows, column.name)
        after = operated(before, change.operation, value)
        require_difference(f"{sheet.name}, {column.label},", change, before.tolist(), after.tolist())
        self._write(sheet, column.name, change, after)

    def misnamed(self, change: Change) -> list[ChangeProblem]:
        """What is wrong with the names in a change: its sheet, else its rows and its column. Changes nothing."""
        if not change.sheet or not change.column:
            return []
        try:
            sheet = sheet_of(change)
        except ChangeProblem as problem:
            return [problem]
        if sheet.name == "Settings":
            return []
        problems: list[ChangeProblem] = []
        try:
            matched_rows(sheet, self.tables[sheet.name], change)
        except ChangeProblem as problem:
            problems.append(problem)
        try:
            if sheet.year_column is None or not self._years(sheet, change):
                named_column(sheet, change.column, "column")
        except ChangeProblem as problem:
            problems.append(problem)
        return problems

    def _check_span(self, change: Change) -> None:
        """The years in which a change holds are some of the plan's."""
        first, last = change.from_year, change.last_year
        if first is not None and first > self.case.last_year:
            text = f"The change begins in {first}, after the last year of the plan ({self.case.last_year})."
            raise ChangeProblem("change-nothing", text, "from_year", first)
        if last is not None and last < max(self.case.first_year, first or 0):
            what = f"before it begins ({first})" if last < (first or 0) else "before the plan begins"
            raise ChangeProblem("change-year", f"The change ends in {last}, {what}.", "last_year", last)

    def caused(self, message: Message) -> Change | None:
        """The change that touched the cell of a remark."""
        if message.row is None or message.column is None:
            return None
        return self.touched.get((message.sheet, message.row, message.column))

    def explain(self, message: Message) -> Message:
        """A remark about a changed table, told about the cell of the change that caused it where one did."""
        change = self.caused(message)
        if change is None:
            return replace(message, text=f"With the changes of the scenario: {message.text}")
        origin = self.case.origins.get(self.sheet)
        word = "Scenario" if self.sheet == "ScenarioChanges" else self.sheet
        letter = origin.letters.get("value", "") if origin else ""
        return replace(
            message,
            text=f"{word} {change.scenario} changes {message.place}. {message.text}",
            file=origin.file if origin else message.file,
            sheet=self.sheet,
            title="",
            cell=f"{letter}{change.row}" if letter else f"row {change.row}",
            row=change.row,
            column="value",
        )

    def _write(self, sheet: Sheet, name: str | int, change: Change, values: pd.Series[Any]) -> None:
        """Put new values into one column of the changed tables."""
        table = self.tables[sheet.name]
        new = dict(zip(values.index, values.tolist(), strict=True))
        cells = [new.get(row, old) for row, old in zip(table.index, table[name].tolist(), strict=True)]
        changed = table.copy()
        changed[name] = pd.Series(cells, index=table.index, dtype=table[name].dtype)
        self.tables[sheet.name] = changed
        self.touched |= {(sheet.name, int(row), name): change for row in new}

    def _has_timed(self, sheet: Sheet, column: Column, rows: Sequence[int]) -> bool:
        """Whether an earlier change for some years touches one of the cells: a later one then comes on top of it."""
        return any(
            timed.sheet == sheet.name and timed.column == column.name and not set(rows).isdisjoint(timed.rows)
            for timed in self.timed
        )

    def _apply_timed(self, sheet: Sheet, column: Column, change: Change, rows: Sequence[int], value: Any) -> None:
        blame = "last_year" if change.from_year is None else "from_year"
        from_year = self.case.first_year if change.from_year is None else change.from_year
        if sheet.name not in TIMED_SHEETS or not column.numeric:
            what = f"{column.label} of {sheet.name}" if sheet.name in TIMED_SHEETS else f"The sheet {sheet.name}"
            text = f"{what} cannot change for some years; leave From year and To year empty."
            text = f"{text} Figures of {', '.join(TIMED_SHEETS)} and the years of Demand can."
            raise ChangeProblem("change-year", text, blame, getattr(change, blame))
        base = cells_of(self.tables[sheet.name], rows, column.name)
        so_far = [timed for timed in self.timed if (timed.sheet, timed.column) == (sheet.name, column.name)]
        before: list[Any] = []
        after: list[Any] = []
        for year in (from_year, *(year for year in years_of_changes(self.timed) if year > from_year)):
            cells = with_changes(base, [timed for timed in so_far if timed.holds_in(year)])
            before += cells.tolist()
            after += operated(cells, change.operation, value).tolist()
        require_difference(f"{sheet.name}, {column.label},", change, before, after)
        self._require_one_count(sheet, column, from_year)
        span = from_year, change.last_year
        self.timed.append(TimedChange(sheet.name, column.name, tuple(rows), change.operation, value, *span))
        self.touched |= {(sheet.name, row, column.name): change for row in rows}

    def _require_one_count(self, sheet: Sheet, column: Column, from_year: int) -> None:
        """A CO2 budget counts emissions by one figure for all years."""
        counted = sheet.name == "Links" and column.name in ("length_km", "co2_g_per_tkm")
        if counted and (self.tables["Policies"]["kind"] == "co2").any():
            text = (
                f"{column.label} cannot change from a year on while Policies has a CO2 budget: it counts emissions by"
                " one figure for all years. Leave From year empty."
            )
            raise ChangeProblem("change-year", text, "from_year", from_year)

    def _years(self, sheet: Sheet, change: Change) -> list[int]:
        """Year columns that the change means; empty when it names another column."""
        given = year_columns(self.tables[sheet.name])
        if fold(change.column) in (ALL_YEARS, "year"):
            return given
        year = year_of(change.column.removesuffix(".0"))
        if year is None:
            return []
        if change.timed:
            text = f"With a from-year or a to-year, write '{ALL_YEARS}' as the column: the change holds in these years."
            raise ChangeProblem("change-year", text, "column", change.column)
        if year not in given:
            years = listed(map(str, given), 20)
            text = f"{sheet.name} gives no year {year}; it gives: {years}. Or write '{ALL_YEARS}' for all."
            raise ChangeProblem("change-column", text, "column", change.column)
        return [year]

    def _apply_to_years(self, sheet: Sheet, change: Change, rows: Sequence[int], years: Sequence[int]) -> None:
        assert sheet.year_column is not None
        value = change_value(sheet.year_column, change)
        table = self.tables[sheet.name]
        if change.timed:
            first, last = change.from_year, change.last_year
            edges = [] if last is None else [last, last + 1]
            if first is not None:
                edges += [first - 1, first] if first > self.case.first_year else [first]
            table = with_years(table, rows, edges)
            years = [year for year in year_columns(table) if year >= (first or year) and year <= (last or year)]
        after = {year: operated(cells_of(table, rows, year), change.operation, value) for year in years}
        before = [figure for year in years for figure in cells_of(table, rows, year).tolist()]
        changed = [figure for year in years for figure in after[year].tolist()]
        require_difference(f"{sheet.name}, years,", change, before, changed)
        self.tables[sheet.name] = table
        for year, figures in after.items():
            self._write(sheet, year, change, figures)

    def _apply_to_settings(self, change: Change) -> None:
        if change.timed:
            text = "A setting holds for the whole case; leave From year and To year empty."
            raise ChangeProblem("change-year", text, "last_year" if change.from_year is None else "from_year")
        before = dict(self.settings)
        names = _setting_names(change)
        for name in names:
            column = SETTINGS[name].column
            self.settings[name] = _changed_setting(column, self.settings[name], change)
            sheet = self.tables["Settings"]
            for row, word in zip(sheet.index, sheet["setting"], strict=True):
                if setting_name(str(word)) == name:
                    self.touched[("Settings", int(row), "value")] = change
        if before == self.settings:
            raise ChangeProblem("change-nothing", f"{listed(names)} already has that value.", "value", change.value)


def _setting_names(change: Change) -> list[str]:
    """Settings that a change means: by match value, or, without a match column, by the column."""
    settings = SHEETS["Settings"]
    words, blame = [change.column], "column"
    if change.match_column is not None:
        named_column(settings, change.match_column, "match_column")
        if named_column(settings, change.column, "column").name != "value":
            text = "Of a setting only the column Value can be changed."
            raise ChangeProblem("change-column", text, "column", change.column)
        words, blame = [word.strip() for word in (change.match_value or "").split(";")], "match_value"
    names: list[str] = []
    for word in words:
        exact = setting_name(word)
        picked = [exact] if exact else [name for name in SETTINGS if "*" in word and matches(word, name)]
        if not picked:
            text = f"There is no setting “{word}”.{did_you_mean(word, SETTINGS)}"
            raise ChangeProblem("change-no-row", text, blame, word)
        names += picked
    return names


def _changed_setting(column: Column, old: Any, change: Change) -> Any:
    value = change_value(column, change)
    if change.operation != "set":
        if old is None:
            text = f"{column.name} is empty; only 'set' can change it."
            raise ChangeProblem("change-nothing", text, "operation", change.operation)
        value = float(old) * value if change.operation == "multiply" else float(old) + value
    if value is None:
        return column.default
    if column.kind in (Kind.INTEGER, Kind.YEAR) and value != int(value):
        text = f"{column.name} becomes {shown(value)}, which is not a whole number."
        raise ChangeProblem("change-value", text, "value", change.value)
    return setting_value(column, value)
