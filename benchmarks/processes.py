"""Running one solve in a process of its own: its memory is its own, and a solver that hangs can be ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

GRACE = 60.0  # seconds beyond the time limit for starting, writing down and stopping


def solve_apart(
    module: str, file: str, extra: Sequence[str], *, gap: float | None, time_limit: float, threads: int
) -> dict[str, Any]:
    """The record that `python -m module file … --json` prints.

    A process that fails or has to be ended gives a record with the status 'error' or 'no plan' and the words in
    `message`. `processor_seconds` are those of the whole process, its start and reading included.
    """
    before = _children_seconds()
    command = [sys.executable, "-m", module, file, "--json", "--time-limit", str(time_limit), "--threads", str(threads)]
    command += [*(["--gap", str(gap)] if gap is not None else []), *extra]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2.0 * time_limit + GRACE, check=False)
    except subprocess.TimeoutExpired:
        return _empty("no plan", f"ended after {2.0 * time_limit + GRACE:.0f} s", 2.0 * time_limit + GRACE)
    records = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not records:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return _empty("error", words[-1], None)
    found: dict[str, Any] = json.loads(records[-1])
    return found | {"processor_seconds": round(_children_seconds() - before, 2)}


def _children_seconds() -> float:
    """Processor seconds of all processes that this one has started and waited for."""
    times = os.times()
    return times.children_user + times.children_system


def _empty(status: str, message: str, seconds: float | None) -> dict[str, Any]:
    figures = dict.fromkeys(("instance", "cost", "bound", "gap", "peak_mb", "method"))
    return {**figures, "status": status, "seconds": seconds, "message": message}
