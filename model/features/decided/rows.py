"""decided — projects that open, or stay away, because somebody has decided so.

Why: a ministry that has promised a port asks what the best plan around that promise is, and what the promise costs.
Maths: in   Σ over t of the window of opened[project, t]  = modules  (>= 1 where modules is blank)
       out  Σ over t of the window of opened[project, t]  = 0
Indices: rows of Decisions; t are the periods that `periods_meant` gives.
Data: Decisions.project, .decision, .modules, .from_year, .last_year [year].
Switch name: decided
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.features.decided import NAME, open_decisions, periods_meant
from model.formulation.formulation import Formulation
from model.formulation.notes import Note


def add(formulation: Formulation) -> None:
    """Add investment.decided, one row for each row of the sheet."""
    block = formulation.investment
    block.decided = pyo.ConstraintList()
    for row in open_decisions(formulation.case):
        meant = periods_meant(formulation.case, row.decision, row.from_year, row.last_year)
        opened = pyo.quicksum(block.opened[row.project, period.name] for period in meant)
        if not meant:
            continue  # nothing can open in these years anyway; of 'in' the check has told it
        if row.decision == "out":
            block.decided.add(opened == 0)
        elif row.modules != row.modules:
            block.decided.add(opened >= 1)
        else:
            block.decided.add(opened == int(row.modules))
        note = Note(NAME, statement(row), "Decisions", int(row.Index), "decision", "modules")
        formulation.note(block.decided[len(block.decided)], note)


def statement(row: Any) -> str:
    """The decision as a clause: 'P40 is decided to open in 2030'."""
    first, last = row.from_year, row.last_year
    if first == first and last == last:
        years = f" in {int(first)}" if first == last else f" in {int(first)}–{int(last)}"
    elif first == first:
        years = f" from {int(first)} on"
    else:
        years = f" by {int(last)}" if last == last else ""
    if row.decision == "out":
        return f"{row.project} is decided not to open{years}"
    modules = "" if row.modules != row.modules or row.modules == 1 else f" with {int(row.modules)} modules"
    return f"{row.project} is decided to open{modules}{years}"
