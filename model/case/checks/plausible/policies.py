"""Policies that no plan can keep: limits that contradict each other, floors above what can ever be built."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np

from model.case.checks.tables import Tables
from model.case.messages import shown
from model.case.text import listed

_TARGET: Final = ("kind", "demands", "country", "areas", "links", "measure", "value_per")
_CAPACITY: Final = {"kTEU": ("capacity_kteu", "added_kteu"), "kt": ("capacity_kt", "added_kt")}


def check_policy_limits(tables: Tables) -> None:
    """Contradicting pairs, and flow floors above the capacity at full build."""
    _check_pairs(tables)
    _check_floors(tables)


def _check_pairs(tables: Tables) -> None:
    """A floor above a ceiling for the same target in a common year."""
    rows = list(tables.rows("Policies", "policy", "sense", "value", "first_year", "last_year", *_TARGET))
    for one, two in combinations(rows, 2):
        if one[6:] != two[6:] or not _share_a_year(one, two):
            continue
        for floor, ceiling in ((one, two), (two, one)):
            if floor[2] in (">=", "=") and ceiling[2] in ("<=", "=") and floor[3] > ceiling[3]:
                text = (
                    f"{floor[1]} (row {floor[0]}) asks for at least {shown(floor[3])}, {ceiling[1]} (row {ceiling[0]})"
                )
                text = f"{text} allows at most {shown(ceiling[3])} of the same in a common year."
                tables.remark("policies-contradict", "Policies", two[0], "value", text, two[3])
                break


def _share_a_year(one: tuple[Any, ...], two: tuple[Any, ...]) -> bool:
    first = np.fmax(one[4], two[4])
    last = np.fmin(one[5], two[5])
    return not first > last


def _check_floors(tables: Tables) -> None:
    """A flow floor above the capacity of its links with every project built."""
    columns = ("policy", "kind", "sense", "value", "links", "measure")
    for row, policy, kind, sense, value, words, measure in tables.rows("Policies", *columns):
        if kind != "link flow" or sense not in (">=", "=") or measure not in _CAPACITY:
            continue
        total, links = _full_capacity(tables, set(words), measure)
        if links and value > total * (1 + 1e-9):
            text = f"{policy} asks for {shown(value)} {measure} a year on {listed(links, 5)}; with every project built"
            text = f"{text} they carry {shown(round(total, 6))}. Short by {shown(round(value - total, 6))}."
            tables.remark("policy-unreachable", "Policies", row, "value", text, value)


def _full_capacity(tables: Tables, words: set[str], measure: str) -> tuple[float, list[str]]:
    """Capacity (kTEU or kt a year, both directions) of the links meant, with all modules of all projects built."""
    base, added = _CAPACITY[measure]
    modules = {
        project: most
        for _, project, status, most in tables.rows("Projects", "project", "status", "maximum_modules")
        if status in ("candidate", "committed")
    }
    gains: dict[str, float] = {}
    for _, kind, asset, project, amount in tables.rows("ProjectEffects", "asset_kind", "asset", "project", added):
        if kind == "link":
            gains[asset] = gains.get(asset, 0.0) + amount * modules.get(project, 0.0)
    total, links = 0.0, []
    columns = ("link", "route_group", "both_ways", "capacity_direction", base)
    for _, link, group, both_ways, direction, capacity in tables.rows("Links", *columns):
        if link in words or group in words:
            links.append(link)
            ways = 2 if both_ways and direction == "each" else 1
            total += np.inf if capacity != capacity else ways * (capacity + gains.get(link, 0.0))
    return total, links
