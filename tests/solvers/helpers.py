"""Problems and random graphs for the tests of the solvers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import Graph, build_graph
from model.network.routes import RoutePool
from model.solvers.core.options import Method, SolveOptions
from model.solvers.core.outcome import Outcome
from model.solvers.core.progress import Listener, Progress
from model.solvers.engine import solve
from model.solvers.problem import Problem, Solution
from tests.minis import COMMODITIES, budget, demand, effect, link, make_case, project


def prepared(case: Case, time_limit: float = 60.0) -> Problem:
    """A compiled problem."""
    options = SolveOptions(gap=1e-9, time_limit=time_limit).filled(case)
    return Problem.prepare(build(case, build_graph(case), RoutePool()), options, Progress(time_limit))


def solved(
    case: Case, method: Method, time_limit: float = 60.0, listener: Listener | None = None, gap: float = 1e-9
) -> tuple[Outcome, Solution | None]:
    """Outcome and solution of a case by one method."""
    options = SolveOptions(method=method, gap=gap, time_limit=time_limit).filled(case)
    return solve(build(case, build_graph(case), RoutePool()), options, Progress(time_limit, listener))


def lumpy_case(seed: int, periods: int = 3, nodes: int = 7, projects: int = 6) -> Case:
    """A ring with chords, tight links, projects under a yearly budget: the shape of the ladder, small."""
    random = np.random.default_rng(seed)
    names = "ABCDEFGHIJKL"[:nodes]
    pairs = [(names[i], names[(i + 1) % nodes]) for i in range(nodes)]
    pairs += [(names[i], names[(i + nodes // 2) % nodes]) for i in range(0, nodes // 2)]
    links = [
        link(
            f"{a}{b}",
            f"{a}-{b}",
            container_cost=float(random.integers(1, 9)),
            capacity_kteu=float(random.integers(2, 9)),
            capacity_direction="both",
        )
        for a, b in pairs
    ]
    ends = [random.choice(list(names), 2, replace=False) for _ in range(8)]
    demands = [demand(f"D{i}", f"{a}-{b}", float(random.integers(2, 7))) for i, (a, b) in enumerate(ends)]
    chosen = random.choice([row["link"] for row in links], projects, replace=False)
    years = tuple(range(2026, 2026 + periods))
    return make_case(
        f"lumpy {seed}",
        names,
        links,
        demands,
        years=years,
        Projects=[project(f"P{i}", float(random.integers(5, 15))) for i in range(projects)],
        ProjectEffects=[effect(f"P{i}", asset, float(random.integers(4, 12))) for i, asset in enumerate(chosen)],
        Budgets=[budget("all", (years[0], years[-1]), 18.0)],
    )


def gated_case(seed: int) -> Case:
    """A ring with a chord, tight links, and projects that cut time or tariff, under a yearly budget."""
    random = np.random.default_rng(seed)
    names = "ABCDEF"
    pairs = [(names[i], names[(i + 1) % 6]) for i in range(6)] + [("A", "D")]
    links = [
        link(
            a + b,
            f"{a}-{b}",
            container_cost=float(random.integers(1, 6)),
            days_regular=float(random.integers(2, 9)),
            capacity_kteu=float(random.integers(6, 15)),
            capacity_direction="both",
        )
        for a, b in pairs
    ]
    ends = [random.choice(list(names), 2, replace=False) for _ in range(7)]
    chosen = random.choice([row["link"] for row in links], 4, replace=False)
    return make_case(
        f"gated {seed}",
        names,
        links,
        [demand(f"D{i}", f"{a}-{b}", float(random.integers(2, 5))) for i, (a, b) in enumerate(ends)],
        years=(2026, 2027),
        Commodities=[{**COMMODITIES[0], "value_of_time": 0.1}, *COMMODITIES[1:]],
        Projects=[project(f"P{i}", float(random.integers(1, 9))) for i in range(4)],
        ProjectEffects=[
            {
                "project": f"P{i}", "asset_kind": "link", "asset": str(asset),
                "time_change": -0.5, "cost_change": -0.1 * int(random.integers(0, 5)),
            }
            for i, asset in enumerate(chosen)
        ],
        Budgets=[budget("B", (2026, 2027), 6.0)],
    )  # fmt: skip


def random_graph(seed: int, size: int = 7, arcs: int = 18) -> Graph:
    """Vertex 0 is the only source, the last the only sink; parallel arcs may occur."""
    random = np.random.default_rng(seed)
    tail = random.integers(0, size - 1, arcs)
    head = random.integers(1, size, arcs)
    keep = tail != head
    table = pd.DataFrame({"tail": tail[keep], "head": head[keep]})
    table["kind"] = "link"
    return Graph(table, tuple("v" for _ in range(size)), {"v": 0}, {"v": size - 1})


def simple_routes(graph: Graph, source: int, sink: int) -> Iterator[tuple[int, ...]]:
    """Every simple route, by depth-first search."""

    def extend(vertex: int, seen: frozenset[int], arcs: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if vertex == sink:
            yield arcs
            return
        for arc in np.flatnonzero(graph.tail == vertex).tolist():
            head = int(graph.head[arc])
            if head not in seen:
                yield from extend(head, seen | {head}, (*arcs, arc))

    yield from extend(source, frozenset({source}), ())
