"""Tables in canonical units: made from records, and read as records."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from model.case.declared import require_columns
from model.case.keys import keys_listed
from model.case.pandas_text import kept_as_python_text
from model.case.schema.columns import Column, Kind, Scalar, Sheet


def records(table: pd.DataFrame, *, index: bool = True) -> list[Any]:
    """Rows of a table as named tuples, with the Excel row number as `Index` if wished; typed loosely, as cells are.

    What `itertuples` gives, several times as fast: columns become lists at once, the type of a row is made once.
    """
    columns = [values.tolist() for _, values in table.items()]
    if index:
        return list(map(_row_type(("Index", *table.columns))._make, zip(table.index.tolist(), *columns, strict=True)))
    return list(map(_row_type(tuple(table.columns))._make, zip(*columns, strict=True)))


@cache
def _row_type(names: tuple[str | int, ...]) -> Any:
    """Named tuple with these fields; those that are no Python names, such as years, are called by position."""
    return namedtuple("Row", [str(name) for name in names], rename=True)


def value_at(table: pd.DataFrame, row: Any, column: str | int) -> Any:
    """One cell of a table by index label and column, typed loosely. Raises KeyError when it is not there."""
    return table.at[row, column]


@kept_as_python_text
def canonical_table(
    sheet: Sheet,
    records: pd.DataFrame | Iterable[Mapping[str | int, Any]],
    rows: Sequence[int] | None = None,
    *,
    complete: bool = True,
) -> pd.DataFrame:
    """Records in canonical units → table with every declared column, defaults filled and dtypes set.

    `rows` are the Excel row numbers (2, 3, … when not given). Required values left out raise ValueError,
    unless `complete` is false (the reader has then said so in a message).
    """
    frame = records.copy() if isinstance(records, pd.DataFrame) else pd.DataFrame(list(records))
    names: list[Any] = list(frame.columns)
    years = [column for column in names if isinstance(column, int)]
    require_columns(sheet, names)
    index = pd.Index(list(rows) if rows is not None else range(2, 2 + len(frame)), name="row")
    result: dict[str | int, pd.Series[Any]] = {}
    for column in sheet.columns:
        given = frame[column.name].tolist() if column.name in frame else [None] * len(frame)
        result[column.name] = _typed(sheet, column, given, index, complete=complete)
    for year in sorted(years):
        result[year] = pd.Series(pd.to_numeric(frame[year]).to_numpy(float), index=index)
    return pd.DataFrame(result, index=index)


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _typed(sheet: Sheet, column: Column, values: list[Any], index: pd.Index[Any], *, complete: bool) -> pd.Series[Any]:
    """One column with its default filled in and its dtype set."""
    if complete and column.required and any(_missing(value) for value in values):
        raise ValueError(f"{sheet.name}: column {column.name} is required")
    default: Scalar = column.default
    filled = [default if _missing(value) else value for value in values]
    if column.numeric:
        return pd.Series([np.nan if value is None else float(value) for value in filled], index=index, dtype=float)
    if column.kind is Kind.FLAG:
        return pd.Series([bool(value) for value in filled], index=index, dtype=bool)
    if column.kind is Kind.IDENTIFIERS:
        return pd.Series([_keys(value) for value in filled], index=index, dtype=object)
    return pd.Series([None if value is None else str(value) for value in filled], index=index, dtype=object)


def _keys(value: Any) -> tuple[str, ...]:
    """'a; b' or an iterable of keys → ('a', 'b')."""
    if value is None:
        return ()
    parts = keys_listed(value) if isinstance(value, str) else value
    return tuple(str(part).strip() for part in parts if str(part).strip())
