"""What the verifier starts from: decisions and flows of the Plan's tables as arrays, and the cargo of each demand.

Nothing is taken from the tables but modules that open, flow on routes, and what is left unserved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.case import Case
from model.plan.verify.cargo import EMPTY, demand_amounts
from model.plan.verify.checks import Codes, Flags, Floats, Frame, records
from model.plan.verify.projects import all_projects

WHOLE_YEAR: Final = "year"


@dataclass(frozen=True)
class Season:
    """A part of the year: `share` of its days, `demand_share` of each yearly demand."""

    name: str
    share: float
    demand_share: float


def seasons_of(case: Case) -> tuple[Season, ...]:
    """Seasons in the order of the sheet; without rows the whole year is one."""
    found = []
    for row in records(case.table("Seasons")):
        demand = row.share_of_year if np.isnan(row.demand_share) else row.demand_share
        found.append(Season(str(row.season), float(row.share_of_year), float(demand)))
    return tuple(found) or (Season(WHOLE_YEAR, 1.0, 1.0),)


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
        """Projects and ship purchases, numbered from 0."""
        return all_projects(self.case)

    @cached_property
    def demands(self) -> pd.Index[Any]:
        """Keys of the demands."""
        keys: pd.Index[Any] = pd.Index(self.case.table("Demand")["demand"], dtype=object)
        return keys

    @cached_property
    def markets(self) -> list[str]:
        """Nodes at which containers must balance."""
        return [str(node) for node in self.case.table("Boxes")["node"]]

    @cached_property
    def cargoes(self) -> pd.Index[Any]:
        """Keys of all that travels: the demands, then the empty boxes of each market."""
        empties = [f"{EMPTY} from {node}" for node in self.markets]
        keys: pd.Index[Any] = pd.Index([*self.demands.tolist(), *empties], dtype=object)
        return keys

    @cached_property
    def seasons(self) -> tuple[Season, ...]:
        """Parts of the year."""
        return seasons_of(self.case)

    @cached_property
    def routes(self) -> Frame:
        """The routes table with a column `segment`: one row for each route and segment that it carries.

        All that is called 'routes' here are rows of it. A route that carries nothing has one, of segment 1.
        """
        table, flows = self.tables["routes"], self.tables["route_flows"]
        segments: dict[Any, dict[int, None]] = {}
        for route, segment in zip(flows["route"].tolist(), flows["segment"].tolist(), strict=True):
            segments.setdefault(route, {})[int(segment)] = None
        of_row = [list(segments.get(route, {1: None})) for route in table["route"].tolist()]
        rows = np.repeat(np.arange(len(table)), [len(found) for found in of_row])
        return table.iloc[rows].reset_index(drop=True).assign(segment=[number for found in of_row for number in found])

    @cached_property
    def demand_of_route(self) -> Codes:
        """Position in `cargoes` of what each route serves."""
        return self.cargoes.get_indexer(pd.Index(self.routes["demand"], dtype=object))

    @cached_property
    def row_of_flow(self) -> Codes:
        """Position in `routes` of each row of route_flows."""
        pairs = zip(self.routes["route"].tolist(), self.routes["segment"].tolist(), strict=True)
        position = {pair: number for number, pair in enumerate(pairs)}
        flows = self.tables["route_flows"]
        wanted = zip(flows["route"].tolist(), flows["segment"].tolist(), strict=True)
        return np.array([position[route, int(segment)] for route, segment in wanted], dtype=np.intp)

    @cached_property
    def period_of_flow(self) -> Codes:
        """Position of the period of each row of route_flows."""
        return self.period_names.get_indexer(pd.Index(self.tables["route_flows"]["period"], dtype=object))

    @cached_property
    def amounts(self) -> Floats:
        """Demand in its unit per year, (demands, periods)."""
        return demand_amounts(self.case)

    @cached_property
    def season_flows(self) -> Floats:
        """Flow in the demand's unit per year of the period, (seasons, routes, periods)."""
        flows = self.tables["route_flows"]
        result: Floats = np.zeros((len(self.seasons), len(self.routes), len(self.period_names)))
        names = pd.Index([season.name for season in self.seasons], dtype=object)
        seasons = names.get_indexer(pd.Index(flows["season"], dtype=object))
        np.add.at(result, (seasons, self.row_of_flow, self.period_of_flow), flows["flow"].to_numpy(float))
        return result

    @cached_property
    def flows(self) -> Floats:
        """Flow in the demand's unit per year, all seasons together, (routes, periods)."""
        result: Floats = self.season_flows.sum(axis=0)
        return result

    @cached_property
    def unserved(self) -> Floats:
        """Demand left unserved, in its unit per year, (demands, periods), as the Plan states it."""
        return self._matrix("demand_served", "demand", self.demands, "unserved")

    @cached_property
    def opened(self) -> Floats:
        """Modules that open, (projects, periods)."""
        return self._matrix("investments", "project", pd.Index(self.projects["project"], dtype=object), "modules")

    @cached_property
    def built(self) -> Floats:
        """Modules opened so far, (projects, periods)."""
        return np.cumsum(self.opened, axis=1)

    @cached_property
    def life(self) -> Codes:
        """Years that a module serves, (projects,)."""
        default = float(self.case.settings["default_life_years"])
        years: Codes = self.projects["life_years"].fillna(default).to_numpy(float).astype(int)
        return years

    @cached_property
    def renewed(self) -> Floats:
        """Modules renewed, (projects, calendar years), as the Plan states it."""
        table = self.tables["lives"]
        result: Floats = np.zeros((len(self.projects), len(self.horizon)))
        rows = pd.Index(self.projects["project"], dtype=object).get_indexer(pd.Index(table["project"], dtype=object))
        np.add.at(result, (rows, table["year"].to_numpy(int) - self.horizon[0]), table["renewed"].to_numpy(float))
        return result

    @property
    def horizon(self) -> range:
        """Calendar years."""
        return range(self.case.first_year, self.case.last_year + 1)

    @cached_property
    def begins(self) -> Floats:
        """Modules that begin a life, opened or renewed, (projects, calendar years)."""
        result: Floats = self.renewed.copy()
        for project, period in zip(*np.nonzero(self.opened), strict=True):
            year = self.first_years[period] - self.horizon[0]
            result[project, year] += self.opened[project, period]
        return result

    @cached_property
    def ending(self) -> Floats:
        """Modules whose life ends with the year before, (projects, calendar years)."""
        result: Floats = np.zeros(self.begins.shape)
        for project, year in zip(*np.nonzero(self.begins), strict=True):
            end = year + self.life[project]
            if end < result.shape[1]:
                result[project, end] += self.begins[project, year]
        return result

    def serving(self, span: float = np.inf) -> Floats:
        """Modules in the first `span` years of their life, (projects, calendar years)."""
        result: Floats = np.zeros(self.begins.shape)
        for project, year in zip(*np.nonzero(self.begins), strict=True):
            result[project, year : year + int(min(self.life[project], span, result.shape[1]))] += self.begins[
                project, year
            ]
        return result

    @cached_property
    def in_year(self) -> Floats:
        """Modules in service, (projects, calendar years)."""
        return self.serving()

    @cached_property
    def in_service(self) -> Floats:
        """Modules in service, (projects, periods)."""
        result: Floats = self.in_year[:, self.first_years - self.horizon[0]]
        return result

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
