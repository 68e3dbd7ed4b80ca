"""Projects: every project with the plan's decision and why."""

from __future__ import annotations

from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet

MONEY = "million USD present value"
COLUMNS: tuple[Column, ...] = (  # fmt: skip
    Column("project", "Project"),
    Column("name", "Name", width=28),
    Column("country", "Country"),
    Column("project_class", "Class"),
    Column("decision", "Decision", "word"),
    Column("opening", "Opens in", "year"),
    Column("why", "Why", "long", width=52),
    Column("capex", "Capital of a module", "number", "million USD"),
    Column("year", "Figures for opening in", "year", meaning="Year of opening behind the next columns."),
    Column("cost", "Costs", "number", MONEY, meaning="Capital and upkeep less salvage."),
    Column("value", "Saves elsewhere", "number", MONEY, meaning="Other costs that it saves in this plan."),
    Column(
        "ratio",
        "Saves per cost",
        "fine",
        formula='IF(N({cost})>0.000001,IF(ISNUMBER({value}),{value}/{cost},""),"")',
        meaning="Above 1 it pays at the margin of this plan.",
    ),
    Column(
        "opposite",
        "Cost of the opposite decision",
        "number",
        MONEY,
        meaning="By how much all costs rise when it is forced in (if built: left out), the rest of the plan as it is. "
        "Below zero: the search stopped before it came to this; see the gap.",
    ),
    Column(
        "entry",
        "Would enter at a capital of",
        "number",
        "million USD",
        meaning="Not built: capital of a module at which it would pay for itself in its best year. 0: at no capital.",
    ),
    Column("kind", "Kind of figure", width=16, meaning="exact for this change alone, or a bound from shadow prices."),
    Column("along", "Decided together", meaning="What else has to change with it, by the rules of the case."),
    Column("breaks", "Limit in the way", "long", width=26, meaning="Rule, date or budget that the change breaks."),
    Column("widens", "Adds capacity to", width=28),
    Column("peak_use", "Highest use of it", "share", "%", meaning="In any period, with the plan."),
    Column("confidence", "Confidence", meaning="Weakest figure of the project's row."),
    Column("code", "Reason code", meaning="For filtering."),
)


def projects_sheet(facts: Facts) -> ReportSheet:
    """Decision, reason, what it costs, what it saves, the cost of the opposite decision, the capital that would pay."""
    frame = facts.once(decisions).copy()
    for column in ("name", "country", "project_class", "capex", "confidence"):
        frame[column] = frame["project"].map(facts.projects[column])
    pairs = zip(frame["cost"].astype(float), frame["value"].astype(float), strict=True)
    frame["ratio"] = [value / cost if cost > 1e-6 and value == value else None for cost, value in pairs]
    return ReportSheet(
        "Projects",
        "Every project: decision and why",
        "Exact figures change one project (and what must go with it) and hold the rest of the plan: rearranged, the "
        "opposite decision can only cost less.",
        COLUMNS,
        frame[[column.name for column in COLUMNS]],
        empty="The case has no projects.",
        group="Decisions",
        heat=("peak_use",),
        key_columns=2,
    )
