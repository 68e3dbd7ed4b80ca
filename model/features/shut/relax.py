"""How studies do without outages: nothing is shut."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, emptied

SHEETS = {"Outages": False}
SWITCHES = (Switch("outages", "nothing is shut for a time", LOWER, emptied("Outages")),)
