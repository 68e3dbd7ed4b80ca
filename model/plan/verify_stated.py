"""What tables state beside the figures that are recounted elsewhere: which rows there are, words, and prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np

from model.plan.tables import TABLES
from model.plan.verify_capacity import KEY
from model.plan.verify_checks import Check, Frame, kept, none_found, records
from model.plan.verify_congestion import EXCESS, stated_keys
from model.plan.verify_features import TERMS
from model.plan.verify_recount import Recount
from model.plan.verify_travel import Sequences

SPARSE: Final = {
    "investments": "modules",
    "lives": "ending",
    "spending": "amount",
    "route_flows": "flow",
    "link_flows": "flow_kt",
    "node_flows": "flow_kt",
    "emissions": "co2_kt",
}
"""Tables that list only what is not nought, and of what. (A cost of nought says that the term falls on a country.)"""
NO_GROUP: Final = "other"
FULL: Final = 1.0 - 1e-5
"""Part of what is usable from which a limit binds."""
NOTHING: Final = 1e-6
Rows = set[tuple[Any, ...]]


def stated_checks(
    recount: Recount,
    sequences: Sequences,
    found: Frame,
    on: Mapping[str, bool],
    windows: Iterable[tuple[Any, ...]],
    *,
    foreign: bool,
) -> list[Check]:
    """Checks of rows, words and prices.

    `found` is of verify_capacity.capacities, `on` says which families are imposed, `windows` are the (envelope, first
    year, last year) of all limits, `foreign` tells of features that the verifier does not know.
    """
    return [
        _rows_check(recount, _dense(recount, found, on, set(windows))),
        _nought_check(recount),
        _used_check(recount),
        _words_check(recount, sequences),
        _price_check(recount, found, foreign=foreign),
    ]


def _dense(recount: Recount, found: Frame, on: Mapping[str, bool], windows: Rows) -> dict[str, tuple[Rows, Rows]]:
    """Rows that a table must have, and rows that it may have besides, by table."""
    case, periods = recount.case, recount.period_names.tolist()
    seasons = [season.name for season in recount.seasons]

    def every(sheet: str, column: str, *more: list[str]) -> Rows:
        return set(product(case.table(sheet)[column].tolist(), *more))

    first, last = case.first_year, case.last_year
    inside = {window for window in windows if first <= window[2] <= last}
    sailed = on["fleet"] and len(case.table("Services"))
    dense: dict[str, tuple[Rows, Rows]] = {
        "demand_served": (every("Demand", "demand", periods), set()),
        "envelopes": (inside, windows - inside),
        "fleets": (every("Vessels", "vessel", periods) if sailed else set(), set()),
        "sailings": (every("Services", "service", periods, seasons) if sailed else set(), set()),
        "boxes": (every("Boxes", "node", periods, seasons) if on["empties"] else set(), set()),
    }
    keys = list(zip(*(found[name].tolist() for name in KEY), strict=True))
    unused = _unused(recount)
    may = {key for key, way_back in zip(keys, found["one_way"].tolist(), strict=True) if way_back or key[:2] in unused}
    if on["capacity"]:
        dense["capacities"] = (set(keys) - may, may)
    rows = stated_keys(recount, found) if on["congestion"] and on["capacity"] else set()
    allowed = {row for row in rows if (*row[:4], row[5]) in may}
    dense["congestion"] = (rows - allowed, allowed)
    return dense


def _unused(recount: Recount) -> set[tuple[str, str]]:
    """Nodes whose limit nothing can use: no link ends there, or only handling counts and there may be none."""
    links, nodes = recount.case.table("Links"), recount.case.table("Nodes")
    ends = {*links["from_node"], *links["to_node"]}
    counts = zip(nodes["node"].tolist(), nodes["capacity_counts"].tolist(), strict=True)
    return {("node", str(node)) for node, what in counts if node not in ends or what == "handling"}


def _rows_check(recount: Recount, dense: Mapping[str, tuple[Rows, Rows]]) -> Check:
    """Tables that list everything list all of it, and nothing else."""
    problems = []
    for name, (wanted, allowed) in dense.items():
        key = EXCESS if name == "congestion" else TABLES[name].key
        table = recount.tables[name]
        stated = set(zip(*(map(_plain, table[column].tolist()) for column in key), strict=True))
        wanted, allowed = ({tuple(map(_plain, row)) for row in rows} for rows in (wanted, allowed))
        problems += [f"{name} lacks {_words(row)}" for row in sorted(wanted - stated, key=str)]
        problems += [
            f"{name} has {_words(row)}, of which there is none" for row in sorted(stated - wanted - allowed, key=str)
        ]
    return none_found("tables list all rows", "rows", problems, sum(len(recount.tables[name]) for name in dense))


def _plain(part: Any) -> Any:
    return round(float(part), 9) if isinstance(part, (int, float, np.number)) else part


def _words(row: tuple[Any, ...]) -> str:
    return ", ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in row)


def _nought_check(recount: Recount) -> Check:
    """No row without any figure in the tables that list only what is not nought."""
    problems = []
    for name, column in SPARSE.items():
        table = recount.tables[name]
        empty = table.loc[table[column].to_numpy(float) == 0, list(TABLES[name].key)]
        problems += [f"{name}: {_words(row)}" for row in empty.itertuples(index=False, name=None)]
    return none_found("no row says nothing", "rows", problems, sum(len(recount.tables[name]) for name in SPARSE))


def _used_check(recount: Recount) -> Check:
    """Every route carries something."""
    routes, used = recount.tables["routes"]["route"].tolist(), set(recount.tables["route_flows"]["route"])
    return none_found("routes are used", "routes", [str(route) for route in routes if route not in used], len(routes))


def _words_check(recount: Recount, sequences: Sequences) -> Check:
    """Words that follow from the case: scope of envelopes, route groups, labels of cost terms, what services sail."""
    tables, problems = recount.tables, []
    scopes = {
        str(row.envelope): "all projects" if row.scope_kind == "all" else f"{row.scope_kind} {row.scope}"
        for row in reversed(records(recount.case.table("Budgets")))
    }
    groups, told = _route_groups(recount, sequences), dict(TERMS)
    services = {row.service: (row.link, row.vessel) for row in records(recount.case.table("Services"))}

    def labels(row: Any) -> str:
        """The label of a cost term, or its name in words; a term of a user's feature has any label, but one only."""
        in_words = str(row.term).replace("_", " ").capitalize()
        return in_words if row.label == in_words else told.setdefault(row.term, row.label)

    stated = [
        *(("envelopes.scope", row.envelope, row.scope, scopes[row.envelope]) for row in records(tables["envelopes"])),
        *(("routes.route_group", row.route, row.route_group, groups[row.route]) for row in records(tables["routes"])),
        *(("costs.label", row.term, row.label, labels(row)) for row in records(tables["costs"])),
        *(("sailings.link", row.service, row.link, services[row.service][0]) for row in records(tables["sailings"])),
        *(
            ("sailings.vessel", row.service, row.vessel, services[row.service][1])
            for row in records(tables["sailings"])
        ),
    ]
    problems = [f"{column} of {key}: '{said}', not '{right}'" for column, key, said, right in stated if said != right]
    return none_found("words are those of the case", "cells", problems, len(stated))


