"""The section on trust: checks, data quality, limits of use, the run."""

from __future__ import annotations

from model.plan.verify.checks import counted, not_made, result_of
from model.reports.about import LIMITS, run_lines
from model.reports.analysis.quality import quality_shown
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.svg import DISCLAIMER
from model.reports.markup import Markup, element
from model.reports.options import ReportOptions
from model.reports.page.parts import Head, badge, bar, details, listing, section, table
from model.reports.text import number, percent
from model.studies.console.summary import status_words
from model.studies.console.words import count


def trust(facts: Facts, options: ReportOptions) -> Markup:
    """How good the plan is proven to be, what was checked, what it rests on."""
    checks, outcome = facts.plan.checks, facts.plan.outcome
    made, failed, left_out = counted(checks)
    state = badge(f"{count(failed, 'check')} FAIL", "bad") if failed else badge("all checks OK", "good")
    lines = [
        status_words(outcome),
        f"Lower bound {number(outcome.bound, 1)}, cost of the plan {number(outcome.objective, 1)} million USD.",
        f"{made} checks by a verifier that recomputes the plan from its tables, independently of the solver."
        + (f" {left_out} more are not made: the list says why." if left_out else "")
        + " The sheet Checks of plan.xlsx has them all, and the sums that the workbook takes two ways besides.",
    ]
    run = [[label, value] for label, value in run_lines(facts, options.run)]
    return section(
        "trust",
        "How far to trust it?",
        element("p", state) if len(checks) else "",
        listing(lines),
        _quality(facts),
        details("All checks", _checks(facts)),
        details("This run", table([Head("Item"), Head("Value")], run, "How this run was made")),
        element("p", LIMITS),
        element("p", DISCLAIMER),
    )


def _quality(facts: Facts) -> Markup:
    lines = []
    for row in rows(facts.once(quality_shown)):
        tone = "bad" if row.share > 0.66 else "warn" if row.share > 0.33 else "calm"
        lines.append([row.item, row.what, bar(row.share, tone, percent(row.share))])
    heads = [Head("What"), Head("Counted"), Head("Rests on assumptions")]
    return table(heads, lines, "Part of inputs and results that rests on planning assumptions")


def _checks(facts: Facts) -> Markup:
    heads = [
        Head("Check"), Head("Detail"), Head("Worst", figures=True), Head("Tolerance", figures=True), Head("Unit"),
        Head("Result"),
    ]  # fmt: skip
    lines = [
        [
            row.check, row.detail, *("" if not_made(row.detail) else f"{float(figure):.3g}"
                                     for figure in (row.worst, row.tolerance)), row.unit,
            result_of(row),
        ]
        for row in rows(facts.plan.checks)
    ]  # fmt: skip
    return table(heads, lines, "Checks of the verifier", empty="No plan to check.")
