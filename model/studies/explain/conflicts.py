"""The smallest set of cells that cannot hold together: conflicts inside the investment block.

Operations can always leave demand unserved or miss a policy at a price, so that only rows about building can contradict
each other: budgets, commitments, windows, construction times, rules. HiGHS names an irreducible set of rows; the set is
then thinned cell by cell with the whole-number conditions in force, so that leaving out any one cell makes the rest
possible.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.notes import Note
from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import INVESTMENT, Compiled, compile_model
from model.solvers.core.highs import new_solver, run_alone
from model.solvers.core.linear_program import LinearProgram
from model.solvers.core.options import FilledOptions

INFINITY = float("inf")
IIS_FIRST, IIS_LAST = 22, 6  # from LP + irreducible + relaxation of the MIP; from LP + irreducible
SILENT = FilledOptions(method="auto", gap=0.0, time_limit=60.0, seed=1, threads=2)
IIS_SECONDS = 30.0


@dataclass(frozen=True)
class InvestmentModel:
    """The investment block alone: rows and columns of the compiled model that belong to it, with their notes.

    `row_note[i]` and `column_note[j]` are None for rows and bounds that are definitions. `open_upper` are the upper
    bounds of the columns without their notes; `variables` the Pyomo variables of the columns.
    """

    lower: FloatArray
    upper: FloatArray
    integer: IntArray
    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    row_note: tuple[Note | None, ...]
    column_note: tuple[Note | None, ...]
    open_upper: FloatArray
    variables: tuple[Any, ...]

    @staticmethod
    def of(formulation: Formulation, compiled: Compiled | None = None) -> InvestmentModel:
        """Cut the investment block out of a formulation."""
        compiled = compiled or compile_model(formulation)
        rows = np.flatnonzero(compiled.row_block == INVESTMENT)
        columns = np.flatnonzero(compiled.column_block == INVESTMENT)
        position = {int(column): i for i, column in enumerate(columns)}
        return InvestmentModel(
            compiled.lower[columns],
            compiled.upper[columns],
            np.array([position[int(column)] for column in compiled.integer if int(column) in position]),
            csr_array(compiled.matrix[rows][:, columns]),
            compiled.row_lower[rows],
            compiled.row_upper[rows],
            tuple(formulation.notes.get(id(compiled.constraints[row])) for row in rows),
            tuple(formulation.notes.get(id(compiled.variables[column])) for column in columns),
            _open_upper(formulation, compiled, columns),
            tuple(compiled.variables[column] for column in columns),
        )

    @property
    def notes(self) -> list[Note]:
        """All notes once, in order."""
        return list(dict.fromkeys(note for note in (*self.row_note, *self.column_note) if note is not None))

    def solver(self, kept: set[Note], *, cost: FloatArray | None = None) -> highspy.Highs:
        """HiGHS with the definitions and only the kept notes imposed; minimises `cost` (nothing when not given)."""
        solver = new_solver(SILENT)
        out_rows = np.array([note is not None and note not in kept for note in self.row_note], dtype=bool)
        out_columns = np.array([note is not None and note not in kept for note in self.column_note], dtype=bool)
        LinearProgram(
            np.zeros(len(self.lower)) if cost is None else cost,
            self.lower,
            np.where(out_columns, self.open_upper, self.upper),
            self.matrix,
            np.where(out_rows, -INFINITY, self.row_lower),
            np.where(out_rows, INFINITY, self.row_upper),
            whole=self.integer,
        ).pass_to(solver, "the investment rows")
        return solver

    def possible(self, kept: set[Note]) -> bool:
        """Whether the definitions and the kept notes can hold together."""
        solver = self.solver(kept)
        return run_alone(solver) != highspy.HighsModelStatus.kInfeasible


def _open_upper(formulation: Formulation, compiled: Compiled, columns: IntArray) -> FloatArray:
    """Upper bounds of columns once no note closes them: all modules that a project may have."""
    upper = compiled.upper[columns].copy()
    most = choosable_projects(formulation.case)["maximum_modules"]
    for i, column in enumerate(columns):
        variable = compiled.variables[column]
        if id(variable) in formulation.notes:
            upper[i] = float(most[variable.index()[0]])
    return upper


def smallest_conflict(model: InvestmentModel, until: float = float("inf")) -> list[Note]:
    """Notes that cannot hold together, none of them needless; empty when everything can hold.

    When the monotonic clock passes `until` some may be needless.
    Empty as well when rows without notes (constraint files of the user's own) contradict each other by themselves.
    """
    everything = set(model.notes)
    if model.possible(everything):
        return []
    # Where rules and commitments contradict each other by themselves, no amount of money is the reason.
    without_money = {note for note in everything if not note.measured}
    if not model.possible(without_money):
        everything = without_money
    kept = _from_highs(model, everything, until) or everything
    for note in [note for note in model.notes if note in kept]:
        if time.monotonic() > until:
            break
        without = kept - {note}
        if not model.possible(without):
            kept = without
    return [note for note in model.notes if note in kept]


def _from_highs(model: InvestmentModel, everything: set[Note], until: float) -> set[Note]:
    """Notes of the rows and bounds that HiGHS names; empty when it names none that conflict."""
    for strategy in (IIS_FIRST, IIS_LAST):
        solver = model.solver(everything)
        solver.setOptionValue("iis_strategy", strategy)
        solver.setOptionValue("iis_time_limit", max(0.1, min(IIS_SECONDS, until - time.monotonic())))
        _, iis = solver.getIis()
        rows = [model.row_note[i] for i in iis.row_index_]
        columns = [model.column_note[j] for j in iis.col_index_]
        named = {note for note in (*rows, *columns) if note is not None}
        if named and not model.possible(named):
            return named
    return set()


def shortage(model: InvestmentModel, conflict: list[Note], note: Note) -> float | None:
    """By how much a measured note (a budget) must give way for the rest of the conflict to hold; None if it cannot."""
    if not note.measured:
        return None
    rows = [i for i, other in enumerate(model.row_note) if other == note]
    solver = model.solver(set(conflict))
    entries = np.array(rows, dtype=np.int32)
    solver.addCol(1.0, 0.0, INFINITY, len(rows), entries, -np.ones(len(rows)))
    if run_alone(solver) != highspy.HighsModelStatus.kOptimal:
        return None
    return float(solver.getInfo().objective_function_value)
