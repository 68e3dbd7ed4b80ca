"""What is declared of the input sheets: one `Column` per column, one line of a table in `model/case/schema`.

Everything that needs to know a column (reader, checker, template, data dictionary, documents) reads the
declaration; nothing repeats it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Scalar = str | float | int | bool | None


class Kind(StrEnum):
    """What a cell of a column may hold."""

    IDENTIFIER = "identifier"  # text key; never read as a number
    TEXT = "text"  # free text
    NUMBER = "number"  # finite real number
    INTEGER = "integer"  # whole number
    YEAR = "year"  # calendar year, 1900-2200
    SHARE = "share"  # 0-1, may be typed as a percentage cell
    FLAG = "flag"  # yes / no
    CHOICE = "choice"  # one of `allowed`
    IDENTIFIERS = "identifiers"  # several keys separated by ';'


NUMERIC_KINDS: Final = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.YEAR, Kind.SHARE})


@dataclass(frozen=True)
class Column:
    """One column of one sheet.

    `name` is the word used in code and `label` the word used in the sheet header, where the unit follows in
    square brackets. A sheet value times `factor` is the canonical value held by the case
    (kTEU, kt, million USD, days, km, kt CO2, years). `blank` says what an empty cell means when the column is
    not required: the default, or 'no limit', in words. `refers_to` is "Sheet.column".
    """

    name: str
    label: str
    kind: Kind
    meaning: str
    unit: str = ""
    canonical_unit: str = ""
    factor: float = 1.0
    required: bool = False
    default: Scalar = None
    blank: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    allowed: tuple[str, ...] = ()
    refers_to: str = ""
    aliases: tuple[str, ...] = ()
    example: Scalar = None
    usual_minimum: float | None = None
    usual_maximum: float | None = None

    @property
    def header(self) -> str:
        """Header text in the sheet: label and, where there is one, the unit."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label

    @property
    def numeric(self) -> bool:
        """Whether the canonical column is a float column (NaN where blank)."""
        return self.kind in NUMERIC_KINDS


def limits(column: Column) -> tuple[float, float]:
    """Smallest and largest value allowed, in sheet units."""
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    if column.kind is Kind.SHARE:
        return max(low, 0.0), min(high, 1.0)
    return low, high


@dataclass(frozen=True)
class Sheet:
    """One input table. `key` names the columns that together identify a record (unique, ignoring case).

    `year_column` declares the meaning of the columns whose header is a calendar year (Demand), one per given
    year; in the case they are columns named by the year as an int. `data` is false for sheets of notes
    (no source and confidence asked).
    """

    name: str
    meaning: str
    workbook: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    data: bool = True
    year_column: Column | None = None
    _by_name: dict[str, Column] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the columns by name."""
        self._by_name.update({column.name: column for column in self.columns})

    def column(self, name: str) -> Column:
        """The column of that code name. Raises KeyError when the sheet has none."""
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Code names of the columns, in sheet order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Setting:
    """One row of the Settings sheet, declared like a column."""

    column: Column

    @property
    def name(self) -> str:
        """The word in the `setting` column."""
        return self.column.name
