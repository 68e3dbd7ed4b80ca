"""What congestion shows: the sheet Congestion and a table on the page."""

from __future__ import annotations

import pandas as pd

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.parts import LARGEST, Head, table
from model.reports.text import number
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("congestion",)


def sheets(facts: Facts) -> list[ReportSheet]:
    """Where and when more is carried than runs freely."""
    frame = delayed(facts)
    return [_sheet(frame)] if len(frame) else []


def delayed(facts: Facts) -> pd.DataFrame:
    """Rows of the table with something above the threshold, with the name of the place."""
    frame = facts.table("congestion").astype({"excess": float, "threshold": float})
    frame = frame[frame["excess"] > 1e-6].copy()
    keys = list(zip(frame["asset_kind"], frame["asset"], strict=True))
    frame["name"] = [facts.names.asset(kind, asset) for kind, asset in keys]
    return frame


def _sheet(frame: pd.DataFrame) -> ReportSheet:
    columns = (
        Column("name", "Place", width=38),
        Column("period", "Period", "period"),
        Column("season", "Season"),
        Column("direction", "Direction"),
        Column("threshold", "Delays set in at", "share", "% of usable"),
        Column("excess", "Carried above that", "fine", "in the measure"),
        Column("measure", "Measure", meaning="What the threshold counts: containers in kTEU or tonnes in Mt."),
    )
    return ReportSheet(
        "Congestion", "Where congestion delays cargo", "Amounts of the season above each threshold.", columns,
        frame.reset_index(drop=True), group="Corridor", rank=5,
    )  # fmt: skip


def panels(facts: Facts) -> list[Markup]:
    """The most delayed places of the last period that has any."""
    frame = delayed(facts)
    if frame.empty:
        return []
    last = frame[frame["period"] == frame["period"].iloc[-1]].sort_values("excess", ascending=False, kind="stable")
    heads = [
        Head("Place"), Head("Season"), Head("Delays set in at", "% of usable", figures=True),
        Head("Carried above that", figures=True), Head("Measure"),
    ]  # fmt: skip
    lines = [
        [row.name, row.season, number(100 * row.threshold), number(row.excess, 1), row.measure]
        for row in rows(last.head(LARGEST))
    ]
    return [table(heads, lines, f"Congestion in {last['period'].iloc[0]}")]
