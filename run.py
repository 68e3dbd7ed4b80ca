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

from model.studies.commands.arguments import (
    ALL,
    HOME,
    Parser,
    case_path,
    decision,
    share,
    whole,
)
from model.studies.commands.options import (
    COMPARISON,
    ShowVersion,
    add_case,
    add_command,
    add_compare,
    add_constraints,
    add_explain,
    add_makers,
    add_solve,
    add_solver,
)
from model.studies.commands.trial_options import add_trials
from model.studies.console.streams import steady_console

if TYPE_CHECKING:
    from model.case.case import Case
    from model.plan.plan import Plan
    from model.plan.planner import Questions
    from model.solvers.core.options import SolveOptions
    from model.studies.console.reporters import Reporter
    from model.studies.runs.solving import Planner

DONE, PROBLEM, NO_PLAN = 0, 1, 3  # 2, wrong usage, is argparse's own
INSTALLED = "corridor"
"""Name of the program that the installation puts beside this file."""
COLLECT_AFTER = 50_000  # new objects
OF_VARIANTS = {
    "alternatives": ("number", "within", "world", "prove"),
    "experiments": ("before", "draws"),
    "force": ("project", "decision"),
    "foresight": ("look_ahead", "every"),
    "frontier": ("points",),
    "outages": ("year", "season", "asset", "count", "harden"),
    "sensitivity": ("span", "group"),
    "stress": ("before",),
    "target": ("amount", "unit", "across", "by"),
    "uncertainty": ("before", "draws", "aim", "tail", "plans"),
    "value": ("package", "yearly"),
}
"""Studies that plan many variants of a case, with the options that only they have."""
OF_SCENARIOS = ("candidates", "value")
"""Studies that look at several scenarios at once."""
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
    except KeyboardInterrupt as stop:
        kept = getattr(stop, "__notes__", ())
        head = "Stopped." if kept else "Stopped before there was a plan; nothing was left behind."
        reporter_for(choices).error("\n".join([head, *kept]))
        return NO_PLAN
    except Exception as error:
        return tell_failure(error, choices)


def tell_failure(error: Exception, choices: argparse.Namespace) -> int:
    """Say in words what went wrong; returns the exit code."""
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("model"):
        print(f"{error}. Set the planner up first: pip install -e .", file=sys.stderr)
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
        return solve_case(*given, write, heard, stop.asked, planner, *more, shield=stop.shield)


def planner_for(why_seconds: float, stopped: Callable[[], bool], export: Path | None = None) -> Planner:
    """The planner, with so many seconds at most, and none once `stopped`, for what other decisions would cost.

    With `export` it leaves the model over the plan's routes in that file.
    """
    from functools import partial

    from model.plan.planner import make_plan
    from model.studies.candidates import candidate_tables
    from model.studies.runs.exporting import write_then_ask

    questions: Questions | None = (
        partial(candidate_tables, seconds=why_seconds, stopped=stopped) if why_seconds > 0 else None
    )
    if export is not None:
        questions = partial(write_then_ask, path=export, questions=questions)
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
        return make[choices.make](choices.path, reporter)


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
    from model.studies.commands.main import STUDIES

    if choices.study == "candidates":  # a plan as always, with time to ask about every project
        wishes = {"why_seconds": choices.time_limit or 3600.0, "boundaries": None, "resume": None, "export": None}
        return solve(argparse.Namespace(**vars(choices), **wishes, accessible=False, parquet=False))
    with reporter_for(choices) as reporter:
        scenario = choices.scenario[0] if choices.scenario else None
        if choices.study in OF_VARIANTS:
            return study_of_variants(choices, scenario, reporter)
        return STUDIES[choices.study](choices.case, scenario, solve_options(choices), choices.output, reporter)


