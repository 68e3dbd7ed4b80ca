"""How project rules give way: each left out as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.case.case import Case
from model.features.project_rules import NAME
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.notes import Note
from model.studies.explain.relaxing.changes import LEAVE_OUT, Change
from model.studies.explain.relaxing.slack import Relaxation, Slack, waive
from model.studies.switch import LOWER, Switch, emptied


def relax_project_rules(formulation: Formulation) -> Slack:
    """Rules left out, each as a whole."""
    table: Any = formulation.case.table("ProjectRules")
    most = 4.0 * float(choosable_projects(formulation.case)["maximum_modules"].max())
    return waive(
        formulation, ((note.row, row, most) for row, note in formulation.rows_of(NAME)),
        lambda row: Change("ProjectRules", row, "kind", f"the rule {table.at[row, 'rule']}", None, "waive", LEAVE_OUT),
    )  # fmt: skip


def clauses(case: Case, conflict: Sequence[Note]) -> list[str]:
    """What makes a rule of a conflict bite: projects in it that are no choice, with their cells."""
    found = []
    projects: Any = case.table("Projects")
    for note in conflict:
        if note.family == NAME:
            rule = case.table("ProjectRules").loc[note.row]
            for row in projects.index[projects["project"].isin([rule["project"], rule["other_project"]])]:
                status = projects.at[row, "status"]
                if status in ("excluded", "baseline"):
                    word = "excluded" if status == "excluded" else "in service already"
                    found.append(
                        f"{projects.at[row, 'project']} is {word} ({case.cell('Projects', int(row), 'status')})"
                    )
    return found


RELAXATIONS = (Relaxation("project_rules", "Waive project rules", relax_project_rules, building=5, carrying=4),)
SWITCHES = (Switch("project rules", "projects do not need or exclude each other", LOWER, emptied("ProjectRules")),)
SHEETS = {"ProjectRules": False}
