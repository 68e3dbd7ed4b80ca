"""The smallest form of an LP over routes: what its columns and rows are, for the whole model or some of its blocks.

Two things of the compiled model are put out of the way: load variables with their definition rows (a route stands
directly in every row that its loads stand in), and investment columns that follow from others (`InvestmentSpace`: steps
stand for modules in service and installed capacity).

- `whole_form`: all of the model. Where blocks meet only in investments, these are steps.
- `blocks_form`: some operations blocks with all investments.
- `part_form`: some rows and columns; what other columns do to the rows is a matter of the rows' sides.
- `seen_form`: some rows and columns, with a space of their own for the decisions that they see.
- `block_form`: one operations block and the investment columns that stand in it, for nothing (the links).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye_array, hstack, vstack

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled
from model.solvers.core.highs import SolverError
from model.solvers.core.investment_space import InvestmentSpace, investment_space
from model.solvers.core.linear_program import INFINITY, LinearProgram, clipped, wider, worth_of_rows
from model.solvers.lp.curves import WIDTH, Curves


@dataclass(frozen=True)
class Form:
    """Where things stand in an LP over routes.

    Columns are those of `space`, then `own` compiled columns, then WIDTH for each of `curves`, then routes. Rows are
    `rows` of the compiled model, then the space's rows, then one row for each whole compiled column of the space, so
    that branching on it is a bound.
    `row_of` translates compiled rows, -1 for those that have no row. For each operations block in `blocks`,
    `through[b]` has shape (loads, rows): what a unit of each load adds to each row, and `load_cost[b]` is its cost.
    `whole` has shape (whole compiled columns of the space, columns of the space); `own_matrix` holds the own
    columns in `rows`. `program` is the LP without routes.
    """

    blocks: tuple[int, ...]
    space: InvestmentSpace
    own: IntArray
    rows: IntArray
    row_of: IntArray
    whole: csr_array
    own_matrix: csc_array
    curves: Curves
    through: Mapping[int, csr_array]
    load_cost: Mapping[int, FloatArray]
    program: LinearProgram

    @property
    def width(self) -> int:
        """Number of columns without routes."""
        return self.curved + WIDTH * len(self.curves)

    @property
    def curved(self) -> int:
        """Number of the first column of the curves."""
        return self.space.size + len(self.own)

    @property
    def box(self) -> tuple[FloatArray, FloatArray]:
        """Bounds of the own columns."""
        here = slice(self.space.size, self.curved)
        return self.program.lower[here], self.program.upper[here]

    def clipped(self, rows: FloatArray) -> FloatArray:
        """Row duals with signs that a one-sided row cannot have set to 0."""
        return clipped(rows, self.program.row_lower, self.program.row_upper)

    def reduced(self, rows: FloatArray, *, free: bool = False) -> FloatArray:
        """Reduced costs of the own columns at some row duals; with `free` columns cost nothing by themselves."""
        cost = 0.0 if free else self.program.cost[self.space.size : self.curved]
        return np.asarray(cost - self.own_matrix.T @ rows[: len(self.rows)])

    def cut(self, rows: FloatArray, shortfall: float, *, free: bool = False) -> tuple[float, FloatArray]:
        """Lagrangian bound of the LP with all its routes: at least constant + slope · y for any y of the space.

        By any row duals, clipped; `shortfall` is the least that routes can add there. With `free` columns cost nothing
        by themselves. The form has no curves.
        """
        program, first = self.program, self.space.size
        reduced = (0.0 if free else program.cost) - program.matrix.T @ rows
        slope, rest = reduced[:first], reduced[first:]
        at = np.where(rest > 0, program.lower[first:], program.upper[first:])
        finite = np.isfinite(at)  # a column without bounds has reduced cost 0 up to the solver's tolerance
        constant = (
            worth_of_rows(rows, program.row_lower, program.row_upper) + shortfall + float(rest[finite] @ at[finite])
        )
        return constant, np.asarray(slope)

    @property
    def first_whole_row(self) -> int:
        """Number of the first row of a whole compiled column."""
        return len(self.rows) + self.space.rows.shape[0]


def decomposes(compiled: Compiled) -> bool:
    """Whether operations blocks meet only in investment columns, and only those are whole."""
    entries = coo_array(compiled.matrix)
    rows, columns = entries.coords
    of_column, of_row = compiled.column_block[columns], compiled.row_block[rows]
    tied = (of_column != INVESTMENT) & (of_row != of_column)
    return not tied.any() and bool(np.all(compiled.column_block[compiled.integer] == INVESTMENT))


def whole_form(compiled: Compiled) -> Form:
    """All of the model: in steps where it decomposes, else with all of its columns as they are."""
    everything = np.arange(compiled.row_count), np.arange(compiled.column_count)
    if not decomposes(compiled):
        return part_form(compiled, *everything, constant=compiled.constant)
    return blocks_form(compiled, investment_space(compiled), range(len(compiled.blocks)))


def blocks_form(compiled: Compiled, space: InvestmentSpace, blocks: Iterable[int]) -> Form:
    """Some operations blocks, and all investments in the steps of `space`; blocks meet in nothing else."""
    some = np.array(list(blocks), dtype=np.int64)
    rows, own = (np.flatnonzero(np.isin(of, some)) for of in (compiled.row_block, compiled.column_block))
    place = np.searchsorted(space.columns, compiled.integer)
    return _form(compiled, rows, own, space, csr_array(space.expand[place]))


def part_form(compiled: Compiled, rows: IntArray, columns: IntArray, *, constant: float = 0.0) -> Form:
    """Some rows, with all rows of the blocks that they belong to, and some columns, with all those of the blocks."""
    none = np.zeros(0, dtype=np.int64)
    return _form(compiled, rows, columns, _links(none, constant), csr_array((0, 0)))


def seen_form(compiled: Compiled, rows: IntArray, columns: IntArray, space: InvestmentSpace) -> Form:
    """Some rows and columns, all steps of their curves, and the columns of `space` that stand in the rows."""
    return _form(compiled, rows, columns, space, csr_array((0, space.size)), curved=False)


def block_form(compiled: Compiled, number: int) -> Form:
    """One operations block, all steps of its curves, and the investment columns in its rows.

    Raises SolverError where it has others' columns.
    """
    rows, own = np.flatnonzero(compiled.row_block == number), np.flatnonzero(compiled.column_block == number)
    touched: BoolArray = np.zeros(compiled.column_count, dtype=np.bool_)
    touched[csr_array(compiled.matrix[rows]).indices] = True
    others = (compiled.column_block != INVESTMENT) & (compiled.column_block != number)
    if np.any(touched & others):
        raise SolverError("an operations block has a column of another one")
    links = np.flatnonzero(touched & (compiled.column_block == INVESTMENT))
    return _form(compiled, rows, own, _links(links), csr_array((0, len(links))), curved=False)


def _links(columns: IntArray, constant: float = 0.0) -> InvestmentSpace:
    """Compiled columns as they are, held at 0 to begin with, without cost and rows of their own."""
    count, zeros, none = len(columns), np.zeros(len(columns)), np.zeros(0)
    one, no_rows = csr_array(eye_array(count)), csr_array((0, count))
    whole = np.zeros(count, dtype=np.bool_)
    kept = np.arange(count)
    return InvestmentSpace(
        columns, kept, one, zeros, zeros, constant, no_rows, none, none, zeros.copy(), zeros.copy(), whole
    )


def _form(
    compiled: Compiled, rows: IntArray, columns: IntArray, space: InvestmentSpace, whole: csr_array,
    *, curved: bool = True,
) -> Form:  # fmt: skip
    """The form of some rows and columns: the load columns among these and their definition rows fall away."""
    blocks = np.unique(compiled.row_block[rows])
    blocks = blocks[blocks != INVESTMENT]
    maps = {int(number): compiled.blocks[number] for number in blocks}
    rows = _without(rows, compiled.row_count, *(block.load_row for block in maps.values()))
    own = _without(columns, compiled.column_count, *(block.load_column for block in maps.values()))
    row_of = np.full(compiled.row_count, -1, dtype=np.int64)
    row_of[rows] = np.arange(len(rows))
    part = csc_array(compiled.matrix[rows])
    curves = Curves.of(compiled, own, csc_array(part[:, own])) if curved else Curves.none()
    own = _without(own, compiled.column_count, curves.columns)
    link_matrix, own_matrix = csc_array(part[:, space.columns]), csc_array(part[:, own])
    return Form(
        tuple(maps), space, own, rows, row_of, whole, own_matrix, curves,
        {number: csr_array(part[:, block.load_column].T) for number, block in maps.items()},
        {number: compiled.cost[block.load_column] for number, block in maps.items()},
        _program(compiled, rows, own, space, whole, link_matrix, own_matrix, curves),
    )  # fmt: skip


def _without(some: IntArray, count: int, *others: IntArray) -> IntArray:
    """Some of `count` things, in order, without others."""
    left = np.zeros(count, dtype=np.bool_)
    left[some] = True
    for each in others:
        left[each] = False
    return np.flatnonzero(left)


def _program(
    compiled: Compiled, rows: IntArray, own: IntArray, space: InvestmentSpace, whole: csr_array,
    link_matrix: csc_array, own_matrix: csc_array, curves: Curves,
) -> LinearProgram:  # fmt: skip
    """The LP without routes."""
    shift = np.asarray(link_matrix @ space.shift)
    cost, room = (each.ravel() for each in curves.room(curves.corners_evenly()))
    of_curve = np.repeat(curves.each, WIDTH), (np.repeat(curves.row, WIDTH), np.arange(len(cost)))
    steps = csr_array(of_curve, shape=(len(rows), len(cost)))
    top = hstack([csr_array(link_matrix @ space.expand), own_matrix, steps])
    bottom = csr_array(vstack([space.rows, whole]))
    free = np.full(whole.shape[0], INFINITY)
    return LinearProgram(
        np.concatenate((space.cost, compiled.cost[own], cost)),
        np.concatenate((space.lower, compiled.lower[own], np.zeros(len(cost)))),
        np.concatenate((space.upper, compiled.upper[own], room)),
        csr_array(vstack([top, wider(bottom, top.shape[1])])),
        np.concatenate((compiled.row_lower[rows] - shift, space.row_lower, -free)),
        np.concatenate((compiled.row_upper[rows] - shift, space.row_upper, free)),
        space.constant,
    )
