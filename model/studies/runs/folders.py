"""Run folders: written aside under a hidden name and renamed when complete, so a run leaves a whole folder or none.

A run that is killed leaves its hidden folder; the next run sweeps it away. Whether its writer still lives is told
by a lock on a file beside the hidden folder, which the operating system frees however the writer ends.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

PREFIX = ".unfinished-"
LOCK = ".lock"
LONGEST_NAME = 80  # characters of case and scenario in a folder name …
LONGEST_BYTES = 180  # … and bytes: file systems allow 255, with the time, and what hidden names add
PROBE = "csv/a-file-with-a-name-as-long-as-any-that-a-run-will-leave-in-its-folder.geojson"
"""Written first: what cannot be written is told before the solve, not after it."""


class RunError(Exception):
    """A run folder cannot be made; the text says why, in words for the planner."""


def folder_name(case: str, scenario: str, when: datetime) -> str:
    """'middle_corridor-suez_closed-20261122T063000Z'; letters that file systems dislike become '_'."""
    words = shortened(re.sub(r"[^\w.-]+", "_", f"{case}-{scenario}").strip("._")[:LONGEST_NAME])
    return f"{words or 'run'}-{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def shortened(name: str) -> str:
    """A file name of at most LONGEST_BYTES; no letter is cut in two."""
    return name.encode("utf-8", "ignore")[:LONGEST_BYTES].decode("utf-8", "ignore")


def shown_path(path: Path) -> str:
    """Path as seen from the working folder, where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


class RunFolder:
    """A run folder in the making. Use with `with`; call `finish` when all files are written.

    `name` is the final folder name, `path` the hidden folder to write into. Leaving the `with` block without
    `finish` removes everything.
    """

    def __init__(self, outputs: Path, case: str, scenario: str, when: datetime | None = None) -> None:
        """Plan a folder in `outputs`; `when` is the time in its name (now when not given)."""
        self._outputs = outputs
        self._wanted = folder_name(case, scenario, when or datetime.now(UTC))
        self._lock: IO[bytes] | None = None
        self.name = self._wanted

    @property
    def path(self) -> Path:
        """The hidden folder."""
        return self._outputs / f"{PREFIX}{self.name}"

    @property
    def _lock_path(self) -> Path:
        return self._outputs / f"{PREFIX}{self.name}{LOCK}"

    def __enter__(self) -> Self:
        """Sweep away what killed runs left, take a free name and make the hidden folder.

        Raises RunError when the outputs folder cannot be written.
        """
        try:
            self._outputs.mkdir(parents=True, exist_ok=True)
            sweep(self._outputs)
            self._reserve()
            self.path.mkdir()
            probe = self.path / PROBE
            probe.parent.mkdir()
            probe.write_text("room for a file\n", encoding="utf-8")
            shutil.rmtree(probe.parent)
        except OSError as error:
            self.__exit__(None, None, None)
            raise RunError(f"Cannot write to the folder '{self._outputs}': {error.strerror}.") from error
        return self

    def _reserve(self) -> None:
        """Lock the first free name of '…Z', '…Z-2', '…Z-3' and so on."""
        number = 1
        while self._lock is None:
            self.name = self._wanted if number == 1 else f"{self._wanted}-{number}"
            number += 1
            if (self._outputs / self.name).exists():
                continue
            with suppress(FileExistsError):
                self._lock = _own(self._lock_path)

    def finish(self) -> Path:
        """Rename the hidden folder to its final name and return the final path. Raises RunError when it cannot."""
        final = self._outputs / self.name
        try:
            os.rename(self.path, final)
        except OSError as error:
            raise RunError(f"Cannot give the run folder its name '{self.name}': {error.strerror}.") from error
        self._release()
        return final

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was not finished."""
        if self._lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)
        self._release()

    def _release(self) -> None:
        """Give the name free."""
        if self._lock is not None:
            _unlink_and_close(self._lock_path, self._lock)
            self._lock = None


def sweep(outputs: Path) -> None:
    """Remove the hidden folders of runs that no longer live."""
    for hidden in outputs.glob(f"{PREFIX}*"):
        if hidden.name.endswith(LOCK):
            _sweep_locked(hidden)
        elif not hidden.with_name(hidden.name + LOCK).exists():
            # The lock is made before the folder and removed after it: no lock, no writer.
            shutil.rmtree(hidden, ignore_errors=True)


def _sweep_locked(lock_path: Path) -> None:
    """Remove one hidden folder and its lock file, unless its writer holds the lock."""
    with suppress(OSError):
        handle = open(lock_path, "r+b")  # noqa: SIM115 (closed below)
        try:
            _lock(handle)
        except OSError:
            handle.close()
            return
        shutil.rmtree(lock_path.with_name(lock_path.name.removesuffix(LOCK)), ignore_errors=True)
        _unlink_and_close(lock_path, handle)


def _own(lock_path: Path) -> IO[bytes] | None:
    """Make and lock a lock file; None when a sweeper took it in between. Raises FileExistsError when it is there."""
    handle = open(lock_path, "xb")  # noqa: SIM115 (open as long as the run)
    try:
        _lock(handle)
        if os.path.samestat(os.fstat(handle.fileno()), os.stat(lock_path)):
            return handle
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass
    except OSError:
        return handle  # a file system without locks: sweepers cannot lock either, and leave it alone
    handle.close()
    return None


def _lock(handle: IO[bytes]) -> None:
    """Lock an open file without waiting. Raises OSError when somebody else holds it or locks are not to be had."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlink_and_close(lock_path: Path, handle: IO[bytes]) -> None:
    """Remove a lock file while it is locked, so that nobody else's can be hit; Windows removes closed files only."""
    if sys.platform == "win32":
        handle.close()
    with suppress(OSError):
        lock_path.unlink()
    handle.close()
