"""“Why not this project?”: every project in one table, the cost of deciding otherwise, and costs against worth."""

from __future__ import annotations

import math

from model.reports.analysis.asked import Asked, Result, asked
from model.reports.facts import Facts
from model.reports.markup import Markup
from model.reports.page.charts import ranked_bars, scatter
from model.reports.page.parts import Head, at_least, section, table
from model.reports.text import number, shorten

PRESENT = "million USD, present value"
BARS = 24


def whynot(facts: Facts) -> Markup:
    """Charts, then one row a project: earliest year, best year, what decides, in a sentence."""
    found = facts.once(asked)
    heads = [
        Head("Project"), Head("Decision"), Head("Decided by"), Head("Capital", "million USD a module", figures=True),
        Head("Earliest", figures=True), Head("All costs rise by", PRESENT, figures=True),
        Head("Best", figures=True), Head("All costs rise by", PRESENT, figures=True), Head("In a sentence", wide=True),
    ]  # fmt: skip
    records = [
        [
            f"{one.name} ({one.project})", one.decision, one.decider, number(one.capital, 1), *_cells(one.earliest),
            *_cells(one.best), one.words,
        ]
        for one in found
    ]  # fmt: skip
    return section(
        "whynot",
        "Why not this project?",
        *_charts(facts, found),
        table(heads, records, "Every project in its earliest year and in its best", empty="Nothing to decide on."),
        note="Each project decided otherwise, with its package where the rules demand one, the rest of the plan held. "
        "≥ marks a bound from prices. A rule, a budget or years decide only where the project would pay without them.",
    )


def _cells(one: Result | None) -> tuple[str, str]:
    if one is None:
        return "–", "–"
    return str(one.year), at_least(one.change, bound=one.is_bound) if one.says_something else "–"


def _charts(facts: Facts, found: list[Asked]) -> list[Markup]:
    """What deciding otherwise would cost, beside the gap; costs against worth of what each project decides."""
    known = [(one, one.best) for one in found if one.best is not None and not math.isnan(one.best.change)]
    free = [(one, best) for one, best in known if one.decision != "Committed"]
    bars = [
        (shorten(f"{one.project} {one.name}", 44), best.change, one.decision, one.words)
        for one, best in sorted(free, key=lambda pair: abs(pair[1].change))[:BARS]
    ]
    room = facts.plan.outcome.gap_in_money
    line = None if room is None or not bars or room > 1.2 * max(abs(bar[1]) for bar in bars) else (room, "Proven gap")
    points = [
        (one.project, near.cost, near.saved, one.decision, f"{one.name} ({one.project}). {one.words}")
        for one, _ in free
        if (near := one.easiest) is not None and near.cost > 0.1 and not math.isnan(near.saved)
    ]
    drawn = []
    if bars:
        title = f"What deciding otherwise would cost, the {len(bars)} closest decisions first"
        drawn.append(ranked_bars(title, PRESENT, bars, line))
    if points:
        title = "Costs against worth of each project with its package, in its easiest year: above the line it pays"
        drawn.append(scatter(title, (f"Costs [{PRESENT}]", f"Saves elsewhere [{PRESENT}]"), points))
    return drawn
