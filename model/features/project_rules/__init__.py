"""project_rules — projects that need, exclude or accompany each other.

Why: a second stage needs the first; two ports serve one purpose; a border line is worth nothing without its other half.
Without this feature each project is decided by itself.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "project_rules"
LABEL = "Project rules"


def applies(case: Case) -> bool:
    """Whether there are rules."""
    return not case.table("ProjectRules").empty
