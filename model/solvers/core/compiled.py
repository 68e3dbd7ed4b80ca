"""Pyomo model → plain arrays, once: rows, columns, which block each belongs to, and what the engine must find again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array

from model.formulation.formulation import BlockKey, Formulation
from model.network.graph import FloatArray, IntArray

INVESTMENT = -1
INFINITY = float("inf")


@dataclass(frozen=True)
class BlockMap:
    """Rows and columns of one operations block that pricing needs.

    `serve_row[i]` is the row of demand i (-1 when it has nothing to carry), `load_row` the definition rows and
    `load_column` the variables of the loads in order of the formulation's loads, shape (loads,).
    """

    key: BlockKey
    serve_row: IntArray
    load_row: IntArray
    load_column: IntArray


@dataclass(frozen=True)
class Compiled:
    """Standard form: minimise cost · x + constant, row_lower <= A x <= row_upper, lower <= x <= upper.

    `column_block` and `row_block` hold the number of the operations block or INVESTMENT. `variables` are the Pyomo
    variables of the columns and `row_names` the names of the rows' constraints.
    """

    cost: FloatArray
    constant: float
    lower: FloatArray
    upper: FloatArray
    integer: IntArray
    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    column_block: IntArray
    row_block: IntArray
    variables: tuple[pyo.Var, ...]
    constraints: tuple[pyo.Constraint, ...]
    blocks: tuple[BlockMap, ...]

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_lower)


def compile_model(formulation: Formulation) -> Compiled:
    """Compile the Pyomo model of a formulation to standard form."""
    form = LinearStandardFormCompiler().write(formulation.model, mixed_form=True)
    variables = tuple(form.columns)
    bounds = [variable.bounds for variable in variables]
    rows = csr_array(form.A)
    sense = np.array([row.bound_type for row in form.rows], dtype=int)
    rhs = np.asarray(form.rhs, dtype=float)
    column_number = {id(variable): i for i, variable in enumerate(variables)}
    row_number = {id(row.constraint): i for i, row in enumerate(form.rows)}
    keys = formulation.block_keys
    return Compiled(
        cost=np.asarray(csr_array(form.c).todense(), dtype=float).ravel(),
        constant=float(np.asarray(form.c_offset).ravel()[0]),
        lower=np.array([-INFINITY if low is None else low for low, _ in bounds], dtype=float),
        upper=np.array([INFINITY if high is None else high for _, high in bounds], dtype=float),
        integer=np.array([i for i, v in enumerate(variables) if not v.is_continuous()], dtype=np.int64),
        matrix=rows,
        # Pyomo marks rows: 1 for <=, -1 for >=, 0 for =
        row_lower=np.where(sense == 1, -INFINITY, rhs),
        row_upper=np.where(sense == -1, INFINITY, rhs),
        column_block=_blocks_of(variables, formulation),
        row_block=_blocks_of([row.constraint for row in form.rows], formulation),
        variables=variables,
        constraints=tuple(row.constraint for row in form.rows),
        blocks=tuple(_block_map(formulation, key, row_number, column_number) for key in keys),
    )


def _blocks_of(components: list[pyo.Component] | tuple[pyo.Component, ...], formulation: Formulation) -> IntArray:
    """Number of the operations block that holds each component; INVESTMENT for all others."""
    number = {id(formulation.operations(*key)): i for i, key in enumerate(formulation.block_keys)}
    return np.array([number.get(id(item.parent_block()), INVESTMENT) for item in components], dtype=np.int64)


def _block_map(
    formulation: Formulation, key: BlockKey, row_number: dict[int, int], column_number: dict[int, int]
) -> BlockMap:
    block = formulation.operations(*key)
    serve = np.full(len(formulation.cargo.names), -1, dtype=np.int64)
    for demand in block.DEMANDS:
        serve[demand] = row_number[id(block.serve[demand])]
    load_rows = [row_number[id(block.load_definition[i])] for i in block.LOADS]
    load_columns = [column_number[id(block.load[i])] for i in block.LOADS]
    return BlockMap(key, serve, np.array(load_rows, dtype=np.int64), np.array(load_columns, dtype=np.int64))
