"""committed — projects already decided open in their year, whatever the plan.

Why: works under way are not a choice; leaving them out would overstate both needs and the money still free. Without
this feature they are candidates like all others.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "committed"
LABEL = "Commitments"


def applies(case: Case) -> bool:
    """Whether some project is committed."""
    return bool((case.table("Projects")["status"] == "committed").any())
