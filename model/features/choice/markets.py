"""What the sheets Families, Choice and Demand say of markets: corridors, constants, spreads and nests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.case.canonical import records
from model.case.case import Case, once_per_case

OUTSIDE = "outside"
"""The word in the column Family for shipping in no corridor of the case: by air, from elsewhere, not at all."""
FROM_THE_BEGINNING = 0
"""First year of a constant without From year. Not that of the case: a case may begin after the year of a later row."""


@dataclass(frozen=True)
class Option:
    """One corridor of a market. `constants` are (from year, million USD/kTEU), in order of time."""

    family: str
    nest: str | None
    constants: tuple[tuple[int, float], ...]

    def constant(self, year: int) -> float:
        """What the corridor costs shippers beyond price and days in a year, million USD/kTEU."""
        begun = [value for first, value in self.constants if first <= year]
        return begun[-1] if begun else self.constants[0][1]


@dataclass(frozen=True)
class Market:
    """Demands that choose alike. `spread` and the spreads of the nests are million USD/kTEU; options by family name.

    A nest of one corridor, and one whose spread is the market's, is none: `nests` holds the others only.
    """

    name: str
    spread: float
    options: tuple[Option, ...]
    nests: Mapping[str, float]

    def spread_of(self, option: Option) -> float:
        """Spread among the corridors nearest to one: that of its nest, else the market's."""
        return self.nests.get(option.nest or "", self.spread)

    def inside(self, nest: str) -> tuple[Option, ...]:
        """Corridors of a nest."""
        return tuple(option for option in self.options if option.nest == nest)

    def option(self, family: str) -> Option:
        """The option of a corridor. Raises KeyError when the market does not know it."""
        return {option.family: option for option in self.options}[family]


@once_per_case
def families(case: Case) -> dict[str, tuple[str, ...]]:
    """Marker links of each corridor, by family; a route belongs to the family whose marker it passes."""
    return {str(row.family): tuple(row.markers) for row in records(case.table("Families"))}


@once_per_case
def markets(case: Case) -> dict[str, Market]:
    """Markets of the Choice sheet by name."""
    rows: dict[str, list[tuple[str, float, float, str | None, float, float]]] = {}
    for row in records(case.table("Choice")):
        figures = (str(row.family), row.from_year, row.constant, row.nest, row.nest_spread, row.spread)
        rows.setdefault(str(row.market), []).append(figures)
    found = {}
    for name, of_market in rows.items():
        spread = next(row[5] for row in of_market if row[5] == row[5])
        constants: dict[str, list[tuple[int, float]]] = {}
        nest_of: dict[str, str | None] = {}
        nest_spread: dict[str, float] = {}
        for family, from_year, constant, nest, of_nest, _ in of_market:
            first = FROM_THE_BEGINNING if from_year != from_year else int(from_year)
            constants.setdefault(family, []).append((first, float(constant)))
            nest_of[family] = nest_of.get(family) or nest
            if nest is not None and of_nest == of_nest:
                nest_spread[nest] = float(of_nest)
        size = {nest: sum(other == nest for other in nest_of.values()) for nest in nest_spread}
        nests = {nest: value for nest, value in sorted(nest_spread.items()) if size[nest] > 1 and value < spread}
        options = tuple(
            Option(family, nest_of[family] if nest_of[family] in nests else None, tuple(sorted(constants[family])))
            for family in sorted(constants)
        )
        found[name] = Market(name, float(spread), options, nests)
    return found


@once_per_case
def market_of(case: Case) -> dict[str, str]:
    """Market of each demand that chooses: its own word or, where that is blank, its group, if Choice knows it."""
    known = markets(case)
    words = {str(row.demand): row.market or row.group for row in records(case.table("Demand"))}
    return {demand: str(word) for demand, word in words.items() if word in known}
