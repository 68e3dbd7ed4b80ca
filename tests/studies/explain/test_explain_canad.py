"""The nine infeasible Canad instances: each is a cut that even full build cannot carry."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.loading import load_instance
from model.studies.explain.explanation import explain
from model.studies.explain.relaxing.changes import apply_changes
from tests.studies.explain.questions import MOST_QUESTIONS, count_questions

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "benchmarks" / "canad"
INFEASIBLE = [f"r0{group}.{variant}" for group in (1, 2, 3) for variant in (7, 8, 9)]


@pytest.mark.slow
@pytest.mark.parametrize("name", INFEASIBLE)
def test_cut_is_named_and_repaired(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the published infeasible instances are explained by a cut whose two sides differ by what is said, after
    few questions to a solver, and the capacity proposed makes them feasible. If it were ignored: the explanation would
    rest on toys."""
    path = FOLDER / f"{name}.dow"
    if not path.is_file():
        pytest.skip("the Canad instances are not beside the project")
    case = load_instance(path).case
    asked = count_questions(monkeypatch)
    found = explain(case)
    assert len(asked) <= MOST_QUESTIONS
    assert found.kind == "shortfall"
    assert "with every project built: short by" in found.sentences[0]
    (repair,) = [repair for repair in found.menu if repair.possible]
    assert repair.family == "capacity"
    assert explain(apply_changes(case, repair.changes)).kind == "none"
