"""Options of the command study: which studies there are, what each of them takes, and what no command takes together.

Nothing heavy is imported here, so that help answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.studies.commands.arguments import ALL, above_zero, decision, keys, part, program, share, whole
from model.studies.commands.options import SHIPPED, Command, add_case, add_command, add_solver

if TYPE_CHECKING:
    from model.solvers.core.options import SolveOptions

SECONDS_A_SWITCH = 60.0
"""Time for each plan of the study switches, when nobody asks for another."""


@dataclass(frozen=True)
class Study:
    """A study: what it does, as the help says it, and its title, into which its options may be written ('{before}').

    `module` is the file of this folder whose function work_<name> does the work; "" where a run answers it. `options`
    are those that only it has; None = it plans no variants of a case. `of_scenarios`: it looks at several at once.
    `seconds` are the time limit of each plan where nobody asks for another; None = that of the case.
    """

    words: str
    title: str
    module: str
    options: tuple[str, ...] | None = None
    of_scenarios: bool = False
    seconds: float | None = None

    def timed(self, options: SolveOptions) -> SolveOptions:
        """The options with the study's own time limit where they have none."""
        return replace(options, time_limit=self.seconds) if options.time_limit is None else options


STUDIES = {
    "calibration": Study(
        "fit the constants of choice to the counts of the base year", "calibration of the base year", "counted"),
    "sizes": Study(
        "fit them again with half, twice and four times the boxes of each market", "sizes of markets", "counted"),
    "validation": Study(
        "run the years of the sheet History, to which nothing was fitted", "years it was not fitted to", "counted"),
    "candidates": Study(
        "plan, then work out for every project what the opposite decision would cost", "", "", of_scenarios=True),
    "switches": Study(
        "plan one year without each part of the case in turn", "each item switched off alone", "counted",
        seconds=SECONDS_A_SWITCH),
    "frontier": Study(
        "cost and value against the money for what is chosen", "cost and value against a budget", "variants",
        ("points",)),
    "stress": Study(
        "hold the plan in every scenario of the case", "one plan held in every scenario", "variants", ("before",)),
    "force": Study(
        "what insisting on a project costs", "what insisting on {project} costs", "variants", ("project", "decision")),
    "outages": Study(
        "lose each key asset for a season or a year", "each asset lost for a while", "trials",
        ("year", "season", "asset", "count", "harden")),
    "value": Study(
        "what each project is worth, packages, and the order of works", "what each project is worth", "trials",
        ("package", "yearly"), of_scenarios=True),
    "target": Study(
        "the cheapest way to so much traffic", "the cheapest way to a target", "trials",
        ("amount", "unit", "across", "by")),
    "alternatives": Study(
        "plans that are nearly as good and decide otherwise", "plans that are nearly as good", "trials",
        ("number", "within", "world", "prove")),
    "sensitivity": Study(
        "what the plan's value hangs on", "what the plan's value hangs on", "trials", ("span", "group")),
    "screening": Study(
        "which figures the plan's value hangs on, and which act together (Morris)",
        "which figures matter, and which together", "trials", ("span", "group", "trajectories")),
    "uncertainty": Study(
        "what to decide now, what to keep open and for what sign, and what to leave, over the futures of the sheet "
        "Futures", "what to decide before {before}", "uncertainty", ("before", "draws", "aim", "tail", "plans")),
    "experiments": Study(
        "these futures and what comes of them as a tidy table for other tools", "futures, policies and outcomes",
        "uncertainty", ("before", "draws")),
    "foresight": Study(
        "a planner who sees so many years ahead against one who sees all", "look by look against full foresight",
        "uncertainty", ("look_ahead", "every")),
}  # fmt: skip
OF_VARIANTS = {name: study.options for name, study in sorted(STUDIES.items()) if study.options is not None}
"""Studies that plan many variants of a case, with the options that only they have."""
REPEATED = ("across", "asset", "group", "package", "world")
"""Options of these that may be given several times."""
OF_SCENARIOS = tuple(name for name, study in STUDIES.items() if study.of_scenarios)
"""Studies that look at several scenarios at once."""


def study_problem(choices: argparse.Namespace) -> str:
    """An option of another study, or the one that is missing, in words; '' when there is none."""
    asked = getattr(choices, "study", None)
    for option in dict.fromkeys(option for options in OF_VARIANTS.values() for option in options):
        owners = [study for study, options in OF_VARIANTS.items() if option in options]
        if asked is not None and asked not in owners and getattr(choices, option) is not None:
            return f"--{option.replace('_', '-')} belongs to study {' and study '.join(owners)}"
    if asked not in (None, *OF_VARIANTS) and getattr(choices, "run", None) is not None:
        return "--from is for studies that plan many variants of a case"
    if asked == "outages" and choices.asset and choices.count is not None:
        return "--asset names what is lost, --count how many of those that carry most: give one of them"
    if asked == "target" and (choices.amount is None or choices.across is None):
        return "study target needs --amount and --across"
    if asked == "uncertainty" and choices.before is None:
        return "study uncertainty needs --before: the year before which decisions are the same in all futures"
    return "study force needs --project" if asked == "force" and choices.project is None else ""


