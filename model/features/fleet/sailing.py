"""What ships could and did do, seen from a plan's tables alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from model.plan.verify.capacity import MoreTime
from model.plan.verify.checks import Floats, records
from model.plan.verify.projects import BUY
from model.plan.verify.recount import Recount

HALF_METRE: Final = 0.5
WHOLE_YEAR: Final = "year"


@dataclass(frozen=True)
class Sailing:
    """What ships could and did do, recomputed from the case, the investments and the sailings table."""

    recount: Recount
    more_time: MoreTime

    @cached_property
    def rows(self) -> list[tuple[Any, Any, int]]:
        """Rows of the sailings table with their row of the Services sheet and the position of their period."""
        services = {row.service: row for row in records(self.recount.case.table("Services"))}
        position = {name: i for i, name in enumerate(self.recount.period_names)}
        return [(row, services[row.service], position[row.period]) for row in records(self.recount.tables["sailings"])]

    @cached_property
    def seasons(self) -> dict[str, float]:
        """Share of the year of each season."""
        table = self.recount.case.table("Seasons")
        return dict(zip(table["season"], table["share_of_year"], strict=True)) if len(table) else {WHOLE_YEAR: 1.0}

    @cached_property
    def vessels(self) -> dict[str, Any]:
        """Rows of the Vessels sheet by type."""
        return {row.vessel: row for row in records(self.recount.case.table("Vessels"))}

    @cached_property
    def place(self) -> dict[str, int]:
        """Number of each project."""
        return {project: number for number, project in enumerate(self.recount.projects["project"].tolist())}

    @cached_property
    def effects(self) -> dict[tuple[str, str], list[Any]]:
        """Rows of the ProjectEffects sheet by (asset_kind, asset)."""
        found: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in records(self.recount.case.table("ProjectEffects")):
            found[row.asset_kind, row.asset].append(row)
        return found

    @cached_property
    def fleet(self) -> dict[str, Floats]:
        """Ships of each type by period: existing, bought, and added by projects."""
        in_service = self.recount.in_service
        fleet = {v: np.full(in_service.shape[1], float(row.existing)) for v, row in self.vessels.items()}
        for vessel, ships in fleet.items():
            if BUY + vessel in self.place:
                ships += in_service[self.place[BUY + vessel]]
            for row in self.effects["fleet", vessel]:
                if row.added_vessels > 0:
                    ships += row.added_vessels * in_service[self.place[row.project]]
        return fleet

    def availability(self, link: str, season: str, year: int) -> float:
        """Part of the season's days that a link works."""
        if year not in self._availability:
            table = self.recount.case.table("Availability", year)
            rows = records(table[table["asset_kind"] == "link"])
            self._availability[year] = {(row.asset, row.season): float(row.availability) for row in rows}
        given = self._availability[year]
        return given.get((link, season), given.get((link, None), 1.0))

    @cached_property
    def _availability(self) -> dict[int, dict[tuple[str, str | None], float]]:
        return {}

    @cached_property
    def gained(self) -> dict[str, Floats]:
        """Part of the time by which projects in service raise each link's availability, by period."""
        links = pd.Index(list(dict.fromkeys(row.link for row in records(self.recount.case.table("Services")))))
        return dict(zip(links, self.more_time("link", links), strict=True))

    def payload_share(self, service: Any, period: int) -> float:
        """Most of the full payload that depth allows in a period: water level, and dredgings that still work."""
        loss = float(self.vessels[service.vessel].payload_loss)
        node = service.depth_node
        missing = self.missing_depth[node][period] if node in self.missing_depth else 0.0
        lost = loss * missing / HALF_METRE
        share = max(0.0, 1.0 - lost)
        for row in self.effects["node", node]:
            if row.added_depth > 0:
                gain = loss * min(float(row.added_depth), missing) / HALF_METRE
                share += gain * self._effective(row, period)
        return min(1.0, share)

    def _effective(self, effect: Any, period: int) -> float:
        """Modules of a dredging whose depth has not worn off."""
        span = np.inf if np.isnan(effect.effect_years) else float(effect.effect_years)
        if span not in self._serving:
            self._serving[span] = self.recount.serving(span)
        year = self.recount.first_years[period] - self.recount.horizon[0]
        return float(self._serving[span][self.place[effect.project], year])

    @cached_property
    def _serving(self) -> dict[float, Floats]:
        return {}

    @cached_property
    def missing_depth(self) -> dict[str, list[float]]:
        """Metres missing at a port by period: straight lines between given years, mean over the period's years."""
        levels = self.recount.case.table("WaterLevels")
        columns: list[Any] = list(levels.columns)
        years = np.array(sorted(column for column in columns if isinstance(column, int)))
        missing = {}
        for node, values in zip(levels["node"], levels[years.tolist()].to_numpy(float), strict=True):
            given = ~np.isnan(values)
            if given.any():
                missing[node] = [
                    float(np.interp(list(period.calendar_years), years[given], values[given]).mean())
                    for period in self.recount.case.periods
                ]
        return missing
