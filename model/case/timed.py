"""Changes of a scenario that hold in some years, and what they make of a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

TIMED_SHEETS: Final = ("Nodes", "Links", "Costs", "Availability")
"""Sheets whose figures can change from a year on. Demand has figures by year, of which a period takes the mean."""


@dataclass(frozen=True)
class TimedChange:
    """A scenario change of some years: canonical `value` applied to `rows` of a sheet's column.

    It holds from `from_year` to `last_year`, both included; without a last year for good.
    """

    sheet: str
    column: str | int
    rows: tuple[int, ...]
    operation: str
    value: Any
    from_year: int
    last_year: int | None = None

    def holds_in(self, year: int) -> bool:
        """Whether it holds in a calendar year."""
        return self.from_year <= year and (self.last_year is None or year <= self.last_year)


def apply_operation(values: pd.Series[Any], operation: str, value: Any) -> pd.Series[Any]:
    """Set, multiply or add on a column; blanks stay blank except under 'set'."""
    if operation == "set":
        return pd.Series([value] * len(values), index=values.index, dtype=values.dtype)
    changed: pd.Series[Any] = values * value if operation == "multiply" else values + value
    return changed


def with_changes(column: pd.Series[Any], changes: Iterable[TimedChange]) -> pd.Series[Any]:
    """A column after timed changes of it, in turn."""
    values = column.to_numpy(copy=True)
    for change in changes:
        places = column.index.get_indexer_for(pd.Index(change.rows))
        now = pd.Series(values[places], dtype=column.dtype)
        values[places] = apply_operation(now, change.operation, change.value).to_numpy()
    return pd.Series(values, index=column.index, dtype=column.dtype)


def years_of_changes(changes: Iterable[TimedChange]) -> tuple[int, ...]:
    """Years in which timed changes set in or are over, in order."""
    edges = {(change.from_year, None if change.last_year is None else change.last_year + 1) for change in changes}
    return tuple(sorted({year for edge in edges for year in edge if year is not None}))
