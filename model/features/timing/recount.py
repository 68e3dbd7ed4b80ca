"""Recount of timing from a plan's tables alone: openings within their window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Check, Frame
from model.plan.verify.investments import years_check
from model.plan.verify.whole import whole_of

CHECK: Final = "projects open in their time"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """Opening year of candidates within their window."""
    recounted = whole_of(tables, case).recount
    columns = ("earliest_opening", "latest_opening")
    earliest, latest = (recounted.projects[column].to_numpy(float)[:, None] for column in columns)
    # A blank bound compares as no excess.
    outside = np.fmax(np.nan_to_num(earliest - recounted.first_years), np.nan_to_num(recounted.first_years - latest))
    yield years_check(recounted, CHECK, outside)
