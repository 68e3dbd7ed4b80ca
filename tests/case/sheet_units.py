"""Tables of a case as the workbooks show them: the way back from canonical units, to write a case that was read."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.case.keys import listed_keys
from model.case.schema.columns import Kind, Sheet


def to_sheet_units(sheet: Sheet, table: pd.DataFrame) -> pd.DataFrame:
    """Canonical table of a case → the same table in the units of its sheet, as `write_workbook` wants it.

    Numbers are rounded to 12 significant digits, so that a conversion there and back gives the figure that was typed.
    """
    result: dict[str | int, list[Any]] = {}
    names: list[Any] = list(table.columns)  # code names, and years
    for name in names:
        column = sheet.year_column if isinstance(name, int) else sheet.column(name)
        assert column is not None
        values = table[name].tolist()
        if column.kind is Kind.IDENTIFIERS:
            result[name] = [listed_keys(value) or None for value in values]
        elif column.numeric:
            result[name] = [None if pd.isna(value) else _significant(value / column.factor) for value in values]
        elif column.name == "value":
            # Settings and ScenarioChanges take a word or a number; as text, 1.074 could also mean 1074.
            result[name] = [_number_if_plain(value) for value in values]
        else:
            result[name] = values
    return pd.DataFrame(result, columns=table.columns, dtype=object)


def _number_if_plain(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return number if math.isfinite(number) else value


def _significant(value: float) -> float:
    return float(f"{value:.12g}")
