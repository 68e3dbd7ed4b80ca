"""Projects (the decision on every project and why) and Project_figures (what stands behind it)."""

from __future__ import annotations

import math

import pandas as pd

from model.plan.kinds import KINDS
from model.reports.analysis.why import decisions
from model.reports.brief.others_pay import paid_by
from model.reports.brief.saved import saved_words
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import first_lower
from model.reports.workbook.money.project_years import BY_KIND, kinds_saved, returns
from model.reports.workbook.sheet import Column, ReportSheet

MONEY = "million USD present value"
OPPOSITE = Column(
    "opposite", "Cost of the opposite decision", "number", MONEY, width=15,
    meaning="Rise of all costs when it is forced in (if built: left out), with the rest of the plan held. Below zero: "
    "the search stopped before it found this; see the gap. Blank: not worked out in the time given.",
)  # fmt: skip
ENTRY = Column(
    "entry", "Would enter at a capital of", "number", "million USD", width=14,
    meaning="Not built: the highest capital of the first module at which it would just pay in some year, which need "
    "not be that of the figures beside. 0: not even for nothing. At most so much where some year is known only by a "
    "bound: Project_figures says which.",
)  # fmt: skip
CAPITAL = Column(
    "capex", "Capital of the first module", "number", "million USD", width=13,
    meaning="As the Projects sheet gives it, uplift for optimism included; later modules may cost more or less.",
)  # fmt: skip
OPENS = Column(
    "opened", "Capital of what opens", "number", "million USD", width=13, total=True,
    meaning="All modules that open in the plan, undiscounted, as on Investments.",
)  # fmt: skip
LATER = Column(
    "later", "Cost of opening later", "number", MONEY, width=13,
    meaning="Built: rise of all costs when it opens a period later (a year where periods are years), with whatever the "
    "rules delay with it, the rest of the plan held. At least so much where Project_figures says so. Blank: a limit is "
    "in the way, no period follows, or not worked out in the time given; see Other_decisions.",
)  # fmt: skip
DECISION: tuple[Column, ...] = (
    Column("project", "Project"),
    Column("name", "Name", width=34),
    Column("country", "Country"),
    Column("decision", "Decision", "word"),
    Column("opening", "Opens in", "year"),
    Column(
        "settled",
        "Settled",
        width=24,
        meaning="settled: every plan that is cheaper than this one decides alike, proven. open: one that decides "
        "otherwise may be cheaper, by no more than that; where an exact figure stands beside it, only if the rest of "
        "the plan changes too. not before, not after: no cheaper plan opens it earlier, or later. Blank: committed, or "
        "not looked at.",
    ),
    Column("why", "Why", "long", width=78),
    CAPITAL,
    OPENS,
    OPPOSITE,
    LATER,
    ENTRY,
    Column("code", "Reason code", meaning="For filtering."),
)
FIGURES: tuple[Column, ...] = (
    Column("project", "Project"),
    Column("name", "Name", width=34),
    Column("project_class", "Class"),
    Column("decision", "Decision", "word"),
    Column("year", "Figures for opening in", "year", meaning="Opening year that the next columns assume."),
    CAPITAL,
    Column(
        "modules", "Modules decided", "integer", width=11,
        meaning="Modules in the next columns: the project's and those that change with it, or the one forced in.",
    ),
    Column(
        "cost", "Costs", "number", MONEY, meaning="Capital and upkeep less salvage of the modules decided.", width=12
    ),
    Column("value", "Saves elsewhere", "number", MONEY, meaning="Other costs that it saves in this plan.", width=12),
    *(
        Column(kind, f"Of it {first_lower(words)}", "number", MONEY, width=12, meaning=BY_KIND)
        for kind, words in KINDS.items()
    ),
    Column(
        "others", "Of it transfers", "number", MONEY, width=12,
        meaning="What others pay or do not earn, of this project and those that leave with it (sheet Transfers, which "
        "says who). Blank where nobody does.",
    ),
    Column(
        "without", "Net without transfers", "number", MONEY, width=12,
        formula='IF(AND(ISNUMBER({others}),ISNUMBER({value}),ISNUMBER({cost})),{value}-{others}-{cost},"")',
        meaning="What it saves elsewhere less the transfers and its own costs: a subtraction, flows as they are.",
    ),
    Column(
        "ratio", "Saves per cost", "fine", formula='IF(N({cost})>0.000001,IF(ISNUMBER({value}),{value}/{cost},""),"")',
        meaning="Above 1 it pays at the margin of this plan.",
    ),
    Column(
        "npv", "Net present value", "number", MONEY, width=12,
        meaning="Of what is decided: its yearly lines on Project_years added up, discounted. Blank where it has none.",
    ),
    Column(
        "rate", "Rate of return", "share", "a year", width=11,
        meaning="Rate at which its yearly lines just pay. Blank where there is none or may be several: the running sum "
        "has to rise above zero once, and stay. With the kind 'at least' a bound: of a built one at least so much, of "
        "one not built at most.",
    ),
    OPPOSITE,
    LATER,
    Column("later_kind", "Kind of the cost of opening later", width=12, meaning="exact; or at least, by a bound."),
    ENTRY,
    Column("entry_kind", "Kind of that capital", width=12, meaning="exact; or at most, by a bound."),
    Column(
        "kind", "Kind of figure",
        meaning="exact: the changed plan was solved; at least: a bound from prices; open: no time to solve, and the "
        "bound settles nothing ('study candidates' does).",
    ),
    Column("along", "Decided together", width=16, meaning="What else the rules make change with it."),
    Column("breaks", "Limit in the way", "long", width=30, meaning="Rule, date or budget that the change breaks."),
    Column("widens", "Changes", "long", width=36, meaning="Links and nodes that it adds to or changes."),
    Column("peak_use", "Highest use of it", "share", "%", meaning="Of what it adds to, in any period: the plan's use "
           "of what other traffic leaves."),
    Column("confidence", "Confidence", meaning="Of the capital cost."),
)  # fmt: skip
NOTE = (
    "Exact figures reverse the decision on one project (with whatever else the rules demand) and hold the rest of the "
    "plan; rearranging the rest can only make the opposite decision cheaper."
)
KINDS_NOTE = "What is saved is split into kinds of cost only for projects that the plan chose."


