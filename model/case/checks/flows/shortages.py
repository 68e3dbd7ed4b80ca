"""Cuts of the network that carry less than the demand that must pass them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from model.case.checks.flows.demand import Floats, Flows, Pair, two_sides
from model.case.checks.flows.full_build import Key
from model.case.checks.flows.graph import Cut, FlowGraph, smallest_cut

SHORT: Final = 1e-4
"""Part of the demand through a cut that must be missing before it is told."""
Group = list[tuple[Pair, Pair]]
"""Demand to send at once: (origin and destination as sent, pair as it stands in the sheet)."""


@dataclass(frozen=True)
class Shortage:
    """Demand through a cut against what it carries, in the worst period; `assets` are (kind, asset)."""

    assets: tuple[tuple[str, str], ...]
    measure: str
    period: str
    needed: float
    carried: float
    periods_short: int
    flows: tuple[Flows, ...]

    @property
    def part_missing(self) -> float:
        """Part of what is needed that is not carried."""
        return (self.needed - self.carried) / self.needed


@dataclass(frozen=True)
class Search:
    """A search for shortages among the flows in one graph and measure, against `bounds`."""

    graph: FlowGraph
    measure: str
    bounds: Mapping[Key, float]
    flows: Sequence[Flows]
    periods: Sequence[str]

    def shortages(self, places: int) -> Iterator[Shortage]:
        """What is short: around each place, between the two sides of the network, and for the largest `places`.

        Each direction by itself, then both together: there the demand of the other direction is sent turned round, as
        capacity for both directions is shared.
        """
        for merged in (False, True):
            limits = self.graph.limits(self.measure, self.bounds, merged=merged)
            bound = self._bound(limits)
            if not bound:
                continue
            ends = {place for pair in bound for place in pair}
            for place in sorted(ends):
                found = [self._evaluate(cut, limits, merged=merged) for cut in self.graph.around(place)]
                yield from (shortage for shortage in found if shortage is not None)
            for group in _groups({pair: self._most[pair] for pair in bound}, places, merged=merged):
                shortage = self._of_group(group, limits, merged=merged)
                if shortage is not None:
                    yield shortage

    @cached_property
    def _ends(self) -> tuple[tuple[Any, Any], tuple[Any, Any], Floats]:
        """Vertices where each flow leaves and where it arrives, as it is and turned round; amounts (flows, periods)."""
        source, sink = self.graph.source, self.graph.sink
        pairs = [(flow.origin, flow.destination) for flow in self.flows]
        leaves = (np.array([source[one] for one, _ in pairs]), np.array([source[two] for _, two in pairs]))
        arrives = (np.array([sink[two] for _, two in pairs]), np.array([sink[one] for one, _ in pairs]))
        return leaves, arrives, np.array([flow.amounts(self.measure) for flow in self.flows])

    @cached_property
    def _series(self) -> dict[Pair, Floats]:
        series: dict[Pair, Floats] = {}
        for flow in self.flows:
            pair = (flow.origin, flow.destination)
            series[pair] = series.get(pair, np.zeros(len(self.periods))) + flow.amounts(self.measure)
        return series

    @cached_property
    def _most(self) -> dict[Pair, float]:
        return {pair: float(amounts.max(initial=0.0)) for pair, amounts in self._series.items()}

    def _bound(self, limits: Floats) -> list[Pair]:
        """Pairs of places without a way on which nothing is limited: only these can be short."""
        reach = self.graph.reached(np.isinf(limits), [origin for origin, _ in self._series])
        return [pair for pair in self._series if pair[1] not in reach[pair[0]]]

    def _of_group(self, group: Group, limits: Floats, *, merged: bool) -> Shortage | None:
        """Shortage of a group when its largest amounts are sent at once, else that of the first period that is short.

        Most groups pass with their largest amounts, so that the periods need not be tried one by one.
        """
        cut = smallest_cut(self.graph, limits, [(*ends, self._most[pair]) for ends, pair in group])
        if cut is None:
            return None
        found = self._evaluate(cut, limits, merged=merged)
        for number in range(len(self.periods)):
            if found is not None:
                break
            amounts = [(*ends, float(self._series[pair][number])) for ends, pair in group]
            cut = smallest_cut(self.graph, limits, amounts)
            found = None if cut is None else self._evaluate(cut, limits, merged=merged)
        return found

    def _evaluate(self, cut: Cut, limits: Floats, *, merged: bool) -> Shortage | None:
        """The worst period of a cut, counting all demand that must pass it; None when it is short in none."""
        carried = float(limits[list(cut.arcs)].sum())
        if not carried < np.inf:
            return None
        leaves, arrives, amounts = self._ends
        near = cut.near
        crossing = near[leaves[0]] & ~near[arrives[0]]
        back = near[leaves[1]] & ~near[arrives[1]] if merged else np.zeros_like(crossing)
        needed = crossing @ amounts + back @ amounts
        short = needed - carried
        worst = int(np.argmax(short))
        if not short[worst] > SHORT * needed[worst]:
            return None
        assets = dict.fromkeys((self.graph.arcs[i].kind, self.graph.arcs[i].asset) for i in cut.arcs if limits[i] > 0)
        assets = assets or dict.fromkeys((self.graph.arcs[i].kind, self.graph.arcs[i].asset) for i in cut.arcs)
        periods = int((short > SHORT * needed).sum())
        passing = tuple(self.flows[i] for i in np.flatnonzero(crossing | back).tolist())
        both = (float(needed[worst]), carried)
        return Shortage(tuple(assets), self.measure, self.periods[worst], *both, periods, passing)


def _groups(most: Mapping[Pair, float], places: int, *, merged: bool) -> Iterator[Group]:
    """What leads from one side of the network to the other, and what each of the largest places sends and receives."""
    sides = two_sides(most)
    forward: Group = [(pair, pair) for pair in most if (sides[pair[0]], sides[pair[1]]) == (0, 1)]
    backward: Group = [(pair, pair) for pair in most if (sides[pair[0]], sides[pair[1]]) == (1, 0)]
    sent: dict[str, Group] = {}
    received: dict[str, Group] = {}
    totals: dict[str, float] = {}
    for pair, amount in most.items():
        sent.setdefault(pair[0], []).append((pair, pair))
        received.setdefault(pair[1], []).append((pair, pair))
        for place in pair:
            totals[place] = totals.get(place, 0.0) + amount
    largest = sorted(totals, key=lambda place: (-totals[place], place))[:places]
    if merged:
        yield forward + _turned(backward)
        yield from (sent.get(place, []) + _turned(received.get(place, [])) for place in largest)
        return
    yield forward
    yield backward
    for place in largest:
        yield sent.get(place, [])
        yield received.get(place, [])


def _turned(group: Group) -> Group:
    return [((ends[1], ends[0]), pair) for ends, pair in group]
