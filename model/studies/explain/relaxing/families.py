"""Limits that can give way: slack put into one family of limits of a built model.

A relaxed model still holds every other limit. What the slack ends at says which cells would have to change and by how
much. Features say in their relax.py how they give way; a user's constraint does so row by row.
"""

from __future__ import annotations

from typing import Final

import pyomo.environ as pyo

from model.case.case import Case
from model.features import feature_parts
from model.formulation.formulation import Formulation
from model.studies.explain.relaxing.investment import relax_lead_time
from model.studies.explain.relaxing.own import relax_own
from model.studies.explain.relaxing.slack import Relaxation, Slack

OTHER_WORDS: Final = {
    "own_policy": "Change the policy",
    "policies": "Change other policies",
    "lead_time": "Faster construction",
}
"""Ways out that need more than a model to put slack into."""
CARRYING: Final = {"policies": 1, "lead_time": 7}
"""Their places among the ways out of what is not carried or kept."""


def relaxations() -> dict[str, Relaxation]:
    """All ways in which slack can be put into a model, by name."""
    found = [one for part in feature_parts("relax").values() for one in getattr(part, "RELAXATIONS", ())]
    return {one.name: one for one in found}


def words_of(family: str) -> str:
    """Words for the menu; a constraint of a user is loosened."""
    known = relaxations()
    return known[family].words if family in known else OTHER_WORDS.get(family, f"Loosen {family}")


def building_families() -> tuple[str, ...]:
    """Families that can end a contradiction in what is built, in the order of the menu."""
    places = {one.name: one.building for one in relaxations().values() if one.building is not None}
    return tuple(sorted(places, key=places.__getitem__))


def carrying_families() -> tuple[str, ...]:
    """Families that can help when demand stays behind or a policy is missed, in the order of the menu."""
    places = CARRYING | {one.name: one.carrying for one in relaxations().values() if one.carrying is not None}
    return tuple(sorted(places, key=places.__getitem__))


def physical_families() -> tuple[str, ...]:
    """Families that are more of what carries cargo, in the order of the menu."""
    known = relaxations()
    return tuple(name for name in carrying_families() if name in known and known[name].physical)


def relax(formulation: Formulation, family: str, case: Case, *, everything: bool = False) -> Slack:
    """Put slack into a family of limits; no variables when the case has no such limit.

    Rows marked not negotiable get none, unless `everything` may give way (to see what stands in the way). The
    formulation is that of the case; for the family 'lead_time', that of the case `at_once`.
    """
    block = formulation.investment
    block.slack = pyo.VarList(domain=pyo.NonNegativeReals)
    block.switch = pyo.VarList(domain=pyo.Binary)
    block.relaxed = pyo.ConstraintList()
    if family in formulation.own_rows:
        return relax_own(formulation, family)
    if family == "lead_time":
        return relax_lead_time(formulation, case)
    slack = relaxations()[family].relax(formulation)
    if not everything:
        slack.hold_settled()
    return slack
