"""How the taste of a market is put together: parts with steps, flat prices, and a credit that keeps all of them >= 0.

A row `load <= Σ steps` is tight only where steps cost something; so every price is lifted, each unit served pays the
lift once, and the same amount is given back for it (`credit`). A route through the markers of two corridors pays twice
and is credited once: the credit is large enough (penalty + twice the deepest price) that leaving cargo unserved is
cheaper, so that no optimal plan has such a route.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.features.choice.markets import OUTSIDE, Market
from model.features.choice.steps import DEPTH, Steps, entropy_steps, pair_steps, phase

UNSERVED: tuple[str, ...] = ()
"""Families of the part that is measured by what stays unserved."""


@dataclass(frozen=True)
class Part:
    """One measured share of an entry: of a corridor, of a nest, or of what goes by none (`families` empty).

    `spread`, `constant` and `lift` are million USD/kTEU. `paired`: told for two corridors by the share of this one.
    """

    name: str
    families: tuple[str, ...]
    spread: float
    constant: float
    lift: float
    paired: bool = False

    def steps(self, width: float, place: float) -> Steps:
        """Its curve in steps, staggered by the place of the entry, at lifted prices in million USD/kTEU."""
        curve = (pair_steps if self.paired else entropy_steps)(width, phase(place, self.name))
        return Steps(curve.size, self.spread * curve.price + self.constant + self.lift)

    def taste(self, kteu: float, amount: float, width: float, place: float) -> float:
        """What so many of an entry's kTEU cost in taste, million USD: the price of their steps without the lift."""
        return amount * self.steps(width, place).cost(kteu / amount) - self.lift * kteu


@dataclass(frozen=True)
class Shape:
    """Taste of one market in one year; `flat` is (family, million USD/kTEU) of a corridor without steps."""

    parts: tuple[Part, ...]
    flat: tuple[tuple[str, float], ...]
    credit: float
    outside: bool


def shape_of(market: Market, year: int, penalty: float) -> Shape:
    """Taste of a market in a year, for demands whose unserved penalty is so many million USD/kTEU."""
    constant = {option.family: option.constant(year) for option in market.options}
    outer = max((market.spread - spread for spread in market.nests.values()), default=0.0) * DEPTH
    inner = max(0.0, *(DEPTH * market.spread_of(option) - constant[option.family] for option in market.options))
    credit = penalty + 2.0 * (outer + inner)
    if len(market.options) == 2 and OUTSIDE not in constant:
        (first, lower), (second, other) = constant.items()
        pair = Part(first, (first,), market.spread, lower, credit, paired=True)
        return Shape((pair,), ((second, other + credit),), credit, outside=False)
    parts = []
    for option in market.options:
        own = UNSERVED if option.family == OUTSIDE else (option.family,)
        lift = credit - (outer if option.nest else 0.0)
        parts.append(Part(option.family, own, market.spread_of(option), constant[option.family], lift))
    for nest, spread in market.nests.items():
        inside = tuple(option.family for option in market.inside(nest))
        parts.append(Part(f"nest {nest}", inside, market.spread - spread, 0.0, outer))
    return Shape(tuple(parts), (), credit, OUTSIDE in constant)
