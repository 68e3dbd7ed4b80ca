"""Projects: every project with the plan's decision and why."""

from __future__ import annotations

import numpy as np

from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet

MONEY = "million USD present value"
COLUMNS: tuple[Column, ...] = (
    Column("project", "Project"),
    Column("name", "Name", width=28),
    Column("country", "Country"),
    Column("project_class", "Class"),
    Column("decision", "Decision", "word"),
    Column("opening", "Opens in", "year"),
    Column("why", "Why", "long", width=52),
    Column("capex", "Capital of a module", "number", "million USD"),
    Column("year", "Figures for opening in", "year", meaning="Year of opening behind the next columns."),
    Column("cost", "Costs", "number", MONEY, meaning="Capital and upkeep of a module less salvage."),
    Column(
        "value",
        "Saves at the margin",
        "number",
        MONEY,
        meaning="Added capacity at the plan's shadow prices. Not built: saves at most this; built: at least this.",
    ),
    Column(
        "entry",
        "Capital at which it could enter, at most",
        "number",
        "million USD",
        meaning="Not built: above this capital of a module it cannot pay. Blank: at no capital, or built.",
    ),
    Column(
        "forced_cost",
        "Cost of the opposite decision",
        "number",
        MONEY,
        meaning="By how much all costs rise when the project is forced in (or, if built, left out): a plan made anew.",
    ),
    Column("widens", "Adds capacity to", width=28),
    Column("peak_use", "Highest use of it", "share", "%", meaning="In any period, with the plan."),
    Column("confidence", "Confidence", meaning="Weakest figure of the project's row."),
    Column("code", "Reason code", meaning="For filtering."),
)


def projects_sheet(facts: Facts) -> ReportSheet:
    """Decision, reason, what it costs, what it saves at the margin, capital at which it would pay.

    The cost of the opposite decision stands there when a study added the table 'candidates' (project, forced_cost)
    to the plan.
    """
    frame = facts.once(decisions).copy()
    for column in ("name", "country", "project_class", "capex", "confidence"):
        frame[column] = frame["project"].map(facts.projects[column])
    frame.loc[frame["entry"] <= 0, "entry"] = np.nan
    columns = COLUMNS
    forced = facts.optional("candidates")
    if forced is None:
        columns = tuple(column for column in COLUMNS if column.name != "forced_cost")
    else:
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
