"""policies — shares through areas, floors and ceilings on links, CO2 budgets, served shares.

Why: sanctions, take-or-pay contracts, climate targets and supply guarantees bind routes whatever they cost. Without
this feature cargo takes the cheapest way that there is room for.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "policies"
LABEL = "Policies"


def applies(case: Case) -> bool:
    """Whether there are policies."""
    return not case.table("Policies").empty
