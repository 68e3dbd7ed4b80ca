"""One scenario change: what its words mean, and why it may be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.keys import keys_listed
from model.case.messages import shown
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Sheet
from model.case.sheets.cells import parse_cell, parse_number, plain_text
from model.case.sheets.headers import column_of
from model.case.text import did_you_mean, fold, fold_name, listed, matches
from model.case.timed import apply_operation

FIXED_SHEETS = ("Scenarios", "ScenarioChanges", "Futures", "History", "Sources", "Assumptions", "ChangeLog")
ALL_YEARS = "years"
BLANK_WORD = "blank"


@dataclass(frozen=True)
class Change:
    """A row of ScenarioChanges, as text."""

    row: int
    scenario: str
    from_year: int | None
    sheet: str
    match_column: str | None
    match_value: str | None
    column: str
    operation: str
    value: str
    last_year: int | None = None

    @property
    def timed(self) -> bool:
        """Whether it holds in some years only."""
        return self.from_year is not None or self.last_year is not None


class ChangeProblem(Exception):
    """A change that cannot be made: code and sentence, and the ScenarioChanges column that is to blame."""

    def __init__(self, code: str, text: str, column: str, seen: object = "") -> None:
        """Keep the parts of the message."""
        super().__init__(text)
        self.code, self.text, self.column, self.seen = code, text, column, seen


def sheet_of(change: Change) -> Sheet:
    """The declared sheet that a change names."""
    by_folded = {fold_name(name): name for name in SHEETS}
    name = by_folded.get(fold_name(change.sheet))
    if name is None:
        text = f"There is no sheet “{change.sheet}”.{did_you_mean(change.sheet, SHEETS)}"
        raise ChangeProblem("change-sheet", text, "sheet", change.sheet)
    if name in FIXED_SHEETS:
        raise ChangeProblem("change-sheet", f"A scenario cannot change the sheet {name}.", "sheet", change.sheet)
    return SHEETS[name]


def named_column(sheet: Sheet, word: str, blame: str) -> Column:
    """The column that a word (label, header or code name) means."""
    column, _ = column_of(sheet, word)
    if column is None:
        labels = [name for column in sheet.columns for name in (column.label, column.name)]
        if sheet.year_column is not None:
            labels.append(ALL_YEARS)
        alike = [column.label for column in sheet.columns if fold(word) in fold(column.label)]
        hint = f" Is it one of {listed(alike)}?" if len(alike) > 1 else did_you_mean(word, labels)
        text = f"{sheet.name} has no column “{word}”.{hint}"
        raise ChangeProblem("change-column", text, blame, word)
    return column


def changed_column(sheet: Sheet, change: Change) -> Column:
    """The column to change. Keys stay: rows of other sheets speak of them."""
    column = named_column(sheet, change.column, "column")
    if column.name in sheet.key and sheet.name != "Budgets":
        text = f"{column.label} is the key of {sheet.name}; a scenario cannot change it."
        raise ChangeProblem("change-column", text, "column", change.column)
    check_operation(column, change)
    return column


def check_operation(column: Column, change: Change) -> None:
    """Only numbers can be multiplied and added to."""
    if change.operation != "set" and not column.numeric:
        text = f"{column.label} holds no numbers; only 'set' can change it."
        raise ChangeProblem("change-operation", text, "operation", change.operation)


def change_value(column: Column, change: Change) -> Any:
    """Canonical value ('set'), canonical addition ('add') or bare factor ('multiply'); the default for 'blank'."""
    check_operation(column, change)
    if change.operation == "set" and fold(change.value) == BLANK_WORD:
        if column.required:
            raise ChangeProblem("change-value", f"{column.label} may not be blank.", "value", change.value)
        return column.default
    raw = _number_or_text(change.value)
    parsed = parse_cell(column, raw) if change.operation == "set" else parse_number(raw)
    if parsed.value is None:
        reason = parsed.remarks[0][1] if parsed.remarks else "A value is needed."
        raise ChangeProblem("change-value", f"{column.label}: {reason}", "value", change.value)
    if change.operation == "multiply":
        _check_factor(column, change, float(parsed.value))
    return parsed.value * column.factor if change.operation == "add" else parsed.value


def _check_factor(column: Column, change: Change, factor: float) -> None:
    """A factor is not a difference: '-50 %' means half as much, which is the factor 0.5; '+20 %' the factor 1.2."""
    signed = change.value.startswith("+") and change.value.endswith("%")
    if signed or (factor < 0 and column.minimum is not None and column.minimum >= 0):
        text = f"{column.label}: 'multiply' takes a factor, and {shown(change.value)} would be {factor:.12g}."
        text = f"{text} Did you mean {1 + factor:.12g}?" if factor > -1 else f"{text} A factor of 0 or more is wanted."
        raise ChangeProblem("change-value", text, "value", change.value)


def _number_or_text(text: str) -> float | str:
    """The table keeps numbers in plain notation, so this cannot be ambiguous."""
    try:
        return float(text)
    except ValueError:
        return text


def matched_rows(sheet: Sheet, table: pd.DataFrame, change: Change) -> list[int]:
    """Rows of a table that a change means. Every pattern must match some row."""
    if change.match_column is None:
        if change.match_value is not None and change.match_value.strip() != "*":
            raise ChangeProblem("change-column", "A match value needs a match column.", "match_column")
        if table.empty:
            raise ChangeProblem("change-no-row", f"The sheet {sheet.name} has no rows.", "sheet", change.sheet)
        return [int(row) for row in table.index.tolist()]
    column = named_column(sheet, change.match_column, "match_column")
    words = {int(row): words_of_cell(column, value) for row, value in zip(table.index, table[column.name], strict=True)}
    rows: set[int] = set()
    for pattern in keys_listed(change.match_value or "*"):
        rows |= rows_like(pattern, words, sheet, column)
    return [row for row in words if row in rows]


def rows_like(pattern: str, words: Mapping[int, tuple[str, ...]], sheet: Sheet, column: Column) -> set[int]:
    """Rows with a word (`words` of a column, by row) that a pattern means. Raises ChangeProblem where there is none."""
    found = {row for row, texts in words.items() if any(matches(pattern, text) for text in texts)}
    if not found:
        known = sorted({text for texts in words.values() for text in texts})
        hint = did_you_mean(pattern, known) or (f" It holds: {listed(known, 6)}." if known else "")
        text = f"No row of {sheet.name} has “{pattern}” in {column.label}.{hint}"
        raise ChangeProblem("change-no-row", text, "match_value", pattern)
    return found


def words_of_cell(column: Column, value: Any) -> tuple[str, ...]:
    """A cell as the words it can be matched by; numbers in the unit of the sheet."""
    if value is None or value != value:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, float):
        return (plain_text(float(f"{value / column.factor:.12g}")),)
    return (plain_text(value),)


def operated(cells: pd.Series[Any], operation: str, value: Any) -> pd.Series[Any]:
    """New values; 'set' works for every kind, also for several keys in one cell.

    Raises ChangeProblem for figures past all bounds.
    """
    if operation != "set":
        after = apply_operation(cells, operation, value)
        if np.isinf(after.to_numpy(float)).any():
            raise ChangeProblem("change-value", "The figures would be beyond all bounds.", "value", value)
        return after
    filled = np.nan if value is None and cells.dtype == float else value
    return pd.Series([filled] * len(cells), index=cells.index, dtype=cells.dtype)


def require_difference(place: str, change: Change, before: Sequence[Any], after: Sequence[Any]) -> None:
    """A change that leaves everything as it is was not meant so."""
    if not all(one == two or (one != one and two != two) for one, two in zip(before, after, strict=True)):
        return
    if all(value is None or value != value for value in before):
        text = f"Every matched cell of {place} is blank, and '{change.operation}' leaves blank cells blank. Use 'set'."
    else:
        text = f"The change leaves every matched cell of {place} as it is."
    raise ChangeProblem("change-nothing", text, "value", change.value)
