"""Canad instances (.dow): fixed-charge capacitated multicommodity network design.

Format: header line; `nodes arcs commodities`; per arc `tail head unit_cost capacity fixed_cost _ _`; per commodity
`origin destination demand`. A directed link with zero capacity and one project per link that opens it.
Source: Crainic, Frangioni and Gendron (2001), Discrete Applied Mathematics 112, 73-99.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.instances import (
    FIRST_YEAR,
    PUBLIC_GAP,
    Instance,
    InstanceError,
    build_case,
    commodity_record,
    demand_record,
    effect_record,
    link_record,
    node_records,
    penalty_above,
    project_record,
)
from benchmarks.texts import Line, lines_of

SIZES = "'nodes arcs commodities' as three whole numbers"
ARC = "an arc 'tail head unit_cost capacity fixed_cost' with nodes of the file and no negative figure"
COMMODITY = "a commodity 'origin destination demand' with nodes of the file and demand of at least 0"


def read(path: Path) -> Instance:
    """The instance in the file. Raises InstanceError naming the line that is wrong."""
    lines = list(lines_of(path))[1:]
    if not lines:
        raise InstanceError(f"{path.name}: expected a header line and {SIZES}, found nothing.")
    nodes, arcs, commodities = (lines[0].whole(value, SIZES) for value in lines[0].numbers(3, SIZES))
    body = lines[1:]
    if len(body) < arcs + commodities:
        raise InstanceError(
            f"{path.name}: line {lines[0].number} announces {arcs} arcs and {commodities} commodities, "
            f"but only {len(body)} lines follow."
        )
    sheets: dict[str, list[dict[str | int, Any]]] = {"Links": [], "Projects": [], "ProjectEffects": []}
    for position, line in enumerate(body[:arcs], start=1):
        _add_arc(sheets, f"A{position:04d}", line, nodes)
    capex = [project["capex"] for project in sheets["Projects"]]
    penalty = penalty_above((link["container_cost"] for link in sheets["Links"]), capex, nodes - 1)
    demands = [_commodity(f"D{k:04d}", line, nodes) for k, line in enumerate(body[arcs : arcs + commodities], start=1)]
    case = build_case(
        path.stem,
        {
            **sheets,
            "Nodes": node_records(_node(number) for number in range(1, nodes + 1)),
            "Commodities": [commodity_record("cargo", penalty)],
            "Demand": [demand for demand in demands if demand is not None],
        },
    )
    return Instance(path.stem, "Canad", case, PUBLIC_GAP, must_serve=True)


def _node(number: int) -> str:
    return f"N{number:03d}"


def _add_arc(sheets: dict[str, list[dict[str | int, Any]]], key: str, line: Line, nodes: int) -> None:
    """The link, its project and what the project opens."""
    tail, head, cost, capacity, fixed = line.numbers(5, ARC)
    if min(cost, capacity, fixed) < 0:
        raise line.fail(ARC)
    ends = [_node(line.whole(end, ARC, most=nodes)) for end in (tail, head)]
    sheets["Links"].append(link_record(key, ends[0], ends[1], cost, 0.0, both_ways=False))
    sheets["Projects"].append(project_record(key, fixed))
    sheets["ProjectEffects"].append(effect_record(key, "link", key, capacity))


def _commodity(key: str, line: Line, nodes: int) -> dict[str | int, Any] | None:
    """The demand; None when nothing has to travel."""
    origin, destination, amount = line.numbers(3, COMMODITY)
    ends = [_node(line.whole(end, COMMODITY, most=nodes)) for end in (origin, destination)]
    if amount < 0:
        raise line.fail(COMMODITY)
    if amount == 0 or ends[0] == ends[1]:
        return None
    return demand_record(key, ends[0], ends[1], "cargo", {FIRST_YEAR: amount})
