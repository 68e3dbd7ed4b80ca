"""OR-Library cap instances: capacitated warehouse location.

Format: `warehouses customers`; per warehouse `capacity fixed_cost`; per customer `demand` and then the cost of serving
all of it from each warehouse. A source, a node per warehouse whose facility a project opens, a node per customer.
The large files (capa, capb, capc) hold the word 'capacity' instead of a figure, which the user has to give.
Source: Beasley (1990), Journal of the Operational Research Society 41, 1069-1072.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from benchmarks.texts import Line, words_of

SOURCE = "source"


def read(path: Path, capacity: float | None = None) -> Instance:
    """The instance in the file; `capacity` replaces the word 'capacity'. Raises InstanceError naming the line."""
    words = words_of(path)

    def number(expected: str) -> float:
        return _number(path, words, expected, capacity)

    warehouses, customers = (int(number("the numbers of warehouses and customers")) for _ in range(2))
    sites = [
        (number(f"the capacity of warehouse {w}"), number(f"the fixed cost of warehouse {w}"))
        for w in range(1, warehouses + 1)
    ]
    case = build_case(path.stem, _sheets(sites, customers, number))
    return Instance(path.stem, "OR-Library", case, PUBLIC_GAP, must_serve=True)


def _number(path: Path, words: Iterator[tuple[str, Line]], expected: str, capacity: float | None) -> float:
    """The next figure of the file."""
    try:
        word, line = next(words)
    except StopIteration:
        raise InstanceError(f"{path.name}: the file ends where {expected} should follow.") from None
    if word == "capacity":
        if capacity is None:
            raise InstanceError(f"{path.name} leaves the warehouse capacity open: give it with --capacity NUMBER.")
        return capacity
    value = line.number_of(word, f"{expected} as a number")
    if value < 0:
        raise line.fail(f"{expected}, not negative")
    return value


def _sheets(
    sites: list[tuple[float, float]], customers: int, number: Callable[[str], float]
) -> dict[str, list[dict[str | int, Any]]]:
    """Tables of the case: warehouses first, then one customer after another as the file has them."""
    stores = [f"W{w:03d}" for w in range(1, len(sites) + 1)]
    places = [f"C{c:04d}" for c in range(1, customers + 1)]
    links = [link_record(f"to {store}", SOURCE, store, 0.0, None, both_ways=False) for store in stores]
    demands = []
    for place in places:
        amount = number(f"the demand of customer {place}")
        if amount == 0:
            raise InstanceError(f"Customer {place} has no demand: a cost of serving nothing cannot be priced by unit.")
        demands.append(demand_record(f"D{place}", SOURCE, place, "cargo", {FIRST_YEAR: amount}))
        for store in stores:
            cost = number(f"the cost of serving customer {place} from {store}")
            links.append(link_record(f"{store} to {place}", store, place, cost / amount, None, both_ways=False))
    penalty = penalty_above((link["container_cost"] for link in links), (fixed for _, fixed in sites), 1)
    return {
        "Nodes": [
            *node_records([SOURCE, *places]),
            *({**node, "capacity_kteu": 0.0, "capacity_counts": "throughput"} for node in node_records(stores)),
        ],
        "Links": links,
        "Commodities": [commodity_record("cargo", penalty)],
        "Demand": demands,
        "Projects": [project_record(store, fixed) for store, (_, fixed) in zip(stores, sites, strict=True)],
        "ProjectEffects": [
            effect_record(store, "node", store, size) for store, (size, _) in zip(stores, sites, strict=True)
        ],
    }
