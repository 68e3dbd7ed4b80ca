"""The Case: checked, immutable input tables in canonical units, and where each value came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, wraps
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Self, TypeVar

import pandas as pd

from model.case.canonical import canonical_table, records
from model.case.cell_notes import grade_of
from model.case.declared import require_columns, require_name, require_setting
from model.case.schema import SETTINGS, SHEETS
from model.case.splits import split_years
from model.case.timed import TimedChange, with_changes, years_of_changes


@dataclass(frozen=True)
class Period:
    """A planning period: `years` calendar years from `first_year`; flows are per year of it.

    Where something changes inside a period of the sheet, its parts are periods (see `model.case.splits`). `row` is the
    name of the sheet's period; candidates open only in its first part, where `opens` is true.
    """

    name: str
    first_year: int
    years: int
    row: str = ""
    opens: bool = True

    @property
    def calendar_years(self) -> range:
        """The calendar years of the period."""
        return range(self.first_year, self.first_year + self.years)


@dataclass(frozen=True)
class Origin:
    """Where a sheet stands: workbook file name, Excel letters of its columns by code name or year, notes by cell."""

    file: str
    letters: Mapping[str | int, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


SIZES = (("Nodes", "nodes"), ("Links", "links"), ("Demand", "demands"), ("Projects", "projects"))
Result = TypeVar("Result")


def once_per_case(function: Callable[[Case], Result]) -> Callable[[Case], Result]:
    """Remember what a function derives from a case; cases never change. The result must not be written into."""

    @wraps(function)
    def remembered(case: Case) -> Result:
        key = f"{function.__module__}.{function.__qualname__}"
        if key not in case._derived:
            case._derived[key] = function(case)
        result: Result = case._derived[key]
        return result

    return remembered


@dataclass(frozen=True, repr=False)
class Case:
    """One planning problem.

    `tables` maps each declared sheet to a DataFrame in canonical units with the declared code names as columns
    (Demand also has int year columns) and the sheet's Excel row numbers as index. Text kinds hold str or None,
    IDENTIFIERS hold tuples of str, FLAG holds bool, numeric kinds hold float with NaN where blank.
    `settings` holds every declared setting. `cuts` are years in which periods are split although nothing changes (see
    `split_at`). A case is never altered: scenarios make new ones.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any]
    scenario: str = "reference"
    changes: tuple[TimedChange, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse timed changes of what the case does not have. Raises KeyError."""
        for change in self.changes:
            require_name(change.sheet, self.tables, "sheet")
            table = self.tables[change.sheet]
            require_name(str(change.column), [str(name) for name in table.columns], f"column of {change.sheet} called")
            absent = set(change.rows) - set(table.index)
            if absent:
                raise KeyError(f"{change.sheet} has no rows {sorted(absent)}")

    def __repr__(self) -> str:
        """Name, size and horizon on one line; the tables are too long to show."""
        sizes = [f"{len(self.tables[sheet])} {word}" for sheet, word in SIZES]
        years = f"{self.first_year}–{self.last_year}, " if len(self.tables["Periods"]) else ""
        return f"<Case {self.name}: {', '.join(sizes)}, {years}scenario {self.scenario}>"

    def table(self, sheet: str, year: int | None = None) -> pd.DataFrame:
        """Table of a sheet, with the timed changes that hold in `year` (none when no year is asked).

        Callers must not write into it. Raises KeyError for an undeclared sheet.
        """
        base = self.tables[sheet]
        if year is None:
            return base
        due = self.due(sheet, year)
        if not due:
            return base
        key = (sheet, tuple(id(change) for change in due))
        if key not in self._changed:
            changed = base.copy()
            for name in dict.fromkeys(change.column for change in due):
                changed[name] = with_changes(base[name], [change for change in due if change.column == name])
            self._changed[key] = changed
        return self._changed[key]

    def due(self, sheet: str, year: int) -> tuple[TimedChange, ...]:
        """The timed changes of a sheet that hold in a year, in turn."""
        return tuple(change for change in self.changes if change.sheet == sheet and change.holds_in(year))

    def lookup(self, sheet: str, column: str | int) -> Mapping[Any, Any]:
        """A column by the key of its sheet, without timed changes; read once. ValueError where a key has parts."""
        if (sheet, column) not in self._lookups:
            table, (key,) = self.tables[sheet], SHEETS[sheet].key
            self._lookups[sheet, column] = dict(zip(table[key].tolist(), table[column].tolist(), strict=True))
        return self._lookups[sheet, column]

    @cached_property
    def _lookups(self) -> dict[tuple[str, str | int], dict[Any, Any]]:
        return {}

    @cached_property
    def _changed(self) -> dict[tuple[str, tuple[int, ...]], pd.DataFrame]:
        return {}

    @cached_property
    def _derived(self) -> dict[str, Any]:
        return {}

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Planning periods in order of time, split where something changes inside them."""
        cuts = split_years(self.tables, int(self.settings["default_life_years"])) | {*self.change_years, *self.cuts}
        table = self.tables["Periods"].sort_values("first_year")
        return tuple(part for row in records(table) for part in _parts(row, cuts))

    def split_at(self, *years: int) -> Self:
        """The case with its periods split in these years too; itself where that splits none.

        Only plans of the same periods can be compared: a period has one flow for all its years.
        """
        inside = {year for period in self.periods for year in period.calendar_years[1:]}.intersection(years)
        return replace(self, cuts=tuple(sorted(inside.union(self.cuts)))) if inside else self

    @property
    def switched_off(self) -> tuple[str, ...]:
        """Names of the constraints and costs that the sheet Constraints has off, in its order."""
        return tuple(str(row.constraint) for row in records(self.table("Constraints")) if not row.active)

    @property
    def case_title(self) -> str:
        """Its title, else its name."""
        return str(self.settings.get("case_title") or self.name)

    @property
    def case_note(self) -> str:
        """What the case says of itself, such as that it is for practice only; shown where a reader begins."""
        return str(self.settings.get("case_note") or "")

    @property
    def first_year(self) -> int:
        """First calendar year of the horizon."""
        return self.periods[0].first_year

    @property
    def last_year(self) -> int:
        """Last calendar year of the horizon."""
        return self.periods[-1].calendar_years[-1]

    def require_year(self, year: int) -> None:
        """Raises ValueError for a year outside the horizon."""
        if not self.first_year <= year <= self.last_year:
            raise ValueError(f"{year} is not within {self.first_year}–{self.last_year}.")

    @cached_property
    def change_years(self) -> tuple[int, ...]:
        """Years from which on the network or the costs are others, as a timed change sets in or is over; in order."""
        return years_of_changes(self.changes)

    def epoch(self, year: int) -> int:
        """Number of change years up to `year`: years of one epoch see the same tables (Demand apart)."""
        return sum(1 for change in self.change_years if change <= year)

    @property
    def discount_base_year(self) -> int:
        """The year that money is discounted to."""
        return int(self.settings["discount_base_year"] or self.first_year)

    def discount(self, year: int) -> float:
        """Present value of one unit of money paid in `year`: (1 + rate) ** -(year - base year)."""
        return float((1.0 + float(self.settings["discount_rate"])) ** -(year - self.discount_base_year))

    def cell(self, sheet: str, row: int, column: str | int) -> str:
        """Address of a value for messages: 'file › sheet › cell'."""
        origin = self.origins.get(sheet)
        if origin is None:
            return f"{self.name} › {sheet} › row {row}, {column}"
        return f"{origin.file} › {sheet} › {origin.letters.get(column, '')}{row}"

    def note(self, sheet: str, row: int, column: str | int) -> str:
        """The note on a cell of the workbook; '' where there is none."""
        origin = self.origins.get(sheet)
        return origin.notes.get(f"{origin.letters.get(column, '')}{row}", "") if origin is not None else ""

    def confidence(self, sheet: str, row: int, column: str | int) -> str:
        """How sure a figure is: what the note on its cell begins with, else the confidence of its row ('' = none)."""
        own = grade_of(self.note(sheet, row, column))
        return own or str(self.tables[sheet]["confidence"].get(row) or "" if "confidence" in self.tables[sheet] else "")

    def with_tables(self, **tables: pd.DataFrame) -> Case:
        """A copy with some tables replaced (keyword = sheet name), each with the declared columns and no others.

        Raises KeyError, which suggests the right name, for an undeclared sheet or column, and ValueError for a declared
        column left out.
        """
        for sheet, table in tables.items():
            require_name(sheet, SHEETS, "sheet")
            require_columns(SHEETS[sheet], table.columns)
            missing = [name for name in SHEETS[sheet].names if name not in table.columns]
            if missing:
                raise ValueError(f"{sheet}: columns left out: {', '.join(missing)}")
        return replace(self, tables=MappingProxyType({**self.tables, **tables}))

    def with_settings(self, **settings: Any) -> Case:
        """A copy with some settings replaced (canonical units).

        Raises KeyError, which suggests the right name, for an undeclared setting, and ValueError for a value of another
        kind.
        """
        for name, value in settings.items():
            require_setting(name, value)
        return replace(self, settings=MappingProxyType({**self.settings, **settings}))

    @staticmethod
    def from_tables(
        name: str,
        tables: Mapping[str, pd.DataFrame | Iterable[Mapping[str | int, Any]]],
        settings: Mapping[str, Any] | None = None,
    ) -> Case:
        """Case from records already in canonical units (tests, benchmark instances).

        Columns left out take their declared default. Raises KeyError for an undeclared sheet, column or
        setting, and ValueError for a required column left out.
        """
        for sheet in tables:
            require_name(sheet, SHEETS, "sheet")
        filled = {key: canonical_table(SHEETS[key], tables[key]) if key in tables else _empty(key) for key in SHEETS}
        values = {key: setting.column.default for key, setting in SETTINGS.items()}
        for key, value in (settings or {}).items():
            require_setting(key, value)
            values[key] = value
        return Case(name, MappingProxyType(filled), MappingProxyType(values))


def _empty(sheet: str) -> pd.DataFrame:
    """A sheet without rows, the caller's own."""
    return _empty_once(sheet).copy(deep=False)


@cache
def _empty_once(sheet: str) -> pd.DataFrame:
    return canonical_table(SHEETS[sheet], ())


def _parts(row: Any, cuts: set[int]) -> Iterator[Period]:
    """The parts of a row of Periods, split at these years."""
    name, first, after = str(row.period), int(row.first_year), int(row.first_year + row.years)
    marks = [first, *sorted(year for year in cuts if first < year < after), after]
    for begin, end in pairwise(marks):
        span = str(begin) if end == begin + 1 else f"{begin}–{end - 1}"
        part = name if len(marks) == 2 else f"{name} ({span})"
        yield Period(part, begin, end - begin, name, begin == first)
