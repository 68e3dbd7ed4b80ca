"""Differences of two plans, each known to a gap only: what is proven of them, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.studies.variants.planning import Answer

NOTHING = 1e-6
"""Million USD, for each million of cost (at least one): what rounding in a solver may leave."""


def surely_more(one: float, other: float) -> bool:
    """Whether the first of two amounts is larger by more than rounding, million USD."""
    return one > other + NOTHING * max(1.0, abs(other))


@dataclass(frozen=True)
class Difference:
    """How much dearer one plan is than another, million USD: as found, and at least and at most by the bounds."""

    found: float
    least: float
    most: float

    @property
    def verdict(self) -> str:
        """'proven' when it lies above zero whatever better plans there may be, 'nothing', or 'not proven'."""
        if self.most <= NOTHING * max(1.0, abs(self.found)):
            return "nothing"
        return "proven" if self.least > NOTHING * max(1.0, self.most) else "not proven"


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
