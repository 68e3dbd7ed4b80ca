"""What empties show: the sheet Empties and a table on the page."""

from __future__ import annotations

import pandas as pd

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.parts import LARGEST, Head, table
from model.reports.text import number
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("boxes",)
WORDS = {
    "full_in": "Full in", "full_out": "Full out", "empty_in": "Empty in", "empty_out": "Empty out",
    "hired": "Hired", "handed_in": "Handed in",
}  # fmt: skip


def sheets(facts: Facts) -> list[ReportSheet]:
    """Containers in and out of each market, seasons added up."""
    frame = balances(facts)
    return [_sheet(frame)] if len(frame) else []


def balances(facts: Facts) -> pd.DataFrame:
    """One row a market and period, in kTEU a year."""
    amounts = ["full_in", "full_out", "empty_in", "empty_out", "hired", "handed_in"]
    table = facts.table("boxes").astype(dict.fromkeys(amounts, float))
    frame = table.groupby(["node", "period"], sort=False, as_index=False)[amounts].sum()
    frame["name"] = frame["node"].map(facts.names.node)
    frame["open"] = frame[["full_in", "empty_in", "hired"]].sum(axis=1)
    frame["open"] -= frame[["full_out", "empty_out", "handed_in"]].sum(axis=1)
    frame["open"] = frame["open"].round(6) + 0.0  # and no -0.0
    return frame


def _sheet(frame: pd.DataFrame) -> ReportSheet:
    columns = (
        Column("node", "Market"),
        Column("name", "Name", width=36),
        Column("period", "Period", "period"),
        Column("full_in", "Full in", "number", "kTEU/year"),
        Column("full_out", "Full out", "number", "kTEU/year"),
        Column("empty_in", "Empty in", "number", "kTEU/year"),
        Column("empty_out", "Empty out", "number", "kTEU/year"),
        Column("hired", "Hired there", "number", "kTEU/year"),
        Column("handed_in", "Handed in there", "number", "kTEU/year"),
        Column(
            "open", "Left over", "number", "kTEU/year", meaning="In and hired less out and handed in: 0 in balance.",
            formula="ROUND({full_in}+{empty_in}+{hired}-{full_out}-{empty_out}-{handed_in},6)",
        ),
    )  # fmt: skip
    return ReportSheet(
        "Empties", "Containers at the markets", "Seasons added up. Empties that nobody moves are handed in and hired.",
        columns, frame, group="Corridor", key_columns=2, rank=3,
    )  # fmt: skip


def panels(facts: Facts) -> list[Markup]:
    """The largest markets in the last period."""
    frame = balances(facts)
    if frame.empty:
        return []
    final = facts.periods[-1]
    last = frame[frame["period"] == final].copy()
    last["moved"] = last["full_in"] + last["full_out"]
    unit = "kTEU/year"
    heads = [Head("Market"), *(Head(words, unit, figures=True) for words in WORDS.values())]
    lines = [
        [row.name, *(number(getattr(row, name), 1) for name in WORDS)]
        for row in rows(last.sort_values("moved", ascending=False, kind="stable").head(LARGEST))
    ]
    return [table(heads, lines, f"Containers at the largest markets in {final}")]
