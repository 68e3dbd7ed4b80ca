"""The curve s ln s of a share, cut into chords: where its corners stand and what each step costs.

Maths: corners are even in log odds z = ln(s / (1 - s)), `width` apart between -8 and 3 (0.03 % to 95 %) and wider
outside, down to -12 (0.0006 %) and up to 6; 0 and 1 are corners as well. A chord between corners s and t costs
(t ln t - s ln s) / (t - s) for a unit of share: less than the curve's slope at t, more than at s. So a cheapest split
fills the steps in order, and its shares stand within half a step of the logit's in log odds.

Entries of one market have their corners staggered, so that their errors do not add up: `phase` is a share of a step.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from model.network.graph import FloatArray

LOWEST, FIRST, LAST, HIGHEST = -12.0, -8.0, 3.0, 6.0
BELOW, ABOVE = (LOWEST, -10.0, -9.0), (4.0, HIGHEST)
GOLDEN = (5**0.5 - 1) / 2
DEPTH = 1.0 + float(np.log1p(np.exp(-LOWEST)))
"""The first and cheapest chord, from 0 to the lowest corner, costs minus that much at most, for either curve."""


@dataclass(frozen=True)
class Steps:
    """Steps of one curve, for a demand and a spread of 1: `size` in shares, `price` for a share of 1."""

    size: FloatArray
    price: FloatArray

    def cost(self, share: float) -> float:
        """Cost of a share, with the steps filled in order."""
        filled = np.clip(share - (np.cumsum(self.size) - self.size), 0.0, self.size)
        return float(filled @ self.price)


def phase(number: int, name: str) -> float:
    """Where in a step the corners of an entry stand: a low-discrepancy sequence over entries, shifted by the name.

    It hangs on nothing but its two arguments, so that one grid serves all scenarios of a case.
    """
    return (zlib.crc32(name.encode()) / 2**32 + number * GOLDEN) % 1.0


def corners(width: float, phase: float) -> FloatArray:
    """Shares at the corners, from 0 to 1."""
    between = np.arange(FIRST + phase * width, LAST, width)
    log_odds = np.concatenate((BELOW, between, ABOVE))
    return np.concatenate(([0.0], 1.0 / (1.0 + np.exp(-log_odds)), [1.0]))


def entropy_steps(width: float, phase: float) -> Steps:
    """Steps of s ln s."""
    share = corners(width, phase)
    return _chords(share, _entropy(share))


def pair_steps(width: float, phase: float) -> Steps:
    """Steps of s ln s + (1 - s) ln (1 - s): two corridors by the share of one."""
    share = corners(width, phase)
    return _chords(share, _entropy(share) + _entropy(1.0 - share))


def _entropy(share: FloatArray) -> FloatArray:
    return share * np.log(np.maximum(share, np.finfo(float).tiny))


def _chords(share: FloatArray, curve: FloatArray) -> Steps:
    return Steps(np.diff(share), np.diff(curve) / np.diff(share))
