"""Demand that no plan can carry: the cut behind it, found with every project built from the start.

Carrying costs nothing and each TEU-equivalent left behind costs the same. If something is left behind the duals name
the assets that hold it back and the demands that need them: Σ weight × demand <= Σ price × capacity would have to hold
and does not. With weights and prices of 1 that is a plain cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.case.case import Case
from model.formulation.build import build
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.values import Values
from model.network.graph import BoolArray, FloatArray, build_graph
from model.network.paths import PathFinder
from model.network.routes import RoutePool
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.engine import solve
from model.solvers.problem import Solution
from model.studies.explain.built import fully_built, put_in_service
from model.studies.explain.reach import WEIGHT, set_goal, unserved_cost

NOTHING = 1e-6
SERVICE = "service link"


@dataclass(frozen=True)
class Need:
    """A demand row behind a shortfall: what a unit needs of the bottlenecks (at most its worth), and its amount."""

    demand: str
    unit: str
    weight: float
    amount: float


@dataclass(frozen=True)
class Bottleneck:
    """A full asset: its price, and what the block may use of it with every project built.

    `kind` is 'link', 'node' or 'service link' (the ships of a link).
    """

    kind: str
    asset: str
    measure: str
    direction: str
    price: float
    capacity: float


@dataclass(frozen=True)
class Shortfall:
    """What cannot be carried in a block, even with everything built.

    `behind` is what stays behind, TEU-equivalents (kTEU); `needed` and `capacity` are the two sides of the cut, in
    `unit`. `unreachable` are demands without any route, `slow` those with none in the days allowed.
    """

    period: str
    season: str | None
    unit: str
    behind: float
    needed: float
    capacity: float
    needs: tuple[Need, ...]
    bottlenecks: tuple[Bottleneck, ...]
    unreachable: tuple[str, ...]
    slow: tuple[tuple[str, float, float], ...]


def shortfalls(case: Case, time_limit: float = 60.0) -> list[Shortfall]:
    """Shortfall of each block in which something cannot be carried, worst first.

    Raises KeyboardInterrupt when a stop was asked.
    """
    bare = fully_built(case)
    formulation = build(bare, build_graph(bare), RoutePool())
    put_in_service(formulation)
    set_goal(formulation, unserved_cost(formulation))
    options = SolveOptions(gap=1e-6, time_limit=time_limit).filled(bare)
    progress = Progress(time_limit)
    _, solution = solve(formulation, options, progress)
    if progress.stop_asked:
        raise KeyboardInterrupt
    if solution is None:
        return []
    values = Values(solution.variables, solution.values)
    found = [_of_block(formulation, solution, values, number) for number in range(len(formulation.block_keys))]
    return sorted((item for item in found if item is not None), key=lambda item: -item.behind)


def _of_block(formulation: Formulation, solution: Solution, values: Values, number: int) -> Shortfall | None:
    """Shortfall of one block, or None when everything can be carried."""
    key = formulation.block_keys[number]
    cargo, block = formulation.cargo, formulation.operations(*key)
    amounts = formulation.demand_amounts(key)
    left = np.zeros(len(amounts))
    for i in block.DEMANDS:
        left[i] = 0.0 if cargo.is_empty[i] else max(0.0, values(block.unserved[i]))
    slow = dict(_too_slow(formulation, key, amounts))
    left[list(slow)] = amounts[list(slow)]
    if left.sum() <= NOTHING * max(1.0, float(amounts.sum())):
        return None
    teu = cargo.class_vector("teu")[cargo.class_of]
    units = [cargo.classes[kind].unit for kind in cargo.class_of]
    concerned = [units[i] for i in np.flatnonzero(left > NOTHING)]
    unit = max(set(concerned), key=concerned.count)
    price_of_unit = _cost_of_unit(formulation) * (teu[units.index(unit)] if unit == "kt" else 1.0)
    prices = np.maximum(solution.load_prices[number], 0.0) / price_of_unit
    worth = np.where(cargo.is_empty, 0.0, teu * _cost_of_unit(formulation) / price_of_unit)
    weights, unreachable = _weights(formulation, prices, worth)
    lost = unreachable | np.isin(np.arange(len(amounts)), list(slow))
    bottlenecks = tuple(_bottlenecks(formulation, values, key, prices))
    needed = (weights > NOTHING) & (amounts > NOTHING) & ~lost
    season = None if len(formulation.seasons) == 1 else key[1]
    return Shortfall(
        key[0], season, unit, float((left * teu).sum()),
        float((weights * amounts)[needed].sum()),
        sum(item.price * item.capacity for item in bottlenecks),
        tuple(Need(cargo.rows[i], units[i], float(weights[i]), float(amounts[i])) for i in np.flatnonzero(needed)),
        bottlenecks,
        tuple(dict.fromkeys(cargo.rows[i] for i in np.flatnonzero(unreachable & (left > NOTHING)))),
        tuple((cargo.rows[i], *days) for i, days in slow.items()),
    )  # fmt: skip


def _cost_of_unit(formulation: Formulation) -> float:
    """What leaving a TEU-equivalent behind costs in the objective of this room."""
    cargo = formulation.cargo
    total = float((cargo.amounts * cargo.class_vector("teu")[cargo.class_of][:, None]).sum())
    return WEIGHT / max(NOTHING, total)


def _weights(formulation: Formulation, prices: FloatArray, worth: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Price of the cheapest route of each demand, at most its worth, and whether it has no route at all."""
    cargo, graph = formulation.cargo, formulation.graph
    finder = PathFinder(graph)
    arc_prices = np.zeros((len(cargo.classes), graph.arc_count))
    for load, price in zip(formulation.loads.values(), prices, strict=True):
        if price > NOTHING:
            arc_prices[:, load.arcs] += price * load.coefficients
    weights, unreachable = worth.copy(), np.ones(len(cargo.names), dtype=np.bool_)
    for i, (origin, destination) in enumerate(zip(cargo.origins, cargo.destinations, strict=True)):
        if origin in graph.source and destination in graph.sink:
            kind = int(cargo.class_of[i])
            costs = np.where(formulation.accepted[kind], np.maximum(arc_prices[kind], 0.0), np.inf)
            distance, _ = finder.trees(costs, [graph.source[origin]])
            reached = float(distance[0, graph.sink[destination]])
            unreachable[i] = not np.isfinite(reached)
            weights[i] = min(float(worth[i]), reached)
    return weights, unreachable


