"""What one unit of each demand, and of the empty boxes of each market, is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case.case import Case
from model.plan.verify.checks import Codes, Flags, Floats, Frame

EMPTY: Final = "empty boxes"
"""What boxes without cargo are called where a commodity is named."""


@dataclass(frozen=True)
class Cargo:
    """What one unit is, by the tables of one year; arrays over the Demand sheet and then the empties of each market."""

    case: Case
    year: int

    @cached_property
    def _demand(self) -> Frame:
        return self.case.table("Demand", self.year)

    @cached_property
    def _markets(self) -> list[str]:
        return [str(node) for node in self.case.table("Boxes")["node"]]

    def _with_empties(self, values: Any, of_empties: Any) -> NDArray[Any]:
        """Values of the demands, and one value for the empties of each market."""
        own = np.asarray(values)
        return np.concatenate([own, np.full(len(self._markets), of_empties, dtype=own.dtype)])

    @cached_property
    def commodities(self) -> Frame:
        """The Commodities sheet, by key."""
        return self.case.table("Commodities", self.year).set_index("commodity")

    @cached_property
    def commodity_names(self) -> list[str]:
        """Keys of the commodities, and last what empty boxes are called."""
        return [*self.commodities.index.tolist(), EMPTY]

    def _own_or_commodity(self, column: str) -> NDArray[Any]:
        """The demand's own value, or its commodity's where it has none."""
        own = self._demand[column]
        of_commodity = self.commodities[column].reindex(self._demand["commodity"]).to_numpy()
        return np.where(own.isna(), of_commodity, own)

    @cached_property
    def _commodity_of_demand(self) -> Codes:
        return self.commodities.index.get_indexer(pd.Index(self._demand["commodity"]))

    @cached_property
    def commodity(self) -> Codes:
        """Position in `commodity_names`."""
        return self._with_empties(self._commodity_of_demand, len(self.commodities))

    @cached_property
    def form(self) -> NDArray[Any]:
        """'container', 'dry bulk' or 'liquid bulk'."""
        return self._with_empties(self.commodities["form"].to_numpy(object)[self._commodity_of_demand], "container")

    @cached_property
    def is_empty(self) -> Flags:
        """Whether it is boxes without cargo."""
        return self._with_empties(np.zeros(len(self._demand), dtype=bool), True)

    @cached_property
    def origins(self) -> NDArray[Any]:
        """Node where it is loaded."""
        return np.array([*self._demand["origin"].tolist(), *self._markets], dtype=object)

    @cached_property
    def destinations(self) -> NDArray[Any]:
        """Node where it is unloaded; None = any market."""
        return np.array([*self._demand["destination"].tolist(), *[None] * len(self._markets)], dtype=object)

    @cached_property
    def _in_kteu(self) -> Flags:
        """Whether each demand is given in kTEU (else in kt)."""
        result: Flags = self._demand["unit"].to_numpy(object) == "kTEU"
        return result

    @cached_property
    def kteu_per_unit(self) -> Floats:
        """KTEU (bulk: TEU-equivalents) in a unit."""
        weight = self._own_or_commodity("tonnes_per_teu").astype(float)
        return self._with_empties(np.where(self._in_kteu, 1.0, 1.0 / weight), 1.0)

    @cached_property
    def kt_per_unit(self) -> Floats:
        """Kt in a unit."""
        weight = self._own_or_commodity("tonnes_per_teu").astype(float)
        return self._with_empties(
            np.where(self._in_kteu, weight, 1.0), float(self.case.settings["empty_tonnes_per_teu"])
        )

    @cached_property
    def _mean_value_of_time(self) -> Floats:
        values: Floats = np.nan_to_num(self._own_or_commodity("value_of_time").astype(float))
        return values

    @cached_property
    def _spread(self) -> Floats:
        return self.commodities["value_of_time_spread"].to_numpy(float)[self._commodity_of_demand]

    @cached_property
    def segments(self) -> Codes:
        """Number of parts that value time differently."""
        forms = self.form[: len(self._demand)].tolist()
        general = float(self.case.settings["value_of_time_segments"])
        counts = self._demand["segments"].fillna(general).to_numpy(float)
        return self._with_empties(segment_counts(forms, self._spread, self._mean_value_of_time, counts), 1)

    def value_of_time(self, cargo: Codes, segment: Codes) -> Floats:
        """Million USD per kTEU and day of the segments (from 1) of some cargoes; 0 for a segment that is none."""
        mean, spread = self._with_empties(self._mean_value_of_time, 0.0), self._with_empties(self._spread, 0.0)
        result: Floats = np.zeros(len(cargo))
        for number, (which, part) in enumerate(zip(cargo.tolist(), segment.tolist(), strict=True)):
            count = int(self.segments[which])
            if 1 <= part <= count:
                factor = segment_factors(float(spread[which]), count)[part - 1] if count > 1 else 1.0
                result[number] = mean[which] * factor
        return result

    @cached_property
    def by_block_train(self) -> Flags:
        """Whether it moves in block trains."""
        return self._with_empties(self._own_or_commodity("service") == "block", False)

    @cached_property
    def most_days(self) -> Floats:
        """Longest transit, days; infinite when there is no limit."""
        most = self.commodities["maximum_days"].to_numpy(float)[self._commodity_of_demand]
        return self._with_empties(np.where(np.isnan(most), np.inf, most), np.inf)

    @cached_property
    def cost_share(self) -> Floats:
        """Part of tariffs and handling that each of `commodity_names` pays."""
        return np.array([*[1.0] * len(self.commodities), float(self.case.settings["empty_cost_share"])])

    @cached_property
    def penalty(self) -> Floats:
        """Cost of leaving a unit unserved, million USD, of the demands alone."""
        settings = self.case.settings
        general = np.where(
            self._in_kteu, float(settings["unserved_penalty_per_teu"]), float(settings["unserved_penalty_per_t"])
        )
        own = self.commodities["unserved_penalty"].to_numpy(float)[self._commodity_of_demand]
        return np.where(np.isnan(own), general, own)


def demand_amounts(case: Case) -> Floats:
    """Demand recomputed from the sheet, in its unit per year, (demands, periods).

    Straight lines between given years, level before the first and after the last, times the market size;
    the mean over the calendar years of a period.
    """
    columns = [list(_yearly_amounts(case, period.calendar_years)) for period in case.periods]
    return np.array([np.mean(yearly, axis=0) for yearly in columns]).T


def _yearly_amounts(case: Case, years: range) -> Iterator[Floats]:
    """Demand of each calendar year, one array over the demands a year."""
    for year in years:
        table = case.table("Demand", year)
        columns: list[Any] = list(table.columns)
        given = np.array(sorted(column for column in columns if isinstance(column, int)))
        values = table[given.tolist()].to_numpy(float).reshape(len(table), len(given))
        market = [
            float(np.interp(year, given[~np.isnan(row)], row[~np.isnan(row)])) if not np.isnan(row).all() else 0.0
            for row in values
        ]
        yield np.array(market) * table["market_size"].to_numpy(float)


def segment_factors(spread: float, count: int) -> Floats:
    """Mean of each of `count` equal parts of a lognormal of mean 1, lowest first, (count,).

    With z_i = Φ^-1(i/n), part i has mean n (Φ(z_i − σ) − Φ(z_{i−1} − σ)): the partial expectation of a lognormal.
    """
    normal = NormalDist()
    below = [normal.cdf(normal.inv_cdf(part / count) - spread) for part in range(1, count)]
    return count * np.diff(np.array([0.0, *below, 1.0]))


def segment_counts(forms: list[str], spreads: Floats, means: Floats, counts: Floats) -> Codes:
    """Number of parts of each demand: containers whose value of time spreads (and is not 0 for all) have `counts`."""
    boxes = np.array([form == "container" for form in forms], dtype=bool)
    result: Codes = np.where(boxes & (np.nan_to_num(spreads) > 0) & (means != 0), counts, 1).astype(np.intp)
    return result
