"""A stop: heard at once in the search, remembered while a plan is written."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event
from model.studies.candidates import candidate_tables
from model.studies.commands.failures import explanation
from model.studies.commands.main import solve_case
from model.studies.console.reporters import Chorus, Reporter
from model.studies.console.stopping import StopRequest, listening
from model.studies.console.story import AFTER_SEARCH, ScenarioEvent
from model.studies.runs.folders import RunError, RunFolder
from model.studies.runs.resuming import FOLDER
from model.studies.runs.solving import Bench
from model.studies.scenarios.leaving import Finished, leave_or_keep
from model.studies.scenarios.side_by_side import RelayReporter
from tests.studies.stand_ins import RememberingReporter, write_marker, write_plain_case

SEARCH = Event("master", "searching", 1.0, 2.0, 3.0, 0.5)


@pytest.fixture
def stop() -> Iterator[StopRequest]:
    """A request that listens, and handlers as before afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    request = StopRequest()
    request.listen()
    yield request
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", AFTER_SEARCH)
def test_a_stop_waits_for_a_plan_that_is_there(stop: StopRequest, number: signal.Signals, stage: str) -> None:
    """Proves: in the search a stop interrupts at once; from the end of the search on it is only remembered, and told to
    the questions that may take long; the second one interrupts all the same; the next search hears stops again.

    If it were ignored: Ctrl-C while the workbook is written would throw the proven plan away, or nothing would help
    against a disk that hangs.
    """
    stop(SEARCH)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert (stop.asked(), stop.asked_late()) == (True, False)
    stop(Event(stage, "writing", 1.0, None, None, None))
    signal.raise_signal(number)
    assert stop.asked_late()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


class Pressing(Reporter):
    """Presses Ctrl-C once at one stage, after the plan was found; remembers all stages from then on."""

    def __init__(self, at: str = "") -> None:
        """Press when stage `at` is told."""
        self.at = at
        self.stages: list[str] = []

    def __call__(self, event: Event) -> None:
        """Remember the stage; press at the one."""
        if self.stages or event.stage == "tables":
            self.stages.append(event.stage)
            if event.stage == self.at and self.stages.count(self.at) == 1:
                signal.raise_signal(signal.SIGINT)


def fail(*_: object) -> None:
    """Work out no answers."""
    raise RuntimeError("no")


def test_no_stage_after_the_search_costs_the_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a stop at any stage that a run tells once its plan is found, prices of limits and words said once among
    them, leaves the whole run folder; so does a stop that another process hears of there.

    If it were ignored: Ctrl-C while limits are priced would throw away a plan that took hours, and `--scenario all`
    would keep it where one scenario did not.
    """
    monkeypatch.setattr("model.studies.candidates.WhatIf", fail)
    write_plain_case(tmp_path)

    def stages(with_others: Callable[[Reporter], Reporter], at: str = "") -> list[str]:
        pressing, outputs = Pressing(at), tmp_path / f"outputs-{at}-{len(list(tmp_path.iterdir()))}"
        planner = partial(make_plan, questions=partial(candidate_tables, seconds=1.0))
        asked = (tmp_path / "small.xlsx", None, SolveOptions(), outputs, write_marker, with_others(pressing))
        assert solve_case(*asked, planner=planner) == 0
        (folder,) = outputs.iterdir()
        assert (folder / "plan.txt").exists()
        return pressing.stages

    told = set(stages(lambda pressing: pressing))
    assert told >= {*AFTER_SEARCH, "answers"}
    for stage in sorted(told):
        with listening() as stop:
            assert stage in stages(lambda pressing, stop=stop: Chorus(stop, pressing), stage)
            assert stop.asked_late()
        heard: list[str] = []
        late = RelayReporter(
            lambda event, heard=heard: heard.append(event["stage"]), partial(list.__contains__, heard, stage)
        )
        stages(lambda pressing, late=late: Chorus(late, pressing))


def test_what_others_write_shields_nobody(stop: StopRequest) -> None:
    """Proves: a scenario that is written in another process does not keep a stop from those that search; the writing of
    run folders here does, as long as it lasts.

    If it were ignored: Ctrl-C during `--scenario all` would go unheard, or cost the folder just being made.
    """
    stop(ScenarioEvent("reports", "writing", 1.0, None, None, None, scenario="shut"))
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with stop.shield():
        signal.raise_signal(signal.SIGINT)
    assert stop.asked_late()


def test_stops_that_the_caller_ignored_stay_ignored(stop: StopRequest) -> None:
    """Proves: under nohup-like callers a signal stays ignored. If it were ignored: a background job would end with the
    Ctrl-C meant for another."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    StopRequest().listen()
    signal.raise_signal(signal.SIGINT)
    assert not stop.asked()


def failing(error: BaseException) -> Any:
    """A report writer that fails."""

    def write(plan: Plan, folder: Path, record: Mapping[str, Any], base: Case) -> None:
        (folder / "half.txt").write_text("half")
        raise error

    return write


NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
WRAPPED = RuntimeError("the library's own error", OSError(errno.EDQUOT, "Quota"))


