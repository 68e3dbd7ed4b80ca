"""How many questions an explanation puts to a solver: its work, whatever the computer."""

from __future__ import annotations

from typing import Any

import pytest

from model.solvers.engine import solve

MOST_QUESTIONS = 31
"""Three about what is out of reach, two for each of eight families of limits, three to check each of four ways out."""


def count_questions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A list that grows by one with each question asked from now on."""
    asked: list[Any] = []

    def counted(*arguments: Any) -> Any:
        asked.append(arguments)
        return solve(*arguments)

    monkeypatch.setattr("model.studies.explain.reach.solve", counted)
    return asked
