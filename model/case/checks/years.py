"""Years that lie inside a period, or before the first: what the plan makes of them is said."""

from __future__ import annotations

import math

from model.case.checks.commitments import payment_shares
from model.case.checks.project_logic import CANDIDATE, COMMITTED, optimism_delays
from model.case.checks.tables import Tables, horizon
from model.case.messages import shown

Span = tuple[int, int]


def _spans(tables: Tables) -> list[Span]:
    """First and last year of each period, in order; empty when they cannot be read."""
    rows = list(tables.rows("Periods", "first_year", "years"))
    if not tables.sound("Periods", "first_year", "years") or any(first != first for _, first, _ in rows):
        return []
    return sorted((int(first), int(first + years) - 1) for _, first, years in rows)


def _around(spans: list[Span], year: float) -> Span | None:
    """The period that a year lies in without being its first."""
    return next((span for span in spans if span[0] < year <= span[1]), None)


def check_opening_years(tables: Tables) -> None:
    """Candidates open with a period: one that could be ready inside a period waits for the next."""
    spans = _spans(tables)
    if not spans:
        return
    delays = optimism_delays(tables)
    columns = ("project", "status", "construction_years", "earliest_opening", "project_class")
    for row, name, status, building, earliest, kind in tables.rows("Projects", *columns):
        if status == CANDIDATE and name is not None:
            years = building + delays.get(kind, 0.0)
            _remark_opening(tables, ("Projects", row, name), spans, years, "construction_years", earliest)
    ships = ("vessel", "maximum_purchases", "delivery_years", "earliest_delivery")
    for row, name, most, delivery, earliest in tables.rows("Vessels", *ships):
        if most > 0 and name is not None:
            _remark_opening(tables, ("Vessels", row, name), spans, delivery, "delivery_years", earliest)


def _remark_opening(
    tables: Tables, where: tuple[str, int, str], spans: list[Span], building: float, column: str, earliest: float
) -> None:
    ready = spans[0][0] + building
    if earliest > ready or ready != ready:
        ready, column = earliest, "earliest_opening" if where[0] == "Projects" else "earliest_delivery"
    span = _around(spans, ready)
    if span is None:
        return
    following = next((first for first, _ in spans if first > ready), None)
    then = "so it never opens" if following is None else f"so in {following} at the earliest"
    text = (
        f"{where[2]} could be ready in {ready:.0f}, inside the period {span[0]}–{span[1]}; projects open with a period,"
    )
    tables.remark("opening-inside-period", where[0], where[1], column, f"{text} {then}.", int(ready))


def check_sunk_capital(tables: Tables) -> None:
    """Committed projects whose construction begins before the plan: what that costs is taken as paid."""
    first, last = horizon(tables)
    columns = ("project", "status", "capex", "construction_years", "committed_opening", "spending_profile")
    for row, name, status, capex, building, committed, profile in tables.rows("Projects", *columns):
        begin = committed - building
        if status != COMMITTED or not (first <= committed <= last) or not begin < first or not capex > 0:
            continue
        shares = payment_shares(profile, int(building))
        sunk = capex * math.fsum(shares[: int(first - begin)])
        years = f"{begin:.0f}" if begin == first - 1 else f"{begin:.0f}–{min(first, committed) - 1:.0f}"
        text = (
            f"{name} opens in {committed:.0f} after {building:.0f} years of construction: {shown(round(sunk, 3))} of"
            f" {shown(round(capex, 3))} million USD a module fall in {years}, before the plan, and are taken as paid."
            " They stand in no cost, no envelope and no salvage. Where they are still to be paid, give a later"
            " opening or a shorter construction time."
        )
        tables.remark("capital-sunk", "Projects", row, "committed_opening", text, int(committed))