@pytest.fixture(scope="module")
def plain_cost(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Cost of the plan of an undisturbed solve."""
    cost = make_plan(read_case(write_plain_case(tmp_path_factory.mktemp("plain")))).outcome.objective
    assert cost is not None
    return cost


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NO_SPACE, "The disk is full"),
        (WRAPPED, "quota"),
        (OSError(errno.EFBIG, "File too large"), "ulimit -f"),
        (FileNotFoundError(errno.ENOENT, "No such file", "somewhere/plan.xlsx"), "is gone"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many files are open"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("can't start new thread"), "allows this process nothing more"),
        (ImportError("no back end for plots"), "A library cannot be loaded: no back end for plots"),
        (ZeroDivisionError(), "mistake of its own"),
    ],
)
def test_whatever_fails_while_writing_the_plan_is_kept(
    tmp_path: Path, plain_cost: float, error: Exception, words: str
) -> None:
    """Proves: when the folder cannot be written, for whatever reason, nothing half-written is left, the words name the
    reason and the run to go on with, and going on leaves the whole folder with the same cost, said to be resumed.

    If it were ignored: a full disk would cost the plan, and be called a mistake of the program.
    """
    write_plain_case(tmp_path)
    outputs = tmp_path / "outputs"
    with pytest.raises(type(error)) as caught:
        solve_case(tmp_path, None, SolveOptions(), outputs, failing(error), RememberingReporter())
    (kept,) = (outputs / FOLDER).iterdir()
    assert [path.name for path in outputs.iterdir()] == [FOLDER]
    told = explanation(caught.value, outputs, tmp_path)
    assert words in told
    assert f"--resume {kept.stem}" in told
    assert words == "mistake of its own" or "mistake" not in told
    reporter = RememberingReporter()
    assert solve_case(tmp_path, None, SolveOptions(), outputs, write_marker, reporter, resume=kept.stem) == 0
    (result,) = reporter.of("result")
    assert result["resumed"]["run"] == kept.stem
    assert result["objective_million_usd"] == pytest.approx(plain_cost)
    assert not (outputs / FOLDER).exists()


def test_a_second_stop_while_writing_keeps_the_plan(tmp_path: Path) -> None:
    """Proves: an interrupt that gets through to the writing leaves no folder but the plan, under a name that is told;
    of several scenarios the folders before it stay and are told.

    If it were ignored: an impatient Ctrl-C would cost the night.
    """
    write_plain_case(tmp_path)
    outputs = tmp_path / "outputs"
    with pytest.raises(KeyboardInterrupt) as caught:
        solve_case(tmp_path, None, SolveOptions(), outputs, failing(KeyboardInterrupt()), RememberingReporter())
    (kept,) = (outputs / FOLDER).iterdir()
    assert f"--resume {kept.stem}" in caught.value.__notes__[0]
    kept.unlink()
    calls: list[Path] = []

    def second(plan: Plan, folder: Path, record: Mapping[str, Any], base: Case) -> None:
        calls.append(folder)
        if len(calls) == 2:
            raise KeyboardInterrupt

    reporter = RememberingReporter()
    assert solve_case(tmp_path, "all", SolveOptions(workers=1), outputs, second, reporter) == 0
    (words,) = [note for note in reporter.of("note") if "Stopped after 1 of 3 scenarios." in note]
    assert "--resume" in words
    assert len(reporter.of("result")) == 1


def test_a_scenario_planned_elsewhere_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when the folder of a scenario that another process planned cannot be written here, its checkpoint is
    kept under the name of the run, the half folder goes, and what to do is told.

    If it were ignored: `--scenario all` would lose every plan that came after the disk was full.
    """

    def full(*_: object) -> None:
        raise NO_SPACE

    bench: Any = Bench.__new__(Bench)
    object.__setattr__(bench, "outputs", tmp_path)
    object.__setattr__(bench, "reporter", RememberingReporter())
    monkeypatch.setattr("model.studies.scenarios.leaving.write_files", full)
    lost: list[str] = []
    with RunFolder(tmp_path, "case", "shut") as folder:
        assert leave_or_keep(Finished({}, {"plan.xlsx": b"x"}, [], b"kept"), folder, bench, lost) is None
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]
    assert (tmp_path / FOLDER / f"{folder.name}.npz").read_bytes() == b"kept"
    assert "The disk is full" in lost[0]
    assert f"--resume {folder.name}" in lost[0]


def test_what_cannot_be_written_is_refused_before_the_solve(tmp_path: Path) -> None:
    """Proves: a case, a workbook and an output folder whose names are not UTF-8 on the disk are refused, all at once,
    before anything is planned; so is a place in which no file can be made.

    If it were ignored: the solve would end after an hour in an error of the writer.
    """
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    write_plain_case(folder)
    os.rename(folder / "small.xlsx", folder / os.fsdecode(b"b\xfcro.xlsx"))

    def never_asked(*_: object) -> Plan:
        raise AssertionError("planned before it was refused")

    asked = (folder, None, SolveOptions(), tmp_path / os.fsdecode(b"\xff"), write_marker, RememberingReporter())
    with pytest.raises(RunError) as caught:
        solve_case(*asked, planner=never_asked)
    told = str(caught.value)
    assert told.count("is not UTF-8: rename it.") == 3
    assert told.encode("utf-8")
    assert r"caf\xe9" in told
    assert r"b\xfcro.xlsx" in told
