"""Sections on decisions: Gantt, why, budget."""

from __future__ import annotations

from model.reports.analysis.lives import LEGEND, LETTERS, letter
from model.reports.analysis.trials import BOUND
from model.reports.analysis.why import AT_MOST, decisions
from model.reports.brief.saved import saved_words
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup, element, joined
from model.reports.names import country
from model.reports.page.parts import Head, amount, at_least, badge, details, section, table
from model.reports.text import number
from model.reports.workbook.overview.summary import modules_words
from model.studies.console.summary import UNSEEN

TONES = {"Build": "good", "Committed": "calm", "Not built": "warn"}


def gantt(facts: Facts) -> Markup:
    """The schedule as a table with a cell for each year."""
    heads = [
        Head("Project"),
        Head("Country"),
        Head("Capital", "million USD", figures=True),
        Head("Opens", figures=True),
    ]
    heads += [Head(str(year)) for year in facts.years]
    records = []
    for row in rows(facts.openings):
        cells = []
        for year in facts.years:
            sign = letter(row, year)
            cells.append(
                element("td", sign, class_=f"gantt {sign.lower()}" if sign else "gantt", title=LETTERS.get(sign))
            )
        modules = f", {modules_words(row)}" if row.modules > 1 or row.most > 1 else ""
        name = joined((row.name, modules, " ", badge("committed", "calm") if row.status == "committed" else ""))
        records.append([name, country(row.country), number(row.capex, 1), str(int(row.opening_year)), *cells])
    shown = table(heads, records, "Schedule of the projects that open", empty="No project opens.", class_="schedule")
    return section("build", "What to build, and when", shown, note=LEGEND)


def why(facts: Facts) -> Markup:
    """Every candidate: decision and reason; the rest folded away."""
    frame = facts.once(decisions)
    present = "million USD, present value"
    heads = [
        Head("Project"), Head("Decision"), Head("Why", wide=True), Head("Costs", present, figures=True),
        Head("Saves elsewhere", present, figures=True), Head("Opposite decision costs", present, figures=True),
        Head("Would enter at a capital of", "million USD", figures=True),
    ]  # fmt: skip
    chosen = frame["decision"].isin(["Build", "Committed", "Not built"])
    records = [
        [
            facts.project_name(row.project),
            element("td", badge(row.decision, TONES[row.decision])),
            f"{row.why}{saved_words(facts, row)}",
            amount(row.cost),
            amount(row.value),
            at_least(row.opposite, bound=row.kind == BOUND),
            _entry(row.entry, row.entry_kind),
        ]
        for row in rows(frame[chosen])
    ]
    others = [[facts.project_name(row.project), row.decision, row.why] for row in rows(frame[~chosen])]
    note = (
        "Each figure reverses the decision on one project (with whatever else the rules demand) and holds the rest of "
        "the plan; rearranging the rest can only make the opposite decision cheaper. A project that is forced in opens "
        "in the year in which that costs least, often the last one. ≥ and ≤ mark bounds from shadow prices, where "
        "there was no time to solve. No figure means that the bound settles nothing; 'study candidates' does."
    )
    rest = table([Head("Project"), Head("State"), Head("Why", wide=True)], others, "Finished and excluded projects")
    return section(
        "why",
        "Why this project and not that one?",
        table(heads, records, "Decision and reason for every project", empty="The case has no projects to decide on."),
        details(f"{len(others)} projects that are finished or excluded", rest) if others else "",
        note=note,
    )


def _entry(entry: float, kind: str) -> str:
    """Capital at which a project would enter; a bound on what it saves gives the most that it can be."""
    if entry <= 0:
        return "never"
    return f"≤ {number(entry, 1)}" if kind == AT_MOST and entry >= UNSEEN else amount(entry)
