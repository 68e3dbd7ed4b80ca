"""The rows that the verifier hands back, and the two ways of making one: a limit kept, two figures that agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case.canonical import records as rows_of
from model.case.case import Case

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]
Frame = pd.DataFrame
Figures = dict[Any, float]

RELATIVE_TOLERANCE: Final = 1e-6
"""Largest difference forgiven, relative to the size of the figure, and absolute where the figure is below 1."""

NOT_CHECKED: Final = "not checked"
LARGEST_DIFFERENCE: Final = 1e300
"""Stands for 'not a number' when the worst place is looked for, so that a blank figure never passes."""


def records(frame: Frame) -> list[Any]:
    """Rows of a table as named tuples."""
    return rows_of(frame, index=False)


@dataclass(frozen=True)
class Check:
    """One row of the checks table: the worst place found, and how much was forgiven there (both in `unit`)."""

    check: str
    detail: str
    worst: float
    tolerance: float
    unit: str
    ok: bool


@dataclass(frozen=True)
class Costs:
    """What a cost term comes to, recounted by the feature that registers it (docs/add-a-constraint.md).

    `amounts`: (calendar year, country) → undiscounted million USD, '' for no country; empty when it costs nothing.
    `per_unit`: what it adds to the cost of a unit in each row of the table route_flows, million USD, for terms that are
    proportional to flow; None for others. `label`: its words in the costs table; '' = any, but one only.
    """

    term: str
    amounts: Mapping[tuple[int, str], float]
    per_unit: Floats | None = None
    label: str = ""


@dataclass(frozen=True)
class Rows:
    """Rows that a plan table must have, by the columns of `key`, and rows that it may have besides."""

    table: str
    key: Sequence[str]
    wanted: Set[tuple[Any, ...]] = frozenset()
    allowed: Set[tuple[Any, ...]] = frozenset()


@dataclass(frozen=True)
class Limiting:
    """Limited assets (kind, key, measure) of which more may be worth something although there is room left."""

    assets: Set[tuple[str, str, str]]


Finding = Check | Costs | Rows | Limiting
"""What the recount of a feature may give, any number of each."""


def in_each_year(case: Case, amounts: Mapping[str, float]) -> dict[tuple[int, str], float]:
    """What falls on no country in every calendar year of a period, as Costs wants it, of amounts a year by period."""
    return {(year, ""): amounts.get(p.name, 0.0) for p in case.periods for year in p.calendar_years}


def as_frame(checks: Sequence[Check]) -> Frame:
    """Checks → DataFrame (check, detail, worst, tolerance, unit, ok)."""
    return pd.DataFrame([asdict(check) for check in checks], columns=list(Check.__dataclass_fields__))


def not_checked(name: str, why: str) -> Check:
    """The row of a check that is not made: it says why, refuses nothing and has no figures."""
    return Check(name, f"{NOT_CHECKED}: {why}", np.nan, np.nan, "", True)


def not_made(detail: Any) -> bool:
    """Whether a row of the checks table, by its detail, is a check that was not made."""
    return str(detail).startswith(NOT_CHECKED)


def result_of(check: Any) -> str:
    """'OK', 'FAIL' or 'not checked' for a row of the checks table."""
    return NOT_CHECKED if not_made(check.detail) else "OK" if check.ok else "FAIL"


class Counted(NamedTuple):
    """How many rows of the checks table are checks, how many failed, how many say that something was not checked."""

    made: int
    failed: int
    left_out: int


def counted(checks: Frame) -> Counted:
    """The rows of the checks table, counted."""
    left_out = sum(map(not_made, checks["detail"]))
    return Counted(len(checks) - left_out, int((~checks["ok"].astype(bool)).sum()), left_out)


def switched_off(name: str, family: str) -> Check:
    """The row of a check that is not made because its constraint family is switched off."""
    return not_checked(name, f"'{family}' is switched off in the Constraints sheet")


def tolerance_of(size: Floats) -> Floats:
    """Difference forgiven at figures of that size, in their unit."""
    tolerance: Floats = RELATIVE_TOLERANCE * np.maximum(1.0, np.abs(size))
    return tolerance


def kept(name: str, unit: str, excess: Floats, size: Floats, place: Callable[[int], str]) -> Check:
    """Check that no `excess` (amount beyond a limit, any shape) is above the tolerance for `size` (same shape).

    `place(i)` says in words where the i-th figure, counted in row-major order, stands. A figure that is not a
    number counts as wrong.
    """
    amounts, sizes = np.ravel(np.asarray(excess, float)), np.ravel(np.asarray(size, float))
    if not len(amounts):
        return Check(name, "nothing to compare", 0.0, RELATIVE_TOLERANCE, unit, True)
    tolerance = np.nan_to_num(tolerance_of(sizes), nan=RELATIVE_TOLERANCE, posinf=LARGEST_DIFFERENCE)
    ratio = np.nan_to_num(amounts / tolerance, nan=LARGEST_DIFFERENCE, posinf=LARGEST_DIFFERENCE)
    wrong, worst = int((ratio > 1.0).sum()), int(ratio.argmax())
    detail = f"{len(amounts)} compared"
    if wrong:
        detail = f"{wrong} of {len(amounts)} wrong; worst: {place(worst)}"
    # Below zero there is only room to spare: the worst excess is then none.
    return Check(name, detail, max(0.0, float(amounts[worst])), float(tolerance[worst]), unit, not wrong)


def figures_of(table: Frame, key: Sequence[str], column: str) -> Figures:
    """One column of a table by the key of its rows."""
    return keyed([table[name].tolist() for name in key], table[column].to_numpy(float))


def keyed(parts: Sequence[Sequence[Any]], values: Floats) -> Figures:
    """Figures by key, from the parts of the keys (one list a part)."""
    return dict(zip(zip(*parts, strict=True), np.ravel(values).tolist(), strict=True))


def agree(name: str, unit: str, stated: Figures, recomputed: Figures) -> Check:
    """Check that two figures agree at every key; a key that one of them lacks counts as 0 there."""
    # Dictionaries, as pandas takes far longer to align dozens of small tables.
    keys = list(stated | recomputed)
    left = np.array([stated.get(key, 0.0) for key in keys], dtype=float)
    right = np.array([recomputed.get(key, 0.0) for key in keys], dtype=float)

    def place(position: int) -> str:
        words = ", ".join(str(part) for part in keys[position])
        return f"{words}: {left[position]:.9g} stated, {right[position]:.9g} recomputed"

    with np.errstate(invalid="ignore"):
        difference = np.abs(left - right)
    return kept(name, unit, difference, np.maximum(np.abs(left), np.abs(right)), place)


def none_found(name: str, unit: str, problems: Sequence[str], looked_at: int) -> Check:
    """Check that a list of problems, in words, is empty."""
    detail = f"{looked_at} looked at" if not problems else f"{len(problems)} wrong; first: {problems[0]}"
    return Check(name, detail, float(len(problems)), 0.0, unit, not problems)
