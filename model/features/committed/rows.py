"""committed — projects already decided open in their year, whatever the plan.

Why: works under way are not a choice; leaving them out would overstate both needs and the money still free.
Maths: built[project, t] = maximum modules from the period of the committed opening on, 0 before. They serve from the
    committed year on, also where it lies within the period. Whether they are renewed at the end of their life is a
    decision.
Indices: projects in Projects with status 'committed', periods t.
Data: Projects.status, .committed_opening [calendar year], .maximum_modules.
Switch name: committed
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.canonical import value_at
from model.features.committed import NAME
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, project_cell
from model.formulation.notes import Note


def add(formulation: Formulation) -> None:
    """Add investment.committed: modules in service are fixed by the calendar."""
    block = formulation.investment
    projects = choosable_projects(formulation.case)
    projects = projects[projects["status"] == "committed"]
    last = {period.name: period.calendar_years[-1] for period in formulation.periods}

    def rule(_: pyo.Block, project: str, period: str) -> object:
        row: Any = projects.loc[project]
        open_by_then = last[period] >= row["committed_opening"]
        return block.built[project, period] == (int(row["maximum_modules"]) if open_by_then else 0)

    block.committed = pyo.Constraint(list(projects.index), block.PERIODS, rule=rule)
    for (name, _), row in block.committed.items():
        opening = int(value_at(projects, name, "committed_opening"))
        where = project_cell(formulation.case, str(name))
        statement = f"{name} is committed to open in {opening}"
        formulation.note(row, Note(NAME, statement, *where, "committed_opening", "modules"))
