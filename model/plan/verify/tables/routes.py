"""Whether the routes of a Plan may be travelled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.case.keys import joined
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.checks import Check, Codes, Flags, none_found, tolerance_of
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount
from model.plan.verify.travel import LOADING, TRANSFER, UNLOADING, Sequences, Travel

KNOWN = "routes name known links and nodes"


def unreadable_check(recount: Recount, sequences: Sequences) -> Check:
    """Routes that are no chain of known links and nodes; nothing can be recounted where there are any."""
    words = [
        f"{route} ({nodes} by {links})"
        for route, nodes, links in recount.routes[["route", "nodes", "links"]].itertuples(index=False, name=None)
    ]
    return none_found(KNOWN, "routes", [words[number] for number in sequences.unreadable.tolist()], sequences.routes)


def route_checks(recount: Recount, sequences: Sequences, rates: list[Rates]) -> list[Check]:
    """Whether every route is one that cargo may take, in each stretch in which it carries any."""
    found: dict[str, set[int]] = {KNOWN: set(sequences.unreadable.tolist())}
    for rate in rates:
        used = recount.used_in(rate.travel.stretch)
        for name, routes in {**_problems_of(rate.travel), "routes are quick enough": _too_slow(rate)}.items():
            found.setdefault(name, set()).update(route for route in routes.tolist() if used[route])
    described = recount.routes[["route", "nodes", "links"]].itertuples(index=False, name=None)
    words = [f"{route} ({nodes} by {links})" for route, nodes, links in described]
    return [
        none_found(name, "routes", [words[route] for route in sorted(routes)], sequences.routes)
        for name, routes in found.items()
    ]


def _sides_twice(travel: Travel) -> Codes:
    """Routes that arrive at a node, or leave it, twice by the same carrier."""
    seq = travel.sequences
    twice = np.zeros(len(seq.leg_route), dtype=bool)
    for nodes in (seq.leg_start, seq.leg_end):
        sides = pd.DataFrame({"route": seq.leg_route, "node": nodes, "carrier": travel.leg_carrier})
        twice |= sides.duplicated().to_numpy(bool)
    return np.unique(seq.leg_route[twice])


def _problems_of(travel: Travel) -> dict[str, Codes]:
    """Positions of the routes with each kind of problem, by the tables of one stretch."""
    seq, links = travel.sequences, travel.links
    start, end = links["start"].to_numpy()[seq.leg_link], links["end"].to_numpy()[seq.leg_link]
    backward = (end == seq.leg_start) & (start == seq.leg_end)
    joined = ((start == seq.leg_start) & (end == seq.leg_end)) | backward
    against = backward & ~travel.forward & ~links["both_ways"].to_numpy(bool)[seq.leg_link]
    allowed = travel.nodes["transfer_allowed"].to_numpy(bool)[seq.visit_node]
    keys = travel.nodes["node"].to_numpy(object)[seq.visit_node]
    of_demand = travel.visit_demand
    wrong_start = (travel.activity == LOADING) & (keys != travel.cargo.origins[of_demand])
    ends, markets = travel.cargo.destinations[of_demand], np.isin(keys, travel.recount.markets)
    wrong_end = (travel.activity == UNLOADING) & np.where(travel.cargo.is_empty[of_demand], ~markets, keys != ends)
    return {
        "routes are joined up": np.unique(seq.leg_route[~joined]),
        "routes go the right way": np.unique(seq.leg_route[against]),
        "routes pass no side of a node twice": _sides_twice(travel),
        "routes state their carriers": _wrong_carriers(travel),
        "carriers take the cargo": np.unique(seq.leg_route[~_takes_cargo(travel)]),
        "transfers are allowed": np.unique(seq.visit_route[(travel.activity == TRANSFER) & ~allowed]),
        "routes join origin and destination": np.unique(seq.visit_route[wrong_start | wrong_end]),
    }


def _too_slow(rate: Rates) -> Codes:
    """Routes that take longer than their cargo may."""
    most = rate.travel.cargo.most_days[rate.travel.recount.demand_of_route]
    days = rate.travel.by_route(rate.leg_days, rate.visit_days)
    return np.flatnonzero(days > most + tolerance_of(days))


def _takes_cargo(travel: Travel) -> Flags:
    """Whether the carrier of each leg accepts the form of the cargo."""
    form = travel.cargo.form[travel.leg_demand]
    result = np.zeros(len(form), dtype=bool)
    for name in ("container", "dry bulk", "liquid bulk"):
        accepts = travel.carriers[f"accepts_{name.replace(' ', '_')}"].to_numpy(bool)[travel.leg_carrier]
        result |= (form == name) & accepts
    return result


def _wrong_carriers(travel: Travel) -> Codes:
    """Routes whose stated carriers are not those of their links, given for each leg or at each change."""
    seq = travel.sequences
    names = travel.carriers["carrier"].to_numpy(object)[travel.leg_carrier]
    stated = travel.recount.routes["carriers"].tolist()
    starts = np.searchsorted(seq.leg_route, np.arange(seq.routes + 1))
    wrong = []
    for route in np.unique(seq.leg_route).tolist():
        legs = names[starts[route] : starts[route + 1]].tolist()
        changes = [name for position, name in enumerate(legs) if position == 0 or name != legs[position - 1]]
        if stated[route] not in (joined(legs, BETWEEN_KEYS), joined(changes, BETWEEN_KEYS)):
            wrong.append(route)
    return np.array(wrong, dtype=np.intp)
