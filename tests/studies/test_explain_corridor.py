"""The shipped corridor with something in the way of a plan, each case by another cause."""

from __future__ import annotations

import time

import pytest

from model.studies.explain import explain
from tests.case.speed import slowness
from tests.studies.corridor_conflicts import CONFLICTS

MOST_SECONDS = 30.0


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFLICTS)
def test_the_cause_is_named_in_one_sentence(name: str) -> None:
    """Proves: at full size (15 years, some hundred links) the first sentence names the true cause with its quantities
    and cells, within 30 seconds of processor time. If it were ignored: explanations would work on toys alone."""
    make, kind, words = CONFLICTS[name]
    case, most = make(), MOST_SECONDS * slowness()
    start = time.process_time()
    found = explain(case, time_limit=200.0)
    seconds = time.process_time() - start
    assert found.kind == kind, found.sentences
    assert [word for word in words if word not in found.sentences[0]] == [], found.sentences
    assert "›" in found.sentences[0]
    assert seconds < most
