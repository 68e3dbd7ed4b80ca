"""perceived_costs — what shippers act as if they paid: risk and unreliability, set by calibration.

Why: observed flows avoid some borders more than price and days explain. Nobody pays these costs, so that they steer
flows but are kept apart from money in every sum.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "perceived_costs"
LABEL = "Perceived cost (not paid)"


def applies(case: Case) -> bool:
    """Whether some link has a perceived cost in some year."""
    years = (period.first_year for period in case.periods)
    return any(bool((case.table("Links", year)["perceived_cost"] != 0).any()) for year in years)
