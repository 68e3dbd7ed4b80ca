"""How studies do without policies. How `explain` relaxes them is its own matter: it asks what policies are missed."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, emptied

SHEETS = {"Policies": True}
SWITCHES = (Switch("policies", "no policy", LOWER, emptied("Policies")),)
