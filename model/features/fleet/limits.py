"""Ships as limits: the round trips that those assigned to a link and idle ones can make, and how many they make."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from model.case.keys import pieces
from model.plan.use import NOTHING, SHIPS


def limits(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Round trips of ships as limits, in the columns of table capacities."""
    return ship_limits(tables["sailings"]) if len(tables.get("sailings", ())) else pd.DataFrame()


def ship_limits(sailings: pd.DataFrame) -> pd.DataFrame:
    """Round trips that ships make on a link, of those that they and idle ones could, as rows of table capacities.

    Their prices are those of one more round trip a year, spread over services and seasons as the trips are that could
    be made. Links to which no ship is assigned have no row.
    """
    prices = ["shadow_price", "loss_price", "bound_price", "together_price"]
    assigned = sailings["ships"].astype(float).groupby([sailings["link"], sailings["period"]]).transform("sum")
    trips = sailings[assigned > NOTHING].astype(dict.fromkeys(["trips", "most_trips", *prices], float))
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
