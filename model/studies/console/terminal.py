"""The reporter of a real terminal: one live line with stage, best plan, bound, gap and time; finished phases stay."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

import pandas as pd
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table

from model.solvers.core.progress import Event
from model.studies.console.reporters import TimedReporter
from model.studies.console.story import SEARCH, TOLD, Stories, line_of, phase_of, standing, whose
from model.studies.console.words import column_texts, seconds_text

DETAIL = 48  # letters of what the search is at


class LiveReporter(TimedReporter):
    """Live line with a spinner, redrawn four times a second by the timer."""

    def __init__(self, stream: TextIO, errors: TextIO, *, force_terminal: bool | None = None) -> None:
        """Tell to the terminal behind `stream`, and errors to `errors`."""
        super().__init__(stream, 0.25)
        self.console = Console(file=stream, highlight=False, force_terminal=force_terminal)
        self._errors = Console(file=errors, highlight=False)
        self._spinner = Spinner("dots")
        self._started = 0.0
        self._stories = Stories()
        self._live = Live(console=self.console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        """Start the live line."""
        self._live.start()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last stage as a plain line and stop."""
        super().__exit__(kind, error, trace)
        self._keep(self._latest, self.elapsed)
        self._latest = None
        self._live.stop()

    def show(self, event: Event, before: Event | None) -> None:
        """Keep a finished phase as a line; the live line takes the new event at the next tick.

        Of several runs side by side, what is news is a line, as their phases do not end one after the other.
        """
        if whose(event):
            if self._stories.news(event):
                words = escape(f"{seconds_text(event.elapsed):>10}  {line_of(event)}")
                self.console.print(f"[dim]{words}[/dim]", soft_wrap=True)
        elif before is None:
            self._started = event.elapsed
        elif phase_of(before.stage) != phase_of(event.stage) or before.stage in TOLD:
            self._keep(before, event.elapsed)

    def tick(self) -> None:
        """Redraw the live line."""
        event = self._latest
        if event is None:
            return
        parts = [f"[bold]{seconds_text(self.elapsed)}[/bold]", escape(phase_of(event.stage))]
        if whose(event):
            parts.insert(1, f"[bold]{escape(whose(event))}[/bold]")
        if phase_of(event.stage) == SEARCH:
            parts.append(f"[dim]{escape(shorten(event.words, DETAIL))}[/dim]")
        where = standing(event)
        parts += [f"[cyan]{escape(where)}[/cyan]"] if where else []
        self._spinner.update(text="  ".join(parts))
        self._live.update(self._spinner, refresh=True)

    def note(self, words: str) -> None:
        """Print a line above the live one."""
        with self._lock:
            self._keep(self._latest, self.elapsed)
            self._latest = None
            self._live.update("", refresh=True)
            self.console.print(escape(words), soft_wrap=True)

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Print the table above the live line."""
        shown = Table(title=escape(title), title_justify="left")
        for column in table.columns:
            shown.add_column(
                escape(str(column)), justify="right" if pd.api.types.is_numeric_dtype(table[column]) else "left"
            )
        for row in zip(*(column_texts(table[column]) for column in table.columns), strict=True):
            shown.add_row(*(escape(text) for text in row))
        with self._lock:
            self.console.print(shown)

    def error(self, words: str) -> None:
        """Print the error in red and in words."""
        with self._lock:
            self._errors.print(escape(words), style="red")

    def _keep(self, event: Event | None, until: float) -> None:
        """Leave a finished phase as a line, with the seconds it took."""
        if event is not None and not whose(event):
            took = max(0.0, until - self._started)
            self._started = until
            mark = "!" if event.stage in TOLD else "✓"
            words = escape(f"{mark} {seconds_text(took):>8}  {line_of(event)}")
            self.console.print(f"[dim]{words}[/dim]", soft_wrap=True)


def shorten(words: str, most: int) -> str:
    """One line of at most so many letters."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
