"""empties — containers balance at every market of the Boxes sheet.

Why: a corridor that carries full boxes one way must bring them back empty, or pay for hiring and handing them in.
Without this feature boxes appear where cargo waits and vanish where it is unloaded.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "empties"
LABEL = "Empty containers"


def applies(case: Case) -> bool:
    """Whether boxes balance anywhere."""
    return not case.table("Boxes").empty
