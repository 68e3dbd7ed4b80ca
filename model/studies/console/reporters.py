"""What a run says while it works: in a terminal, in a log, as JSON lines, or nothing.

All reporters take the same calls, so the studies never ask where they run. A timer of their own keeps a sign of
life going while the solver is silent (HiGHS may say nothing for a quarter of a minute).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TextIO

import pandas as pd

from model.solvers.core.progress import Event
from model.studies.console.story import Stories, line_of, phase_of, standing, whose
from model.studies.console.words import plain_table, seconds_text

SILENCE = 10.0
"""Seconds without a word after which a log gets a sign of life."""


Tell = Callable[[str], None]
"""Who is told, in a sentence, how far a study has come."""


class Reporter:
    """Says nothing; the others override what they say. Also a listener for `make_plan`: call it with an Event."""

    def __enter__(self) -> Self:
        """Start the timer, where there is one."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the timer."""

    def __call__(self, event: Event) -> None:
        """Tell progress."""

    def note(self, words: str) -> None:
        """Tell something that is not progress: what starts, what ended, what was written."""

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Show a small table."""

    def result(self, record: Mapping[str, Any]) -> None:
        """Hand over the machine-readable end of a run."""

    def error(self, words: str) -> None:
        """Tell why nothing came of it."""


class QuietReporter(Reporter):
    """For schedulers: only errors, on the error stream."""

    def __init__(self, errors: TextIO) -> None:
        """Write to `errors`."""
        self._errors = errors

    def error(self, words: str) -> None:
        """Tell why nothing came of it."""
        print(words, file=self._errors, flush=True)


class TimedReporter(Reporter):
    """A reporter with a timer: `tick` is called every `interval` seconds from its own thread, under the lock."""

    def __init__(self, stream: TextIO, interval: float) -> None:
        """Tell to `stream`."""
        self.stream = stream
        self._interval = interval
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._timer: threading.Thread | None = None
        self._latest: Event | None = None
        self._received = self._told = time.monotonic()

    def __enter__(self) -> Self:
        """Start the timer."""
        self._ended.clear()
        self._timer = threading.Thread(target=self._run, name="sign of life", daemon=True)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the timer."""
        self._ended.set()
        if self._timer is not None:
            self._timer.join()

    def _run(self) -> None:
        while not self._ended.wait(self._interval):
            with self._lock:
                self.tick()

    def __call__(self, event: Event) -> None:
        """Remember the event and show it."""
        with self._lock:
            before, self._latest, self._received = self._latest, event, time.monotonic()
            self.show(event, before)

    @property
    def elapsed(self) -> float:
        """Seconds since the plan was begun, by the latest event and the clock since."""
        return (self._latest.elapsed if self._latest else 0.0) + time.monotonic() - self._received

    def show(self, event: Event, before: Event | None) -> None:
        """Show an event that follows `before`."""
        raise NotImplementedError

    def tick(self) -> None:
        """Give a sign of life where one is due."""
        raise NotImplementedError


class PlainReporter(TimedReporter):
    """Plain lines, for a pipe or a log file: what is news, and a sign of life where there is none for long."""

    def __init__(self, stream: TextIO, errors: TextIO | None = None, silence: float = SILENCE) -> None:
        """Tell to `stream`, something at least every `silence` seconds. Errors go to `errors`, or to the same."""
        super().__init__(stream, min(silence, 1.0))
        self._errors = errors or stream
        self._silence = silence
        self._story = Stories()

    def show(self, event: Event, before: Event | None) -> None:
        """Write the event when it is news."""
        if self._story.news(event):
            self._line(f"[{seconds_text(event.elapsed):>7}] {line_of(event)}")

    def tick(self) -> None:
        """Write that the work goes on."""
        if self._latest is not None and time.monotonic() - self._told >= self._silence:
            whom = f"{whose(self._latest)} · " if whose(self._latest) else ""
            words = f"{whom}{phase_of(self._latest.stage)}: {self._latest.words}"
            where = standing(self._latest)
            self._line(f"[{seconds_text(self.elapsed):>7}] Still at it. {words}{' · ' if where else ''}{where}")

    def note(self, words: str) -> None:
        """Write a line of its own."""
        with self._lock:
            self._line(words)

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Write the table in aligned columns."""
        with self._lock:
            self._line(f"\n{title}\n{plain_table(table)}")

    def error(self, words: str) -> None:
        """Write the error."""
        with self._lock:
            print(words, file=self._errors, flush=True)

    def _line(self, words: str) -> None:
        self._told = time.monotonic()
        print(words, file=self.stream, flush=True)


class JsonReporter(TimedReporter):
    """One JSON object a line, for programs: kind = progress, alive, note, table, result or error."""

    def __init__(self, stream: TextIO, silence: float = SILENCE) -> None:
        """Tell to `stream`."""
        super().__init__(stream, silence)

    def show(self, event: Event, before: Event | None) -> None:
        """Write every event."""
        self._line(
            "progress",
            stage=event.stage,
            words=event.words,
            elapsed=round(event.elapsed, 3),
            bound=event.bound,
            incumbent=event.incumbent,
            gap=event.gap,
            worth=event.worth,
            **({"scenario": whose(event)} if whose(event) else {}),
        )

    def tick(self) -> None:
        """Write that the work goes on."""
        if self._latest is not None and time.monotonic() - self._told >= self._interval:
            self._line("alive", stage=self._latest.stage, elapsed=round(self.elapsed, 3))

    def note(self, words: str) -> None:
        """Write a note."""
        self._line("note", words=words)

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Write the records of the table."""
        self._line("table", title=title, records=json.loads(table.to_json(orient="records")))

    def result(self, record: Mapping[str, Any]) -> None:
        """Write the record of a finished run."""
        self._line("result", **record)

    def error(self, words: str) -> None:
        """Write the error."""
        self._line("error", words=words)

    def _line(self, kind: str, **content: Any) -> None:
        with self._lock:
            self._told = time.monotonic()
            print(json.dumps({"kind": kind, **content}, default=str), file=self.stream, flush=True)


class Chorus(Reporter):
    """Several reporters as one: the terminal and the run log."""

    def __init__(self, *reporters: Reporter) -> None:
        """Pass every call on to `reporters`, in order. Their timers are theirs."""
        self._reporters = reporters

    def __call__(self, event: Event) -> None:
        """Tell progress."""
        for reporter in self._reporters:
            reporter(event)

    def note(self, words: str) -> None:
        """Tell a note."""
        for reporter in self._reporters:
            reporter.note(words)

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Show a table."""
        for reporter in self._reporters:
            reporter.table(title, table)

    def result(self, record: Mapping[str, Any]) -> None:
        """Hand over a result."""
        for reporter in self._reporters:
            reporter.result(record)

    def error(self, words: str) -> None:
        """Tell an error."""
        for reporter in self._reporters:
            reporter.error(words)
