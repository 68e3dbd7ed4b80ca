"""What is carried above the thresholds of congested assets, and what the delay costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.plan.verify.capacity import KEY
from model.plan.verify.checks import (
    Check,
    Costs,
    Finding,
    Frame,
    Limiting,
    Rows,
    in_each_year,
    kept,
    none_found,
    records,
    switched_off,
)
from model.plan.verify.recount import Recount
from model.plan.verify.whole import Whole, whole_of

CHECK: Final = "what congests is counted"
TONNES_PER_TEU: Final = 14.0
EXCESS: Final = ["asset_kind", "asset", "measure", "direction", "threshold", "period", "season"]


def _stated(recount: Recount) -> dict[tuple[Any, ...], float]:
    table = recount.tables["congestion"]
    rows = zip(*(table[name].tolist() for name in EXCESS), table["excess"].tolist(), strict=True)
    # Thresholds are compared as the sheet gives them.
    return {(*row[:4], round(float(row[4]), 9), *row[5:7]): float(row[7]) for row in rows}


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Excess, the rows of its table, its cost, and where more capacity is worth something although there is room."""
    whole = whole_of(tables, case)
    if not whole.on("capacity"):  # no load is limited then, so none is measured
        yield switched_off(CHECK, "capacity")
        yield Rows("congestion", EXCESS)
        return
    least = _least_excess(whole)
    yield from _checks(whole.recount, least)
    allowed = {row for row in least if (*row[:4], row[5]) in whole.optional_rooms}
    yield Rows("congestion", EXCESS, set(least) - allowed, allowed)
    rows = records(case.table("Congestion"))
    yield Limiting({(row.asset_kind, row.asset, row.measure) for row in rows})
    yield _costs(whole.recount)


def _checks(recount: Recount, least: dict[tuple[Any, ...], tuple[float, float]]) -> list[Check]:
    """Excess ≥ load − threshold × room, and not below 0, for every row of the Congestion sheet.

    Where projects may add availability, the most room counts.
    """
    stated = _stated(recount)
    keys = list(least)
    excess = np.array([stated.get(key, 0.0) for key in keys])
    needed = np.array([least[key][0] for key in keys])
    sizes = np.array([least[key][1] for key in keys])
    strange = [", ".join(map(str, key)) for key in stated if key not in least]

    def place(position: int) -> str:
        words = ", ".join(map(str, keys[position]))
        return f"{words}: {excess[position]:.9g} stated, at least {max(0.0, needed[position]):.9g} recomputed"

    return [
        none_found("congestion table names congested assets", "rows", strange, len(stated)),
        kept(CHECK, "kTEU or kt", np.maximum(needed, 0.0) - excess, sizes, place),
    ]


def _least_excess(whole: Whole) -> dict[tuple[Any, ...], tuple[float, float]]:
    """Load less threshold × room, and the load, of each congested asset in each block."""
    recount, found = whole.recount, whole.rooms
    least: dict[tuple[Any, ...], tuple[float, float]] = {}
    for row in records(recount.case.table("Congestion")):
        mine = (found["asset_kind"] == row.asset_kind) & (found["asset"] == row.asset)
        rows = found[(mine & (found["measure"] == row.measure)).to_numpy(bool)]
        for number, season in enumerate(recount.seasons):
            used, room = rows[f"used {number}"].tolist(), rows[f"most {number}"].tolist()
            for key, load, most in zip(rows[KEY].itertuples(index=False, name=None), used, room, strict=True):
                label = (*key[:4], round(float(row.threshold), 9), key[4], season.name)
                least[label] = load - float(row.threshold) * most, load
    return least


def _costs(recount: Recount) -> Costs:
    """Cost of the stated excess, million USD; tonnes count as boxes of 14 t."""
    case = recount.case
    delays = {
        (row.asset_kind, row.asset, row.measure, round(float(row.threshold), 9)): float(row.delay_days)
        for row in records(case.table("Congestion"))
    }
    value = float(case.settings["congestion_value_of_time"])
    yearly: dict[str, float] = defaultdict(float)
    for key, excess in _stated(recount).items():
        delay = delays.get((*key[:3], key[4]), 0.0)
        yearly[key[5]] += value * delay / (1.0 if key[2] == "kTEU" else TONNES_PER_TEU) * excess
    return Costs("congestion_delay", in_each_year(case, yearly), label="Delay by congestion")
