"""What a tree branches on: what branching gained at its prices, and what is tried first."""

from __future__ import annotations

import numpy as np
import pytest

from model.solvers.search.gains import LEAST_GAIN, Gains

COLUMNS, VALUES = np.array([0, 1, 2]), np.array([0.5, 1.25, 0.5])


def learned(gains: Gains, column: int, value: float, down: float, up: float) -> None:
    """What branching on a column at a value gained both ways."""
    gains.learn(column, value, down, up=False)
    gains.learn(column, value, up, up=True)


def test_the_score_multiplies_what_both_halves_gain() -> None:
    """Proves: column 1 at 1.25 gained 1 on 0.25 of a unit down and 3 on 0.75 up, so 4 a unit both ways: at 1.5 it
    promises 2 times 2, at 1.25 1 times 3; two looks count by their mean; a loss counts as no gain.
    If sums were taken: a column with a gain on one side only would be branched on, and the other half looked at again.
    """
    gains = Gains(3)
    learned(gains, 1, 1.25, 1.0, 3.0)
    assert gains.score(COLUMNS[1:2], np.array([1.5])) == pytest.approx([4.0])
    assert gains.score(COLUMNS[1:2], np.array([1.25])) == pytest.approx([3.0])
    learned(gains, 1, 1.25, 2.0, 6.0)
    assert gains.score(COLUMNS[1:2], np.array([1.5])) == pytest.approx([9.0])
    learned(gains, 2, 0.5, -1.0, 4.0)
    assert gains.score(COLUMNS[2:], np.array([0.5])) == pytest.approx([4.0 * LEAST_GAIN])


def test_what_is_new_is_tried_and_of_the_rest_the_best_at_other_prices() -> None:
    """Proves: all is tried at first, nothing twice at the same prices; at other prices the best `most` alone, and what
    was never tried.
    If it were ignored: everything would be tried in every round, or columns chosen by what other prices made of them.
    """
    gains = Gains(3)
    assert gains.unknown(COLUMNS, VALUES, 1) == [0, 1, 2]
    learned(gains, 0, 0.5, 1.0, 1.0)
    learned(gains, 1, 1.25, 5.0, 5.0)
    assert gains.unknown(COLUMNS, VALUES, 1) == [2]
    gains.age()
    assert gains.unknown(COLUMNS[:2], VALUES[:2], 1) == [1]
    assert gains.unknown(COLUMNS, VALUES, 2) == [0, 1, 2]


def test_what_is_learned_at_other_prices_takes_the_place_of_what_was_known() -> None:
    """Proves: a column that gained 10 a unit both ways, and at other prices 1, is worth 1; that of before serves until
    then.
    If both were averaged: what decided at old prices would be branched on long after it decides nothing.
    """
    gains = Gains(3)
    learned(gains, 0, 0.5, 5.0, 5.0)
    gains.age()
    assert gains.score(COLUMNS[:1], VALUES[:1]) == pytest.approx([25.0])
    learned(gains, 0, 0.5, 0.5, 0.5)
    assert gains.score(COLUMNS[:1], VALUES[:1]) == pytest.approx([0.25])
