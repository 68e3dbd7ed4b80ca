"""What several worker processes give: subproblems of one case, and scenarios side by side.

python -m benchmarks.parallel blocks FILE [--workers 1,2] [--plans 12] [--repeat 3]
python -m benchmarks.parallel scenarios FILE [--workers 1,2] [--count 16] [--gap G]

blocks: after the root LP the same plans are evaluated in this process and in each number of worker processes, in turn,
so that a busy machine slows all alike; seconds are medians of the repeats, without the start of the processes and the
first plan, which finds the blocks cold. 'busiest' are the processor seconds of the busiest worker, plan by plan: what
the clock would show where nothing else runs, but for sending. The cuts must be the same to the last bit.
scenarios: variants of one case with other demand, each planned to the gap, start of the processes included.
Speed-up is against the first number of workers given.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance
from benchmarks.printing import table
from model.case.case import Case
from model.formulation.build import build
from model.network.graph import FloatArray, IntArray, build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.solvers.benders.block_lp import BlockLP
from model.solvers.benders.block_pool import Ask, BlockPool, LocalBlocks
from model.solvers.benders.master import Master
from model.solvers.benders.remote_blocks import RemoteBlocks
from model.solvers.core.investment_space import investment_space
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.lp.root import solve_root
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem, Search
from model.solvers.routes.pricing import Pricer
from model.studies.console.reporters import Reporter
from model.studies.runs.solving import Bench
from model.studies.scenarios.side_by_side import run_side_by_side

SECONDS = 36_000.0
CHANGED = 2  # steps that differ between one plan and the base


@dataclasses.dataclass(frozen=True)
class Task:
    """A solved root LP: its routes, the first routes of each block, and plans to be evaluated."""

    problem: Problem
    routes: Sequence[tuple[int, tuple[int, ...]]]
    first: Sequence[IntArray]
    plans: Sequence[Sequence[Ask]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parallel", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("blocks", "scenarios"))
    parser.add_argument("file", help="an instance of several periods, such as a ladder .json file")
    parser.add_argument("--workers", default="1,2", help="numbers of worker processes (default 1,2)")
    parser.add_argument("--repeat", type=int, default=3, help="blocks: how often (default 3)")
    parser.add_argument("--plans", type=int, default=12, help="blocks: plans to evaluate (default 12)")
    parser.add_argument("--count", type=int, default=16, help="scenarios: how many (default 16)")
    parser.add_argument("--gap", type=float, default=0.005, help="scenarios: gap to plan to (default 0.005)")
    given = parser.parse_args(arguments)
    try:
        workers = [int(text) for text in given.workers.split(",")]
    except ValueError:
        parser.error("--workers takes numbers separated by commas")
    if min(workers, default=0) < 1 or min(given.repeat, given.plans, given.count) < 1:
        parser.error("numbers must be 1 or more")
    try:
        case = load_instance(given.file).case
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if given.what == "blocks":
        print(compare_blocks(case, workers, given.plans, given.repeat))
    else:
        print(compare_scenarios(case, workers, given.count, given.gap))
    return 0


def compare_blocks(case: Case, workers: Sequence[int], plans: int, repeat: int) -> str:
    """Table of the seconds to evaluate the same plans; raises AssertionError where two answers differ."""
    task = prepare(case, plans)
    spent: dict[int, list[tuple[float, float]]] = {count: [] for count in [0, *workers]}
    known: list[FloatArray] = []
    for _ in range(repeat):
        for count, times in spent.items():
            seconds, busy, cuts = evaluate(task, count)
            known = known or cuts
            assert all(np.array_equal(one, other) for one, other in zip(known, cuts, strict=True)), "other cuts"
            times.append((seconds, busy))
    middle = {
        count: tuple(statistics.median(part) for part in zip(*times, strict=True)) for count, times in spent.items()
    }
    base = middle[workers[0]]
    rows = [
        (
            count or "this process", f"{seconds:.2f}", f"{base[0] / seconds:.2f}", f"{busy:.2f}",
            f"{base[1] / busy:.2f}", f"{1000 * seconds / max(1, plans - 1):.0f}",
        )
        for count, (seconds, busy) in middle.items()
    ]  # fmt: skip
    return table(("workers", "seconds", "speed-up", "busiest [s]", "speed-up", "ms a plan"), rows)


def prepare(case: Case, plans: int) -> Task:
    """Solve the root LP and think of plans: in-out steps first, then neighbours of the rounded point."""
    options = SolveOptions(threads=1, time_limit=SECONDS).filled(case)
    formulation = build(case, build_graph(case), RoutePool())
    problem = Problem.prepare(formulation, options, Progress(SECONDS))
    lp = RootLP(problem)
    begun = time.monotonic()
    solve_root(problem, lp, Search())
    print(f"root LP in {time.monotonic() - begun:.1f} s, {len(formulation.routes):,} routes", flush=True)
    space = investment_space(problem.compiled)
    blocks = [BlockLP(problem, number) for number in range(len(problem.compiled.blocks))]
    master = Master(problem, space, blocks)
    duals = lp.duals()
    for block in blocks:
        master.add(block.cut_of(duals[block.rows]))
    owners = np.array([number for number, _ in lp.columns], dtype=np.int64)
    numbers = np.array([number for _, number in lp.columns], dtype=np.int64)
    inner = space.steps(lp.values()[space.columns])
    outer, random = master.solve_relaxed()[2], np.random.default_rng(1)
    chosen = []
    for turn in range(plans):
        if turn < 3:
            inner = 0.7 * inner + 0.3 * outer
            steps = inner
        else:
            steps = np.round(inner)
            changed = random.choice(np.flatnonzero(space.integer), CHANGED, replace=False)
            steps[changed] = 1.0 - steps[changed]
        chosen.append(list(enumerate(master.doors(steps))))
    routes = [(route.demand, route.arcs) for route in formulation.routes]
    return Task(problem, routes, [numbers[owners == block.number] for block in blocks], chosen)


def evaluate(task: Task, workers: int) -> tuple[float, float, list[FloatArray]]:
    """Seconds of the clock for all plans but the first, of the busiest processor, and the cuts; 0: this process."""
    options = dataclasses.replace(task.problem.options, workers=workers or None)
    formulation = dataclasses.replace(task.problem.formulation, routes=RoutePool(task.routes))
    problem = Problem(formulation, task.problem.compiled, Pricer(formulation), options, Progress(SECONDS))
    pool: BlockPool
    if workers:
        pool = RemoteBlocks(problem)
    else:
        numbers = range(len(problem.compiled.blocks))
        pool = LocalBlocks([BlockLP(problem, number) for number in numbers], problem.progress)
    try:
        pool.start(task.first)
        points = pool.evaluate(task.plans[0])
        begun, busy = time.perf_counter(), _computing(pool)
        for plan in task.plans[1:]:
            points += pool.evaluate(plan)
        spent, busy = time.perf_counter() - begun, _computing(pool) - busy
        return spent, busy, [np.append(point.cut.slope, point.cut.constant) for point in points]
    finally:
        pool.close()


def _computing(pool: BlockPool) -> float:
    """Seconds of the processor so far: of the busiest worker in each call, or of this process."""
    return pool.computing if isinstance(pool, RemoteBlocks) else time.process_time()


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
