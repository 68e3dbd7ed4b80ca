"""How studies do without works against downtime."""

from __future__ import annotations

from model.studies.switch import HIGHER, Switch, column

SWITCHES = (
    Switch(
        "works against storms",
        "no project raises availability",
        HIGHER,
        column("ProjectEffects", added_availability=0.0),
    ),
)
