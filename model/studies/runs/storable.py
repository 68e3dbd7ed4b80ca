"""Names and texts that could not be written down after the solve are refused before it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case
from model.studies.runs.folders import RunError

MOST_TOLD = 20
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What UTF-8 or the XML of a workbook does not hold."""


def require_storable(cases: Sequence[Case], source: Path, outputs: Path, constraint_files: Sequence[Path]) -> None:
    """Refuse names that are not UTF-8 on the disk, and texts, keys and years that no output could hold.

    Raises RunError with all of them.
    """
    named = [(f"the folder or file '{shown(source.resolve())}'", source.resolve().name)]
    named += [(f"the folder '{shown(outputs)}' (--output)", str(outputs.absolute()))]
    named += [(f"the file '{shown(path)}' (--constraints)", path.name) for path in constraint_files]
    named += [(f"the workbook '{shown(name)}'", name) for name in cases[0].files]
    wrong = [f"The name of {what} is not UTF-8: rename it." for what, name in named if UNWRITABLE.search(name)]
    for case in cases:
        wrong += [words for words in _wrong_cells(case) if words not in wrong]
    if len(wrong) > MOST_TOLD:
        wrong = [*wrong[:MOST_TOLD], f"… and {len(wrong) - MOST_TOLD} more"]
    if wrong:
        raise RunError("\n".join(["These could not be written down after the solve:", *wrong]))


def shown(name: object) -> str:
    """A name as it can be shown anywhere: what is not UTF-8 by its number."""
    return str(name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _wrong_cells(case: Case) -> Iterator[str]:
    if UNWRITABLE.search(case.scenario):
        yield f"The scenario '{shown(case.scenario)}' has a name that is not UTF-8."
    for sheet, table in case.tables.items():
        for column in table.columns.tolist():
            if type(column) not in (str, int):
                yield f"{sheet}: the column '{column}' is a {type(column).__name__}; years are whole numbers."
            elif table[column].dtype.kind not in "fiub":
                yield from _wrong_values(case, sheet, column, table[column])
    for name, value in case.settings.items():
        if not _can_be_stored(value):
            yield f"Settings, {name}: {_what(value)} cannot be written down."


def _wrong_values(case: Case, sheet: str, column: Any, values: pd.Series[Any]) -> Iterator[str]:
    """Cells of one column, each value told once."""
    seen: set[Any] = set()
    for row, value in zip(values.index, values.tolist(), strict=True):
        key = value if isinstance(value, (str, float, int, tuple)) or value is None else repr(value)
        if key not in seen:
            seen.add(key)
            if not _can_be_stored(value):
                yield f"{case.cell(sheet, int(row), column)}: {_what(value)} cannot be written down."


def _can_be_stored(value: Any) -> bool:
    if isinstance(value, str):
        return UNWRITABLE.search(value) is None
    if isinstance(value, (tuple, list)):
        return all(_can_be_stored(item) for item in value)
    known = (bool, int, float, np.bool_, np.integer, np.floating, datetime.date, pd.Timestamp)
    return value is None or value is pd.NA or value is pd.NaT or isinstance(value, known)


def _what(value: Any) -> str:
    return f"the text '{shown(value)}'" if isinstance(value, str) else f"a value of the type {type(value).__name__}"
