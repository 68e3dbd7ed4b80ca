"""What several worker processes give: scenarios side by side.

python -m benchmarks.parallel scenarios FILE [--workers 1,2] [--count 16] [--gap G]

Variants of one case with other demand, each planned to the gap, start of the processes included.
Speed-up is against the first number of workers given.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance
from benchmarks.printing import table
from model.case.case import Case
from model.plan.plan import Plan
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Reporter
from model.studies.runs.solving import Bench
from model.studies.scenarios.side_by_side import run_side_by_side

SECONDS = 36_000.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parallel", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("scenarios",))
    parser.add_argument("file", help="an instance of several periods, such as a ladder .json file")
    parser.add_argument("--workers", default="1,2", help="numbers of worker processes (default 1,2)")
    parser.add_argument("--count", type=int, default=16, help="how many (default 16)")
    parser.add_argument("--gap", type=float, default=0.005, help="gap to plan to (default 0.005)")
    given = parser.parse_args(arguments)
    try:
        workers = [int(text) for text in given.workers.split(",")]
    except ValueError:
        parser.error("--workers takes numbers separated by commas")
    if min(*workers, given.count) < 1:
        parser.error("numbers must be 1 or more")
    try:
        case = load_instance(given.file).case
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    print(compare_scenarios(case, workers, given.count, given.gap))
    return 0


def compare_scenarios(case: Case, workers: Sequence[int], count: int, gap: float) -> str:
    """Table of the seconds to plan variants of a case; raises AssertionError where two plans differ."""
    cases = [variant(case, number, count) for number in range(count)]
    seconds: dict[int, float] = {}
    known: list[float] = []
    for processes in workers:
        options = SolveOptions(gap=gap, time_limit=SECONDS, threads=1, workers=processes)
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(case, Path(folder), Path(folder), options, no_report, Reporter())
            begun = time.perf_counter()
            records = run_side_by_side(cases, bench)
            seconds[processes] = time.perf_counter() - begun
        costs = [float(record["objective_million_usd"]) for record in records]
        known = known or costs
        assert costs == known, "other plans"
    base = seconds[workers[0]]
    rows = [(processes, f"{value:.1f}", f"{base / value:.2f}") for processes, value in seconds.items()]
    return table(("workers", "seconds", "speed-up"), rows)


def variant(case: Case, number: int, count: int) -> Case:
    """The case with demand between 90 % and 110 %, as a scenario of its own."""
    demand = case.tables["Demand"].copy()
    years = [column for column in demand.columns if str(column).isdigit()]
    demand[years] = demand[years] * (0.9 + 0.2 * number / max(1, count - 1))
    return dataclasses.replace(case.with_tables(Demand=demand), scenario=f"demand-{number:02d}")


def no_report(plan: Plan, folder: Path, record: Mapping[str, Any], base: Case) -> None:
    """Nothing but the record is left."""


if __name__ == "__main__":
    sys.exit(main())
