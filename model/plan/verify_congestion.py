"""What is carried above the thresholds of congested assets, and what the delay costs."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from model.plan.verify_capacity import KEY
from model.plan.verify_checks import Check, Frame, kept, none_found, records, switched_off
from model.plan.verify_recount import Recount

TONNES_PER_TEU: Final = 14.0
EXCESS: Final = ["asset_kind", "asset", "measure", "direction", "threshold", "period", "season"]


def _stated(recount: Recount) -> dict[tuple[Any, ...], float]:
    table = recount.tables["congestion"]
    rows = zip(*(table[name].tolist() for name in EXCESS), table["excess"].tolist(), strict=True)
    # Thresholds are compared as the sheet gives them.
    return {(*row[:4], round(float(row[4]), 9), *row[5:7]): float(row[7]) for row in rows}


def stated_keys(recount: Recount, found: Frame) -> set[tuple[Any, ...]]:
    """Keys of the rows that the congestion table must have; `found` is of verify_capacity.capacities."""
    return set(_least_excess(recount, found))


def congestion_checks(recount: Recount, found: Frame, *, imposed: bool) -> list[Check]:
    """Excess ≥ load − threshold × room, and not below 0, for every row of the Congestion sheet.

    `found` is of verify_capacity.capacities; where projects may add availability, the most room counts.
    """
    name = "what congests is counted"
    if not imposed:
        return [switched_off(name, "congestion")]
    stated = _stated(recount)
    least = _least_excess(recount, found)
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
        kept(name, "kTEU or kt", np.maximum(needed, 0.0) - excess, sizes, place),
    ]


def _least_excess(recount: Recount, found: Frame) -> dict[tuple[Any, ...], tuple[float, float]]:
    """Load less threshold × room, and the load, of each congested asset in each block."""
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


def congestion_costs(recount: Recount) -> dict[str, float]:
    """Cost of the stated excess in a year of each period, million USD; tonnes count as boxes of 14 t."""
    delays = {
        (row.asset_kind, row.asset, row.measure, round(float(row.threshold), 9)): float(row.delay_days)
        for row in records(recount.case.table("Congestion"))
    }
    value = float(recount.case.settings["congestion_value_of_time"])
    totals: dict[str, float] = {}
    for key, excess in _stated(recount).items():
        delay = delays.get((*key[:3], key[4]), 0.0)
        per_unit = value * delay / (1.0 if key[2] == "kTEU" else TONNES_PER_TEU)
        totals[key[5]] = totals.get(key[5], 0.0) + per_unit * excess
    return totals
