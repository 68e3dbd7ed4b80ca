"""Slack in the rows of a user's constraint."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numvalue import is_potentially_variable

from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.plan.constraint_rows import period_of, shown_rows
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import NOTHING, Slack, loosen

MOST = 1e6
"""Bound of the slack of one row, times its limit: the solver wants finite bounds."""


def relax_own(formulation: Formulation, name: str) -> Slack:
    """Rows of the constraint that may be missed, each by its own amount."""
    slack = Slack()
    given: list[tuple[Any, Any]] = []
    for own, shown in list(shown_rows(formulation)):
        if own != name:
            continue
        block, size = shown.row.parent_block(), _size(formulation, shown.limit)
        for part, kind in (("slack", pyo.VarList(domain=pyo.NonNegativeReals)), ("relaxed", pyo.ConstraintList())):
            if not hasattr(block, part):
                block.add_component(part, kind)
        missed = slack.add(block.slack.add(), 1.0 / size, MOST * size)
        loosen(block, shown.row, missed)
        given.append((shown, missed))

    def changes(values: Values) -> list[Change]:
        found = []
        for shown, missed in given:
            if values(missed) > NOTHING:
                period = period_of(formulation, shown)
                words = f"{name}: the limit on {shown.words}" + (f" in {period}" if period else "")
                by = values(missed) * (-1.0 if shown.sense == ">=" else 1.0)
                new = values(shown.limit) + by
                found.append(Change("", 0, "", words, by, shown.unit or "its unit", new))
        return found

    slack.changes = changes
    return slack


def _size(formulation: Formulation, limit: Any) -> float:
    """What the slack of a row is measured by: its limit, or the largest demand where the limit depends on the flow."""
    size = formulation.cargo.amounts.max(initial=0.0) if is_potentially_variable(limit) else pyo.value(limit)
    return max(1.0, abs(float(size)))
