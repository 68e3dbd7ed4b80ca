"""Peers: the same instances as textbook arc-flow models in other tools, each an optional extra.

python -m benchmarks.peers FILE --peer pyomo|linopy|scip|matrix [--gap G] [--time-limit S] [--json]
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import arcflow
from benchmarks.answers import EXPLAINED, Answer, peak_megabytes
from benchmarks.instances import Instance, InstanceError
from benchmarks.loading import load_instance
from benchmarks.peer_ending import Limits
from benchmarks.printing import number, share, table
from model.solvers.core.highs import agree_on_threads
from model.solvers.core.outcome import relative_gap


@dataclass(frozen=True)
class Peer:
    """A peer: the package it needs, imported before the clock starts, and what it is."""

    package: str
    words: str


PEERS = {
    "pyomo": Peer("pyomo", "textbook Pyomo, HiGHS through appsi_highs"),
    "linopy": Peer("linopy", "textbook linopy, HiGHS"),
    "scip": Peer("pyscipopt", "the same model in SCIP"),
    "matrix": Peer("highspy", "the same model in HiGHS as matrices, no modelling language"),
}


def solve_with(peer: str, instance: Instance, gap: float | None, time_limit: float, threads: int = 2) -> Answer:
    """The instance solved by a peer; seconds cover building and solving. Raises InstanceError when it cannot run."""
    try:
        importlib.import_module(PEERS[peer].package)
    except ModuleNotFoundError as error:
        raise InstanceError(f"The peer {peer} needs {error.name}: pip install {error.name}.") from None
    module = importlib.import_module(f"benchmarks.peer_{peer}")
    limits = Limits(instance.gap if gap is None else gap, time_limit, threads)
    agree_on_threads(threads)  # HiGHS keeps one pool of threads a process
    end = module.run(arcflow.from_instance(instance), limits)
    seconds = round(time.perf_counter() - limits.started, 3)
    cost = None if end.cost is None else end.cost + instance.constant
    bound = None if end.bound is None else end.bound + instance.constant
    gap_left = None if cost is None or bound is None else relative_gap(cost, bound)
    return Answer(instance.name, end.status, cost, bound, gap_left, seconds, peak_megabytes(), peer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one peer on one file; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="One instance solved by one peer.")
    parser.add_argument("file")
    words = "; ".join(f"{key}: {peer.words}" for key, peer in PEERS.items())
    parser.add_argument("--peer", choices=PEERS, required=True, help=words)
    parser.add_argument("--gap", type=float)
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", help="SNDlib only")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        instance = load_instance(given.file, given.model)
        answer = solve_with(given.peer, instance, given.gap, given.time_limit, given.threads)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return EXPLAINED
    if given.json:
        print(json.dumps(answer.record(), allow_nan=False))
    else:
        row = (answer.status, number(answer.cost, 12), share(answer.gap), answer.seconds)
        heading = ("instance", "peer", "status", "cost", "gap", "seconds")
        print(table(heading, [(answer.instance, answer.method, *row)], left=3))
    return answer.exit_code


if __name__ == "__main__":
    sys.exit(main())
