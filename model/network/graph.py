"""Case → directed graph of vertices and arcs.

A node has, for each carrier that touches it, an arrival side and a departure side, and for its market a source
and a sink. Cargo leaves the source by a loading arc, travels by link arcs from departure side to arrival side,
goes on at each node by a passing arc (same carrier) or a transfer arc (other carrier) and ends by an unloading
arc in the sink. The two sides are what makes every node on the way take its dwell and handling exactly once, and
source and sink are apart so that no route can cross a market to dodge them.

A project that makes a link or node faster, cheaper or cleaner gives it variant arcs beside the plain ones, which may
be used once the project is in service (`gates`). Empty boxes may also be unloaded
into one common sink, from every market where boxes balance: they may end at any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.case.canonical import records
from model.case.case import Case

LINK: Final = "link"
PASSING: Final = "passing"
TRANSFER: Final = "transfer"
LOADING: Final = "loading"
UNLOADING: Final = "unloading"
ANY_MARKET: Final = "any market"
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
ARC_NAMES = ("kind", "link", "direction", "node", "carrier", "carrier_out", "gates")
"""What names an arc in every case: columns of `Graph.arcs`."""
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Graph:
    """Vertices and arcs of a case; topology only, the same in every year.

    `arcs` has one row an arc (index 0…n-1) with columns kind, link, direction ('forward', 'backward' or ''),
    node, carrier (of arrival, or of the link), carrier_out (of departure), tail and head (vertex numbers) and gates
    (keys of the projects that the arc needs; empty for plain arcs).
    `source` and `sink` give the market vertices of a node. `vertex_node` gives the node of each vertex.
    """

    arcs: pd.DataFrame
    vertex_node: tuple[str, ...]
    source: dict[str, int]
    sink: dict[str, int]

    @property
    def vertex_count(self) -> int:
        """Number of vertices."""
        return len(self.vertex_node)

    @property
    def arc_count(self) -> int:
        """Number of arcs."""
        return len(self.arcs)

    @cached_property
    def tail(self) -> IntArray:
        """Vertex where each arc starts, shape (arcs,)."""
        return self.arcs["tail"].to_numpy(np.int64)

    @cached_property
    def head(self) -> IntArray:
        """Vertex where each arc ends, shape (arcs,)."""
        return self.arcs["head"].to_numpy(np.int64)

    @cached_property
    def is_link(self) -> BoolArray:
        """Whether each arc is a link arc, shape (arcs,)."""
        return np.asarray(self.arcs["kind"].to_numpy() == LINK, dtype=np.bool_)

    def column(self, name: str) -> list[Any]:
        """A column of `arcs` as a list: quick to read arc by arc."""
        if name not in self._lists:
            self._lists[name] = self.arcs[name].tolist()
        return self._lists[name]

    @cached_property
    def _lists(self) -> dict[str, list[Any]]:
        return {}

    @cached_property
    def arcs_of_link(self) -> dict[tuple[str, str], IntArray]:
        """Arc numbers of each (link, direction): the plain arc and its variants."""
        rows = self.arcs[self.is_link]
        return {
            (str(link), str(way)): group.index.to_numpy(np.int64)
            for (link, way), group in rows.groupby(["link", "direction"], sort=False)
        }

    @cached_property
    def arcs_at_node(self) -> dict[str, IntArray]:
        """Numbers of the activity arcs (all but link arcs) of each node."""
        rows = self.arcs[~self.is_link]
        return {str(node): group.index.to_numpy(np.int64) for node, group in rows.groupby("node", sort=False)}


def build_graph(case: Case) -> Graph:
    """Graph of the case's base tables.

    A link that is closed (zero capacity) is still an arc: capacity decides whether it is used.
    """
    links = case.table("Links")
    nodes = case.table("Nodes")
    gates = _gates(case)
    sides, vertex_node = _vertices(links)
    made = _link_arcs(links, sides, gates)
    transfer = dict(zip(nodes["node"], nodes["transfer_allowed"], strict=False))
    markets = set(case.table("Boxes")["node"])
    source: dict[str, int] = {}
    sink: dict[str, int] = {}
    carriers_at: dict[str, dict[str, list[str]]] = {}
    for node, carrier, side in sides:
        carriers_at.setdefault(node, {"arrival": [], "departure": []})[side].append(carrier)
    for node, here in carriers_at.items():
        source[node] = len(vertex_node)
        sink[node] = len(vertex_node) + 1
        vertex_node += [node, node]
        plain = _activity_arcs(node, here, sides, source[node], sink[node], bool(transfer[node]))
        if node in markets:
            sink[ANY_MARKET] = common = sink.get(ANY_MARKET, len(vertex_node))
            vertex_node += [ANY_MARKET] * (common == len(vertex_node))
            arrivals = [(carrier, sides[node, carrier, "arrival"]) for carrier in here["arrival"]]
            plain += [(UNLOADING, "", "", node, carrier, "", vertex, common, ()) for carrier, vertex in arrivals]
        made += [*plain, *_variants_of_activities(plain, gates.get(("node", node), []))]
    columns = ["kind", "link", "direction", "node", "carrier", "carrier_out", "tail", "head", "gates"]
    return Graph(pd.DataFrame(made, columns=columns), tuple(vertex_node), source, sink)


Side = tuple[str, str, str]


def _vertices(links: pd.DataFrame) -> tuple[dict[Side, int], list[str]]:
    """Number the (node, carrier, side) vertices that some link needs."""
    sides: dict[Side, int] = {}
    vertex_node: list[str] = []
    for row in records(links):
        ends = [(row.from_node, row.to_node)] + ([(row.to_node, row.from_node)] if row.both_ways else [])
        for start, end in ends:
            for side in ((start, row.carrier, "departure"), (end, row.carrier, "arrival")):
                if side not in sides:
                    sides[side] = len(vertex_node)
                    vertex_node.append(str(side[0]))
    return sides, vertex_node


Gates = tuple[str, ...]
CHANGES: Final = ("time_change", "cost_change", "co2_change", "buffer_change")
"""Columns of ProjectEffects by which a project changes figures of an asset."""
MOST_COMBINED = 3


def _gates(case: Case) -> dict[tuple[str, str], list[Gates]]:
    """Sets of projects that change figures of each (asset_kind, asset): all combinations while they are few."""
    effects = case.table("ProjectEffects")
    changing = effects[(effects[[*CHANGES]] != 0).any(axis=1)]
    status = case.table("Projects").set_index("project")["status"].to_dict()
    changing = changing[changing["project"].map(status).isin(("candidate", "committed"))]
    result: dict[tuple[str, str], list[Gates]] = {}
    for (kind, asset), rows in changing.groupby(["asset_kind", "asset"], sort=False):
        names = list(dict.fromkeys(rows["project"]))
        sizes = range(1, len(names) + 1) if len(names) <= MOST_COMBINED else (1, len(names))
        result[str(kind), str(asset)] = [combined for size in sizes for combined in combinations(names, size)]
    return result


def _link_arcs(
    links: pd.DataFrame, sides: dict[Side, int], gates: dict[tuple[str, str], list[Gates]]
) -> list[tuple[Any, ...]]:
    """One arc, or two when the link runs both ways; and their variants."""
    made: list[tuple[Any, ...]] = []
    for row in records(links):
        ways = [("forward", row.from_node, row.to_node)]
        if row.both_ways:
            ways.append(("backward", row.to_node, row.from_node))
        for way, start, end in ways:
            tail, head = sides[start, row.carrier, "departure"], sides[end, row.carrier, "arrival"]
            plain = (LINK, row.link, way, "", row.carrier, row.carrier, tail, head)
            made += [(*plain, needed) for needed in [(), *gates.get(("link", row.link), [])]]
    return made


def _activity_arcs(
    node: str, here: dict[str, list[str]], sides: dict[Side, int], source: int, sink: int, transfer_allowed: bool
) -> list[tuple[Any, ...]]:
    """Loading, unloading, passing and transfer arcs of one node."""
    made: list[tuple[Any, ...]] = []
    for carrier in here["departure"]:
        made.append((LOADING, "", "", node, "", carrier, source, sides[node, carrier, "departure"], ()))
    for carrier in here["arrival"]:
        arrival = sides[node, carrier, "arrival"]
        made.append((UNLOADING, "", "", node, carrier, "", arrival, sink, ()))
        for carrier_out in here["departure"]:
            if carrier == carrier_out or transfer_allowed:
                kind = PASSING if carrier == carrier_out else TRANSFER
                departure = sides[node, carrier_out, "departure"]
                made.append((kind, "", "", node, carrier, carrier_out, arrival, departure, ()))
    return made


def _variants_of_activities(plain: list[tuple[Any, ...]], gates: list[Gates]) -> list[tuple[Any, ...]]:
    """Variants of the passing and transfer arcs of a node."""
    return [(*record[:-1], needed) for record in plain if record[0] in (PASSING, TRANSFER) for needed in gates]
