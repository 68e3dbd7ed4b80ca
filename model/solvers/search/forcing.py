"""Which forcing rows a solution breaks: of capacities that whole columns open, the demands that bring most.

A capacity row lets loads through as far as whole columns open it. Where these stand at a fraction, some demands may
bring all that they can bring: then the row of these alone asks for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from model.formulation.formulation import Formulation
from model.formulation.loads import Load
from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import Compiled
from model.solvers.lp.form import Form
from model.solvers.problem import FLOW_TOLERANCE, Problem
from model.solvers.routes.forcing_rows import ForcingRow

FRACTION = 1e-6  # whole columns nearer to a whole number stand at it
LEAST_RISE = 0.01  # a row must ask for that much more of a whole column
SAME = 1e-9  # relative


@dataclass(frozen=True)
class Capacity:
    """A row of a block: scale · load <= side + Σ per_whole · whole column, in words of the space's columns.

    Either all of `per_whole` are above 0, `side` counting `least` of each, or they are of one size with both signs
    and their sum is no negative number (what opens less what closes).
    """

    block: int
    load: Load
    scale: float
    whole: IntArray
    per_whole: FloatArray
    least: FloatArray
    side: float


class Forcing:
    """Looks for forcing rows of one form that a solution breaks."""

    def __init__(self, problem: Problem, form: Form, copies: int) -> None:
        """Find the capacities that the first so many whole columns open, the copies of decisions.

        Not those of ships: cuts are held against plans that share these out in fractions.
        """
        self._problem, self._form = problem, form
        self._capacities = {number: _capacities(problem.formulation, form, number, copies) for number in form.blocks}
        self._most = {number: _most_flow(problem.compiled, form, number) for number in form.blocks}

    def broken(self, whole: FloatArray, flows: dict[int, tuple[IntArray, FloatArray]]) -> list[ForcingRow]:
        """Rows that whole columns at these values and flows break; flows by block, of routes by number."""
        rows: list[ForcingRow] = []
        for number, (routes, amounts) in flows.items():
            some = [each for each in self._capacities[number] if _is_open(each, whole)]
            if some:
                on_arcs = self._on_arcs(routes, amounts)
                rows += [row for each in some for row in self._of_capacity(each, whole, on_arcs)]
        return rows

    def _on_arcs(self, routes: IntArray, amounts: FloatArray) -> FloatArray:
        """Flow of each demand on each arc, shape (demands, arcs)."""
        table, cargo = self._problem.pricer.table, self._problem.formulation.cargo
        some = np.flatnonzero(amounts > FLOW_TOLERANCE)
        arcs, owner = table.arcs_of(routes[some])
        count = self._problem.formulation.graph.arc_count
        cells = table.demand[routes[some]][owner] * count + arcs
        flow = np.bincount(cells, amounts[some][owner], minlength=len(cargo.names) * count)
        return flow.astype(np.float64).reshape(-1, count)

    def _of_capacity(self, capacity: Capacity, whole: FloatArray, on_arcs: FloatArray) -> list[ForcingRow]:
        """The row of each vertex that the arcs of the load enter, if one is broken there."""
        formulation, load = self._problem.formulation, capacity.load
        heads = formulation.graph.head[load.arcs]
        rows = []
        for head in np.unique(heads[on_arcs[:, load.arcs].any(axis=0)]).tolist():
            here = np.flatnonzero(heads == head)
            units = capacity.scale * np.asarray(load.coefficients)[formulation.cargo.class_of][:, here]
            row = self._of_arcs(capacity, whole, load.arcs[here], units, on_arcs)
            rows += [] if row is None else [row]
        return rows

    def _of_arcs(
        self, capacity: Capacity, whole: FloatArray, arcs: IntArray, units: FloatArray, on_arcs: FloatArray
    ) -> ForcingRow | None:
        """The demands whose row is broken by most: those that bring the largest share of what they can bring."""
        brought = (units * on_arcs[:, arcs]).sum(axis=1)
        demands = np.flatnonzero(brought > 0)
        most = self._most[capacity.block][demands] * units[demands].max(axis=1)
        order = np.argsort(-brought[demands] / most, kind="stable")
        demands, brought, most = demands[order], np.cumsum(brought[demands[order]]), np.cumsum(most[order])
        room = most - capacity.side
        per_whole = np.minimum(np.abs(capacity.per_whole), np.maximum(room, 0.0)[:, None]) * np.sign(capacity.per_whole)
        broken = brought - capacity.side - per_whole @ (whole[capacity.whole] - capacity.least)
        with np.errstate(divide="ignore", invalid="ignore"):
            broken = np.where(np.isfinite(room) & (room > 0) & (broken > LEAST_RISE * room), broken, -np.inf)
        best = int(np.argmax(broken)) if len(broken) else 0
        if not len(broken) or np.isneginf(broken[best]):
            return None
        chosen, by_arc = np.sort(demands[: best + 1]), np.argsort(arcs, kind="stable")
        side = capacity.side - float(per_whole[best] @ capacity.least)
        return ForcingRow(
            capacity.block, chosen, arcs[by_arc], units[chosen][:, by_arc], capacity.whole, per_whole[best], side
        )


def _is_open(capacity: Capacity, whole: FloatArray) -> bool:
    """Whether the columns of a capacity stand at fractions."""
    values = whole[capacity.whole]
    return bool(np.any(np.abs(values - np.round(values)) > FRACTION))


def _capacities(formulation: Formulation, form: Form, number: int, copies: int) -> list[Capacity]:
    """Rows of a block that hold one load of all demands, and ask for no more than whole columns open."""
    program, loads, found = form.program, list(formulation.loads.values()), []
    matrix, through = csr_array(program.matrix), csc_array(form.through[number])
    through.eliminate_zeros()
    for row in np.flatnonzero(np.diff(through.indptr) == 1).tolist():
        here = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns, per_whole = matrix.indices[here].astype(np.int64), -matrix.data[here]
        at = through.indptr[row]
        load, scale = loads[through.indices[at]], float(through.data[at])
        one_sided = np.isneginf(program.row_lower[row]) and np.isfinite(program.row_upper[row])
        whole_alone = len(columns) > 0 and columns.max() < copies
        counted = load.demand is None and scale > 0 and bool(np.all(load.coefficients >= 0))  # else a part may be more
        if one_sided and whole_alone and counted:
            found += _capacity(form, number, load, scale, columns, per_whole, float(program.row_upper[row]))
    return found


def _capacity(
    form: Form, block: int, load: Load, scale: float, whole: IntArray, per_whole: FloatArray, side: float
) -> list[Capacity]:
    """The row in words of whole things that open; none where it is no sum of these."""
    size, least = np.abs(per_whole), form.space.lower[whole]
    if np.all(per_whole > 0) and np.all(np.isfinite(least)):
        side += float(per_whole @ least)
        return [Capacity(block, load, scale, whole, per_whole, least, side)] if side >= 0 else []
    if np.ptp(size) <= SAME * size.max() and 0 <= side < size.max():
        return [Capacity(block, load, scale, whole, per_whole, np.zeros(len(whole)), side)]
    return []


def _most_flow(compiled: Compiled, form: Form, number: int) -> FloatArray:
    """What each demand can send at most, by the row that serves it, shape (demands,); inf where that says nothing."""
    serve = compiled.blocks[number].serve_row
    most, matrix = np.full(len(serve), np.inf), csr_array(form.program.matrix)
    for demand in np.flatnonzero(serve >= 0).tolist():
        row = form.row_of[serve[demand]]
        here = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns, values = matrix.indices[here], matrix.data[here]
        if np.all(values > 0) and np.all(form.program.lower[columns] >= 0):
            most[demand] = form.program.row_upper[row]
    return most
