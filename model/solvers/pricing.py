"""Pricing: the next best routes of every demand under the prices that the loads' duals put on arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from model.formulation.formulation import Formulation
from model.network.graph import FloatArray, IntArray
from model.network.paths import PathFinder
from model.network.routes import Route
from model.solvers.compiled import BlockMap

REDUCED_COST_TOLERANCE = 1e-8


@dataclass(frozen=True)
class PricedBlock:
    """Outcome of pricing one block: routes that would lower its cost, and by how much the bound drops at most."""

    routes: list[tuple[int, tuple[int, ...]]]
    shortfall: float


class Pricer:
    """Finds routes with negative reduced cost, exactly, for any block of one formulation.

    The reduced cost of a route for demand i is Σ over arcs (cost + Σ loads price × coefficient) - dual of serve[i].
    """

    def __init__(self, formulation: Formulation) -> None:
        """Lay out the loads' coefficients as one sparse matrix of shape (loads, classes × arcs)."""
        self._formulation = formulation
        self._finder = PathFinder(formulation.graph)
        cargo, graph = formulation.cargo, formulation.graph
        self._classes, self._arcs = len(cargo.classes), graph.arc_count
        self._sources = np.array([graph.source.get(node, -1) for node in cargo.origins], dtype=np.int64)
        self._sinks = np.array([graph.sink.get(node, -1) for node in cargo.destinations], dtype=np.int64)
        self._general = self._load_matrix()
        self._by_cell = csr_array(self._general.T)
        self._load_list = list(formulation.loads.values())
        self._cache: dict[int, tuple[IntArray, FloatArray]] = {}
        self._own_loads = self._loads_of_single_demands()
        self._barred = np.where(formulation.accepted, 0.0, np.inf)
        self._base: dict[str, FloatArray] = {}
        self._groups = self._tree_groups()

    def _load_matrix(self) -> csr_array:
        """Coefficients of the loads that count all demands; rows of the others stay empty."""
        rows: list[IntArray] = []
        columns: list[IntArray] = []
        values: list[FloatArray] = []
        for number, load in enumerate(self._formulation.loads.values()):
            if load.demand is not None:
                continue
            cell = (np.arange(self._classes)[:, None] * self._arcs + load.arcs[None, :]).ravel()
            rows.append(np.full(len(cell), number))
            columns.append(cell)
            values.append(load.coefficients.ravel())
        shape = (len(self._formulation.loads), self._classes * self._arcs)
        if not rows:
            return csr_array(shape, dtype=float)
        parts = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
        return csr_array(parts, shape=shape)

    def _loads_of_single_demands(self) -> dict[int, list[int]]:
        result: dict[int, list[int]] = {}
        for number, load in enumerate(self._formulation.loads.values()):
            if load.demand is not None:
                result.setdefault(load.demand, []).append(number)
        return result

    def _tree_groups(self) -> list[tuple[int, list[int]]]:
        """(class, demands) that can be priced with one call; demands with loads of their own stand alone."""
        shared: dict[int, list[int]] = {}
        alone: list[tuple[int, list[int]]] = []
        for demand, cargo_class in enumerate(self._formulation.cargo.class_of):
            if self._sources[demand] < 0 or self._sinks[demand] < 0:
                continue
            if demand in self._own_loads:
                alone.append((int(cargo_class), [demand]))
            else:
                shared.setdefault(int(cargo_class), []).append(demand)
        return [*shared.items(), *alone]

    def unit_costs(self, block: BlockMap) -> FloatArray:
        """Discounted cost of a unit on each arc, inf where the class may not go, shape (classes, arcs)."""
        period = block.key[0]
        if period not in self._base:
            weight = self._formulation.operating_weight(period)
            self._base[period] = weight * self._formulation.unit_rates(period) + self._barred
        return self._base[period]

    def column(self, block: BlockMap, route: Route) -> tuple[float, IntArray, FloatArray]:
        """Objective coefficient, rows and values of a route's column in a block."""
        demand = route.demand
        cargo_class = int(self._formulation.cargo.class_of[demand])
        cost = float(self.unit_costs(block)[cargo_class, list(route.arcs)].sum())
        loads, values = self._route_loads(route, cargo_class)
        rows = np.concatenate(([block.serve_row[demand]], block.load_row[loads]))
        return cost, rows, np.concatenate(([1.0], -values))

    def _route_loads(self, route: Route, cargo_class: int) -> tuple[IntArray, FloatArray]:
        """Numbers and coefficients of the loads that a unit on the route adds to."""
        cached = self._cache.get(route.number)
        if cached is None:
            cells = cargo_class * self._arcs + np.array(route.arcs, dtype=np.int64)
            totals: dict[int, float] = {}
            for cell in cells:
                first, last = self._by_cell.indptr[cell], self._by_cell.indptr[cell + 1]
                for load, value in zip(self._by_cell.indices[first:last], self._by_cell.data[first:last]):
                    totals[int(load)] = totals.get(int(load), 0.0) + float(value)
            for load in self._own_loads.get(route.demand, ()):
                own = self._load_list[load].of_route(route.arcs, cargo_class, route.demand)
                if own:
                    totals[load] = totals.get(load, 0.0) + own
            cached = (np.array(list(totals), dtype=np.int64), np.array(list(totals.values()), dtype=float))
            self._cache[route.number] = cached
        return cached

    def load_coefficients(self, cargo_class: int, demand: int) -> csr_array:
        """What a unit of a demand adds to each load on each arc, shape (loads, arcs)."""
        first = cargo_class * self._arcs
        general = csr_array(self._general[:, first : first + self._arcs])
        own = self._own_loads.get(demand, [])
        if not own:
            return general
        values = [self._load_list[number].coefficients[cargo_class] for number in own]
        rows = np.repeat(own, [len(part) for part in values])
        arcs = np.concatenate([self._load_list[number].arcs for number in own])
        return general + csr_array((np.concatenate(values), (rows, arcs)), shape=general.shape)

    def price(self, block: BlockMap, duals: FloatArray, amounts: FloatArray) -> PricedBlock:
        """Cheapest route of every demand at the given row duals; those with negative reduced cost are returned.

        `amounts` are the block's demands, shape (demands,). `shortfall` is Σ amount × negative reduced cost (<= 0):
        the LP value plus it is a true lower bound.
        """
        prices = duals[block.load_row] if len(block.load_row) else np.zeros(0)
        costs = self.unit_costs(block) + (prices @ self._general).reshape(self._classes, self._arcs)
        found: list[tuple[int, tuple[int, ...]]] = []
        shortfall = 0.0
        for cargo_class, group in self._groups:
            demands = [i for i in group if block.serve_row[i] >= 0]
            if demands:
                arc_costs = costs[cargo_class]
                if demands[0] in self._own_loads:
                    arc_costs = self._with_own_loads(arc_costs, cargo_class, demands[0], prices)
                shortfall += self._price_group(block, demands, arc_costs, duals, amounts, found)
        return PricedBlock(found, shortfall)

    def _with_own_loads(self, costs: FloatArray, cargo_class: int, demand: int, prices: FloatArray) -> FloatArray:
        result = costs.copy()
        for number in self._own_loads[demand]:
            load = self._load_list[number]
            result[load.arcs] += prices[number] * load.coefficients[cargo_class]
        return result

    def _price_group(
        self,
        block: BlockMap,
        demands: list[int],
        costs: FloatArray,
        duals: FloatArray,
        amounts: FloatArray,
        found: list[tuple[int, tuple[int, ...]]],
    ) -> float:
        """Price demands of one class with one tree a source; append routes to `found`, return the shortfall."""
        sources = sorted({int(self._sources[i]) for i in demands})
        distance, before = self._finder.trees(costs, sources)
        position = {source: k for k, source in enumerate(sources)}
        shortfall = 0.0
        for demand in demands:
            tree = position[int(self._sources[demand])]
            dual = float(duals[block.serve_row[demand]])
            reduced = float(distance[tree, self._sinks[demand]]) - dual
            if reduced < -REDUCED_COST_TOLERANCE * max(1.0, abs(dual)):
                shortfall += float(amounts[demand]) * reduced
                source, sink = int(self._sources[demand]), int(self._sinks[demand])
                found.append((demand, self._finder.path(before[tree], source, sink, costs)))
        return shortfall
