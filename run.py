"""The command line of the planner. Nothing but argument parsing and calls.

Heavy imports wait until a command needs them, so that help answers at once.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.studies.commands.arguments import HOME, Parser, program
from model.studies.commands.options import (
    COMPARISON,
    ShowVersion,
    add_check,
    add_compare,
    add_explain,
    add_makers,
    add_routes,
    add_solve,
)
from model.studies.commands.study_options import OF_SCENARIOS, OF_VARIANTS, add_study, usage_problem
from model.studies.console.streams import steady_console

if TYPE_CHECKING:
    from model.case.case import Case
    from model.plan.plan import Plan
    from model.plan.planner import Questions
    from model.solvers.core.options import SolveOptions
    from model.studies.console.reporters import Reporter
    from model.studies.runs.solving import Planner

DONE, PROBLEM, NO_PLAN = 0, 1, 3  # 2, wrong usage, is argparse's own
COLLECT_AFTER = 50_000  # new objects
EPILOG = """\
exit codes:
  0  done
  1  a problem in the inputs or the model, explained
  2  wrong usage
  3  no plan found in the time given

Without a command, the shipped case is planned: python run.py = python run.py solve inputs/middle_corridor"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, whatever becomes of the console meanwhile."""
    with steady_console():
        return _main(arguments)


def _main(arguments: Sequence[str] | None) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (pip would refuse, but nobody is made to use pip)
        print("This needs Python 3.11 or newer.", file=sys.stderr)
        return PROBLEM
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "solve")
    parser = make_parser()
    choices = parser.parse_args(words)
    if problem := usage_problem(choices):
        parser.error(problem)
    if sys.flags.optimize > 1:
        print("Pyomo does not run under python -OO (PYTHONOPTIMIZE=2): start Python without it.", file=sys.stderr)
        return PROBLEM
    command: Callable[[argparse.Namespace], int] = choices.command
    try:
        from model.case.pandas_text import kept_as_python_text

        return kept_as_python_text(command)(choices)
    except (KeyboardInterrupt, Exception) as error:
        if isinstance(error, Exception) and not stopped(error):
            return tell_failure(error, choices)
        kept = getattr(error, "__notes__", ())
        head = "Stopped." if kept else "Stopped before there was a plan; nothing was left behind."
        reporter_for(choices).error("\n".join([head, *kept]))
        return NO_PLAN


