"""Budget: use of every envelope by window."""

from __future__ import annotations

from model.reports.facts import TINY, Facts
from model.reports.text import shorten
from model.reports.workbook.sheet import Chart, Column, ReportSheet


def budget_sheet(facts: Facts) -> ReportSheet:
    """Limit, spent, left and use of each envelope row."""
    frame = facts.table("envelopes").astype({"amount": float, "spent": float}).copy()
    frame["years"] = [
        str(first) if first == last else f"{first}–{last}"
        for first, last in zip(frame["first_year"].astype(int), frame["last_year"].astype(int), strict=True)
    ]
    frame["left"] = frame["amount"] - frame["spent"]
    frame["used"] = [
        spent / amount if amount > 0 else 0.0 for spent, amount in zip(frame["spent"], frame["amount"], strict=True)
    ]
    frame["state"] = [_state(left, amount) for left, amount in zip(frame["left"], frame["amount"], strict=True)]
    first = str(frame["envelope"].iloc[0]) if len(frame) else ""
    return ReportSheet(
        "Budget",
        "Use of the budget envelopes",
        "Where money may be carried over, amount and spent are cumulative from the envelope's first year.",
        (
            Column("envelope", "Envelope", width=26),
            Column("scope", "Counts", width=30, meaning="Projects that the envelope counts."),
            Column("years", "Years", "period"),
            Column("first_year", "From", "year"),
            Column("last_year", "To", "year"),
            Column("amount", "Limit", "number", "million USD"),
            Column("spent", "Spent", "number", "million USD"),
            Column("left", "Left", "number", "million USD", formula="{amount}-{spent}"),
            Column("used", "Used", "share", "%", formula="IF({amount}>0,{spent}/{amount},0)"),
            Column("state", "State", "word"),
        ),
        frame[["envelope", "scope", "years", "first_year", "last_year", "amount", "spent", "left", "used", "state"]],
        group="Decisions",
        empty="The case has no budget envelopes: spending is not limited.",
        charts=(
            Chart(
                "column",
                f"Limit and spent: {shorten(first, 60)}",
                "years",
                ("amount", "spent"),
                "Columns of the limit and of what is spent, for the rows of the first envelope.",
                axis="million USD",
                rows=int((frame["envelope"] == first).sum()),
            ),
        ),
    )


def _state(left: float, amount: float) -> str:
    if left < -TINY * max(amount, 1.0):
        return "OVER"
    return "spent" if left <= 0.005 * amount else "room left"
