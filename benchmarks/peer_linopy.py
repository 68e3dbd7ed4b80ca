"""The textbook arc-flow model in linopy, solved by HiGHS: arrays over groups, arcs, vertices and periods.

The balance of a group's own origin follows from its other balances and is left out.
"""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.arcflow import ArcFlow
from benchmarks.peer_ending import Ending, Limits, ending, highs_ending


def run(model: ArcFlow, limits: Limits) -> Ending:
    """Build and solve. Raises ModuleNotFoundError when linopy is not installed."""
    m = build(model)
    _, condition = m.solve(
        solver_name="highs",
        io_api="direct",
        mip_rel_gap=limits.gap,
        time_limit=limits.left(),
        threads=limits.threads,
        output_flag=False,
        progress=False,
    )
    if "infeasible" in str(condition):
        return ending("infeasible", None, None)
    return highs_ending(m.solver_model)


def build(model: ArcFlow) -> Any:
    """The linopy model."""
    parts = _Parts(importlib.import_module("linopy").Model(), model)
    flow, opened = parts.flow(), parts.opened()
    in_service = opened.cumsum("period")
    cost = parts.flow_cost(flow) + (opened * parts.array(model.projects.capital, "project", "period")).sum()
    net = parts.by_vertex(flow, model.arcs.head) - parts.by_vertex(flow, model.arcs.tail)
    if model.penalty is not None:
        unserved, penalty = parts.unserved()
        net = net + unserved.sum("rank")
        cost = cost + (unserved * penalty).sum()
    parts.add_balance(net)
    parts.add_capacity(flow, in_service)
    if model.strong:
        parts.add_forcing(flow, in_service)
    parts.add_investment(opened, in_service)
    parts.m.add_objective(cost)
    return parts.m


