"""Forcing rows: what a project opens can be used by a demand only as far as the project is open.

A row load <= Σ bound × whole columns lets the LP open a hundredth of a project for a hundredth of the load, and so have
all of its use for one demand at almost no cost. For each single demand, with U the most that it can add to the load,

    load of the demand <= Σ min(bound, U) × whole columns

holds for every plan (no column open: no load; one open: at most U or its bound), and is far tighter than the row itself
when the load is shared by many demands. These are the strong forcing rows of fixed-charge network design (Magnanti and
Wong 1984; Gendron, Crainic and Frangioni 1999). There are gates × demands × blocks of them, so they are looked for
where an LP solution breaks them. In pricing, the dual of such a row is a surcharge that one demand pays on the arcs of
the load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.problem import Problem
from model.solvers.routes.pricing import Pricer

TINY = 1e-9
BROKEN = 1e-4  # share of a demand's most by which a row must be broken to be worth a row


@dataclass(frozen=True)
class Gates:
    """Loads of one block that are nothing while some steps are 0.

    `loads` are load numbers, shape (gates,); `bounds` has shape (gates, steps): load <= bounds · steps.
    """

    loads: IntArray
    bounds: csr_array


def find_gates(problem: Problem, space: InvestmentSpace) -> list[Gates]:
    """Gates of every block, read off the compiled rows, whatever constraint family wrote them."""
    compiled = problem.compiled
    place = np.full(compiled.column_count, -1, dtype=np.int64)
    place[space.columns] = np.arange(len(space.columns))
    inside = (compiled.column_block != INVESTMENT).astype(float)
    entries = csr_array((np.ones_like(compiled.matrix.data), compiled.matrix.indices, compiled.matrix.indptr))
    of_block = np.asarray(entries @ inside)
    likely = (of_block == 1) & (np.diff(compiled.matrix.indptr) > 1) & np.isfinite(compiled.row_upper)
    result = []
    for number, block in enumerate(compiled.blocks):
        load_of = np.full(compiled.column_count, -1, dtype=np.int64)
        load_of[block.load_column] = np.arange(len(block.load_column))
        rows = np.flatnonzero(likely & (compiled.row_block == number)).tolist()
        found = [gate for row in rows if (gate := _gate(problem, space, row, load_of, place)) is not None]
        loads = np.array([load for load, _ in found], dtype=np.int64)
        bounds = csr_array(np.vstack([bound for _, bound in found])) if found else csr_array((0, space.size))
        result.append(Gates(loads, bounds))
    return result


def _gate(
    problem: Problem, space: InvestmentSpace, row: int, load_of: IntArray, place: IntArray
) -> tuple[int, FloatArray] | None:
    """Load number and bound per step of a row that is a gate."""
    compiled = problem.compiled
    first, last = compiled.matrix.indptr[row], compiled.matrix.indptr[row + 1]
    columns, values = compiled.matrix.indices[first:last], compiled.matrix.data[first:last]
    inside = compiled.column_block[columns] != INVESTMENT
    factor = float(values[inside][0])
    if load_of[columns[inside][0]] < 0 or factor <= 0:
        return None
    doors, at = -values[~inside] / factor, place[columns[~inside]]
    bound = np.asarray(space.expand[at].T @ doors)
    rest = compiled.row_upper[row] / factor + float(doors @ space.shift[at])
    used = np.abs(bound) > TINY
    if abs(rest) > TINY or np.any(bound < -TINY) or not used.any():
        return None
    if not np.all(space.integer[used] & (space.lower[used] >= 0)):
        return None
    return int(load_of[columns[inside][0]]), np.where(used, bound, 0.0)


class Forcing:
    """The forcing rows found so far, and the search for more.

    Row k is (block, demand, gate) `rows[k]`; `number[b]` has shape (demands, gates) and holds k, or -1.
    """

    def __init__(self, problem: Problem, space: InvestmentSpace) -> None:
        """No gates and no rows yet: `look` finds the gates when rows are wanted."""
        self._problem, self._space, self._pricer = problem, space, problem.pricer
        self._amounts = problem.amounts()
        self._classes = problem.pricer.classes.of_demand
        self.rows: list[tuple[int, int, int]] = []
        nothing = Gates(np.zeros(0, dtype=np.int64), csr_array((0, space.size)))
        self._take([nothing] * len(problem.compiled.blocks))

    def look(self) -> bool:
        """Find the gates; says whether there are any."""
        if not any(len(gates.loads) for gates in self.gates):
            self._take(find_gates(self._problem, self._space))
        return any(len(gates.loads) for gates in self.gates)

    def _take(self, gates: list[Gates]) -> None:
        self.gates = gates
        demands = len(self._problem.formulation.cargo.names)
        self.number = [np.full((demands, len(of_block.loads)), -1, dtype=np.int64) for of_block in gates]
        self._most = _most_of_routes(self._pricer, gates)

    def most(self, block: int) -> FloatArray:
        """The most that each demand can add to each gate's load, shape (demands, gates)."""
        return np.asarray(self._amounts[block][:, None] * self._most[block][self._classes])

    def coefficients(self, row: int) -> csr_array:
        """Coefficients of the steps on the right side of a forcing row, shape (1, steps)."""
        block, demand, gate = self.rows[row]
        bounds = csr_array(self.gates[block].bounds[[gate]])
        bounds.data = np.minimum(bounds.data, self.most(block)[demand, gate])
        return bounds

    def search(self, routes: list[tuple[int, int]], flows: FloatArray, steps: FloatArray) -> int:
        """Add the rows that a solution breaks; returns how many.

        `routes` are (block number, route number), `flows` their flows in units of the demands.
        """
        before = len(self.rows)
        blocks = np.array([block for block, _ in routes], dtype=np.int64)
        numbers = np.array([route for _, route in routes], dtype=np.int64)
        for block, gates in enumerate(self.gates):
            here = np.flatnonzero((blocks == block) & (flows > TINY))
            if len(gates.loads) and len(here):
                self._search_block(block, gates, numbers[here], flows[here], steps)
        return len(self.rows) - before

    def _search_block(self, block: int, gates: Gates, numbers: IntArray, flows: FloatArray, steps: FloatArray) -> None:
        parts = self._pricer.table.of(numbers)[:, gates.loads].tocoo()
        demand = self._pricer.table.demand[numbers[parts.coords[0]]]
        used = np.zeros(self.number[block].shape)
        np.add.at(used, (demand, parts.coords[1]), parts.data * flows[parts.coords[0]])
        most = self.most(block)
        open_now = np.asarray(gates.bounds @ steps)
        suspects = (used > TINY) & (self.number[block] < 0) & (open_now > TINY)[None, :]
        for at, gate in np.argwhere(suspects).tolist():
            bounds = gates.bounds[[gate]]
            room = float(np.minimum(bounds.data, most[at, gate]) @ steps[bounds.indices])
            if used[at, gate] - room > BROKEN * most[at, gate]:
                self.number[block][at, gate] = len(self.rows)
                self.rows.append((block, at, gate))


def _most_of_routes(pricer: Pricer, gates: list[Gates]) -> list[FloatArray]:
    """The most that a unit of each price class adds to each gate's load on any route: (classes, gates) by block."""
    most: dict[int, FloatArray] = {}
    for load in sorted({load for of_block in gates for load in of_block.loads.tolist()}):
        most[load] = pricer.most_of_route(load)
    nothing = np.zeros((pricer.classes.count, 0))
    return [
        np.column_stack([most[load] for load in of_block.loads.tolist()]) if len(of_block.loads) else nothing
        for of_block in gates
    ]
