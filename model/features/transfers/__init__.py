"""transfers — what shippers save because somebody else pays or earns less: no gain to society.

Why: a subsidy, a waived fee or a through price below the old tariffs moves money from a treasury or a railway to
shippers. It changes what they choose, so plans count it as a lower price; but it makes nothing cheaper. An appraisal
that takes it for a gain would pay for itself out of any treasury. This feature tells, of a plan as it is, how much of
what shippers do not pay is paid by others; it changes no plan.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "transfers"
LABEL = "Transfers"


def applies(case: Case) -> bool:
    """Whether some price that a project cuts is a transfer, in whole or in part."""
    effects = case.table("ProjectEffects")
    return bool((effects["transfer_share"] * effects["cost_change"] != 0).any())
