"""Runs continued after an interruption: what is kept, what must fit, what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Listener
from model.studies.commands.main import solve_case
from model.studies.runs import resuming
from model.studies.runs.folders import RunError
from model.studies.runs.resuming import FOLDER, KEPT
from tests.case.small import small_rows, write_case
from tests.studies.stand_ins import BASIC_SHEETS, RememberingReporter, write_marker, write_plain_case

OTHER_RULES = """
NAME = "other rules"


def applies(case):
    return False


def add(formulation):
    pass
"""


class CutOffError(Exception):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints at every step: the small case takes no half minute."""
    monkeypatch.setattr(resuming, "EVERY", 0.0)


def cut_off(folder: Path, scenario: str | None = None, options: SolveOptions | None = None) -> str:
    """A run that is cut off after its search; returns its name."""

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        make_plan(case, options, listener)
        raise CutOffError

    reporter, asked = RememberingReporter(), (folder, scenario, options or SolveOptions(), folder / "outputs")
    with pytest.raises(CutOffError):
        solve_case(*asked, write_marker, reporter, planner=planner)
    words = next(event.words for event in reporter.of("event") if event.stage == "checkpoint")
    return words.rpartition("--resume ")[2]


def again(
    folder: Path, run: str, scenario: str | None = None, options: SolveOptions | None = None
) -> RememberingReporter:
    """The same command with --resume."""
    reporter = RememberingReporter()
    asked = (folder, scenario, options or SolveOptions(), folder / "outputs")
    assert solve_case(*asked, write_marker, reporter, resume=run) == 0
    return reporter


def test_a_run_is_continued_by_the_name_that_was_told(tmp_path: Path) -> None:
    """Proves: a run cut off leaves no folder but a checkpoint, under the name that it told; continued with another gap,
    it says that it goes on, leaves a whole folder, and the checkpoint is gone.

    If it were ignored: nobody would know what to continue, and outputs would fill with files of no use.
    """
    write_plain_case(tmp_path)
    run = cut_off(tmp_path)
    outputs = tmp_path / "outputs"
    assert [path.name for path in outputs.iterdir()] == [FOLDER]
    assert [path.name for path in (outputs / FOLDER).iterdir()] == [f"{run}.npz"]
    reporter = again(tmp_path, run, options=SolveOptions(gap=0.01))
    assert "resumed" in [event.stage for event in reporter.of("event")]
    (folder,) = outputs.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["inputs", "plan.txt", "run.json", "run.log"]


def test_what_does_not_fit_is_told_and_nothing_lost(tmp_path: Path) -> None:
    """Proves: another scenario, a changed workbook, an unknown run and several scenarios at once are refused in words,
    and the checkpoint stays.

    If it were ignored: cuts of one case would bound another, or a typing mistake would cost the checkpoint.
    """
    write_plain_case(tmp_path)
    run = cut_off(tmp_path)
    with pytest.raises(RunError, match="it planned the scenario reference, not shut"):
        again(tmp_path, run, scenario="shut")
    with pytest.raises(RunError, match=f"no checkpoint of a run 'other' .* These can be continued: {run}"):
        again(tmp_path, "other")
    with pytest.raises(RunError, match="One run is continued at a time"):
        again(tmp_path, run, scenario="all")
    (tmp_path / "rules.py").write_text(OTHER_RULES, encoding="utf-8")
    with pytest.raises(RunError, match="constraint files given with --constraints are others"):
        again(tmp_path, run, options=SolveOptions(constraint_files=(tmp_path / "rules.py",)))
    (book,) = tmp_path.glob("*.xlsx")
    altered = {name: rows for name, rows in small_rows().items() if name in BASIC_SHEETS}
    altered["Projects"][-1][-1] = "another note"
    write_case(tmp_path, altered)
    with pytest.raises(RunError, match=f"{book.name} has changed since"):
        again(tmp_path, run)
    assert (tmp_path / "outputs" / FOLDER / f"{run}.npz").exists()


def test_old_checkpoints_go(tmp_path: Path) -> None:
    """Proves: of the checkpoints of runs that were never continued the newest ten stay.

    If it were ignored: every run that was killed would leave megabytes for ever.
    """
    write_plain_case(tmp_path)
    kept = tmp_path / "outputs" / FOLDER
    kept.mkdir(parents=True)
    for number in range(KEPT + 3):
        (kept / f"old-{number}.npz").write_bytes(b"")
    run = cut_off(tmp_path)
    again(tmp_path, run)
    assert len(list(kept.iterdir())) == KEPT