def as_typed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Options given in Python as the command line would read them: '3%' is 0.03, a word alone is a list of one.

    Raises ValueError for what the command line would refuse.
    """
    commands = argparse.ArgumentParser().add_subparsers()
    add_study(commands, lambda _: 0)
    options = {action.dest: action for action in commands.choices["study"]._actions}
    result: dict[str, Any] = {}
    for name, value in asked.items():
        if value is not None and name == "scenarios":  # one option with another name, which says there which case
            result[name] = [value] if isinstance(value, str) else list(value)
        elif value is None or name not in options:
            result[name] = value
        elif name in REPEATED:
            values = [value] if isinstance(value, str) else list(value)
            result[name] = [_as_typed(name, options[name], one) for one in values]
        else:
            result[name] = _as_typed(name, options[name], value)
    return result


def _as_typed(name: str, option: argparse.Action, value: Any) -> Any:
    if (option.const is True) is not isinstance(value, bool):
        raise ValueError(f"{name} does not take {value!r}")
    if isinstance(value, bool):
        return value or None
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if option.choices is not None and text not in option.choices:
        raise ValueError(f"{name}: '{text}' is not one of {', '.join(option.choices)}")
    try:
        return text if option.type is None else option.type(text)  # type: ignore[operator]
    except argparse.ArgumentTypeError as error:
        if isinstance(value, float) and value.is_integer():  # pandas has years as floats
            with suppress(argparse.ArgumentTypeError):
                return option.type(str(int(value)))  # type: ignore[operator, misc]
        raise ValueError(f"{name}: {error}") from None


def add_study(commands: Any, call: Command) -> None:
    """The command study."""
    told = "; ".join(f"{name}: {study.words}" for name, study in STUDIES.items())
    limit = (
        "The time limit holds for each plan (switches: 60 s by default), "
        "and for candidates up to five times more for the answers"
    )
    command = add_command(commands, "study", call, f"run a study. {told}. {limit}")
    command.add_argument("study", choices=tuple(sorted(STUDIES)))
    words = "scenario of the case; for candidates and value may be repeated, or 'all'; default: the reference"
    add_case(command, words)
    words = "folder of a finished run of the case: its plan is taken over with what was proven of it, and all searches "
    words += "begin with what that run found out"
    command.add_argument("--from", type=Path, dest="run", metavar="RUN", help=words)
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
    command.add_argument("--tail", type=part, metavar="SHARE", help=words)
    words = "uncertainty: how many plans may be made, and half as many again to say what deciding otherwise costs; "
    words += "default: 20 for each future, 5 where there are many"
    command.add_argument("--plans", type=whole(1), metavar="NUMBER", help=words)
    command.add_argument("--project", metavar="KEY", help="force: the project, or the purchase of ships, insisted on")
    words = "force: the year in which it opens, 'in' for some year (the default), or 'out'"
    command.add_argument("--decision", type=decision, metavar="YEAR", help=words)
    add_trials(command)
    add_solver(command)


def add_trials(command: Any) -> None:
    """Options of the studies that try what is there."""
    words = "outages: the year of the loss; default: the middle of the plan"
    command.add_argument("--year", type=whole(1900), metavar="YEAR", help=words)
    command.add_argument("--season", metavar="NAME", help="outages: the season of the loss; default: the whole year")
    words = "outages: node, link or route group that is lost; may be repeated; default: those that carry most"
    command.add_argument("--asset", action="append", metavar="KEY", help=words)
    words = "outages: how many assets are lost in turn; default: 20"
    command.add_argument("--count", type=whole(1), metavar="NUMBER", help=words)
    words = "outages: for so many of the dearest losses, plans that foresee them; default: none"
    command.add_argument("--harden", type=whole(1), metavar="NUMBER", help=words)
    words = "target: so much a year, both ways together, in --unit"
    command.add_argument("--amount", type=above_zero, metavar="NUMBER", help=words)
    words = "target: million tonnes or thousand TEU; default: Mt"
    command.add_argument("--unit", choices=("Mt", "kTEU"), help=words)
    words = "target: corridor (by its marker links), route group or link that is passed; may be repeated"
    command.add_argument("--across", action="append", metavar="KEY", help=words)
    words = "target: the year from which on it is to be kept; default: the last year"
    command.add_argument("--by", type=whole(1900), metavar="YEAR", help=words)
    words = "alternatives: how many plans at most; default: 10"
    command.add_argument("--number", type=whole(1), metavar="NUMBER", help=words)
    words = "alternatives: what a plan may cost more, as a share of the plan's value; default: 3%%"
    command.add_argument("--within", type=share, metavar="SHARE", help=words)
    words = "alternatives: scenario in which all of them are held, too; may be repeated"
    command.add_argument("--world", action="append", metavar="NAME", help=words)
    words = "alternatives: plan each project that all build, or none, the other way, to prove must-have and never"
    command.add_argument("--prove", action="store_true", default=None, help=words)
    words = "sensitivity, screening: how far figures go down and up, as a share; default: 20%%"
    command.add_argument("--span", type=part, metavar="SHARE", help=words)
    words = "sensitivity, screening: only groups of figures with this word, such as capital or demand; may be repeated"
    command.add_argument("--group", action="append", metavar="WORD", help=words)
    words = "screening: how often each factor is turned, every time in another world; default: 4"
    command.add_argument("--trajectories", type=whole(2), metavar="NUMBER", help=words)
    words = "value: projects looked at together, such as P16,P17; may be repeated"
    command.add_argument("--package", type=keys, action="append", metavar="KEYS", help=words)
    words = "value: million USD a year for what is chosen; the works are put in order of value for money"
    command.add_argument("--yearly", type=above_zero, metavar="AMOUNT", help=words)


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
    if getattr(choices, "case", None) == SHIPPED and not SHIPPED.exists():
        return f"name a case: the shipped one comes with the source alone; {program()} new CASE writes another"
    if problem := study_problem(choices):
        return problem
    shared = getattr(choices, "workers", None) is not None or getattr(choices, "cluster", None) is not None
    if shared and choices.method == "direct" and not several:
        return "--method direct solves a scenario in one process: --workers and --cluster share out nothing of it"
    return ""
