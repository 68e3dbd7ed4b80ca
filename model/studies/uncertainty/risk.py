"""What a plan is measured by over all futures: expected cost, mean and CVaR, or the largest regret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]


class Aim(StrEnum):
    """What is to be as small as possible."""

    EXPECTED = "expected"
    RISK = "risk"
    REGRET = "regret"


@dataclass(frozen=True)
class Measure:
    """How costs in all futures become one figure, million USD of present value.

    `tail` is the share of worst futures that CVaR is the mean of, `share` the part of CVaR in the mix of mean and CVaR.
    Each measure never falls when a cost rises: of lower bounds it is a lower bound. Raises ValueError for shares out of
    range.
    """

    aim: Aim = Aim.EXPECTED
    tail: float = 0.2
    share: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 < self.tail <= 1:
            raise ValueError(f"The tail is a share above 0 and up to 1, not {self.tail}.")
        if not 0 <= self.share <= 1:
            raise ValueError(f"The share of CVaR is from 0 to 1, not {self.share}.")

    def of(self, costs: Figures, weights: Figures, own: Figures) -> float:
        """The measure of costs by future; `own` are those of each future's own plan."""
        if self.aim is Aim.REGRET:
            return float((costs - own).max())
        expected = expectation(costs, weights)
        if self.aim is Aim.EXPECTED:
            return expected
        return (1 - self.share) * expected + self.share * tail_mean(costs, weights, self.tail)


def expectation(costs: Figures, weights: Figures) -> float:
    """Mean of costs by weight; infinite where one is, whatever is known of the others."""
    return float(weights @ costs) if np.isfinite(costs).all() else float(costs[~np.isfinite(costs)].max())


def tail_mean(costs: Figures, weights: Figures, tail: float) -> float:
    """CVaR: the mean of the worst futures that together have the weight `tail`; the last one counts in part.

    Rockafellar and Uryasev, Optimization of conditional value-at-risk (2000), for finitely many futures.
    """
    order = np.argsort(-costs, kind="stable")
    before = np.concatenate(([0.0], np.cumsum(weights[order])[:-1]))
    counted = np.clip(tail - before, 0.0, weights[order])
    heavy = counted > 0
    return expectation(costs[order][heavy], counted[heavy] / counted.sum())
