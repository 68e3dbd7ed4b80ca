"""SNDlib native format: network capacity planning with modular link capacities.

Format: NODES `id ( x y )`; LINKS `id ( s t ) preinstalled_capacity preinstalled_cost routing_cost setup_cost
( {module_capacity module_cost}* )`; DEMANDS `id ( s t ) routing_unit value max_path_length`. A file holds the network;
which problem is meant is said by a model name such as U-U-M-N-C-A-N-N: demands U undirected, D directed – links
U (both directions share the capacity), B (each direction has it), D (directed) – M (a module may be installed any whole
number of times) or E (at most one module) – setup cost N ignored, Y counted once – routing C, paths A, hop limit N,
survivability N (others are not modelled here).
Source: Orlowski, Wessaely, Pioro and Tomaszewski (2010), Networks 55(3), 276-286.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
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

DEFAULT_MODEL = "U-U-M-N-C-A-N-N"
ENTRY = re.compile(r"^(\S+)\s*\(\s*(\S+)\s+(\S+)\s*\)\s*(.*)$")
LINK = "a link 'id ( s t ) preinstalled_capacity preinstalled_cost routing_cost setup_cost ( {capacity cost}* )'"
DEMAND = "a demand 'id ( s t ) routing_unit value max_path_length'"
NODE = "a node 'id ( x y )'"

Sheets = dict[str, list[dict[str | int, Any]]]


@dataclass(frozen=True)
class Model:
    """The planning problem meant: the flags of a model name."""

    name: str
    undirected_demands: bool
    links: str
    one_module: bool
    setup_cost: bool


@dataclass(frozen=True)
class Link:
    """A link of the network with its modules (capacity, cost)."""

    key: str
    ends: tuple[str, str]
    capacity: float
    capacity_cost: float
    routing_cost: float
    setup_cost: float
    modules: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Network:
    """What a file holds; demands are (key, from, to, amount)."""

    nodes: tuple[str, ...]
    links: tuple[Link, ...]
    demands: tuple[tuple[str, str, str, float], ...]


def parse_model(name: str) -> Model:
    """The model of a name; flags left out at the end are those of the default. Raises InstanceError."""
    flags = name.strip().upper().split("-")
    flags += DEFAULT_MODEL.split("-")[len(flags) :]
    allowed = ("UD", "UBD", "ME", "NY", "C", "A", "N", "N")
    if len(flags) != len(allowed) or not all(flag in [*choice] for flag, choice in zip(flags, allowed, strict=True)):
        raise InstanceError(
            f"'{name}' is not a model read here: expected demands U or D, links U, B or D, modules M or E, setup cost "
            f"N or Y, then C-A-N-N, for example {DEFAULT_MODEL}."
        )
    if flags[0] == "U" and flags[1] == "D":
        raise InstanceError(f"'{name}': undirected demands on directed links are not read here.")
    return Model("-".join(flags), flags[0] == "U", flags[1], flags[2] == "E", flags[3] == "Y")


def read(path: Path, model_name: str = DEFAULT_MODEL, network_name: str | None = None) -> Instance:
    """The instance in the file under the named model. Raises InstanceError naming the line that is wrong."""
    model = parse_model(model_name)
    network = parse(path)
    name = f"{network_name or path.stem}--{model.name}"
    case = build_case(name, _sheets(network, model))
    installed = sum(link.capacity_cost for link in network.links)
    return Instance(name, "SNDlib", case, PUBLIC_GAP, must_serve=True, constant=installed)


def parse(path: Path) -> Network:
    """The network in a file. Raises InstanceError naming the line that is wrong."""
    sections: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for line in lines_of(path):
        text = " ".join(line.words)
        if text.startswith(("#", "?")):
            continue
        if current is None and (opening := re.fullmatch(r"([A-Z_]+) ?\(", text)):
            current = sections.setdefault(opening.group(1), [])
        elif text == ")":
            current = None
        elif current is not None:
            current.append(line)
    missing = [key for key in ("NODES", "LINKS", "DEMANDS") if not sections.get(key)]
    if missing:
        raise InstanceError(f"{path.name}: the section {missing[0]} is missing; is it in SNDlib's native format?")
    nodes = tuple(line.words[0] for line in sections["NODES"])
    links = tuple(_parse_link(line, nodes) for line in sections["LINKS"])
    return Network(nodes, links, tuple(_parse_demand(line, nodes) for line in sections["DEMANDS"]))


def _entry(line: Line, expected: str, nodes: Sequence[str]) -> tuple[str, tuple[str, str], str]:
    """Key, the two ends and the rest of a record."""
    match = ENTRY.match(" ".join(line.words))
    if match is None or match.group(2) not in nodes or match.group(3) not in nodes:
        raise line.fail(expected + " between nodes of the file")
    return match.group(1), (match.group(2), match.group(3)), match.group(4)


def _figures(line: Line, text: str, expected: str) -> list[float]:
    """Numbers of at least 0."""
    values = [line.number_of(word, expected) for word in text.split()]
    if any(value < 0 for value in values):
        raise line.fail(expected + " with no negative figure")
    return values


def _parse_link(line: Line, nodes: Sequence[str]) -> Link:
    key, ends, rest = _entry(line, LINK, nodes)
    match = re.fullmatch(r"([^()]*)\(([^()]*)\)", rest)
    if match is None:
        raise line.fail(LINK)
    fixed = _figures(line, match.group(1), LINK)
    pairs = _figures(line, match.group(2), LINK)
    if len(fixed) != 4 or len(pairs) % 2:
        raise line.fail(LINK)
    modules = tuple((size, cost) for size, cost in zip(pairs[::2], pairs[1::2], strict=True) if size > 0)
    return Link(key, ends, fixed[0], fixed[1], fixed[2], fixed[3], modules)


def _parse_demand(line: Line, nodes: Sequence[str]) -> tuple[str, str, str, float]:
    key, ends, rest = _entry(line, DEMAND, nodes)
    figures = _figures(line, " ".join(rest.split()[:2]), DEMAND)
    if len(figures) != 2:
        raise line.fail(DEMAND)
    return key, ends[0], ends[1], figures[0] * figures[1]


def _sheets(network: Network, model: Model) -> Sheets:
    """Tables of the case.

    Links that give each direction its own capacity serve undirected demands exactly as well as shared links of twice
    the capacity: a demand may be split in two halves that travel in opposite directions.
    """
    factor = 2.0 if model.undirected_demands and model.links == "B" else 1.0
    amount = sum(demand[3] for demand in network.demands)
    sheets: Sheets = {"Links": [], "Projects": [], "ProjectEffects": [], "ProjectRules": []}
    for link in network.links:
        record = link_record(
            link.key, *link.ends, link.routing_cost, factor * link.capacity, both_ways=model.links != "D"
        )
        if model.links == "B" and not model.undirected_demands:
            record["capacity_direction"] = "each"
        sheets["Links"].append(record)
        _add_projects(sheets, link, model, amount, factor)
    unit_costs = [link.routing_cost for link in network.links]
    penalty = penalty_above(unit_costs, (p["capex"] for p in sheets["Projects"]), len(network.nodes) - 1)
    return {
        **sheets,
        "Nodes": node_records(network.nodes),
        "Commodities": [commodity_record("cargo", penalty)],
        "Demand": [
            demand_record(key, origin, destination, "cargo", {FIRST_YEAR: value})
            for key, origin, destination, value in network.demands
            if value > 0 and origin != destination
        ],
    }


def _add_projects(sheets: Sheets, link: Link, model: Model, amount: float, factor: float) -> None:
    """A project for each module of the link, and the rules between them.

    No link needs to carry more than the whole demand, which bounds how often a module is worth installing.
    """
    keys = [f"{link.key} module {number}" for number in range(1, len(link.modules) + 1)]
    for key, (size, cost) in zip(keys, link.modules, strict=True):
        most = max(1, math.ceil((amount - factor * link.capacity) / (factor * size)))
        sheets["Projects"].append(project_record(key, cost, modules=1 if model.one_module else most))
        sheets["ProjectEffects"].append(effect_record(key, "link", link.key, factor * size))
    pairs: list[tuple[str, str, str]] = []
    if model.one_module:
        pairs += [("excludes", one, other) for one, other in itertools.combinations(keys, 2)]
    if model.setup_cost and link.setup_cost > 0 and keys:
        setup = f"{link.key} set-up"
        sheets["Projects"].append(project_record(setup, link.setup_cost))
        pairs += [("requires", key, setup) for key in keys]
    for kind, project, other in pairs:
        rule = f"R{len(sheets['ProjectRules']) + 1:04d}"
        sheets["ProjectRules"].append({"rule": rule, "kind": kind, "project": project, "other_project": other})