def _too_slow(
    formulation: Formulation, key: BlockKey, amounts: FloatArray
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Demands whose fastest route takes more days than they accept: entry, (fastest, accepted)."""
    cargo, graph = formulation.cargo, formulation.graph
    days = None
    for i in np.flatnonzero(amounts > NOTHING):
        limit = formulation.day_limit(int(i))
        ends = cargo.origins[i] in graph.source and cargo.destinations[i] in graph.sink
        if limit is not None and ends:
            days = formulation.arc_days(key[0]) if days is None else days
            kind = int(cargo.class_of[i])
            usable = np.where(formulation.accepted[kind], days[kind], np.inf)
            distance, _ = PathFinder(graph).trees(usable, [graph.source[cargo.origins[i]]])
            fastest = float(distance[0, graph.sink[cargo.destinations[i]]])
            if limit < fastest < np.inf:
                yield int(i), (fastest, limit)


def _bottlenecks(formulation: Formulation, values: Values, key: BlockKey, prices: FloatArray) -> Iterator[Bottleneck]:
    """Priced loads that measure assets or ships, with what the block may use of them."""
    for load, price in zip(formulation.loads, prices, strict=True):
        room = formulation.room_of_load.get((key, load))
        if price > NOTHING and room is not None:
            kind, asset, measure, direction = load
            yield Bottleneck(kind, asset, measure, direction, float(price), values(room))
