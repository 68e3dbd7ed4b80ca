"""The curve s ln s of a share in steps: where its corners stand and what each step costs.

Maths: corners are even in log odds z = ln(s / (1 - s)), `width` apart between -8 and 2.5 (0.03 % to 92 %) and wider
outside, down to -12 (0.0006 %) and up to 4; 0 and 1 are corners as well. The step between two corners costs the curve's
slope, 1 + ln s, at the mean share over the step in log odds,
    m = (ln(1 + e^z2) - ln(1 + e^z1)) / (z2 - z1);    outside the window, the chord's slope.
Prices rise, so a cheapest split fills the steps in order, and its shares stand within half a step of the logit's in log
odds. With that mean the share is right on the average over where the corners happen to stand: chords, which cost a
little more for the same corners, lose 1 to 2 % of a small corridor, and overstate the logsum five times as much.

Corners are staggered so that errors do not add up: `phase` is a share of a step. Those of the seasons and segments of
one demand lie evenly between each other, so that its split in a year is nearer to the logit than that of each; years
follow a low-discrepancy sequence, and different demands start anywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from model.network.graph import FloatArray

LOWEST, FIRST, LAST = -12.0, -8.0, 2.5
BELOW, ABOVE = (LOWEST, -9.0), (4.0,)
KEPT = 10_000  # curves: the same ones are asked for when the model is built, its plan told and recounted
GOLDEN = (5**0.5 - 1) / 2
DEPTH = 1.0 + float(np.log1p(np.exp(-LOWEST)))
"""The first and cheapest chord, from 0 to the lowest corner, costs minus that much at most, for either curve."""


Curve = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Steps:
    """Steps of one curve, for a demand and a spread of 1: `size` in shares, `price` for a share of 1."""

    size: FloatArray
    price: FloatArray

    def cost(self, share: float) -> float:
        """Cost of a share, with the steps filled in order."""
        filled = np.clip(share - (np.cumsum(self.size) - self.size), 0.0, self.size)
        return float(filled @ self.price)


def place(what: tuple[str, ...], segment: int, season: int, seasons: int, year: int) -> float:
    """Where an entry stands among all: by origin, destination and commodity, segment (from 1), season (from 0), year.

    It hangs on nothing else, so that one grid serves all scenarios of a case, and neither the order of the rows nor
    splitting one in two moves a corner.
    """
    return _scattered(" ".join(what)) + year * GOLDEN + _bisected(season + seasons * (segment - 1))


def phase(place: float, name: str) -> float:
    """Where in a step the corners of an entry's corridor or nest stand: shifted by the name."""
    return (_scattered(name) + place) % 1.0


def _scattered(words: str) -> float:
    return zlib.crc32(words.encode()) / 2**32


def _bisected(number: int) -> float:
    """0, 1/2, 1/4, 3/4, 1/8, …: the first numbers of any count lie evenly between 0 and 1 (van der Corput)."""
    return 0.0 if number == 0 else (number % 2 + _bisected(number // 2)) / 2.0


def log_odds(width: float, phase: float) -> FloatArray:
    """Log odds at the corners, those at the shares 0 and 1 left out."""
    return np.concatenate((BELOW, np.arange(FIRST + phase * width, LAST, width), ABOVE))


@lru_cache(KEPT)
def entropy_steps(width: float, phase: float) -> Steps:
    """Steps of s ln s."""
    return _steps(log_odds(width, phase), _entropy, lambda share: 1.0 + np.log(share))


@lru_cache(KEPT)
def pair_steps(width: float, phase: float) -> Steps:
    """Steps of s ln s + (1 - s) ln (1 - s): two corridors by the share of one; its slope is the log odds."""
    return _steps(
        log_odds(width, phase),
        lambda share: _entropy(share) + _entropy(1.0 - share),
        lambda share: np.log(share) - np.log1p(-share),
    )


def _entropy(share: FloatArray) -> FloatArray:
    return np.asarray(share * np.log(np.maximum(share, np.finfo(float).tiny)))


def _steps(at: FloatArray, curve: Curve, slope: Curve) -> Steps:
    """Steps between corners: chords outside the window, inside it the slope at the mean share."""
    corners = np.concatenate(([0.0], 1.0 / (1.0 + np.exp(-at)), [1.0]))
    size = np.diff(corners)
    price = np.diff(curve(corners)) / size
    between = at[len(BELOW) : -len(ABOVE)]
    mean = np.diff(np.logaddexp(0.0, between)) / np.diff(between)
    price[len(BELOW) + 1 : -len(ABOVE) - 1] = slope(np.asarray(mean))
    size.setflags(write=False)  # kept, and shared by all that ask
    price.setflags(write=False)
    return Steps(size, price)
