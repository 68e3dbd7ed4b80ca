"""Routes of a Plan as legs and visits, seen through the tables of the case.

A route with n links has n legs and n + 1 visits: loading, passing or transfer at each node between, unloading.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.cargo import Cargo
from model.plan.verify.checks import Codes, Flags, Floats, Frame
from model.plan.verify.recount import Recount, Stretch

NOTHING: Final = -1
ACTIVITIES: Final = ("loading", "unloading", "transfer", "passing")
LOADING, UNLOADING, TRANSFER, PASSING = range(4)
SHIP_LINES: Final = "ship lines"
SHIP_MODES: Final = ("sea", "ferry")


@dataclass(frozen=True)
class Sequences:
    """All routes whose links and nodes are known, end to end in flat arrays of positions in the sheets."""

    routes: int
    leg_route: Codes
    leg_link: Codes
    leg_start: Codes
    leg_end: Codes
    visit_route: Codes
    visit_node: Codes
    visit_leg_in: Codes
    visit_leg_out: Codes
    unreadable: Codes


def read_sequences(recount: Recount) -> Sequences:
    """Read the routes table."""
    table = recount.routes
    node_lists, node_codes = _split(table["nodes"], recount.case.table("Nodes")["node"])
    link_lists, link_codes = _split(table["links"], recount.case.table("Links")["link"])
    routes = len(table)
    readable = (link_lists > 0) & (node_lists == link_lists + 1)
    node_of, link_of = np.repeat(np.arange(routes), node_lists), np.repeat(np.arange(routes), link_lists)
    readable[node_of[node_codes == NOTHING]] = False
    readable[link_of[link_codes == NOTHING]] = False
    keep_nodes, keep_links = readable[node_of], readable[link_of]
    nodes, node_of, leg_link, leg_route = (
        node_codes[keep_nodes],
        node_of[keep_nodes],
        link_codes[keep_links],
        link_of[keep_links],
    )
    first = np.r_[True, node_of[1:] != node_of[:-1]][: len(nodes)]
    last = np.r_[node_of[1:] != node_of[:-1], True][-len(nodes) :] if len(nodes) else first
    leg_in, leg_out = np.full(len(nodes), NOTHING), np.full(len(nodes), NOTHING)
    leg_in[~first] = np.arange(len(leg_link))
    leg_out[~last] = np.arange(len(leg_link))
    return Sequences(
        routes,
        leg_route,
        leg_link,
        nodes[~last],
        nodes[~first],
        node_of,
        nodes,
        leg_in,
        leg_out,
        np.flatnonzero(~readable),
    )


def _split(column: pd.Series[Any], keys: pd.Series[Any]) -> tuple[Codes, Codes]:
    """'A > B' texts → length of each, and positions of all the parts in `keys` (-1 = unknown)."""
    parts = [parted(str(text or ""), BETWEEN_KEYS) for text in column.tolist()]
    lengths = np.array([len(part) for part in parts], dtype=np.intp)
    flat = pd.Index([word for part in parts for word in part], dtype=object)
    return lengths, pd.Index(keys, dtype=object).get_indexer(flat)


@dataclass(frozen=True)
class Travel:
    """The sequences seen through the tables of one stretch: carriers, directions and activities."""

    recount: Recount
    sequences: Sequences
    stretch: Stretch

    @cached_property
    def cargo(self) -> Cargo:
        """Cargo of each demand, and empty boxes, in the stretch."""
        return Cargo(self.recount.case, self.stretch.year)

    @cached_property
    def leg_demand(self) -> Codes:
        """Position of what travels on each leg, in the order of the cargo."""
        result: Codes = self.recount.demand_of_route[self.sequences.leg_route]
        return result

    @cached_property
    def visit_demand(self) -> Codes:
        """Position of what travels through each visit, in the order of the cargo."""
        result: Codes = self.recount.demand_of_route[self.sequences.visit_route]
        return result

    @cached_property
    def links(self) -> Frame:
        """Links sheet, numbered from 0, with positions of both end nodes and of the carrier."""
        links = self.recount.case.table("Links", self.stretch.year).reset_index(drop=True)
        nodes, carriers = pd.Index(self.nodes["node"]), pd.Index(self.carriers["carrier"])
        return links.assign(
            start=nodes.get_indexer(pd.Index(links["from_node"])),
            end=nodes.get_indexer(pd.Index(links["to_node"])),
            carrier_code=carriers.get_indexer(pd.Index(links["carrier"])),
        )

    @cached_property
    def nodes(self) -> Frame:
        """Nodes sheet, numbered from 0."""
        return self.recount.case.table("Nodes", self.stretch.year).reset_index(drop=True)

    @cached_property
    def carriers(self) -> Frame:
        """Carriers sheet, numbered from 0."""
        return self.recount.case.table("Carriers", self.stretch.year).reset_index(drop=True)

    @cached_property
    def payees(self) -> list[tuple[str, ...]]:
        """Who earns on each link, in equal parts: the countries of its ends; between two, by ship, the ship lines."""
        country, modes = self.nodes["country"].astype(str).tolist(), self.carriers["mode"].tolist()
        found = []
        for start, end, carrier in self.links[["start", "end", "carrier_code"]].to_numpy().tolist():
            ends = tuple(dict.fromkeys((country[start], country[end])))
            found.append((SHIP_LINES,) if len(ends) > 1 and modes[carrier] in SHIP_MODES else ends)
        return found

    @cached_property
    def forward(self) -> Flags:
        """Whether each leg goes from the first end of its link to the second."""
        result: Flags = self.links["start"].to_numpy()[self.sequences.leg_link] == self.sequences.leg_start
        return result

    @cached_property
    def leg_carrier(self) -> Codes:
        """Carrier of each leg."""
        result: Codes = self.links["carrier_code"].to_numpy()[self.sequences.leg_link]
        return result

    def carrier_beside(self, leg: Codes) -> Codes:
        """Carrier of the leg before or after each visit; -1 where there is none."""
        return np.where(leg == NOTHING, NOTHING, np.r_[self.leg_carrier, NOTHING][leg])

    @cached_property
    def activity(self) -> Codes:
        """Activity of each visit."""
        before = self.carrier_beside(self.sequences.visit_leg_in)
        after = self.carrier_beside(self.sequences.visit_leg_out)
        middle = np.where(before == after, PASSING, TRANSFER)
        ends = np.where(self.sequences.visit_leg_in == NOTHING, LOADING, UNLOADING)
        return np.where((before == NOTHING) | (after == NOTHING), ends, middle)

    @cached_property
    def value_of_time(self) -> Floats:
        """Million USD per kTEU and day of what each route carries: (routes,)."""
        segments: Codes = self.recount.routes["segment"].to_numpy(np.intp)
        return self.cargo.value_of_time(self.recount.demand_of_route, segments)

    def by_link(self, per_leg: Floats, season: int | None = None) -> Floats:
        """Flow × coefficient of each leg, added up by link: (links, periods of the stretch)."""
        return self.leg_totals(self.sequences.leg_link, per_leg, len(self.links), season)

    def by_node(self, per_visit: Floats, season: int | None = None) -> Floats:
        """Flow × coefficient of each visit, added up by node: (nodes, periods of the stretch)."""
        return self.visit_totals(self.sequences.visit_node, per_visit, len(self.nodes), season)

    def by_route(self, per_leg: Floats, per_visit: Floats) -> Floats:
        """Coefficients added up along each route: (routes,)."""
        routes = self.sequences.routes
        legs: Floats = np.bincount(self.sequences.leg_route, per_leg, routes).astype(float)
        return legs + np.bincount(self.sequences.visit_route, per_visit, routes)

    def leg_totals(self, places: Codes, per_leg: Floats, size: int, season: int | None = None) -> Floats:
        """Flow × coefficient of each leg, added up by any numbering of the legs: (size, periods of the stretch).

        Of one season (its position), or of the whole year.
        """
        return self._totals(places, self.sequences.leg_route, per_leg, size, season)

    def visit_totals(self, places: Codes, per_visit: Floats, size: int, season: int | None = None) -> Floats:
        """Flow × coefficient of each visit, added up by any numbering of the visits: (size, periods)."""
        return self._totals(places, self.sequences.visit_route, per_visit, size, season)

    def _totals(self, places: Codes, routes: Codes, coefficients: Floats, size: int, season: int | None) -> Floats:
        of_year = self.recount.flows if season is None else self.recount.season_flows[season]
        flows = of_year[:, self.stretch.periods]
        totals: Floats = np.zeros((size, flows.shape[1]))
        for period, of_period in enumerate(flows.T):
            totals[:, period] = np.bincount(places, coefficients * of_period[routes], size)
        return totals
