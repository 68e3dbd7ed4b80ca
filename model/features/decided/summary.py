"""What was decided beforehand, in a sentence."""

from __future__ import annotations

from model.case.canonical import records
from model.features.decided import applies
from model.features.decided.rows import statement
from model.plan.plan import Plan
from model.studies.words import count, listing

TOLD = 6


def sentences(plan: Plan) -> list[str]:
    """'Decided beforehand, whatever it costs: P40 is decided to open in 2030.'; none without decisions."""
    if not applies(plan.case):
        return []
    said = [statement(row) for row in records(plan.case.table("Decisions"))]
    more = [count(len(said) - TOLD, "more decision")] if len(said) > TOLD else []
    return [f"Decided beforehand, whatever it costs: {listing([*said[:TOLD], *more])}."]
