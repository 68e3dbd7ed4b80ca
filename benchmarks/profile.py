"""Where the time of one solve goes, and the memory.

python -m benchmarks.profile CASE_OR_FILE [--gap G] [--time-limit S] [--method M] [--functions N]

CASE is a folder or workbook of a case (reading and writing are then timed too), FILE an instance. Seconds by stage are
those that the solve counts itself; 'HiGHS' is the time inside the solver. With --functions the dearest Python
functions follow, by time spent in themselves (the profiler slows Python down, not HiGHS).
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.answers import peak_megabytes
from benchmarks.instance import add_solve_arguments, solve_options
from benchmarks.instances import InstanceError
from benchmarks.loading import load_case
from benchmarks.printing import number, share, table
from model.case.messages import CaseError
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event

STAGES = "seconds by stage"
INSIDE_HIGHS = ("LP", "MIP", "master", "subproblem LP")


@dataclass
class Memory:
    """Listener that notes the peak memory at the first event of every stage."""

    peaks: list[tuple[str, float | None]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Note a stage that has begun."""
        if not self.peaks or self.peaks[-1][0] != event.stage:
            self.peaks.append((event.stage, peak_megabytes()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", metavar="CASE_OR_FILE")
    add_solve_arguments(parser)
    parser.add_argument("--model", help="SNDlib only")
    parser.add_argument("--scenario", help="CASE only: a scenario of its workbooks")
    parser.add_argument("--functions", type=int, default=0, metavar="N", help="also list the N dearest functions")
    given = parser.parse_args(arguments)
    options = solve_options(parser, given)
    stages: dict[str, float] = {}
    begun = time.perf_counter()
    try:
        case, gap = load_case(given.case, given.model, given.scenario)
    except (InstanceError, CaseError) as error:
        print(error, file=sys.stderr)
        return 1
    stages["reading"] = time.perf_counter() - begun
    if options.gap is None and gap is not None:
        options = SolveOptions(options.method, gap, options.time_limit, options.seed, options.threads)
    memory = Memory()
    profiler = cProfile.Profile() if given.functions else None
    begun = time.perf_counter()
    plan = profiler.runcall(make_plan, case, options, memory) if profiler else make_plan(case, options, memory)
    planning = time.perf_counter() - begun
    stages |= {str(stage): float(seconds) for stage, seconds in plan.outcome.statistics.get(STAGES, {}).items()}
    if case.files:
        stages["writing"] = _writing(plan)
    print(describe(plan, stages, planning, memory))
    if profiler:
        print(_functions(profiler, given.functions))
    return 0 if plan.has_plan else 1


def _writing(plan: Plan) -> float:
    """Seconds to write the reports of the plan into a folder that is thrown away."""
    from model.reports import write_reports  # imports the drawing libraries, which plans alone do not need

    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_reports(plan, Path(folder))
    return time.perf_counter() - begun


def describe(plan: Plan, stages: dict[str, float], planning: float, memory: Memory) -> str:
    """Tables of seconds by stage, counts, and memory."""
    outcome = plan.outcome
    counted = {stage: seconds for stage, seconds in stages.items() if stage not in ("reading", "writing")}
    whole = planning + stages["reading"] + stages.get("writing", 0.0)
    rest = planning - sum(counted.values())
    rows = [(stage, f"{seconds:.3f}", f"{100 * seconds / whole:.1f} %") for stage, seconds in stages.items()]
    if rest > 0.0:
        rows.append(("not counted", f"{rest:.3f}", f"{100 * rest / whole:.1f} %"))
    rows.append(("all", f"{whole:.3f}", "100.0 %"))
    note = "\n(stages that contain others are listed beside them)" if rest < -0.02 * planning else ""
    inside = sum(seconds for stage, seconds in counted.items() if stage in INSIDE_HIGHS)
    rows.append(("of it in HiGHS", f"{inside:.3f}", f"{100 * inside / whole:.1f} %"))
    counts: list[tuple[str, Any]] = [(k, v) for k, v in outcome.statistics.items() if isinstance(v, (int, float, str))]
    peaks = [(stage, number(peak, 4)) for stage, peak in [*memory.peaks, ("end", peak_megabytes())]]
    heading = f"{plan.case.name}: {outcome.status}, cost {number(outcome.objective, 9)}, gap {share(outcome.gap)}"
    return "\n\n".join(
        [
            f"{heading}, method {outcome.method}\n{outcome.message}",
            table(("stage", "seconds", "share"), rows) + note,
            table(("count", "value"), counts),
            table(("at the start of", "peak MB"), peaks),
        ]
    )


def _functions(profiler: cProfile.Profile, count: int) -> str:
    """The functions that took most time themselves, with paths shortened to file names."""
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(count)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
