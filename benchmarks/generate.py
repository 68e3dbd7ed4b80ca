"""Corridor-like planning instances of any size, in the ladder's JSON format.

python -m benchmarks.generate SIZE FILE.json [--seed N] [--nodes N --demands N --periods N --projects N]

Nodes lie in a strip and are numbered along it; links join neighbours; demands run lengthwise, three in four towards the
low numbers. Capacities are half to one and a half times what the first period's demand uses on its cheapest routes,
never less than a floor: some links are too small from the beginning and growth makes others run full. Projects come in
pairs (small, large) on the links used most; the budget pays for half of them in all. The gap of the LP relaxation is
mostly below 0.5 %: these instances are easier than the ladder's own (1 to 4 %), whose network has more ways around.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

CLASSES = 6
GROWTH_PER_PERIOD = 0.06
LINKS_PER_NODE = 1.6
NEIGHBOURS = 6  # nearest nodes that a link may lead to, the node itself among them
STRIP_HEIGHT = 0.35  # of its length
SPARE = (0.5, 1.45)  # capacity, as a share of the first period's use
PENALTY = (1.4, 1.7)  # for a unit left behind, as a share of the cost of the dearest route, and a constant on top
TOWARDS_LOW = 0.75  # share of the demands
PROJECTS_AMONG = 1.4  # links among which one with projects is drawn, those used most


@dataclass(frozen=True)
class Size:
    """Numbers of nodes, demands, periods and projects."""

    nodes: int
    demands: int
    periods: int
    projects: int


SIZES = {
    "S": Size(60, 100, 4, 20),
    "M": Size(80, 200, 6, 40),
    "L": Size(100, 300, 10, 60),
    "XL": Size(300, 1000, 10, 60),
    "XXL": Size(1000, 3000, 10, 200),
}


def generate(name: str, size: Size, seed: int) -> dict[str, Any]:
    """The instance as a dictionary in the ladder's format; the same seed gives the same instance."""
    random = np.random.default_rng(seed)
    points = np.column_stack([np.sort(random.random(size.nodes)), STRIP_HEIGHT * random.random(size.nodes)])
    ends = _links(random, points)
    length = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    cost = np.round(2000.0 * length * random.uniform(0.7, 1.6, len(ends)) + random.uniform(10.0, 60.0, len(ends)), 6)
    days = np.round(5.0 * length * random.uniform(0.7, 1.4, len(ends)) + random.uniform(0.2, 0.6, len(ends)), 6)
    classes = np.round(random.uniform(10.0, 60.0, CLASSES), 6)
    demands = _demands(random, points, size)
    price = cost + float(classes.mean()) * days
    used, dearest = _first_use(size.nodes, ends, price, demands)
    floor = float(np.quantile(used[used > 0], 0.1))
    capacity = np.maximum(floor, used * random.uniform(*SPARE, len(ends)))
    projects = _projects(random, ends, used, capacity, size)
    spending = sum(project["capex"] for project in projects)
    penalty = dearest * random.uniform(*PENALTY, size.demands) + 1000.0
    return {
        "name": name,
        "nodes": size.nodes,
        "periods": size.periods,
        "discount_rate_per_period": 0.05,
        "classes": [{"value_of_time_per_unit_day": float(value)} for value in classes],
        "links": _link_records(ends, cost, days, capacity),
        "demands": [
            {**demand, "unserved_cost_per_unit": round(float(own), 6)}
            for demand, own in zip(demands, penalty, strict=True)
        ],
        "demand_growth": [round(1.0 + GROWTH_PER_PERIOD * t, 6) for t in range(size.periods)],
        "projects": projects,
        "budget_per_period": [round(spending / (2 * size.periods), 6)] * size.periods,
    }


def _link_records(ends: Whole, cost: Floats, days: Floats, capacity: Floats) -> list[dict[str, Any]]:
    """Links as the format has them."""
    return [
        {
            "a": int(a),
            "b": int(b),
            "cost_per_unit": float(cost[e]),
            "days": float(days[e]),
            "capacity_both_directions": round(float(capacity[e]), 6),
        }
        for e, (a, b) in enumerate(ends)
    ]


