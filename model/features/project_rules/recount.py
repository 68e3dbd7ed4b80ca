"""Recount of project rules from a plan's tables alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from model.case.case import Case
from model.plan.verify.checks import Check, Floats, Frame, none_found, records
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of

CHECK: Final = "project rules are kept"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """Requires, excludes and together."""
    recounted, rules = whole_of(tables, case).recount, case.table("ProjectRules")
    keys = pd.Index(recounted.projects["project"])
    problems: list[str] = []
    for rule in records(rules):
        one, other = int(keys.get_loc(rule.project)), int(keys.get_loc(rule.other_project))
        judge = {"requires": _required, "excludes": _excluded, "together": _together}[str(rule.kind)]
        lag = 0.0 if np.isnan(rule.lag_years) else float(rule.lag_years)
        if words := judge(recounted, one, other, lag):
            problems.append(f"rule {rule.rule}: {rule.project} {rule.kind} {rule.other_project}: {words}")
    yield none_found(CHECK, "rules", problems, len(rules))


def _built(recounted: Recount, project: int) -> Floats:
    """Modules built so far for the rules: a finished project counts as always there."""
    if recounted.projects["status"][project] == "baseline":
        return np.ones(len(recounted.period_names))
    modules: Floats = np.round(recounted.built[project])
    return modules


def _required(recounted: Recount, one: int, other: int, lag: float) -> str:
    """In service only `lag` years or more after the opening of the other, and only while that is in service."""
    if recounted.projects["status"][one] == "baseline" or recounted.projects["status"][other] == "baseline":
        return ""
    years, serves = np.array(recounted.horizon), recounted.in_year > 0.5
    opened = np.flatnonzero(recounted.begins[other] > 0.5)
    ready = years[opened[0]] + lag if len(opened) else np.inf
    early = np.flatnonzero(serves[one] & ((years < ready) | ~serves[other]))
    if not len(early):
        return ""
    return f"in service in {years[early[0]]}, " + ("too early" if years[early[0]] < ready else "when the other is not")


def _excluded(recounted: Recount, one: int, other: int, _lag: float) -> str:
    both = _built(recounted, one).max(initial=0.0) > 0 and _built(recounted, other).max(initial=0.0) > 0
    return "both are built" if both else ""


def _together(recounted: Recount, one: int, other: int, _lag: float) -> str:
    """Both open modules in the same periods; nothing is asked when one was finished before the horizon."""
    if "baseline" in set(recounted.projects["status"][[one, other]]):
        return ""
    apart = np.flatnonzero((recounted.opened[one] > 0.5) != (recounted.opened[other] > 0.5))
    return f"only one of them opens in {recounted.period_names[apart[0]]}" if len(apart) else ""
