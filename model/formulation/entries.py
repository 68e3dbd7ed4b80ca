"""What a formulation holds besides the Pyomo model: seasons, cost terms, and what families say of their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from model.case.case import Case
from model.formulation.values import Values

WHOLE_YEAR = "year"
NOWHERE = "no country"
"""Where a cost falls that no country bears."""
SHIP_LINES = "ship lines"
"""Who earns what ships between two countries charge: their lines, at home in either, in both or elsewhere."""
SHIP_MODES = frozenset({"sea", "ferry"})
"""Modes of Carriers that are ships."""


@dataclass(frozen=True)
class Season:
    """A part of the year: `share` of its days, `demand_share` of the yearly demand."""

    name: str
    share: float
    demand_share: float


def seasons_of(case: Case) -> tuple[Season, ...]:
    """Seasons of a case; the whole year when its sheet has no rows."""
    table = case.table("Seasons")
    if table.empty:
        return (Season(WHOLE_YEAR, 1.0, 1.0),)
    demand = table["demand_share"].fillna(table["share_of_year"])
    return tuple(Season(*row) for row in zip(table["season"], table["share_of_year"], demand, strict=False))


@dataclass(frozen=True)
class CostEntry:
    """Part of a cost term: `expression` (million USD a year, undiscounted) falls in each of `years`."""

    years: tuple[int, ...]
    country: str
    expression: Any
    weight: float


@dataclass
class CostTerm:
    """A registered cost term: the objective, the cost sheet and the studies all read these entries."""

    name: str
    label: str
    entries: list[CostEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """How reports show a row of a user's constraint: `used` against `limit` (Pyomo expressions), both in `unit`.

    `period` is the name of the period that it is of, '' = that of its operations block, or none.
    """

    row: Any
    words: str
    used: Any
    limit: Any
    unit: str = ""
    sense: str = "<="
    period: str = ""


@dataclass(frozen=True)
class Follower:
    """A binary variable of the investment block that follows from what is built and renewed of some projects.

    It is 1 where `count`, an expression in the variables of these, is above `threshold`.
    """

    variable: Any
    count: Any
    threshold: float

    def at(self, values: Values) -> float:
        """What it is at these values."""
        return float(values(self.count) > self.threshold)


@dataclass(frozen=True)
class Missable:
    """A variable of an operations block by which a limit is missed at a prohibitive price, summed over equal `words`.

    `limit` is that of a year, NaN where there is none; a plan that misses it is no answer.
    """

    variable: Any
    words: str
    limit: float
