"""When each public instance has its first plan, and how dear that is.

python -m benchmarks.first_plans FOLDER [--only PATTERN] [--within SECONDS] [--groups]

Each search ends with its first plan. Processor seconds, reading and building included; the cost is compared with the
known value beside the instances. Instances known to be infeasible are left out. With --groups the answer is a Markdown
table by group of instances. Exit code 0 when every plan came within the seconds asked for (default 2), otherwise 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance
from benchmarks.printing import geometric_mean, group_of, markdown, number, share, table
from benchmarks.public import asked_for
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event


class _Found(Exception):
    """The first plan is there: its cost."""

    def __init__(self, cost: float) -> None:
        super().__init__(cost)
        self.cost = cost


@dataclass(frozen=True)
class _First:
    """The first plan of an instance: processor seconds, its cost and the known value."""

    name: str
    seconds: float
    cost: float | None
    best: float | None

    @property
    def above(self) -> float | None:
        """By how much it is dearer than the known value, relative."""
        return None if self.cost is None or not self.best else self.cost / self.best - 1.0


def _groups(found: Sequence[_First]) -> list[tuple[str, ...]]:
    """A row for the instances whose names begin alike: 'r03 (6)', most seconds, middle and most above."""
    rows: list[tuple[str, ...]] = []
    for group in dict.fromkeys(group_of(one.name) for one in found):
        mine = [one for one in found if group_of(one.name) == group]
        above = [one.above for one in mine if one.above is not None]
        middle, most = (f"{100.0 * median(above):.1f} %", f"{100.0 * max(above):.1f} %") if above else ("-", "-")
        rows.append((f"{group} ({len(mine)})", f"{max(one.seconds for one in mine):.2f}", middle, most))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.first_plans", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="names to run, e.g. 'r03.*'")
    parser.add_argument("--within", type=float, default=2.0, metavar="SECONDS", help="seconds asked for (default 2)")
    parser.add_argument("--groups", action="store_true", help="a Markdown table by group of instances, for the docs")
    given = parser.parse_args(arguments)
    try:
        known, names = asked_for(given.folder, given.only, feasible=True)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    found = []
    for name, path in names:
        begun = time.process_time()
        cost = first_plan(path)
        seconds = time.process_time() - begun
        print(f"{name}: {seconds:.2f} s", file=sys.stderr, flush=True)
        best = known[name].value if name in known else None
        found.append(_First(name, seconds, cost, best))
    if given.groups:
        print(markdown(("instances", "seconds, most", "above, middle", "above, most"), _groups(found)), end="\n\n")
    else:
        rows = [
            (one.name, f"{one.seconds:.2f}", number(one.cost, 9), number(one.best, 9), share(one.above))
            for one in found
        ]
        print(table(("instance", "processor seconds", "cost", "known", "above"), rows))
    times = [one.seconds for one in found]
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
