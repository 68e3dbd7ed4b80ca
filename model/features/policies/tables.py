"""Plan table of policies: what each counts, against its limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.features.policies import NAME
from model.formulation.forms.policy_rules import blocks_of, read_policies, ships_count, yearly_limit
from model.plan.plan_table import OWN_PRICES, PERIOD, PlanTable, number, text

NOT_ASKED = "not worked out"
TABLES = (
    PlanTable(
        "policy_levels",
        "What each policy counts, its limit, and what is missing, by period.",
        ("policy", "period"),
        (
            text("policy", "Policy."),
            PERIOD,
            text("sense", "<=, >= or =."),
            number("counted", "kTEU, kt or kt CO2 a year", "What the policy counts."),
            number(
                "limit",
                "kTEU, kt or kt CO2 a year",
                "Its limit in a year; blank for a whole window.",
                blank=True,
            ),
            number("missed", "kTEU, kt or kt CO2 a year", "By how much the limit is missed (0 in a valid plan)."),
            *OWN_PRICES,
        ),
    ),
)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation and the plan's values."""
    formulation, values = extraction.formulation, extraction.values
    rows = []
    for policy in read_policies(formulation.case) if formulation.families.get(NAME, False) else []:
        by_period: dict[str, list[float]] = {}
        for key in blocks_of(formulation, policy):
            block = formulation.operations(*key)
            counted = values(formulation.load(key, policy.load_key))
            if ships_count(formulation, policy):
                counted += sum(values(amount) for _, amount in formulation.emitted.get(key, ()))
            level = by_period.setdefault(key[0], [0.0, 0.0])
            level[0] += counted
            level[1] += values(block.missed[policy.name])
        for period, (counted, missed) in by_period.items():
            limit = np.nan if policy.whole_window else yearly_limit(formulation, policy, period)
            rows.append(
                (policy.name, period, policy.sense, counted, limit, max(0.0, missed), np.nan, np.nan, NOT_ASKED)
            )
    return pd.DataFrame(rows, columns=TABLES[0].columns)
