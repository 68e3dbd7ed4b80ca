"""Why shippers choose as they do: price, days, what 100 USD or a day less would bring, and what holds it back.

Maths: for each entry of a market (demand, segment, season) with generalised cost g[f] of its corridors in the plan
       (features/choice/logit.py), brought by d less on corridor k =
       amount × (s[k] at g[k] - d less s[k] at g), s the smooth logit; d = 0.1 million USD/kTEU (100 USD/TEU), or the
       entry's value of a day. Capacity is left out: a corridor that is full cannot take it, `held_back` says by what.
       Elasticity: change of ln(kTEU) over the change of ln(price), or of ln(days), by the same step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.keys import parted
from model.features.choice.logit import shares_of
from model.features.choice.markets import OUTSIDE, Market, families, market_of, markets
from model.features.choice.summary import corridor_names
from model.network.cargo import read_cargo
from model.network.graph import FloatArray
from model.plan.mentions import BETWEEN_KEYS
from model.plan.use import all_limits, full_in, is_full
from model.reports.analysis.cargo import route_uses
from model.reports.facts import Facts
from model.reports.text import listed

KEY: Final = ["market", "family", "period"]
LESS_PRICE: Final = 0.1  # million USD/kTEU
LESS_DAYS: Final = 1.0
MEANS: Final = ("price", "days", "margin")
COLUMNS: Final = (
    "market", "family", "name", "period", "amount", "served", "share", "constant", "cost", "price", "days",
    "margin",    "by_price", "by_day", "price_elasticity", "day_elasticity", "held_back",
)  # fmt: skip


def corridor_choice(facts: Facts) -> pd.DataFrame:
    """One row a market, corridor and period; empty when nobody chooses. Columns: COLUMNS.

    Amount, served, by_price, by_day in kTEU/year; constant, cost and price in USD/TEU.
    """
    table = facts.table("choice")
    if table.empty or not facts.plan.has_plan:
        return pd.DataFrame(columns=list(COLUMNS))
    frame = table.merge(_travelled(facts), on=KEY, how="left").merge(_pulls(facts), on=KEY, how="left")
    frame["name"] = frame["family"].map(corridor_names(facts.case))
    for column in ("constant", "cost"):
        frame[column] = 1000 * frame[column].astype(float)
    before, after = frame["base"], frame["base"] + frame["by_price"]
    frame["price_elasticity"] = _elasticity(before, after, frame["price"], 1000 * LESS_PRICE)
    frame["day_elasticity"] = _elasticity(before, frame["base"] + frame["by_day"], frame["days"], LESS_DAYS)
    full = _held_back(facts)
    frame["held_back"] = [full.get(key, "") for key in zip(*(frame[name] for name in KEY), strict=True)]
    frame["order"] = frame["period"].map(facts.first_years)
    return frame.sort_values(["market", "family", "order"], kind="stable")[list(COLUMNS)].reset_index(drop=True)


def _elasticity(
    before: pd.Series[float], after: pd.Series[float], level: pd.Series[float], less: float
) -> pd.Series[float]:
    """Blank where nothing goes, or where the level is not above what it falls by."""
    found = [
        math.log(two / one) / math.log((at - less) / at) if one > 0 and two > 0 and at > less else np.nan
        for one, two, at in zip(before, after, level, strict=True)
    ]
    return pd.Series(found, index=before.index, dtype=float)


def _routes(facts: Facts) -> pd.DataFrame:
    """Flows of choosing demands: market, family, period, route, flow_kteu."""
    of_link = {link: family for family, links in families(facts.case).items() for link in links}
    passed = {
        str(route): next((of_link[link] for link in parted(str(links), BETWEEN_KEYS) if link in of_link), "")
        for route, links in facts.routes["links"].items()
    }
    flows = facts.routes_used[["demand", "period", "route", "flow_kteu"]]
    frame = flows.assign(market=flows["demand"].map(market_of(facts.case)), family=flows["route"].map(passed))
    return frame[frame["market"].notna() & (frame["family"] != "")]


def _travelled(facts: Facts) -> pd.DataFrame:
    """Mean price [USD/TEU], days and days of margin of what goes by each corridor."""
    flows = facts.once(_routes)
    weight = flows["flow_kteu"].astype(float)
    found = flows.assign(
        weight=weight,
        price=weight * flows["route"].map(facts.routes["cost_per_teu"]),
        days=weight * flows["route"].map(facts.routes["days"]),
        margin=weight * flows["route"].map(facts.routes["buffer_days"]),
    )
    sums = found.groupby(KEY, as_index=False)[["weight", *MEANS]].sum().astype({"weight": float})
    carried = sums["weight"].where(sums["weight"] > 0)
    return sums[KEY].assign(**{name: sums[name] / carried for name in MEANS})


def _pulls(facts: Facts) -> pd.DataFrame:
    """What the logit gives at the plan's costs (base), and what less price and less days would add, kTEU/year."""
    known, a_day = markets(facts.case), _value_of_a_day(facts)
    rows: list[tuple[Any, ...]] = []
    table, entry = facts.table("choice_entries"), ["market", "period", "demand", "segment", "season"]
    entries = table.pivot(index=entry, columns="family", values="cost").astype(float).fillna(np.inf)
    entries["amount"] = table.groupby(entry)["amount"].first().astype(float)
    entries["a_day"] = [a_day[str(demand), int(str(segment))] for _, _, demand, segment, _ in entries.index]
    for (name, period), group in entries.groupby(["market", "period"], sort=False):
        market, year = known[str(name)], facts.first_years[str(period)]
        costs = np.full((len(group), len(market.options)), np.inf)
        for at, option in enumerate(market.options):
            if option.family in group:
                costs[:, at] = group[option.family]
        amounts, days = (group[column].to_numpy(float) for column in ("amount", "a_day"))
        rows += [(name, family, period, *figures) for family, figures in _pull(market, year, costs, amounts, days)]
    return pd.DataFrame(rows, columns=[*KEY, "base", "by_price", "by_day"])


