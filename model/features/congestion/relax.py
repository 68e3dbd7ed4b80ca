"""How studies do without congestion: it delays, and holds back nothing."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, emptied

SHEETS = {"Congestion": False}
SWITCHES = (Switch("congestion", "no delay near the limit", LOWER, emptied("Congestion")),)
