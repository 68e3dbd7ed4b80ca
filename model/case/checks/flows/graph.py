"""The network as the checks of flows see it: vertices, arcs with upper bounds of capacity, reach and cuts.

A coarse copy of the graph that plans are made on: each place has an arrival and a departure side for each carrier, and
a gate through which goes what its capacity counts. Where the copy leaves something out it lets more through than a plan
could carry, so that what it finds short is short in every plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from model.case.checks.flows.full_build import INFINITE, Key
from model.case.checks.tables import Tables

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ACCEPTS: Final = {
    "container": "accepts_container", "dry bulk": "accepts_dry_bulk", "liquid bulk": "accepts_liquid_bulk",
}  # fmt: skip
SCALE: Final = 2**29
"""Whole number that stands for all demand: the flow algorithm counts in 32-bit integers."""
GRAPHS_KEPT: Final = 8
"""Graphs that are kept: a case needs one for each form of cargo, and one for all."""


@dataclass(frozen=True)
class Arc:
    """An arc: its ends (vertex numbers), the asset that limits it ('' when none does) and its carrier.

    `counted` says whether what goes the other way takes from the same capacity, `both_ways` whether any can. A `turned`
    arc leads back over a one-way link: only cargo that is sent turned round may take it.
    """

    tail: int
    head: int
    kind: str = ""
    asset: str = ""
    carrier: str = ""
    counted: bool = True
    both_ways: bool = True
    turned: bool = False


@dataclass(frozen=True)
class Cut:
    """Whether each vertex is on the near side of a cut, shape (vertices,), and the arcs that lead out of it."""

    near: Flags
    arcs: tuple[int, ...]


@dataclass(frozen=True)
class FlowGraph:
    """Vertices and arcs for some forms of cargo.

    `source` and `sink` give the market vertices of a place, `vertices` all of them.
    """

    arcs: tuple[Arc, ...]
    size: int
    source: dict[str, int]
    sink: dict[str, int]
    vertices: dict[str, frozenset[int]]

    def limits(self, measure: str, bounds: Mapping[Key, float], *, merged: bool = False) -> Floats:
        """What each arc carries of a measure, shape (arcs,).

        `merged`: in both directions together, for cargo that is sent with that of the other direction turned round.
        """
        own = np.array([bounds.get((*asset, measure), INFINITE) for asset in self._assets], dtype=float)
        ships = np.array([bounds.get(("ships", asset, measure), INFINITE) for _, asset in self._assets], dtype=float)
        if merged:
            own, ships = own * self._ways_of_own, ships * self._ways_of_ships
        figures = np.append(np.where(self._is_link, np.minimum(own, ships), own), INFINITE)[self._asset_of]
        return figures if merged else np.where(self._turned, 0.0, figures)

    @cached_property
    def _limiting(self) -> dict[tuple[str, str], Arc]:
        """An arc of each asset that may limit some."""
        return {(arc.kind, arc.asset): arc for arc in self.arcs if arc.kind}

    @cached_property
    def _assets(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._limiting)

    @cached_property
    def _asset_of(self) -> Numbers:
        """Number of the asset that limits each arc, that after the last where none does, shape (arcs,)."""
        number = {asset: place for place, asset in enumerate(self._assets)}
        return np.array([number.get((arc.kind, arc.asset), len(number)) for arc in self.arcs], dtype=np.int64)

    @cached_property
    def _is_link(self) -> Flags:
        return np.array([kind == "link" for kind, _ in self._assets], dtype=np.bool_)

    @cached_property
    def _ways_of_ships(self) -> Floats:
        """Times that the capacity of ships counts when both directions are sent together, shape (assets,)."""
        both = [arc.both_ways and arc.kind == "link" for arc in self._limiting.values()]
        return np.where(np.array(both, dtype=np.bool_), 2.0, 1.0)

    @cached_property
    def _ways_of_own(self) -> Floats:
        """Times that the own capacity counts then: once where it counts both directions, shape (assets,)."""
        counted = np.array([arc.counted for arc in self._limiting.values()], dtype=np.bool_)
        return np.where(counted, 1.0, self._ways_of_ships)

    @cached_property
    def _turned(self) -> Flags:
        return np.array([arc.turned for arc in self.arcs], dtype=np.bool_)

    @cached_property
    def tails(self) -> Numbers:
        """Vertex from which each arc leads, shape (arcs,)."""
        return np.array([arc.tail for arc in self.arcs], dtype=np.int64)

    @cached_property
    def heads(self) -> Numbers:
        """Vertex to which each arc leads, shape (arcs,)."""
        return np.array([arc.head for arc in self.arcs], dtype=np.int64)

    def reached(self, open_arcs: Flags, places: Iterable[str]) -> dict[str, frozenset[str]]:
        """Places that cargo from each of some places can get to over the open arcs."""
        known = self._reached.setdefault(open_arcs.tobytes(), {})
        missing = [place for place in dict.fromkeys(places) if place not in known]
        if missing:
            ends = (self.tails[open_arcs], self.heads[open_arcs])
            matrix = csr_array((np.ones(int(open_arcs.sum())), ends), shape=(self.size, self.size))
            for place in missing:
                known[place] = self._ends_of(matrix, place)
        return known

    def _ends_of(self, matrix: csr_array, place: str) -> frozenset[str]:
        if place not in self.source:
            return frozenset()
        seen = set(breadth_first_order(matrix, self.source[place], return_predecessors=False).tolist())
        return frozenset(end for end, vertex in self.sink.items() if vertex in seen)

    @cached_property
    def _reached(self) -> dict[bytes, dict[str, frozenset[str]]]:
        """What was reached before, by the open arcs and the place."""
        return {}

    @cached_property
    def _leaving(self) -> dict[int, list[int]]:
        """Numbers of the arcs out of each vertex."""
        result: dict[int, list[int]] = {}
        for number, arc in enumerate(self.arcs):
            result.setdefault(arc.tail, []).append(number)
        return result

    @cached_property
    def _entering(self) -> dict[int, list[int]]:
        """Numbers of the arcs into each vertex."""
        result: dict[int, list[int]] = {}
        for number, arc in enumerate(self.arcs):
            result.setdefault(arc.head, []).append(number)
        return result

    def around(self, place: str) -> tuple[Cut, ...]:
        """Cuts next to a place: its gates, and its links, each outwards and inwards."""
        if place not in self._around:
            self._around[place] = self._cuts_around(place)
        return self._around[place]

    @cached_property
    def _around(self) -> dict[str, tuple[Cut, ...]]:
        return {}

    def _cuts_around(self, place: str) -> tuple[Cut, ...]:
        source, sink, own = self.source[place], self.sink[place], self.vertices[place]
        gates = [i for vertex in own for i in self._leaving.get(vertex, []) if self.arcs[i].kind == "node"]
        out = [i for vertex in own for i in self._leaving.get(vertex, []) if self.arcs[i].head not in own]
        into = [i for vertex in own for i in self._entering.get(vertex, []) if self.arcs[i].tail not in own]
        before = self._mask([source, *(self.arcs[i].tail for i in gates)])
        after = self._mask([sink, *(self.arcs[i].head for i in gates)])
        inside = self._mask(own)
        sides = ((before, gates), (inside, out), (~after, gates), (~inside, into))
        return tuple(Cut(near, tuple(arcs)) for near, arcs in sides)

    def _mask(self, vertices: Iterable[int]) -> Flags:
        near = np.zeros(self.size, dtype=np.bool_)
        near[list(vertices)] = True
        return near


def flow_graph(tables: Tables, forms: Iterable[str]) -> FlowGraph:
    """Graph of the carriers that take one of the forms."""
    columns = [ACCEPTS[form] for form in forms]
    taking = frozenset(carrier for _, carrier, *takes in tables.rows("Carriers", "carrier", *columns) if any(takes))
    names = ("link", "from_node", "to_node", "carrier", "both_ways", "capacity_direction")
    links = tuple(tables.rows("Links", *names))
    return _graph(taking, links, tuple(tables.rows("Nodes", "node", "transfer_allowed", "capacity_counts")))


@lru_cache(maxsize=GRAPHS_KEPT)
def _graph(taking: frozenset[str], links: tuple[tuple[Any, ...], ...], nodes: tuple[tuple[Any, ...], ...]) -> FlowGraph:
    """Graph of some carriers, from rows of Links and Nodes: most scenarios and years have the same one."""
    numbers: dict[tuple[str, ...], int] = {}

    def vertex(*words: str) -> int:
        return numbers.setdefault(words, len(numbers))

    made: list[Arc] = []
    carriers_at: dict[str, dict[str, None]] = {}
    for _, link, start, end, carrier, both_ways, counts in links:
        if carrier not in taking:
            continue
        counted = counts == "both"
        for one, two, turned in ((start, end, False), (end, start, not both_ways)):
            tail, head = vertex(one, carrier, "out"), vertex(two, carrier, "in")
            made.append(Arc(tail, head, "link", link, carrier, counted, bool(both_ways), turned))
        for place in (start, end):
            carriers_at.setdefault(place, {})[carrier] = None
    source, sink = {}, {}
    for _, node, transfer, counts in nodes:
        if node not in carriers_at:
            continue
        source[node], sink[node] = vertex(node, "source"), vertex(node, "sink")
        gates = set()
        for carrier in carriers_at[node]:
            gate = (node, "gate") if transfer else (node, carrier, "gate")
            before, after = vertex(*gate, "in"), vertex(*gate, "out")
            came, leaves = vertex(node, carrier, "in"), vertex(node, carrier, "out")
            ends = [(came, before), (after, leaves), (source[node], before), (after, sink[node])]
            made += [Arc(*pair) for pair in ends]
            if counts == "handling":
                made.append(Arc(came, leaves))
            gates.add((before, after))
        made += [Arc(before, after, "node", node) for before, after in sorted(gates)]
    vertices: dict[str, set[int]] = {}
    for words, number in numbers.items():
        vertices.setdefault(words[0], set()).add(number)
    own = {place: frozenset(some) for place, some in vertices.items()}
    return FlowGraph(tuple(made), len(numbers), source, sink, own)


def smallest_cut(graph: FlowGraph, limits: Floats, demands: Sequence[tuple[str, str, float]]) -> Cut | None:
    """The cut with the least room when the demands (origin, destination, amount) are sent; None when all of it passes.

    Where a place loads what another one unloads is left open, so that more may pass than can in truth.
    """
    total = sum(amount for _, _, amount in demands)
    if total <= 0:
        return None
    supply: dict[int, float] = {}
    wanted: dict[int, float] = {}
    for origin, destination, amount in demands:
        supply[graph.source[origin]] = supply.get(graph.source[origin], 0.0) + amount
        wanted[graph.sink[destination]] = wanted.get(graph.sink[destination], 0.0) + amount
    start, end = graph.size, graph.size + 1
    tails = np.concatenate([graph.tails, [start] * len(supply), [*wanted]])
    heads = np.concatenate([graph.heads, [*supply], [end] * len(wanted)])
    amounts = np.concatenate([np.minimum(limits, 2 * total), [*supply.values()], [*wanted.values()]])
    room = coo_array((amounts / total, (tails, heads)), shape=(end + 1, end + 1)).tocsr()
    room.data = np.minimum(np.ceil(room.data * SCALE - 1e-6), 2 * SCALE)
    whole = room.astype(np.int32)
    found = maximum_flow(whole, start, end)
    if found.flow_value >= SCALE * (1 - 1e-7):
        return None
    left = whole - found.flow
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    near = np.zeros(end + 1, dtype=np.bool_)
    near[breadth_first_order(left, start, return_predecessors=False)] = True
    out = np.flatnonzero(near[graph.tails] & ~near[graph.heads])
    return Cut(near[: graph.size], tuple(out.tolist()))
