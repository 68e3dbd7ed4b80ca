"""Recount of capacity from a plan's tables alone: use within what is usable in every season, and the table of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.verify.capacity import KEY
from model.plan.verify.checks import Check, Figures, Finding, Flags, Floats, Frame, Rows, agree, figures_of, kept
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of

CHECK: Final = "capacity is not exceeded"
NOTHING: Final = 1e-7
"""Less than this is not usable: no utilisation is stated of it."""


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Use of every limited asset, and the rows and figures of the table capacities."""
    whole = whole_of(tables, case)
    recounted, found, stated = whole.recount, whole.rooms, tables["capacities"]
    yield _limit_check(recounted, found)
    keys = set(zip(*(found[name].tolist() for name in KEY), strict=True))
    yield Rows("capacities", KEY, keys - whole.optional_rooms, whole.optional_rooms)
    listed = figures_of(stated, KEY, "used")
    # The way back of a one-way link can carry nothing: it may be listed or not.
    left_out = [key not in listed for key in zip(*(found[name].tolist() for name in KEY), strict=True)]
    found = found[~(found["one_way"].to_numpy(bool) & np.array(left_out, dtype=bool))]
    for column in ("base", "installed", "used"):
        figures = figures_of(stated, KEY, column), figures_of(found, KEY, column)
        yield agree(f"capacities table: {column}", "kTEU or kt a year", *figures)
    within = _within(figures_of(stated, KEY, "usable"), found, *_usable(recounted, found))
    yield agree("capacities table: usable", "kTEU or kt a year", figures_of(stated, KEY, "usable"), within)
    yield _utilisation_check(recounted, found)


def _utilisation_check(recount: Recount, found: Frame) -> Check:
    """Use over what is usable in the season where that is highest; blank when nothing is usable."""
    table = recount.tables["capacities"]
    stated = figures_of(table[table["utilisation"].notna()], KEY, "utilisation")
    least, most, blank_allowed = _utilisation(recount, found)
    keys = list(zip(*(found[name].tolist() for name in KEY), strict=True))
    kept_rows = np.array([key in stated for key in keys], dtype=bool) | ~blank_allowed
    kept_rows &= most > -np.inf
    within = _within(stated, found[kept_rows], least[kept_rows], most[kept_rows])
    return agree("capacities table: utilisation", "share", stated, within)


def _within(stated: Figures, found: Frame, least: Floats, most: Floats) -> Figures:
    """The figures between two bounds that are nearest to what is stated.

    The bounds differ where projects may, but need not, add availability.
    """
    keys = list(zip(*(found[name].tolist() for name in KEY), strict=True))
    given = np.array([stated.get(key, np.inf) for key in keys], dtype=float)
    return dict(zip(keys, np.clip(given, least, most).tolist(), strict=True))


def _usable(recount: Recount, found: Frame) -> tuple[Floats, Floats]:
    """Least and most that is usable over the year."""
    seasons = range(len(recount.seasons))
    least, most = (sum(found[f"{word} {season}"].to_numpy(float) for season in seasons) for word in ("least", "most"))
    return np.asarray(least, dtype=float), np.asarray(most, dtype=float)


def _utilisation(recount: Recount, found: Frame) -> tuple[Floats, Floats, Flags]:
    """Least and most utilisation of the peak season (-inf when nothing is usable), and where it may be blank."""
    least, most = np.full(len(found), -np.inf), np.full(len(found), -np.inf)
    blank = np.ones(len(found), dtype=bool)
    for season in range(len(recount.seasons)):
        used, low, high = (found[f"{word} {season}"].to_numpy(float) for word in ("used", "least", "most"))
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.where(high > NOTHING, np.maximum(least, used / high), least)
            highest = np.where(low > NOTHING, used / low, np.inf)
        most = np.where(high > NOTHING, np.maximum(most, highest), most)
        blank &= low <= NOTHING
    return least, most, blank


def _limit_check(recount: Recount, found: Frame) -> Check:
    seasons = range(len(recount.seasons))
    used, most = (
        np.array([found[f"{word} {season}"].to_numpy(float) for season in seasons]) for word in ("used", "most")
    )

    def place(position: int) -> str:
        season, number = divmod(position, len(found))
        row = found.iloc[number]
        return (
            f"{row['asset_kind']} {row['asset']}, {row['direction']}, {row['period']}, "
            f"{recount.seasons[season].name}: {used[season, number]:.9g} {row['measure']} used, "
            f"{most[season, number]:.9g} usable of {row['installed']:.9g} installed"
        )

    return kept(CHECK, "kTEU or kt a year", used - most, most, place)
