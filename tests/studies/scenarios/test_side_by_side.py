"""Scenarios in several processes: the same plans and folders, whatever happens to a process."""

from __future__ import annotations

import _thread
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Event, Listener
from model.solvers.parallel.cluster_checks import ClusterError
from model.studies.commands.main import solve_case
from model.studies.console.reporters import PlainReporter
from model.studies.console.stopping import listening
from model.studies.console.story import ScenarioEvent, line_of
from model.studies.runs.folders import RunError
from model.studies.runs.solving import Bench
from model.studies.scenarios import side_by_side
from model.studies.scenarios.in_turn import run_scenarios, scenario_cases
from model.studies.scenarios.side_by_side import RelayReporter, pays
from tests.studies.stand_ins import (
    RememberingReporter,
    answering,
    make_outcome,
    make_plan_of,
    write_marker,
    write_plain_case,
)  # fmt: skip

NAMES = ["reference", "shut", "shut and dear"]
CHANGING = {"started_utc", "finished_utc", "seconds", "peak_memory_mb", "run", "statistics", "progress"}


def bench_of(folder: Path, outputs: str, **more: Any) -> tuple[list[Case], Bench]:
    """The small case under its scenarios, and a bench with outputs of its own."""
    base = read_case(folder)
    bench = Bench(base, folder, folder / outputs, SolveOptions(), write_marker, RememberingReporter())
    return scenario_cases(base, NAMES), replace(bench, **more)


def told(records: list[Any]) -> list[dict[str, Any]]:
    """Records without what differs from run to run."""
    return [{key: value for key, value in record.items() if key not in CHANGING} for record in records]


