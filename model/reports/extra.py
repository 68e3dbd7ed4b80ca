"""Declarations of the tables that answers after the solve add to a plan."""

from __future__ import annotations

import dataclasses
from typing import Final

from model.plan.kinds import KINDS
from model.plan.tables import MINIMUM, TABLES, Field, PlanTable
from model.reports.text import first_lower

CANDIDATES: Final = PlanTable(
    "candidates",
    "What other decisions would cost: each project of the plan taken out or opened a period later, each other one "
    "forced in, the rest held.",
    ("project", "question", "opening_year"),
    (
        Field("project", "text", "Key of the project."),
        Field("question", "text", "'taken out' of the plan, 'opened later' by a period, or 'forced in'."),
        Field(
            "opening_year",
            "integer",
            "First year in service: in the plan of what is taken out, else as the change has it.",
            "year",
        ),
        Field(
            "modules",
            "integer",
            "Modules that the change moves: those of the project and of whatever changes with it.",
            "modules",
        ),
        Field("cost", "number", "Capital and upkeep less salvage of all of them, present value.", "million USD"),
        Field("own_cost", "number", "Of that, what the modules of the project itself cost.", "million USD"),
        Field("at_least", "number", "Least change of all costs, from the prices of the plan.", "million USD"),
        Field("change", "number", "Change of all costs, exact; blank when it was not solved.", "million USD"),
        Field("exact", "flag", "Whether it was solved."),
        Field("best", "flag", "Whether this opening is the one reported: the cheapest that breaks nothing."),
        Field("along", "text", "What else has to change, by the rules of the case."),
        Field("breaks", "text", "Rules, dates and budgets that the change would break."),
    ),
)
CANDIDATE_YEARS: Final = PlanTable(
    "candidate_years",
    "The opening reported of each project by year: all costs change by the sum of discounted outlays less benefits.",
    ("project", "year"),
    (
        Field("project", "text", "Key of the project."),
        Field("question", "text", "'taken out' of the plan or 'forced in'."),
        Field("opening_year", "integer", "First year in service, in the plan or when forced in.", "year"),
        Field("year", "integer", "Calendar year; the one after the horizon holds what is left of the works.", "year"),
        Field("outlay", "number", "Capital, renewals and upkeep less salvage more than in the plan.", "million USD"),
        Field(
            "benefit", "number", "What all other costs fall by against the plan; where not exact, at most.",
            "million USD",
        ),
        *(
            Field(
                kind, "number",
                f"Of the benefit, {first_lower(words)}; blank where not worked out, as of what is forced in.",
                "million USD", blank=True,
            )
            for kind, words in KINDS.items()
        ),
    ),
)  # fmt: skip
SETTLED: Final = PlanTable(
    "settled",
    "Which decisions every plan cheaper than this one shares, as far as the search has proven it.",
    ("project",),
    (
        Field("project", "text", "Key of the project."),
        Field("built", "flag", "Whether the plan builds it."),
        Field("settled", "flag", "Whether every cheaper plan builds it as well, or leaves it out as well."),
        Field("saving", "number", "What a plan that decides otherwise could save at most.", "million USD"),
        Field("year_settled", "flag", "Whether every cheaper plan opens it in the same year, or not at all, as well."),
        Field(
            "year_saving",
            "number",
            "What any other opening year could save at most; blank where not built.",
            "million USD",
        ),
        Field(
            "not_before",
            "integer",
            "First year in which a cheaper plan may open it; blank where that is any, or none.",
            "year",
        ),
        Field(
            "not_after",
            "integer",
            "Last year in which a cheaper plan may open it; blank where that is any, or one may leave it out.",
            "year",
        ),
    ),
)
OF_MINIMUM: Final = "Of the plan that opens only what is committed: "
EXTRA: Final = {
    "candidates": CANDIDATES,
    "candidate_years": CANDIDATE_YEARS,
    "settled": SETTLED,
    **{
        kept: dataclasses.replace(TABLES[name], name=kept, meaning=OF_MINIMUM + TABLES[name].meaning)
        for name, kept in MINIMUM.items()
    },
}
