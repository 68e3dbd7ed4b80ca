"""Solution → plan tables: investments, spending, envelopes, capacities, flows, costs, emissions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd

from model.features import feature_parts
from model.formulation.forms.lives import ending, serving
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.investment_block import capital_opened, sunk_share
from model.formulation.values import Values
from model.plan.constraint_rows import constraint_rows
from model.plan.costs import cost_table
from model.plan.flows import ByCommodity, FlowRow, arc_totals, emissions, link_flows, node_flows, route_table
from model.plan.tables import TABLES
from model.plan.values import plan_values
from model.solvers.problem import Solution

AMOUNT_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Extraction:
    """One solution of one formulation, and what its tables are made of."""

    formulation: Formulation
    solution: Solution

    @cached_property
    def values(self) -> Values:
        """Values of all variables."""
        return plan_values(self.formulation, self.solution)

    @cached_property
    def flows(self) -> list[FlowRow]:
        """Route flows with everything about them that tables need."""
        formulation = self.formulation
        rates = {period.name: formulation.unit_rates(period.name) for period in formulation.periods}
        rows = []
        for (block, number), flow in sorted(self.solution.flows.items()):
            period, season = formulation.block_keys[block]
            route = formulation.routes[number]
            cargo_class = int(formulation.cargo.class_of[route.demand])
            unit_cost = float(rates[period][cargo_class, list(route.arcs)].sum())
            rows.append(FlowRow(route, period, season, cargo_class, flow, unit_cost))
        return rows

    @cached_property
    def totals(self) -> tuple[ByCommodity, ByCommodity]:
        """KTEU and kt on each arc."""
        return arc_totals(self.formulation, self.flows)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All plan tables."""
        return self.some(tuple(TABLES))

    def some(self, names: Sequence[str]) -> dict[str, pd.DataFrame]:
        """The plan tables of these names."""
        makers: dict[str, Callable[[], pd.DataFrame]] = {
            "investments": self._investments,
            "lives": self._lives,
            "spending": lambda: self.spending,
            "route_flows": self._route_flows,
            "routes": lambda: route_table(self.formulation, self.flows),
            "link_flows": lambda: link_flows(self.formulation, *self.totals),
            "node_flows": lambda: node_flows(self.formulation, *self.totals),
            "demand_served": self._demand_served,
            "costs": lambda: cost_table(self.formulation, self.flows, self.values),
            "emissions": lambda: emissions(self.formulation, self.totals[1], self.values),
            "constraint_rows": lambda: constraint_rows(self.formulation, self.values),
        }
        for part in feature_parts("tables").values():
            makers |= {table.name: partial(part.table, table.name, self) for table in part.TABLES}
        return {name: makers[name]()[TABLES[name].columns] for name in names}

    def _investments(self) -> pd.DataFrame:
        block, case = self.formulation.investment, self.formulation.case
        projects = choosable_projects(case)
        rows = []
        for project in block.PROJECTS:
            for period in self.formulation.periods:
                opened = round(self.values(block.opened[project, period.name]))
                if opened:
                    row = projects.loc[project]
                    in_service = round(self.values(block.in_service[project, period.name]))
                    capex = self.values(capital_opened(block, project, row, period.name))
                    sunk = capex * sunk_share(case, project, row, period)
                    rows.append((project, period.name, period.first_year, opened, in_service, capex, sunk))
        return pd.DataFrame(rows, columns=TABLES["investments"].columns)

    def _lives(self) -> pd.DataFrame:
        block, case = self.formulation.investment, self.formulation.case
        cost = choosable_projects(case)["renewal_cost"]
        period_of = {year: period.name for period in case.periods for year in period.calendar_years}
        rows = []
        for project, year in block.RENEWALS:
            ends = round(self.values(ending(block, case, project, year)))
            if ends:
                renewed = round(self.values(block.renewed[project, year]))
                in_service = round(self.values(serving(block, case, project, year)))
                paid = renewed * float(cost[project])
                rows.append((project, period_of[year], year, ends, renewed, in_service, paid))
        return pd.DataFrame(rows, columns=TABLES["lives"].columns)

    @cached_property
    def spending(self) -> pd.DataFrame:
        """Capital and renewals paid, by project and calendar year."""
        block = self.formulation.investment
        rows = [
            (project, year, kind, self.values(paid[project, year]))
            for project in block.PROJECTS
            for year in block.YEARS
            for kind, paid in (("capital", block.capital), ("renewal", block.renewal))
        ]
        return pd.DataFrame([row for row in rows if abs(row[3]) > AMOUNT_TOLERANCE], columns=TABLES["spending"].columns)

    def _route_flows(self) -> pd.DataFrame:
        cargo = self.formulation.cargo
        position = {period.name: i for i, period in enumerate(self.formulation.periods)}
        whole: dict[tuple[str, str], float] = defaultdict(float)  # of all segments: shares of a demand add up to 1
        for i, name in enumerate(cargo.rows):
            for period, j in position.items():
                whole[name, period] += float(cargo.amounts[i, j])
        rows = []
        for row in self.flows:
            kind = cargo.classes[row.cargo_class]
            amount = math.nan if kind.empty else whole[cargo.rows[row.route.demand], row.period]  # nobody asks for them
            rows.append(
                (
                    cargo.rows[row.route.demand], cargo.segments[row.route.demand], row.period, row.season,
                    row.route.name, row.flow, row.flow * kind.teu, row.flow * kind.tonnes, row.flow / amount,
                    row.unit_cost,
                )
            )  # fmt: skip
        return pd.DataFrame(rows, columns=TABLES["route_flows"].columns)

    def _demand_served(self) -> pd.DataFrame:
        formulation = self.formulation
        cargo = formulation.cargo
        position = {period.name: i for i, period in enumerate(formulation.periods)}
        missing: dict[tuple[str, str], float] = defaultdict(float)
        for period, season in formulation.block_keys:
            block = formulation.operations(period, season)
            for i in block.DEMANDS:
                missing[cargo.rows[i], period] += max(0.0, self.values(block.unserved[i]))
        amounts: dict[tuple[str, str], float] = defaultdict(float)
        kinds = {}
        for i, name in enumerate(cargo.rows):
            if cargo.is_empty[i]:
                continue
            kinds[name] = cargo.classes[int(cargo.class_of[i])]
            for period, j in position.items():
                amounts[name, period] += float(cargo.amounts[i, j])
        rows = []
        for (name, period), amount in amounts.items():
            kind, left = kinds[name], missing[name, period]
            rows.append(
                (
                    name, period, amount, amount - left, left, amount * kind.teu, amount * kind.tonnes,
                    left * kind.tonnes,
                )
            )  # fmt: skip
        return pd.DataFrame(rows, columns=TABLES["demand_served"].columns)
