"""What policies show: the sheet Policies and a table on the page."""

from __future__ import annotations

from model.features.policies.states import policy_states
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup, element
from model.reports.page.parts import Head, badge, table
from model.reports.text import number
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("policy_levels",)
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
        Column("state", "State", "word"),
    )
    return ReportSheet(
        "Policies", "Policies: kept, binding or missed", "Binding: at the limit, so that the policy costs something.",
        columns, frame[[column.name for column in columns]], group="Corridor", rank=4,
    )  # fmt: skip


def panels(facts: Facts) -> list[Markup]:
    """Each policy in the first, the middle and the last period, and wherever it binds."""
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
    return [table(heads, lines, caption)] if lines else []
