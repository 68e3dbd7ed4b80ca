"""Options of the commands: what each takes, and what is said of it in the help.

Nothing heavy is imported here, so that help answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.studies.commands.arguments import (
    HOME,
    Scenarios,
    above_or_zero,
    above_zero,
    case_path,
    existing_file,
    model_file,
    share,
    whole,
)

Command = Callable[[argparse.Namespace], int]
"""Runs a command with the options chosen; the exit code."""
COMPARISON = Path("comparison")
SHIPPED = HOME / "inputs" / "middle_corridor"
WHY_SECONDS = 15.0  # the shipped case would take some 27 for all that is told


def add_command(commands: Any, name: str, call: Command, words: str) -> Any:
    """A command with what all commands share: the way of speaking."""
    command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    command.set_defaults(command=call)
    voice = command.add_mutually_exclusive_group()
    voice.add_argument("--quiet", action="store_true", help="print errors only")
    voice.add_argument("--json-lines", action="store_true", help="print every event as one JSON object a line")
    return command


def add_case(command: Any, scenarios: str = "") -> None:
    """The case, the scenario and the output folder, with the shipped case and the reference as defaults.

    `scenarios`: what is said of several scenarios where they may be named.
    """
    words = "workbook, folder of workbooks, or a folder of inputs by name; default: the shipped case"
    command.add_argument("case", type=case_path, nargs="?", default=SHIPPED, metavar="CASE", help=words)
    if scenarios:
        command.add_argument("--scenario", action=Scenarios, default=[], metavar="NAME", help=scenarios)
    else:
        command.add_argument("--scenario", metavar="NAME", help="scenario of the case; default: the reference")
    words = "default: the folder outputs in the current folder"
    command.add_argument("--output", type=Path, default=Path("outputs"), metavar="DIR", help=words)


def add_solver(command: Any) -> None:
    """What can be asked of the solver."""
    command.add_argument("--gap", type=share, metavar="SHARE", help="proven gap at which to stop: 0.002 or 0.2%%")
    words = (
        "the same as a share of what the plan saves against building only what is committed: 2%%; default: as the "
        "case's Settings say, and 5%% for one of many plans (in studies, and with more than three scenarios) but the "
        "first"
    )
    command.add_argument("--gap-of-worth", type=share, metavar="SHARE", help=words)
    words = (
        "stop the search then, with the best plan found; the bound may take 80 %% of the time left when its proof "
        "begins, single changes of the plan go on until 90 %%, and the rest settles decisions"
    )
    command.add_argument("--time-limit", type=above_zero, metavar="SECONDS", help=words)
    command.add_argument(
        "--method", choices=("auto", "direct", "decomposed"), default="auto", help="how to solve; default: auto"
    )
    command.add_argument("--seed", type=whole(0), metavar="NUMBER", help="random seed of the solver")
    command.add_argument("--threads", type=whole(1), default=2, metavar="NUMBER", help="default: 2")
    shared = command.add_mutually_exclusive_group()
    words = "processes to use; default: one per processor where that is faster"
    shared.add_argument("--workers", type=whole(1), metavar="NUMBER", help=words)
    words = "address of a running Dask scheduler to use instead, such as tcp://10.0.0.5:8786"
    shared.add_argument("--cluster", metavar="ADDRESS", help=words)
    add_constraints(command)


def add_constraints(command: Any) -> None:
    """Constraint files of the user's own."""
    words = "Python file with a constraint of your own; may be repeated"
    command.add_argument("--constraints", type=existing_file, action="append", default=[], metavar="FILE", help=words)


