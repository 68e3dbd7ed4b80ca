"""Why_not: for every project, what it would cost and save in its earliest year and its best, and what decides."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.reports.analysis.asked import Asked, Result, asked
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet

MONEY = "million USD present value"
BLANK = Result(0, "", math.nan, math.nan, math.nan, math.nan, "", "")
ALONG = "What the rules of the case make change with it: its package. Blank: it stands for itself."
OWN = "What of the costs with the package is those of the project itself: capital, renewals and upkeep less salvage."
EARLIEST = "First year that the dates of the project and of its package allow; blank of what opens in the plan."
BEST = (
    "Not built: the year in which forcing it in raises all costs least. Built or committed: the year in which it opens "
    "in the plan, and the figures are those of taking it out."
)
RISE = "Costs with the package less what is saved; of a project of the plan what is lost without it less its costs."


def why_not_sheet(facts: Facts) -> ReportSheet:
    """One row a project, those of most capital first."""
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=34),
        Column("decision", "Decision", "word"),
        Column("decider", "Decided by", width=16, meaning="Money: it costs more than it saves, or saves more. The "
               "proven gap: it would pay, the search stopped before. A budget, a rule or its years: what forbids it."),
        Column("capital", "Capital of the first module", "number", "million USD", width=13),
        Column("first", "Its dates allow", "year", width=10, meaning="First year by its own dates, alone; of what is "
               "committed the year in which it opens."),
        *_result_columns("earliest", "Earliest", "Earliest year", EARLIEST),
        *_result_columns("best", "Best", "Best year, or year in the plan", BEST),
        Column("words", "In a sentence", "long", width=90),
    )  # fmt: skip
    frame = pd.DataFrame([_record(one) for one in facts.once(asked)], columns=[column.name for column in columns])
    return ReportSheet(
        "Why_not", "Why not this project? In its earliest year, and in its best",
        "Decided otherwise with the rest of the plan held, present values. Not built: forced in, by the rules with its "
        "package. Built: taken out, no other year asked. Kind 'at least': a bound from prices, costs rise at least so "
        "much.",
        columns, frame, empty="The case has no projects to decide on.", group="Decisions", key_columns=2,
    )  # fmt: skip


def _result_columns(key: str, word: str, year: str, meaning: str) -> tuple[Column, ...]:
    sign = 'IF({decision}="Not built",1,-1)'
    rise = f'IF(ISNUMBER({{{key}_saved}}),{sign}*({{{key}_cost}}-{{{key}_saved}}),"")'
    return (
        Column(f"{key}_year", year, "year", width=12, meaning=meaning),
        Column(f"{key}_along", f"{word}: package", width=18, meaning=ALONG),
        Column(f"{key}_own", f"{word}: costs alone", "number", MONEY, width=12, meaning=OWN),
        Column(f"{key}_cost", f"{word}: costs with the package", "number", MONEY, width=12),
        Column(f"{key}_saved", f"{word}: saves elsewhere", "number", MONEY, width=12),
        Column(
            f"{key}_change", f"{word}: all costs rise by", "number", MONEY, width=12, meaning=RISE,
            formula=rise,
        ),
        Column(f"{key}_kind", f"{word}: kind of figure", width=12),
        Column(f"{key}_breaks", f"{word}: limit in the way", "long", width=26),
    )  # fmt: skip


def _record(one: Asked) -> dict[str, Any]:
    record: dict[str, Any] = {
        "project": one.project, "name": one.name, "decision": one.decision, "decider": one.decider,
        "capital": one.capital, "first": one.first, "words": one.words,
    }  # fmt: skip
    for key, result in (("earliest", one.earliest if one.decision == "Not built" else None), ("best", one.best)):
        shown = result or BLANK
        record |= {
            f"{key}_year": shown.year or None, f"{key}_along": shown.along, f"{key}_own": shown.own,
            f"{key}_cost": shown.cost, f"{key}_saved": shown.saved,
            f"{key}_change": None if math.isnan(shown.change) else shown.change, f"{key}_kind": shown.kind,
            f"{key}_breaks": shown.breaks,
        }  # fmt: skip
    return record
