"""Plan table of capacity: what is installed of every limited asset, and its use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.formulation.investment import limited_assets
from model.plan.plan_table import ASSET, MEASURE, PERIOD, PRICES, UNPRICED, PlanTable, number, text

TABLES = (
    PlanTable(
        "capacities",
        "Installed capacity and its use, for each limited asset, measure, direction and period.",
        ("asset_kind", "asset", "measure", "direction", "period"),
        (
            *ASSET,
            MEASURE,
            text("direction", "both, forward or backward (from the first end of the link, or towards it)."),
            PERIOD,
            number("base", "measure/year", "Capacity without projects."),
            number("installed", "measure/year", "Capacity with the projects in service."),
            number("used", "measure/year", "Use by the routes."),
            number(
                "usable",
                "measure/year",
                "What the corridor can use of it: available in each season, less background traffic.",
            ),
            number(
                "utilisation",
                "share",
                "Used over usable in the season in which that is highest; blank when nothing is usable.",
                blank=True,
            ),
            *PRICES,
        ),
        price_of=("", ("asset_kind", "asset", "measure", "period")),
    ),
)
NOTHING = 1e-7


def limits(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What of each limit is used: the table itself."""
    return tables["capacities"]


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; prices are filled in by those who have them (`model.plan.prices`)."""
    formulation, values = extraction.formulation, extraction.values
    limits = limited_assets(formulation.case)
    rows = []
    for key in formulation.loads:
        asset = key[:3]
        if len(key) != 4 or asset not in limits:
            continue
        for period in formulation.periods:
            if period.name not in limits[asset]:
                continue
            installed = values(formulation.investment.installed[(*asset, period.name)])
            blocks = [(period.name, season.name) for season in formulation.seasons]
            used = [values(formulation.load(block, key)) for block in blocks]
            room = [values(formulation.room_of_load[block, key]) for block in blocks]
            peaks = [u / r for u, r in zip(used, room, strict=False) if r > NOTHING]
            rows.append(
                (
                    *asset, key[3], period.name, limits[asset][period.name], installed, sum(used), sum(room),
                    max(peaks) if peaks else np.nan, *UNPRICED,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=TABLES[0].columns)
