"""Columns of a table, and figures given for some years: straight lines between them, constant outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def column_names(table: pd.DataFrame) -> list[str | int]:
    """Code names and years of the columns."""
    names: list[Any] = list(table.columns)
    return names


def year_columns(table: pd.DataFrame) -> list[int]:
    """Years given as columns, in order."""
    return sorted(name for name in column_names(table) if isinstance(name, int))


def cells_of(table: pd.DataFrame, rows: Sequence[int], name: str | int) -> pd.Series[Any]:
    """Cells of one column in the rows asked for."""
    column: Any = table[name]
    cells: pd.Series[Any] = column.loc[list(rows)]
    return cells


def with_years(table: pd.DataFrame, rows: Sequence[int], years: Sequence[int]) -> pd.DataFrame:
    """Table in which `rows` have their drawn value in these years, so that a change of the one leaves the others.

    Other rows keep blanks there, which are drawn between their neighbours as before.
    """
    picked = list(rows)
    given = table.loc[picked, year_columns(table)]
    changed = table.copy()
    for year in years:
        figures = (
            pd.Series(np.nan, index=table.index, dtype=float) if year not in changed.columns else changed[year].copy()
        )
        figures.loc[picked] = drawn_values(given, year)
        changed[year] = figures
    others = [name for name in column_names(changed) if not isinstance(name, int)]
    return changed[[*others, *year_columns(changed)]]


def drawn_values(figures: pd.DataFrame, year: int) -> pd.Series[float]:
    """Value of each row in `year`: rows with year columns (int), NaN where not given; NaN for rows without figures."""
    years = np.array(column_names(figures), dtype=float)

    def drawn(values: npt.NDArray[np.float64]) -> float:
        known = ~np.isnan(values)
        return float(np.interp(year, years[known], values[known])) if known.any() else np.nan

    return pd.Series([drawn(row) for row in figures.to_numpy(float)], index=figures.index, dtype=float)
