"""Ctrl-C, and a scheduler's request to end, as a wish that the whole command can ask about."""

from __future__ import annotations

import signal
from contextlib import suppress
from types import FrameType


class StopRequest:
    """Remembers that a stop was asked for. The solver sees a KeyboardInterrupt and ends with its best plan."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._asked = False

    def listen(self) -> None:
        """Hear SIGINT and SIGTERM from now on; signals that the caller had ignored stay ignored."""
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(ValueError):  # only the main thread may
                    signal.signal(number, self._hear)

    def asked(self) -> bool:
        """Whether a stop was asked for."""
        return self._asked

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        raise KeyboardInterrupt
