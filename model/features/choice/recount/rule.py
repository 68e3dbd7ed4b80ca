"""Taste of one market in one year, anew from the rows of the Choice sheet: constants, nests and the curve in steps."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

OUTSIDE: Final = "outside"
SMALL: Final = 1e-9


@dataclass(frozen=True)
class Rule:
    """What a market's rows of the Choice sheet say in one year; `width` is that of the steps in log odds."""

    sheet: list[Any]
    year: int
    width: float

    @cached_property
    def constant(self) -> dict[str, float]:
        """Constant of each corridor in force, million USD/kTEU, by name."""
        found: dict[str, tuple[float, float]] = {}
        first: dict[str, tuple[float, float]] = {}
        for row in self.sheet:
            since = -np.inf if np.isnan(row.from_year) else row.from_year
            if since <= self.year and since >= found.get(row.family, (-np.inf, 0.0))[0]:
                found[row.family] = since, row.constant
            if since <= first.get(row.family, (np.inf, 0.0))[0]:
                first[row.family] = since, row.constant
        return {family: float(found.get(family, first[family])[1]) for family in sorted(first)}

    @cached_property
    def spread(self) -> float:
        """Spread of the market, million USD/kTEU."""
        return float(next(row.spread for row in self.sheet if not np.isnan(row.spread)))

    @cached_property
    def nests(self) -> dict[str, tuple[float, set[str]]]:
        """Spread and corridors of each nest of two corridors or more."""
        found: dict[str, tuple[float, set[str]]] = {}
        for nest in {row.nest for row in self.sheet} - {None}:
            mine = [row for row in self.sheet if row.nest == nest]
            spread = next(row.nest_spread for row in mine if not np.isnan(row.nest_spread))
            found[nest] = float(spread), {row.family for row in mine}
        return {nest: item for nest, item in found.items() if len(item[1]) > 1 and item[0] < self.spread}

    def costs(self, sent: Mapping[str, float], amount: float, start: float) -> dict[str, float]:
        """Taste by corridor, million USD, of an entry that sends so much of an amount by each."""
        names = list(self.constant)
        costs = {family: self.constant[family] * sent[family] for family in names}
        if len(names) == 2 and OUTSIDE not in names:
            costs[names[0]] += self._curve(names[0], sent[names[0]], amount, start, self.spread, both=True)
            return costs
        inner = {family: spread for spread, inside in self.nests.values() for family in inside}
        for family in names:
            spread = inner.get(family, self.spread)
            costs[family] += self._curve(family, sent[family], amount, start, spread)
        for nest, (spread, inside) in self.nests.items():
            total = sum(sent[family] for family in inside)
            cost = self._curve(f"nest {nest}", total, amount, start, self.spread - spread)
            for family in inside:
                costs[family] += cost * (sent[family] / total if total > SMALL else 1.0 / len(inside))
        return costs

    def _curve(
        self, name: str, sent: float, amount: float, start: float, spread: float, *, both: bool = False
    ) -> float:
        """Spread × amount × the polygon along the curve s ln s (with `both` + (1 - s) ln (1 - s)) at the share."""
        width = self.width
        start = (zlib.crc32(name.encode()) / 2**32 + start) % 1.0
        window = np.arange(-8.0 + start * width, 2.5, width)
        inside = 1.0 / (1.0 + np.exp(-window))
        low, high = 1.0 / (1.0 + np.exp([12.0, 9.0])), 1.0 / (1.0 + np.exp(-4.0))
        # in the window each step costs the slope at its mean share; the mean of 1 / (1 + exp(-z)) over z is that of the
        # change of -ln(1 - share); outside, the polygon goes through the curve
        mean = -np.diff(np.log(1.0 - inside)) / np.diff(window)
        slope = np.log(mean) + (-np.log(1.0 - mean) if both else 1.0)
        first = _curve_at(inside[0], both=both)
        rising = first + np.cumsum([0.0, *(np.diff(inside) * slope)])
        lift = rising[-1] - _curve_at(inside[-1], both=both)
        corner = [0.0, *low, *inside, high, 1.0]
        below = [0.0, *(_curve_at(share, both=both) for share in low)]
        height = [*below, *rising, _curve_at(high, both=both) + lift, lift]
        return float(spread * amount * np.interp(sent / amount, corner, height))


def _curve_at(share: float, *, both: bool) -> float:
    rest = (1.0 - share) * np.log(1.0 - share) if both else 0.0
    return float(share * np.log(share) + rest)
