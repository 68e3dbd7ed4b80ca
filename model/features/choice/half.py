"""The rule of half beside the change of the logsum: what an appraiser adds up by hand, to check the users' benefit.

Maths, by entry and corridor f of kTEU x, generalised cost g, share s, before (0) and after (1):
    half = Σ (x0 + x1) / 2 * (g0 - g1)          by lower cost and fewer days, where both are known
    A full corridor has a price that no table shows: what shippers would pay for more room in it. Shares tell it up to
    a figure common to all corridors: r[f] = -(g[f] + c[f] + b[f] ln s[f] + (b - b[n]) ln S[n]), so with those who own
    what is full counted as well
    room = Σ (r0 + r1) / 2 * (x1 - x0)          by room in corridors that shippers wanted more of
    half + room is the area under straight demand curves; the change of the logsum (benefit.py) the area under the
    curves themselves. They part by what these bend, a few per cent for changes below one spread.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.case.case import Case
from model.features.choice.benefit import KEY, users_benefit
from model.features.choice.markets import OUTSIDE, Market, markets

ENTRY = ["demand", "segment", "period", "season"]
LEAST = 1e-6  # share below which no price is told


def benefit_and_half(before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame], case: Case) -> pd.DataFrame:
    """Users' benefit (columns of benefit.users_benefit) and beside it half, room and check = half + room.

    These are million USD a year; `years` is the sum of the discount factors of the period's years.
    """
    found = users_benefit(before, after, case)
    both = before["choice_entries"].merge(after["choice_entries"], on=[*ENTRY, "family", "market"], suffixes=("0", "1"))
    known = markets(case)
    for end in "01":
        both[f"cost{end}"] = both[f"cost{end}"].astype(float)
        both[f"price{end}"] = _taste_price(both, end, known)
    moved = both["served1"] - both["served0"]
    half = (both["served0"] + both["served1"]) / 2 * (both["cost0"] - both["cost1"])
    spent = both["served0"] * both["cost0"].fillna(0.0) - both["served1"] * both["cost1"].fillna(0.0)
    whole = spent - moved * (both["constant0"] + (both["price0"] + both["price1"]) / 2)
    sums = both[KEY].assign(half=half.fillna(0.0), check=whole).groupby(KEY, as_index=False)[["half", "check"]].sum()
    found = found.merge(sums, on=KEY, how="left")
    outside = {name for name, market in known.items() if any(o.family == OUTSIDE for o in market.options)}
    found["check"] += found["penalty"].where(~found["market"].isin(outside), 0.0)
    found["room"] = found["check"] - found["half"]
    weight = {period.name: sum(case.discount(year) for year in period.calendar_years) for period in case.periods}
    return found.assign(years=found["period"].map(weight).astype(float))


def _taste_price(both: pd.DataFrame, end: str, known: Mapping[str, Market]) -> pd.Series[float]:
    """What the spread of tastes adds to the price of the next kTEU by a corridor, but for a common figure."""
    share = (both[f"served{end}"] / both[f"amount{end}"]).clip(lower=LEAST)
    options = {(name, o.family): o for name, market in known.items() for o in market.options}
    pairs = list(zip(both["market"], both["family"], strict=True))
    nest = pd.Series([options[pair].nest or f"alone {pair[1]}" for pair in pairs], index=both.index)
    inner = np.array([known[market].spread_of(options[market, family]) for market, family in pairs])
    outer = np.array([known[market].spread for market, _ in pairs])
    of_nest = share.groupby([*(both[name] for name in ENTRY), nest]).transform("sum")
    price: pd.Series[float] = inner * np.log(share) + (outer - inner) * np.log(of_nest)
    return price
