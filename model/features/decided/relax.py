"""How decisions give way: each waived as a whole."""

from __future__ import annotations

from typing import Any

from model.case.canonical import records
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.studies.explain.relaxing.changes import LEAVE_OUT, Change
from model.studies.explain.relaxing.slack import Relaxation, Slack, loosen, value


def relax_decided(formulation: Formulation) -> Slack:
    """Decisions left out, each as a whole."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    waived: dict[int, Any] = {}
    most = float(choosable_projects(case)["maximum_modules"].max())
    for row in list(block.decided.values()) if hasattr(block, "decided") else []:
        note = formulation.notes[id(row)]
        waived[note.row] = slack.add(block.switch.add(), 1.0)
        loosen(block, row, most * waived[note.row])

    def changes() -> list[Change]:
        projects = {row.Index: str(row.project) for row in records(case.table("Decisions"))}
        return [
            Change("Decisions", row, "decision", f"what is decided on {projects[row]}", None, "waive", LEAVE_OUT)
            for row, switch in waived.items()
            if value(switch) > 0.5
        ]

    slack.changes = changes
    return slack


RELAXATIONS = (Relaxation("decided", "Waive decisions", relax_decided, building=6, carrying=5),)
SHEETS = {"Decisions": False}
