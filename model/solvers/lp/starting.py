"""Start from this run: what was found out about one case, in names, as a beginning for another one much like it.

Nothing in it is believed: routes are held against the graph, the plan is evaluated anew, bounds are proven anew at the
prices that it names. But for leaves and cuts of parts that are the same to the last figure (`search/lent_trees.py`).
What does not fit the other case (another network, horizon, project) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from model.network.graph import ARC_NAMES, FloatArray, Graph, IntArray
from model.solvers.core.compiled import Compiled
from model.solvers.core.start import Beginning, Flows, Key, Start
from model.solvers.lp.checkpoint_writer import wrong_route
from model.solvers.problem import Problem

KNOWN_SHARE = 0.5  # of the operations blocks


def names_of(compiled: Compiled, columns: IntArray) -> list[str]:
    """Names of the variables of some columns."""
    return [str(compiled.variables[column].name) for column in columns.tolist()]


def blocks_key(problem: Problem, blocks: Sequence[int]) -> Key:
    """Keys of some blocks: what names a part of the model in every case."""
    return tuple(problem.compiled.blocks[number].key for number in blocks)


def start_of(
    problem: Problem, flows: Flows, known: Collection[int], columns: IntArray, decided: FloatArray,
    prices: Mapping[Key, Mapping[str, float]],
) -> Start:  # fmt: skip
    """What is known of a problem, in names: flows, other routes, and `decided`, the decisions in `columns`."""
    pool, demands = problem.formulation.routes, problem.formulation.cargo.names
    used = sorted({*known, *(route for _, route in flows)})
    place = {route: at for at, route in enumerate(used)}
    arcs = sorted({arc for route in used for arc in pool[route].arcs})
    at_arc = {arc: at for at, arc in enumerate(arcs)}
    keys = _arc_keys(problem.formulation.graph)
    of_block: dict[int, list[int]] = {}
    for block, route in flows:
        of_block.setdefault(block, []).append(place[route])
    return Start(
        tuple(keys[arc] for arc in arcs),
        tuple((demands[pool[route].demand], tuple(at_arc[arc] for arc in pool[route].arcs)) for route in used),
        {problem.compiled.blocks[block].key: tuple(places) for block, places in of_block.items()},
        _plan(problem, columns, decided),
        prices,
    )


def is_of(problem: Problem, start: Start, columns: IntArray, decided: FloatArray) -> bool:
    """Whether the start's plan has these decisions."""
    there = {name: round(value) for name, value in start.plan.items() if round(value)}
    return there == _plan(problem, columns, np.round(decided))


def with_plan(problem: Problem, start: Start, columns: IntArray, decided: FloatArray) -> Start:
    """The start with another plan: `decided`, the decisions in `columns`."""
    return replace(start, plan=_plan(problem, columns, decided))


def _plan(problem: Problem, columns: IntArray, decided: FloatArray) -> dict[str, float]:
    """Decisions that are not 0, by name."""
    told = zip(names_of(problem.compiled, columns), decided.tolist(), strict=True)
    return {name: value for name, value in told if value}


def begin(problem: Problem, start: Start, columns: IntArray) -> Beginning | None:
    """Make the routes known that fit the problem; returns the start in its numbers, with values of `columns`.

    A block that the start does not know takes the routes of the one before it. None where it knows less than half of
    the blocks: it is about other years, and a search without it is sooner done.
    """
    keys = [block.key for block in problem.compiled.blocks]
    like = [key for key in keys if key in start.flows]
    if len(like) < KNOWN_SHARE * len(keys):
        return None
    number = {key: arc for arc, key in enumerate(_arc_keys(problem.formulation.graph))}
    arcs = [number.get(key) for key in start.arcs]
    demand, pool = problem.formulation.cargo.number, problem.formulation.routes
    routes: dict[int, int] = {}
    for place, (name, places) in enumerate(start.routes):
        way = tuple(arc for at in places if (arc := arcs[at]) is not None)
        known = name in demand and len(way) == len(places)
        if known and wrong_route(problem, [(demand[name], way)]) is None:
            routes[place] = pool.add(demand[name], way).number
    problem.pricer.table.update()
    flows: list[tuple[int, int]] = []
    last = like[0]
    for block, key in enumerate(keys):
        last = key if key in start.flows else last
        flows += [(block, routes[place]) for place in start.flows[last] if place in routes]
    decided = np.array([start.plan.get(name, 0.0) for name in names_of(problem.compiled, columns)])
    return Beginning(flows, decided)


def _arc_keys(graph: Graph) -> list[Key]:
    """A key of each arc. Ends of several markets at one place have the same names: their order tells them apart."""
    before: Counter[Key] = Counter()
    keys: list[Key] = []
    for names in zip(*(graph.arcs[name].tolist() for name in ARC_NAMES), strict=True):
        keys.append((*names, before[names]))
        before[names] += 1
    return keys