@dataclass(frozen=True)
class _Parts:
    """The pieces of the model, over one linopy model."""

    m: Any
    model: ArcFlow

    def array(self, values: Any, *dimensions: str) -> Any:
        """Values as an array with numbered coordinates."""
        values = np.asarray(values, dtype=float)
        coordinates = {name: np.arange(size) for name, size in zip(dimensions, values.shape, strict=True)}
        return importlib.import_module("xarray").DataArray(values, dims=dimensions, coords=coordinates)

    def flow(self) -> Any:
        """Flow by group, arc and period."""
        shape = (len(self.model.groups), len(self.model.arcs.tail), self.model.periods)
        return self.m.add_variables(lower=self.array(np.zeros(shape), "group", "arc", "period"), name="flow")

    def flow_cost(self, flow: Any) -> Any:
        """Discounted cost of all flow."""
        unit_cost = np.stack([self.model.arcs.unit_cost(group.value_of_time) for group in self.model.groups])
        weighted = unit_cost[:, :, None] * self.model.weight[None, None, :]
        return (flow * self.array(weighted, "group", "arc", "period")).sum()

    def opened(self) -> Any:
        """Modules opened by project and period."""
        projects = self.model.projects
        may_open = np.arange(self.model.periods)[None, :] >= projects.first_period[:, None]
        upper = self.array(np.where(may_open, projects.modules[:, None], 0), "project", "period")
        return self.m.add_variables(lower=0 * upper, upper=upper, integer=True, name="opened")

    def unserved(self) -> tuple[Any, Any]:
        """Unserved amounts by group, destination, rank (demands with equal ends) and period, and their penalty."""
        seen: Counter[tuple[int, int]] = Counter()
        places = []
        for g, group in enumerate(self.model.groups):
            for k in group.demands:
                end = (g, int(self.model.destination[k]))
                places.append((k, end, seen[end]))
                seen[end] += 1
        shape = (len(self.model.groups), self.model.vertices, max(seen.values()), self.model.periods)
        most, price = np.zeros(shape), np.zeros(shape)
        assert self.model.penalty is not None
        for k, (g, vertex), rank in places:
            most[g, vertex, rank] = self.model.amounts[k]
            price[g, vertex, rank] = self.model.penalty[k] * self.model.weight
        upper, penalty = (self.array(values, "group", "vertex", "rank", "period") for values in (most, price))
        found = self.m.add_variables(lower=0 * upper, upper=upper, mask=upper > 0, name="unserved")
        return found.fillna(0), penalty  # places without a demand count as nothing

    def by_vertex(self, flow: Any, ends: Any) -> Any:
        """Flow added up by the vertex at one end of the arcs."""
        vertex = self.array(ends, "arc").astype(int).rename("vertex")
        return (1 * flow).groupby(vertex).sum().reindex({"vertex": np.arange(self.model.vertices)}).fillna(0)

    def add_balance(self, net: Any) -> None:
        """Arrivals less departures of each group at each vertex but its origin."""
        groups = self.model.groups
        supply = np.zeros((len(groups), self.model.vertices, self.model.periods))
        needed = np.ones(supply.shape)
        for g, group in enumerate(groups):
            needed[g, group.origin] = 0.0
            for p in range(self.model.periods):
                supply[g, :, p] = self.model.supply(group, p)
        dimensions = ("group", "vertex", "period")
        mask = self.array(needed, *dimensions) > 0
        self.m.add_constraints(net == self.array(supply, *dimensions), name="balance", mask=mask)

    def add_capacity(self, flow: Any, in_service: Any) -> None:
        """Use of every capacity within what is installed."""
        limited = np.flatnonzero(self.model.arcs.asset >= 0)
        asset = self.array(self.model.arcs.asset, "arc").astype(int).rename("asset").isel(arc=limited)
        used = (1 * flow).sum("group").isel(arc=limited).groupby(asset).sum()
        added = np.zeros((len(self.model.base), len(self.model.projects.keys)))
        for where, project, size in self.model.effects:
            added[where, project] += size
        touched = self.array(added, "asset", "project")
        installed = (in_service * touched).sum("project")
        self.m.add_constraints(used - installed <= self.array(self.model.base, "asset"), name="capacity")

    def add_forcing(self, flow: Any, in_service: Any) -> None:
        """Flow of a group within its amount times the modules of the only project that opens the arc."""
        forced = np.flatnonzero(self.model.opener >= 0)
        opener = importlib.import_module("xarray").DataArray(
            self.model.opener[forced], dims="arc", coords={"arc": forced}
        )
        groups, periods = self.model.groups, range(self.model.periods)
        most = self.array([[self.model.most(group, p) for p in periods] for group in groups], "group", "period")
        allowed = in_service.sel(project=opener).drop_vars("project") * most
        self.m.add_constraints((1 * flow).isel(arc=forced) - allowed <= 0, name="forcing")

    def add_investment(self, opened: Any, in_service: Any) -> None:
        """Module limits, budgets and project rules."""
        projects = self.model.projects
        self.m.add_constraints(opened.sum("period") <= self.array(projects.modules, "project"), name="modules")
        for paid, amount in self.model.budgets:
            spent = np.zeros((len(projects.keys), self.model.periods))
            for j, before in enumerate(projects.paid_before):
                if paid + before < self.model.periods:
                    spent[j, paid + before] = projects.capex[j]
            if spent.any():
                total = (opened * self.array(spent, "project", "period")).sum()
                self.m.add_constraints(total <= amount, name=f"budget {paid}")
        for number, (project, other) in enumerate(self.model.requires):
            needed = in_service.sel(project=other, drop=True) * int(projects.modules[project])
            ruled = 1 * in_service.sel(project=project, drop=True)
            self.m.add_constraints(ruled - needed <= 0, name=f"requires {number}")
        for number, (project, other) in enumerate(self.model.excludes):
            both = opened.sel(project=[project, other]).sum()
            self.m.add_constraints(both <= 1, name=f"excludes {number}")
