"""Checks of shippers' choice: markets and spreads that go together, corridors that catch every route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from model.case.checks.declared import resolve_words
from model.case.checks.flows.graph import Flags, FlowGraph, flow_graph
from model.case.checks.tables import Tables
from model.case.messages import shown
from model.case.text import did_you_mean

OUTSIDE: Final = "outside"
NETWORK: Final = ("Nodes", "Links", "Carriers", "Commodities", "Demand", "Families", "Choice")
LONGEST: Final = 12
"""Places of a way told in full; of a longer one the middle is left out."""


def check_choice(tables: Tables) -> None:
    """Markets have demands, corridors and one spread; nests have one spread; a link marks one corridor."""
    known = tables.keys("Families", "family") | {OUTSIDE}
    if tables.sound("Families", "family"):
        resolve_words(tables, "Choice", "family", known, f"a corridor of Families, nor '{OUTSIDE}'")
    _check_markers(tables)
    _check_markets(tables)
    if not all(tables.sound("Choice", column) for column in ("market", "family", "spread", "nest", "nest_spread")):
        return
    by_market: dict[str, list[tuple[Any, ...]]] = {}
    for record in tables.rows("Choice", "market", "family", "spread", "nest", "nest_spread", "note"):
        if record[1] is not None:
            by_market.setdefault(record[1], []).append(record)
    for market, rows in by_market.items():
        spread = _one_figure(tables, f"of {market}", "spread", [(row[0], row[3]) for row in rows])
        _check_nests(tables, rows, spread)
        _check_corridors_of(tables, market, rows)


def _check_markers(tables: Tables) -> None:
    marks: dict[str, str] = {}
    for row, family, markers in tables.rows("Families", "family", "markers"):
        for link in markers:
            if marks.setdefault(link, family) != family:
                text = f"{link} marks {marks[link]} already; a route belongs to one corridor, so a link marks one only."
                tables.remark("marker-twice", "Families", row, "markers", text, link)


def _check_markets(tables: Tables) -> None:
    """Each market is the market, or else the group, of some demand."""
    markets = {own or group for _, own, group in tables.rows("Demand", "market", "group")} - {None}
    if not tables.sound("Demand", "market") or not tables.sound("Demand", "group"):
        return
    for row, market in tables.rows("Choice", "market"):
        if market is not None and market not in markets:
            text = f"No demand has “{market}” in its column Market, or in Group with Market blank."
            text += did_you_mean(market, sorted(markets))
            tables.remark("market-unknown", "Choice", row, "market", text, market)


def _one_figure(tables: Tables, what: str, column: str, figures: list[tuple[int, float]]) -> float:
    """The one figure that rows give, blank ones apart; it is remarked when there is none or they disagree."""
    given = [(row, value) for row, value in figures if value == value]
    if not given:
        text = f"The spread {what} stands in none of its rows; one is enough."
        tables.remark("choice-spread", "Choice", figures[0][0], column, text)
        return np.nan
    for row, value in given[1:]:
        if value != given[0][1]:
            text = f"The spread {what} is {shown(1000 * given[0][1])} USD/TEU in row {given[0][0]}; give one figure."
            tables.remark("choice-spread", "Choice", row, column, text, 1000 * value)
    return given[0][1]


def _check_nests(tables: Tables, rows: list[tuple[Any, ...]], spread: float) -> None:
    by_nest: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if row[4] is not None:
            by_nest.setdefault(row[4], []).append((row[0], row[5]))
        elif row[5] == row[5]:
            tables.remark(
                "choice-spread", "Choice", row[0], "nest_spread", "A spread in the nest needs a nest.", row[5]
            )
    for nest, figures in by_nest.items():
        own = _one_figure(tables, f"in the nest {nest}", "nest_spread", figures)
        if own > spread:
            text = f"The spread in a nest is at most that of its market ({shown(1000 * spread)} USD/TEU)."
            tables.remark("choice-spread", "Choice", figures[0][0], "nest_spread", text, 1000 * own)


def _check_corridors_of(tables: Tables, market: str, rows: list[tuple[Any, ...]]) -> None:
    """Two corridors at least; two alone only with a word why."""
    corridors = {row[2] for row in rows}
    first, note = rows[0][0], any(row[6] for row in rows)
    if corridors <= {OUTSIDE} or len(corridors) < 2:
        text = f"{market} knows one corridor: there is nothing to choose. Add its rivals, or take its rows out."
        tables.remark("choice-corridors", "Choice", first, "family", text)
    elif len(corridors) == 2 and not note:
        text = f"{market} knows two corridors: when one closes, the other takes all and crowds out everybody else. "
        text += "Add a third, or say in a note why there is none."
        tables.remark("choice-captive", "Choice", first, "family", text)


def check_corridors(tables: Tables) -> None:
    """Every demand that chooses is caught by the markers, and gets past each marker by passing it alone."""
    if not len(tables["Choice"]) or any(not tables.sound(sheet) for sheet in NETWORK):
        return
    if any(sheet in NETWORK for sheet, _ in tables.unsound_rows):
        return
    forms = {key: form for _, key, form in tables.rows("Commodities", "commodity", "form")}
    markers = {family: frozenset(links) for _, family, links in tables.rows("Families", "family", "markers")}
    known: dict[str, list[str]] = {}
    for _, market, family in tables.rows("Choice", "market", "family"):
        known.setdefault(market, []).append(family)
    graphs: dict[str, _Corridors] = {}
    columns = ("demand", "origin", "destination", "commodity", "market", "group")
    for row, demand, origin, destination, commodity, own, group in tables.rows("Demand", *columns):
        market = own or group
        if market not in known or forms.get(commodity) is None:
            continue
        form = forms[commodity]
        if form not in graphs:
            graphs[form] = _Corridors(flow_graph(tables, [form]), markers)
        _check_demand(tables, graphs[form], (row, demand, market), (origin, destination), known[market])


def _check_demand(
    tables: Tables, network: _Corridors, who: tuple[int, str, str], ends: tuple[str, str], families: Iterable[str]
) -> None:
    row, demand, market = who
    escape = network.way(*ends)
    if escape is not None:
        text = f"{demand} of the market {market} can travel past every marker of Families: {_told(escape)}. "
        text += "Add a link of that way to the markers of its corridor."
        tables.remark("corridor-escaped", "Demand", row, "demand", text, demand)
        return
    for family in dict.fromkeys(families):
        if family != OUTSIDE and network.blocked(*ends, family):
            text = f"Every way of {demand} by {family} passes two of the markers of {family}; keep one on each way."
            tables.remark("corridor-blocked", "Demand", row, "demand", text, demand)


def _told(way: list[str]) -> str:
    if len(way) > LONGEST:
        way = [*way[: LONGEST // 2], "…", *way[-(LONGEST // 2) :]]
    return " > ".join(way)


class _Corridors:
    """The network for one form of cargo, whatever its capacities, with the markers of corridors on it."""

    def __init__(self, graph: FlowGraph, markers: Mapping[str, frozenset[str]]) -> None:
        self.graph, self.markers = graph, markers
        links = np.array([arc.asset if arc.kind == "link" else "" for arc in graph.arcs], dtype=object)
        self._both = np.array([not arc.turned for arc in graph.arcs], dtype=np.bool_)
        self._marks = {family: np.isin(links, list(own)) for family, own in markers.items()}
        none = np.zeros(len(links), dtype=np.bool_)
        self._plain: Flags = self._both & ~np.logical_or.reduce([none, *self._marks.values()])
        self._place = {vertex: place for place, own in graph.vertices.items() for vertex in own}
        self._ahead: dict[tuple[int, bool], tuple[Flags, np.ndarray[Any, Any]]] = {}
        self._reached: dict[tuple[str, str], frozenset[str]] = {}

    def _reach(self, vertex: int, *, backward: bool = False) -> tuple[Flags, np.ndarray[Any, Any]]:
        """Vertices reached from one (or that reach it) past no marker, and the vertex before each."""
        if (vertex, backward) not in self._ahead:
            ends = (self.graph.tails[self._plain], self.graph.heads[self._plain])
            ones = np.ones(int(self._plain.sum()))
            matrix = csr_array((ones, ends[::-1] if backward else ends), shape=(self.graph.size, self.graph.size))
            order, before = breadth_first_order(matrix, vertex)
            seen = np.zeros(self.graph.size, dtype=np.bool_)
            seen[order] = True
            self._ahead[vertex, backward] = seen, before
        return self._ahead[vertex, backward]

    def way(self, origin: str, destination: str) -> list[str] | None:
        """Places of a way past no marker; None when there is none."""
        if origin not in self.graph.source or destination not in self.graph.sink:
            return None
        at = self.graph.sink[destination]
        seen, before = self._reach(self.graph.source[origin])
        if not seen[at]:
            return None
        places = [self._place[at]]
        while (at := int(before[at])) >= 0:
            places.append(self._place[at])
        return list(dict.fromkeys(reversed(places)))

    def blocked(self, origin: str, destination: str, family: str) -> bool:
        """Whether a corridor leads there, but never past a single marker of it."""
        if origin not in self.graph.source or destination not in self.graph.sink or family not in self._marks:
            return False
        source, sink = self.graph.source[origin], self.graph.sink[destination]
        ahead, behind = self._reach(source)[0], self._reach(sink, backward=True)[0]
        mark = self._marks[family] & self._both
        if np.any(ahead[self.graph.tails[mark]] & behind[self.graph.heads[mark]]):
            return False
        if (origin, family) not in self._reached:
            self._reached[origin, family] = self.graph.reached(self._plain | mark, [origin])[origin]
        return destination in self._reached[origin, family]
