"""Cases that the reader refuses because their rows contradict each other are explained all the same."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.case.messages import CaseError
from model.case.reader import load_case, read_case
from model.reports.explanation import write_explanation
from model.solvers.core.options import SolveOptions
from model.studies.commands.explain import explain_case
from model.studies.commands.main import solve_case
from tests.studies.explain.contradictions import CONTRADICTIONS, Rows, commit, starter_rows, too_dear, write
from tests.studies.explain.questions import MOST_QUESTIONS, count_questions
from tests.studies.stand_ins import RememberingReporter, write_marker


def broken(tmp_path: Path, name: str) -> Path:
    """The starter case with one contradiction."""
    rows: Rows = starter_rows()
    CONTRADICTIONS[name][0](rows)
    return write(tmp_path / "case.xlsx", rows)


def sentence(reporter: RememberingReporter) -> str:
    """The first sentence of the explanation."""
    notes = [words for words in reporter.of("note") if words.startswith("\n")]
    return str(notes[0].strip().split("\n")[0])


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_explained_by_explain_and_by_solve(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: `explain` and `solve` on a case refused for a contradiction end with code 1, one sentence that names what
    contradicts itself and a cell, after few questions, and why-no-plan.xlsx. If it were ignored: the reader's refusal
    would stand where the smallest conflict and the ways out belong."""
    path, words = broken(tmp_path, name), CONTRADICTIONS[name][1]
    with pytest.raises(CaseError) as refused:
        read_case(path)
    assert refused.value.case is not None
    for command in ("explain", "solve"):
        reporter, outputs, asked = RememberingReporter(), tmp_path / command, count_questions(monkeypatch)
        if command == "explain":
            code = explain_case(path, None, (), outputs, reporter, write_explanation)
        else:
            options = SolveOptions()
            given = (path, None, options, outputs, write_marker, reporter)
            code = solve_case(*given, write_explanation=write_explanation)
        assert len(asked) <= MOST_QUESTIONS
        assert code == 1
        told = sentence(reporter)
        assert [word for word in words if word not in told] == [], told
        assert "case.xlsx › " in told
        (folder,) = outputs.iterdir()
        assert [file.name for file in folder.iterdir()] == ["why-no-plan.xlsx"]
        assert openpyxl.load_workbook(folder / "why-no-plan.xlsx").sheetnames == ["Cover", "Conflict", "Repairs"]


def test_a_scenario_that_contradicts_itself_is_explained(tmp_path: Path) -> None:
    """Proves: a sound base under a scenario that cuts the budget below what is committed is explained under that
    scenario. If it were ignored: only base cases would be explained."""
    rows = starter_rows()
    commit(rows, "P3", 2028)
    change = {"scenario": "strong_growth", "sheet": "Budgets", "column": "amount", "operation": "set", "value": 20}
    rows["ScenarioChanges"] = [change]
    path = write(tmp_path / "case.xlsx", rows)
    assert load_case(path).case is not None
    reporter = RememberingReporter()
    assert explain_case(path, "strong_growth", (), tmp_path / "out", reporter, write_explanation) == 1
    assert "P3 is committed to open in 2028" in sentence(reporter)
    assert "Whole corridor" in sentence(reporter)


def test_other_errors_are_not_explained_away(tmp_path: Path) -> None:
    """Proves: beside a contradiction any other error still stops the reader. If it were ignored: conflicts would be
    told about a case that was read wrongly."""
    rows = starter_rows()
    too_dear(rows)
    rows["Links"][0]["carrier"] = "tram"
    with pytest.raises(CaseError) as refused:
        explain_case(write(tmp_path / "case.xlsx", rows), None, (), tmp_path, RememberingReporter(), write_explanation)
    assert refused.value.case is None