def stopped(error: BaseException | None) -> bool:
    """Whether Ctrl-C stands behind an error: libraries that are being loaded make another one of it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def tell_failure(error: Exception, choices: argparse.Namespace) -> int:
    """Say in words what went wrong; returns the exit code."""
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("model"):
        print(f"{error}. Set the planner up first: pip install -e .", file=sys.stderr)
        return PROBLEM
    where = Path(getattr(error, "filename", None) or "").resolve()
    if isinstance(error, SyntaxError) and where.suffix == ".py" and where.is_relative_to(HOME):
        named = where.relative_to(HOME).as_posix()  # somebody is editing it
        print(f"{named}, line {error.lineno}: Python cannot read this ({error.msg}).", file=sys.stderr)
        return PROBLEM
    try:
        from model.studies.commands.failures import explanation

        outputs = getattr(choices, "output", None) or Path("outputs")
        reporter_for(choices).error(explanation(error, outputs, HOME))
    except (OSError, MemoryError) as second:  # no more files, no more memory
        print(f"The computer refuses what the planner needs ({type(second).__name__}: {second}).", file=sys.stderr)
    except Exception as second:  # the modules that explain do not load
        print(f"The planner is damaged ({type(second).__name__}: {second}).", file=sys.stderr)
    return PROBLEM


def solve(choices: argparse.Namespace) -> int:
    """Plan a case under one or all scenarios."""
    from model.reports import ReportOptions, write_reports
    from model.reports.compare import compare
    from model.reports.comparison.links import link_runs
    from model.reports.explanation import write_explanation
    from model.reports.exports import ParquetError, require_parquet
    from model.reports.map.outline import BoundariesError, outline
    from model.studies.commands.main import solve_case
    from model.studies.console.reporters import Chorus
    from model.studies.console.stopping import StopRequest

    stop = StopRequest()
    stop.listen()

    def write(plan: Plan, folder: Path, record: Mapping[str, Any], base_case: Case) -> None:
        wishes = {name: getattr(choices, name) for name in ("boundaries", "accessible", "parquet")}
        write_reports(plan, folder, options=ReportOptions(run=record, base_case=base_case, **wishes))

    with reporter_for(choices) as reporter:
        try:  # told before the solve, not after it
            outline("core", choices.boundaries)
            if choices.parquet:
                require_parquet()
        except (BoundariesError, ParquetError) as error:
            reporter.error(str(error))
            return PROBLEM
        given = (choices.case, choices.scenario, solve_options(choices), choices.output)
        planner = planner_for(choices.why_seconds, stop.asked_late, choices.export)
        heard = Chorus(stop, reporter)
        more = (compare, write_explanation, choices.resume)
        return solve_case(*given, write, heard, stop.asked, planner, *more, shield=stop.shield, link=link_runs)


def planner_for(why_seconds: float, stopped: Callable[[], bool], export: Path | None = None) -> Planner:
    """The planner, with so many seconds at most, and none once `stopped`, for what other decisions would cost.

    With `export` it leaves the model over the plan's routes in that file.
    """
    from functools import partial

    from model.plan.planner import make_plan
    from model.studies.candidates import candidate_tables
    from model.studies.runs.exporting import plan_and_export

    questions: Questions | None = (
        partial(candidate_tables, seconds=why_seconds, stopped=stopped) if why_seconds > 0 else None
    )
    if export is not None:
        return partial(plan_and_export, path=export, questions=questions)
    return make_plan if questions is None else partial(make_plan, questions=questions)


def explain(choices: argparse.Namespace) -> int:
    """Say why there is no plan."""
    from model.reports.explanation import write_explanation
    from model.studies.commands.explain import explain_case

    asked = (choices.case, choices.scenario, tuple(choices.constraints), choices.output)
    with reporter_for(choices) as reporter:
        limit = choices.time_limit or 90.0
        return explain_case(*asked, reporter, write_explanation, time_limit=limit, price=choices.price)


def template(choices: argparse.Namespace) -> int:
    """Write an empty workbook, a starter case, or bring an older case forward."""
    from model.studies.commands import templates as makers

    make = {"template": makers.make_template, "new": makers.new_case, "upgrade": makers.upgrade_workbooks}
    with reporter_for(choices) as reporter:
        asked = (choices.sheet,) if choices.make == "template" else ()
        return make[choices.make](choices.path, reporter, *asked)


def compare(choices: argparse.Namespace) -> int:
    """Compare finished runs."""
    from model.reports.compare import CompareError, compare, free_folder, require_free
    from model.studies.runs.folders import shown_path

    with reporter_for(choices) as reporter:
        try:
            target = free_folder(COMPARISON) if choices.output is None else require_free(choices.output)
            compare(choices.runs, target)
        except CompareError as error:
            reporter.error(str(error))
            return PROBLEM
        reporter.note(f"Comparison: {shown_path(target)}/comparison.xlsx and comparison.html")
        return DONE


def study(choices: argparse.Namespace) -> int:
    """Run a study of a case."""
    if choices.study == "candidates":  # a plan as always, with time to ask about every project
        wishes = {"why_seconds": choices.time_limit or 3600.0, "boundaries": None, "resume": None, "export": None}
        return solve(argparse.Namespace(**vars(choices), **wishes, full=True, accessible=False, parquet=False))
    from model.reports.study.page import write_study_page
    from model.studies.commands.study_run import Wish, run_study
    from model.studies.console.stopping import StopRequest

    stop = StopRequest()
    stop.listen()
    with reporter_for(choices) as reporter:
        scenario = choices.scenario[0] if choices.scenario else None
        how = (solve_options(choices), choices.output, stop.asked, write_study_page, choices.run, stop.shield)
        wish = Wish(choices.case, scenario, *how)
        asked = {option: getattr(choices, option) for option in OF_VARIANTS.get(choices.study, ())}
        several = choices.scenario if choices.study in OF_SCENARIOS else None  # elsewhere it says which case
        return run_study(choices.study, wish, reporter, asked | {"scenarios": several})


def routes(choices: argparse.Namespace) -> int:
    """Print the best routes between two places."""
    from model.studies.commands.main import show_routes
    from model.studies.routes import RouteWish

    wish = RouteWish(
        choices.origin, choices.destination, choices.commodity, choices.service, choices.count, choices.year
    )
    with reporter_for(choices) as reporter:
        return show_routes(choices.case, choices.scenario, wish, reporter, choices.output)


def check(choices: argparse.Namespace) -> int:
    """Print every remark about the workbooks of a case."""
    from model.studies.commands.main import check_inputs

    with reporter_for(choices) as reporter:
        return check_inputs(choices.case, choices.scenario, reporter, choices.output, tuple(choices.constraints))


def solve_options(choices: argparse.Namespace) -> SolveOptions:
    """What was asked of the solver."""
    from model.solvers.core.options import SolveOptions

    answers_wanted = "why_seconds" in getattr(choices, "given", ()) and choices.why_seconds > 0
    return SolveOptions(
        choices.method, choices.gap, choices.time_limit, choices.seed, choices.threads, tuple(choices.constraints),
        choices.workers, choices.cluster, gap_of_worth=choices.gap_of_worth,
        brief=False if answers_wanted or getattr(choices, "full", False) else None,
    )  # fmt: skip


def reporter_for(choices: argparse.Namespace) -> Reporter:
    """How this run speaks: live in a terminal, plain lines in a pipe, JSON lines, or only errors."""
    from model.studies.console.reporters import JsonReporter, PlainReporter, QuietReporter

    if choices.json_lines:
        return JsonReporter(sys.stdout)
    if choices.quiet:
        return QuietReporter(sys.stderr)
    if sys.stdout.isatty():
        from model.studies.console.terminal import LiveReporter

        return LiveReporter(sys.stdout, sys.stderr)
    return PlainReporter(sys.stdout, sys.stderr)


def make_parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    parser = Parser(
        program().removeprefix("python "),
        description="Plans capacity investment in the Trans-Caspian corridor.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the version and stop")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_solve(commands, solve)
    add_routes(commands, routes)
    add_check(commands, check)
    add_explain(commands, explain)
    add_study(commands, study)
    add_compare(commands, compare)
    add_makers(commands, template)
    return parser


def console() -> None:
    """The command line as a program of its own: ends the process with the exit code."""
    gc.set_threshold(COLLECT_AFTER)  # a run makes millions of objects that stay: no use in looking at them often
    code = main()
    gc.freeze()  # nor a last time: the process ends
    sys.exit(code)


if __name__ == "__main__":
    console()
