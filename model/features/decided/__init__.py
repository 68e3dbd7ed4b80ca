"""decided — what somebody has decided already, whatever it costs: the sheet Decisions.

Why: "the ministry insists on Anaklia in 2030" is one line, and the difference to the plan without it is what the
insistence costs. The same lines hold a whole plan, or its first years, while the world around it changes.
"""

from __future__ import annotations

from typing import Any

from model.case.canonical import records
from model.case.case import Case, Period

NAME = "decided"
LABEL = "Decisions"


def applies(case: Case) -> bool:
    """Whether something is decided."""
    return not case.table("Decisions").empty


def open_decisions(case: Case) -> list[Any]:
    """Rows about what is free to open: what is finished, committed or excluded is decided by its status."""
    status = case.lookup("Projects", "status")
    return [row for row in records(case.table("Decisions")) if status.get(row.project, "candidate") == "candidate"]


def periods_meant(case: Case, decision: str, first: float, last: float) -> list[Period]:
    """Periods of the openings that a row is about; NaN years are the ends of the plan.

    A project opens with a period. What is to open in a year opens with the period that the year lies in; what is not to
    open in some years may still open with a period that begins before them.
    """
    begin = case.first_year if first != first else int(first)
    end = case.last_year if last != last else int(last)
    if decision == "in":
        return [one for one in case.periods if one.first_year <= end and one.calendar_years[-1] >= begin]
    return [one for one in case.periods if begin <= one.first_year <= end]
