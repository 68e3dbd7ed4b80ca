"""Table of installed capacity and its use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.formulation.constraints.capacity import usable
from model.formulation.formulation import Formulation
from model.formulation.investment import AssetMeasure, limited_assets
from model.formulation.loads import LoadKey
from model.formulation.values import Values
from model.plan.plan_table import UNPRICED
from model.plan.tables import TABLES

NOTHING = 1e-7


def capacity_loads(formulation: Formulation) -> list[tuple[LoadKey, AssetMeasure]]:
    """Loads that measure the use of a limited asset, with the asset."""
    limits = limited_assets(formulation.case)
    found: list[tuple[LoadKey, AssetMeasure]] = []
    for key in formulation.loads:
        if len(key) == 4 and (key[0], key[1], key[2]) in limits:
            found.append((key, (key[0], key[1], key[2])))
    return found


def capacities(formulation: Formulation, values: Values) -> pd.DataFrame:
    """Table capacities; prices are filled in by those who have them (`prices.priced`)."""
    limits = limited_assets(formulation.case)
    rows = []
    for key, asset in capacity_loads(formulation):
        for period in formulation.periods:
            if period.name not in limits[asset]:
                continue
            installed = values(formulation.investment.installed[(*asset, period.name)])
            blocks = [(period.name, season.name) for season in formulation.seasons]
            used = [values(formulation.load(block, key)) for block in blocks]
            room = [
                usable(formulation, block, asset, installed) + values(formulation.added_room.get((block, asset), 0.0))
                for block in blocks
            ]
            peaks = [u / r for u, r in zip(used, room, strict=False) if r > NOTHING]
            rows.append(
                (
                    *asset, key[3], period.name, limits[asset][period.name], installed, sum(used), sum(room),
                    max(peaks) if peaks else np.nan, *UNPRICED,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=TABLES["capacities"].columns)
