"""What was decided beforehand, in a sentence."""

from __future__ import annotations

from model.features.decided import open_decisions
from model.features.decided.rows import statement
from model.plan.plan import Plan
from model.studies.console.words import count, listing

TOLD = 6


def sentences(plan: Plan) -> list[str]:
    """'Decided beforehand, whatever it costs: P40 is decided to open in 2030.'; none without decisions."""
    said = [statement(row) for row in open_decisions(plan.case)]
    if not said:
        return []
    more = [count(len(said) - TOLD, "more decision")] if len(said) > TOLD else []
    return [f"Decided beforehand, whatever it costs: {listing([*said[:TOLD], *more])}."]
