"""Progress of a solve as events; whoever listens decides how to show them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from model.solvers.core.outcome import relative_gap


@dataclass(frozen=True)
class Event:
    """Where a solve stands: stage, in words, seconds since the start, bound and best plan so far (million USD).

    `worth` is what the best plan saves against building only what is committed, million USD, where that is known.
    """

    stage: str
    words: str
    elapsed: float
    bound: float | None
    incumbent: float | None
    gap: float | None
    worth: float | None = None


Listener = Callable[[Event], None]
GRACE_SHARE, LEAST_GRACE, GRACE_AFTER_STOP = 0.1, 2.0, 5.0
"""What may be spent on a plan in hand once time is up: a share of the limit, seconds at least, at most after a stop."""


class Interrupted(Exception):
    """The user asked to stop (Ctrl-C) or the time is up; what was found so far still counts."""


class Progress:
    """Clock and record of one solve.

    Keeps the best bound and plan value, tells the listener, knows when time is up and whether a stop was asked.
    `watcher` is called at each event: the search is between two steps then.
    """

    def __init__(self, time_limit: float, listener: Listener | None = None) -> None:
        """Start the clock; `time_limit` in seconds."""
        self._start = time.monotonic()
        self._listener = listener
        self.time_limit = time_limit
        self.bound: float | None = None
        self.incumbent: float | None = None
        self.minimum: float | None = None
        self.stop_asked = False
        self._grace_ends: float | None = None
        self._in_grace = False
        self._step_left: Callable[[], float] | None = None
        self.watcher: Callable[[], None] | None = None
        self.events: list[dict[str, Any]] = []
        self.seconds: dict[str, float] = {}

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def time_left(self) -> float:
        """Seconds until the limit, of the step or of all, or until the end of the time of grace; not below 0."""
        if self._in_grace and self._grace_ends is not None:
            return max(0.0, self._grace_ends - self.elapsed)
        left = self.time_limit - self.elapsed
        return max(0.0, left if self._step_left is None else min(left, self._step_left()))

    @property
    def must_stop(self) -> bool:
        """Whether time is up or a stop was asked; during the time of grace, whether that is over."""
        return (self.stop_asked and not self._in_grace) or self.time_left <= 0

    @property
    def is_over(self) -> bool:
        """Whether time is up or a stop was asked, in the time of grace as well."""
        return self.stop_asked or self.elapsed >= self.time_limit

    def ask_stop(self) -> None:
        """A stop was asked for; a second one ends the time of grace too."""
        self.stop_asked = True
        if self._in_grace:
            self._grace_ends = self.elapsed

    @contextmanager
    def grace(self) -> Iterator[None]:
        """A little more time, once, for a plan in hand: `must_stop` and `time_left` go by it inside.

        It begins with the first use and is not begun anew; before time is up or a stop was asked nothing changes. Where
        the time of a step alone is up, as much of what is left may be used.
        """
        seconds = max(LEAST_GRACE, GRACE_SHARE * self.time_limit)
        if self._in_grace or (not self.is_over and self.time_left > 0):
            yield
            return
        if not self.is_over:
            step, until = self._step_left, self.elapsed + seconds
            self._step_left = lambda: until - self.elapsed
            try:
                yield
            finally:
                self._step_left = step
            return
        if self._grace_ends is None:
            early = self.elapsed < self.time_limit  # somebody waits for the stop
            self._grace_ends = self.elapsed + (min(seconds, GRACE_AFTER_STOP) if early else seconds)
        self._in_grace = True
        try:
            yield
        finally:
            self._in_grace = False

    @contextmanager
    def within(self, left: Callable[[], float]) -> Iterator[None]:
        """A step that has a limit of its own: inside, time is up as soon as `left` says that no seconds are.

        So whatever looks at the time, between two LPs and in each of them, holds that limit too, and raises
        Interrupted. A step within a step holds the limits of both.
        """
        before = self._step_left
        self._step_left = left if before is None else lambda: min(left(), before())
        try:
            yield
        finally:
            self._step_left = before

    @property
    def gap(self) -> float | None:
        """Relative gap between the best plan and the bound, when both are known."""
        if self.bound is None or self.incumbent is None:
            return None
        return relative_gap(self.incumbent, self.bound)

    @property
    def worth(self) -> float | None:
        """What the best plan saves against building only what is committed (`minimum`, million USD)."""
        return None if self.incumbent is None or self.minimum is None else self.minimum - self.incumbent

    def raise_bound(self, bound: float) -> None:
        """Take a proven lower bound if it is better."""
        self.bound = bound if self.bound is None else max(self.bound, bound)

    def lower_incumbent(self, value: float) -> None:
        """Take the cost of a plan if it is better."""
        self.incumbent = value if self.incumbent is None else min(self.incumbent, value)

    def tell(self, stage: str, words: str, *, record: bool = True) -> None:
        """Tell the listener where the solve stands."""
        event = Event(stage, words, self.elapsed, self.bound, self.incumbent, self.gap, self.worth)
        if record:
            self.events.append(asdict(event))
        if self.watcher is not None:
            self.watcher()
        if self._listener is not None:
            self._listener(event)

    def count(self, stage: str, seconds: float) -> None:
        """Add seconds to a stage of the time table."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
