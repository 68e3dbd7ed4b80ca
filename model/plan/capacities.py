"""Table of installed capacity and its use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from model.formulation.constraints.capacity import usable
from model.formulation.formulation import Formulation
from model.formulation.investment import AssetMeasure, limited_assets
from model.formulation.loads import LoadKey
from model.plan.tables import TABLES, UNPRICED

NOTHING = 1e-7


def capacity_loads(formulation: Formulation) -> list[tuple[LoadKey, AssetMeasure]]:
    """Loads that measure the use of a limited asset, with the asset."""
    limits = limited_assets(formulation.case)
    found: list[tuple[LoadKey, AssetMeasure]] = []
    for key in formulation.loads:
        if len(key) == 4 and (key[0], key[1], key[2]) in limits:
            found.append((key, (key[0], key[1], key[2])))
    return found


def capacities(formulation: Formulation) -> pd.DataFrame:
    """Table capacities; prices are filled in by those who have them (`prices.priced`)."""
    limits = limited_assets(formulation.case)
    rows = []
    for key, asset in capacity_loads(formulation):
        for period in formulation.periods:
            if period.name not in limits[asset]:
                continue
            installed = float(pyo.value(formulation.investment.installed[(*asset, period.name)]))
            blocks = [(period.name, season.name) for season in formulation.seasons]
            used = [float(pyo.value(formulation.load(block, key)) or 0.0) for block in blocks]
            added = [float(pyo.value(formulation.added_room.get((block, asset), 0.0))) for block in blocks]
            room = [
                usable(formulation, block, asset, installed) + more for block, more in zip(blocks, added, strict=True)
            ]
            peaks = [u / r for u, r in zip(used, room, strict=False) if r > NOTHING]
            rows.append(
                (
                    *asset, key[3], period.name, limits[asset][period.name], installed, sum(used), sum(room),
                    max(peaks) if peaks else np.nan, *UNPRICED,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=TABLES["capacities"].columns)
