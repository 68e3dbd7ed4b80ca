"""envelopes — capital spending stays within the budgets.

Why: money is given by whole programme, country, funder or theme, for given years. Without this feature everything that
pays is built, as if any sum could be had in any year.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "envelopes"
LABEL = "Budgets"


def applies(case: Case) -> bool:
    """Whether there are budgets."""
    return not case.table("Budgets").empty
