"""How much of what there is a plan uses: of each capacity, and of the round trips that the ships of a link can make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from model.case.keys import pieces

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


def ship_limits(sailings: pd.DataFrame) -> pd.DataFrame:
    """Round trips that the ships assigned to a link make of those that they could, as rows of table capacities.

    Their prices are those of one more round trip a year, spread over services and seasons as the trips are that could
    be made. Links without ships have no row.
    """
    prices = ["shadow_price", "loss_price", "bound_price", "together_price"]
    trips = sailings.astype(dict.fromkeys(["trips", "most_trips", *prices], float))
    seasons = trips.groupby(["link", "period", "season"], sort=False)[["trips", "most_trips"]].sum().reset_index()
    seasons = seasons[seasons["most_trips"] > NOTHING]
    seasons["utilisation"] = seasons["trips"] / seasons["most_trips"]
    found = seasons.groupby(["link", "period"], sort=False, as_index=False).agg(
        used=("trips", "sum"), installed=("most_trips", "sum"), utilisation=("utilisation", "max")
    )
    found = found.rename(columns={"link": "asset"})
    found = found.assign(asset_kind="link", measure=SHIPS, direction="both")
    found = found.assign(base=found["installed"], usable=found["installed"])
    sailing = trips[trips["most_trips"] > NOTHING]
    sailing = sailing.assign(together_price=sailing["together_price"].fillna(sailing["shadow_price"]))
    parts = sailing[prices].mul(sailing["most_trips"], axis=0).assign(link=sailing["link"], period=sailing["period"])
    yearly = parts.groupby(["link", "period"], sort=False)[prices].sum(min_count=1)
    words = sailing.groupby(["link", "period"], sort=False)[["together_with", "price_note"]].agg(_all_of)
    keys = pd.MultiIndex.from_frame(found[["asset", "period"]])
    for name in prices:
        found[name] = yearly[name].reindex(keys).to_numpy(float) / found["installed"].to_numpy(float)
    for column in ("together_with", "price_note"):
        found[column] = words[column].reindex(keys).tolist()
    alone = found["together_with"] == ""
    return found.assign(together_price=found["together_price"].mask(alone))


def _all_of(texts: pd.Series[str]) -> str:
    """The parts of several lists, each once."""
    return "; ".join(dict.fromkeys(part for text in texts for part in pieces(str(text), "; ")))


def best_price(limits: pd.DataFrame) -> pd.Series[float]:
    """What one more unit saves by itself or, where that is nothing, together with what must grow too."""
    alone, together = (limits[name].astype(float) for name in ("shadow_price", "together_price"))
    return alone.where(~(together > alone), together)


def assets_full(tables: Mapping[str, pd.DataFrame], period: str) -> list[tuple[str, str]]:
    """(asset kind, asset) of what is full in a period, by its tightest limit, the dearest shortage first."""
    return full_in(all_limits(tables), period)


def all_limits(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Limits of all periods, round trips of ships among them, in columns of table capacities."""
    if not len(tables.get("sailings", ())):
        return tables["capacities"]
    return pd.concat([tables["capacities"], ship_limits(tables["sailings"])], ignore_index=True)


def full_in(limits: pd.DataFrame, period: str) -> list[tuple[str, str]]:
    """What is full of these limits in a period, as `assets_full` says."""
    used = limits.loc[limits["period"] == period]
    used = used.loc[[is_full(float(value)) for value in used["utilisation"]]]
    if used.empty:
        return []
    worth = best_price(used).fillna(0.0) * used["installed"].astype(float)
    ranked = used.assign(worth=worth).groupby(["asset_kind", "asset"])["worth"].max()
    return [(str(kind), str(asset)) for kind, asset in ranked.sort_values(ascending=False, kind="stable").index]
