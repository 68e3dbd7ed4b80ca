"""The folder of a study: what stands in it, what a stop costs, what is refused before anything is planned."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

import run
from model import notebook
from model.case.case import Case
from model.case.reader import read_case
from model.plan.plan import Plan
from model.reports.study.figures import FIGURES
from model.solvers.core.options import SolveOptions
from model.studies.commands import study_run
from model.studies.commands.study_options import OF_VARIANTS, STUDIES
from model.studies.commands.study_run import Wish, run_study, work_of
from model.studies.commands.study_task import StudyResult
from model.studies.console.stopping import listening
from model.studies.runs.folders import RunError
from model.studies.variants import planning
from model.studies.variants.kept_answers import FOLDER
from tests.studies.runs.test_resuming import OTHER_RULES
from tests.studies.stand_ins import RememberingReporter, write_plain_case

ASKED: Mapping[str, Any] = {**dict.fromkeys(("points", "scenarios")), "points": 2}
ONE = SolveOptions(workers=1, threads=1)


def test_the_record_says_what_was_asked_and_by_which_rules(tmp_path: Path) -> None:
    """Proves: run.json of a study has its own options and the digests of the constraint files; a workbook that was
    altered meanwhile is told and not copied. If it were ignored: nobody could repeat a study from its folder."""
    write_plain_case(tmp_path)
    (book,), rules = tmp_path.glob("*.xlsx"), tmp_path / "own.py"
    rules.write_text(OTHER_RULES, encoding="utf-8")

    def check(result: StudyResult, path: Path) -> None:
        assert result.options == {"points": 2}

    class Editing(RememberingReporter):
        def table(self, title: str, table: object) -> None:
            book.write_bytes(book.read_bytes() + b"x")

    reporter = Editing()
    options = SolveOptions(workers=1, threads=1, constraint_files=(rules,))
    assert run_study("frontier", Wish(tmp_path, None, options, tmp_path / "o", write_page=check), reporter, ASKED) == 0
    (folder,) = (tmp_path / "o").iterdir()
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["asked"] == {"points": 2}
    digest = hashlib.sha256(rules.read_bytes()).hexdigest()
    assert record["constraint_files"] == [{"file": "own.py", "sha256": digest}]
    assert any(f"{book.name} was altered" in note for note in reporter.of("note"))
    assert not (folder / "inputs" / book.name).exists()


def test_rules_that_change_end_a_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a constraint file that is edited while a study plans ends it in words, and the answer at work is not
    kept: nobody knows by which rules it was made. If it were ignored: a table would compare plans of two problems, and
    a repeated study would take the wrong one for its own."""
    write_plain_case(tmp_path)
    rules, made = tmp_path / "own.py", planning.make_plan
    rules.write_text(OTHER_RULES, encoding="utf-8")

    def editing(case: Case, options: SolveOptions, **more: Any) -> Plan:
        rules.write_text(rules.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
        return made(case, options, **more)

    monkeypatch.setattr(planning, "make_plan", editing)
    wish = Wish(tmp_path, None, SolveOptions(workers=1, threads=1, constraint_files=(rules,)), tmp_path / "o")
    with pytest.raises(RunError, match=r"own\.py: altered while the study was at work"):
        run_study("frontier", wish, RememberingReporter(), ASKED)
    assert not list(tmp_path.glob(f"o/{FOLDER}/*"))


@pytest.mark.parametrize("presses", [1, 2])
def test_a_stop_while_the_folder_is_written(tmp_path: Path, presses: int) -> None:
    """Proves: a first Ctrl-C while the folder is written is remembered, and the folder is whole; a second one leaves
    none, and says that what was planned is kept, which it is. If it were ignored: an impatient Ctrl-C would cost the
    tables, and the planner would read that nothing was left behind."""
    write_plain_case(tmp_path)

    def press(result: StudyResult, path: Path) -> None:
        for _ in range(presses):
            signal.raise_signal(signal.SIGINT)

    reporter = RememberingReporter()
    with listening() as stop:
        wish = Wish(tmp_path, None, ONE, tmp_path / "o", stop.asked, press, shield=stop.shield)
        expected: Any = contextlib.nullcontext() if presses == 1 else pytest.raises(KeyboardInterrupt)
        with expected as caught:
            assert run_study("frontier", wish, reporter, ASKED) == 0
    (left,) = (tmp_path / "o").iterdir()
    if presses == 1:
        assert (left / "frontier.csv").exists()
    else:
        assert left.name == FOLDER
        assert "What was planned is kept" in caught.value.__notes__[0]


def test_what_cannot_be_written_is_refused_before_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: an output folder whose name is not UTF-8 is refused before any plan. If it were ignored: the study would
    end after all its plans in an error of the writer."""
    write_plain_case(tmp_path)
    monkeypatch.setattr(planning, "make_plan", None)
    wish = Wish(tmp_path, None, ONE, tmp_path / os.fsdecode(b"\xff"))
    with pytest.raises(RunError, match="is not UTF-8: rename it"):
        run_study("frontier", wish, RememberingReporter(), ASKED)


def test_every_study_that_is_named_has_its_work() -> None:
    """Proves: each study of the table, and no other, is a name that a notebook's editor proposes, and each but
    candidates, which a run answers, has its work. If it were ignored: help would name what fails when asked for."""
    assert set(get_args(notebook.Study)) == {*STUDIES}
    assert [name for name in STUDIES if not callable(work_of(name) if STUDIES[name].module else None)] == ["candidates"]


@pytest.mark.parametrize("name", sorted({*STUDIES} - {"candidates"}))
def test_processes_without_work_are_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a study that plans one after the other says so when several processes are asked for, and no other does.
    If it were ignored: whoever starts a cluster for it would wait for what never uses it."""
    case = write_plain_case(tmp_path)

    def idle(*_: object) -> Any:
        return {}, ""

    told = RememberingReporter()
    monkeypatch.setattr(study_run, "worked", idle)
    monkeypatch.setattr(study_run, "leave_study", lambda *_: tmp_path)
    options = SolveOptions(workers=2, threads=1)
    asked = dict.fromkeys(OF_VARIANTS.get(name, ()))
    run_study(name, Wish(case, None, options, tmp_path / "o"), told, asked)
    assert any("one after the other" in note for note in told.of("note")) is (name not in OF_VARIANTS)


LEFT: dict[str, tuple[str, set[str]]] = {
    "experiments": ("--draws 2", {"experiments.csv", "columns.csv"}),
    "force": ("--project P1 --decision out", {"plans.csv", "changes.csv", "cost.csv"}),
    "foresight": ("--look-ahead 3 --every 2", {"looks.csv", "plans.csv", "cost.csv"}),
    "frontier": ("--points 2", {"frontier.csv"}),
    "outages": ("--harden 1 --count 1", {"outages.csv", "foreseen.csv", "ready.csv"}),
    "screening": ("--trajectories 2 --group capital", {"screening.csv", "worlds.csv"}),
    "sensitivity": ("--group capital", {"tornado.csv", "discount_rates.csv"}),
    "stress": ("", {"stress.csv"}),
    "target": ("--amount 1 --unit kTEU --across {link}", {"target.csv", "from_when.csv"}),
    "value": ("--yearly 40 --package P1", {"value.csv", "packages.csv", "order_of_works.csv", "rule.csv"}),
}
"""What is asked of studies that plan many variants, and the tables they leave; two are tested with cases of their own.
"""


@pytest.mark.parametrize("name", LEFT)
def test_the_command_leaves_a_folder(name: str, tmp_path: Path) -> None:
    """Proves: each command ends with 0 and a whole folder: tables, workbook, and a page with its drawing, with nothing
    kept beside it. If it were ignored: a study could be right in a test and out of reach for a planner."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    options, tables = LEFT[name]
    link = read_case(case).table("Links")["link"].iloc[0]
    where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1"]
    assert run.main(["study", name, *where, *options.format(link=link).split()]) == 0
    (folder,) = outputs.iterdir()
    assert {*tables, f"{name}.xlsx"} <= {path.name for path in folder.iterdir()}
    assert {*LEFT, "alternatives", "uncertainty"} == {*OF_VARIANTS}
    page = (folder / f"{name}.html").read_text(encoding="utf-8")
    assert ('role="graphics-symbol"' in page) is (name in FIGURES)
    if name == "experiments":
        assert {"demand", "event shut", "policy"} <= set(pd.read_csv(folder / "experiments.csv").columns)
