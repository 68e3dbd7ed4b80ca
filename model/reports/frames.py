"""Small helpers over pandas, where its type stubs say less than one knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.case.canonical import records


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples without the index."""
    return iter(records(frame, index=False))


def sums_by(frame: pd.DataFrame, keys: list[str], column: str, how: str = "sum") -> dict[Any, Any]:
    """Key (or tuple of keys) → sum, min or max of a column, in order of the keys."""
    if frame.empty:
        return {}
    grouped = frame.groupby(keys if len(keys) > 1 else keys[0])[column]
    result: dict[Any, Any] = grouped.agg(how).to_dict()
    return result
