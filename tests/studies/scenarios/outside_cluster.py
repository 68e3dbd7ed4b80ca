"""A Dask cluster as a user would start it: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import run

HOME = Path(__file__).parents[3]
PATIENCE = 90.0
WITHOUT_PLANNER = "import sys\nsys.modules['model'] = None\n"


def eventually(true: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.05)


def _registered(log: Path) -> bool:
    """Whether a worker says in its log that it has joined."""
    return b"Registered to" in log.read_bytes()


class OutsideCluster:
    """Use with `with`: all processes are killed at the end, whatever happened."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        """Processes keep their files in `folder`; the scheduler has no planner to import."""
        self._folder, self._wanted = folder, workers
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""
        (folder / "bare").mkdir(parents=True)
        (folder / "bare" / "sitecustomize.py").write_text(WITHOUT_PLANNER)
        self.bare = folder / "bare"

    def __enter__(self) -> OutsideCluster:
        """Start the scheduler, then the workers."""
        told = self._folder / "scheduler.json"
        words = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        try:
            self.scheduler = self._start("scheduler", [*words, "--scheduler-file", str(told)], self.bare)
            eventually(lambda: _address(told) is not None, "a scheduler")
            self.address = str(_address(told))
            self.fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        """End all that was started."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def fill(self) -> None:
        """Start workers until there are as many as wanted again."""
        self.workers = [process for process in self.workers if process.poll() is None]
        new = [self.begin_worker() for _ in range(self._wanted - len(self.workers))]
        for process, log in new:
            eventually(partial(_registered, log), "a worker")
            self.workers.append(process)

    def begin_worker(self, path: Path = HOME, *more: str) -> tuple[subprocess.Popen[bytes], Path]:
        """Start a worker that imports from `path`; it joins some time later, and says so in its log."""
        words = [self.address, "--no-nanny", "--nthreads", "1", "--dashboard-address", "127.0.0.1:0", *more]
        process = self._start("worker", [*words, "--local-directory", str(self._folder)], path)
        return process, self._folder / f"{len(self._processes)}.log"

    def _start(self, kind: str, words: Sequence[str], path: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        environment = {**os.environ, "PYTHONPATH": str(path)}
        with open(self._folder / f"{len(self._processes) + 1}.log", "wb") as log:
            process = subprocess.Popen(command, cwd=self._folder, env=environment, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def held(self) -> int:
        """How many tasks the scheduler knows."""
        from distributed import Client

        def tasks(dask_scheduler: Any) -> int:
            return len(dask_scheduler.tasks)

        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            return int(client.run_on_scheduler(tasks))


def _address(told: Path) -> str | None:
    """What a scheduler wrote about itself, once it is complete."""
    try:
        return str(json.loads(told.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError):
        return None


def run_planner(*words: str) -> tuple[int, str, str]:
    """The command line, in this process: exit code, output and errors."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        code = run.main(words)
    return code, output.getvalue(), errors.getvalue()
