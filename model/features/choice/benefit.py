"""What choosing shippers gain between two plans: the change of the logsum, read from the plans' tables.

Maths: for an entry that sends x[f] of its amount D at generalised cost g[f], with taste T and u unserved at the
       penalty p, perceived = Σ over f of g[f] x[f] + T + p u            (million USD a year)
    which is D times the logsum of its corridors where no capacity binds (logit.py), and with prices of full assets
    paid to those who own them where some do. It is the part of the objective that the entry answers for; so, summed
    over entries and discounted, the change of it is the change of the objective less that of all other terms and
    cargo, to rounding. Users' benefit = perceived before - perceived after. Nobody pays taste: money, time and taste
    are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.case.case import Case

KEY = ["market", "period"]
NEAR = 1e-6


def perceived(tables: Mapping[str, pd.DataFrame], case: Case) -> pd.DataFrame:
    """Perceived cost of each market and period, million USD a year.

    Columns: market, period, amount [kTEU/year], travel (money, time and CO2 of the routes), taste, penalty, perceived,
    and years (sum of the discount factors of the period's years: times a yearly amount = present value).
    """
    split = tables["choice_entries"]
    travel = (split["served"] * split["cost"].astype(float).fillna(0.0)).astype(float)
    frame = split[[*KEY, "taste"]].assign(travel=travel)
    sums = frame.groupby(KEY, sort=False, as_index=False)[["travel", "taste"]].sum()
    entries = split.drop_duplicates(["demand", "segment", "period", "season"])
    sums = sums.merge(entries.groupby(KEY, as_index=False)["amount"].sum(), on=KEY)
    sums = sums.merge(_penalties(tables, case), on=KEY, how="left")
    sums["perceived"] = sums["travel"] + sums["taste"] + sums["penalty"]
    weight = {period.name: sum(case.discount(year) for year in period.calendar_years) for period in case.periods}
    sums["years"] = sums["period"].map(weight)
    return sums[[*KEY, "amount", "travel", "taste", "penalty", "perceived", "years"]]


def _penalties(tables: Mapping[str, pd.DataFrame], case: Case) -> pd.DataFrame:
    """Penalty of what the demands of each market leave unserved, million USD a year."""
    market = tables["choice_entries"].drop_duplicates("demand").set_index("demand")["market"]
    served = tables["demand_served"]
    served = served[served["demand"].isin(market.index)]
    demand = case.table("Demand").set_index("demand")
    commodity = case.table("Commodities", case.first_year).set_index("commodity")
    own = commodity["unserved_penalty"].reindex(demand["commodity"]).to_numpy(float)
    general = np.where(
        demand["unit"] == "kTEU",
        float(case.settings["unserved_penalty_per_teu"]),
        float(case.settings["unserved_penalty_per_t"]),
    )
    price = pd.Series(np.where(np.isnan(own), general, own), index=demand.index)
    penalty = served["unserved"].astype(float) * served["demand"].map(price).astype(float)
    frame = pd.DataFrame({"market": served["demand"].map(market), "period": served["period"], "penalty": penalty})
    return frame.groupby(KEY, as_index=False)[["penalty"]].sum()


def users_benefit(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame], case: Case, later: Case | None = None
) -> pd.DataFrame:
    """What the shippers of each market gain in each period when the plan `after` takes the place of `before`.

    `case` is that of both plans, or of the first with `later` that of the second: constants and spreads must be the
    same and so must the amounts. Columns: market, period, travel, taste, penalty, benefit (million USD a year;
    travel, taste and penalty are its parts) and discounted (present value over the years of the period).
    Raises ValueError when a market sends more in one of them: then there is no same shipper to compare.
    """
    first, second = perceived(before, case), perceived(after, later or case)
    both = first.merge(second, on=KEY, suffixes=("", " after"))
    apart = (both["amount"] - both["amount after"]).abs() > NEAR * both["amount"].clip(lower=1.0)
    if apart.any() or len(both) != len(first) or len(both) != len(second):
        raise ValueError("the two plans are of different demand: the change of the logsum needs the same shippers")
    parts = {name: both[name] - both[f"{name} after"] for name in ("travel", "taste", "penalty")}
    result = both[KEY].assign(**parts, benefit=both["perceived"] - both["perceived after"])
    return result.assign(discounted=result["benefit"] * both["years"])
