"""“Why not this project?”: every project in one table, the cost of deciding otherwise, and costs against worth."""

from __future__ import annotations

import math

from model.reports.analysis.asked import Asked, Result, asked
from model.reports.brief.decisions import Turn, nearest
from model.reports.brief.doubts import turn_words
from model.reports.facts import Facts
from model.reports.markup import Markup
from model.reports.page.charts import Bar, ranked_bars, scatter
from model.reports.page.parts import Head, at_least, section, table
from model.reports.text import listed, number, shorten

PRESENT = "million USD, present value"
BARS = 24
LEAST_DRAWN = 0.1
"""Million USD: a logarithmic axis has no nothing."""


def whynot(facts: Facts) -> Markup:
    """Charts, then one row a project: earliest year, best year, what decides, in a sentence."""
    found = facts.once(asked)
    heads = [
        Head("Project"), Head("Decision"), Head("Decided by"), Head("Capital", "million USD a module", figures=True),
        Head("Earliest", figures=True), Head("All costs rise by", PRESENT, figures=True),
        Head("Best, or in the plan", figures=True), Head("All costs rise by", PRESENT, figures=True),
        Head("In a sentence", wide=True),
    ]  # fmt: skip
    records = [
        [
            f"{one.name} ({one.project})", one.decision, one.decider, number(one.capital, 1),
            *_cells(one.earliest if one.decision == "Not built" else None),
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
        "Earliest: that the dates of project and package allow; best: where forcing it in costs least. What opens in "
        "the plan stands there with its year, and is taken out. ≥ marks a bound from prices. "
        "A rule, a budget or years decide only where the project would pay without them.",
    )


def _cells(one: Result | None) -> tuple[str, str]:
    if one is None:
        return "–", "–"
    return str(one.year), at_least(one.change, bound=one.is_bound) if one.says_something else "–"


def _charts(facts: Facts, found: list[Asked]) -> list[Markup]:
    """What change of costs would turn each decision; costs against worth of what each project decides."""
    known = [(one, one.best) for one in found if one.best is not None and not math.isnan(one.best.change)]
    free = [(one, best) for one, best in known if one.decision != "Committed"]
    projects = {one.project: one for one, _ in free}
    bars = [
        _turning_bar(projects[turn.project], turn)
        for turn in nearest(facts)
        if turn.project in projects and abs(turn.change) <= 1
    ][:BARS]
    points = [
        (one.project, near.cost, near.saved, one.decision, f"{one.name} ({one.project}). {one.words}")
        for one, _ in free
        if (near := one.easiest) is not None and near.cost > LEAST_DRAWN and not math.isnan(near.saved)
    ]
    nothing = [point[0] for point in points if point[2] <= LEAST_DRAWN]
    points = [point for point in points if point[2] > LEAST_DRAWN]
    drawn = []
    if bars:
        title = "Change of own costs that would turn each decision, the closest first (pale: so much or more)"
        drawn.append(ranked_bars(title, "% of them", bars))
    if points:
        title = "Costs against worth of each project with its package, in its easiest year: above the line it pays"
        if nothing:
            title += f". Not drawn, since they save nothing: {listed(nothing, len(nothing))}"
        drawn.append(scatter(title, (f"Costs [{PRESENT}]", f"Saves elsewhere [{PRESENT}]"), points))
    return drawn


def _turning_bar(one: Asked, turn: Turn) -> Bar:
    """Its bar, in the order of 'Decisions closest to changing' on the Cover."""
    name = shorten(f"{one.project} {one.name}", 44)
    words = f"{name}: {turn_words(turn)}. {one.words}"
    return name, 100 * turn.change, one.decision, words, turn.is_bound
