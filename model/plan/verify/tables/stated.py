"""What tables state beside the figures that are recounted elsewhere: which rows there are, words, and prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np

from model.plan.tables import TABLES
from model.plan.verify.capacity import KEY
from model.plan.verify.checks import Check, Frame, Rows, kept, none_found, records
from model.plan.verify.features import Recounted
from model.plan.verify.recount import Recount
from model.plan.verify.travel import Sequences
from model.plan.verify.whole import Whole

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
Keys = set[tuple[Any, ...]]


def stated_checks(whole: Whole, features: Recounted) -> list[Check]:
    """Checks of rows, words and prices; `features` is what their recounts found."""
    return [
        _rows_check(whole.recount, [*_dense(whole, foreign=features.foreign), *features.rows]),
        _nought_check(whole.recount),
        _used_check(whole.recount),
        _words_check(whole.recount, whole.sequences, features.labels),
        _price_check(whole.recount, whole.rooms, features),
        *([_own_check(whole.recount)] if features.foreign else []),
    ]


def _dense(whole: Whole, *, foreign: bool) -> list[Rows]:
    """Rows that tables must have, and rows that they may have besides."""
    case, periods = whole.case, whole.recount.period_names.tolist()

    def every(sheet: str, column: str, *more: list[str]) -> Keys:
        return set(product(case.table(sheet)[column].tolist(), *more))

    dense: dict[str, tuple[Keys, Keys]] = {
        "demand_served": (every("Demand", "demand", periods), set()),
    }
    if not foreign:
        dense["constraint_rows"] = (set(), set())
    return [Rows(name, TABLES[name].key, *rows) for name, rows in dense.items()]


def _rows_check(recount: Recount, dense: Sequence[Rows]) -> Check:
    """Tables that list everything list all of it, and nothing else."""
    problems = []
    for rows in dense:
        name, table = rows.table, recount.tables[rows.table]
        stated = set(zip(*(map(_plain, table[column].tolist()) for column in rows.key), strict=True))
        wanted, allowed = ({tuple(map(_plain, row)) for row in keys} for keys in (rows.wanted, rows.allowed))
        problems += [f"{name} lacks {_words(row)}" for row in sorted(wanted - stated, key=str)]
        problems += [
            f"{name} has {_words(row)}, of which there is none" for row in sorted(stated - wanted - allowed, key=str)
        ]
    return none_found("tables list all rows", "rows", problems, sum(len(recount.tables[rows.table]) for rows in dense))


def _plain(part: Any) -> Any:
    return round(float(part), 9) if isinstance(part, (int, float, np.number)) else part


def _words(row: tuple[Any, ...]) -> str:
    return ", ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in row)


def _own_check(recount: Recount) -> Check:
    """Rows of a user's constraints as the plan states them: used within the limit. What is used, a recount may say."""
    table = recount.tables["constraint_rows"]
    used, limit, sense = table["used"].to_numpy(float), table["limit"].to_numpy(float), table["sense"].to_numpy(str)
    beyond = np.where(sense == "<=", used - limit, np.where(sense == ">=", limit - used, np.abs(used - limit)))
    keys = list(zip(*(table[name].tolist() for name in ("constraint", "words", "of_period")), strict=True))

    def place(position: int) -> str:
        return f"{_words(keys[position])}: {used[position]:.9g} {sense[position]} {limit[position]:.9g}"

    return kept(
        "constraints of your own are kept", "their unit", beyond, np.maximum(np.abs(used), np.abs(limit)), place
    )


def _nought_check(recount: Recount) -> Check:
    """No row without any figure in the tables that list only what is not nought."""
    problems = []
    for name, column in SPARSE.items():
        table = recount.tables[name]
        for row in np.flatnonzero(table[column].to_numpy(float) == 0):
            problems.append(f"{name}: {_words(tuple(table[key].iloc[row] for key in TABLES[name].key))}")
    return none_found("no row says nothing", "rows", problems, sum(len(recount.tables[name]) for name in SPARSE))


def _used_check(recount: Recount) -> Check:
    """Every route carries something."""
    routes, used = recount.tables["routes"]["route"].tolist(), set(recount.tables["route_flows"]["route"])
    return none_found("routes are used", "routes", [str(route) for route in routes if route not in used], len(routes))


def _words_check(recount: Recount, sequences: Sequences, terms: Mapping[str, str]) -> Check:
    """Words that follow from the case: route groups, labels of cost terms."""
    tables, problems = recount.tables, []
    groups, told = _route_groups(recount, sequences), dict(terms)

    def labels(row: Any) -> str:
        """The label of a cost term, or its name in words; a term of a user's feature has any label, but one only."""
        in_words = str(row.term).replace("_", " ").capitalize()
        return in_words if row.label == in_words else told.setdefault(row.term, row.label)

    stated = [
        *(("routes.route_group", row.route, row.route_group, groups[row.route]) for row in records(tables["routes"])),
        *(("costs.label", row.term, row.label, labels(row)) for row in records(tables["costs"])),
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


def _price_check(recount: Recount, found: Frame, features: Recounted) -> Check:
    """Shadow prices are not negative, and above nought only where a limit binds: full in some season, or by a feature.

    How large they are takes another solve to say. Ships, and features of a user, may limit what an asset carries too.
    """
    table = recount.tables["capacities"]
    named = features.limiting
    full = np.full(len(found), features.foreign)
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
