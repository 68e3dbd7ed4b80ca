"""One instance file: case → plan → cost, bound, gap, seconds, memory.

python -m benchmarks.instance FILE [--gap G] [--time-limit S] [--method M] [--model U-U-M-N-C-A-N-N] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks import sndlib
from benchmarks.answers import EXPLAINED, Answer
from benchmarks.instances import Instance, InstanceError
from benchmarks.loading import load_instance
from benchmarks.printing import ProgressLine, number, share, table
from benchmarks.solving import solve_instance
from model.solvers.core.options import SolveOptions


def add_solve_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that all benchmark commands share."""
    parser.add_argument("--gap", type=float, help="relative gap asked for (1e-6 for public sets, 1e-3 for the ladder)")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="seconds for one solve (default 600)")
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto", help="how to solve")
    parser.add_argument("--threads", type=int, default=2, help="threads of the solver (default 2)")


def solve_options(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> SolveOptions:
    """The options as the solver takes them; ends the program with a usage message for values out of range."""
    try:
        return SolveOptions(
            method=arguments.method,
            gap=arguments.gap,
            time_limit=arguments.time_limit,
            threads=arguments.threads,
        )
    except ValueError as error:
        parser.error(str(error))


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", help="a .dow, SNDlib native, OR-Library cap or ladder .json file")
    add_solve_arguments(parser)
    parser.add_argument("--model", help=f"SNDlib only: which problem the network poses, e.g. {sndlib.DEFAULT_MODEL}")
    parser.add_argument("--capacity", type=float, help="OR-Library only: for files that leave the capacity open")
    parser.add_argument("--json", action="store_true", help="print one JSON line and nothing else")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    options = solve_options(parser, given)
    try:
        instance = load_instance(given.file, given.model, given.capacity)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return EXPLAINED
    answer, _ = solve_instance(instance, options, None if given.json else ProgressLine())
    if given.json:
        print(json.dumps(answer.record(), allow_nan=False))
    else:
        print(describe(instance, answer))
    return answer.exit_code


def describe(instance: Instance, answer: Answer) -> str:
    """The answer for a reader."""
    rows = [
        ("status", answer.status),
        ("cost", number(answer.cost, 12)),
        ("bound", number(answer.bound, 12)),
        ("gap", share(answer.gap)),
        ("seconds", f"{answer.seconds:.2f}"),
        ("peak memory", "-" if answer.peak_mb is None else f"{answer.peak_mb:.0f} MB"),
        ("method", answer.method),
    ]
    heading = f"{instance.name} ({instance.family}): {instance.size}"
    return "\n".join([heading, answer.message, table(("figure", "value"), rows)])


if __name__ == "__main__":
    sys.exit(main())
