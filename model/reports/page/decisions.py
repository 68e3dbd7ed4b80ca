"""Sections on decisions: Gantt, why, budget."""

from __future__ import annotations

import math

from model.reports.analysis.lives import LEGEND, LETTERS, letter
from model.reports.analysis.trials import BOUND
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup, element, joined
from model.reports.page.parts import Head, badge, bar, details, section, table
from model.reports.text import number, percent
from model.reports.workbook.overview.summary import modules_words

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
        records.append([name, row.country, number(row.capex, 1), str(int(row.opening_year)), *cells])
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
            row.why,
            number(row.cost, 1),
            number(row.value, 1),
            f"≥ {number(row.opposite, 1)}" if row.kind == BOUND else number(row.opposite, 1),
            _entry(row.entry, row.kind),
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
    return f"≤ {number(entry, 1)}" if kind == BOUND and entry == entry else number(entry, 1)


def budget(facts: Facts) -> Markup:
    """Use of the envelopes."""
    heads = [
        Head("Envelope"), Head("Years"), Head("Limit", "million USD", figures=True),
        Head("Spent", "million USD", figures=True), Head("Used"),
    ]  # fmt: skip
    records: dict[str, list[list[object]]] = {}
    for row in rows(facts.table("envelopes")):
        limit, spent = float(row.amount), float(row.spent)
        first, last = int(row.first_year), int(row.last_year)
        part = spent / limit if limit > 0 else math.nan
        tone = "bad" if part > 1 + 1e-6 else "warn" if part > 0.995 else "calm"
        words = (
            "OVER" if tone == "bad" else f"{percent(part)}{' (spent)' if tone == 'warn' else ''}" if limit > 0 else "–"
        )
        years = str(first) if first == last else f"{first}–{last}"
        line = [row.envelope, years, number(limit, 1), number(spent, 1), bar(0.0 if limit <= 0 else part, tone, words)]
        records.setdefault(str(row.envelope), []).append(line)
    shown = [
        details(f"{name}: {_scope(facts, name)}", table(heads, lines, f"Envelope {name}"), opened=index == 0)
        for index, (name, lines) in enumerate(records.items())
    ]
    empty = element("p", "The case has no envelopes: spending is not limited.", class_="empty")
    return section("budget", "Does it fit the budgets?", *(shown or [empty]), note=BUDGET_NOTE)


BUDGET_NOTE = "Capital in the year in which it is paid. Where money may be carried over, figures are cumulative."


def _scope(facts: Facts, envelope: str) -> str:
    table_ = facts.table("envelopes")
    scope = table_.loc[table_["envelope"] == envelope, "scope"].iloc[0]
    parts = table_[table_["envelope"] == envelope]
    most = max((float(row.spent) / float(row.amount) for row in rows(parts) if row.amount > 0), default=0.0)
    return f"{scope}; used up to {percent(most)}"
