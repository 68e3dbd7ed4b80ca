"""Declarations of the tables that answers after the solve add to a plan."""

from __future__ import annotations

import dataclasses
from typing import Final

from model.plan.tables import MINIMUM, TABLES, Field, PlanTable

CANDIDATES: Final = PlanTable(
    "candidates",
    "What other decisions would cost: each project of the plan taken out, each other one forced in, the rest held.",
    ("project", "question", "opening_year"),
    (
        Field("project", "text", "Key of the project."),
        Field("question", "text", "'taken out' of the plan or 'forced in'."),
        Field("opening_year", "integer", "First year in service, in the plan or when forced in.", "year"),
        Field(
            "modules",
            "integer",
            "Modules that the change moves: those of the project and of whatever changes with it.",
            "modules",
        ),
        Field("cost", "number", "Capital and upkeep less salvage of all of them, present value.", "million USD"),
        Field("at_least", "number", "Least change of all costs, from the prices of the plan.", "million USD"),
        Field("change", "number", "Change of all costs, exact; blank when it was not solved.", "million USD"),
        Field("exact", "flag", "Whether it was solved."),
        Field("best", "flag", "Whether this opening is the one reported: the cheapest that breaks nothing."),
        Field("along", "text", "What else has to change, by the rules of the case."),
        Field("breaks", "text", "Rules, dates and budgets that the change would break."),
    ),
)
OF_MINIMUM: Final = "Of the plan that opens only what is committed: "
EXTRA: Final = {
    "candidates": CANDIDATES,
    **{
        kept: dataclasses.replace(TABLES[name], name=kept, meaning=OF_MINIMUM + TABLES[name].meaning)
        for name, kept in MINIMUM.items()
    },
}
