"""What to commit to now, what to prepare, what to leave: every project, with cost, worth and what would turn it."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from model.reports.analysis.trials import BOUND, OPEN
from model.reports.analysis.why import decisions
from model.reports.brief.blocks import Block, Figure, Head, Record
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed
from model.studies.console.words import count

NOW_YEARS: Final = 2
"""Money due in so many first years of the plan has to be committed now: a budget is voted for the year after this."""
LEFT_SHOWN: Final = 8
PRESENT: Final = "million USD, present value"
HEADS: Final = (
    Head("Opens", kind="year"),
    Head("Money due from", kind="year"),
    Head("Capital", "million USD"),
    Head("Costs", PRESENT),
    Head("Worth", PRESENT),
    Head("Turns when its costs change by", kind="share"),
)


def decisions_block(facts: Facts) -> Block:
    """Groups of projects, the most urgent first; of those left out the ones that come nearest to paying."""
    frame = facts.once(decisions)
    due = {str(row.project): int(row.first_spending) for row in rows(facts.openings[::-1])}
    built = frame[frame["decision"] == "Build"]
    urgent = built["project"].map(due) < facts.case.first_year + NOW_YEARS
    left = frame[frame["decision"] == "Not built"].sort_values("opposite", kind="stable")
    records = [
        *_group(facts, "Commit now", built[urgent], due),
        *_group(facts, "Prepare", built[~urgent], due),
        *_group(facts, "Leave", left.head(LEFT_SHOWN), due),
    ]
    if len(left) > LEFT_SHOWN:
        more = len(left) - LEFT_SHOWN
        records.append(Record("Leave", f"and {count(more, 'more project')}, further from paying: sheet Projects."))
    records += _committed(facts)
    return Block(
        "decide", "What to commit to now, what to prepare, what to leave", "Decision", "Project", HEADS,
        tuple(records) or (Record("Nothing to decide", "The case has no project that is free to open."),),
        note=f"Commit now: money is due before {facts.case.first_year + NOW_YEARS}. Costs: capital and upkeep less "
        "salvage. Worth: what it saves elsewhere, the rest of the plan as it is (at least, at most: a bound; blank: "
        "not worked out). Turns: the change of its costs at which the decision would be the other one.",
        sheet="Projects",
    )  # fmt: skip


def _group(facts: Facts, label: str, frame: pd.DataFrame, due: dict[str, int]) -> list[Record]:
    order = frame.assign(due=frame["project"].map(due)).sort_values("due", kind="stable") if label != "Leave" else frame
    return [_record(facts, label, row, due) for row in rows(order)]


def _record(facts: Facts, label: str, row: Any, due: dict[str, int]) -> Record:
    project = str(row.project)
    opened = project in due
    opening = facts.openings[facts.openings["project"] == project]
    capital = (
        Figure(float(opening["capex"].sum()), "Projects", project, "opened")
        if opened
        else Figure(float(facts.project_rows[project].capex), "Projects", project, "capex")
    )  # fmt: skip
    sign = "" if row.kind != BOUND else " (worth: at least)" if opened else " (worth: at most)"
    return Record(
        label,
        f"{project} {facts.project_name(project)}{sign}{_companions(row)}",
        (
            Figure(float(row.year)),
            Figure(float(due[project]) if opened else math.nan),
            capital,
            Figure(_number(row.cost), "Project_figures", project, "cost"),
            Figure(_number(row.value), "Project_figures", project, "value"),
            Figure(turning(row.cost, row.value)),
        ),
    )


def _companions(row: Any) -> str:
    return f", {row.along}" if isinstance(row.along, str) and row.along else ""


def turning(cost: float | None, value: float | None) -> float:
    """Change of a project's costs, as a share of them, at which it pays for itself exactly; NaN when unknown.

    Above 0 for what pays: costs may rise so far. Below 0 for what does not: they would have to fall so far.
    """
    known, worth = _number(cost), _number(value)
    return worth / known - 1 if known > 1e-6 and not math.isnan(worth) else math.nan


def _number(value: Any) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)


def _committed(facts: Facts) -> list[Record]:
    """What opens whatever the plan, in one row."""
    opened = facts.openings[facts.openings["status"] == "committed"]
    if opened.empty:
        return []
    names = listed([f"{row.project} ({int(row.opening_year)})" for row in rows(opened)], len(opened))
    capital = Figure(float(opened["capex"].sum()))
    blank = Figure(math.nan)
    return [Record("Committed already", names, (blank, blank, capital, blank, blank, blank))]


def unsettled(facts: Facts) -> list[str]:
    """Projects whose decision the figures of this run leave open: no figure settles it, or the opposite is cheaper."""
    frame = facts.once(decisions)
    chosen = frame[frame["decision"].isin(["Build", "Not built"])]
    opposite = chosen["opposite"].astype(float)
    open_ = (chosen["kind"] == OPEN) | (opposite < -1e-6)
    return [str(project) for project in chosen.loc[open_, "project"]]
