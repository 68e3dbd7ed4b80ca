"""Where one more unit of capacity would save most, and what would relieve it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.plan.mentions import read_mentions
from model.plan.prices import TRIPS
from model.plan.use import SHIPS, best_price, is_full
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed

PRICE_UNITS = {"kTEU": "USD/TEU", "Mt": "USD/t", SHIPS: "thousand USD/trip"}
EXTRA = 0.10  # the step by which bottlenecks of different measures are compared
COLUMNS = [
    "asset_kind", "asset", "name", "kind", "measure", "direction", "full_in", "closed_in", "peak", "price",
    "loss", "together", "together_price", "price_period", "worth", "relief",
]  # fmt: skip


def bottlenecks(facts: Facts) -> pd.DataFrame:
    """One row for each limited asset and measure of which more would save something in some period.

    Ranked by `worth`: what so much more capacity as is 10 % of what the corridor can use in each period would save at
    most [million USD, present value]; where nothing can be used, nothing is added. In `price_period`, the dearest one,
    one more unit saves `price` in a year and one less costs `loss` [USD/TEU, USD/t or thousand USD a round trip]; where
    one more saves nothing by itself, `together` names what must grow too before it saves `together_price`, and `worth`
    counts that. `full_in` are the periods with 95 % and more in use, `closed_in` those in which nothing can be used.
    """
    values = Values(facts)
    discounts = {period.name: values.discounts(period) for period in facts.case.periods}
    relief = _relief(facts, values)
    records = []
    for key, limits in facts.capacities.groupby(["asset_kind", "asset", "measure"], sort=False):
        limits = limits.assign(best=best_price(limits))
        if not float(limits["best"].max()) > 1e-6:
            continue
        records.append(_record(facts, key, limits, discounts, relief))
    frame = pd.DataFrame(records, columns=COLUMNS).sort_values("worth", ascending=False, kind="stable")
    return frame.reset_index(drop=True)


def _record(
    facts: Facts, key: Any, limits: pd.DataFrame, discounts: dict[str, float], relief: dict[tuple[str, str, str], str]
) -> dict[str, Any]:
    kind, asset, measure = (str(part) for part in key)
    tightest = limits.sort_values("utilisation", ascending=False, kind="stable").drop_duplicates("period")
    dearest = max(rows(tightest), key=lambda row: float(row.best))
    full = [str(row.period) for row in rows(tightest) if is_full(row.utilisation)]
    closed = tightest.loc[tightest["utilisation"].isna(), "period"].astype(str).tolist()
    of_unit = 1.0 if measure == "Mt" else 1e-3
    worth = sum(
        EXTRA * float(row.usable) * float(row.best) * of_unit * discounts[row.period]
        for row in rows(tightest)
        if row.best > 0
    )
    helped = float(dearest.best) > float(dearest.shadow_price)
    return {
        "asset_kind": kind,
        "asset": asset,
        "name": facts.names.asset(kind, asset),
        "kind": facts.kind_of(kind, asset),
        "measure": measure,
        "direction": " and ".join(dict.fromkeys(limits["direction"].astype(str))),
        "full_in": spans(full, facts.periods),
        "closed_in": spans(closed, facts.periods),
        "peak": float(limits["utilisation"].max()),
        "price": float(dearest.shadow_price),
        "loss": float(dearest.loss_price),
        "together": together_words(facts, str(dearest.together_with)) if helped else "",
        "together_price": float(dearest.together_price) if helped else np.nan,
        "price_period": str(dearest.period),
        "worth": worth,
        "relief": relief.get((kind, asset, measure), "no project in the case"),
    }


def nothing_binds(facts: Facts) -> str:
    """What to say where no bottleneck is known."""
    unknown = Values(facts).unknown
    if not unknown:
        return "Nothing binds: more of any limit would save nothing."
    return f"What binds is {unknown}. Utilisation lists what is full."


def some_unknown(facts: Facts) -> str:
    """' Some prices are unknown: …', or '' when all are known."""
    unknown = Values(facts).unknown
    return f" Some prices are {unknown}." if unknown else ""


def together_words(facts: Facts, text: str) -> str:
    """Limits that must grow too, by name: 'Aktau sea port (kTEU), trips of Aktau-Alat feeder (winter)'."""
    words = []
    for kind, (key, *more) in read_mentions(text):
        name = f"trips of {key}" if kind == TRIPS else facts.names.asset(kind, key)
        words.append(f"{name} ({more[0]})" if more else name)
    return listed(words, 6)


def _relief(facts: Facts, values: Values) -> dict[tuple[str, str, str], str]:
    """(asset kind, asset, measure) → the projects that add to it, with what the plan does about them."""
    opened = facts.openings.groupby("project")["opening_year"].min().astype(int).to_dict()
    words: dict[tuple[str, str, str], list[str]] = {}
    for project, effects in values.effects.items():
        status = str(facts.project_rows[project].status)
        if status == "baseline":
            continue
        what = f"opens {opened[project]}" if project in opened else "excluded" if status == "excluded" else "not built"
        for effect in effects:
            for measure, column in (("kTEU", "added_kteu"), ("Mt", "added_kt")):
                if float(effect[column]) > 0:
                    place = words.setdefault((effect["asset_kind"], effect["asset"], measure), [])
                    place.append(f"{project} {facts.project_name(project)} ({what})")
    return {key: listed(found, 4) for key, found in words.items()}


def spans(found: list[str], periods: list[str]) -> str:
    """Periods in words: '2026, 2029–2034'."""
    positions = sorted(periods.index(name) for name in found)
    groups: list[list[int]] = []
    for position in positions:
        if groups and position == groups[-1][-1] + 1:
            groups[-1].append(position)
        else:
            groups.append([position])
    words = (periods[g[0]] if len(g) == 1 else f"{periods[g[0]]}–{periods[g[-1]]}" for g in groups)
    return ", ".join(words)
