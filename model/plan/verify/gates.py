"""What projects change of days, prices and emissions: which legs and visits of a route use it, and whether they may.

A route states it in words, in order of travel: 'place: project + project; place: project'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.mentions import read_mentions
from model.plan.verify.checks import Check, Floats, none_found, records
from model.plan.verify.recount import Recount
from model.plan.verify.travel import NOTHING, Sequences

CHANGES: Final = ("time_change", "cost_change", "co2_change", "buffer_change")
MOST_COMBINED: Final = 3
"""Of so many projects of one place every combination may be used; of more each alone, or all together."""

Change = Mapping[str, float]
Place = tuple[str, str]


@dataclass(frozen=True)
class Gates:
    """Projects used by the legs and visits (by their positions) that use any, and routes that cannot be right."""

    changes: Mapping[Place, Mapping[str, Change]]
    legs: Mapping[int, tuple[Place, frozenset[str]]]
    visits: Mapping[int, tuple[Place, frozenset[str]]]
    of_route: Mapping[int, frozenset[str]]
    unreadable: tuple[int, ...]

    def factors(self, what: str, legs: int, visits: int) -> tuple[Floats, Floats]:
        """Product of (1 + change) over the projects used, ((legs,), (visits,))."""
        result = np.ones(legs), np.ones(visits)
        for factors, used in zip(result, (self.legs, self.visits), strict=True):
            for position, (place, projects) in used.items():
                factors[position] = np.prod([1.0 + self.changes[place][project][what] for project in projects])
        return result


def changes_of(case: Case) -> dict[Place, dict[str, Change]]:
    """Changes at each (asset kind, asset) by the projects that can be built."""
    projects = case.table("Projects")
    buildable = set(projects.loc[projects["status"].isin(["candidate", "committed"]), "project"])
    found: dict[Place, dict[str, Change]] = {}
    for row in records(case.table("ProjectEffects")):
        change = {name: float(getattr(row, name)) for name in CHANGES}
        if row.project in buildable and any(change.values()):
            found.setdefault((str(row.asset_kind), str(row.asset)), {})[str(row.project)] = change
    return found


def read_gates(recount: Recount, sequences: Sequences) -> Gates:
    """Read the column projects_used of the routes table."""
    changes = changes_of(recount.case)
    reader = _Places(recount, sequences)
    legs: dict[int, tuple[Place, frozenset[str]]] = {}
    visits: dict[int, tuple[Place, frozenset[str]]] = {}
    of_route: dict[int, frozenset[str]] = {}
    unreadable: list[int] = []
    for route, text in enumerate(recount.routes["projects_used"].tolist()):
        if not isinstance(text, str) or not text:
            continue
        places = reader.on_the_way(route)
        for asset, named in read_mentions(text):
            projects = frozenset(named)
            # Mentions stand in order of travel: each is the next place on the way that fits.
            for place, is_leg, position in places:
                if place[1] == asset and _may_use(changes.get(place, {}), projects):
                    (legs if is_leg else visits)[position] = (place, projects)
                    of_route[route] = of_route.get(route, frozenset()) | projects
                    break
            else:
                unreadable.append(route)
                break
    return Gates(changes, legs, visits, of_route, tuple(unreadable))


def _may_use(known: Mapping[str, Change], projects: frozenset[str]) -> bool:
    if not projects or not projects <= set(known):
        return False
    return len(known) <= MOST_COMBINED or len(projects) in (1, len(known))


class _Places:
    """The places of each route at which projects can change something, in order of travel."""

    def __init__(self, recount: Recount, sequences: Sequences) -> None:
        self._sequences = sequences
        self._links = recount.case.table("Links")["link"].tolist()
        self._nodes = recount.case.table("Nodes")["node"].tolist()
        self._first = np.searchsorted(sequences.visit_route, np.arange(sequences.routes + 1))

    def on_the_way(self, route: int) -> Iterator[tuple[Place, bool, int]]:
        """(asset kind, asset), whether it is a leg, and the position; nothing changes at loading and unloading."""
        sequences = self._sequences
        for visit in range(int(self._first[route]), int(self._first[route + 1])):
            before, after = int(sequences.visit_leg_in[visit]), int(sequences.visit_leg_out[visit])
            if NOTHING not in (before, after):
                yield ("node", str(self._nodes[sequences.visit_node[visit]])), False, visit
            if after != NOTHING:
                yield ("link", str(self._links[sequences.leg_link[after]])), True, after


def readable_check(recount: Recount, gates: Gates) -> Check:
    """Whether the changes that routes use exist."""
    routes = recount.routes
    problems = [f"{routes['route'][route]}: {routes['projects_used'][route]}" for route in gates.unreadable]
    return none_found("routes use changes that projects make", "routes", problems, len(routes))