def _pull(
    market: Market, year: int, costs: FloatArray, amounts: FloatArray, a_day: FloatArray
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """(Corridor, its amount, and what that gains by less price and by less days), amounts of all entries together.

    `costs` has shape (entries, options of the market), infinite for what is closed.
    """
    open_ = np.isfinite(costs).any(axis=1)
    costs, amounts, a_day = costs[open_], amounts[open_], a_day[open_]
    shares = shares_of(market, year, costs)
    for at, option in enumerate(market.options):
        if option.family == OUTSIDE or not np.isfinite(costs[:, at]).any():
            continue
        by_price, by_day = costs.copy(), costs.copy()
        by_price[:, at] -= LESS_PRICE
        by_day[:, at] -= LESS_DAYS * a_day
        cheaper, faster = (shares_of(market, year, less)[:, at] - shares[:, at] for less in (by_price, by_day))
        yield option.family, (float(amounts @ shares[:, at]), float(amounts @ cheaper), float(amounts @ faster))


def _value_of_a_day(facts: Facts) -> dict[tuple[str, int], float]:
    """(demand, segment) → million USD/kTEU that a day less is worth to it."""
    cargo = read_cargo(facts.case)
    kinds = [cargo.classes[int(number)] for number in cargo.class_of]
    return {
        (row, segment): kind.value_of_time / kind.teu
        for row, segment, kind in zip(cargo.rows, cargo.segments, kinds, strict=True)
        if kind.teu > 0
    }


def _held_back(facts: Facts) -> dict[tuple[str, str, str], str]:
    """(market, family, period) → names of what is full on the routes that it takes, the dearest shortage first."""
    flows, limits, uses = facts.once(_routes), all_limits(facts.plan.tables), facts.once(route_uses)
    limits = limits.loc[[is_full(float(value)) for value in limits["utilisation"]]]
    found: dict[tuple[str, str, str], str] = {}
    for period, of_period in flows.groupby("period", sort=False):
        full, directions = full_in(limits, str(period)), _directions(limits[limits["period"] == period])
        for (market, family), group in of_period.groupby(["market", "family"], sort=False):
            taken = {limit for route in set(group["route"]) for limit in uses[str(route)]}
            held = [asset for asset in full if any((*asset, way) in taken for way in directions[asset])]
            names = [facts.names.asset(*asset) for asset in held]
            found[str(market), str(family), str(period)] = listed(names, 3) if names else ""
    return found


def _directions(limits: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """(asset kind, asset) → the directions of these limits of it."""
    found: dict[tuple[str, str], set[str]] = {}
    for kind, asset, way in limits[["asset_kind", "asset", "direction"]].itertuples(index=False):
        found.setdefault((str(kind), str(asset)), set()).add(str(way))
    return found
