"""Whether the policies of a case are kept, bind or are missed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.formulation.forms.policy_rules import Policy, read_policies
from model.reports.facts import Facts
from model.reports.frames import rows

COLUMNS = [
    "policy", "kind", "period", "counted", "sense", "limit", "unit", "room", "state", "price", "tighter", "priced",
    "note",
]  # fmt: skip
UNITS = {"kTEU/year": "USD/TEU", "kt/year": "USD/t", "kt CO2/year": "USD/t CO2"}
BINDS = 1e-6  # of the limit
STATES = (
    "binding: at the limit; kept: with room left; missed, at the price of missing it; asks nothing: a floor of 0; "
    "counted over its years: its limit is that of several."
)


def policy_states(facts: Facts) -> pd.DataFrame:
    """One row a policy and period; `room` is the distance from the limit, `state` a word of STATES.

    `price` is what one unit looser would save in a year and `tighter` what one tighter would cost, USD per TEU or t.
    """
    known = {policy.name: policy for policy in read_policies(facts.case)}
    records = [_record(row, known.get(str(row.policy))) for row in rows(facts.table("policy_levels"))]
    return pd.DataFrame(records, columns=COLUMNS)


def _number(row: Any, name: str) -> float:
    value = getattr(row, name, None)
    return float("nan") if value is None else float(value)


def _record(row: Any, policy: Policy | None) -> dict[str, Any]:
    kind = "" if policy is None else policy.kind
    unit = "kt CO2/year" if kind == "co2" else f"{'' if policy is None else policy.measure}/year"
    counted, limit, missed = float(row.counted), float(row.limit), float(row.missed)
    room = abs(limit - counted) if limit == limit else float("nan")
    near = BINDS * max(1.0, abs(limit)) if limit == limit else 0.0
    if missed > 1e-6 * max(1.0, abs(limit) if limit == limit else 1.0):
        state = "missed"
    elif limit != limit:
        state = "counted over its years"
    elif row.sense == ">=" and limit <= 0:  # a scenario may raise it; here it is no target
        state = "asks nothing"
    else:
        state = "binding" if room <= near or row.sense == "=" else "kept"
    return {
        "policy": str(row.policy),
        "kind": kind,
        "period": str(row.period),
        "counted": counted,
        "sense": str(row.sense),
        "limit": limit,
        "unit": unit,
        "room": room,
        "state": state,
        "price": 1000.0 * _number(row, "shadow_price"),
        "tighter": 1000.0 * _number(row, "loss_price"),
        "priced": UNITS.get(unit, "USD a unit"),
        "note": str(getattr(row, "price_note", "") or ""),
    }
