"""Borders that lose or gain most of their boxes within a year, and why: an input error until something explains it.

A border is two places of different countries with links between them; its boxes are those of all these links, both
ways. A leap is explained by what is otherwise from that year on at the places that the cargo concerned passes, or
leaves: a closure, the room that other traffic leaves, a project, a change of the scenario, demand itself, or something
that is full and sends on what it
cannot take, or that other cargo leaves because of such an event. What nothing explains is said to be unexplained, with
the cargo that moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from model.case.case import Period
from model.reports.analysis.cargo import amounts, boxed_links, flows_by_period, full_places, route_places, used_places
from model.reports.analysis.events import CHANGE, CLOSURE, DEMAND, FULL, MATERIAL, PROJECT, ROOM, Event, events, named
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed, number

MOST: Final = 0.6
"""A border that loses or gains more of its boxes than this in a year is asked about."""
SMALL: Final = 1.0
"""KTEU a year; what carries less in both years comes and goes freely."""
DUST: Final = 0.01
"""KTEU a year; a route that moves by less stays as it is."""
UNEXPLAINED: Final = "unexplained"
KINDS: Final = (CLOSURE, ROOM, PROJECT, CHANGE)
COLUMNS: Final = ("border", "countries", "after", "year", "before", "now", "ratio", "kind", "why")
TOLD: Final = 3

Place = tuple[str, str]


def alerts(facts: Facts) -> pd.DataFrame:
    """One row a leap (COLUMNS; `before` and `now` in kTEU a year, `ratio` is now / before): the unexplained first.

    Where periods are longer than a year the leap is taken as spread over the years between their beginnings.
    """
    borders = borders_of(facts)
    boxes = _boxes(facts, borders)
    found = [
        _row(facts, borders, border, pair, figures)
        for pair in pairwise(facts.case.periods)
        for border, figures in _leaps(boxes, pair)
    ]
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    return frame.sort_values("kind", key=lambda kinds: kinds != UNEXPLAINED, kind="stable").reset_index(drop=True)


def alert_words(found: pd.DataFrame) -> str:
    """'3, 1 of them unexplained'."""
    unexplained = int((found["kind"] == UNEXPLAINED).sum())
    return f"{len(found)}, {unexplained or 'none'} of them unexplained" if len(found) else "none"


def borders_of(facts: Facts) -> dict[Place, set[str]]:
    """(place, place) of different countries, in order of their keys → links between them."""
    country = facts.nodes["country"].to_dict()
    found: dict[Place, set[str]] = {}
    for row in rows(facts.links):
        if country[row.from_node] != country[row.to_node]:
            first, second = sorted((str(row.from_node), str(row.to_node)))
            found.setdefault((first, second), set()).add(str(row.link))
    return found


def _boxes(facts: Facts, borders: dict[Place, set[str]]) -> dict[tuple[Place, str], float]:
    """KTEU a year over each border, by period."""
    of_link = {link: border for border, links in borders.items() for link in links}
    found: dict[tuple[Place, str], float] = {(border, period): 0.0 for border in borders for period in facts.periods}
    flows = facts.table("link_flows")
    for row in rows(flows[flows["link"].isin(list(of_link))]):
        found[of_link[row.link], row.period] += float(row.boxes_kteu)
    return found


def _leaps(
    boxes: dict[tuple[Place, str], float], pair: tuple[Period, Period]
) -> Iterator[tuple[Place, tuple[float, float]]]:
    """Borders that lose or gain too much between two periods, with their boxes in both."""
    years = pair[1].first_year - pair[0].first_year
    for (border, period), before in boxes.items():
        now = boxes[border, pair[1].name]
        if period != pair[0].name or max(before, now) < SMALL:
            continue
        if now < before * (1 - MOST) ** years or now > before * (1 + MOST) ** years:
            yield border, (before, now)


def _row(
    facts: Facts,
    borders: dict[Place, set[str]],
    border: Place,
    pair: tuple[Period, Period],
    figures: tuple[float, float],
) -> tuple[Any, ...]:
    country = facts.nodes["country"].to_dict()
    before, now = figures
    reason = Leap(facts, borders[border], pair, gained=now > before).reason()
    return (
        " – ".join(facts.names.node(place) for place in border),
        " – ".join(str(country[place]) for place in border),
        pair[0].calendar_years[-1],
        pair[1].first_year,
        before,
        now,
        now / before if before > 0 else float("nan"),
        *reason,
    )


@dataclass(frozen=True)
class Leap:
    """A border's leap from one period to the next, and what may explain it."""

    facts: Facts
    links: set[str]
    pair: tuple[Period, Period]
    gained: bool

    def reason(self) -> tuple[str, str]:
        """Kind and words of what explains it, the plainest kind first, or UNEXPLAINED; and what moved."""
        found = self._events(self._net, self._moved)
        found += [*self._demand(), *([] if found else self._full())]
        found = found or self._room()
        if not found:
            nothing = "No project, closure, change of the scenario, demand or full place explains it."
            return UNEXPLAINED, f"{nothing} Moved: {self._cargo()}"
        words = [self._told(event) for event in found]
        more = f"; and {len(words) - TOLD} more" if len(words) > TOLD else ""
        return found[0].kind, f"{'; '.join(words[:TOLD])}{more}. Moved: {self._cargo()}"

    @cached_property
    def _moved(self) -> float:
        """KTEU a year by which the boxes of the cargo concerned change over the border."""
        return abs(sum(moved for (_, route), moved in self.moves.items() if self._passes(route)))

    def _events(self, net: dict[str, float], moved: float) -> list[Event]:
        """Events at places where enough of some cargo is more, or less (`net`), the plainest kind first.

        Each weighs what it is at its place where that is most; what all cargo passes before and after weighs nothing.
        """
        last, year = self.pair[0].calendar_years[-1], self.pair[1].first_year
        weights = {
            event: max((abs(net.get(place, 0.0)) for place in event.places), default=0.0)
            for event in events(self.facts, last, year)
        }
        found = [event for event, weight in weights.items() if weight > MATERIAL * moved]
        return sorted(found, key=lambda event: (KINDS.index(event.kind), -weights[event]))

    @cached_property
    def _net(self) -> dict[str, float]:
        """Place, link or carrier → kTEU a year more of the cargo concerned."""
        return net_of(self.facts.once(route_places), self.moves)

    def _told(self, event: Event) -> str:
        """The event with the places that it touches here."""
        if event.kind in (DEMAND, FULL):
            return event.words
        return f"{named(self.facts, event.places & self.places or event.places)}: {event.words}"

    @cached_property
    def moves(self) -> dict[tuple[str, str], float]:
        """(demand, route) → kTEU a year more than in the period before, of all routes of the cargo concerned."""
        shifts = self._shifts(self._change)
        return {key: moved for key, moved in self._change.items() if key[0] in shifts}

    @cached_property
    def _change(self) -> dict[tuple[str, str], float]:
        """(demand, route) → kTEU a year more than in the period before, of all cargo."""
        by_period = self.facts.once(flows_by_period)
        before, now = (by_period.get(period.name, {}) for period in self.pair)
        return {key: now.get(key, 0.0) - before.get(key, 0.0) for key in before | now}

    def _shifts(self, change: dict[tuple[str, str], float]) -> dict[str, float]:
        """Demand → kTEU more over the border, for the cargo that makes up four fifths of the leap."""
        sums: dict[str, float] = {}
        for (demand, route), moved in change.items():
            if self._passes(route):
                sums[demand] = sums.get(demand, 0.0) + (moved if self.gained else -moved)
        ranked = sorted(((moved, demand) for demand, moved in sums.items() if moved > 0), reverse=True)
        whole, kept = sum(moved for moved, _ in ranked), 0.0
        found = {}
        for moved, demand in ranked:
            if kept < 0.8 * whole:
                found[demand], kept = moved, kept + moved
        return found

    def _passes(self, route: str) -> bool:
        """Whether a route takes boxes over the border: cargo in them, or bulk on a carrier that puts it into them."""
        return not self.links.isdisjoint(self.facts.once(boxed_links)[route])

    @cached_property
    def places(self) -> frozenset[str]:
        """Links, places and carriers of the routes on which the cargo concerned is more, or less, than before."""
        of_route = self.facts.once(route_places)
        return frozenset(
            place for (_, route), moved in self.moves.items() if abs(moved) > DUST for place in of_route[route]
        )

    def _demand(self) -> list[Event]:
        """Cargo whose whole amount moves by much in the same direction."""
        whole = self.facts.once(amounts)
        found = []
        for demand in dict.fromkeys(demand for demand, _ in self.moves):
            before, now = (whole.get((demand, period.name), 0.0) for period in self.pair)
            if (now - before if self.gained else before - now) > MATERIAL * max(before, now):
                words = f"{self.facts.names.demand(demand)} ({demand}) {number(before, 1)} → {number(now, 1)} kTEU"
                found.append(Event(DEMAND, frozenset(), words))
        return found

    def _full(self) -> list[Event]:
        """Places on routes of the cargo that do not grow, or on the border's own, that are full now."""
        lost = {route for (_, route), moved in self.moves.items() if moved < DUST or self._passes(route)}
        on_them = {place for route in lost for place in self.facts.once(used_places)[route]}
        year = self.pair[1]
        found = self.facts.once(full_places)
        full = {asset for asset, period in found if period == year.name and asset in on_them}
        words = f"{named(self.facts, full)}: full in {year.first_year}, what more there is goes elsewhere"
        return [Event(FULL, frozenset(full), words)] if full else []

    def _room(self) -> list[Event]:
        """Places that were full, which other cargo leaves to the cargo concerned; and what makes that cargo leave.

        Nothing changes then on the ways of the cargo concerned itself: it follows at the end of a chain.
        """
        before, of_route = self.pair[0], self.facts.once(used_places)
        was_full = {asset for asset, period in self.facts.once(full_places) if period == before.name}
        net = net_of(of_route, self.moves)
        room = frozenset(place for place, moved in net.items() if place in was_full and moved > MATERIAL * self._moved)
        concerned = {demand for demand, _ in self.moves}
        left: dict[str, float] = {}
        for (demand, route), moved in self._change.items():
            if demand not in concerned and not room.isdisjoint(of_route[route]):
                left[demand] = left.get(demand, 0.0) + moved
        left = {demand: moved for demand, moved in left.items() if moved < -MATERIAL * self._moved}
        others = {key: moved for key, moved in self._change.items() if key[0] in left}
        causes = self._events(net_of(self.facts.once(route_places), others), -sum(left.values()))
        if not causes:
            return []
        words = f"full in {before.calendar_years[-1]}, with room again for this cargo: {self._told_of(left)} leaves it"
        return [Event(causes[0].kind, room, words), *causes]

    def _cargo(self) -> str:
        """The cargo concerned, the largest first."""
        sums: dict[str, float] = {}
        for (demand, route), moved in self.moves.items():
            if self._passes(route):
                sums[demand] = sums.get(demand, 0.0) + moved
        return f"{self._told_of(sums)}."

    def _told_of(self, sums: dict[str, float]) -> str:
        """Demands by name with what moves of each, the largest first."""
        ranked = sorted(sums.items(), key=lambda item: -abs(item[1]))
        return listed([f"{self.facts.names.demand(demand)} ({moved:+.1f} kTEU)" for demand, moved in ranked], TOLD)


def net_of(of_route: dict[str, frozenset[str]], moves: dict[tuple[str, str], float]) -> dict[str, float]:
    """Place, link or carrier of routes → kTEU a year more, of moves by demand and route."""
    found: dict[str, float] = {}
    for (_, route), moved in moves.items():
        for place in of_route[route]:
            found[place] = found.get(place, 0.0) + moved
    return found
