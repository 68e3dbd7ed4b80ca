"""What choice says of a plan in sentences: for the terminal, the cover, the page and run.json."""

from __future__ import annotations

import pandas as pd

from model.case.case import Case
from model.features.choice.markets import OUTSIDE
from model.plan.plan import Plan
from model.studies.console.words import listing, share

TOLD = 4  # markets that the sentence names, the largest


def corridor_names(case: Case) -> dict[str, str]:
    """Corridor → its name, '' where the key is all."""
    table = case.table("Families")
    names = {str(key): str(name or "") for key, name in zip(table["family"], table["name"], strict=True)}
    return names | {OUTSIDE: "by none of them"}


def sentences(plan: Plan) -> list[str]:
    """'Corridors chosen in 2026 and 2040: China–Europe: Middle 1.2 % and 3.0 %, …'; none when nobody chooses.

    The largest markets, each with its corridors in order of the boxes of the first period.
    """
    table = plan.tables.get("choice")
    if table is None or table.empty:
        return []
    periods = [period.name for period in plan.case.periods]
    told = list(dict.fromkeys((periods[0], periods[-1])))
    size = table.drop_duplicates(["market", "period"]).groupby("market")["amount"].sum()
    largest = size.sort_values(ascending=False, kind="stable").index.tolist()
    said = [f"{market}: {_split(table[table['market'] == market], told)}" for market in largest[:TOLD]]
    rest = f"; {len(largest) - TOLD} smaller markets on sheet Corridor_choice" if len(largest) > TOLD else ""
    return [f"Corridors chosen, share of containers in {listing(told)}: {'; '.join(said)}{rest}."]


def _split(market: pd.DataFrame, periods: list[str]) -> str:
    shares = market.pivot_table(index="family", columns="period", values="share", sort=False).reindex(columns=periods)
    shares = shares.sort_values(periods[0], ascending=False, kind="stable").fillna(0.0)
    parts = zip(shares.index.astype(str), shares.to_numpy(float).tolist(), strict=True)
    return ", ".join(f"{family} {listing([share(value) for value in values])}" for family, values in parts)
