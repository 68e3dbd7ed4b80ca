"""How the fleet gives way: more ships from the start."""

from __future__ import annotations

from typing import Any, Final

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import Relaxation, Slack
from model.studies.switch import HIGHER, LOWER, Switch, emptied

MOST_SHIPS: Final = 50


def relax_ships(formulation: Formulation) -> Slack:
    """More ships from the start."""
    block = formulation.investment
    table: Any = formulation.case.table("Vessels")
    slack = Slack()
    if not hasattr(block, "assigned_within_fleet"):
        return slack
    added: dict[str, Any] = {}
    for assigned in block.assigned.values():
        assigned.setub(assigned.ub + MOST_SHIPS)
    for (vessel, _), row in list(block.assigned_within_fleet.items()):
        if vessel not in added:
            ships = slack.add(block.slack.add(), 0.01, MOST_SHIPS)
            ships.domain = pyo.NonNegativeIntegers
            added[str(vessel)] = ships
        block.relaxed.add(row.body - added[str(vessel)] <= row.upper)
        row.deactivate()

    def changes(values: Values) -> list[Change]:
        found = []
        for vessel, ships in added.items():
            if values(ships) > 0.5:
                row = int(table.index[table["vessel"] == vessel][0])
                new = float(table.at[row, "existing"]) + round(values(ships))
                words = f"the ships of type {vessel}"
                found.append(Change("Vessels", row, "existing", words, float(round(values(ships))), "ships", new))
        return found

    slack.changes = changes
    return slack


def _no_ships_to_come(case: Case) -> Case:
    """No ship is bought and no project brings one."""
    effects = case.table("ProjectEffects")
    effects = effects.assign(added_vessels=0.0)
    return case.with_tables(Vessels=case.table("Vessels").assign(maximum_purchases=0.0), ProjectEffects=effects)


RELAXATIONS = (Relaxation("ships", "More ships", relax_ships, carrying=9, physical=True),)
SWITCHES = (
    Switch("fleets", "links that ships sail have no limit by ships", LOWER, emptied("Services")),
    Switch("ships to come", "no ship is bought or brought by a project", HIGHER, _no_ships_to_come),
)
