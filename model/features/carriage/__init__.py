"""carriage — what is charged for carrying cargo: tariffs and surcharges of links, handling at nodes.

Why: the prices of a route, as its rivals quote them. Each is a term of its own, since they are earned by others:
railways and shipping lines, whoever raises a surcharge, ports and terminals.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "carriage"
LABEL = "Charges for carrying cargo"


def applies(_: Case) -> bool:
    """Always: flow pays its way."""
    return True
