"""How far a search has come when: each better plan and each higher bound, with the processor seconds until then.

python -m benchmarks.stages CASE_OR_FILE [--scenario S] [--gap G] [--time-limit SECONDS]

The answer is a Markdown table for the docs. Only the plan and its gap are asked for: no prices of limits, no outputs.
Processor seconds are those of the whole process on one thread, with its imports and the reading of the case. Money is
in the units of the case.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.instance import add_solve_arguments, solve_options
from benchmarks.instances import InstanceError
from benchmarks.loading import load_case
from benchmarks.printing import markdown, number
from model.case.messages import CaseError
from model.plan.planner import make_plan
from model.solvers.core.progress import Event

HEADERS = ("stage", "plan", "bound", "gap", "processor seconds")


class Steps:
    """Listener that keeps a row for each event that brings another plan, bound or yardstick."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []
        self._last: tuple[float | None, ...] = (None, None, None)

    def __call__(self, event: Event) -> None:
        """Keep the event unless it tells the figures of the last one."""
        figures = (event.incumbent, event.bound, event.worth)
        if figures == self._last:
            return
        self._last = figures
        plan, bound = (number(value, 7) for value in figures[:2])
        self.rows.append((f"{event.stage}: {event.words}", plan, bound, _gap(event), f"{time.process_time():.1f}"))


def _gap(event: Event) -> str:
    """'37.0 = 5.3 % of what the plan saves', as far as it is known."""
    if event.incumbent is None or event.bound is None:
        return "-"
    gap = event.incumbent - event.bound
    share = f" = {100.0 * gap / event.worth:.1f} % of what the plan saves" if event.worth else ""
    return f"{gap:.1f}{share}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", metavar="CASE_OR_FILE")
    add_solve_arguments(parser)
    parser.set_defaults(threads=1)  # so that processor seconds are those of the clock
    parser.add_argument("--model", help="SNDlib only")
    parser.add_argument("--scenario", help="CASE only: a scenario of its workbooks")
    given = parser.parse_args(arguments)
    options = solve_options(parser, given)
    try:
        case, gap = load_case(given.case, given.model, given.scenario)
    except (InstanceError, CaseError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.gap is None and gap is not None:
        options = replace(options, gap=gap)
    steps = Steps()
    plan = make_plan(case, replace(options, brief=True), steps)
    print(markdown(HEADERS, steps.rows), end="\n\n")
    print(plan.outcome.message)
    return 0 if plan.has_plan else 1


if __name__ == "__main__":
    sys.exit(main())
