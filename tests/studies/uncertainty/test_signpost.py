"""Signposts: rules that tell futures apart, found by hand-made figures, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from model.studies.uncertainty.signpost import signpost

DEMAND = np.array([0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5])
SHUT = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
EVEN = np.full(8, 1 / 8)


@pytest.mark.parametrize(
    ("built", "words"),
    [
        (DEMAND > 1.15, "demand is above 1.15"),
        ((DEMAND > 1.15) | (SHUT > 0), "shut happens"),
        ((DEMAND > 0.95) & (SHUT > 0), " and "),
    ],
)
def test_a_rule_is_found_by_hand(built: np.ndarray, words: str) -> None:
    """Proves: one comparison where one will do, 'or' and 'and' of two where these do; all are right in all futures.
    If it were ignored: a planner would wait without knowing for what."""
    found = signpost({"demand": DEMAND, "event shut": SHUT}, built, EVEN)
    assert found is not None
    assert words in found.words
    assert found.right == pytest.approx(1.0)
    assert found.holds({"demand": DEMAND, "event shut": SHUT}).tolist() == built.tolist()


def test_no_rule_where_nothing_tells() -> None:
    """Proves: building in every second future of a line is no short rule of it: none is told. A rule of which nothing
    differs does not exist. If it were ignored: any noise would be sold as a sign."""
    assert signpost({"demand": DEMAND}, np.arange(8) % 2 == 0, EVEN) is None
    assert signpost({}, np.arange(8) % 2 == 0, EVEN) is None


def test_a_rule_is_tried_on_futures_it_has_not_seen() -> None:
    """Proves: with a clear line the rule of the others is right about every future; of two none tells the other.
    If it were ignored: two futures would make any figure a perfect sign."""
    clear = signpost({"demand": DEMAND}, DEMAND > 1.15, EVEN)
    assert clear is not None
    assert clear.right_anew >= 0.75
    two = signpost({"demand": DEMAND[:2]}, np.array([False, True]), np.array([0.5, 0.5]))
    assert two is not None
    assert two.right_anew == 0.0


def test_futures_count_by_weight() -> None:
    """Proves: a rule that is wrong only about a future of weight 0.01 beats one wrong about 0.3.
    If it were ignored: an unlikely future would shape the sign."""
    weights = np.array([0.69, 0.3, 0.01])
    built = np.array([False, True, False])
    found = signpost({"a": np.array([0.0, 1.0, 2.0]), "b": np.array([0.0, 0.0, 1.0])}, built, weights)
    assert found is not None
    assert found.right >= 0.99
