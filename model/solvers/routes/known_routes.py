"""Known routes and their prices: what a unit costs on each of them in a block, and which of them a block wants."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from model.formulation.formulation import Formulation
from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import BlockMap
from model.solvers.routes.price_classes import price_classes
from model.solvers.routes.route_table import Growing, RouteTable

REDUCED_COST_TOLERANCE = 1e-8
DAYS_TOLERANCE = 1e-9


class KnownRoutes:
    """Routes known of one formulation, with what they cost in any of its blocks."""

    def __init__(self, formulation: Formulation) -> None:
        """Group the demands by what they see and lay out the loads' coefficients."""
        self._formulation = formulation
        cargo, graph = formulation.cargo, formulation.graph
        self._arcs = graph.arc_count
        self.sources = np.array([graph.source.get(node, -1) for node in cargo.origins], dtype=np.int64)
        self.sinks = np.array([graph.sink.get(node, -1) for node in cargo.destinations], dtype=np.int64)
        self.classes = price_classes(formulation)
        self._usable = np.asarray(formulation.accepted)[self.classes.cargo_class]
        self._transposed = csr_array(self.classes.loads.T)
        self.table = RouteTable(formulation.routes, self.classes.of_demand, self._arcs, self._transposed)
        self._base: dict[str, FloatArray] = {}
        self._costs, self._serve = dict[int, Growing](), dict[int, Growing]()
        limits = {i: formulation.day_limit(i) for i in range(len(cargo.names))}
        self._limited_days = {i: limit for i, limit in limits.items() if limit is not None}
        self._arc_days: dict[str, FloatArray] = {}

    @property
    def limits_days(self) -> bool:
        """Whether some demand has a longest transit."""
        return bool(self._limited_days)

    def may_use(self, demand: int, arcs: IntArray) -> bool:
        """Whether the cargo of a demand is accepted on all of some arcs."""
        return bool(self._usable[self.classes.of_demand[demand]][arcs].all())

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
        """Cost of a unit on each known route in block `number`, inf where it takes too many days, shape (routes,)."""
        self.table.update()
        if not self._limited_days:
            return self.table.costs(number, self.unit_costs(block))
        known = self._costs.setdefault(number, Growing(float))
        if len(known) < len(self.table):
            known.extend(self._new_costs(number, block, len(known)))
        return known.values

    def _new_costs(self, number: int, block: BlockMap, first: int) -> FloatArray:
        """The same of the routes from number `first` on."""
        table = self.table
        costs = table.costs(number, self.unit_costs(block))[first:]
        days = table.costs(("days", block.key[0]), self._days(block)[self.classes.cargo_class])[first:]
        longest = np.full(len(self.sources), np.inf)
        longest[list(self._limited_days)] = list(self._limited_days.values())
        return np.where(days > longest[table.demand[first:]] + DAYS_TOLERANCE, np.inf, costs)

    def _serve_rows(self, number: int, block: BlockMap) -> IntArray:
        """Row that each known route serves in block `number`, -1 where it serves none, shape (routes,)."""
        known = self._serve.setdefault(number, Growing(np.int64))
        known.extend(block.serve_row[self.table.demand[len(known) :]])
        return np.asarray(known.values, dtype=np.int64)

    def addable(
        self, number: int, block: BlockMap, numbers: IntArray, present: BoolArray
    ) -> tuple[IntArray, FloatArray]:
        """Those of some known routes that block `number` can take and lacks, each once in order, and their costs.

        `present` has shape (routes,).
        """
        costs, serve = self.route_costs(number, block), self._serve_rows(number, block)
        numbers = np.unique(numbers)
        numbers = numbers[~present[numbers] & np.isfinite(costs[numbers]) & (serve[numbers] >= 0)]
        return numbers, costs[numbers]

    def known(
        self,
        number: int,
        block: BlockMap,
        duals: FloatArray,
        present: BoolArray,
        *,
        free: bool = False,
        most: int | None = None,
        worth: tuple[FloatArray, float] | None = None,
        more: FloatArray | None = None,
    ) -> IntArray:
        """Numbers of known routes with negative reduced cost that the block lacks; `present` has shape (routes,).

        Of each demand the `most` cheapest. None where all of them save less than the second of `worth`, million USD;
        its first are the block's demands, shape (demands,). `more` is what a unit costs besides, shape (routes,).

        With `free` routes cost nothing by themselves (the search for a feasible flow).
        """
        costs = self.route_costs(number, block)
        costs = np.where(np.isfinite(costs), 0.0, np.inf) if free else costs
        serve = self._serve_rows(number, block)
        reduced = costs + self.table.loads() @ duals[block.load_row] - duals[serve]
        reduced = reduced if more is None else reduced + more
        below = np.flatnonzero((reduced < -REDUCED_COST_TOLERANCE) & ~present & (serve >= 0))
        tolerance = REDUCED_COST_TOLERANCE * np.maximum(1.0, np.abs(duals[serve[below]]))
        found: IntArray = np.asarray(below[reduced[below] < -tolerance])
        if worth is not None and len(found):
            saved = np.zeros(len(worth[0]))
            np.minimum.at(saved, self.table.demand[found], reduced[found])
            found = found if -float(worth[0] @ saved) > worth[1] else found[:0]
        if most is None or not len(found):
            return found
        order = found[np.lexsort((reduced[found], self.table.demand[found]))]
        demand = self.table.demand[order]
        first = np.flatnonzero(np.concatenate(([True], demand[1:] != demand[:-1])))
        rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        return np.sort(order[rank < most])

    def _days(self, block: BlockMap) -> FloatArray:
        """Days on each arc by cargo class in the block's period, shape (cargo classes, arcs)."""
        period = block.key[0]
        if period not in self._arc_days:
            self._arc_days[period] = np.asarray(self._formulation.arc_days(period))
        return self._arc_days[period]

    def _in_time(self, block: BlockMap, demand: int, arcs: tuple[int, ...]) -> bool:
        """Whether a route keeps the demand's limit of days."""
        limit = self._limited_days.get(demand)
        if limit is None:
            return True
        days = self._days(block)[self._formulation.cargo.class_of[demand]]
        return bool(days[list(arcs)].sum() <= limit + DAYS_TOLERANCE)