def killed_once(marker: Path) -> Callable[[Case, SolveOptions, Listener | None], Plan]:
    """A planner whose process is killed in the middle of the first 'shut' scenario."""

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        if case.scenario == "shut" and not marker.exists():
            marker.write_text("once", encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return make_plan(case, options, listener)

    return planner


def test_plans_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    """Proves: one process after the other, and two at once of which one is killed with `kill -9` in the middle of a
    run, leave the same records in the same order, whole folders with the same files, and nothing unfinished.

    If it were ignored: a plan would depend on the computer it was made on, and a process that runs out of memory would
    take all scenarios with it.
    """
    write_plain_case(tmp_path)
    cases, bench = bench_of(tmp_path, "one", options=SolveOptions(workers=1))
    alone = run_scenarios(cases, bench)
    marker, reporter = tmp_path / "killed", RememberingReporter()
    options = SolveOptions(workers=2)
    cases, bench = bench_of(tmp_path, "two", options=options, reporter=reporter, planner=killed_once(marker))
    together = run_scenarios(cases, bench)
    assert marker.exists()
    assert [record["scenario"] for record in together] == NAMES
    assert told(together) == told([{**record, "options": together[0]["options"]} for record in alone])
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert len(one) == len(two) == 3
    for first, second in zip(one, two, strict=True):
        assert sorted(path.name for path in first.iterdir()) == sorted(path.name for path in second.iterdir())
        assert json.loads((second / "run.json").read_text(encoding="utf-8"))["run"] == second.name
    events = reporter.of("event")
    assert {event.scenario for event in events} == set(NAMES)
    assert [result["scenario"] for result in reporter.of("result")].count("shut") == 1


def searching(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
    """A planner that searches for a minute, and ends with the plan it has when it is interrupted."""
    assert listener is not None
    try:
        for second in range(600):
            listener(Event("master", "searching", 0.1 * second, 2.0, 3.0, 0.5))
            time.sleep(0.1)
    except KeyboardInterrupt:
        return make_plan_of(case, make_outcome(Status.FEASIBLE, gap=0.5))
    raise AssertionError("nobody asked to stop")


class Impatient(RememberingReporter):
    """Presses Ctrl-C when two scenarios have told that they search."""

    def __call__(self, event: Event) -> None:
        """Keep an event."""
        super().__call__(event)
        seen = {told.scenario for told in self.of("event")}
        if len(seen) == 2 and not self.of("pressed"):
            self.told.append(("pressed", seen))
            _thread.interrupt_main()


def test_ctrl_c_ends_all_with_the_plans_they_have(tmp_path: Path) -> None:
    """Proves: Ctrl-C while two of three scenarios are searched ends both with their best plans in whole folders, does
    not begin the third, and says so.

    If it were ignored: Ctrl-C would lose what an hour on all processors had found, or leave processes at work.
    """
    write_plain_case(tmp_path)
    reporter = Impatient()
    cases, bench = bench_of(tmp_path, "outputs", options=SolveOptions(workers=2), planner=searching, reporter=reporter)
    records = run_scenarios(cases, bench)
    assert {record["scenario"] for record in records} == reporter.of("pressed")[0]
    assert [record["status"] for record in records] == ["feasible", "feasible"]
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == sorted(record["run"] for record in records)
    assert "Stopped after 2 of 3 scenarios." in reporter.of("note")


class PressingWhileItTells(RememberingReporter):
    """Presses Ctrl-C when the first scenario has ended and is told, outside the waiting; the other search has begun."""

    def __init__(self, begun: Path) -> None:
        """`begun` is there once the other search has begun."""
        super().__init__()
        self._begun = begun

    def note(self, words: str) -> None:
        """Keep a note."""
        super().note(words)
        if "Scenario" in words and not self.of("pressed"):
            self.told.append(("pressed", words))
            latest = time.monotonic() + 60
            while not self._begun.exists() and time.monotonic() < latest:  # its process may still be starting
                time.sleep(0.05)
            signal.raise_signal(signal.SIGINT)


def one_at_once(begun: Path) -> Callable[[Case, SolveOptions, Listener | None], Plan]:
    """A planner that plans the reference at once, and searches for a minute for all others."""

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        if case.scenario == "reference":
            return answering(Status.OPTIMAL)(case, options, listener)
        begun.touch()
        return searching(case, options, listener)

    return planner


def test_ctrl_c_outside_the_waiting_loses_no_search(tmp_path: Path) -> None:
    """Proves: a first Ctrl-C while an ended scenario is told and left ends the other search with its best plan in a
    whole folder, as one during the waiting does. If it were ignored: it would end the command at once, and every
    running search would be lost without a checkpoint."""
    write_plain_case(tmp_path)
    with listening() as stop:
        begun, options = tmp_path / "begun", SolveOptions(workers=2)
        reporter = PressingWhileItTells(begun)
        heard = {"stop_asked": stop.asked, "shield": stop.shield, "reporter": reporter}
        cases, bench = bench_of(tmp_path, "outputs", options=options, planner=one_at_once(begun), **heard)
        records = run_scenarios(cases[:2], bench)
    assert [record["status"] for record in records] == ["optimal", "feasible"]
    assert len(list((tmp_path / "outputs").iterdir())) == 2


@pytest.mark.slow
def test_a_process_lost_again_and_again_is_told_in_words(tmp_path: Path) -> None:
    """Proves: a scenario whose process never survives ends the command in words, with no folder left behind; here
    after the second loss, in life after the fourth (Dask's own number), as every loss costs a start.

    If it were ignored: a case that needs more memory than there is would be begun for ever.
    """
    write_plain_case(tmp_path)

    def deadly(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    cases, bench = bench_of(tmp_path, "outputs", options=SolveOptions(workers=2), planner=deadly)
    given_up = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with given_up, pytest.raises(RunError, match="too little memory"):
        run_scenarios(cases[1:], bench)
    assert list((tmp_path / "outputs").iterdir()) == []


def test_small_cases_start_no_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: one scenario never, small ones only when asked, many large ones where there are processors.

    If it were ignored: a case of a second would wait ten for processes to start.
    """
    cases, _ = bench_of(write_plain_case(tmp_path).parent, "outputs")
    monkeypatch.setattr(side_by_side, "processors", lambda: 4)
    assert not pays(cases, None)
    assert pays(cases, 2)
    assert not pays(cases, 1)
    assert not pays(cases[:1], 4)
    monkeypatch.setattr(side_by_side, "LEAST_SIZE", 10)
    assert pays(cases, None)
    monkeypatch.setattr(side_by_side, "processors", lambda: 1)
    assert not pays(cases, None)


def test_an_address_without_a_scheduler_is_told(tmp_path: Path) -> None:
    """Proves: `--cluster` with an address where nothing listens is a sentence, and no folder is left.

    If it were ignored: a mistyped address would be a traceback, or a wait without end.
    """
    write_plain_case(tmp_path)
    options = SolveOptions(cluster="tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match="No Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        solve_case(tmp_path, "all", options, tmp_path / "outputs", write_marker, RememberingReporter())
    assert list((tmp_path / "outputs").iterdir()) == []


def test_a_stop_reaches_the_search_once_and_never_the_writing() -> None:
    """Proves: after a stop was asked, the next event of the search raises KeyboardInterrupt in the solver's thread,
    later ones do not, and neither does the writing of a plan that is there.

    If it were ignored: Ctrl-C would leave searches running, or cost plans that were found.
    """
    sent: list[dict[str, Any]] = []
    stopped: set[str] = set()
    event = Event("master", "searching", 1.0, 2.0, 3.0, 0.5)
    reporter, other = (RelayReporter(sent.append, lambda run=run: run in stopped) for run in ("this", "another"))
    reporter(event)
    stopped.add("this")
    other(event)
    RelayReporter(sent.append, lambda: True)(replace(event, stage="tables"))
    with pytest.raises(KeyboardInterrupt):
        reporter(event)
    reporter(event)
    assert [one["stage"] for one in sent] == ["master", "master", "tables"]


def test_nobody_waits_for_an_abandoned_run() -> None:
    """Proves: a run whose planner has gone is interrupted at each event, in the search and in the writing.

    If it were ignored: workers of a shared cluster would search for hours for a planner that was killed.
    """
    gone: list[bool] = []
    reporter = RelayReporter(lambda event: None, abandoned=lambda: bool(gone))
    reporter(Event("master", "searching", 1.0, 2.0, 3.0, 0.5))
    gone.append(True)
    for stage in ("master", "stopped", "reports"):
        with pytest.raises(KeyboardInterrupt):
            reporter(Event(stage, "working", 1.0, 2.0, 3.0, 0.5))


def test_lines_of_several_runs_name_their_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: an event of one of several runs begins with its scenario, and what is news of one is told although
    another has told the same just before; what is no news is not told again.

    If it were ignored: nobody could tell whose bound and gap a line shows.
    """
    event = ScenarioEvent("master", "searching", 1.0, 2.0, 3.0, 0.5, scenario="shut")
    assert line_of(event).startswith("shut · ")
    assert "best plan 3.0" in line_of(event)
    reporter = PlainReporter(sys.stdout, silence=100.0)
    reporter(event)
    reporter(replace(event, scenario="dear"))
    reporter(replace(event, scenario="shut"))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("] ")[1].split(" · ")[0] for line in lines] == ["shut", "dear"]


def test_one_process_is_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with one process asked for, scenarios are planned here, one after the other, however large they are.

    If it were ignored: --workers 1 would still pay for a second process.
    """
    write_plain_case(tmp_path)
    monkeypatch.setattr(side_by_side, "LEAST_SIZE", 0)
    here: list[int] = []

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        here.append(os.getpid())
        return answering(Status.OPTIMAL)(case, options, listener)

    cases, bench = bench_of(tmp_path, "outputs", options=SolveOptions(workers=1), planner=planner)
    assert len(run_scenarios(cases, bench)) == 3
    assert here == [os.getpid()] * 3
