"""unserved_demand — the penalty of demand that is left unserved.

Why: carrying cargo costs something and leaving it nothing, so that without the penalty the best plan would be to do
nothing. It also says what a lack of capacity is worth.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "unserved_demand"
LABEL = "Unserved demand"


def applies(_: Case) -> bool:
    """Always: without the term nothing would be carried."""
    return True
