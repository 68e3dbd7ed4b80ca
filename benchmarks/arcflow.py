"""The textbook arc-flow view of a case, shared by the peer models.

Read from the case tables alone (not through model/network or model/formulation), for the kind of case that the readers
here build: one carrier, containers only, periods of one year, no node costs, budgets by year without carry-over.
Flows are kept by group: all demands with the same origin and value of time (or each demand alone when the forcing rows
of the strong formulation are wanted). A node with a capacity is split in two vertices with an arc between them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.instances import Instance, InstanceError
from model.case.case import Case

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Arcs:
    """Arcs between vertices; `asset` is the position of the capacity row an arc counts in (-1 = no limit)."""

    tail: Whole
    head: Whole
    price: Floats
    days: Floats
    asset: Whole

    def unit_cost(self, value_of_time: float) -> Floats:
        """Cost of a unit on each arc."""
        return self.price + value_of_time * self.days


@dataclass(frozen=True)
class Group:
    """Demands (positions) that leave the same vertex with the same value of time."""

    origin: int
    value_of_time: float
    demands: tuple[int, ...]


@dataclass(frozen=True)
class Projects:
    """Candidate projects: modules allowed, first period in which they may open, discounted and plain capital.

    `capital[j, p]` is the discounted capital of a module opening in period p; `paid_before[j]` is how many periods
    before opening its capital is paid (0 or 1 periods, all at once).
    """

    keys: tuple[str, ...]
    modules: Whole
    first_period: Whole
    paid_before: Whole
    capex: Floats
    capital: Floats


@dataclass(frozen=True)
class ArcFlow:
    """A case as arrays; `amounts[k, p]` demand, `penalty[k]` per unit (None: everything must be served)."""

    vertices: int
    arcs: Arcs
    base: Floats
    effects: tuple[tuple[int, int, float], ...]
    groups: tuple[Group, ...]
    destination: Whole
    amounts: Floats
    penalty: Floats | None
    weight: Floats
    projects: Projects
    budgets: tuple[tuple[int, float], ...]
    requires: tuple[tuple[int, int], ...]
    excludes: tuple[tuple[int, int], ...]
    strong: bool

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.weight)

    @cached_property
    def opener(self) -> Whole:
        """For each arc the only project that opens it, when it has no capacity without; otherwise -1."""
        by_asset: dict[int, list[int]] = defaultdict(list)
        for asset, project, _ in self.effects:
            by_asset[asset].append(project)
        alone = {asset: found[0] for asset, found in by_asset.items() if len(found) == 1 and self.base[asset] == 0.0}
        return np.array([alone.get(int(asset), -1) for asset in self.arcs.asset], dtype=np.int64)

    def supply(self, group: Group, period: int) -> Floats:
        """Net demand of each vertex (arrivals minus departures) when all of the group is served."""
        needed = np.zeros(self.vertices)
        positions = list(group.demands)
        np.add.at(needed, self.destination[positions], self.amounts[positions, period])
        needed[group.origin] -= self.amounts[positions, period].sum()
        return needed

    def most(self, group: Group, period: int) -> float:
        """The most that can flow of the group on any arc."""
        return float(self.amounts[list(group.demands), period].sum())


def from_instance(instance: Instance) -> ArcFlow:
    """The arc-flow view of an instance; strong forcing rows where all demand must be served.

    Raises InstanceError for a case with features that the textbook models here do not have.
    """
    case = instance.case
    _check(instance)
    strong = instance.must_serve
    network = _Network(instance)
    demand = case.tables["Demand"]
    kinds = case.tables["Commodities"].set_index("commodity")
    origins = [network.entry[node] for node in demand["origin"]]
    times = [float(kinds["value_of_time"][commodity]) for commodity in demand["commodity"]]
    members: dict[tuple[int, float, int], list[int]] = defaultdict(list)
    for k, (origin, value_of_time) in enumerate(zip(origins, times, strict=True)):
        members[origin, value_of_time, k if strong else -1].append(k)
    years = [period.first_year for period in case.periods]
    given: list[Any] = sorted(column for column in demand.columns if str(column).isdigit())
    table = demand[given].to_numpy(float)
    amounts = np.array([np.interp(years, given, row) for row in table]).reshape(len(demand), len(years))
    position = {key: j for j, key in enumerate(case.tables["Projects"]["project"])}
    penalty = np.array([float(kinds["unserved_penalty"][commodity]) for commodity in demand["commodity"]])
    rules = _rules(case, position)
    return ArcFlow(
        vertices=network.vertices,
        arcs=network.arcs(),
        base=np.array(network.base),
        effects=network.effects(case.tables["ProjectEffects"], position),
        groups=tuple(Group(origin, vot, tuple(found)) for (origin, vot, _), found in members.items()),
        destination=np.array([network.exit[node] for node in demand["destination"]], dtype=np.int64),
        amounts=amounts,
        penalty=None if instance.must_serve else penalty,
        weight=np.array([case.discount(year) for year in years]),
        projects=_projects(instance, years),
        budgets=tuple(
            (years.index(int(year)), float(amount))
            for year, amount in zip(case.tables["Budgets"]["first_year"], case.tables["Budgets"]["amount"], strict=True)
        ),
        requires=tuple(rules["requires"]),
        excludes=tuple(rules["excludes"]),
        strong=strong,
    )


def _rules(case: Case, position: dict[str, int]) -> dict[str, list[tuple[int, int]]]:
    """Positions of (project, other project) by kind of rule."""
    table = case.tables["ProjectRules"]
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for kind, project, other in zip(table["kind"], table["project"], table["other_project"], strict=True):
        pairs[kind].append((position[project], position[other]))
    return pairs


def _check(instance: Instance) -> None:
    """Refuse what the textbook models do not have."""
    tables = instance.case.tables
    plain = (
        len(tables["Carriers"]) == 1
        and set(tables["Commodities"]["unit"]) == {"kTEU"}
        and all(period.years == 1 for period in instance.case.periods)
        and tables["Costs"].empty
        and tables["Links"]["capacity_kt"].isna().all()
        and set(tables["Projects"]["construction_years"]) <= {0.0, 1.0}
        and (tables["Nodes"][["passing_cost", "terminal_cost"]].to_numpy(float) == 0.0).all()
    )
    if not plain:
        raise InstanceError(f"{instance.name}: the textbook arc-flow models cover benchmark instances only.")


class _Network:
    """Vertices, arcs and capacity rows gathered from Nodes and Links."""

    def __init__(self, instance: Instance) -> None:
        self.entry: dict[str, int] = {}
        self.exit: dict[str, int] = {}
        self.vertices = 0
        self.base: list[float] = []
        self._asset: dict[tuple[str, str], list[int]] = {}
        self._rows: list[tuple[int, int, float, float, int]] = []
        for node, capacity in zip(
            instance.case.tables["Nodes"]["node"], instance.case.tables["Nodes"]["capacity_kteu"], strict=True
        ):
            self._add_node(node, capacity)
        for link in instance.case.tables["Links"].to_dict("records"):
            self._add_link({str(key): value for key, value in link.items()})

    def _new_asset(self, kind: str, key: str, capacity: float) -> int:
        """Position of a new capacity row; -1 when there is no limit."""
        if np.isnan(capacity):
            return -1
        self.base.append(capacity)
        self._asset.setdefault((kind, key), []).append(len(self.base) - 1)
        return len(self.base) - 1

    def _add_node(self, node: str, capacity: float) -> None:
        asset = self._new_asset("node", node, capacity)
        self.entry[node] = self.exit[node] = self.vertices
        self.vertices += 1
        if asset >= 0:
            self.exit[node] = self.vertices
            self.vertices += 1
            self._rows.append((self.entry[node], self.exit[node], 0.0, 0.0, asset))

    def _add_link(self, link: dict[str, object]) -> None:
        ends = (str(link["from_node"]), str(link["to_node"]))
        key, capacity = str(link["link"]), float(str(link["capacity_kteu"]))
        price, days = float(str(link["container_cost"])), float(str(link["days_regular"]))
        asset = self._new_asset("link", key, capacity)
        self._rows.append((self.exit[ends[0]], self.entry[ends[1]], price, days, asset))
        if link["both_ways"]:
            back = self._new_asset("link", key, capacity) if link["capacity_direction"] == "each" else asset
            self._rows.append((self.exit[ends[1]], self.entry[ends[0]], price, days, back))

    def arcs(self) -> Arcs:
        """All arcs as arrays."""
        tail, head, price, days, asset = zip(*self._rows, strict=True)
        return Arcs(
            np.array(tail, dtype=np.int64),
            np.array(head, dtype=np.int64),
            np.nan_to_num(np.array(price, dtype=float)),
            np.array(days, dtype=float),
            np.array(asset, dtype=np.int64),
        )

    def effects(self, table: pd.DataFrame, position: dict[str, int]) -> tuple[tuple[int, int, float], ...]:
        """(capacity row, project, added by a module)."""
        return tuple(
            (asset, position[project], float(added))
            for project, kind, key, added in zip(
                table["project"], table["asset_kind"], table["asset"], table["added_kteu"], strict=True
            )
            for asset in self._asset.get((kind, key), ())
        )


def _projects(instance: Instance, years: list[int]) -> Projects:
    """Candidate projects as arrays; with one construction year the capital is paid in the year before opening."""
    table = instance.case.tables["Projects"]
    lead = table["construction_years"].to_numpy(float).astype(np.int64)
    capex = table["capex"].to_numpy(float)
    discount = np.array(
        [[instance.case.discount(year - int(before)) for year in years] for before in lead], dtype=float
    ).reshape(len(table), len(years))
    return Projects(
        keys=tuple(table["project"]),
        modules=table["maximum_modules"].to_numpy(float).astype(np.int64),
        first_period=lead,
        paid_before=lead,
        capex=capex,
        capital=capex[:, None] * discount,
    )
