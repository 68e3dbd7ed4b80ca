"""Recount of decisions: what the table investments opens, against the rows of the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.features.decided import applies, open_decisions, periods_meant
from model.plan.verify.checks import RELATIVE_TOLERANCE, Check, Frame

CHECK = "decisions are kept"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """One check: the worst row of the sheet, by how many modules it is missed."""
    if not applies(case):
        return
    opened = tables["investments"]
    worst, where = 0.0, "all rows of Decisions"
    for row in open_decisions(case):
        years = {period.first_year for period in periods_meant(case, row.decision, row.from_year, row.last_year)}
        mine = opened[(opened["project"] == row.project) & opened["opening_year"].astype(int).isin(years)]
        found = float(mine["modules"].sum())
        if row.decision == "out":
            missed = found
        else:
            missed = max(0.0, 1.0 - found) if row.modules != row.modules else abs(found - row.modules)
        if missed > worst:
            worst, where = missed, f"{row.project} ({row.decision}, row {int(row.Index)})"
    yield Check(CHECK, where, worst, RELATIVE_TOLERANCE, "modules", worst <= RELATIVE_TOLERANCE)
