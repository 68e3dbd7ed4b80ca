"""Repair menu of an infeasible case: for each family, the least change of it alone that makes a plan possible."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from model.formulation.notes import Note
from model.studies.conflicts import INFINITY, MEASURED, InvestmentModel

FAMILY_WORDS = {
    "envelopes": "More budget",
    "timing": "Other opening years",
    "committed": "Waive commitments",
    "project_rules": "Waive project rules",
}
BIG = 1e6


@dataclass(frozen=True)
class Repair:
    """One way out. `changes` pairs each note touched with the amount (None = waive it altogether)."""

    family: str
    words: str
    changes: tuple[tuple[Note, float | None], ...]

    @property
    def possible(self) -> bool:
        """Whether changing this family alone is enough."""
        return bool(self.changes)


def repair_menu(model: InvestmentModel) -> list[Repair]:
    """The least change of each family, others untouched; a family that cannot help has no changes.

    Notes that are not negotiable are never touched. Least means: the smallest sum of money for budgets, the fewest
    cells for the others.
    """
    return [_repair(model, family, words) for family, words in FAMILY_WORDS.items() if _notes_of(model, family)]


def _notes_of(model: InvestmentModel, family: str) -> list[Note]:
    return [note for note in model.notes if note.family == family and note.negotiable]


def _repair(model: InvestmentModel, family: str, words: str) -> Repair:
    """Elastic solve with slack on the rows of one family."""
    notes = _notes_of(model, family)
    solver = model.solver(set(model.notes))
    slack_of: list[int] = []
    for note in notes:
        rows = [i for i, other in enumerate(model.row_note) if other == note]
        slack_of.append(solver.getNumCol())
        _add_slack(solver, model, rows, measured=family in MEASURED)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return Repair(family, words, ())
    values = np.array(solver.getSolution().col_value)
    changes: list[tuple[Note, float | None]] = []
    for note, column in zip(notes, slack_of):
        used = float(values[column])
        if used > 1e-6:
            changes.append((note, used if family in MEASURED else None))
    return Repair(family, words, tuple(changes))


def _add_slack(solver: highspy.Highs, model: InvestmentModel, rows: list[int], *, measured: bool) -> None:
    """Slack of one note, in a first column: an amount on its limit, or a switch that lifts it altogether."""
    if measured:
        solver.addCol(1.0, 0.0, INFINITY, len(rows), np.array(rows, dtype=np.int32), -np.ones(len(rows)))
        return
    empty = np.zeros(0, dtype=np.int32)
    switch = solver.getNumCol()
    solver.addCol(1.0, 0.0, 1.0, 0, empty, np.zeros(0))
    solver.changeColIntegrality(switch, highspy.HighsVarType.kInteger)
    most = 4.0 * float(np.max(np.where(model.upper < BIG, model.upper, 1.0), initial=1.0))
    for row in rows:
        for sign in (1.0, -1.0):
            slack = solver.getNumCol()
            solver.addCol(0.0, 0.0, most, 1, np.array([row], dtype=np.int32), np.array([sign]))
            solver.addRow(-INFINITY, 0.0, 2, np.array([slack, switch], dtype=np.int32), np.array([1.0, -most]))
