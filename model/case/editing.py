"""Changing cells of a case from code: the same words, units and checks as in a workbook."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case
from model.case.codes import Severity
from model.case.messages import CaseError, Findings, Message
from model.case.pandas_text import kept_as_python_text
from model.case.scenarios.apply import apply_scenario, checked_against
from model.case.scenarios.changes import (
    ALL_YEARS,
    Change,
    ChangeProblem,
    changed_column,
    named_column,
    rows_like,
    sheet_of,
    words_of_cell,
)
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Sheet
from model.case.sheets.cells import parse_cell
from model.case.sheets.headers import year_of
from model.case.sheets.settings import setting_name, setting_value
from model.case.text import did_you_mean, fold, listed
from model.case.years import year_columns

LOG = logging.getLogger("model")
SEVERAL = (list, tuple, set, frozenset, pd.Index, pd.Series)
Cell = tuple[str, int, str | int]
"""Sheet, row, and column or year."""


@dataclass(frozen=True, repr=False)
class EditableCase(Case):
    """A case whose cells can be changed from code; every change gives a new case and leaves this one as it is.

    `edits` says what was changed against the workbooks, in words.
    """

    edits: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, case: Case) -> EditableCase:
        """The same case, editable."""
        if isinstance(case, EditableCase):
            return case
        return cls(**{item.name: getattr(case, item.name) for item in fields(Case)})

    @kept_as_python_text
    def edit(
        self,
        sheet: str,
        rows: Mapping[str, object] | None = None,
        values: Mapping[str | int, object] | None = None,
        /,
        **more: object,
    ) -> EditableCase:
        """Set cells: `case.edit("Links", {"link": "L090"}, capacity_kteu=280)`.

        `rows` says which: column → what stands there, or a list of such ('*' stands for any letters); without it, all
        rows of the sheet. `values`, by name of the column or by year, and the keywords say what is typed into them, in
        the **unit of the sheet's header** (`sheet` shows it: capacity_kt is typed in Mt a year, container_cost in
        USD/TEU); None empties the cell. Of the sheet Settings each keyword is a setting: `case.edit("Settings",
        discount_rate=0.05)`.

        Each value passes the checks of a cell, the new tables all checks of a case. Raises CaseError, which holds every
        mistake with the name that was probably meant; warnings about the cells set go to the log "model".
        """
        wanted: dict[str | int, object] = dict(values or {})
        wanted.update(more)
        edit = _Edit(self, wanted)
        changed = edit.settings(rows) if fold(sheet) == "settings" else edit.cells(sheet, rows or {})
        if edit.findings.failed:
            raise CaseError(edit.findings.messages)
        changed, remarks = checked_against(self, changed, edit.caused)
        remarks = [*edit.findings.messages, *remarks]
        if any(message.severity is Severity.ERROR for message in remarks):
            raise CaseError(remarks)
        log_warnings(remarks)
        words = ", ".join(f"{name} = {value}" for name, value in edit.values.items())
        which = " ".join(str(value) for value in (rows or {}).values())
        place = " ".join(word for word in (sheet, which) if word)
        return replace(EditableCase.of(changed), edits=(*self.edits, f"{place}: {words}"))

    @kept_as_python_text
    def under(self, scenario: str) -> EditableCase:
        """The case under one of its scenarios; cells that were edited before and that it changes too are changed on.

        Raises CaseError for an unknown scenario, with the name that was probably meant, and ValueError for a case that
        is under a scenario already.
        """
        return replace(EditableCase.of(apply_scenario(self, scenario)), edits=self.edits)

    @kept_as_python_text
    def sheet(self, name: str) -> pd.DataFrame:
        """A sheet as its workbook shows it, in the units of its headers, with the code names of `edit` as columns.

        `attrs["units"]` of the table says the unit of each column. (`table` gives canonical units instead.) Raises
        CaseError for an unknown sheet, with the name that was probably meant.
        """
        declared = _declared(name)
        table = self.tables[declared.name].copy()
        for column in declared.columns:
            if column.factor != 1.0:
                table[column.name] = (table[column.name] / column.factor).round(12)
        table.attrs["units"] = {column.name: column.unit for column in declared.columns if column.unit}
        return table


def log_warnings(messages: Iterable[Message]) -> None:
    """Warnings about a case → the log "model", which shows them where nobody set up anything else."""
    for message in messages:
        if message.severity is Severity.WARNING:
            LOG.warning("%s", message)


def _declared(name: str) -> Sheet:
    try:
        return sheet_of(_change(name, ""))
    except ChangeProblem as problem:
        if name in SHEETS:
            return SHEETS[name]
        raise CaseError([Message(problem.code, problem.text, sheet=name)]) from None


def _change(sheet: str, column: str) -> Change:
    """An edit in the form in which scenario changes are looked up."""
    return Change(0, "", None, sheet, None, None, column, "set", "")


class _Edit:
    """One call of `edit`: collects every mistake before anything is refused."""

    def __init__(self, case: Case, values: Mapping[str | int, object]) -> None:
        self.case, self.values = case, values
        self.findings = Findings(origins=dict(case.origins))
        self.touched: set[Cell] = set()

    def caused(self, message: Message) -> bool:
        """Whether a remark is about a cell that was set."""
        return (message.sheet, message.row, message.column) in self.touched

    def cells(self, sheet_name: str, rows: Mapping[str, object]) -> Case:
        """The case with new cells in one sheet; what cannot be done is among the findings."""
        try:
            sheet = sheet_of(_change(sheet_name, ""))
        except ChangeProblem as problem:
            text = problem.text.replace("A scenario", "An edit")
            self.findings.add(problem.code, text, sheet=sheet_name)
            return self.case
        picked = self._rows(sheet, rows)
        table = self.case.tables[sheet.name].copy()
        if not self.values:
            self.findings.add("change-nothing", "No value is given: which cells shall change?", sheet=sheet.name)
        for name, raw in self.values.items():
            for target, column in self._targets(sheet, name):
                value = self._value(sheet.name, column, raw, picked, target)
                filled = np.nan if value is None and column.numeric else value
                new = dict.fromkeys(picked, filled)
                cells = [new.get(row, old) for row, old in zip(table.index, table[target].tolist(), strict=True)]
                if not self.findings.failed:
                    table[target] = pd.Series(cells, index=table.index, dtype=table[target].dtype)
                self.touched |= {(sheet.name, row, target) for row in picked}
        return self._replaced(tables=MappingProxyType({**self.case.tables, sheet.name: table}))

    def settings(self, rows: Mapping[str, object] | None) -> Case:
        """The case with other settings: by keyword, or, as in the sheet, {"setting": name} and value=…."""
        wanted = dict(self.values)
        if rows:
            named = rows.get("setting")
            if list(rows) != ["setting"] or not isinstance(named, str) or list(wanted) != ["value"]:
                text = 'Name the setting, as in case.edit("Settings", discount_rate=0.05).'
                self.findings.add("change-column", text, sheet="Settings")
                return self.case
            wanted = {named: wanted["value"]}
        settings = dict(self.case.settings)
        for word, raw in wanted.items():
            name = setting_name(str(word))
            if name is None:
                text = f"There is no setting “{word}”.{did_you_mean(str(word), SETTINGS)}"
                self.findings.add("setting-unknown", text, sheet="Settings", seen=word)
                continue
            column = SETTINGS[name].column
            value = self._value("Settings", column, raw, [], "value")
            settings[name] = None if value is None else setting_value(column, value)
            sheet = self.case.tables["Settings"]
            for row, text in zip(sheet.index.tolist(), sheet["setting"].tolist(), strict=True):
                if setting_name(str(text)) == name:
                    self.touched.add(("Settings", int(row), "value"))
        return self._replaced(settings=MappingProxyType(settings))

    def _replaced(self, **new: Any) -> Case:
        return self.case if self.findings.failed else replace(self.case, **new)

    def _rows(self, sheet: Sheet, rows: Mapping[str, object]) -> list[int]:
        """Rows in which every column holds one of the words asked for."""
        table = self.case.tables[sheet.name]
        picked = [int(row) for row in table.index.tolist()]
        for word, wanted in rows.items():
            try:
                column = named_column(sheet, str(word), "column")
            except ChangeProblem as problem:
                self.findings.add(problem.code, problem.text, sheet=sheet.name)
                continue
            told = zip(table.index.tolist(), table[column.name].tolist(), strict=True)
            words = {int(row): words_of_cell(column, value) for row, value in told}
            found: set[int] = set()
            for pattern in _patterns(column, wanted):
                try:
                    found |= rows_like(pattern, words, sheet, column)
                except ChangeProblem as problem:
                    self.findings.add(problem.code, problem.text, sheet=sheet.name, column=column.name, seen=pattern)
            picked = [row for row in picked if row in found]
        if self.findings.failed:
            return []
        if not picked:
            which = "no row that holds all of this together" if rows else "no rows"
            self.findings.add("change-no-row", f"{sheet.name} has {which}.", sheet=sheet.name)
        return picked

    def _targets(self, sheet: Sheet, name: str | int) -> list[tuple[str | int, Column]]:
        """Columns of the table that a name means, each with its declaration."""
        years = year_columns(self.case.tables[sheet.name]) if sheet.year_column is not None else []
        year = year_of(name)
        if sheet.year_column is not None and (year is not None or fold(str(name)) == ALL_YEARS):
            wanted = years if year is None else [year]
            if year is not None and year not in years:
                text = f"{sheet.name} gives no year {year}; it gives: {listed(map(str, years), 20)}."
                self.findings.add("change-column", text, sheet=sheet.name, seen=name)
                return []
            return [(item, sheet.year_column) for item in wanted]
        try:
            column = changed_column(sheet, _change(sheet.name, str(name)))
        except ChangeProblem as problem:
            text = problem.text.replace("a scenario cannot", "an edit cannot")
            self.findings.add(problem.code, text, sheet=sheet.name, seen=name)
            return []
        return [(column.name, column)]

    def _value(self, sheet: str, column: Column, raw: object, rows: list[int], target: str | int) -> Any:
        """What is typed into a cell → canonical value; what is wrong with it is among the findings, once."""
        if isinstance(raw, np.generic):
            raw = raw.item()
        if isinstance(raw, list | tuple):
            raw = "; ".join(str(part) for part in raw)
        parsed = parse_cell(column, None if isinstance(raw, float) and np.isnan(raw) else raw)
        row = rows[0] if rows else None
        for code, text in parsed.remarks:
            self.findings.add(code, f"{column.label}: {text}", sheet=sheet, row=row, column=target, seen=raw)
        if parsed.blank and column.required:
            text = f"{column.label} is empty but required. {column.meaning}"
            self.findings.add("value-missing", text, sheet=sheet, row=row, column=target)
        return column.default if parsed.blank else parsed.value


def _patterns(column: Column, wanted: object) -> list[str]:
    """What a row is looked for by: one word, or several in a list, a tuple or a set."""
    many: Iterable[Any] = wanted if isinstance(wanted, SEVERAL) else [wanted]
    plain = [item.item() if isinstance(item, np.generic) else item for item in many]
    words = [words_of_cell(column, _canonical(column, item)) for item in plain]
    return [word for several in words for word in several or ("",)]


def _canonical(column: Column, item: Any) -> Any:
    """A number of the sheet → as the case holds it; flags and text stay."""
    return item if isinstance(item, bool | str) or not column.numeric else float(item) * column.factor
