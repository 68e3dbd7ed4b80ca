"""timing — projects open only within their window.

Why: a project cannot open before its earliest year (studies, permits, money) and need not be offered after its latest.
Without this feature it opens when that is cheapest. Construction time is no choice and none of this: opening before it
has passed is ruled out by the investment block.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "timing"
LABEL = "Opening years"


def applies(case: Case) -> bool:
    """Whether some project that can be chosen, or ship that can be bought, has a window."""
    projects, vessels = case.table("Projects"), case.table("Vessels")
    chosen = projects[projects["status"].isin(["candidate", "committed"])]
    bought = vessels[(vessels["maximum_purchases"] > 0) & vessels["purchase_cost"].notna()]
    return bool(chosen[["earliest_opening", "latest_opening"]].notna().any(axis=None)) or bool(
        bought["earliest_delivery"].notna().any()
    )
