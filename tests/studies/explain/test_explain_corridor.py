"""The shipped corridor with something in the way of a plan, each case by another cause."""

from __future__ import annotations

import pytest

from model.studies.explain import explanation
from model.studies.explain.explanation import explain
from tests.studies.explain.corridor_conflicts import CONFLICTS
from tests.studies.explain.questions import MOST_QUESTIONS, count_questions


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFLICTS)
def test_the_cause_is_named_in_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: at full size (some hundred links, fifteen years to build in) the first sentence names the true cause with
    its quantities and cells, after few questions to a solver. If it were ignored: explanations would work on toys
    alone."""
    make, kind, words = CONFLICTS[name]
    monkeypatch.setattr(explanation, "REASON_SECONDS", 200.0)  # the first sentence may not hang on the computer
    monkeypatch.setattr(explanation, "CHECK_SECONDS", 0.1)  # whether ways out suffice is in no sentence
    asked = count_questions(monkeypatch)
    found = explain(make(), time_limit=200.0)
    assert found.kind == kind, found.sentences
    assert [word for word in words if word not in found.sentences[0]] == [], found.sentences
    assert "›" in found.sentences[0]
    assert len(asked) <= MOST_QUESTIONS
