"""Assembles report.html."""

from __future__ import annotations

from model.plan.kinds import present_values
from model.plan.verify.checks import counted
from model.reports.analysis.gain import bought_words, gains, sentences_of
from model.reports.analysis.shares import ALL, corridor_flows
from model.reports.facts import Facts
from model.reports.features import feature_sections
from model.reports.markup import Markup, element, joined
from model.reports.options import ReportOptions
from model.reports.page import corridor, decisions, trust
from model.reports.page.brief import decide
from model.reports.page.document import document
from model.reports.page.map_section import map_section
from model.reports.page.operations import operations
from model.reports.page.parts import Head, badge, listing, section, table, tile
from model.reports.page.routes import routes
from model.reports.page.whynot import whynot
from model.reports.text import number, shorten
from model.solvers.core.outcome import Outcome
from model.studies.console.summary import praise, status_words, unserved_share
from model.studies.console.words import count, share

NAVIGATION = (
    ("decide", "Decide"), ("short", "In short"), ("map", "Map"), ("build", "Build"), ("why", "Why"),
    ("whynot", "Why not"),
    ("limits", "Limits"), ("corridors", "Corridors"), ("costs", "Costs"), ("routes", "Routes"),
    ("service", "Service"), ("operations", "Ships and policies"), ("trust", "Trust"),
)  # fmt: skip


def page(facts: Facts, options: ReportOptions) -> str:
    """The whole document."""
    sections, featured = [in_short(facts)], feature_sections(facts)
    if facts.plan.has_plan:
        sections = [
            decide(facts),
            *sections,
            map_section(facts, options.boundaries),
            decisions.gantt(facts),
            decisions.why(facts),
            whynot(facts),
            *(one.content for one in featured if one.after == "why"),
            corridor.limits(facts),
            corridor.corridors(facts),
            *(one.content for one in featured if one.after == "corridors"),
            corridor.costs(facts),
            routes(facts),
            corridor.service(facts),
        ]
        sections += [part for part in (operations(facts),) if part is not None]
    sections.append(trust.trust(facts, options))
    title = shorten(f"{facts.title}: {facts.scenario_title}", 120)
    navigation = [
        entry
        for key, word in NAVIGATION
        for entry in ((key, word), *((one.key, one.word) for one in featured if one.after == key))
    ]
    return document(title, _banner(facts), navigation, sections, script=facts.plan.has_plan)


def _gap_tile(outcome: Outcome) -> Markup:
    """The proven gap in money and against what the plan saves, where that is known; else against all costs."""
    if outcome.gap is None or outcome.gap_in_money is None or outcome.worth is None:
        return tile("–" if outcome.gap is None else share(outcome.gap), "proven gap", "no plan is cheaper by more")
    of_worth = "" if outcome.gap_of_worth is None else f"{share(outcome.gap_of_worth)} of what the plan saves, "
    note = f"no plan is cheaper by more: {of_worth}{share(outcome.gap)} of all costs"
    return tile(number(outcome.gap_in_money, 1), "million USD, proven gap", note)


def _banner(facts: Facts) -> Markup:
    outcome = facts.plan.outcome
    words = praise(outcome) if outcome.has_plan else f"Plan {outcome.status}"
    tone = "good" if outcome.is_proven_best else "warn" if outcome.has_plan else "bad"
    years = f"{facts.case.first_year}–{facts.case.last_year}"
    note = facts.case.case_note
    return element(
        "header",
        element("p", "Capacity investment plan", class_="kicker"),
        element("h1", shorten(facts.title, 200)),
        element("p", joined((f"Scenario {shorten(facts.scenario_title, 120)} · {years} · ", badge(words, tone)))),
        *([element("p", shorten(note, 400))] if note else []),
    )


def in_short(facts: Facts) -> Markup:
    """Sentences and key figures, and what the plan buys against doing the minimum."""
    sentences = list(facts.once(sentences_of)) if facts.plan.has_plan else [status_words(facts.plan.outcome)]
    sentences[2:2] = [] if facts.minimum is None else [bought_words(facts, facts.minimum)]
    tiles = element("div", *_tiles(facts), class_="tiles") if facts.plan.has_plan else ""
    bought = _bought(facts, facts.minimum) if facts.minimum is not None else ""
    return section("short", "In short", listing(shorten(words, 2000) for words in sentences), tiles, bought)


def _bought(facts: Facts, minimum: Facts) -> Markup:
    """Costs of the plan and of doing the minimum, by term."""
    unit = "million USD, present value"
    heads = [
        Head("Term"), Head("With only what is committed", unit, figures=True),
        Head("With the plan", unit, figures=True), Head("Saved", unit, figures=True),
    ]  # fmt: skip
    lines = [
        [one.term, number(one.minimum, 1), number(one.plan, 1), number(one.saved, 1)] for one in gains(facts, minimum)
    ]
    return table(heads, lines, "What the plan buys against building only what is committed")


def _carried(unserved: float) -> str:
    """100 % only where nothing is left behind."""
    return share(1 - unserved) if unserved < 1e-9 or unserved > 0.01 else f"{100 * min(1 - unserved, 0.9999):.2f} %"


def _tiles(facts: Facts) -> list[Markup]:
    outcome, last = facts.plan.outcome, facts.periods[-1]
    capital = float(facts.openings["capex"].sum())
    opened = int(facts.openings["project"].nunique())
    flows = facts.once(corridor_flows)
    final = flows[(flows["group"] == ALL) & (flows["period"] == last)]
    unserved = unserved_share(facts.plan)
    made, failed, left_out = counted(facts.plan.checks)
    verdict = f"{failed} FAIL" if failed else "all OK" if not left_out else f"all OK, {left_out} not checked"
    kinds = present_values(facts.costs)
    return [
        tile(number(kinds["money"]), "million USD", "costs paid, present value"),
        tile(number(kinds["time"]), "million USD", "cost of time, present value"),
        tile(number(facts.objective), "million USD", "all costs, present value"),
        tile(
            number(capital), "million USD", f"capital of {count(opened, 'project')} that open, committed ones included"
        ),
        tile(_carried(unserved), "of all tonnes carried", "all periods together"),
        tile(number(float(final["mt"].sum()), 1), "Mt a year", f"demand in {last}"),
        _gap_tile(outcome),
        tile(count(made, "check"), "of the plan", verdict),
    ]
