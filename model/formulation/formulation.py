"""The Formulation: the Pyomo model under construction, with what its families and cost terms need to add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case, Period
from model.formulation.entries import (
    NOWHERE,
    CostEntry,
    CostTerm,
    Follower,
    Missable,
    Season,
    Shown,
    seasons_of,
)
from model.formulation.loads import Load, LoadKey
from model.formulation.notes import Note
from model.network.attributes import ArcFigures, accepted_arcs, arc_figures, container_use
from model.network.cargo import Cargo
from model.network.graph import BoolArray, FloatArray, Graph, IntArray
from model.network.routes import RoutePool

BlockKey = tuple[str, str]


@dataclass
class Formulation:
    """Everything that belongs to one built model.

    `model` is an ordinary Pyomo ConcreteModel with `model.investment`, `model.operations[period, season]` and
    `model.objective`. `modules` are the constraint families and cost terms that are in it. `notes` says, by id of the
    Pyomo object, where rows come from. `flow_rates[term][period name]` has shape (classes, arcs), million USD per unit
    of flow. `switches` are ids of rows that hold nothing back once the decision in them is taken: "not before", with
    the most that there could be as their bound. `unit_limits` are rows of operations blocks that hold a count of units
    to what there is, with the variable that counts, by (word, what, period, season). `priced_rows` are rows of features
    whose loosening is to be priced, by plan table (with columns OWN_PRICES) and key in it. `own_rows` are the rows of
    constraints in files of a user, by name of the constraint, `shown` what they say of them by id. `followers` are the
    binary variables that follow from what is built and renewed, by each project that they follow from, `missable` those
    by which a limit is missed that must not be. `added_room` is what features add to what is usable of an asset in a
    block, and each of `more_trips` (formulation, block, (service, link), trips of a ship, ships, most ships) what one
    adds to the trips of a service; `more_time` is the most by which features let an asset (kind, key) work longer, as a
    share of the time. `emitted` is what is burnt in a block besides what arcs emit, as (carrier, kt CO2),
    `room_of_load` what a load may be there, where something limits it.
    """

    case: Case
    graph: Graph
    cargo: Cargo
    routes: RoutePool
    model: pyo.ConcreteModel
    families: dict[str, bool] = field(default_factory=dict)
    modules: tuple[ModuleType, ...] = ()
    notes: dict[int, Note] = field(default_factory=dict)
    loads: dict[LoadKey, Load] = field(default_factory=dict)
    costs: dict[str, CostTerm] = field(default_factory=dict)
    flow_rates: dict[str, dict[str, FloatArray]] = field(default_factory=dict)
    switches: set[int] = field(default_factory=set)
    unit_limits: dict[tuple[str, str, str, str], tuple[Any, Any]] = field(default_factory=dict)
    own_rows: dict[str, list[Any]] = field(default_factory=dict)
    priced_rows: dict[tuple[str, ...], Any] = field(default_factory=dict)
    shown: dict[int, Shown] = field(default_factory=dict)
    followers: dict[str, list[Follower]] = field(default_factory=dict)
    missable: list[Missable] = field(default_factory=list)
    added_room: dict[tuple[BlockKey, tuple[str, str, str]], Any] = field(default_factory=dict)
    more_trips: list[Callable[..., Any]] = field(default_factory=list)
    more_time: dict[tuple[str, str], float] = field(default_factory=dict)
    emitted: dict[BlockKey, list[tuple[str, Any]]] = field(default_factory=dict)
    room_of_load: dict[tuple[BlockKey, LoadKey], Any] = field(default_factory=dict)
    _figures: dict[int, ArcFigures] = field(default_factory=dict)
    _availability: dict[int, dict[tuple[str, str, str | None], float]] = field(default_factory=dict)
    _load_number: dict[LoadKey, int] = field(default_factory=dict)
    _container_use: FloatArray | None = None
    _accepted: BoolArray | None = None

    @property
    def investment(self) -> Any:
        """The investment block."""
        return self.model.investment

    @property
    def periods(self) -> tuple[Period, ...]:
        """Planning periods in order."""
        return self.case.periods

    @cached_property
    def seasons(self) -> tuple[Season, ...]:
        """Seasons of a year; one when the case has none."""
        return seasons_of(self.case)

    def period(self, name: str) -> Period:
        """Period by name. Raises KeyError."""
        return self._period_of_name[name]

    @cached_property
    def _period_of_name(self) -> dict[str, Period]:
        return {period.name: period for period in self.periods}

    def operations(self, period: str, season: str) -> Any:
        """Operations block of a period and season."""
        return self.model.operations[period, season]

    @cached_property
    def block_keys(self) -> list[BlockKey]:
        """(period, season) of all operations blocks, in order."""
        return [(period.name, season.name) for period in self.periods for season in self.seasons]

    def season_share(self, name: str) -> float:
        """Share of the year that a season has."""
        return next(season.share for season in self.seasons if season.name == name)

    def demand_amounts(self, block: BlockKey) -> FloatArray:
        """Units of every demand row to be carried in a block, shape (demands,)."""
        position = [period.name for period in self.periods].index(block[0])
        share = next(season.demand_share for season in self.seasons if season.name == block[1])
        amounts: FloatArray = self.cargo.amounts[:, position] * share
        return amounts

    def demand_amount(self, demand: int, block: BlockKey) -> float:
        """Units of a demand row to be carried in a block."""
        return float(self.demand_amounts(block)[demand])

    def availability(self, asset_kind: str, asset: str, block: BlockKey) -> float:
        """Part of the block's days that an asset works; a row of the season beats one for every season."""
        year = self.period(block[0]).first_year
        epoch = self.case.epoch(year)
        if epoch not in self._availability:
            table = self.case.table("Availability", year)
            keys = zip(table["asset_kind"], table["asset"], table["season"], strict=False)
            self._availability[epoch] = dict(zip(keys, table["availability"].to_numpy(float), strict=False))
        given = self._availability[epoch]
        general = given.get((asset_kind, asset, None), 1.0)
        return float(given.get((asset_kind, asset, block[1]), general))

    def figures(self, period: Period) -> ArcFigures:
        """Arc figures of a period, computed once for each epoch of unchanged tables."""
        epoch = self.case.epoch(period.first_year)
        if epoch not in self._figures:
            self._figures[epoch] = arc_figures(self.case, self.graph, period.first_year)
        return self._figures[epoch]

    @property
    def container_use(self) -> FloatArray:
        """KTEU of container capacity per unit, shape (classes, arcs)."""
        if self._container_use is None:
            self._container_use = container_use(self.case, self.graph, self.cargo)
        return self._container_use

    def use_of(self, measure: str, arcs: IntArray) -> FloatArray:
        """KTEU or kt that a unit of each class uses on each of the arcs, shape (classes, arcs)."""
        if measure == "kTEU":
            return self.container_use[:, arcs]
        return np.repeat(self.cargo.class_vector("tonnes")[:, None], len(arcs), axis=1)

    @property
    def accepted(self) -> BoolArray:
        """Whether a class may use an arc, shape (classes, arcs)."""
        if self._accepted is None:
            self._accepted = accepted_arcs(self.case, self.graph, self.cargo)
        return self._accepted

    def note(self, component: Any, note: Note) -> None:
        """Say where a row of the investment block (a Pyomo constraint data object) or a variable's bound comes from."""
        self.notes[id(component)] = note

    def rows_of(self, family: str) -> Iterator[tuple[Any, Note]]:
        """Rows of the investment block that a family has added with a note, with that, in order."""
        for row in list(self.investment.component_data_objects(pyo.Constraint, active=True)):
            note = self.notes.get(id(row))
            if note is not None and note.family == family:
                yield row, note

    def add_room(self, block: BlockKey, asset: tuple[str, str, str], extra: Any) -> None:
        """Add to what is usable of a limited asset (kind, key, measure) in a block, in its measure."""
        self.added_room[block, asset] = self.added_room.get((block, asset), 0.0) + extra

    def emit(self, block: BlockKey, carrier: str, amount: Any) -> None:
        """Say what is emitted in a block besides what flow emits on arcs, kt CO2."""
        self.emitted.setdefault(block, []).append((carrier, amount))

    def limit_load(self, block: BlockKey, key: LoadKey, room: Any) -> None:
        """Say what a load may be in a block at most, in its unit: reports of bottlenecks read it."""
        self.room_of_load[block, key] = room

    def follows(self, variable: Any, projects: Iterable[str], count: Any, threshold: float = 0.5) -> None:
        """Say that a binary variable of the investment block follows from what is built and renewed of projects.

        It is 1 where `count`, an expression in the variables of these, is above `threshold`.
        """
        for project in projects:
            self.followers.setdefault(project, []).append(Follower(variable, count, threshold))

    def may_be_missed(self, variable: Any, words: str, limit: float) -> None:
        """Say that a variable of an operations block is that by which a limit is missed, which no plan may do."""
        self.missable.append(Missable(variable, words, limit))

    def show(
        self, row: Any, words: str, used: Any, limit: Any, *, unit: str = "", sense: str = "<=", period: str = ""
    ) -> None:
        """Say how reports show a row (a Pyomo constraint data object) of a user's constraint, in the row's own unit.

        Without it they show the body of the row against its constant.
        """
        self.shown[id(row)] = Shown(row, words, used, limit, unit, sense, period)

    def switch(self, row: Any) -> None:
        """Say that a row of an operations block only holds back what has not been decided (a "big M" row)."""
        self.switches.add(id(row))

    def declare_load(self, load: Load) -> None:
        """Make a load known to every operations block. The same key twice is a ValueError."""
        if load.key in self.loads:
            raise ValueError(f"load {load.key} is declared twice")
        self.loads[load.key] = load

    def load(self, block: BlockKey, key: LoadKey) -> Any:
        """Variable of a declared load in an operations block. Raises KeyError for an undeclared one."""
        return self.operations(*block).load[self.load_number[key]]

    @property
    def load_number(self) -> dict[LoadKey, int]:
        """Position of each load, its index in the LOADS set."""
        if len(self._load_number) != len(self.loads):
            self._load_number = {key: number for number, key in enumerate(self.loads)}
        return self._load_number

    def register_flow_cost(self, name: str, label: str, rates: Mapping[str, FloatArray]) -> None:
        """Register a cost term proportional to flow: rates by period, shape (classes, arcs), million USD per unit.

        Raises ValueError for a name that is registered already: its costs would be lost.
        """
        self._require_new(name)
        self.costs[name] = CostTerm(name, label)
        self.flow_rates[name] = dict(rates)

    def register_cost(self, name: str, label: str) -> CostTerm:
        """Register a cost term whose entries the caller adds with `add_cost`.

        Raises ValueError for a name that is registered already: two terms would stand as one.
        """
        self._require_new(name)
        self.costs[name] = CostTerm(name, label)
        return self.costs[name]

    def _require_new(self, name: str) -> None:
        if name in self.costs:
            raise ValueError(f"the cost term '{name}' is registered already")

    def add_cost(self, name: str, expression: Any, years: tuple[int, ...], country: str = NOWHERE) -> None:
        """Add an entry: `expression` million USD falls in each of `years`, discounted to the base year."""
        weight = sum(self.case.discount(year) for year in years)
        self.costs[name].entries.append(CostEntry(years, country, expression, weight))

    def day_limit(self, demand: int) -> float | None:
        """Longest transit that a demand accepts, days; None = no limit."""
        return self.cargo.classes[int(self.cargo.class_of[demand])].maximum_days

    def arc_days(self, period: str) -> FloatArray:
        """Days on each arc by class, shape (classes, arcs)."""
        figures = self.figures(self.period(period))
        return np.array([figures.days(kind.service) for kind in self.cargo.classes])

    def unit_rates(self, period: str) -> FloatArray:
        """Undiscounted cost of a unit on each arc over all flow terms, million USD, shape (classes, arcs)."""
        shape = (len(self.cargo.classes), self.graph.arc_count)
        return sum((rates[period] for rates in self.flow_rates.values()), np.zeros(shape))

    def operating_weight(self, period: str) -> float:
        """Sum of the discount factors of a period's calendar years."""
        return sum(self.case.discount(year) for year in self.period(period).calendar_years)
