"""Differences of two plans, each known to a gap only: what is proven of them, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.solvers.core.outcome import Status
from model.studies.variants.answers import Answer

NOTHING = 1e-6
"""Million USD, for each million of cost (at least one): what rounding in a solver may leave."""
NO_PLAN, NONE_FOUND = "no plan", "none found"
"""Verdicts on a decision without a plan: there is none, proven; or none was found in the time given."""


def surely_more(one: float, other: float) -> bool:
    """Whether the first of two amounts is larger by more than rounding, million USD."""
    return one > other + NOTHING * max(1.0, abs(other))


@dataclass(frozen=True)
class Difference:
    """How much dearer one plan is than another, million USD: as found, and at least and at most by the bounds.

    Without the dearer plan `found` is infinite, and where there can be none `least` is, too.
    """

    found: float
    least: float
    most: float

    @property
    def verdict(self) -> str:
        """'proven' when it lies above zero whatever better plans there may be, 'nothing', or 'not proven'.

        Without the dearer plan NO_PLAN or NONE_FOUND.
        """
        if np.isposinf(self.found):
            return NO_PLAN if np.isposinf(self.least) else NONE_FOUND
        if self.most <= NOTHING * max(1.0, abs(self.found)):
            return "nothing"
        size = self.most if np.isfinite(self.most) else self.found  # no rounding is a share of infinity
        return "proven" if self.least > NOTHING * max(1.0, size) else "not proven"


def verdict_without(answer: Answer) -> str:
    """The verdict on a decision that has this answer, which is no plan."""
    return NO_PLAN if answer.status is Status.INFEASIBLE else NONE_FOUND


def tightened(narrow: Answer, wide: Answer) -> tuple[Answer, Answer]:
    """Two answers, the plans of the first being plans of the second as well: each lends the other what it knows.

    A plan of the narrow problem is one of the wide problem, and the bound of the wide one holds for the narrow one.
    """
    if wide.bound is not None and narrow.has_plan:
        bound = wide.bound if narrow.bound is None else max(narrow.bound, wide.bound)
        narrow = replace(narrow, bound=bound)
    if narrow.cost is not None and (wide.cost is None or narrow.cost < wide.cost):
        wide = replace(narrow, bound=wide.bound)
    return narrow, wide


def dearer(narrow: Answer, wide: Answer) -> Difference:
    """How much the narrow problem costs more than the wide one; never below zero. Raises ValueError without plans."""
    narrow, wide = tightened(narrow, wide)
    if narrow.cost is None or wide.cost is None:
        raise ValueError("Without two plans there is no difference.")
    least = 0.0 if narrow.bound is None else max(0.0, narrow.bound - wide.cost)
    most = np.inf if wide.bound is None else narrow.cost - wide.bound
    found = narrow.cost - wide.cost
    return Difference(found, min(least, found), max(most, found))
