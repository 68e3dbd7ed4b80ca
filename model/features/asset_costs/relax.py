"""How studies do without parts of what is paid for what is built."""

from __future__ import annotations

from model.studies.switch import HIGHER, LOWER, Switch, column, setting

SWITCHES = (
    Switch("upkeep", "no fixed upkeep of projects", LOWER, column("Projects", upkeep=0.0)),
    Switch("salvage", "no value left at the end", HIGHER, setting("salvage", "none")),
)
