"""Ctrl-C, and a scheduler's request to end, as a wish that the whole command can ask about."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from model.solvers.core.progress import Event
from model.studies.console.reporters import Reporter
from model.studies.console.story import plan_in_hand, whose


class StopRequest(Reporter):
    """Remembers that a stop was asked for. The solver sees a KeyboardInterrupt and ends with its best plan.

    As a reporter it hears the events of a run. From the end of the search on a first stop is only remembered: what is
    left to do is short, and the plan is worth it. A second one ends the command all the same.
    """

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._asked = self._late = self._writing = False
        self._shields = 0

    def listen(self) -> None:
        """Hear SIGINT and SIGTERM from now on; signals that the caller had ignored stay ignored."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(ValueError):  # only the main thread may
                    signal.signal(number, self._hear)

    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._asked

    def asked_late(self) -> bool:
        """Whether a stop was asked for after the search."""
        return self._late

    def __call__(self, event: Event) -> None:
        """Note whether there is a plan to be written; several runs side by side are written under `shield`."""
        if not whose(event):
            self._writing = plan_in_hand(event.stage, self._writing)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Only remember a first stop as long as this lasts."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        if (self._writing or self._shields) and not self._late:
            self._late = True
            return
        raise KeyboardInterrupt


@contextmanager
def listening() -> Iterator[StopRequest]:
    """A request that hears signals as long as this lasts; who heard them before hears them again afterwards."""
    stop, before = StopRequest(), {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    stop.listen()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            with suppress(ValueError):  # only the main thread may
                signal.signal(number, handler)