def study_of_variants(choices: argparse.Namespace, scenario: str | None, reporter: Reporter) -> int:
    """Run a study that plans many variants of a case."""
    from model.studies.commands import variants as of_variants
    from model.studies.commands.trials import TRIALS
    from model.studies.console.stopping import StopRequest

    stop = StopRequest()
    stop.listen()
    wish = of_variants.Wish(choices.case, scenario, solve_options(choices), choices.output, stop.asked)
    if choices.study == "frontier":
        return of_variants.study_frontier(wish, reporter, choices.points)
    if choices.study in TRIALS:
        options = {option: getattr(choices, option) for option in OF_VARIANTS[choices.study]}
        return TRIALS[choices.study](wish, reporter, options | {"scenarios": choices.scenario})
    if choices.study in ("uncertainty", "experiments", "foresight"):
        from model.studies.commands import uncertainty

        if choices.study == "foresight":
            return uncertainty.study_foresight(wish, reporter, choices.look_ahead, choices.every)
        if choices.study == "experiments":
            return uncertainty.study_experiments(wish, reporter, choices.draws, choices.before)
        aim, tail, plans = choices.aim, choices.tail, choices.plans
        return uncertainty.study_uncertainty(wish, reporter, choices.before, choices.draws, aim, tail, plans)
    if choices.study == "stress":
        return of_variants.study_stress(wish, reporter, choices.before)
    return of_variants.study_force(wish, reporter, choices.project, choices.decision)


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


def usage_problem(choices: argparse.Namespace) -> str:
    """Options that each are right but mean nothing together, in words; '' when there are none."""
    named = getattr(choices, "scenario", None)
    several = isinstance(named, list) and (len(named) > 1 or [name.casefold() for name in named] == [ALL])
    if several and getattr(choices, "resume", None) is not None:
        return "--resume continues one run: name one scenario"
    if several and getattr(choices, "export", None) is not None:
        return "--export writes the model of one plan: name one scenario"
    if several and getattr(choices, "study", "candidates") not in OF_SCENARIOS:
        return f"study {choices.study} looks at one scenario: name one"
    if problem := study_problem(choices):
        return problem
    shared = getattr(choices, "workers", None) is not None or getattr(choices, "cluster", None) is not None
    if shared and choices.method == "direct" and not several:
        return "--method direct solves a scenario in one process: --workers and --cluster share out nothing of it"
    return ""


def study_problem(choices: argparse.Namespace) -> str:
    """An option of another study, or the one that is missing, in words; '' when there is none."""
    asked = getattr(choices, "study", None)
    for option in dict.fromkeys(option for options in OF_VARIANTS.values() for option in options):
        owners = [study for study, options in OF_VARIANTS.items() if option in options]
        if asked is not None and asked not in owners and getattr(choices, option) is not None:
            return f"--{option.replace('_', '-')} belongs to study {' and study '.join(owners)}"
    if asked == "target" and (choices.amount is None or choices.across is None):
        return "study target needs --amount and --across"
    if asked == "uncertainty" and choices.before is None:
        return "study uncertainty needs --before: the year before which decisions are the same in all futures"
    return "study force needs --project" if asked == "force" and choices.project is None else ""


def solve_options(choices: argparse.Namespace) -> SolveOptions:
    """What was asked of the solver."""
    from model.solvers.core.options import SolveOptions

    return SolveOptions(
        choices.method, choices.gap, choices.time_limit, choices.seed, choices.threads, tuple(choices.constraints),
        choices.workers, choices.cluster,
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
        INSTALLED if Path(sys.argv[0]).stem == INSTALLED else "run.py",
        description="Plans capacity investment in the Trans-Caspian corridor.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the version and stop")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_solve(commands, solve)
    add_routes(commands)
    add_check(commands)
    add_explain(commands, explain)
    add_study(commands)
    add_compare(commands, compare)
    add_makers(commands, template)
    return parser


