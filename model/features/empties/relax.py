"""How studies do without empties: boxes that need not come back leave all room to cargo."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, emptied

SHEETS = {"Boxes": True}
SWITCHES = (Switch("empties", "boxes need not balance", LOWER, emptied("Boxes")),)
