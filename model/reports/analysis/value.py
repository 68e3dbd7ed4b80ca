"""What a project costs and what it saves at the plan's own shadow prices [million USD, present value].

The operating cost of a period falls ever more slowly as capacity grows (it is convex in the capacities), so the sum of
bound prices times additions is at least what these save together, and at most what taking them away would cost. Hence:
a project that was not built saves at most its value; a project that was built saves at least its value.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from model.case.case import Period
from model.network.graph import CHANGES
from model.reports.analysis.lives import life_years
from model.reports.facts import Facts
from model.reports.frames import sums_by


class Values:
    """Marginal values and present costs of projects under one plan."""

    def __init__(self, facts: Facts) -> None:
        """Remember the facts."""
        self.facts = facts
        self.case = facts.case

    @cached_property
    def effects(self) -> dict[str, list[dict[str, Any]]]:
        """Project → its effect rows."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.case.table("ProjectEffects").to_dict("records"):
            found.setdefault(str(row["project"]), []).append({str(key): value for key, value in row.items()})
        return found

    @cached_property
    def prices(self) -> dict[tuple[str, str, str, str], float]:
        """(asset kind, asset, measure kTEU/kt, period) → price that bounds any mix of changes [million USD/measure]."""
        table = self.facts.table("capacities")
        table = table.assign(price=table["bound_price"].astype(float).fillna(0.0))
        return sums_by(table, ["asset_kind", "asset", "measure", "period"], "price", "max")

    @cached_property
    def unknown(self) -> str:
        """Why some prices of the plan, or all, are not known; '' when they are."""
        table = self.facts.table("capacities")
        blank = table.loc[table["bound_price"].isna(), "price_note"]
        return "" if blank.empty else str(blank.iloc[0])

    def priced(self, project: str) -> bool:
        """Whether everything that the project does is more capacity, which shadow prices value."""
        other = ("added_vessels", "added_depth", "added_availability", *CHANGES)
        effects = self.effects.get(project, [])
        return bool(effects) and not any(effect.get(column) for effect in effects for column in other)

    def opens_closed(self, project: str) -> str | None:
        """The first asset that has no capacity at all in some period without projects, of those that it widens."""
        for effect in self.effects.get(project, []):
            for row in self.facts.capacity_rows.get((effect["asset_kind"], effect["asset"]), []):
                if float(row.installed) <= 1e-9:
                    return self.facts.names.asset(effect["asset_kind"], effect["asset"])
        return None

    def discounts(self, period: Period) -> float:
        """Sum of the discount factors of the years of a period."""
        return sum(self.case.discount(year) for year in period.calendar_years)

    def saving(self, project: str, period: Period) -> float:
        """What one module saves in a year of the period at the shadow prices [million USD, undiscounted]."""
        total = 0.0
        for effect in self.effects.get(project, []):
            for measure, column in (("kTEU", "added_kteu"), ("kt", "added_kt")):
                price = self.prices.get((effect["asset_kind"], effect["asset"], measure, period.name), 0.0)
                total += price * float(effect[column])
        return total

    def value(self, project: str, opening: int) -> float:
        """Present value of what one module saves when it serves one life from `opening` on."""
        return sum(
            self.saving(project, period) * self.discounts(period)
            for period in self.case.periods
            if opening <= period.first_year < self._end(project, opening)
        )

    def _end(self, project: str, opening: int) -> int:
        """First year after the life of a module that opens then."""
        return opening + life_years(self.case, self.facts.project_rows[project])

    def cost(self, project: str, opening: int) -> float:
        """Present cost of one module that opens then: capital and upkeep less salvage.

        What is paid before the horizon is sunk: it stands in no cost, and what is left of it in no salvage.
        """
        paid = self.payments(project, opening)
        capital = sum(amount * self.case.discount(year) for year, amount in paid.items())
        return capital + self.running(project, opening) - self.salvage(project, opening, sum(paid.values()))

    def running(self, project: str, opening: int) -> float:
        """Present cost of the upkeep of one module that opens then."""
        upkeep = float(self.facts.project_rows[project].upkeep)
        after = min(self.case.last_year + 1, self._end(project, opening))
        return sum(upkeep * self.case.discount(year) for year in range(opening, after))

    def payments(self, project: str, opening: int) -> dict[int, float]:
        """Year → capital paid within the horizon for one module that opens then."""
        capex, first = float(self.facts.project_rows[project].capex), self.case.first_year
        return {year: share * capex for year, share in self.facts.payments(project, opening) if year >= first}

    def salvage(self, project: str, opening: int, capex: float) -> float:
        """Present value of what is left after the horizon (straight line), 0 when the case counts none."""
        if self.case.settings["salvage"] != "straight line":
            return 0.0
        life = float(life_years(self.case, self.facts.project_rows[project]))
        end = self.case.last_year + 1
        return capex * max(0.0, life - (end - opening)) / life * self.case.discount(end)

    def entry_capital(self, project: str, opening: int) -> float:
        """Capital of a module at which what it saves at most would just pay for it (below 0: at no price)."""
        capex = float(self.facts.project_rows[project].capex)
        if capex <= 0:
            return 0.0
        running = self.running(project, opening)
        per_unit = (self.cost(project, opening) - running) / capex
        return (self.value(project, opening) - running) / per_unit if per_unit > 1e-9 else float("nan")

    def openings(self, project: str) -> list[int]:
        """First years of the periods (not of later parts of them) in which the project could open, by its own dates."""
        row = self.facts.project_rows[project]
        earliest = self.case.first_year + int(row.construction_years)
        if not pd.isna(row.earliest_opening):
            earliest = max(earliest, int(row.earliest_opening))
        latest = self.case.last_year if pd.isna(row.latest_opening) else int(row.latest_opening)
        within = [period for period in self.case.periods if earliest <= period.first_year <= latest]
        return [period.first_year for period in within if period.opens]

    def best_opening(self, project: str) -> int | None:
        """The opening year at which value less cost is highest; None when it cannot open within the horizon.

        The earliest one for a project that would save nothing.
        """
        years = self.openings(project)
        if not years or self.value(project, years[0]) <= 0:
            return years[0] if years else None
        return max(years, key=lambda year: self.value(project, year) - self.cost(project, year))
