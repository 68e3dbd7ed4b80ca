"""Capital of committed projects by calendar year, and what envelopes allow: all known before any plan is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from model.case.checks.project_logic import COMMITTED
from model.case.checks.tables import Tables
from model.case.joint import share_of
from model.case.sheets.profiles import profile_shares


@dataclass(frozen=True)
class Spending:
    """Capital of one committed project: `paid` maps calendar year to million USD, as far as the plan pays it."""

    project: str
    country: str | None
    project_class: str | None
    tags: tuple[str, ...]
    paid: Mapping[int, float]

    def between(self, first_year: int, last_year: int) -> float:
        """Million USD paid between two calendar years (both included)."""
        return sum(amount for year, amount in self.paid.items() if first_year <= year <= last_year)

    def weight(self, tables: Tables, kind: Any, scope: Any) -> float:
        """Part of the capital that an envelope of this scope counts."""
        if kind == "funder":
            rows = tables.rows("Funding", "project", "funder", "share")
            return float(sum(share for _, project, funder, share in rows if (project, funder) == (self.project, scope)))
        if kind == "all":
            return 1.0
        if kind == "country":
            return share_of(self.country, scope)
        own = {"class": (self.project_class,), "tag": self.tags}.get(kind, ())
        return 1.0 if scope in own else 0.0


def committed_spending(tables: Tables, first_year: int) -> list[Spending]:
    """Capital of committed projects from the first year of the plan on; what was paid before is sunk.

    A module is paid over its construction years before its committed opening, or in that year when there are none; a
    committed project opens with all its modules.
    """
    starts = [(int(first), int(first + years)) for _, first, years in tables.rows("Periods", "first_year", "years")]
    names = ("project", "country", "project_class", "tags", "spending_profile")
    figures = ("capex", "later_module_capex", "construction_years", "maximum_modules", "committed_opening")
    result: list[Spending] = []
    for _, status, *cells in tables.rows("Projects", "status", *names, *figures):
        (project, country, project_class, tags, profile), numbers = cells[: len(names)], cells[len(names) :]
        capex, later, building, modules, committed = numbers
        opens = any(first <= committed < end for first, end in starts)
        if status != COMMITTED or not opens or any(number != number for number in (capex, building, modules)):
            continue
        capital = capex + (modules - 1) * (capex if later != later else later)
        shares = payment_shares(profile, int(building))
        begin = int(committed) - int(building)
        paid = {begin + place: capital * share for place, share in enumerate(shares)}
        paid = {year: amount for year, amount in paid.items() if year >= first_year}
        result.append(Spending(project, country, project_class, tags, paid))
    return result


def payment_shares(profile: str | None, construction_years: int) -> list[float]:
    """Part of the capital paid in each construction year (all of it at once when there are none)."""
    if construction_years == 0:
        return [1.0]
    shares = profile_shares(profile) if profile is not None else None
    if shares is None or len(shares) != construction_years:
        return [1 / construction_years] * construction_years
    return [share / sum(shares) for share in shares]


@dataclass(frozen=True)
class Window:
    """A row of Budgets: `limits` are (first year, last year, million USD that may be spent between them)."""

    row: int
    envelope: str
    scope_kind: Any
    scope: Any
    carry_over: bool
    limits: list[tuple[int, int, float]]


def envelope_windows(tables: Tables) -> Iterator[Window]:
    """The rows of Budgets, with what is carried over from earlier rows of the envelope."""
    columns = ("envelope", "first_year", "last_year", "amount", "amount_per", "carry_over", "scope_kind", "scope")
    rows = sorted(tables.rows("Budgets", *columns), key=lambda record: (str(record[1]), record[2]))
    carried: dict[str, tuple[int, float]] = {}
    for row, envelope, first, last, amount, per, carry_over, kind, scope in rows:
        if envelope is None or any(number != number for number in (first, last, amount)):
            continue
        begin, end = int(first), int(last)
        start, before = carried.get(envelope, (begin, 0.0)) if carry_over else (begin, 0.0)
        if per == "window":
            limits = [(start, end, before + amount)]
        elif carry_over:
            limits = [(start, year, before + amount * (year - begin + 1)) for year in range(begin, end + 1)]
        else:
            limits = [(year, year, amount) for year in range(begin, end + 1)]
        carried[envelope] = (start, before + amount * (1 if per == "window" else end - begin + 1))
        yield Window(int(row), envelope, kind, scope, bool(carry_over), limits)
