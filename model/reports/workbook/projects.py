"""Projects: every project with the plan's decision and why."""

from __future__ import annotations

import numpy as np

from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet

FORCED = Column(
    "forced_cost",
    "Cost of the opposite decision",
    "number",
    "million USD present value",
    meaning="By how much the present value of all costs rises when the project is forced in (or, if built, left out).",
)


def projects_sheet(facts: Facts) -> ReportSheet:
    """Decision, reason, what it costs, what it saves at the margin, capital at which it would pay."""
    frame = facts.once(decisions).copy()
    for column in ("name", "country", "project_class", "capex", "maximum_modules", "confidence"):
        frame[column] = frame["project"].map(facts.projects[column])
    frame.loc[frame["entry"] <= 0, "entry"] = np.nan
    forced = facts.optional("candidates")
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=28),
        Column("country", "Country"),
        Column("project_class", "Class"),
        Column("decision", "Decision", "word"),
        Column("opening", "Opens in", "year"),
        Column("why", "Why", "long", width=52),
        Column("capex", "Capital of a module", "number", "million USD"),
        Column("year", "Figures for opening in", "year", meaning="Year of opening behind the next columns."),
        Column(
            "cost",
            "Costs",
            "number",
            "million USD present value",
            meaning="Capital and upkeep of a module less salvage.",
        ),
        Column(
            "value",
            "Saves at the margin",
            "number",
            "million USD present value",
            meaning="Added capacity at the plan's shadow prices. Not built: saves at most this; built: at least this.",
        ),
        Column(
            "entry",
            "Capital at which it could enter, at most",
            "number",
            "million USD",
            meaning="Not built: above this capital of a module it cannot pay. Blank: at no capital, or built.",
        ),
        *(() if forced is None else (FORCED,)),
        Column("widens", "Adds capacity to", width=28),
        Column("peak_use", "Highest use of it", "share", "%", meaning="In any period, with the plan."),
        Column("confidence", "Confidence", meaning="Weakest figure of the project's row."),
        Column("code", "Reason code", meaning="For filtering."),
    )
    if forced is not None:
        frame["forced_cost"] = frame["project"].map(forced.set_index("project")["forced_cost"])
    return ReportSheet(
        "Projects",
        "Every project: decision and why",
        "Margins come from shadow prices at the chosen plan: exact bounds for one project at a time, not for bundles.",
        columns,
        frame[[column.name for column in columns]],
        empty="The case has no projects.",
        group="Decisions",
        heat=("peak_use",),
        key_columns=2,
    )
