"""Demand by pair of places, form of cargo and period, as the checks of flows need it."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.case.checks.tables import Tables
from model.case.years import year_columns

Floats = npt.NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Flows:
    """Demand between two places in one form: `rows` are its Excel rows, `kteu` and `kt` a year in each period.

    `largest` is the row of the largest demand among them.
    """

    origin: str
    destination: str
    form: str
    rows: tuple[int, ...]
    kteu: Floats
    kt: Floats

    def amounts(self, measure: str) -> Floats:
        """Amounts in a measure, shape (periods,)."""
        return self.kteu if measure == "kTEU" else self.kt


def period_spans(tables: Tables) -> list[tuple[str, int, int]]:
    """(name, first year, years) of the periods in order of time."""
    rows = tables.rows("Periods", "period", "first_year", "years")
    return sorted(((str(name), int(first), int(years)) for _, name, first, years in rows), key=lambda span: span[1])


def demand_flows(tables: Tables) -> list[Flows]:
    """Demand rows summed by pair of places and form."""
    commodities = {
        commodity: (form, weight)
        for _, commodity, form, weight in tables.rows("Commodities", "commodity", "form", "tonnes_per_teu")
    }
    amounts = yearly_amounts(tables)
    sums: dict[tuple[str, str, str], list[tuple[int, float, float, int]]] = {}
    columns = ("origin", "destination", "commodity", "unit", "tonnes_per_teu")
    for place, (row, origin, destination, commodity, unit, own) in enumerate(tables.rows("Demand", *columns)):
        form, weight = commodities.get(commodity, (None, np.nan))
        weight = own if own == own else weight
        if form is None or not weight > 0:
            continue
        per_teu, per_t = (1.0, weight) if unit == "kTEU" else (1.0 / weight, 1.0)
        sums.setdefault((origin, destination, form), []).append((int(row), per_teu, per_t, place))
    result = []
    for key, parts in sums.items():
        rows, per_teu, per_t, places = zip(*parts, strict=True)
        own_amounts = amounts[list(places)]
        kteu, kt = np.array(per_teu) @ own_amounts, np.array(per_t) @ own_amounts
        result.append(Flows(*key, tuple(rows), kteu, kt))
    return result


def yearly_amounts(tables: Tables) -> Floats:
    """Demand by row and period, in the row's unit a year (mean of the period's years), shape (rows, periods).

    Straight lines between the years given, constant outside them, times the market size: as plans count it.
    """
    table = tables["Demand"]
    years = year_columns(table)
    spans = period_spans(tables)
    result = np.zeros((len(table), len(spans)))
    values = table[years].to_numpy(float)
    known = ~np.isnan(values)
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        places = np.flatnonzero(which.ravel() == number)
        result[places] = values[np.ix_(places, pattern)] @ _weights(np.array(years, dtype=float)[pattern], spans)
    share = table["market_size"].to_numpy(float)
    return np.multiply(result, np.where(np.isnan(share), 1.0, share)[:, None])


def _weights(years: Floats, spans: list[tuple[str, int, int]]) -> Floats:
    """Weight of each given year in the mean of each period, shape (years, periods)."""
    unit = np.eye(len(years))
    means = [
        [float(np.interp(np.arange(first, first + count, dtype=float), years, row).mean()) for _, first, count in spans]
        for row in unit
    ]
    return np.array(means).reshape(len(years), len(spans))


def two_sides(amounts: Mapping[Pair, float]) -> dict[str, int]:
    """Places sorted to two sides (0, 1) so that the largest demands lead from one to the other.

    Grown from the largest demand on: each place goes opposite the one with which it trades most among those placed.
    """
    partners: dict[str, list[tuple[float, str]]] = {}
    for (origin, destination), amount in amounts.items():
        partners.setdefault(origin, []).append((-amount, destination))
        partners.setdefault(destination, []).append((-amount, origin))
    sides: dict[str, int] = {}
    for place, _ in sorted(partners.items(), key=lambda item: (min(item[1])[0], item[0])):
        waiting: list[tuple[float, str, int]] = [(0.0, place, 0)]
        while waiting:
            _, here, side = heapq.heappop(waiting)
            if here in sides:
                continue
            sides[here] = side
            for amount, other in partners[here]:
                if other not in sides:
                    heapq.heappush(waiting, (amount, other, 1 - side))
    return sides