def _frame(facts: Facts) -> pd.DataFrame:
    frame = facts.once(decisions).copy()
    frame["why"] = [f"{row.why}{saved_words(facts, row)}" for row in rows(frame)]
    frame["others"] = [math.fsum(paid_by(facts, row).values()) or None for row in rows(frame)]
    known = frame[["value", "others", "cost"]].astype(float)
    frame["without"] = known["value"] - known["others"] - known["cost"]
    for column in ("name", "country", "project_class", "capex"):
        frame[column] = frame["project"].map(facts.projects[column])
    frame["confidence"] = frame["project"].map(facts.confidences("Projects", "capex"))
    capital = facts.openings.groupby("project")["capex"].sum()
    frame["opened"] = frame["project"].map(capital).astype(float)
    pairs = zip(frame["cost"].astype(float), frame["value"].astype(float), strict=True)
    frame["ratio"] = [value / cost if cost > 1e-6 and value == value else None for cost, value in pairs]
    return frame


def projects_sheet(facts: Facts) -> ReportSheet:
    """Decision and reason of every project, the cost of the opposite decision, the capital at which it would pay."""
    frame = _frame(facts)
    return ReportSheet(
        "Projects", "Every project: decision and why", NOTE, DECISION,
        frame, empty="The case has no projects.", group="Decisions", key_columns=2,
    )  # fmt: skip


def figures_sheet(facts: Facts, years: ReportSheet) -> ReportSheet:
    """What each decision rests on: cost, saving, rate of return, kind of figure, companions, limits, use.

    `years` is Project_years, from which the rates follow.
    """
    frame = _frame(facts)
    projects = [str(one) for one in frame["project"]]
    for name, cells in {**returns(facts, years, projects), **kinds_saved(facts, years, projects)}.items():
        frame[name] = pd.Series(cells, index=frame.index, dtype=object)
    chosen = frame[~frame["decision"].isin(["Excluded", "Already built"])].reset_index(drop=True)
    return ReportSheet(
        "Project_figures", "What each decision rests on", f"{NOTE} {KINDS_NOTE}", FIGURES,
        chosen, empty="The case has no projects to decide on.", group="Decisions",
        heat=("peak_use",), key_columns=2,
    )  # fmt: skip
