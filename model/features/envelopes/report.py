"""What envelopes show: the sheet Budget, a section of the page, lines of the Summary, and which of them lacks money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from model.features.envelopes.room_left import shortfall
from model.reports.brief.waiting import waiting
from model.reports.facts import TINY, Facts
from model.reports.features import Lack, Section
from model.reports.frames import rows
from model.reports.markup import element
from model.reports.page.parts import Head, bar, details, section, table
from model.reports.text import listed, number, percent, shorten
from model.reports.workbook.overview.summary import row_of
from model.reports.workbook.sheet import Chart, Column, Formula, ReportSheet
from model.studies.console.words import money

QUESTION = "Does it fit the budgets?"
SHOWN = ("envelopes",)
STATES = "room left; spent: at most 0.5 % of the limit is left; OVER: above the limit."


def sheets(facts: Facts) -> list[ReportSheet]:
    """Use of every envelope by window."""
    return [_sheet(facts)]


def lack(facts: Facts, project: str, payments: Mapping[int, float]) -> Lack | None:
    """The window that lacks most for these payments on top of the plan, or None when all have room."""
    worst = shortfall(facts, project, payments)
    if worst is None:
        return None
    return Lack(worst[2], f"envelope {worst[0]} lacks at least {money(worst[2])} in {worst[1]}")


def _sheet(facts: Facts) -> ReportSheet:
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
        "Where money may be carried over, amount and spent are cumulative from the envelope's first year. "
        "A country's envelope counts its equal share of works of several countries. Not discounted: the sheet "
        "Countries has present values, with upkeep and less salvage.",
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
            Column("state", "State", "word", meaning=STATES),
        ),
        frame[["envelope", "scope", "years", "first_year", "last_year", "amount", "spent", "left", "used", "state"]],
        group="Decisions",
        empty="No envelope limits spending.",
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


def answers(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    """Lines of the Summary: how far the envelopes are used, and which are spent."""
    sheet = sheets["Budget"]
    if sheet.frame.empty:
        return [row_of(QUESTION, "No envelope limits spending", "no limit", "", "Budget", "text")]
    used = sheet.frame["used"].astype(float)
    held = [f"{one.project} ({one.change})" for one in facts.once(waiting)]
    binding = sheet.frame.loc[sheet.frame["state"] != "room left", "envelope"].drop_duplicates().tolist()
    return [
        row_of(
            QUESTION,
            "Highest use of an envelope",
            Formula(f"=MAX({sheet.span('used')})", float(used.max())),
            "of its limit",
            "Budget",
            "share",
        ),
        row_of(QUESTION, "Envelopes spent to the limit in some year", listed(binding), "", "Budget", "text"),
        row_of(QUESTION, "Projects of the plan that wait for money", listed(held), "", "Cover", "text"),
    ]


def sections(facts: Facts) -> list[Section]:
    """Use of the envelopes."""
    heads = [
        Head("Envelope"), Head("Years"), Head("Limit", "million USD", figures=True),
        Head("Spent", "million USD", figures=True), Head("Used"),
    ]  # fmt: skip
    records: dict[str, list[list[object]]] = {}
    for row in rows(facts.table("envelopes")):
        limit, spent = float(row.amount), float(row.spent)
        first, last = int(row.first_year), int(row.last_year)
        part = spent / limit if limit > 0 else math.nan
        tone = "bad" if part > 1 + 1e-6 else "warn" if part > 0.995 else "calm"
        words = (
            "OVER" if tone == "bad" else f"{percent(part)}{' (spent)' if tone == 'warn' else ''}" if limit > 0 else "–"
        )
        years = str(first) if first == last else f"{first}–{last}"
        line = [row.envelope, years, number(limit, 1), number(spent, 1), bar(0.0 if limit <= 0 else part, tone, words)]
        records.setdefault(str(row.envelope), []).append(line)
    shown = [
        details(f"{name}: {_scope(facts, name)}", table(heads, lines, f"Envelope {name}"), opened=index == 0)
        for index, (name, lines) in enumerate(records.items())
    ]
    empty = element("p", "No envelope limits spending.", class_="empty")
    note = "Capital in the year in which it is paid. Where money may be carried over, figures are cumulative."
    return [Section("budget", "Budget", section("budget", QUESTION, *(shown or [empty]), note=note), after="why")]


def _scope(facts: Facts, envelope: str) -> str:
    table_ = facts.table("envelopes")
    scope = table_.loc[table_["envelope"] == envelope, "scope"].iloc[0]
    parts = table_[table_["envelope"] == envelope]
    most = max((float(row.spent) / float(row.amount) for row in rows(parts) if row.amount > 0), default=0.0)
    return f"{scope}; used up to {percent(most)}"
