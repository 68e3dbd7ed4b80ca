"""When each public instance has its first plan, and how dear that is.

python -m benchmarks.first_plans FOLDER [--only PATTERN] [--within SECONDS]

Each search ends with its first plan. Processor seconds, reading and building included; the cost is compared with the
known value beside the instances. Instances known to be infeasible are left out. Exit code 0 when every plan came
within the seconds asked for (default 2), otherwise 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance
from benchmarks.printing import geometric_mean, number, share, table
from benchmarks.public import asked_for
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event


class _Found(Exception):
    """The first plan is there: its cost."""

    def __init__(self, cost: float) -> None:
        super().__init__(cost)
        self.cost = cost


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.first_plans", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="names to run, e.g. 'r03.*'")
    parser.add_argument("--within", type=float, default=2.0, metavar="SECONDS", help="seconds asked for (default 2)")
    given = parser.parse_args(arguments)
    try:
        known, names = asked_for(given.folder, given.only, feasible=True)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    rows, times = [], []
    for name, path in names:
        begun = time.process_time()
        cost = first_plan(path)
        times.append(time.process_time() - begun)
        print(f"{name}: {times[-1]:.2f} s", file=sys.stderr, flush=True)
        best = known[name].value if name in known else None
        above = None if cost is None or not best else cost / best - 1.0
        rows.append((name, f"{times[-1]:.2f}", number(cost, 9), number(best, 9), share(above)))
    print(table(("instance", "processor seconds", "cost", "known", "above"), rows))
    late = sum(seconds > given.within for seconds in times)
    mean = number(geometric_mean([max(seconds, 1e-3) for seconds in times]), 3)
    print(f"{len(times) - late} of {len(times)} within {given.within:g} s, geometric mean {mean} s")
    return 1 if late else 0


def first_plan(path: Path) -> float | None:
    """Cost of the first plan that a search for the instance finds, its constant included; None when it finds none."""

    def listen(event: Event) -> None:
        if event.incumbent is not None:
            raise _Found(event.incumbent)

    instance = load_instance(path)
    try:
        outcome = make_plan(instance.case, SolveOptions(gap=instance.gap, threads=1), listen).outcome
    except _Found as found:
        return found.cost + instance.constant
    return None if outcome.objective is None else outcome.objective + instance.constant


if __name__ == "__main__":
    sys.exit(main())
