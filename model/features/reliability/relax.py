"""How studies do without reliability: days vary, and nobody minds."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, column

SWITCHES = (
    Switch("reliability", "days of margin cost nothing", LOWER, column("Commodities", value_of_reliability=0.0)),
)
