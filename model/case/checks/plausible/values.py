"""Plausibility of single figures: usual ranges, and figures unlike their siblings (a wrong unit, mostly)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from model.case.checks.declared import figures, range_problem
from model.case.checks.tables import Tables
from model.case.messages import shown
from model.case.schema import SHEETS
from model.case.schema.columns import Kind, Sheet
from model.case.years import year_columns

SIBLINGS: Final = {
    "Links": "carrier",
    "Nodes": "kind",
    "Demand": "unit",
    "Costs": "item",
    "Projects": "project_class",
    "ProjectEffects": "asset_kind",
}
FEWEST_SIBLINGS: Final = 6
ODD_DECADES: Final = 2.5
"""Powers of ten away from the middle of the siblings: a slip between t and kt, or TEU and kTEU, is 3."""
ODD_SPREADS: Final = 6.0
"""And this many times the siblings' own typical spread (in powers of ten)."""
ODD_JUMP: Final = 300.0
"""Ratio of two following years of one flow that is hardly growth."""

Floats = npt.NDArray[np.float64]


def check_usual(tables: Tables, sheet: Sheet) -> None:
    """Figures outside the usual range of their column."""
    for column, name in figures(tables, sheet):
        low, high = column.usual_minimum, column.usual_maximum
        if low is None and high is None:
            continue
        values = tables[sheet.name][name].to_numpy(float) / column.factor
        odd = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
        # Zero is a figure of its own (closed, free of charge), not a small one.
        for position in np.flatnonzero(odd & (values != 0)).tolist():
            value = float(f"{values[position]:.12g}")
            if range_problem(column, value) is not None:
                continue  # told as an error
            usual = _span(low, high)
            text = f"{column.label}: {shown(value)} {column.unit} is unusual; usual is {usual}. Is the unit right?"
            row = tables[sheet.name].index.tolist()[position]
            tables.remark("unusual-value", sheet.name, row, name, text, value)


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {shown(high)}"
    return f"at least {shown(low)}" if high is None else f"{shown(low)} to {shown(high)}"


def check_siblings(tables: Tables, sheet: Sheet) -> None:
    """Figures some thousand times larger or smaller than those of their siblings."""
    if sheet.name not in SIBLINGS or len(tables[sheet.name]) < FEWEST_SIBLINGS:
        return
    frame = tables[sheet.name]
    groups = np.array([str(group) for group in frame[SIBLINGS[sheet.name]]], dtype=object)
    rows = frame.index.tolist()
    for column, name in figures(tables, sheet):
        if column.kind is not Kind.NUMBER:
            continue
        values = frame[name].to_numpy(float) / column.factor
        for position, middle in _odd_ones(values, groups):
            value = float(f"{values[position]:.12g}")
            times = f"{value / middle:.0f} times" if value > middle else f"1/{middle / value:.0f} of"
            unit = column.unit or frame["unit"].iloc[position] if isinstance(name, int) else column.unit
            label = column.label if isinstance(name, str) else str(name)
            text = f"{label}: {shown(value)} {unit} is {times} the middle of its siblings ({shown(middle)})."
            tables.remark("unusual-sibling", sheet.name, rows[position], name, f"{text} Is the unit right?", value)


def _odd_ones(values: Floats, groups: npt.NDArray[Any]) -> Iterator[tuple[int, float]]:
    """(position, median of the group) of positive values far from their group, in powers of ten."""
    positive = values > 0
    for group in dict.fromkeys(groups[positive].tolist()):
        places = np.flatnonzero(positive & (groups == group))
        if len(places) < FEWEST_SIBLINGS:
            continue
        decades = np.log10(values[places])
        middle = float(np.median(decades))
        spread = max(float(np.median(np.abs(decades - middle))), 0.1)
        distance = np.abs(decades - middle)
        for place in places[(distance >= ODD_DECADES) & (distance >= ODD_SPREADS * spread)].tolist():
            yield place, float(f"{10**middle:.3g}")


def check_jumps(tables: Tables) -> None:
    """Flows that grow or shrink some hundred times between two given years."""
    if not tables.is_to_check(SHEETS["Demand"]):
        return
    years = year_columns(tables["Demand"])
    amounts = tables["Demand"][years].to_numpy(float)
    rows = tables["Demand"].index.tolist()
    positive = np.where(amounts > 0, amounts, np.nan)
    wide = np.fmax.reduce(positive, axis=1) >= ODD_JUMP * np.fmin.reduce(positive, axis=1) if years else np.array([])
    for position in np.flatnonzero(wide).tolist():
        row = rows[position]
        known = [(year, value) for year, value in zip(years, amounts[position].tolist(), strict=True) if value > 0]
        for (before, one), (year, two) in zip(known, known[1:], strict=False):
            if max(one, two) >= ODD_JUMP * min(one, two):
                text = f"The flow goes from {shown(one)} in {before} to {shown(two)} in {year}. Is one in another unit?"
                tables.remark("unusual-jump", "Demand", row, year, text, two)
                break
