"""How studies do without perceived costs: shippers go by price and days."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, column

SWITCHES = (Switch("perceived costs", "no perceived cost", LOWER, column("Links", perceived_cost=0.0)),)
