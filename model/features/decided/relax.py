"""How decisions give way: each waived as a whole."""

from __future__ import annotations

from typing import Any

from model.features.decided import NAME
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.studies.explain.relaxing.changes import LEAVE_OUT, Change
from model.studies.explain.relaxing.slack import Relaxation, Slack, waive


def relax_decided(formulation: Formulation) -> Slack:
    """Decisions left out, each as a whole."""
    most = float(choosable_projects(formulation.case)["maximum_modules"].max())
    projects: Any = formulation.case.table("Decisions")["project"]
    return waive(
        formulation, ((note.row, row, most) for row, note in formulation.rows_of(NAME)),
        lambda row: Change(
            "Decisions", row, "decision", f"what is decided on {projects.at[row]}", None, "waive", LEAVE_OUT
        ),
    )  # fmt: skip


RELAXATIONS = (Relaxation("decided", "Waive decisions", relax_decided, building=6, carrying=5),)
SHEETS = {"Decisions": False}
