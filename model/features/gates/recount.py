"""Recount of gates from a plan's tables alone: projects whose changes a route uses serve when it carries anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Check, Floats, Frame, kept
from model.plan.verify.whole import whole_of

CHECK: Final = "changes used are in service"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """No flow on a route in a period in which one of its projects is not in service."""
    whole = whole_of(tables, case)
    recounted, routes = whole.recount, whole.recount.routes
    position = {project: number for number, project in enumerate(recounted.projects["project"].tolist())}
    used = list(whole.gates.of_route.items())
    early: Floats = np.zeros((len(used), len(recounted.period_names)))
    for row, (route, projects) in enumerate(used):
        there = np.array([recounted.in_service[position[project]] > 0.5 for project in projects]).all(axis=0)
        early[row] = np.where(there, 0.0, np.abs(recounted.flows[route]))

    def place(number: int) -> str:
        row, period = divmod(number, len(recounted.period_names))
        route, projects = used[row]
        words = f"route {routes['route'][route]}, {recounted.period_names[period]}: {early[row, period]:.9g}"
        return f"{words} without all of {', '.join(sorted(projects))}"

    yield kept(CHECK, "kTEU or kt a year", early, np.ones_like(early), place)
