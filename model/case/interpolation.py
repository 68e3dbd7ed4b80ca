"""Given years across: straight lines between them, constant before the first and after the last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def with_year_from(table: pd.DataFrame, rows: Sequence[int], from_year: int, first_year: int) -> pd.DataFrame:
    """Table in which a change of `rows` from `from_year` on leaves the years before as they were.

    The years from_year - 1 (when it is not before the horizon's `first_year`) and from_year get the drawn value in
    these rows; other rows keep blanks there, which are drawn between their neighbours as before.
    """
    given = sorted(name for name in table.columns if isinstance(name, int))
    changed = table.copy()
    for year in (from_year - 1, from_year):
        if year == from_year - 1 and from_year <= first_year:
            continue
        drawn = drawn_values(table.loc[list(rows), given], year)
        if year not in changed.columns:
            changed[year] = pd.Series(np.nan, index=table.index, dtype=float)
        changed.loc[list(rows), year] = drawn
    others = [name for name in changed.columns if not isinstance(name, int)]
    years = sorted(name for name in changed.columns if isinstance(name, int))
    return changed[[*others, *years]]


def drawn_values(figures: pd.DataFrame, year: int) -> pd.Series[float]:
    """Value of each row in `year`: rows with year columns (int), NaN where not given; NaN for rows without figures."""
    years = np.array(figures.columns, dtype=float)

    def drawn(values: np.ndarray) -> float:
        known = ~np.isnan(values)
        return float(np.interp(year, years[known], values[known])) if known.any() else np.nan

    return pd.Series([drawn(row) for row in figures.to_numpy(float)], index=figures.index, dtype=float)
