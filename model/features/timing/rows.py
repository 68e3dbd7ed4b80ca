"""timing — projects open only within their window.

Why: a project cannot open before its earliest year (studies, permits, money) and need not be offered after its latest.
Maths: opened[project, t] = 0 for every period t whose first year is before the earliest or after the latest opening.
Indices: projects in Projects (candidate), periods t.
Data: Projects.earliest_opening, .latest_opening [calendar year].
Switch name: timing

Construction time itself is no choice: opening before it has passed is ruled out by the investment block.
"""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from model.features.timing import NAME
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, project_cell
from model.formulation.notes import Note


def add(formulation: Formulation) -> None:
    """Add investment.opening_window: no opening outside it."""
    block = formulation.investment
    projects = choosable_projects(formulation.case)
    projects = projects[projects["status"] == "candidate"]
    closed = [
        (name, period.name)
        for name, earliest, latest in zip(
            projects.index, projects["earliest_opening"], projects["latest_opening"], strict=False
        )
        for period in formulation.periods
        if period.first_year < earliest or period.first_year > latest
    ]
    block.opening_window = pyo.Constraint(closed, rule=lambda _, project, period: block.opened[project, period] == 0)
    for (name, period), row in block.opening_window.items():
        formulation.note(row, _note(formulation, projects.loc[name], str(name), formulation.period(period).first_year))


def _note(formulation: Formulation, project: pd.Series, name: str, year: int) -> Note:
    early = year < project["earliest_opening"]
    word, column = ("earliest", "earliest_opening") if early else ("latest", "latest_opening")
    statement = f"{name} may not open in {year} ({word} opening {int(project[column])})"
    return Note(NAME, statement, *project_cell(formulation.case, name), column, "years")
