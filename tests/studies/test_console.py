"""What a run says while it works."""

from __future__ import annotations

import io
import json
import re
import threading
import time

import pandas as pd

from model.solvers.progress import Event
from model.studies.console import Chorus, JsonTeller, PlainTeller, QuietTeller, event_text
from model.studies.terminal import LiveTeller
from tests.studies.stand_ins import RememberingTeller

START = Event("build", "building the model", 0.5, None, None, None)
SEARCH = Event("search", "looking for plans", 12.0, 90.0, 100.0, 0.1)


def test_event_says_stage_plan_bound_and_gap() -> None:
    """Proves: one line holds all that is known, and nothing that is not. If it were ignored: a planner would see
    'None' or no gap."""
    assert event_text(START) == "build: building the model"
    assert event_text(SEARCH) == "search: looking for plans · best plan 100.0 · bound 90.0 million USD · gap 10 %"


def test_plain_lines_are_thinned_but_the_last_word_is_told() -> None:
    """Proves: a hundred events of a stage within a second give two lines, first and last, and a new stage comes at
    once. If it were ignored: a log of thousands of lines, or one that ends before the end."""
    stream = io.StringIO()
    with PlainTeller(stream, apart=0.2) as teller:
        for number in range(100):
            teller(Event("search", f"step {number}", number / 100, None, None, None))
        teller(START)
        teller.note("done")
    lines = stream.getvalue().splitlines()
    assert lines == ["[0.0 s] search: step 0", "[1.0 s] search: step 99", "[0.5 s] build: building the model", "done"]


def test_silence_gets_a_sign_of_life() -> None:
    """Proves: while the solver says nothing, the log still does, with the clock running on. If it were ignored: a
    long run looks dead (HiGHS is silent for up to 14 s at a time)."""
    stream = io.StringIO()
    with PlainTeller(stream, silence=0.05) as teller:
        teller(SEARCH)
        _wait_for(lambda: "still working" in stream.getvalue())
    assert re.search(r"\[12\.\d s\] still working on: search: looking for plans", stream.getvalue())


def test_timer_ends_with_the_run() -> None:
    """Proves: no thread and no sign of life outlive the run. If it were ignored: lines would appear in the shell
    after the command, and the process might not end."""
    stream = io.StringIO()
    with PlainTeller(stream, silence=0.02) as teller:
        teller(SEARCH)
    told = stream.getvalue()
    time.sleep(0.1)
    assert stream.getvalue() == told
    assert not [thread for thread in threading.enumerate() if thread.name == "sign of life"]


def test_json_lines_can_all_be_read_back() -> None:
    """Proves: every line is one JSON object with its kind, whatever is told. If it were ignored: a scheduler's
    reader breaks on the first quotation mark or line break."""
    stream = io.StringIO()
    with JsonTeller(stream, silence=0.05) as teller:
        teller(SEARCH)
        _wait_for(lambda: "alive" in stream.getvalue())
        teller.note('a "quoted"\nnote')
        teller.table("Projects", pd.DataFrame({"project": ["P1"], "capex": [1.5]}))
        teller.result({"status": "optimal"})
        teller.error("no")
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    kinds = [record["kind"] for record in records]
    assert kinds[0] == "progress"
    assert "alive" in kinds
    assert kinds[-4:] == ["note", "table", "result", "error"]
    assert records[0]["gap"] == 0.1
    assert records[-3]["records"] == [{"project": "P1", "capex": 1.5}]


def test_quiet_says_errors_only() -> None:
    """Proves: quiet is quiet, but not about failure. If it were ignored: a cron job mails progress, or hides why
    it failed."""
    errors = io.StringIO()
    with QuietTeller(errors) as teller:
        teller(SEARCH)
        teller.note("note")
        teller.table("Projects", pd.DataFrame())
        teller.error("it broke")
    assert errors.getvalue() == "it broke\n"


def test_errors_have_their_own_stream() -> None:
    """Proves: plain errors go to the error stream when there is one. If it were ignored: `python run.py > log`
    would show nothing when it fails."""
    stream, errors = io.StringIO(), io.StringIO()
    PlainTeller(stream, errors).error("it broke")
    assert (stream.getvalue(), errors.getvalue()) == ("", "it broke\n")


def test_chorus_passes_everything_on() -> None:
    """Proves: the run log hears what the terminal hears. If it were ignored: the log kept with a run would miss
    what the planner saw."""
    one, other = RememberingTeller(), RememberingTeller()
    chorus = Chorus(one, other)
    chorus(START)
    chorus.note("note")
    chorus.table("title", pd.DataFrame())
    chorus.result({})
    chorus.error("error")
    kinds = [kind for kind, _ in one.told]
    assert kinds == [kind for kind, _ in other.told] == ["event", "note", "table", "result", "error"]


def test_live_line_keeps_finished_stages() -> None:
    """Proves: in a terminal, finished stages stay as lines, text in brackets is text and not mark-up, and the cursor
    comes back. If it were ignored: the planner loses the story, or a project named '[/bold]' breaks the screen."""
    stream = io.StringIO()
    teller = LiveTeller(stream, stream, force_terminal=True)
    with teller:
        teller(START)
        _wait_for(lambda: "building" in stream.getvalue())
        teller(SEARCH)
        teller.note("[/bold] odd name")
        teller.table("Projects", pd.DataFrame({"name": ["[/red]"], "capex [USD]": [1.0]}))
        teller.error("[x] broke")
    shown = stream.getvalue()
    for words in ("building the model", "looking for plans", "[/bold] odd name", "[/red]", "capex [USD]", "[x] broke"):
        assert words in shown
    assert shown.rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in shown.split("broke")[-1]


def _wait_for(condition: object, seconds: float = 5.0) -> None:
    """Wait until a condition holds; the assertion that follows tells when it never did."""
    end = time.monotonic() + seconds
    while callable(condition) and not condition() and time.monotonic() < end:
        time.sleep(0.01)
