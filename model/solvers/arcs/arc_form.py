"""Arc form, in small cases: the compiled model with flows on arcs in the place of route columns.

Flows on arcs that conserve stand for all routes at once (every such flow splits into routes), so a MIP on the arc form
has a true bound for any constraint written on loads. It has a column for each (cargo group, arc, block). It is used for
one block, where rows tie blocks together, for what the proof by periods leaves open, and to check the routes.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.arcs.arc_forcing import Forcing, Opening, openings, steps_of_columns
from model.solvers.core.compiled import BlockMap
from model.solvers.core.highs import MipResult, Status, new_solver, run_lp, run_mip
from model.solvers.core.investment_space import investment_space
from model.solvers.core.linear_program import LinearProgram, make_whole
from model.solvers.problem import Problem, Solution

ENDLESS = 10**12
FORCING_LIMIT = 100_000  # columns that the arc form may have with flows for each demand
SHARPEN_ROUNDS = 30
MOST_ROWS = 10_000
HARDLY = 1e-7


@dataclass(frozen=True)
class ArcGroup:
    """Demands that can share arc flows: one price class, one origin, different destinations."""

    price_class: int
    demands: tuple[int, ...]
    source: int
    sinks: dict[int, int]
    arcs: IntArray


def arc_groups(problem: Problem, *, alone: bool = False) -> list[ArcGroup]:
    """Groups of demands and the arcs that each may use; `alone` gives every demand a group of its own."""
    cargo, graph = problem.formulation.cargo, problem.formulation.graph
    price_class = problem.pricer.classes.of_demand
    found: dict[tuple[int, str, int], dict[int, int]] = {}
    for demand, (origin, destination) in enumerate(zip(cargo.origins, cargo.destinations, strict=False)):
        if origin not in graph.source or destination not in graph.sink:
            continue
        copy = demand if alone else 0
        sinks = found.setdefault((int(price_class[demand]), origin, copy), {})
        while graph.sink[destination] in sinks.values():
            copy += 1
            sinks = found.setdefault((int(price_class[demand]), origin, copy), {})
        sinks[demand] = graph.sink[destination]
    return [_group(problem, key, sinks) for key, sinks in found.items()]


def _group(problem: Problem, key: tuple[int, str, int], sinks: dict[int, int]) -> ArcGroup:
    graph = problem.formulation.graph
    source = graph.source[key[1]]
    all_sources = set(graph.source.values()) - {source}
    other_sinks = set(graph.sink.values()) - set(sinks.values())
    usable = problem.formulation.accepted[problem.pricer.classes.cargo_class[key[0]]].copy()
    usable &= ~np.isin(graph.tail, list(all_sources)) & ~np.isin(graph.head, list(other_sinks))
    return ArcGroup(key[0], tuple(sinks), source, sinks, np.flatnonzero(usable))


def arc_form_size(problem: Problem) -> int:
    """Number of arc-flow columns that the arc form would have; endless when arcs cannot say what a route may (days)."""
    if problem.pricer.limits_days:
        return ENDLESS
    return sum(len(group.arcs) for group in arc_groups(problem)) * len(problem.compiled.blocks)


def solve_arc_form(problem: Problem, start: Solution | None) -> MipResult:
    """Solve the arc form to the gap asked for; values are the compiled columns followed by arc flows.

    Where investments alone open some asset every demand has flows of its own and forcing rows sharpen the LP.
    """
    solver = new_solver(problem.options, mip_rel_gap=problem.options.gap, mip_abs_gap=1e-9)
    LinearProgram.of(problem.compiled, relaxed=True).pass_to(solver, "the arc form")
    space = investment_space(problem.compiled)
    opened, steps = openings(problem, space), steps_of_columns(space, problem.compiled.column_count)
    groups = arc_groups(problem, alone=any(opened))
    if sum(len(group.arcs) for group in groups) * len(opened) > FORCING_LIMIT:
        groups, opened = arc_groups(problem), [{} for _ in opened]
    parts: list[Forcing] = []
    for block, of_block in zip(problem.compiled.blocks, opened, strict=True):
        for group in groups:
            if any(block.serve_row[i] >= 0 for i in group.demands):
                first = solver.getNumCol()
                _add_group(problem, solver, block, group)
                if of_block:
                    parts.append(_forcing(problem, block, group, of_block, first, steps))
    if parts:
        _sharpen(problem, solver, Forcing.all_of(parts))
    make_whole(solver, problem.compiled.integer)
    if start is not None:
        columns = problem.compiled.integer.astype(np.int32)
        solver.setSolution(len(columns), columns, start.values[problem.compiled.integer])
    return run_mip(solver, problem.progress, "exact plan search", trust_bound=True)


def _forcing(
    problem: Problem,
    block: BlockMap,
    group: ArcGroup,
    opened: dict[int, Opening],
    first: int,
    steps: csr_array,
) -> Forcing:
    """Forcing rows of a group of one demand whose flow columns start at `first`."""
    demand = group.demands[0]
    amount = problem.formulation.demand_amount(demand, block.key)
    matrix = csr_array(problem.pricer.load_coefficients(group.price_class)[:, group.arcs])
    rows: list[tuple[int, Opening, float]] = []
    for load, opening in opened.items():
        here = slice(matrix.indptr[load], matrix.indptr[load + 1])
        pairs = zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True)
        rows += [(first + arc, opening, coefficient) for arc, coefficient in pairs if coefficient > 0]
    return Forcing.of(rows, amount, steps)


def _sharpen(problem: Problem, solver: highspy.Highs, forcing: Forcing) -> None:
    """Rounds of the LP and the forcing rows that it breaks, until it breaks none or its value hardly moves."""
    before = -np.inf
    for turn in range(SHARPEN_ROUNDS):
        if problem.progress.must_stop or run_lp(solver, problem.progress) != Status.kOptimal:
            return
        value = float(solver.getInfo().objective_function_value)
        problem.progress.tell("forcing rows", f"LP value {value:,.2f}", record=turn == 0)
        broken = forcing.broken(np.array(solver.getSolution().col_value))[:MOST_ROWS]
        if not len(broken) or value - before <= HARDLY * abs(value):
            return
        before = value
        forcing.add_to(solver, broken)


def _add_group(problem: Problem, solver: highspy.Highs, block: BlockMap, group: ArcGroup) -> None:
    """Conservation rows and arc-flow columns of one group in one block."""
    graph = problem.formulation.graph
    ends = {group.source, *group.sinks.values()}
    tail, head = graph.tail[group.arcs], graph.head[group.arcs]
    inner = np.array(sorted((set(tail) | set(head)) - ends), dtype=np.int64)
    position = np.full(graph.vertex_count, -1, dtype=np.int64)
    position[inner] = np.arange(len(inner))
    first_row = solver.getNumRow()
    zeros = np.zeros(len(inner))
    empty = np.zeros(0, dtype=np.int32)
    solver.addRows(len(inner), zeros, zeros, 0, np.zeros(len(inner), dtype=np.int32), empty, np.zeros(0))
    number = np.arange(len(group.arcs))
    parts: list[tuple[IntArray, IntArray, FloatArray]] = []
    for vertices, sign in ((head, 1.0), (tail, -1.0)):
        at = position[vertices]
        parts.append((number[at >= 0], first_row + at[at >= 0], np.full(int((at >= 0).sum()), sign)))
    for demand, sink in group.sinks.items():
        if block.serve_row[demand] >= 0:
            into = number[head == sink]
            parts.append((into, np.full(len(into), block.serve_row[demand]), np.ones(len(into))))
    parts.append(_load_entries(problem, block, group))
    _add_columns(solver, problem.pricer.unit_costs(block)[group.price_class, group.arcs], parts)


def _load_entries(problem: Problem, block: BlockMap, group: ArcGroup) -> tuple[IntArray, IntArray, FloatArray]:
    """(column, row, -coefficient) of the group's arcs in the load definition rows."""
    matrix = problem.pricer.load_coefficients(group.price_class)
    entries = coo_array(matrix[:, group.arcs])
    rows, columns = entries.coords
    return columns.astype(np.int64), block.load_row[rows], -entries.data


def _add_columns(solver: highspy.Highs, costs: FloatArray, parts: list[tuple[IntArray, IntArray, FloatArray]]) -> None:
    columns, rows, values = (np.concatenate(items) for items in zip(*parts, strict=False))
    order = np.argsort(columns, kind="stable")
    n = len(costs)
    starts = np.searchsorted(columns[order], np.arange(n))
    solver.addCols(
        n, costs, np.zeros(n), np.full(n, highspy.kHighsInf), len(order),
        starts.astype(np.int32), rows[order].astype(np.int32), values[order],
    )  # fmt: skip
