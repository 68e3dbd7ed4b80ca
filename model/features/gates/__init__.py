"""gates — what a project makes faster, cheaper or cleaner can be used once the project is in service.

Why: electrification, border procedures, one through price and better slots change time, price and emissions, not
capacity. Without this feature routes would use them whether anybody has paid for them or not.
"""

from __future__ import annotations

from model.case.case import Case
from model.network.graph import CHANGES

NAME = "gates"
LABEL = "Changes by projects"


def applies(case: Case) -> bool:
    """Whether some project changes figures of an asset."""
    changes = case.table("ProjectEffects")[[*CHANGES]]
    return bool((changes != 0).any(axis=None))
