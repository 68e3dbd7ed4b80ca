"""What a run says while it works."""

from __future__ import annotations

import io
import json
import re
import threading
import time

import pandas as pd

from model.solvers.core.progress import Event
from model.studies.console.reporters import Chorus, JsonReporter, PlainReporter, QuietReporter
from model.studies.console.story import line_of
from model.studies.console.terminal import LiveReporter
from tests.studies.stand_ins import RememberingReporter

START = Event("build", "building the model", 0.5, None, None, None)
SEARCH = Event("search", "looking for plans", 12.0, 90.0, 100.0, 0.1)


FOUND = Event("plan", "plan of 100.00 million USD", 12.0, 90.0, 100.0, 0.1)


def test_event_says_phase_plan_bound_and_gap() -> None:
    """Proves: one line holds all that is known in words for a planner, and nothing that is not. If it were ignored:
    a planner would read 'None', or 'node LP' and 'cuts'."""
    assert line_of(START) == "Building the network and the model"
    where = "best plan 100.0 · bound 90.0 million USD · gap 10 %"
    assert line_of(SEARCH) == f"Searching for better plans and bounds · {where}"
    stopped = Event("stopped", "stopped before the search was complete", 12.0, 90.0, 100.0, 0.1)
    assert line_of(stopped) == f"Stopped before the search was complete · {where}"


def test_plain_lines_are_few_and_tell_what_is_new() -> None:
    """Proves: of some hundred events a log gets the phases, the first plan, plans that are clearly better and gaps that
    are clearly smaller: six lines. If it were ignored: a log of thousands of lines, in which nobody finds the plan."""
    stream = io.StringIO()
    with PlainReporter(stream) as reporter:
        reporter(START)
        for number in range(50):
            reporter(Event("evaluate plan", f"{number} routes", 2.0, 90.0, None, None))
        for number in range(50):
            reporter(Event("plan", "plan", 3.0, 90.0, 100.0 - number / 1e4, 0.1 - number / 1e5))
        reporter(Event("tree", "3 nodes", 4.0, 90.0, 95.0, 0.0526))
        reporter(Event("tree", "9 nodes", 5.0, 94.5, 95.0, 0.0053))
        reporter(Event("reports", "writing the run folder", 6.0, None, None, None))
        reporter.note("done")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 7
    assert lines[0] == "[  0.5 s] Building the network and the model"
    assert "best plan 100.0" in lines[2]
    assert "best plan 95.0" in lines[3]
    assert "gap 0.53 %" in lines[4]
    assert lines[5:] == ["[  6.0 s] Writing workbook, report, maps and tables", "done"]


def test_silence_gets_a_sign_of_life() -> None:
    """Proves: while the solver says nothing, the log still does, with the clock running on. If it were ignored: a
    long run looks dead (HiGHS is silent for up to 14 s at a time)."""
    stream = io.StringIO()
    with PlainReporter(stream, silence=0.05) as reporter:
        reporter(SEARCH)
        _wait_for(lambda: "Still at it" in stream.getvalue())
    assert re.search(r"\[ 12\.\d s\] Still at it\. Searching for better plans and bounds: looking", stream.getvalue())


def test_timer_ends_with_the_run() -> None:
    """Proves: no thread and no sign of life outlive the run. If it were ignored: lines would appear in the shell
    after the command, and the process might not end."""
    stream = io.StringIO()
    with PlainReporter(stream, silence=0.02) as reporter:
        reporter(SEARCH)
    told = stream.getvalue()
    time.sleep(0.1)
    assert stream.getvalue() == told
    assert not [thread for thread in threading.enumerate() if thread.name == "sign of life"]


def test_json_lines_can_all_be_read_back() -> None:
    """Proves: every line is one JSON object with its kind, whatever is told, and progress holds what docs/index.md
    says. If it were ignored: a scheduler's reader breaks on the first quotation mark, line break or missing key."""
    stream = io.StringIO()
    with JsonReporter(stream, silence=0.05) as reporter:
        reporter(SEARCH)
        _wait_for(lambda: "alive" in stream.getvalue())
        reporter.note('a "quoted"\nnote')
        reporter.table("Projects", pd.DataFrame({"project": ["P1"], "capex": [1.5]}))
        reporter.result({"status": "optimal"})
        reporter.error("no")
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert "alive" in {record["kind"] for record in records}
    records = [record for record in records if record["kind"] != "alive"]  # it may come between any two
    kinds = [record["kind"] for record in records]
    assert kinds[0] == "progress"
    assert kinds[-4:] == ["note", "table", "result", "error"]
    assert records[0]["gap"] == 0.1
    assert set(records[0]) == {"kind", "stage", "words", "elapsed", "bound", "incumbent", "gap", "worth"}
    assert records[-3]["records"] == [{"project": "P1", "capex": 1.5}]


def test_quiet_says_errors_only() -> None:
    """Proves: quiet is quiet, but not about failure. If it were ignored: a cron job mails progress, or hides why
    it failed."""
    errors = io.StringIO()
    with QuietReporter(errors) as reporter:
        reporter(SEARCH)
        reporter.note("note")
        reporter.table("Projects", pd.DataFrame())
        reporter.error("it broke")
    assert errors.getvalue() == "it broke\n"


def test_errors_have_their_own_stream() -> None:
    """Proves: plain errors go to the error stream when there is one. If it were ignored: `python run.py > log`
    would show nothing when it fails."""
    stream, errors = io.StringIO(), io.StringIO()
    PlainReporter(stream, errors).error("it broke")
    assert (stream.getvalue(), errors.getvalue()) == ("", "it broke\n")


def test_chorus_passes_everything_on() -> None:
    """Proves: the run log hears what the terminal hears. If it were ignored: the log kept with a run would miss
    what the planner saw."""
    one, other = RememberingReporter(), RememberingReporter()
    chorus = Chorus(one, other)
    chorus(START)
    chorus.note("note")
    chorus.table("title", pd.DataFrame())
    chorus.result({})
    chorus.error("error")
    kinds = [kind for kind, _ in one.told]
    assert kinds == [kind for kind, _ in other.told] == ["event", "note", "table", "result", "error"]


def test_live_line_keeps_finished_stages() -> None:
    """Proves: in a terminal, finished phases stay as lines, one live line says where the search stands, text in
    brackets is text and not mark-up, and the cursor comes back. If it were ignored: the planner loses the story, or a
    project named '[/bold]' breaks the screen."""
    stream = io.StringIO()
    reporter = LiveReporter(stream, stream, force_terminal=True)
    with reporter:
        reporter(START)
        _wait_for(lambda: "Building" in stream.getvalue())
        reporter(SEARCH)
        _wait_for(lambda: "looking for plans" in stream.getvalue())
        reporter(FOUND)
        reporter.note("[/bold] odd name")
        reporter.table("Projects", pd.DataFrame({"name": ["[/red]"], "capex [USD]": [1.0]}))
        reporter.error("[x] broke")
    shown = stream.getvalue()
    assert shown.count("✓") == 2  # the two phases, and not each step of the search
    told = ("Building the network", "best plan 100.0 · bound 90.0", "gap 10 %", "looking for plans")
    for words in (*told, "[/bold] odd name", "[/red]", "capex [USD]", "[x] broke"):
        assert words in shown
    assert shown.rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in shown.split("broke")[-1]


def _wait_for(condition: object, seconds: float = 5.0) -> None:
    """Wait until a condition holds; the assertion that follows tells when it never did."""
    end = time.monotonic() + seconds
    while callable(condition) and not condition() and time.monotonic() < end:
        time.sleep(0.01)
