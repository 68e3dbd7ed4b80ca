"""This project and its peers side by side on the same instances, in one run.

python -m benchmarks.compare FILE… [--peers pyomo,linopy,scip,matrix] [--gap G] [--time-limit S] [--repeat N]
                                   [--keep FILE]
python -m benchmarks.compare --kept FILE

Every solve is a process of its own, one after another; instances and solvers alternate so that a slow spell of the
machine does not fall on one solver alone. Times are medians over the repeats, from the case or arrays in memory to the
plan; ratios are a peer's time over ours. A peer that hit its limit counts with the time it took, marked '≥'.
With --keep the records of all solves are put into a small JSON file, those of an instance in the place of its last
ones. With --kept nothing is solved, and the answer is the table of such a file by group of instances, in Markdown, for
the docs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import kept
from benchmarks.instances import InstanceError
from benchmarks.loading import find_file
from benchmarks.peers import PEERS
from benchmarks.printing import geometric_mean, group_of, markdown, number, share, table
from benchmarks.processes import solve_apart

OURS = "this project"
LONG = 5.0
"""Seconds: instances on which no solver takes as long say more about starting than about solving."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help="instance files (SNDlib: abilene--U-U-M-N-C-A-N-N)")
    parser.add_argument("--peers", default="pyomo", help=f"some of {','.join(PEERS)} (default pyomo)")
    parser.add_argument("--gap", type=float)
    parser.add_argument("--time-limit", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto", help="our method")
    parser.add_argument("--repeat", type=int, default=1, help="solves of each; times are medians (default 1)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="JSON file that the records are put into")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="solve nothing: the table of such a file")
    given = parser.parse_args(arguments)
    if given.kept is not None:
        records = kept.read(given.kept)
        print(_table_of(records) if records else f"{given.kept}: no records in there.")
        return 0 if records else 1
    if not given.files:
        parser.error("name instance files, or --kept FILE")
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
    begun = kept.stamp()
    for file in given.files:
        runs = _runs(file, peers, given)
        if given.keep is not None:
            kept.write(given.keep, kept.read(given.keep) | {_name(file, runs): begun | {"runs": runs}})
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


def _name(file: str, runs: dict[str, list[dict[str, Any]]]) -> str:
    """The instance's name for itself, or the file's where no solver got as far as that."""
    return next((str(one["instance"]) for found in runs.values() for one in found if one["instance"]), file)


def _table_of(records: dict[str, Any]) -> str:
    """Markdown of kept records: a row by group of instances, over all, and over those that take long; then others.

    Records by hand are a row each: `instances` (how many), `ratios` (peer → ratio in words) and a `note`.
    """
    runs = {name: record for name, record in records.items() if "runs" in record}
    peers = [
        peer for peer in PEERS if any(peer in record.get("runs", record.get("ratios")) for record in records.values())
    ]
    rows = [_summary(name, group, peers) for name, group in _groups(runs).items()]
    for name, record in records.items():
        if name not in runs:
            ratios = [record["ratios"].get(peer, "-") for peer in peers]
            rows.append((name, str(record["instances"]), *ratios, *kept.origin(record), record["note"]))
    return markdown(("instances", "number", *peers, *kept.ORIGIN, "note"), rows)


def _groups(runs: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Records of runs by group of instances; with several groups also all of them; and those that take long."""
    names = list(dict.fromkeys(group_of(name) for name in runs))
    groups = {group: [runs[name] for name in runs if group_of(name) == group] for group in names}
    if len(groups) > 1:
        groups["all of these"] = list(runs.values())
    long = [one for one in runs.values() if any((_seconds(found) or 0.0) >= LONG for found in one["runs"].values())]
    return groups | ({f"some solver needs {LONG:g} s or more": long} if long else {})


def _summary(name: str, group: Sequence[dict[str, Any]], peers: Sequence[str]) -> tuple[str, ...]:
    """The row of a group: geometric means of the ratios, over the instances that both ended."""
    means, missing = [], []
    for peer in peers:
        pairs = [(record["runs"][peer], record["runs"][OURS]) for record in group if peer in record["runs"]]
        found = [ratio for theirs, ours in pairs if (ratio := _ratio(theirs, ours)) is not None]
        stopped = any(not _finished(theirs) for theirs, _ in pairs)
        mean = geometric_mean(found)
        means.append("-" if mean is None else f"{'≥ ' if stopped else ''}{mean:.2f}")
        if pairs and len(found) < len(group):
            missing.append(f"{peer}: {len(found)} instances")
    origins = ["; ".join(dict.fromkeys(cells)) for cells in zip(*map(kept.origin, group), strict=True)]
    return (name, str(len(group)), *means, *origins, ", ".join(missing))


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
                _name(file, runs),
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
