"""The ladder (.json): corridor-like planning instances of growing size.

Periods of one year with a discount rate; a link carries both directions within one capacity; a project adds capacity
from the period after its capital is spent (one construction year); a budget for each period without carry-over;
every demand has its own cost of leaving a unit unserved, so demands share a commodity only where class and cost agree.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from benchmarks.instances import (
    FIRST_YEAR,
    LADDER_GAP,
    Instance,
    InstanceError,
    build_case,
    commodity_record,
    demand_record,
    effect_record,
    link_record,
    node_records,
    project_record,
)
from benchmarks.texts import read_text

KEYS = (
    "name",
    "nodes",
    "periods",
    "discount_rate_per_period",
    "classes",
    "links",
    "demands",
    "demand_growth",
    "projects",
    "budget_per_period",
)


def read(path: Path) -> Instance:
    """The instance in the file. Raises InstanceError saying which key is missing or wrong."""
    try:
        data = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InstanceError(f"{path.name}, line {error.lineno}: not valid JSON ({error.msg}).") from None
    return from_data(data, path.name)


def from_data(data: Any, source: str) -> Instance:
    """The instance held by a decoded file; `source` names it in messages."""
    if not isinstance(data, dict):
        raise InstanceError(f"{source}: expected an object with the keys {', '.join(KEYS)}.")
    missing = [key for key in KEYS if key not in data]
    if missing:
        raise InstanceError(f"{source}: the keys {', '.join(missing)} are missing.")
    for key in ("demand_growth", "budget_per_period"):
        if len(data[key]) != data["periods"]:
            raise InstanceError(f"{source}: {key} has {len(data[key])} entries for {data['periods']} periods.")
    try:
        sheets = _sheets(data)
        rate = _figure(data["discount_rate_per_period"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InstanceError(f"{source}: a record is not as the ladder format asks ({error!r}).") from None
    name = str(data["name"])
    case = build_case(name, sheets, periods=data["periods"], discount_rate=rate)
    return Instance(name, "Ladder", case, LADDER_GAP, must_serve=False)


def _figure(value: Any, least: float = 0.0) -> float:
    """A finite number of at least `least`."""
    number = float(value)
    if not math.isfinite(number) or number < least:
        raise ValueError(f"{value!r} is not a number of at least {least:g}")
    return number


def _place(data: dict[str, Any], number: Any) -> str:
    """Key of a node; nodes are numbered from 0."""
    if not isinstance(number, int) or not 0 <= number < data["nodes"]:
        raise ValueError(f"there is no node {number!r}")
    return f"N{number:04d}"


def _link_key(links: list[str], number: Any) -> str:
    """Key of a link; links are numbered from 0 in the order of the file."""
    if not isinstance(number, int) or not 0 <= number < len(links):
        raise ValueError(f"there is no link {number!r}")
    return links[number]


def _sheets(data: dict[str, Any]) -> dict[str, list[dict[str | int, Any]]]:
    """Tables of the case."""
    commodities: dict[tuple[int, float], str] = {}
    demands = []
    for k, demand in enumerate(data["demands"]):
        kind = (int(demand["cls"]), _figure(demand["unserved_cost_per_unit"]))
        commodity = commodities.setdefault(kind, f"class {kind[0]}, {len(commodities):04d}")
        ends = [_place(data, demand[end]) for end in ("origin", "destination")]
        amounts: dict[str | int, float] = {
            FIRST_YEAR + t: _figure(demand["units_first_period"]) * _figure(growth)
            for t, growth in enumerate(data["demand_growth"])
        }
        demands.append(demand_record(f"D{k:05d}", ends[0], ends[1], commodity, amounts))
    value_of_time = [_figure(kind["value_of_time_per_unit_day"]) for kind in data["classes"]]
    links = [f"L{number:05d}" for number in range(len(data["links"]))]
    projects = [f"P{number:04d}" for number in range(len(data["projects"]))]
    return {
        "Nodes": node_records(_place(data, number) for number in range(data["nodes"])),
        "Links": [_link(data, key, link) for key, link in zip(links, data["links"], strict=True)],
        "Commodities": [
            commodity_record(key, penalty, value_of_time[kind]) for (kind, penalty), key in commodities.items()
        ],
        "Demand": demands,
        "Projects": [
            project_record(key, _figure(project["capex"]), construction_years=1)
            for key, project in zip(projects, data["projects"], strict=True)
        ],
        "ProjectEffects": [
            effect_record(key, "link", _link_key(links, project["link"]), _figure(project["capacity_added"]))
            for key, project in zip(projects, data["projects"], strict=True)
        ],
        "Budgets": [
            {
                "envelope": "budget",
                "scope_kind": "all",
                "first_year": FIRST_YEAR + t,
                "last_year": FIRST_YEAR + t,
                "amount": _figure(amount),
                "amount_per": "year",
                "carry_over": False,
            }
            for t, amount in enumerate(data["budget_per_period"])
        ],
    }


def _link(data: dict[str, Any], key: str, link: dict[str, Any]) -> dict[str | int, Any]:
    """A link whose directions share its capacity."""
    return link_record(
        key,
        _place(data, link["a"]),
        _place(data, link["b"]),
        _figure(link["cost_per_unit"]),
        _figure(link["capacity_both_directions"]),
        both_ways=True,
        days=_figure(link["days"]),
    )