def _route_groups(recount: Recount, sequences: Sequences) -> dict[Any, str]:
    """Route group with most kilometres of each route; NO_GROUP when no link has one."""
    links, routes = recount.case.table("Links", recount.case.first_year), recount.routes["route"].tolist()
    length, group = links["length_km"].to_numpy(float), links["route_group"].tolist()
    lengths: dict[Any, dict[str, float]] = {route: defaultdict(float) for route in routes}
    for row, link in zip(sequences.leg_route.tolist(), sequences.leg_link.tolist(), strict=True):
        if isinstance(group[link], str):
            lengths[routes[row]][str(group[link])] += float(length[link])
    return {
        route: max(of_route, key=lambda name: (of_route[name], name)) if of_route else NO_GROUP
        for route, of_route in lengths.items()
    }


def _price_check(recount: Recount, found: Frame, *, foreign: bool) -> Check:
    """Shadow prices are not negative, and above nought only where a limit binds: full in some season, or congested.

    How large they are takes another solve to say. Ships, and `foreign` features, may limit what an asset carries too.
    """
    table = recount.tables["capacities"]
    case = recount.case
    named = {(row.asset_kind, row.asset, row.measure) for row in records(case.table("Congestion"))}
    named |= {("link", row.link, measure) for row in records(case.table("Services")) for measure in ("kTEU", "kt")}
    full = np.full(len(found), foreign)
    for season in range(len(recount.seasons)):
        used, least = (found[f"{word} {season}"].to_numpy(float) for word in ("used", "least"))
        full |= used >= FULL * least - NOTHING
    keys = zip(*(found[name].tolist() for name in KEY), strict=True)
    # a unit of capacity serves both directions: its price stands on both rows, whichever of them is full
    binding = {(*key[:3], key[4]) for key, binds in zip(keys, full.tolist(), strict=True) if binds}
    stated = list(zip(*(table[name].tolist() for name in KEY), strict=True))
    binds = np.array([(*key[:3], key[4]) in binding or key[:3] in named for key in stated], dtype=bool)
    told = np.nan_to_num(table["shadow_price"].to_numpy(float))  # a price may be unknown
    wrong = np.maximum(-told, np.where(binds, 0.0, told))
    check = kept(
        "shadow prices stand where a limit binds", "million USD a unit", wrong, np.ones_like(wrong),
        lambda position: f"{_words(stated[position])}: {told[position]:.9g}",
    )  # fmt: skip
    return replace(check, detail=f"{check.detail}; their size is not checked: that takes another solve")
