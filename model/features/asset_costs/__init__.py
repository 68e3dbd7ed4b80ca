"""asset_costs — what is paid for what is built: capital, renewals, upkeep, less the value left at the end.

Why: these are the outlays that all else must earn. Each is a term of its own, since budgets limit capital and renewals,
and appraisal sets the four together against everything that building changes.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "asset_costs"
LABEL = "Costs of what is built"


def applies(case: Case) -> bool:
    """Whether anything can be built or bought."""
    live = case.table("Projects")["status"].isin(["candidate", "committed"])
    vessels = case.table("Vessels")
    offered = (vessels["maximum_purchases"] > 0) & vessels["purchase_cost"].notna()
    return bool(live.any() or offered.any())
