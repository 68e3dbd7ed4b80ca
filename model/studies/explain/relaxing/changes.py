"""Changes that a repair proposes: a cell, its new value, and the case with the change made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from model.case.case import Case

LEAVE_OUT: Final = "leave the row out"


@dataclass(frozen=True)
class Change:
    """One cell and what it should become.

    `row` is the Excel row, `column` the code name. `amount` is by how much it changes, in `unit`; None where that is no
    amount (a commitment waived, a rule left out). `new` is the new canonical value, LEAVE_OUT for a row that goes.
    A limit in a file of the user's own stands in no cell: its sheet is ''.
    """

    sheet: str
    row: int
    column: str
    words: str
    amount: float | None
    unit: str
    new: float | int | str

    def place(self, case: Case) -> str:
        """What is changed, with its cell."""
        return f"{self.words} ({self.cell(case)})"

    def cell(self, case: Case) -> str:
        """The cell in words."""
        return case.cell(self.sheet, self.row, self.column) if self.sheet else "a constraint file of your own"

    def negotiable(self, case: Case) -> bool:
        """Whether the row may be touched by a repair."""
        if not self.sheet:
            return True
        table = case.table(self.sheet)
        return "negotiable" not in table or bool(table.at[self.row, "negotiable"])


def apply_changes(case: Case, changes: Iterable[Change]) -> Case:
    """The case with the changes made. Raises KeyError for a row that the case does not have, or that is in no cell."""
    for change in changes:
        table = case.table(change.sheet)
        if change.row not in table.index:
            raise KeyError(f"{change.sheet} has no row {change.row}")
        if change.new == LEAVE_OUT:
            case = case.with_tables(**{change.sheet: table.drop(index=change.row)})
            continue
        altered = table.copy()
        altered.loc[change.row, change.column] = change.new
        case = case.with_tables(**{change.sheet: altered})
    return case