def add_study(commands: Any) -> None:
    """The command study."""
    words = (
        "run a study. calibration: fit the constants of choice to the counts of the base year; sizes: fit them again "
        "with half, twice and four times the boxes of each market; validation: run the years of the sheet History, to "
        "which nothing was fitted; candidates: plan, then work out for every project what the opposite decision would "
        "cost; switches: plan one year without each part of the case in turn; frontier: cost and value against the "
        "money for what is chosen; stress: hold the plan in every scenario of the case; force: what insisting on a "
        "project costs; outages: lose each key asset for a season or a year; value: what each project is worth, "
        "packages, and the order of works; target: the cheapest way to so much traffic; alternatives: plans that are "
        "nearly as good and decide otherwise; sensitivity: what the plan's value hangs on; uncertainty: what to decide "
        "now, what to keep open and for what sign, and what to leave, over the futures of the sheet Futures; "
        "experiments: these futures and what comes of them as a tidy table for other tools; foresight: a planner who "
        "sees so many years ahead against one who sees all. The time limit holds for "
        "each plan "
        "(switches: 60 s by default), and for candidates once more for the answers"
    )
    command = add_command(commands, "study", study, words)
    command.add_argument(
        "study",
        choices=(
            "alternatives", "calibration", "candidates", "experiments", "force", "foresight", "frontier", "outages",
            "sensitivity", "sizes", "stress", "switches", "target", "uncertainty", "validation", "value",
        ),
    )  # fmt: skip
    words = "scenario of the case; for candidates and value may be repeated, or 'all'; default: the reference"
    add_case(command, words)
    words = "frontier: how many budgets, from nothing to what the free plan spends; default: 6"
    command.add_argument("--points", type=whole(2), metavar="NUMBER", help=words)
    words = "stress: hold only what opens before this year, default: the whole plan; uncertainty, experiments: "
    words += "what begins before this year is the same in all futures"
    command.add_argument("--before", type=whole(1900), metavar="YEAR", help=words)
    words = "foresight: how many years each look sees; default: 8"
    command.add_argument("--look-ahead", type=whole(1), metavar="YEARS", help=words)
    words = "foresight: years from one look to the next; default: 3"
    command.add_argument("--every", type=whole(1), metavar="YEARS", help=words)
    words = "uncertainty, experiments: so many futures drawn from the sheet Futures; default: its named scenarios"
    command.add_argument("--draws", type=whole(2), metavar="NUMBER", help=words)
    words = "uncertainty: what is to be small: expected cost, mean and CVaR, or the largest regret; default: expected"
    command.add_argument("--aim", choices=("expected", "risk", "regret"), help=words)
    words = "uncertainty: the share of worst futures that CVaR is the mean of; default: 20%%"
    command.add_argument("--tail", type=share, metavar="SHARE", help=words)
    words = "uncertainty: how many plans may be made; default: 20 for each future"
    command.add_argument("--plans", type=whole(1), metavar="NUMBER", help=words)
    command.add_argument("--project", metavar="KEY", help="force: the project, or the purchase of ships, insisted on")
    words = "force: the year in which it opens, or 'out'; default: it opens in some year"
    command.add_argument("--decision", type=decision, metavar="YEAR", help=words)
    add_trials(command)
    add_solver(command)


def add_routes(commands: Any) -> None:
    """The command routes."""
    command = add_command(commands, "routes", routes, "print the best routes between two places, leg by leg")
    command.add_argument("case", type=case_path, metavar="CASE")
    command.add_argument("origin", metavar="ORIGIN", help="key or name of a node")
    command.add_argument("destination", metavar="DEST", help="key or name of a node")
    command.add_argument("--scenario", metavar="NAME", help="default: the reference")
    command.add_argument("--commodity", metavar="NAME", help="whose carriers, tariffs and value of time count")
    command.add_argument("--service", choices=("regular", "block"), help="default: the commodity's own, or regular")
    command.add_argument("--count", type=whole(1), default=3, metavar="NUMBER", help="how many routes; default: 3")
    command.add_argument("--year", type=whole(1900), metavar="YEAR", help="default: first year of the case")
    command.add_argument("--output", type=Path, metavar="DIR", help="also write them as a workbook into this folder")


def add_check(commands: Any) -> None:
    """The command check; without a scenario it checks all of them."""
    command = add_command(commands, "check", check, "look for mistakes in the workbooks of a case and its scenarios")
    add_case(command, "scenario of the case, may be repeated; default: all of them")
    add_constraints(command)


def console() -> None:
    """The command line as a program of its own: ends the process with the exit code."""
    gc.set_threshold(COLLECT_AFTER)  # a run makes millions of objects that stay: no use in looking at them often
    code = main()
    gc.freeze()  # nor a last time: the process ends
    sys.exit(code)


if __name__ == "__main__":
    console()
