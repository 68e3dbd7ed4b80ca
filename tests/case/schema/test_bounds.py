"""Every figure has bounds: no absurd value reaches the model, whichever column it stands in."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind, limits
from tests.case.corpus import address
from tests.case.schema.test_every_column import damaged
from tests.case.small import small_rows

ABSURD = (1e15, -1e15, 1e300)
NUMERIC = [
    (sheet.name, column)
    for sheet in SHEETS.values()
    for column in (*sheet.columns, *([sheet.year_column] if sheet.year_column else []))
    if column.numeric
]


@pytest.mark.parametrize(("sheet", "column"), NUMERIC, ids=[f"{sheet}.{column.name}" for sheet, column in NUMERIC])
def test_every_column_has_bounds(sheet: str, column: Column) -> None:
    """Proves: each figure of each sheet is declared with a smallest and a largest value, the usual range within them.
    If it were ignored: a new column would let any figure through to the solver."""
    low, high = (1900, 2200) if column.kind is Kind.YEAR else limits(column)
    low = max(low, -np.inf if column.above is None else column.above)
    assert np.isfinite([low, high]).all(), f"{sheet}.{column.name}: declare minimum and maximum"
    assert low < high
    for usual in (column.usual_minimum, column.usual_maximum):
        assert usual is None or low <= usual <= high


def test_every_setting_has_bounds() -> None:
    """Proves: the same of settings, and each default is within. If it were ignored: as above."""
    for setting in SETTINGS.values():
        column = setting.column
        if column.numeric and column.kind is not Kind.YEAR:
            low, high = limits(column)
            low = max(low, -np.inf if column.above is None else column.above)
            assert np.isfinite([low, high]).all(), f"{setting.name}: declare minimum and maximum"
            default = column.default
            assert default is None or low <= float(default) / column.factor <= high


@pytest.mark.parametrize("value", ABSURD)
@pytest.mark.parametrize("sheet", sorted({sheet for sheet, _ in NUMERIC}))
def test_absurd_figures_are_refused_at_their_cells(sheet: str, value: float) -> None:
    """Proves: 1e15, -1e15 and 1e300 are an error at the cell in every column of figures, all at once. If it were
    ignored: they would end in solver and overflow errors."""
    names: list[str | int] = [column.name for name, column in NUMERIC if name == sheet and column.name != "year"]
    if sheet == "Observed":
        names.append("year")
    names += [name for name in small_rows()[sheet][0] if isinstance(name, int)]
    errors = damaged(sheet, dict.fromkeys(names, value))
    hits = {error.cell for error in errors if error.sheet == sheet}
    assert {address(sheet, 0, name) for name in names} <= hits, [str(error) for error in errors]


@pytest.mark.parametrize("value", ABSURD)
@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if setting.column.numeric])
def test_absurd_settings_are_refused_at_their_cells(name: str, value: float) -> None:
    """Proves: the same of every setting of figures. If it were ignored: as above."""
    given = [row["setting"] for row in small_rows()["Settings"]]
    index = given.index(name) if name in given else 0
    errors = damaged("Settings", {"setting": name, "value": value, "unit": None}, index)
    assert address("Settings", index, "value") in {error.cell for error in errors if error.sheet == "Settings"}
