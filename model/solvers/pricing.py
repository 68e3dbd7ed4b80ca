"""Pricing: the next best routes of every demand under the prices that the loads' duals put on arcs.

The reduced cost of a route for demand i is Σ over arcs (cost + Σ loads price × coefficient) - dual of serve[i]. Known
routes are looked through first, all at once; new ones come from cheapest-route trees, one for each origin and price class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from model.formulation.formulation import Formulation
from model.network.contraction import RouteFinder
from model.network.graph import LOADING, UNLOADING, FloatArray, IntArray
from model.solvers.compiled import BlockMap
from model.solvers.price_classes import price_classes
from model.solvers.route_table import RouteTable

REDUCED_COST_TOLERANCE = 1e-8


@dataclass(frozen=True)
class PricedBlock:
    """Outcome of pricing one block: routes that would lower its cost, and by how much the bound drops at most."""

    routes: list[tuple[int, tuple[int, ...]]]
    shortfall: float


class Pricer:
    """Finds routes with negative reduced cost, exactly, for any block of one formulation."""

    def __init__(self, formulation: Formulation) -> None:
        """Group the demands by what they see and lay out the loads' coefficients."""
        self._formulation = formulation
        cargo, graph = formulation.cargo, formulation.graph
        self._arcs = graph.arc_count
        self.sources = np.array([graph.source.get(node, -1) for node in cargo.origins], dtype=np.int64)
        self.sinks = np.array([graph.sink.get(node, -1) for node in cargo.destinations], dtype=np.int64)
        self.classes = price_classes(formulation, set())
        self._usable = np.asarray(formulation.accepted)[self.classes.cargo_class]
        self._transposed = csr_array(self.classes.loads.T)
        self.table = RouteTable(formulation.routes, self.classes.of_demand, self._arcs, self._transposed)
        self._base: dict[str, FloatArray] = {}
        kinds = formulation.graph.arcs["kind"].to_numpy()
        self._ends_of_routes = tuple(np.flatnonzero(kinds == kind) for kind in (LOADING, UNLOADING))
        self._groups = self._tree_groups()
        self._finders: dict[int, RouteFinder] = {}

    def _tree_groups(self) -> dict[int, IntArray]:
        """Demands of each price class that have ends in the graph."""
        reachable = (self.sources >= 0) & (self.sinks >= 0)
        of_demand = self.classes.of_demand
        return {
            number: np.flatnonzero(reachable & (of_demand == number))
            for number in sorted(set(of_demand[reachable].tolist()))
        }

    def _finder(self, price_class: int) -> RouteFinder:
        """Route finder of a class; classes that may use the same arcs share one."""
        if price_class not in self._finders:
            same = [
                number for number in self._groups if np.array_equal(self._usable[number], self._usable[price_class])
            ]
            demands = np.concatenate([self._groups[number] for number in same])
            finder = RouteFinder(
                self._formulation.graph,
                self.sources[demands].tolist(),
                self.sinks[demands].tolist(),
                self._usable[price_class],
            )
            self._finders.update(dict.fromkeys(same, finder))
        return self._finders[price_class]

    def unit_costs(self, block: BlockMap) -> FloatArray:
        """Discounted cost of a unit on each arc, inf where the class may not go, shape (price classes, arcs)."""
        period = block.key[0]
        if period not in self._base:
            weight = self._formulation.operating_weight(period)
            rates = self._formulation.unit_rates(period)[self.classes.cargo_class]
            self._base[period] = weight * rates + np.where(self._usable, 0.0, np.inf)
        return self._base[period]

    def load_coefficients(self, price_class: int) -> csr_array:
        """What a unit of a price class adds to each load on each arc, shape (loads, arcs)."""
        first = price_class * self._arcs
        return csr_array(self.classes.loads[:, first : first + self._arcs])

    def route_costs(self, number: int, block: BlockMap) -> FloatArray:
        """Cost of a unit on each known route in block `number`, shape (routes,)."""
        self.table.update()
        return self.table.costs(number, self.unit_costs(block))

    def known(
        self, number: int, block: BlockMap, duals: FloatArray, present: FloatArray, *, free: bool = False
    ) -> IntArray:
        """Numbers of known routes with negative reduced cost that the block lacks; `present` has shape (routes,).

        With `free` routes cost nothing by themselves (the search for a feasible flow).
        """
        costs = self.route_costs(number, block)
        costs = np.where(np.isfinite(costs), 0.0, np.inf) if free else costs
        serve = block.serve_row[self.table.demand]
        dual = duals[serve]
        reduced = costs + self.table.loads() @ duals[block.load_row] - dual
        wanted = (reduced < -REDUCED_COST_TOLERANCE * np.maximum(1.0, np.abs(dual))) & ~present & (serve >= 0)
        return np.flatnonzero(wanted)

    def price(self, block: BlockMap, duals: FloatArray, amounts: FloatArray, *, free: bool = False) -> PricedBlock:
        """Cheapest route of every demand at the given row duals; those with negative reduced cost are returned.

        `amounts` are the block's demands, shape (demands,). `shortfall` is Σ amount × negative reduced cost (<= 0):
        the LP value plus it is a true lower bound.
        """
        base = self.unit_costs(block)
        base = np.where(np.isfinite(base), 0.0, np.inf) if free else base
        prices = base + (self._transposed @ duals[block.load_row]).reshape(base.shape)
        found: list[tuple[int, tuple[int, ...]]] = []
        shortfall = 0.0
        for price_class, group in self._groups.items():
            demands = group[block.serve_row[group] >= 0]
            if len(demands):
                shortfall += self._price_group(block, price_class, demands, prices[price_class], duals, amounts, found)
        return PricedBlock(found, shortfall)

    def _price_group(
        self,
        block: BlockMap,
        price_class: int,
        demands: IntArray,
        prices: FloatArray,
        duals: FloatArray,
        amounts: FloatArray,
        found: list[tuple[int, tuple[int, ...]]],
    ) -> float:
        """Price demands of one class; append routes to `found`, return the shortfall."""
        prices, offset = self._without_negative_ends(prices)
        cheapest = self._finder(price_class).cheapest(prices, self.sources[demands], self.sinks[demands])
        # prices set up to 0 could only have made a route cheaper by their sum: no route uses an arc twice
        clipped = float(np.minimum(prices, 0.0).sum())
        dual = duals[block.serve_row[demands]]
        reduced = cheapest.cost + offset - dual
        shortfall = float((amounts[demands] * np.minimum(reduced + clipped, 0.0)).sum())
        wanted = np.flatnonzero(reduced < -REDUCED_COST_TOLERANCE * np.maximum(1.0, np.abs(dual)))
        found.extend(zip(demands[wanted].tolist(), cheapest.routes(wanted)))
        return shortfall

    def _without_negative_ends(self, prices: FloatArray) -> tuple[FloatArray, float]:
        """Prices with loading and unloading arcs raised to 0 where some are negative, and what that added, negated.

        Every route has exactly one loading and one unloading arc, so that raising all of them by the same amount
        changes no ranking. Box balances and served shares put such prices on the ends of routes.
        """
        offset = 0.0
        for ends in self._ends_of_routes:
            here = prices[ends]
            lowest = float(np.min(here, initial=0.0))
            if lowest < 0:
                prices = prices.copy()
                prices[ends] = here - lowest
                offset += lowest
        return prices, offset
