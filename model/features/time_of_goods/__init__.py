"""time_of_goods — what days in transit cost the owners of the cargo.

Why: goods on their way are capital that waits and may spoil or go out of fashion; without it the cheapest route takes
everything, however slow.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "time_of_goods"
LABEL = "Time of goods"


def applies(_: Case) -> bool:
    """Always: cargo without a value of time adds nothing."""
    return True
