"""What policies show: the sheet Policies and a table on the page."""

from __future__ import annotations

from typing import Any

from model.features.policies.states import STATES, policy_states
from model.reports.brief.blocks import Block, Record, figures
from model.reports.brief.blocks import Head as BriefHead
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup, element
from model.reports.page.parts import Head, badge, table
from model.reports.text import number
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("policy_levels",)
LOOSER = (
    "Projects and ships unchanged. Of a target (a floor on a flow) the marginal cost of its last unit: what one TEU "
    "or tonne less would save. With works free to change: study target."
)
TIGHTER = "What one unit more of a target, or less of a ceiling, would cost, projects and ships unchanged."
TONES = {"missed": "bad", "binding": "warn", "kept": "good"}


def sheets(facts: Facts) -> list[ReportSheet]:
    """Policies by period, where there are any."""
    sheet = _sheet(facts)
    return [sheet] if len(sheet.frame) else []


def _sheet(facts: Facts) -> ReportSheet:
    """Each policy by period: counted, limit, room, whether it binds."""
    frame = facts.once(policy_states)
    columns = (
        Column("policy", "Policy", width=34),
        Column("kind", "Kind"),
        Column("period", "Period", "period"),
        Column("counted", "Counted", "fine", "in the unit"),
        Column("sense", "Must be"),
        Column("limit", "Limit", "fine", "in the unit", meaning="Blank where a budget of several years counts."),
        Column("unit", "Unit", width=14),
        Column("room", "Room left", "fine", "in the unit", meaning="Distance from the limit; 0 when it binds."),
        Column("state", "State", "word", meaning=STATES),
        Column("price", "One unit looser saves", "fine", "in the unit of the price", width=13, meaning=LOOSER),
        Column("tighter", "One unit tighter costs", "fine", "in the unit of the price", width=13, meaning=TIGHTER),
        Column("priced", "Unit of the price", width=12, meaning="Undiscounted, of a year of the period."),
        Column("note", "Why a price is blank", width=24, meaning="No time, no plan with less, or no price of its own."),
    )
    return ReportSheet(
        "Policies", "Policies: kept, binding or missed", "Binding: at the limit, so that the policy costs something.",
        columns, frame, group="Corridor", rank=4,
    )  # fmt: skip


def brief(facts: Facts) -> list[Block]:
    """Targets and limits that cost something: where each binds first and last, and what its last unit costs there."""
    frame = facts.once(policy_states)
    binding = frame[frame["state"] == "binding"]
    records = []
    for policy, lines in binding.groupby("policy", sort=False):
        first, last = lines.iloc[0], lines.iloc[-1]
        words = f"{_limits(first, last)}; binds in {_when(lines['period'].tolist())}"
        records.append(
            Record(str(policy), f"{words}. Prices in {first['priced']}.", figures(first["price"], last["price"]))
        )
    heads = (BriefHead("Last unit, first binding year", kind="fine"), BriefHead("Last binding year", kind="fine"))
    note = "What one unit less of a target, or more of a ceiling, would save in a year, projects and ships unchanged."
    title = "What targets and limits cost"
    block = Block("targets", title, "Policy", "Asked for", heads, tuple(records), note=note, sheet="Policies")
    return [block] if records else []


def _limits(first: Any, last: Any) -> str:
    """'<= 9.8 kt/year', or '<= 9.8 kt/year in 2026, 19.4 in 2040' of a limit that moves while it binds."""
    words = f"{first['sense']} {number(first['limit'], 1)} {first['unit']}"
    moved = number(first["limit"], 1) != number(last["limit"], 1)
    return f"{words} in {first['period']}, {number(last['limit'], 1)} in {last['period']}" if moved else words


def _when(periods: list[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{len(periods)} periods, {periods[0]} to {periods[-1]}"


def panels(facts: Facts) -> list[Markup]:
    """Each policy in the first, the middle and the last period, and wherever it binds."""
    heads = [
        Head("Policy"), Head("Period"), Head("Counted", figures=True), Head("Must be"), Head("Limit", figures=True),
        Head("Unit"), Head("State"),
    ]  # fmt: skip
    chosen = {facts.periods[0], facts.periods[len(facts.periods) // 2], facts.periods[-1]}
    lines = [
        [
            row.policy, row.period, number(row.counted, 1), row.sense,
            "0" if row.limit == 0 else number(row.limit, 1), row.unit,
            element("td", badge(row.state, TONES.get(row.state, "calm"))),
        ]
        for row in rows(facts.once(policy_states))
        if row.period in chosen or row.state in ("missed", "binding")
    ]  # fmt: skip
    caption = "Policies: kept, binding or missed (first, middle and last period, and where they bind)"
    return [table(heads, lines, caption)] if lines else []
