"""This project and its peers side by side on the same instances, in one run.

python -m benchmarks.compare FILE… [--peers pyomo,linopy,scip,matrix] [--gap G] [--time-limit S] [--repeat N]

Every solve is a process of its own, one after another; instances and solvers alternate so that a slow spell of the
machine does not fall on one solver alone. Times are medians over the repeats, from the case or arrays in memory to the
plan; ratios are a peer's time over ours. A peer that hit its limit counts with the time it took, marked '≥'.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.instances import InstanceError
from benchmarks.loading import find_file
from benchmarks.peers import PEERS
from benchmarks.printing import geometric_mean, number, share, table
from benchmarks.processes import solve_apart

OURS = "this project"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="instance files (SNDlib: abilene--U-U-M-N-C-A-N-N)")
    parser.add_argument("--peers", default="pyomo", help=f"some of {','.join(PEERS)} (default pyomo)")
    parser.add_argument("--gap", type=float)
    parser.add_argument("--time-limit", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto", help="our method")
    parser.add_argument("--repeat", type=int, default=1, help="solves of each; times are medians (default 1)")
    given = parser.parse_args(arguments)
    peers = [peer for peer in given.peers.split(",") if peer]
    unknown = [peer for peer in peers if peer not in PEERS]
    if unknown:
        parser.error(f"unknown peers: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    try:
        for file in given.files:
            find_file(file)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    ratios: dict[str, list[float]] = {peer: [] for peer in peers}
    rows = []
    for file in given.files:
        runs = _runs(file, peers, given)
        rows += _rows(file, runs)
        for peer in peers:
            if (ratio := _ratio(runs[peer], runs[OURS])) is not None:
                ratios[peer].append(ratio)
        print(f"{file}: done", file=sys.stderr, flush=True)
    headers = ("instance", "solver", "status", "cost", "gap", "seconds", "ratio", "peak MB")
    print(table(headers, rows, left=3))
    for peer, found in ratios.items():
        mean = geometric_mean(found)
        if mean is not None:
            print(f"{peer}: {mean:.2f} times our time (geometric mean over {len(found)})")
    return 0


def _runs(file: str, peers: Sequence[str], given: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    """Records of every solver, our own first in each round."""
    limits = {"gap": given.gap, "time_limit": given.time_limit, "threads": given.threads}
    runs: dict[str, list[dict[str, Any]]] = {OURS: [], **{peer: [] for peer in peers}}
    for _ in range(max(1, given.repeat)):
        runs[OURS].append(solve_apart("benchmarks.instance", file, ["--method", given.method], **limits))
        for peer in peers:
            runs[peer].append(solve_apart("benchmarks.peers", file, ["--peer", peer], **limits))
    return runs


def _seconds(records: Sequence[dict[str, Any]]) -> float | None:
    """Median time; None when a run failed."""
    times = [record["seconds"] for record in records]
    return None if any(value is None for value in times) else float(statistics.median(times))


def _finished(records: Sequence[dict[str, Any]]) -> bool:
    return all(record["status"] in ("optimal", "infeasible") for record in records)


def _ratio(theirs: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]]) -> float | None:
    """Their time over ours; None when one of them failed or we did not finish ourselves."""
    mine, other = _seconds(ours), _seconds(theirs)
    return None if mine is None or other is None or not _finished(ours) or not mine else other / mine


def _rows(file: str, runs: dict[str, list[dict[str, Any]]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for solver, records in runs.items():
        last, seconds = records[-1], _seconds(records)
        ratio = _ratio(records, runs[OURS])
        mark = "" if _finished(records) else "≥ "
        rows.append(
            (
                str(last["instance"] or file),
                solver,
                f"{last['status']}: {last['message']}" if last.get("message") else str(last["status"]),
                number(last["cost"], 10),
                share(last["gap"]),
                "-" if seconds is None else f"{seconds:.2f}",
                "-" if ratio is None else f"{mark}{ratio:.2f}",
                number(last["peak_mb"], 4),
            )
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
