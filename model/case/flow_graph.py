"""The network as the checks of flows see it: vertices, arcs with upper bounds of capacity, reach and cuts.

A coarse copy of the graph that plans are made on: each place has an arrival and a departure side for each carrier, and
a gate through which goes what its capacity counts. Where the copy leaves something out it lets more through than a plan
could carry, so that what it finds short is short in every plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from model.case.checks import Tables
from model.case.full_build import INFINITE, Key

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ACCEPTS: Final = {
    "container": "accepts_container", "dry bulk": "accepts_dry_bulk", "liquid bulk": "accepts_liquid_bulk",
}  # fmt: skip
SCALE: Final = 2**29
"""Whole number that stands for all demand: the flow algorithm counts in 32-bit integers."""


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
        return np.array([_limit(arc, measure, bounds, merged=merged) for arc in self.arcs], dtype=float)

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
        ends = (self.tails[open_arcs], self.heads[open_arcs])
        matrix = csr_array((np.ones(int(open_arcs.sum())), ends), shape=(self.size, self.size))
        reach: dict[str, frozenset[str]] = {}
        for place in dict.fromkeys(places):
            if place not in self.source:
                reach[place] = frozenset()
                continue
            seen = set(breadth_first_order(matrix, self.source[place], return_predecessors=False).tolist())
            reach[place] = frozenset(end for end, vertex in self.sink.items() if vertex in seen)
        return reach

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


def _limit(arc: Arc, measure: str, bounds: Mapping[Key, float], *, merged: bool) -> float:
    if arc.turned and not merged:
        return 0.0
    if not arc.kind:
        return INFINITE
    ways = 2 if merged and arc.both_ways and arc.kind == "link" else 1
    own = bounds.get((arc.kind, arc.asset, measure), INFINITE) * (1 if arc.counted else ways)
    return min(own, ways * bounds.get(("ships", arc.asset, measure), INFINITE)) if arc.kind == "link" else own


def flow_graph(tables: Tables, forms: Iterable[str]) -> FlowGraph:
    """Graph of the carriers that take one of the forms."""
    columns = [ACCEPTS[form] for form in forms]
    taking = {carrier for _, carrier, *takes in tables.rows("Carriers", "carrier", *columns) if any(takes)}
    numbers: dict[tuple[str, ...], int] = {}

    def vertex(*words: str) -> int:
        return numbers.setdefault(words, len(numbers))

    made: list[Arc] = []
    carriers_at: dict[str, dict[str, None]] = {}
    names = ("link", "from_node", "to_node", "carrier", "both_ways", "capacity_direction")
    for _, link, start, end, carrier, both_ways, counts in tables.rows("Links", *names):
        if carrier not in taking:
            continue
        counted = counts == "both"
        for one, two, turned in ((start, end, False), (end, start, not both_ways)):
            tail, head = vertex(one, carrier, "out"), vertex(two, carrier, "in")
            made.append(Arc(tail, head, "link", link, carrier, counted, bool(both_ways), turned))
        for place in (start, end):
            carriers_at.setdefault(place, {})[carrier] = None
    source, sink = {}, {}
    for _, node, transfer, counts in tables.rows("Nodes", "node", "transfer_allowed", "capacity_counts"):
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
