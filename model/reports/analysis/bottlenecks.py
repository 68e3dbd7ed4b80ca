"""Where one more unit of capacity would save most, and what would relieve it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.plan.use import is_full
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed

EXTRA = 0.10  # the step by which bottlenecks of different measures are compared
COLUMNS = [
    "asset_kind", "asset", "name", "kind", "measure", "direction", "full_in", "closed_in", "peak", "price",
    "price_period", "worth", "relief",
]  # fmt: skip


def bottlenecks(facts: Facts) -> pd.DataFrame:
    """One row for each limited asset, measure and direction that has a shadow price in some period.

    Ranked by `worth`: what so much more capacity as is 10 % of what the corridor can use in each period would save at
    most [million USD, present value]; where nothing can be used, nothing is added. `price` is the highest yearly shadow
    price [USD/TEU or USD/t] and `price_period` when it holds. `full_in` are the periods with 95 % and more in use,
    `closed_in` those in which nothing can be used.
    """
    values = Values(facts)
    discounts = {period.name: values.discounts(period) for period in facts.case.periods}
    relief = _relief(facts, values)
    records = []
    for key, limits in facts.capacities.groupby(["asset_kind", "asset", "measure", "direction"], sort=False):
        if float(limits["shadow_price"].max()) <= 1e-6:
            continue
        records.append(_record(facts, key, limits, discounts, relief))
    frame = pd.DataFrame(records, columns=COLUMNS).sort_values("worth", ascending=False, kind="stable")
    return frame.reset_index(drop=True)


def _record(
    facts: Facts, key: Any, limits: pd.DataFrame, discounts: dict[str, float], relief: dict[tuple[str, str, str], str]
) -> dict[str, Any]:
    kind, asset, measure, direction = (str(part) for part in key)
    dearest = max(rows(limits), key=lambda row: float(row.shadow_price))
    full = [str(row.period) for row in rows(limits) if is_full(row.utilisation)]
    closed = limits.loc[limits["utilisation"].isna(), "period"].astype(str).tolist()
    worth = sum(
        EXTRA
        * float(row.usable)
        * float(row.shadow_price)
        * (1e-3 if measure == "kTEU" else 1.0)
        * discounts[row.period]
        for row in rows(limits)
    )
    return {
        "asset_kind": kind,
        "asset": asset,
        "name": facts.names.asset(kind, asset),
        "kind": facts.kind_of(kind, asset),
        "measure": measure,
        "direction": direction,
        "full_in": spans(full, facts.periods),
        "closed_in": spans(closed, facts.periods),
        "peak": float(limits["utilisation"].max()),
        "price": float(dearest.shadow_price),
        "price_period": str(dearest.period),
        "worth": worth,
        "relief": relief.get((kind, asset, measure), "no project in the case"),
    }


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
