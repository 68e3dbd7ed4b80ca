"""How studies do without charges that are not the price of a service."""

from __future__ import annotations

from model.studies.switch import LOWER, Switch, column

SWITCHES = (Switch("surcharges", "no surcharge", LOWER, column("Links", surcharge=0.0)),)
