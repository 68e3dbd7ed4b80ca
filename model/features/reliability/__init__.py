"""reliability — what shippers lose because days vary: margin that they plan for, at a value of their own.

Why: a route of 18 days that may take 25 is not one of 18 days. Owners of cargo order earlier, hold stock and choose the
surer way; a project that takes away storms, queues at a border or the wait for a ship is worth more than the mean of
the days that it saves. Without this feature only mean days count.

Buffer days are used, not standard deviations, since costs of flow add up along a route: deviations do not (their
squares do, where legs vary independently), and nobody measures squares. A buffer is what a planner can ask for: by how
many days do you plan later than the mean for this border, port or crossing. Where only the deviation of a whole route
is known, share it out by the variances of its legs: shares of σ add up to σ.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "reliability"
LABEL = "Reliability"
ORDER = 2


def applies(case: Case) -> bool:
    """Whether some commodity values reliability and some place or link has a buffer."""
    values = case.table("Commodities", case.first_year)["value_of_reliability"]
    years = (case.first_year, *case.change_years)
    buffers = (case.table(sheet, year)["buffer_days"] for sheet in ("Links", "Nodes") for year in years)
    return bool((values > 0).any()) and any(bool((days > 0).any()) for days in buffers)