def add_solve(commands: Any, call: Command) -> None:
    """The command solve."""
    command = add_command(
        commands, "solve", call, "plan a case under one scenario, several or 'all', and write a run folder for each"
    )
    add_case(command, "scenario of the case, may be repeated; 'all' for every one; default: the reference")
    add_solver(command)
    words = "GeoJSON outlines for the maps, instead of the shipped ones"
    command.add_argument("--boundaries", type=existing_file, metavar="FILE", help=words)
    command.add_argument(
        "--accessible", action="store_true", help="write the workbook without frozen panes, fills and charts"
    )
    words = "continue a run that was interrupted from its last checkpoint; same case, scenario and constraint files"
    command.add_argument("--resume", metavar="RUN", help=words)
    command.add_argument("--parquet", action="store_true", help="also write the tables as Parquet files")
    words = "also write the model over the plan's routes for other solvers; FILE ends in .mps or .lp"
    command.add_argument("--export", type=model_file, metavar="FILE", help=words)
    words = (
        "with more than three scenarios: also say for all but the first what is settled, what limits are worth, what "
        "other decisions would cost (takes several times as long)"
    )
    command.add_argument("--full", action="store_true", help=words)
    words = (
        "at most so many seconds a scenario to work out what other decisions would cost, and four times as many for "
        "the projects of the plan; 0: skip this; default: %(default)g, with more than three scenarios for the first "
        "alone unless it is given"
    )
    command.add_argument("--why-seconds", type=above_or_zero, default=WHY_SECONDS, metavar="SECONDS", help=words)


def add_explain(commands: Any, call: Command) -> None:
    """The command explain."""
    command = add_command(commands, "explain", call, "explain why there is no plan, or why demand stays unserved")
    add_case(command)
    add_constraints(command)
    command.add_argument(
        "--price", action="store_true", help="also work out what each way out would cost (takes longer)"
    )
    command.add_argument("--time-limit", type=above_zero, metavar="SECONDS", help="default: 90")


def add_compare(commands: Any, call: Command) -> None:
    """The command compare."""
    command = add_command(commands, "compare", call, "compare finished runs: inputs, investments, costs")
    command.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="run folders; the first is the base")
    words = f"folder for the comparison, new or empty; default: {COMPARISON}, or the next free number of it"
    command.add_argument("--output", "--to", type=Path, metavar="DIR", help=words)


def add_makers(commands: Any, call: Command) -> None:
    """The commands template, new and upgrade."""
    for name, metavar, words in (
        ("template", "FILE", "write an empty workbook with all sheets or some, drop-downs and notes"),
        ("new", "CASE", "write a small, complete, commented starter case"),
        ("upgrade", "CASE", "bring the workbooks of an older case forward, keeping the originals"),
    ):
        command = add_command(commands, name, call, words)
        command.add_argument("path", type=Path if name != "upgrade" else case_path, metavar=metavar)
        if name == "template":
            words = "only this sheet, as an addition to a case; may be repeated; default: all sheets"
            command.add_argument("--sheet", action="append", default=[], metavar="NAME", help=words)
        command.set_defaults(make=name)


class ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and stop."""
        from importlib import metadata

        try:
            print(f"trans-caspian-corridor {metadata.version('trans-caspian-corridor')}")
        except metadata.PackageNotFoundError:
            print("trans-caspian-corridor, not installed")
        parser.exit()


def add_routes(commands: Any, call: Command) -> None:
    """The command routes."""
    command = add_command(commands, "routes", call, "print the best routes between two places, leg by leg")
    command.add_argument("case", type=case_path, metavar="CASE")
    command.add_argument("origin", metavar="ORIGIN", help="key or name of a node")
    command.add_argument("destination", metavar="DEST", help="key or name of a node")
    command.add_argument("--scenario", metavar="NAME", help="default: the reference")
    command.add_argument("--commodity", metavar="NAME", help="whose carriers, tariffs and value of time count")
    command.add_argument("--service", choices=("regular", "block"), help="default: the commodity's own, or regular")
    command.add_argument("--count", type=whole(1), default=3, metavar="NUMBER", help="how many routes; default: 3")
    command.add_argument("--year", type=whole(1900), metavar="YEAR", help="default: first year of the case")
    command.add_argument("--output", type=Path, metavar="DIR", help="also write them as a workbook into this folder")


def add_check(commands: Any, call: Command) -> None:
    """The command check; without a scenario it checks all of them."""
    command = add_command(commands, "check", call, "look for mistakes in the workbooks of a case and its scenarios")
    add_case(command, "scenario of the case, may be repeated; default: all of them")
    add_constraints(command)
