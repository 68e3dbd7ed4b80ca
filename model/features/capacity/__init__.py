"""capacity — the use of every limited asset stays within what is installed.

Why: ports, ferries, borders and rail sections carry only so much a year. Without this feature every way carries
everything, and no project that adds capacity is worth anything.
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.investment import limited_assets

NAME = "capacity"
LABEL = "Capacity"


def applies(case: Case) -> bool:
    """Whether any asset has a limit."""
    return bool(limited_assets(case))
