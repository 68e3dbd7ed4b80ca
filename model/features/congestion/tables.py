"""Plan table of congestion: what is carried above each threshold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.plan.plan_table import ASSET, MEASURE, PERIOD, SEASON, PlanTable, number, text

TABLES = (
    PlanTable(
        "congestion",
        "What is carried above the thresholds of congested assets.",
        ("asset_kind", "asset", "measure", "direction", "threshold", "period", "season"),
        (
            *ASSET,
            MEASURE,
            text("direction", "both, forward or backward."),
            number("threshold", "share", "Part of the usable capacity."),
            PERIOD,
            SEASON,
            number("excess", "measure", "Carried above it in the season."),
        ),
    ),
)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation and the plan's values."""
    formulation = extraction.formulation
    sheet = formulation.case.table("Congestion")
    rows = []
    for block_key in formulation.block_keys:
        block = formulation.operations(*block_key)
        for (position, direction), excess in getattr(block, "excess", {}).items():
            row = sheet.iloc[position]
            names = (row["asset_kind"], row["asset"], row["measure"], direction, float(row["threshold"]))
            rows.append((*names, *block_key, max(0.0, extraction.values(excess))))
    return pd.DataFrame(rows, columns=TABLES[0].columns)
