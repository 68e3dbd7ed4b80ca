"""How commitments give way: opened later, or waived."""

from __future__ import annotations

from typing import Any

from model.case.case import Case
from model.features.committed import NAME, applies
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, project_cell
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import Relaxation, Slack, waive
from model.studies.switch import LOWER, Switch, switched_off


def _committed_rows(formulation: Formulation) -> dict[str, list[tuple[str, Any]]]:
    """Rows of the commitments by project: (period, row)."""
    rows: dict[str, list[tuple[str, Any]]] = {}
    for (name, period), row in getattr(formulation.investment, "committed", {}).items():
        rows.setdefault(str(name), []).append((str(period), row))
    return rows


def relax_deadlines(formulation: Formulation) -> Slack:
    """Commitments that open later, never left out: years of delay."""
    block, case = formulation.investment, formulation.case
    projects: Any = choosable_projects(case)
    last = formulation.periods[-1].name
    slack = Slack()
    late: dict[str, dict[str, Any]] = {}
    for name, rows in _committed_rows(formulation).items():
        most = float(projects.at[name, "maximum_modules"])
        for period, row in rows:
            if period != last and row.upper > 0:
                length = formulation.period(period).years
                waits = slack.add(block.switch.add(), 0.1 * length)
                late.setdefault(name, {})[period] = waits
                block.relaxed.add(row.body + most * waits >= row.lower)
                row.deactivate()

    def changes(values: Values) -> list[Change]:
        found = []
        for name, waits in late.items():
            due = int(projects.at[name, "committed_opening"])
            waiting = [period for period, switch in waits.items() if values(switch) > 0.5]
            if waiting:
                names = [period.name for period in formulation.periods]
                opens = formulation.periods[names.index(waiting[-1]) + 1].first_year
                words = f"the opening of {name}, committed for {due}"
                cell = (*project_cell(case, name), "committed_opening")
                found.append(Change(*cell, words, float(opens - due), "years", float(opens)))
        return found

    slack.changes = changes
    return slack


def relax_committed(formulation: Formulation) -> Slack:
    """Commitments turned into candidates, which need not be built."""
    case = formulation.case
    projects: Any = choosable_projects(case)
    rows = [
        (name, row, float(projects.at[name, "maximum_modules"]))
        for name, mine in _committed_rows(formulation).items()
        for _, row in mine
    ]
    return waive(
        formulation, rows,
        lambda name: Change(
            *project_cell(case, name), "status", f"the commitment to {name}", None, "waive", "candidate"
        ),
    )  # fmt: skip


def _nothing_committed(case: Case) -> Case:
    """Committed works may open or not: the family that opens them off."""
    return switched_off(case, NAME) if applies(case) else case


RELAXATIONS = (
    Relaxation("deadlines", "Later commitments", relax_deadlines, building=3),
    Relaxation("committed", "Waive commitments", relax_committed, building=4, carrying=6),
)
SWITCHES = (Switch("commitments", "committed works become a choice", LOWER, _nothing_committed),)
