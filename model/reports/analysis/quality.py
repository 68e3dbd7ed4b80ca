"""How much of the inputs, and of the results, rests on figures that somebody assumed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from model.case.schema import SHEETS
from model.plan.use import best_price
from model.reports.facts import Facts
from model.reports.frames import rows

GRADES = ("seen", "computed", "assumption")
COLUMNS = ["item", "what", "unit", *GRADES]


def data_quality(facts: Facts) -> pd.DataFrame:
    """Rows of inputs by sheet, then results weighted by amount; columns: COLUMNS."""
    records = [_inputs(facts, name) for name, sheet in SHEETS.items() if sheet.data and name != "Settings"]
    records = [record for record in records if record is not None]
    if facts.plan.has_plan:
        records += _results(facts)
    return pd.DataFrame(records, columns=COLUMNS)


def _inputs(facts: Facts, name: str) -> dict[str, Any] | None:
    table = facts.case.table(name)
    if table.empty or "confidence" not in table:
        return None
    return _record(
        f"Inputs: {name}", "rows of the sheet by their weakest figure", "rows", ((c, 1.0) for c in table["confidence"])
    )


def _results(facts: Facts) -> list[dict[str, Any]]:
    served = facts.table("demand_served")
    demand = served["demand"].map(facts.demand_rows["confidence"])
    flows = facts.link_totals.reset_index()
    links = flows["link"].map(facts.links["confidence"])
    kilometres = flows["mt"] * flows["link"].map(facts.links["length_km"])
    capital = facts.openings["project"].map(facts.projects["confidence"])
    priced = facts.capacities[best_price(facts.capacities) > 1e-6].drop_duplicates(["asset_kind", "asset"])
    grades = [
        str((facts.nodes if row.asset_kind == "node" else facts.links).loc[row.asset, "confidence"])
        for row in rows(priced)
    ]
    return [
        _record(
            "Result: demand",
            "tonnes of all periods",
            "Mt",
            zip(demand, served["amount_kt"].astype(float) / 1000, strict=True),
        ),
        _record(
            "Result: transport",
            "tonne-kilometres on links, by link",
            "billion tkm",
            zip(links, kilometres / 1000, strict=True),
        ),
        _record(
            "Result: capital",
            "capital of what is built, by project",
            "million USD",
            zip(capital, facts.openings["capex"].astype(float), strict=True),
        ),
        _record(
            "Result: bottlenecks",
            "assets of which more capacity would save something in some period",
            "assets",
            ((grade, 1.0) for grade in grades),
        ),
    ]


def _record(item: str, what: str, unit: str, pairs: Iterable[tuple[Any, float]]) -> dict[str, Any]:
    sums = dict.fromkeys(GRADES, 0.0)
    for grade, amount in pairs:
        sums[grade if grade in sums else "assumption"] += float(amount)
    return {"item": item, "what": what, "unit": unit, **sums}
