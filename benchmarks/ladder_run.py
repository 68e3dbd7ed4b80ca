"""The ladder: the same kind of instance at growing size, each to the gap and within the time asked of it.

python -m benchmarks.ladder_run FOLDER [--only S,M] [--method M] [--repeat N]

Each solve is a process of its own. Files of the folder that are not in the table of targets are solved to 0.5 % in
300 s. Exit code 0 when every target is met, otherwise 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.printing import number, share, table
from benchmarks.processes import solve_apart


@dataclass(frozen=True)
class Target:
    """Relative gap to prove, seconds to do it in, and megabytes to stay below."""

    gap: float
    seconds: float
    megabytes: float = 8000.0


TARGETS = {
    "S": Target(0.001, 2.0),
    "M": Target(0.002, 60.0),
    "L": Target(0.005, 300.0),
    "XL": Target(0.005, 300.0),
    "XXL": Target(0.02, 1800.0),
}
OTHER = Target(0.005, 300.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ladder_run", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names separated by commas, e.g. S,M")
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1, help="solves of each; seconds are medians (default 1)")
    parser.add_argument("--patience", type=float, default=1.0, help="times the target's seconds allowed (default 1)")
    given = parser.parse_args(arguments)
    order = list(TARGETS)
    wanted = [name for name in given.only.split(",") if name]
    files = sorted(
        given.folder.glob("*.json"),
        key=lambda path: (order.index(path.stem) if path.stem in order else len(order), path.stat().st_size),
    )
    files = [path for path in files if not wanted or path.stem in wanted]
    if not files:
        print(f"{given.folder}: no ladder instances in there.", file=sys.stderr)
        return 1
    rows: list[tuple[str, ...]] = []
    for path in files:
        runs = _runs(path, given)
        rows.append(_row(path.stem, runs))
        print(f"{path.stem}: {rows[-1][1]}, gap {rows[-1][5]}, {rows[-1][7]} s", file=sys.stderr, flush=True)
    headers = ("instance", "status", "met", "cost", "bound", "gap", "asked", "seconds", "allowed", "peak MB")
    print(table(headers, rows, left=3))
    return 0 if all(row[2] == "yes" for row in rows) else 1


def _runs(path: Path, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Records of one instance, solved to its target's gap within its target's time."""
    target = TARGETS.get(path.stem, OTHER)
    limit = max(given.patience * target.seconds, 10.0)
    extra = ["--method", given.method]
    return [
        solve_apart("benchmarks.instance", str(path), extra, gap=target.gap, time_limit=limit, threads=given.threads)
        for _ in range(max(1, given.repeat))
    ]


def _row(name: str, runs: list[dict[str, Any]]) -> tuple[str, ...]:
    """The line of one instance: figures of the last run, the median time, and whether every target is met."""
    target, last = TARGETS.get(name, OTHER), runs[-1]
    seconds = statistics.median(run["seconds"] if run["seconds"] is not None else float("inf") for run in runs)
    proven = all(run["gap"] is not None and run["gap"] <= target.gap * (1 + 1e-9) for run in runs)
    small = all((run["peak_mb"] or 0.0) <= target.megabytes for run in runs)
    met = "yes" if proven and small and seconds <= target.seconds else "no"
    status = f"{last['status']}: {last['message']}" if last.get("message") else str(last["status"])
    figures = (number(last["cost"], 9), number(last["bound"], 9), share(last["gap"]), share(target.gap))
    return name, status, met, *figures, number(seconds, 4), number(target.seconds, 4), number(last["peak_mb"], 4)


if __name__ == "__main__":
    sys.exit(main())
