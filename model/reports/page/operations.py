"""Section on what only some cases have: ships, policies, congestion, empties."""

from __future__ import annotations

from model.reports.analysis.policies import policy_states
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup, element
from model.reports.page.parts import Head, badge, section, table
from model.reports.text import number
from model.reports.workbook.operations import congestion_sheet, empties_sheet, fleets_sheet

TONES = {"missed": "bad", "binding": "warn", "kept": "good"}
LARGEST = 12


def operations(facts: Facts) -> Markup | None:
    """Policies, fleets, congestion and empties; None for a case that has none of them."""
    shown = [part for part in (_policies(facts), _fleets(facts), _congestion(facts), _empties(facts)) if part]
    if not shown:
        return None
    note = "Whole ships by type; policies by period; all periods and seasons are in plan.xlsx."
    return section("operations", "Ships, policies and containers", *shown, note=note)


def _policies(facts: Facts) -> Markup | None:
    heads = [
        Head("Policy"), Head("Period"), Head("Counted", figures=True), Head("Must be"), Head("Limit", figures=True),
        Head("Unit"), Head("State"),
    ]  # fmt: skip
    chosen = {facts.periods[0], facts.periods[len(facts.periods) // 2], facts.periods[-1]}
    lines = [
        [
            row.policy, row.period, number(row.counted, 1), row.sense, number(row.limit, 1), row.unit,
            element("td", badge(row.state, TONES.get(row.state, "calm"))),
        ]
        for row in rows(facts.once(policy_states))
        if row.period in chosen or row.state in ("missed", "binding")
    ]  # fmt: skip
    caption = "Policies: kept, binding or missed (first, middle and last period, and where they bind)"
    return table(heads, lines, caption) if lines else None


def _fleets(facts: Facts) -> Markup | None:
    frame = fleets_sheet(facts).frame
    if frame.empty:
        return None
    ships = {(row.name, row.period): row for row in rows(frame)}
    names = [name for name in dict.fromkeys(frame["name"]) if any(ships[name, p].fleet > 0.5 for p in facts.periods)]
    heads = [Head("Ships"), *(Head(period, figures=True) for period in facts.periods)]
    lines = [
        [name, *(f"{ships[name, p].assigned:.0f} of {ships[name, p].fleet:.0f}" for p in facts.periods)]
        for name in names
    ]
    return table(heads, lines, "Ships that sail, of those there are")


def _congestion(facts: Facts) -> Markup | None:
    frame = congestion_sheet(facts).frame
    if frame.empty:
        return None
    last = frame[frame["period"] == frame["period"].iloc[-1]].sort_values("excess", ascending=False, kind="stable")
    heads = [
        Head("Place"), Head("Season"), Head("Delays set in at", "% of usable", figures=True),
        Head("Carried above that", figures=True), Head("Measure"),
    ]  # fmt: skip
    lines = [
        [row.name, row.season, number(100 * row.threshold), number(row.excess, 1), row.measure]
        for row in rows(last.head(LARGEST))
    ]
    return table(heads, lines, f"Congestion in {last['period'].iloc[0]}")


def _empties(facts: Facts) -> Markup | None:
    frame = empties_sheet(facts).frame
    if frame.empty:
        return None
    final = facts.periods[-1]
    last = frame[frame["period"] == final].copy()
    last["moved"] = last["full_in"] + last["full_out"]
    unit = "kTEU/year"
    heads = [Head("Market"), *(Head(words, unit, figures=True) for words in WORDS.values())]
    lines = [
        [row.name, *(number(getattr(row, name), 1) for name in WORDS)]
        for row in rows(last.sort_values("moved", ascending=False, kind="stable").head(LARGEST))
    ]
    return table(heads, lines, f"Containers at the largest markets in {final}")


WORDS = {
    "full_in": "Full in", "full_out": "Full out", "empty_in": "Empty in", "empty_out": "Empty out",
    "hired": "Hired", "handed_in": "Handed in",
}  # fmt: skip
