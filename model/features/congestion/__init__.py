"""congestion — what is carried above a part of an asset's capacity is delayed, and the delay costs.

Why: near its limit a port or border queues. The cost of the queue is convex in its use and argues for capacity before
the limit is reached. Without this feature the last box through a full port travels as quickly as the first.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "congestion"
LABEL = "Congestion"


def applies(case: Case) -> bool:
    """Whether some asset congests."""
    return not case.table("Congestion").empty
