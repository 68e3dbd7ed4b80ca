"""Plans shared out as Dask tasks: what each is sent, and what comes back."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from model.solvers.parallel.cluster import LOOK_SECONDS, Lookout
from model.studies.runs.folders import RunError

one_at_a_time = threading.Lock()
"""In a worker: one with several threads plans one case at a time, whoever asks; Pyomo is not made for more."""


def sent_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """The bytes of constraint files, by names that are each another."""
    return {f"{number}/{path.name}": path.read_bytes() for number, path in enumerate(paths)}


def first_ended(lookout: Lookout, futures: Collection[Any]) -> set[Any]:
    """Those that have ended, as soon as there are some."""
    from distributed import wait

    return lookout.wait(lambda: wait(futures, LOOK_SECONDS, "FIRST_COMPLETED").done)  # type: ignore[no-untyped-call]


def result_of(lookout: Lookout, future: Any, what: str) -> Any:
    """What a task sent back. Raises what it raised, and RunError when its workers were lost again and again."""
    from distributed import KilledWorker

    try:
        return lookout.wait(lambda: future.result(timeout=LOOK_SECONDS))
    except KilledWorker as error:
        words = "the processes that planned it ended, one after the other, before it was done: too little memory?"
        raise RunError(f"{what}: {words}") from error
