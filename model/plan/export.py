"""The way out: the whole mixed-integer programme over a plan's routes as an MPS or LP file, for other solvers.

Every row, bound and whole-number column of the model is in it, and a flow column for each route that the plan uses in a
period and season. What costs the same whatever is decided stands as the column `fixed_cost`, which is 1. The optimum of
the file is the plan's cost where no other plan over these routes is cheaper, and never above it. Money is million USD
of present value.

Names say the family of rows or columns, what it is about, and the period and season:
`capacity(link,L090,kTEU,both;2031;year)`, `built(P26,2031)`, `flow(D07,1,R34;2031;winter)`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import highspy
import numpy as np
from scipy.sparse import csc_array

from model.formulation.formulation import BlockKey, Formulation
from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled
from model.solvers.core.highs import SolverError, new_solver
from model.solvers.core.linear_program import LinearProgram
from model.solvers.problem import Problem, Solution

ENDINGS: Final = (".mps", ".lp")
LONGEST_NAME: Final = 200
"""Characters of a name; readers of LP files take 255."""
_OTHER = re.compile(r"[^A-Za-z0-9_.#-]+")


def export_model(problem: Problem, solution: Solution, path: Path) -> None:
    """Write the MIP over the routes of a solution; the ending of `path` says in which format (ENDINGS).

    Raises ValueError for another ending, OSError when the file cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"'{path}' should end in {' or '.join(ENDINGS)}")
    with open(path, "a", encoding="ascii"):  # HiGHS would only say that it failed
        pass
    solver = new_solver(problem.options)
    compiled = problem.compiled
    LinearProgram.of(compiled, relaxed=False).pass_to(solver, "the model to be exported")
    solver.changeObjectiveOffset(0.0)
    flows = sorted(solution.flows)
    _add_flows(solver, problem, flows)
    _must(solver.addCol(compiled.constant, 1.0, 1.0, 0, [], []))
    names = [*column_names(problem.formulation, compiled), *_flow_names(problem, flows), "fixed_cost"]
    for number, name in enumerate(_apart(names)):
        _must(solver.passColName(number, name))
    for number, name in enumerate(_apart(row_names(problem.formulation, compiled))):
        _must(solver.passRowName(number, name))
    _must(solver.writeModel(str(path)))


def _must(status: highspy.HighsStatus) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused a part of the model to be exported")


def _add_flows(solver: highspy.Highs, problem: Problem, flows: Sequence[tuple[int, int]]) -> None:
    """A column for each (block, route): it serves its demand, adds to loads, and costs what a unit costs on it."""
    formulation, blocks = problem.formulation, problem.compiled.blocks
    cells, of_demand = _load_cells(formulation)
    for number, route_number in flows:
        block, route = blocks[number], formulation.routes[route_number]
        cargo_class, arcs = int(formulation.cargo.class_of[route.demand]), list(route.arcs)
        period = block.key[0]
        cost = formulation.operating_weight(period) * float(formulation.unit_rates(period)[cargo_class, arcs].sum())
        picked = [cargo_class * formulation.graph.arc_count + arc for arc in arcs]
        loads = np.asarray(csc_array(cells[:, picked]).sum(axis=1)).ravel()
        met = np.flatnonzero((loads != 0.0) & ((of_demand < 0) | (of_demand == route.demand)))
        rows = np.concatenate(([block.serve_row[route.demand]], block.load_row[met])).astype(np.int32)
        values = np.concatenate(([1.0], -loads[met]))
        _must(solver.addCol(cost, 0.0, highspy.kHighsInf, len(rows), rows, values))


