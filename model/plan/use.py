"""How much of what there is a plan uses: of each capacity, and of the round trips that the ships of a link can make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from model.features import feature_parts

SHIPS: Final = "round trips"
BUSY: Final = 0.80
FULL: Final = 0.95
ROUNDING: Final = 5e-4
"""What the per cent that people read is rounded by: 94.95 % reads as 95.0 %."""
NOTHING: Final = 1e-6


def state(utilisation: float | None) -> str:
    """Word for a utilisation: free, busy (from 80 %), full (from 95 %), OVER (above 100 %), 'no limit' when blank."""
    if utilisation is None or np.isnan(utilisation):
        return "no limit"
    if utilisation > 1 + NOTHING:
        return "OVER"
    if is_full(utilisation):
        return "full"
    return "busy" if utilisation >= BUSY - ROUNDING else "free"


def is_full(utilisation: float) -> bool:
    """Whether so much is used that people call it full; what is closed (NaN) is not."""
    return bool(utilisation >= FULL - ROUNDING)


def best_price(limits: pd.DataFrame) -> pd.Series[float]:
    """What one more unit saves by itself or, where that is nothing, together with what must grow too."""
    alone, together = (limits[name].astype(float) for name in ("shadow_price", "together_price"))
    return alone.where(~(together > alone), together)


def assets_full(tables: Mapping[str, pd.DataFrame], period: str) -> list[tuple[str, str]]:
    """(asset kind, asset) of what is full in a period, by its tightest limit, the dearest shortage first."""
    return full_in(all_limits(tables), period)


def all_limits(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Limits of all periods that features tell of (`limits` of tables.py), in the columns of the first of them."""
    parts: list[pd.DataFrame] = [
        part.limits(tables) for part in feature_parts("tables").values() if hasattr(part, "limits")
    ]
    found = [part for part in parts if len(part)] or parts[:1]
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


def full_in(limits: pd.DataFrame, period: str) -> list[tuple[str, str]]:
    """What is full of these limits in a period, as `assets_full` says."""
    used = limits.loc[limits["period"] == period]
    used = used.loc[[is_full(float(value)) for value in used["utilisation"]]]
    if used.empty:
        return []
    worth = best_price(used).fillna(0.0) * used["installed"].astype(float)
    ranked = used.assign(worth=worth).groupby(["asset_kind", "asset"])["worth"].max()
    return [(str(kind), str(asset)) for kind, asset in ranked.sort_values(ascending=False, kind="stable").index]