def _links(random: np.random.Generator, points: Floats) -> Whole:
    """Neighbouring nodes: the shortest spanning tree, then other pairs by chance until there are enough."""
    count = len(points)
    _, neighbour = cKDTree(points).query(points, k=min(count, NEIGHBOURS))
    pairs = {
        (min(i, int(j)), max(i, int(j)))
        for i, row in enumerate(np.asarray(neighbour).tolist())
        for j in row
        if int(j) != i
    }
    pairs |= {(i, i + 1) for i in range(count - 1)}  # keeps the graph connected
    ends = np.array(sorted(pairs), dtype=np.int64)
    length = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    graph = sparse.coo_matrix((length, (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    tree = csgraph.minimum_spanning_tree(graph).tocoo()
    chosen = {(min(i, j), max(i, j)) for i, j in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    for position in random.permutation(len(ends)):
        if len(chosen) >= LINKS_PER_NODE * count:
            break
        chosen.add((int(ends[position, 0]), int(ends[position, 1])))
    return np.array(sorted(chosen), dtype=np.int64)


def _demands(random: np.random.Generator, points: Floats, size: Size) -> list[dict[str, Any]]:
    """Demands between nodes at least a tenth of the strip apart, most towards low numbers; amounts are skewed."""
    units = np.round(np.exp(random.normal(1.0, 1.0, size.demands)), 6)
    demands: list[dict[str, Any]] = []
    while len(demands) < size.demands:
        low, high = random.beta(0.8, 4.0), 1.0 - random.beta(0.8, 3.0)  # more at the two ends of the strip
        one, other = (high, low) if random.random() < TOWARDS_LOW else (low, high)
        origin, destination = (int(np.argmin(np.abs(points[:, 0] - place))) for place in (one, other))
        if abs(points[origin, 0] - points[destination, 0]) < 0.1 or origin == destination:
            continue
        kind = int(random.integers(CLASSES))
        amount = float(units[len(demands)])
        demands.append({"origin": origin, "destination": destination, "cls": kind, "units_first_period": amount})
    return demands


def _first_use(nodes: int, ends: Whole, price: Floats, demands: list[dict[str, Any]]) -> tuple[Floats, Floats]:
    """Units on each link when the first period's demand takes its cheapest routes, and the cost of those routes."""
    both = np.concatenate([ends, ends[:, ::-1]])
    graph = sparse.csr_matrix((np.concatenate([price, price]), (both[:, 0], both[:, 1])), shape=(nodes, nodes))
    origins = sorted({demand["origin"] for demand in demands})
    distance, before = csgraph.dijkstra(graph, indices=origins, return_predecessors=True)
    row = {origin: i for i, origin in enumerate(origins)}
    link = {(int(a), int(b)): e for e, (a, b) in enumerate(ends)}
    used, route_cost = np.zeros(len(ends)), np.zeros(len(demands))
    for k, demand in enumerate(demands):
        tree, at = before[row[demand["origin"]]], demand["destination"]
        route_cost[k] = distance[row[demand["origin"]], at]
        while at != demand["origin"]:
            last = int(tree[at])
            used[link[min(last, at), max(last, at)]] += demand["units_first_period"]
            at = last
    return used, route_cost


def _projects(
    random: np.random.Generator, ends: Whole, used: Floats, capacity: Floats, size: Size
) -> list[dict[str, Any]]:
    """Pairs of a small and a large project on links drawn among those used most; larger ones cost less a unit."""
    candidates = np.argsort(-used)[: max(1, round(PROJECTS_AMONG * -(-size.projects // 2)))]
    pairs = min(len(candidates), -(-size.projects // 2))
    projects: list[dict[str, Any]] = []
    for e in random.choice(candidates, pairs, replace=False):
        small = float(random.uniform(100.0, 1800.0))
        for step, capex in ((0.6, small), (1.2, small * random.uniform(1.0, 2.5))):
            added = round(step * float(capacity[e]), 6)
            projects.append({"link": int(e), "capacity_added": added, "capex": round(float(capex), 6)})
    return projects[: size.projects]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description="Write a corridor-like instance in the ladder's JSON format."
    )
    sizes = "; ".join(f"{key}: {s.nodes} nodes, {s.demands} demands, {s.periods} periods" for key, s in SIZES.items())
    parser.add_argument("size", choices=SIZES, help=sizes)
    parser.add_argument("file", type=Path, help="file to write")
    parser.add_argument("--seed", type=int, default=1)
    for part in ("nodes", "demands", "periods", "projects"):
        parser.add_argument(f"--{part}", type=int, help=f"another number of {part}")
    given = parser.parse_args(arguments)
    changes = {part: getattr(given, part) for part in ("nodes", "demands", "periods", "projects")}
    size = replace(SIZES[given.size], **{part: value for part, value in changes.items() if value is not None})
    if min(size.demands, size.periods, size.projects) < 1 or size.nodes < 12:
        parser.error("at least 12 nodes and one demand, period and project are needed")
    data = generate(given.file.stem, size, given.seed)
    try:
        given.file.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
    except OSError as error:
        print(f"{given.file}: cannot be written ({error.strerror}).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
