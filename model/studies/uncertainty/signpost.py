"""Signposts: a short rule on figures that can be seen, which tells the futures that build a project from the others.

A rule is one comparison ('demand above 1.05'), or two joined by 'and' or 'or'. The best rule is that which is right in
most futures by weight; it counts only where it halves the mistakes of always building, or never. Few futures make any
rule look good: so it is also tried on each future by the rule that the others give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]
JOINED = 10
"""Comparisons that each are joined with any other: the best ones by themselves."""
BETTER = 1e-9


@dataclass(frozen=True)
class Comparison:
    """Whether a figure is above a value, or not above it."""

    name: str
    above: bool
    value: float

    def holds(self, figures: Mapping[str, Figures]) -> Flags:
        """By future."""
        over = figures[self.name] > self.value
        return over if self.above else ~over

    @property
    def words(self) -> str:
        """'demand is above 1.05'; for an event 'shut happens'."""
        if self.name.startswith("scenario ") or self.name.startswith("event "):
            kind, _, what = self.name.partition(" ")
            verb = "is the world" if kind == "scenario" else "happens"
            no = "is not the world" if kind == "scenario" else "does not happen"
            return f"{what} {verb if self.above else no}"
        return f"{self.name} is {'above' if self.above else 'at most'} {self.value:,.4g}"


@dataclass(frozen=True)
class Signpost:
    """A rule for building: comparisons, all of which hold (`every`) or one of which does; shares of futures by weight.

    `right` is the share in which it says what the plan does, `right_anew` that of futures told by the rule of all
    others, `plain` that of the better of always and never.
    """

    comparisons: tuple[Comparison, ...]
    every: bool
    right: float
    right_anew: float
    plain: float

    @property
    def words(self) -> str:
        """'build it if demand is above 1.05 and shut happens'."""
        return (" and " if self.every else " or ").join(one.words for one in self.comparisons)

    def holds(self, figures: Mapping[str, Figures]) -> Flags:
        """By future."""
        found = np.array([one.holds(figures) for one in self.comparisons])
        return np.asarray(found.all(axis=0) if self.every else found.any(axis=0))


Rule = tuple[tuple[Comparison, ...], bool]


def signpost(figures: Mapping[str, Figures], built: Flags, weights: Figures) -> Signpost | None:
    """The best rule, None where none halves the mistakes of always or never. Arrays are by future.

    Figures named first win where two rules are equally good.
    """
    plain = float(max(weights[built].sum(), weights[~built].sum()))
    rule = best_rule(figures, built, weights)
    if rule is None:
        return None
    found = Signpost(*rule, 0.0, 0.0, plain)
    right = float(weights[found.holds(figures) == built].sum())
    if 1 - right > (1 - plain) / 2 + BETTER or right <= plain:
        return None
    return Signpost(*rule, right, _anew(figures, built, weights), plain)


def best_rule(figures: Mapping[str, Figures], built: Flags, weights: Figures) -> Rule | None:
    """The comparisons, and whether all of them must hold, that are right most often; None without any figure."""
    singles = [one for name, values in figures.items() for one in _comparisons(name, values)]
    if not singles:
        return None
    held = np.array([one.holds(figures) for one in singles])
    right = (held == built) @ weights
    order = _distinct(np.argsort(-right, kind="stable"), singles)
    best: Rule = ((singles[order[0]],), True)
    most = float(right[order[0]])
    for one in order[:JOINED]:
        for every, both in ((True, held[one] & held), (False, held[one] | held)):
            scores = (both == built) @ weights
            two = int(scores.argmax())
            if scores[two] > most + BETTER:
                best, most = ((singles[one], singles[two]), every), float(scores[two])
    return best


def _distinct(order: NDArray[np.intp], singles: Sequence[Comparison]) -> list[int]:
    """The best comparisons, at most two of each figure."""
    found: list[int] = []
    for place in order.tolist():
        if sum(singles[other].name == singles[place].name for other in found) < 2:
            found.append(place)
    return found


def _comparisons(name: str, values: Figures) -> list[Comparison]:
    """Comparisons with a value between two that occur."""
    seen = np.unique(values)
    cuts = [_round_between(low, high) for low, high in zip(seen[:-1], seen[1:], strict=True)]
    return [Comparison(name, above, cut) for cut in cuts for above in (True, False)]


def _round_between(low: float, high: float) -> float:
    """The roundest figure in the middle half between two."""
    middle, quarter = (low + high) / 2, (high - low) / 4
    for digits in range(1, 8):
        value = float(f"{middle:.{digits}g}")
        if abs(value - middle) <= quarter:
            return value
    return middle


def _anew(figures: Mapping[str, Figures], built: Flags, weights: Figures) -> float:
    """Share of futures, by weight, about which the rule that the others give is right."""
    right = 0.0
    for left_out in range(len(built)):
        others = np.arange(len(built)) != left_out
        rule = best_rule({name: values[others] for name, values in figures.items()}, built[others], weights[others])
        alone = {name: values[[left_out]] for name, values in figures.items()}
        said = bool(Signpost(*rule, 0, 0, 0).holds(alone)[0]) if rule else bool(built[others].mean() > 0.5)
        right += float(weights[left_out]) * (said == bool(built[left_out]))
    return right
