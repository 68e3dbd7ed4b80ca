"""Pricing: the next best routes of every demand under the prices that the loads' duals put on arcs.

The reduced cost of a route for demand i is Σ over arcs (cost + Σ loads price × coefficient) - dual of serve[i]. Known
routes are looked through first, all at once; new ones come from cheapest-route trees, one for each origin and price
class.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from model.formulation.formulation import Formulation
from model.network.contraction import Batch, Cheapest, RouteFinder
from model.network.graph import LOADING, UNLOADING, BoolArray, FloatArray, IntArray
from model.network.labels import MOST_LABELS, cheapest_simple_route
from model.network.paths import ROUNDING, PathFinder
from model.network.rewards import cheapest_rewarded
from model.solvers.core.compiled import BlockMap
from model.solvers.routes.known_routes import REDUCED_COST_TOLERANCE, KnownRoutes

MOST_LAYOUTS = 64
FEW_LABELS = 1_000  # where a bound is known already: rewards on both ways of a crossing ask for very many


@dataclass(frozen=True)
class PricedBlock:
    """Outcome of pricing one block: routes that would lower its cost, and by how much the bound drops at most.

    Not `exact`, some route may be missing where prices are negative, and the drop is told as larger than it need be.
    """

    routes: list[tuple[int, tuple[int, ...]]]
    shortfall: float
    exact: bool


class ArcPrices:
    """Prices of arcs in layers, shape (layers, arcs): `own` as they are, `floored` with those below zero at 0.

    A layer is a price class, or a demand where these pay different prices; `layer` gives that of each demand. `least`
    is what flooring may have made a route dearer at most, as a sum below zero, shape (layers,): no route uses an arc
    twice. `negative` says which layers have prices below zero by more than rounding.
    """

    def __init__(self, own: FloatArray, layer: IntArray) -> None:
        """Look for prices below zero."""
        self.layer = layer
        self.own = self.floored = own
        self.least, self.negative = np.zeros(len(own)), np.zeros(len(own), dtype=np.bool_)
        lowest = own.min(axis=1, initial=0.0)
        if lowest.any():
            self.floored, self.least = np.maximum(own, 0.0), np.minimum(own, 0.0).sum(axis=1)
            largest = np.where(np.isfinite(own), np.abs(own), 0.0).max(axis=1, initial=1.0)
            self.negative = np.asarray(lowest < -ROUNDING * largest)


class Pricer(KnownRoutes):
    """Finds routes with negative reduced cost, exactly, for any block of one formulation."""

    def __init__(self, formulation: Formulation) -> None:
        """Lay out what is known, and group the demands by the arcs that they may use."""
        super().__init__(formulation)
        kinds = formulation.graph.arcs["kind"].to_numpy()
        self._ends_of_routes = tuple(np.flatnonzero(kinds == kind) for kind in (LOADING, UNLOADING))
        self._groups = self._tree_groups()
        self._laid_out = lru_cache(MOST_LAYOUTS)(self._lay_out)
        self._paths = PathFinder(formulation.graph)

    def _tree_groups(self) -> list[tuple[RouteFinder, IntArray]]:
        """Demands that have ends in the graph, by the arcs that they may use, with a route finder for each group."""
        reachable = (self.sources >= 0) & (self.sinks >= 0)
        look = [usable.tobytes() for usable in self._usable]
        groups: dict[bytes, list[int]] = {}
        for demand in np.flatnonzero(reachable).tolist():
            groups.setdefault(look[self.classes.of_demand[demand]], []).append(demand)
        result = []
        for demands in groups.values():
            usable = self._usable[self.classes.of_demand[demands[0]]]
            ends = self.sources[demands].tolist(), self.sinks[demands].tolist()
            result.append((RouteFinder(self._formulation.graph, *ends, usable), np.array(demands, dtype=np.int64)))
        return result

    def price(
        self,
        block: BlockMap,
        duals: FloatArray,
        amounts: FloatArray,
        *,
        free: bool = False,
        exact: bool = True,
        more: FloatArray | None = None,
    ) -> PricedBlock:
        """Cheapest route of every demand at the given row duals; those with negative reduced cost are returned.

        Prices below zero ask for a dearer search; without `exact` they count as 0.

        `amounts` are the block's demands, shape (demands,). `more` is what each of them pays besides for a unit on an
        arc, shape (demands, arcs): then every demand is priced by itself. `shortfall` is Σ amount × negative reduced
        cost (<= 0): the LP value plus it is a true lower bound.
        """
        base = self.unit_costs(block)
        base = np.where(np.isfinite(base), 0.0, np.inf) if free else base
        prices = base + (self._transposed @ duals[block.load_row]).reshape(base.shape)
        layer = self.classes.of_demand
        if more is not None:
            prices, layer = prices[layer] + more, np.arange(len(layer))
        raised, offset = self._without_negative_ends(prices)
        arc_prices = ArcPrices(raised, layer)
        found: list[tuple[int, tuple[int, ...]]] = []
        shortfall = 0.0
        hard = arc_prices.negative if exact else np.zeros_like(arc_prices.negative)
        for finder, demands in self._groups:
            demands = demands[block.serve_row[demands] >= 0]
            limits = duals[block.serve_row[demands]] - offset[layer[demands]]
            easy = ~hard[layer[demands]]
            shortfall += self._by_trees(finder, block, arc_prices, demands[easy], limits[easy], amounts, found)
            wanting = ~easy
            wanting[~easy] = self._may_pay(finder, arc_prices, demands[~easy], limits[~easy])
            for number in np.unique(layer[demands[wanting]]).tolist():
                here = wanting & (layer[demands] == number)
                shortfall += self._by_rewards(block, raised[number], demands[here], limits[here], amounts, found)
        return PricedBlock(found, shortfall, exact or not arc_prices.negative.any())

    def _by_trees(
        self,
        finder: RouteFinder,
        block: BlockMap,
        prices: ArcPrices,
        demands: IntArray,
        limits: FloatArray,
        amounts: FloatArray,
        found: list[tuple[int, tuple[int, ...]]],
    ) -> float:
        """Price demands whose prices are not negative; append routes below their limits, return the shortfall."""
        if not len(demands):
            return 0.0
        layer, cheapest = prices.layer[demands], self._cheapest(finder, prices, demands)
        reduced = cheapest.cost - limits
        wanted = np.flatnonzero(reduced < -REDUCED_COST_TOLERANCE * np.maximum(1.0, np.abs(limits)))
        late = np.zeros(len(demands), dtype=np.bool_)
        shortfall = 0.0
        for i, arcs in zip(wanted.tolist(), cheapest.routes(wanted), strict=True):
            demand = int(demands[i])
            if self._in_time(block, demand, arcs):
                found.append((demand, arcs))
            else:
                late[i] = True
                shortfall += self._by_labels(block, prices.own[layer[i]], demand, float(limits[i]), amounts, found)
        below = np.minimum(reduced + prices.least[layer], 0.0)
        return shortfall + float((amounts[demands] * below)[~late].sum())

    def _cheapest(self, finder: RouteFinder, prices: ArcPrices, demands: IntArray) -> Cheapest:
        """Cheapest routes of some demands at floored prices; what is the same in each call is laid out once."""
        laid_out = self._laid_out(finder, demands.tobytes(), prices.layer[demands].tobytes())
        return finder.cheapest(prices.floored, laid_out)

    def _lay_out(self, finder: RouteFinder, demands: bytes, layers: bytes) -> list[Batch]:
        """The same apart from prices; which demands are easy to price may change from call to call."""
        numbers, layer = (np.frombuffer(each, dtype=np.int64) for each in (demands, layers))
        return finder.lay_out(layer, self.sources[numbers], self.sinks[numbers])

    def _may_pay(self, finder: RouteFinder, prices: ArcPrices, demands: IntArray, limits: FloatArray) -> BoolArray:
        """Which of some demands may have a route below their limits: one may earn each vertex's best reward once."""
        if not len(demands):
            return np.zeros(0, dtype=np.bool_)
        layer, cheapest = prices.layer[demands], self._cheapest(finder, prices, demands)
        head, reward = self._formulation.graph.head, np.zeros(len(prices.own))
        for number in np.unique(layer).tolist():
            best = np.zeros(self._formulation.graph.vertex_count)
            np.minimum.at(best, head, np.minimum(prices.own[number], 0.0))
            reward[number] = best.sum()
        tolerance = REDUCED_COST_TOLERANCE * np.maximum(1.0, np.abs(limits))
        return np.asarray(cheapest.cost + reward[layer] - limits < -tolerance)

    def _by_rewards(
        self,
        block: BlockMap,
        prices: FloatArray,
        demands: IntArray,
        limits: FloatArray,
        amounts: FloatArray,
        found: list[tuple[int, tuple[int, ...]]],
    ) -> float:
        """Price demands of one layer, some of whose prices are negative; their shortfall."""
        ends = self.sources[demands], self.sinks[demands]
        rewarded = cheapest_rewarded(self._formulation.graph, self._paths, prices, *ends)
        shortfall = 0.0
        for i, (demand, limit) in enumerate(zip(demands.tolist(), limits.tolist(), strict=True)):
            if rewarded is None:
                shortfall += self._by_labels(block, prices, demand, limit, amounts, found)
                continue
            tolerance, at_least = REDUCED_COST_TOLERANCE * max(1.0, abs(limit)), float(rewarded.at_least[i])
            short, arcs = float(amounts[demand]) * min(0.0, at_least - limit), rewarded.routes[i]
            pays = bool(arcs) and rewarded.costs[i] - limit < -tolerance and self._in_time(block, demand, arcs)
            if pays and rewarded.costs[i] <= at_least + tolerance:
                found.append((demand, arcs))
            elif at_least - limit < -tolerance:
                before = len(found)
                short = max(short, self._by_labels(block, prices, demand, limit, amounts, found, FEW_LABELS))
                found += [(demand, arcs)] if pays and len(found) == before else []
            shortfall += short
        return shortfall

    def _by_labels(
        self,
        block: BlockMap,
        prices: FloatArray,
        demand: int,
        limit: float,
        amounts: FloatArray,
        found: list[tuple[int, tuple[int, ...]]],
        most: int = MOST_LABELS,
    ) -> float:
        """Price one demand at its arc prices, exactly where some are negative or days are limited; its shortfall."""
        days = self._limited_days.get(demand)
        route = cheapest_simple_route(
            self._formulation.graph,
            prices,
            int(self.sources[demand]),
            int(self.sinks[demand]),
            limit,
            None if days is None else self._days(block)[self._formulation.cargo.class_of[demand]],
            np.inf if days is None else days,
            most,
        )
        if route.arcs and route.cost - limit < -REDUCED_COST_TOLERANCE * max(1.0, abs(limit)):
            found.append((demand, route.arcs))
        return float(amounts[demand]) * min(0.0, route.at_least - limit)

    def _without_negative_ends(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Prices with loading and unloading arcs raised to 0 where some are negative, and what that added, negated.

        Every route has exactly one loading and one unloading arc, so that raising all of them by the same amount
        changes no ranking. Box balances and served shares put such prices on the ends of routes. `prices` has shape
        (price classes, arcs), the amounts (price classes,).
        """
        offset = np.zeros(len(prices))
        for ends in self._ends_of_routes:
            lowest = np.min(prices[:, ends], axis=1, initial=0.0)
            if np.any(lowest < 0):
                prices = prices.copy()
                prices[:, ends] -= lowest[:, None]
                offset += lowest
        return prices, offset
