"""The ladder: the same kind of instance at growing size, each to the gap and within the time asked of it.

python -m benchmarks.ladder_run FOLDER [--only S,M] [--method M] [--repeat N] [--keep FILE]
python -m benchmarks.ladder_run --kept FILE [--best]

Each solve is a process of its own. Files of the folder that are not in the table of targets are solved to 0.5 % in
300 s. With --keep the records of the solves are put into a small JSON file, each in the place of the last one of its
instance; the cheapest plan and the run with the smallest gap of all so far stay beside them. With --kept nothing is
solved, and the answer is a table of such a file, in Markdown, for the docs: of the last runs, or with --best of the
best. Exit code 0 when every target is met, or with --kept, otherwise 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import kept
from benchmarks.printing import markdown, number, share, table
from benchmarks.processes import solve_apart


@dataclass(frozen=True)
class Target:
    """Relative gap to prove, seconds to do it in, and megabytes to stay below."""

    gap: float
    seconds: float
    megabytes: float = 8000.0


TARGETS = {
    "S": Target(0.0001, 1.0),
    "M": Target(0.0005, 60.0),
    "L": Target(0.002, 120.0),
    "XL": Target(0.001, 200.0),
    "XXL": Target(0.005, 600.0),
}
OTHER = Target(0.005, 300.0)
HEADERS = ("instance", "status", "met", "cost", "bound", "gap", "asked", "seconds", "processor", "allowed", "peak MB")
BEST = ("instance", "cheapest plan", "bound", "gap", "seconds", "processor")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ladder_run", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", default="", help="names separated by commas, e.g. S,M")
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1, help="solves of each; seconds are medians (default 1)")
    parser.add_argument("--patience", type=float, default=1.0, help="times the target's seconds allowed (default 1)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="JSON file that the records are put into")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="solve nothing: the table of such a file")
    parser.add_argument("--best", action="store_true", help="with --kept: the best run of each, not the last")
    given = parser.parse_args(arguments)
    if given.kept is not None:
        records = kept.read(given.kept)
        shown = _best_of(records) if given.best else _last_of(records)
        print(shown if records else f"{given.kept}: no records in there.")
        return 0 if records else 1
    if given.folder is None:
        parser.error("name the folder of the instances, or --kept FILE")
    files = _files(given.folder, [name for name in given.only.split(",") if name])
    if not files:
        print(f"{given.folder}: no ladder instances in there.", file=sys.stderr)
        return 1
    rows: list[tuple[str, ...]] = []
    for path in files:
        begun = kept.stamp()
        runs = _runs(path, given)
        rows.append(_row(path.stem, runs))
        print(f"{path.stem}: {rows[-1][1]}, gap {rows[-1][5]}, {rows[-1][7]} s", file=sys.stderr, flush=True)
        if given.keep is not None:
            _keep(given.keep, path.stem, begun, runs)
    print(table(HEADERS, rows, left=3))
    return 0 if all(row[2] == "yes" for row in rows) else 1


def _files(folder: Path, wanted: Sequence[str]) -> list[Path]:
    """Instances of a folder in the order of the ladder, others after it by size; all where none are wanted by name."""
    found = [path for path in folder.glob("*.json") if not wanted or path.stem in wanted]
    return sorted(found, key=lambda path: (_place(path.stem), path.stat().st_size))


def _place(name: str) -> int:
    return list(TARGETS).index(name) if name in TARGETS else len(TARGETS)


def _keep(file: Path, name: str, begun: dict[str, str], runs: list[dict[str, Any]]) -> None:
    """Put the records of one instance in the place of its last ones, and the best of all runs beside them."""
    records = kept.read(file)
    before = records.get(name, {})
    closed = [one for one in (before.get("best"), *(begun | run for run in runs)) if one and one["gap"] is not None]
    best = min(closed, key=lambda one: (one["gap"], one["seconds"] or float("inf")), default=None)
    costs = [cost for cost in (before.get("cheapest"), *(run["cost"] for run in runs)) if cost is not None]
    now = {"runs": runs, "best": best, "cheapest": min(costs, default=None)}
    kept.write(file, records | {name: begun | now})


def _last_of(records: dict[str, Any]) -> str:
    """Markdown of the last runs."""
    names = sorted(records, key=_place)
    rows = [(*_row(name, records[name]["runs"]), *kept.origin(records[name])) for name in names]
    return markdown((*HEADERS, *kept.ORIGIN), rows, left=3)


def _best_of(records: dict[str, Any]) -> str:
    """Markdown of the cheapest plan of all runs, and of the run that ended with the smallest gap."""
    best = {name: records[name]["best"] for name in sorted(records, key=_place) if records[name].get("best")}
    rows = [
        (
            *(name, number(records[name]["cheapest"], 9), number(run["bound"], 9), share(run["gap"])),
            *(number(run["seconds"], 4), number(run.get("processor_seconds"), 4)),
            *(*kept.origin(run), run.get("note", "")),
        )
        for name, run in best.items()
    ]
    return markdown((*BEST, *kept.ORIGIN, "note"), rows)


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
    times = (number(seconds, 4), number(last.get("processor_seconds"), 4), number(target.seconds, 4))
    return name, status, met, *figures, *times, number(last["peak_mb"], 4)


if __name__ == "__main__":
    sys.exit(main())
