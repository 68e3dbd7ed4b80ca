"""Limits that can give way: slack put into one family of limits of a built model.

A relaxed model still holds every other limit. What the slack ends at says which cells would have to change and by how
much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.studies.relaxing_capacity import relax_capacity, relax_ships
from model.studies.relaxing_investment import (
    relax_committed,
    relax_deadlines,
    relax_decided,
    relax_envelopes,
    relax_lead_time,
    relax_project_rules,
    relax_timing,
)
from model.studies.slack import Slack

WORDS: Final = {
    "envelopes": "More budget",
    "timing": "Other opening years",
    "deadlines": "Later commitments",
    "committed": "Waive commitments",
    "project_rules": "Waive project rules",
    "decided": "Waive decisions",
    "own_policy": "Change the policy",
    "policies": "Change other policies",
    "lead_time": "Faster construction",
    "capacity": "More capacity",
    "ships": "More ships",
}
INVESTMENT_FAMILIES: Final = ("envelopes", "timing", "deadlines", "committed", "project_rules", "decided")
"""Families that can end a contradiction in what is built; the others matter for what is carried."""
MAKERS: Final[Mapping[str, Callable[[Formulation], Slack]]] = {
    "timing": relax_timing,
    "deadlines": relax_deadlines,
    "committed": relax_committed,
    "project_rules": relax_project_rules,
    "decided": relax_decided,
    "capacity": relax_capacity,
    "ships": relax_ships,
}


def relax(formulation: Formulation, family: str, case: Case, *, everything: bool = False) -> Slack:
    """Put slack into a family of limits; no variables when the case has no such limit.

    Rows marked not negotiable get none, unless `everything` may give way (to see what stands in the way). The
    formulation is that of the case; for the family 'lead_time', that of the case `at_once`.
    """
    block = formulation.investment
    block.slack = pyo.VarList(domain=pyo.NonNegativeReals)
    block.switch = pyo.VarList(domain=pyo.Binary)
    block.relaxed = pyo.ConstraintList()
    if family == "envelopes":
        return relax_envelopes(formulation, everything=everything)
    return relax_lead_time(formulation, case) if family == "lead_time" else MAKERS[family](formulation)
