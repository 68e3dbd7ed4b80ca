"""fleet — whole ships are bought, assigned to services, and sail; what they carry limits their links.

Why: on the Caspian and the Black Sea it is ships, not quays, that run out first; ships can be moved between lines.
Without this feature links that ships sail carry whatever their own capacity allows, and trips cost nothing.
"""

from __future__ import annotations

from model.case.case import Case

TRIPS = "trips"
"""Word for round trips as a limit that has a price."""
NAME = "fleet"
LABEL = "Ships"


def applies(case: Case) -> bool:
    """Whether the case has services."""
    return not case.table("Services").empty
