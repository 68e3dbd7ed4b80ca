"""Which envelopes count a project and how much room they leave for it."""

from __future__ import annotations

from collections.abc import Mapping

from model.case.joint import share_of
from model.reports.facts import Facts
from model.reports.frames import rows


def share_counted(facts: Facts, project: str, kind: str, scope: str | None) -> float:
    """Part of a project's capital that an envelope of that scope counts (0-1)."""
    row = facts.project_rows[project]
    if kind == "all":
        return 1.0
    if kind == "country":
        return share_of(row.country, scope)
    if kind == "class":
        return 1.0 if row.project_class == scope else 0.0
    if kind == "tag":
        return 1.0 if scope in row.tags else 0.0
    funding = facts.case.table("Funding")
    mine = funding[(funding["project"] == project) & (funding["funder"] == scope)]
    return float(mine["share"].sum())


def envelopes_of(facts: Facts, project: str) -> dict[str, float]:
    """Envelope → part of the project's capital that it counts, envelopes that count nothing left out."""
    found: dict[str, float] = {}
    for row in rows(facts.case.table("Budgets")):
        share = share_counted(facts, project, str(row.scope_kind), row.scope)
        if share > 0:
            found[str(row.envelope)] = share
    return found


def shortfall(facts: Facts, project: str, payments: Mapping[int, float]) -> tuple[str, str, float] | None:
    """The envelope row that lacks most for these payments on top of the plan, or None when all have room.

    Returns (envelope, years in words, missing amount in million USD).
    """
    counted = envelopes_of(facts, project)
    worst: tuple[str, str, float] | None = None
    for row in rows(facts.table("envelopes")):
        share = counted.get(str(row.envelope), 0.0)
        needed = share * sum(amount for year, amount in payments.items() if row.first_year <= year <= row.last_year)
        missing = needed - (float(row.amount) - float(row.spent))
        if needed > 0 and missing > 1e-6 and (worst is None or missing > worst[2]):
            first, last = int(row.first_year), int(row.last_year)
            worst = (str(row.envelope), str(first) if first == last else f"{first}–{last}", missing)
    return worst