def _load_cells(formulation: Formulation) -> tuple[csc_array, IntArray]:
    """What a unit of a class adds to each load on each arc, shape (loads, classes × arcs), and each load's own demand.

    The demand is -1 where a load counts all of them.
    """
    arcs, loads = formulation.graph.arc_count, list(formulation.loads.values())
    rows: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    columns: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    values: list[FloatArray] = [np.zeros(0)]
    for number, load in enumerate(loads):
        classes = np.arange(len(load.coefficients))[:, None]
        columns.append((classes * arcs + load.arcs[None, :]).ravel())
        values.append(load.coefficients.ravel())
        rows.append(np.full(load.coefficients.size, number, dtype=np.int64))
    shape = (len(loads), len(formulation.cargo.classes) * arcs)
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    own = np.array([-1 if load.demand is None else load.demand for load in loads], dtype=np.int64)
    return csc_array(entries, shape=shape), own


def column_names(formulation: Formulation, compiled: Compiled) -> list[str]:
    """Names of the compiled columns, in order; the same name may stand twice."""
    loads = list(formulation.loads)
    return [
        _name(formulation, compiled, int(block), variable, loads, ())
        for variable, block in zip(compiled.variables, compiled.column_block, strict=True)
    ]


def row_names(formulation: Formulation, compiled: Compiled) -> list[str]:
    """Names of the compiled rows, in order; a row about one load has that load's name in it."""
    loads = list(formulation.loads)
    load_of = {
        int(column): key for block in compiled.blocks for key, column in zip(loads, block.load_column, strict=True)
    }
    matrix = compiled.matrix
    names = []
    for row, (constraint, block) in enumerate(zip(compiled.constraints, compiled.row_block, strict=True)):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        met = [load_of[column] for column in columns.tolist() if column in load_of]
        about = met[0] if len(met) == 1 else ()
        names.append(_name(formulation, compiled, int(block), constraint, loads, about))
    return names


def _name(
    formulation: Formulation, compiled: Compiled, block: int, component: Any, loads: Sequence[Any], about: Sequence[Any]
) -> str:
    """Family, what it is about, period and season. `about` stands for a running number that says nothing."""
    parent = component.parent_component()
    index = component.index()
    parts = list(index) if isinstance(index, tuple) else [] if index is None else [index]
    where: BlockKey | tuple[()] = () if block == INVESTMENT else compiled.blocks[block].key
    if len(parts) == 1 and isinstance(parts[0], int):
        parts = _told(formulation, where, component, parent, parts[0], loads, about)
    return _joined(parent.local_name, parts, where)


def _told(
    formulation: Formulation,
    where: Any,
    component: Any,
    parent: Any,
    number: int,
    loads: Sequence[Any],
    about: Sequence[Any],
) -> list[Any]:
    """What a running number stands for: a demand and its segment, a load, a row of a sheet."""
    if where:
        operations = formulation.operations(*where)
        if parent.index_set() is operations.DEMANDS:
            return [formulation.cargo.rows[number], formulation.cargo.segments[number]]
        if parent.index_set() is operations.LOADS:
            return list(loads[number])
    note = formulation.notes.get(id(component))
    return list(about) or ([number] if note is None else [number, f"{note.sheet}_row_{note.row}"])


def _flow_names(problem: Problem, flows: Iterable[tuple[int, int]]) -> list[str]:
    cargo, names = problem.formulation.cargo, []
    for number, route_number in flows:
        route = problem.formulation.routes[route_number]
        parts = [cargo.rows[route.demand], cargo.segments[route.demand], route.name]
        names.append(_joined("flow", parts, problem.compiled.blocks[number].key))
    return names


def _joined(family: str, parts: Sequence[Any], where: Sequence[str]) -> str:
    """'family(part,part;period;season)' in the letters that every reader of MPS and LP files takes."""
    inside = ";".join([",".join(map(_plain, parts)), *map(_plain, where)]) if parts else ";".join(map(_plain, where))
    return (f"{_plain(family)}({inside})" if inside else _plain(family))[:LONGEST_NAME]


def _plain(word: Any) -> str:
    """A key in ASCII letters, without blanks and signs that part terms."""
    ascii_only = unicodedata.normalize("NFKD", str(word)).encode("ascii", "ignore").decode()
    return _OTHER.sub("_", ascii_only).strip("_").replace("-", "_") or "_"


def _apart(names: Iterable[str]) -> list[str]:
    """The names, with a number after those that stood before."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return found
