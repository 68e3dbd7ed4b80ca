"""Console and log that a run cannot stumble over: what cannot be said is dropped, and the work goes on.

A reader that goes away (`| head -1`), a full disk behind `> log.txt`, a closed stream and a lost terminal are all the
same to a run. Nothing heavy is imported here: help answers at once.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast


class SteadyStream:
    """A text stream whose trouble is nobody's trouble; all that is not writing is left to the stream behind it."""

    def __init__(self, stream: TextIO, descriptor: int | None = None) -> None:
        """Write to `stream`; with a `descriptor` of the console, that leads nowhere after the first trouble.

        So whatever stands in buffers, here and in compiled libraries, goes nowhere too, and the process ends cleanly.
        """
        self._stream, self._descriptor = stream, descriptor

    def write(self, text: str) -> int:
        """Write, or drop the text."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # ValueError: the stream is closed
            self.silence()
            return len(text)

    def flush(self) -> None:
        """Flush, or drop what stands in the buffer."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.silence()

    def isatty(self) -> bool:
        """Whether a terminal is behind it."""
        try:
            return self._stream.isatty()
        except ValueError:
            return False

    @property
    def is_console(self) -> bool:
        """Whether it writes to the console's own descriptor, as in a command; not so in a test or a notebook."""
        return self._descriptor is not None

    def silence(self) -> None:
        """Lead the console nowhere from now on. Safe in a signal handler: no buffer is touched."""
        if self._descriptor is not None:
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._descriptor)
                os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        """Encoding, file number and all else of the stream behind."""
        return getattr(self._stream, name)


def steady(stream: TextIO) -> TextIO:
    """A log on disk: a line that finds no room is tried again with the next one, and stops nobody."""
    return cast("TextIO", SteadyStream(stream))


@contextmanager
def steady_console() -> Iterator[None]:
    """Steady standard streams for the whole command; a hang-up of the terminal silences them and ends nothing.

    A hang-up that the caller had ignored (nohup) stays ignored; a command ignores it to the end of its process.
    """
    _open_closed_descriptors()
    before = sys.stdout, sys.stderr
    streams = [_console(stream, number) for number, stream in enumerate(before, start=1)]
    sys.stdout, sys.stderr = (cast("TextIO", stream) for stream in streams)

    def hear(number: int, frame: object) -> None:
        for stream in streams:
            stream.silence()

    # A stop in the middle of a file leaves objects that complain while they are thrown away; nobody can act on it.
    unraisable, sys.unraisablehook = sys.unraisablehook, lambda _: None
    hang_up: Any = getattr(signal, "SIGHUP", None)  # not on Windows
    heard = None
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        with suppress(ValueError):  # only the main thread may
            heard = signal.signal(hang_up, hear)
    try:
        yield
    finally:
        for stream in streams:
            stream.flush()
        sys.stdout, sys.stderr = (old or new for old, new in zip(before, (sys.stdout, sys.stderr), strict=True))
        own = any(stream.is_console for stream in streams)
        if own:
            gc.collect()  # what is to complain does so while nobody listens
        if heard is not None:  # a command of its own is on its way out: a hang-up then may not change its exit code
            signal.signal(hang_up, signal.SIG_IGN if own else heard)
        sys.unraisablehook = unraisable


def _open_closed_descriptors() -> None:
    """Give standard input, output and errors that the caller closed a place: else the next file opened takes it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _console(stream: TextIO | None, number: int) -> SteadyStream:
    """A standard stream made steady; one that was closed leads nowhere."""
    if stream is None:
        return SteadyStream(open(os.devnull, "w", encoding="utf-8"))
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")  # a console that cannot show '›' shows '?'
    try:
        real = stream.fileno() == number
    except (OSError, ValueError, AttributeError):
        real = False  # a test, a notebook
    return SteadyStream(stream, number if real else None)
