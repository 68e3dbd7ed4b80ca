"""How much of the inputs, and of the results, rests on figures that somebody assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from model.case.cell_notes import GRADES
from model.case.schema import SHEETS
from model.plan.use import best_price
from model.reports.facts import Facts
from model.reports.frames import rows
from model.studies.console.words import count

_LOCATION = re.compile(r"([A-Za-z]+)\.(\w+)")
COLUMNS = ["item", "what", "unit", *GRADES]
RESULT, FIGURES = "Result: ", "Figures: "


def data_quality(facts: Facts) -> pd.DataFrame:
    """Rows of inputs by sheet, then results weighted by amount; columns: COLUMNS."""
    records = [_inputs(facts, name) for name, sheet in SHEETS.items() if sheet.data and name != "Settings"]
    records = [record for record in records if record is not None]
    records += _figures(facts)
    if facts.plan.has_plan:
        records += _results(facts)
    return pd.DataFrame(records, columns=COLUMNS)


def quality_shown(facts: Facts) -> pd.DataFrame:
    """What a reader needs of it: results first, then a row a sheet by its figures; columns COLUMNS, whole, share.

    `whole` is the sum over grades, `share` the part of it that is assumed. Sheets of which nothing is seen or computed
    stand in one row together: nobody reads a wall of 100 %.
    """
    frame = facts.once(data_quality)
    results = frame[frame["item"].str.startswith(RESULT)]
    figures = frame[frame["item"].str.startswith(FIGURES)]
    known = figures[["seen", "computed"]].sum(axis=1) > 0
    kept, rest = figures[known], figures[~known]
    parts = [results, kept.sort_values("assumption", ascending=False, kind="stable")]
    if len(rest):
        names = [str(item).removeprefix(FIGURES) for item in rest["item"]]
        what = f"figures, none of them seen or computed: {', '.join(names)}"
        more = _record(f"{FIGURES}{count(len(names), 'other sheet')}", what, "figures", ())
        parts.append(pd.DataFrame([more | {"assumption": float(rest["assumption"].sum())}], columns=COLUMNS))
    shown = pd.concat(parts, ignore_index=True)
    shown["whole"] = shown[list(GRADES)].sum(axis=1)
    shown["share"] = (shown["assumption"] / shown["whole"]).where(shown["whole"] > 0, 0.0)
    return shown


def _inputs(facts: Facts, name: str) -> dict[str, Any] | None:
    table = facts.case.table(name)
    if table.empty or "confidence" not in table:
        return None
    return _record(
        f"Inputs: {name}", "rows of the sheet by their weakest figure", "rows", ((c, 1.0) for c in table["confidence"])
    )


def _figures(facts: Facts) -> list[dict[str, Any]]:
    """Figures of each sheet by their own confidence: that of the note on the cell, else of the row."""
    cells = facts.inputs(None)
    numbers = cells["value"].map(lambda value: isinstance(value, float)).astype(bool)
    cells = cells[numbers & (cells["confidence"] != "")]
    what = "figures of the sheet, each by itself"
    return [
        _record(f"{FIGURES}{sheet}", what, "figures", ((grade, 1.0) for grade in part))
        for sheet, part in cells.groupby("sheet", sort=False)["confidence"]
    ]


def governed(facts: Facts, location: str) -> str:
    """'3 seen, 20 assumption': figures of the columns 'Sheet.column' that a location names; '' where it names none."""
    cells = facts.inputs(None)
    counts = dict.fromkeys(GRADES, 0)
    for sheet, column in _LOCATION.findall(location):
        if sheet in SHEETS and column in SHEETS[sheet].names:
            here = (cells["sheet"] == sheet) & (cells["column"] == SHEETS[sheet].column(column).label)
            for grade in cells.loc[here, "confidence"]:
                counts[grade if grade in counts else "assumption"] += 1
    return ", ".join(f"{number} {grade}" for grade, number in counts.items() if number)


def _results(facts: Facts) -> list[dict[str, Any]]:
    served = facts.table("demand_served")
    demand = served["demand"].map(facts.demand_rows["confidence"])
    flows = facts.link_totals.reset_index()
    links = flows["link"].map(facts.confidences("Links", "length_km"))
    kilometres = flows["mt"] * flows["link"].map(facts.links["length_km"])
    capital = facts.openings["project"].map(facts.confidences("Projects", "capex"))
    chosen = facts.openings["status"] != "committed"
    priced = facts.capacities[best_price(facts.capacities) > 1e-6].drop_duplicates(["asset_kind", "asset"])
    grades = [_of_capacity(facts, row) for row in rows(priced)]
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
            "Result: capital chosen",
            "capital of what the plan chooses, by project",
            "million USD",
            zip(capital[chosen], facts.openings.loc[chosen, "capex"].astype(float), strict=True),
        ),
        _record(
            "Result: bottlenecks",
            "those of which more capacity would save something in some period",
            "assets",
            ((grade, 1.0) for grade in grades),
        ),
    ]


def _of_capacity(facts: Facts, row: Any) -> str:
    """Confidence of the capacity that binds; of ships, which sail many services, that of the link's row."""
    sheet = "Nodes" if row.asset_kind == "node" else "Links"
    column = {"kTEU": "capacity_kteu", "Mt": "capacity_kt"}.get(row.measure)
    if column is None:
        return str(facts.links.loc[row.asset, "confidence"])
    return facts.confidences(sheet, column)[str(row.asset)]


def _record(item: str, what: str, unit: str, pairs: Iterable[tuple[Any, float]]) -> dict[str, Any]:
    sums = dict.fromkeys(GRADES, 0.0)
    for grade, amount in pairs:
        sums[grade if grade in sums else "assumption"] += float(amount)
    return {"item": item, "what": what, "unit": unit, **sums}
