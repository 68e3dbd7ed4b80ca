"""Sheet of the constraints in a user's files: what is used of each limit, and what loosening it would save."""

from __future__ import annotations

import numpy as np

from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet

USD = 1e6
BINDS = 1e-6  # of the limit


def constraint_rows_sheet(facts: Facts) -> list[ReportSheet]:
    """One row a row of the constraints; none where there are no such files."""
    frame = facts.table("constraint_rows").copy()
    if frame.empty:
        return []
    used, limit = frame["used"].astype(float), frame["limit"].astype(float)
    frame["room"] = np.where(frame["sense"] == ">=", used - limit, limit - used)
    tight = frame["room"].abs() <= BINDS * np.maximum(1.0, limit.abs())
    frame["state"] = np.where(tight, "binding", "kept")
    frame["saves"] = USD * frame["shadow_price"].astype(float)
    frame["costs"] = USD * frame["loss_price"].astype(float)
    columns = (
        Column("constraint", "Constraint", width=24),
        Column("words", "Limit on", width=38),
        Column("of_period", "Period", "period"),
        Column("used", "Used", "fine", "in the unit"),
        Column("sense", "Must be"),
        Column("limit", "Limit", "fine", "in the unit"),
        Column("unit", "Unit", width=14),
        Column("room", "Room left", "fine", "in the unit", meaning="Distance from the limit; 0 when it binds."),
        Column("state", "State", "word", meaning="binding: at the limit; kept: with room left."),
        Column(
            "saves", "One unit looser would save", "number", "USD a year",
            meaning="Projects and ships unchanged. Present value where the row is of no period.",
        ),
        Column("costs", "One unit tighter would cost", "number", "USD a year"),
        Column("price_note", "Why a price is blank", "text", width=40),
    )  # fmt: skip
    return [
        ReportSheet(
            "Constraint_rows", "Constraints in files of your own", "What is used of each limit, and what it costs.",
            columns, frame, group="Corridor", rank=9,
        )
    ]  # fmt: skip
