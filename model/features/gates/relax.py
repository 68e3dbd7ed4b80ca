"""How studies do without gates: no project changes time, price or emissions."""

from __future__ import annotations

from model.network.graph import CHANGES
from model.studies.switch import HIGHER, Switch, column

SWITCHES = (
    Switch(
        "gated projects",
        "no project changes time, price or CO2",
        HIGHER,
        column("ProjectEffects", **dict.fromkeys(CHANGES, 0.0)),
    ),
)
