"""What the verifier starts from: decisions and flows of the Plan's tables as arrays, and the cargo of each demand.

Nothing is taken from the tables but modules that open, flow on routes, and what is left unserved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case.case import Case
from model.plan.verify_checks import Codes, Flags, Floats, Frame


@dataclass(frozen=True)
class Stretch:
    """Periods that see the same tables of the case: the year of those tables, and positions of the periods."""

    year: int
    periods: Codes


@dataclass(frozen=True)
class Recount:
    """Case and tables of a Plan, and its decisions as arrays (projects, demands and routes in table order)."""

    case: Case
    tables: Mapping[str, Frame]

    @cached_property
    def period_names(self) -> pd.Index[Any]:
        """Names of the periods, in order of time."""
        return pd.Index([period.name for period in self.case.periods], dtype=object)

    @cached_property
    def first_years(self) -> Codes:
        """First calendar year of each period."""
        return np.array([period.first_year for period in self.case.periods])

    @cached_property
    def projects(self) -> Frame:
        """The Projects sheet, numbered from 0."""
        return self.case.table("Projects").reset_index(drop=True)

    @cached_property
    def demands(self) -> pd.Index[Any]:
        """Keys of the demands."""
        keys: pd.Index[Any] = pd.Index(self.case.table("Demand")["demand"], dtype=object)
        return keys

    @cached_property
    def routes(self) -> pd.Index[Any]:
        """Keys of the routes."""
        keys: pd.Index[Any] = pd.Index(self.tables["routes"]["route"], dtype=object)
        return keys

    @cached_property
    def demand_of_route(self) -> Codes:
        """Position of the demand that each route serves."""
        return self.demands.get_indexer(pd.Index(self.tables["routes"]["demand"], dtype=object))

    @cached_property
    def amounts(self) -> Floats:
        """Demand in its unit per year, (demands, periods)."""
        return demand_amounts(self.case)

    @cached_property
    def flows(self) -> Floats:
        """Flow in the demand's unit per year, all seasons and segments together, (routes, periods)."""
        return self._matrix("route_flows", "route", self.routes, "flow")

    @cached_property
    def unserved(self) -> Floats:
        """Demand left unserved, in its unit per year, (demands, periods), as the Plan states it."""
        return self._matrix("demand_served", "demand", self.demands, "unserved")

    @cached_property
    def opened(self) -> Floats:
        """Modules that open, (projects, periods)."""
        return self._matrix("investments", "project", pd.Index(self.projects["project"], dtype=object), "modules")

    @cached_property
    def in_service(self) -> Floats:
        """Modules in service, (projects, periods)."""
        return np.cumsum(self.opened, axis=1)

    def _matrix(self, table: str, column: str, keys: pd.Index[Any], value: str) -> Floats:
        """One figure of a table as an array (keys, periods); rows that the table lacks are 0."""
        frame = self.tables[table]
        result: Floats = np.zeros((len(keys), len(self.period_names)))
        rows = keys.get_indexer(pd.Index(frame[column], dtype=object))
        columns = self.period_names.get_indexer(pd.Index(frame["period"], dtype=object))
        np.add.at(result, (rows, columns), frame[value].to_numpy(float))
        return result

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The periods, grouped by the tables that hold in their first year."""
        epochs = np.array([self.case.epoch(int(year)) for year in self.first_years])
        return tuple(
            Stretch(int(self.first_years[epochs == epoch][0]), np.flatnonzero(epochs == epoch))
            for epoch in np.unique(epochs)
        )

    def used_in(self, stretch: Stretch) -> Flags:
        """Which routes carry anything in a stretch; those never used are looked at in the first one."""
        used: Flags = (self.flows[:, stretch.periods] != 0).any(axis=1)
        if stretch is self.stretches[0]:
            used |= ~(self.flows != 0).any(axis=1)
        return used


@dataclass(frozen=True)
class Cargo:
    """What one unit of each demand is, by the tables of one year; arrays in the order of the Demand sheet."""

    case: Case
    year: int

    @cached_property
    def _demand(self) -> Frame:
        return self.case.table("Demand", self.year)

    @cached_property
    def commodities(self) -> Frame:
        """The Commodities sheet, by key."""
        return self.case.table("Commodities", self.year).set_index("commodity")

    def _own_or_commodity(self, column: str) -> NDArray[Any]:
        """The demand's own value, or its commodity's where it has none."""
        own = self._demand[column]
        of_commodity = self.commodities[column].reindex(self._demand["commodity"]).to_numpy()
        return np.where(own.isna(), of_commodity, own)

    @cached_property
    def commodity(self) -> Codes:
        """Position of the commodity in its sheet."""
        return self.commodities.index.get_indexer(pd.Index(self._demand["commodity"]))

    @cached_property
    def form(self) -> NDArray[Any]:
        """'container', 'dry bulk' or 'liquid bulk'."""
        return self.commodities["form"].to_numpy(object)[self.commodity]

    @cached_property
    def in_kteu(self) -> Flags:
        """Whether the demand is given in kTEU (else in kt)."""
        result: Flags = self._demand["unit"].to_numpy(object) == "kTEU"
        return result

    @cached_property
    def kteu_per_unit(self) -> Floats:
        """KTEU (bulk: TEU-equivalents) in a unit."""
        return np.where(self.in_kteu, 1.0, 1.0 / self._own_or_commodity("tonnes_per_teu").astype(float))

    @cached_property
    def kt_per_unit(self) -> Floats:
        """Kt in a unit."""
        return np.where(self.in_kteu, self._own_or_commodity("tonnes_per_teu").astype(float), 1.0)

    @cached_property
    def value_of_time(self) -> Floats:
        """Million USD per kTEU and day."""
        values: Floats = np.nan_to_num(self._own_or_commodity("value_of_time").astype(float))
        return values

    @cached_property
    def by_block_train(self) -> Flags:
        """Whether it moves in block trains."""
        result: Flags = self._own_or_commodity("service") == "block"
        return result

    @cached_property
    def penalty(self) -> Floats:
        """Cost of leaving a unit unserved, million USD."""
        settings = self.case.settings
        general = np.where(
            self.in_kteu, float(settings["unserved_penalty_per_teu"]), float(settings["unserved_penalty_per_t"])
        )
        own = self.commodities["unserved_penalty"].to_numpy(float)[self.commodity]
        return np.where(np.isnan(own), general, own)


def demand_amounts(case: Case) -> Floats:
    """Demand recomputed from the sheet, in its unit per year, (demands, periods).

    Straight lines between given years, level before the first and after the last, times the contestable share;
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
        yield np.array(market) * table["contestable_share"].to_numpy(float)
