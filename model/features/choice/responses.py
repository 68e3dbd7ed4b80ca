"""What shippers do when one corridor changes: base-year plans set beside each other, rivals and full assets in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case
from model.features.choice.markets import families
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.one_plan import OnePlan, required

Key = tuple[str, str]
"""Market and corridor."""
LITTLE = 0.05
"""Kiloteu below which a share of them says nothing."""
SHOCK_USD, SHOCK_DAYS, SHOCK_TARIFF = 0.1, -1.0, 0.1


def served(plan: Plan, key: Key) -> float:
    """KTEU a year of a market by a corridor."""
    table = plan.tables["choice"]
    return float(table.loc[(table["market"] == key[0]) & (table["family"] == key[1]), "served"].sum())


def changed(case: Case, family: str, *, usd: float = 0.0, days: float = 0.0, tariff: float = 0.0) -> Case:
    """The case with the marker links of a corridor dearer by million USD/kTEU, slower by days, or dearer by a share."""
    links = case.table("Links").copy()
    marked = links["link"].isin(families(case)[family])
    links.loc[marked, "surcharge"] += usd
    links.loc[marked, "container_cost"] *= 1.0 + tariff
    links.loc[marked, "days_regular"] = (links.loc[marked, "days_regular"] + days).clip(lower=0.0)
    links.loc[marked, "days_block"] = (links.loc[marked, "days_block"] + days).clip(lower=0.0)
    return case.with_tables(Links=links)


def response_table(case: Case, plan: Plan, options: SolveOptions, planner: OnePlan = make_plan) -> pd.DataFrame:
    """Change of each market and corridor in per cent when one corridor changes.

    Columns: changed, by, market, corridor, base_kteu, kteu, percent, cost_usd_per_teu (of the corridor changed), with
    rivals and capacities present. Raises ValueError when the case, so changed, has no plan.
    """
    shocks: dict[str, dict[str, Any]] = {
        "+100 USD/TEU": {"usd": SHOCK_USD},
        "-1 day": {"days": SHOCK_DAYS},
        "+10 % on its links": {"tariff": SHOCK_TARIFF},
    }
    table = plan.tables["choice"]
    keys = list(zip(table["market"], table["family"], strict=True))
    rows = []
    for family in families(case):
        for name, shock in shocks.items():
            what = f"The base year with {family} changed ({name})"
            after = required(planner(changed(case, family, **shock), options), what)
            for market, other in keys:
                if family not in {known for own, known in keys if own == market}:
                    continue
                base, new = served(plan, (market, other)), served(after, (market, other))
                percent = 100 * (new / base - 1) if base > LITTLE else np.nan
                rows.append((family, name, market, other, base, new, percent))
    columns = ["changed", "by", "market", "corridor", "base_kteu", "kteu", "percent"]
    return pd.DataFrame(rows, columns=columns).round(4)


def elasticity_table(responses: pd.DataFrame) -> pd.DataFrame:
    """Of each market and corridor: its own price, a rival's price on its marker links, a day; log change ratios."""
    rows = []
    for (family, name, market, other), part in responses.groupby(["changed", "by", "market", "corridor"], sort=False):
        base, new, by = float(part["base_kteu"].iloc[0]), float(part["kteu"].iloc[0]), str(name)
        if base <= LITTLE or new <= 0:
            continue
        change = math.log(new / base)
        if by.startswith("+10 %"):
            rows.append((market, other, f"tariff of the marker links of {family}", change / math.log1p(SHOCK_TARIFF)))
        elif by.startswith("+100 USD"):
            rows.append((market, other, f"log change per 1,000 USD/TEU on {family}", 10 * change))
        else:
            rows.append((market, other, f"log change for a day less on {family}", change))
    return pd.DataFrame(rows, columns=["market", "corridor", "of", "figure"]).round(4)
