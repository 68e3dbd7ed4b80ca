"""Recount of committed from a plan's tables alone: every commitment opens in its period, whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Check, Frame, kept
from model.plan.verify.investments import place_of
from model.plan.verify.whole import whole_of

CHECK: Final = "committed projects open as committed"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """Every module of a committed project opens in the period that holds its committed year."""
    recounted = whole_of(tables, case).recount
    projects = recounted.projects
    year = projects["committed_opening"].to_numpy(float)[:, None]
    # What was committed for a year before the horizon is there from its start.
    year = np.where(year < recounted.case.first_year, recounted.case.first_year, year)
    years = np.array([period.years for period in recounted.case.periods])
    due = (recounted.first_years <= year) & (year < recounted.first_years + years)
    wanted = np.where(due, projects["maximum_modules"].to_numpy(float)[:, None], 0.0)
    committed = (projects["status"] == "committed").to_numpy(bool)[:, None]
    difference = np.where(committed, np.abs(recounted.opened - wanted), 0.0)
    yield kept(CHECK, "modules", difference, wanted, lambda position: place_of(recounted, position))
