"""The commands behind run.py: each reads a case, does its work, tells about it and returns the exit code."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.codes import Severity
from model.case.messages import CaseError, Message, ordered
from model.case.reader import check_case, load_case
from model.case.scenarios.apply import scenario_names
from model.case.workbooks.issues import write_issues_workbook
from model.formulation.plugins import switchable
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.commands.arguments import ALL
from model.studies.commands.explain import explain_contradiction
from model.studies.commands.failures import told_lines
from model.studies.console.reporters import Reporter
from model.studies.console.words import count, seconds_text
from model.studies.explain.explaining import ExplanationWriter
from model.studies.routes import CLOSED, RouteWish, route_tables
from model.studies.runs.folders import RunError, RunFolder, shortened, shown_path
from model.studies.runs.sheets import write_sheets
from model.studies.runs.solving import Bench, Planner, ReportWriter, never
from model.studies.runs.storable import require_storable
from model.studies.scenarios.in_turn import run_scenarios, scenario_cases, summary_table, write_summary

Comparer = Callable[[Sequence[Path], Path], object]
"""Compares run folders and writes the comparison into a folder. The reports room stands below this one."""
Linker = Callable[[Sequence[Path], Path], Sequence[Path]]
"""Makes the reports of runs lead to each other, and to the folder of their comparison."""
EXIT_CODES = {Status.OPTIMAL: 0, Status.FEASIBLE: 0, Status.NO_PLAN: 3}


def named(scenarios: str | Sequence[str] | None) -> list[str]:
    """The scenarios named, none for the reference."""
    return [scenarios] if isinstance(scenarios, str) else list(scenarios or ())


def solve_case(
    path: Path,
    scenarios: str | Sequence[str] | None,
    options: SolveOptions,
    outputs: Path,
    write_reports: ReportWriter,
    reporter: Reporter,
    stop_asked: Callable[[], bool] = never,
    planner: Planner = make_plan,
    compare: Comparer | None = None,
    write_explanation: ExplanationWriter | None = None,
    resume: str | None = None,
    shield: Callable[[], AbstractContextManager[None]] = nullcontext,
    link: Linker | None = None,
) -> int:
    """Plan a case under the reference, the scenarios named or all of them; returns the exit code.

    After several `compare` sets their run folders side by side in a folder of its own, the first one as the base, and
    `link` makes their reports lead to each other.
    A case that only contradicts itself is explained with `write_explanation`; `resume` names a run to be continued;
    under `shield` a stop waits for what is being written.
    Raises CaseError, PluginError, CheckpointError, ClusterError and RunError.
    """
    begun, wanted = time.monotonic(), named(scenarios)
    try:
        base = read_told(path, reporter, options.constraint_files)
        names = scenarios_meant(base, wanted)
        cases = scenario_cases(base, names) if names else [base]
    except CaseError as error:
        if write_explanation is None:
            raise
        return explain_contradiction(
            error, options.constraint_files, outputs, reporter, write_explanation, scenario=next(iter(wanted), None)
        )
    seconds = time.monotonic() - begun
    reporter.note(f"Read {case_words(base)} in {seconds_text(seconds)}.")
    if resume is not None and len(cases) > 1:
        raise RunError("One run is continued at a time: name its scenario with --scenario.")
    require_storable(cases, path, outputs, options.constraint_files)
    bench = Bench(
        base, path, outputs, options, write_reports, reporter, seconds, planner, stop_asked,
        write_explanation=write_explanation, resume=resume, shield=shield,
    )  # fmt: skip
    records = run_scenarios(cases, bench)
    if names != wanted or len(cases) > 1:
        with shield():
            _set_side_by_side(records, base, outputs, reporter, compare, link)
    return exit_code(records)


def scenarios_meant(base: Case, named: Sequence[str]) -> list[str]:
    """The scenarios named: every one of the case for 'all', unless one is called so."""
    every = [name.casefold() for name in named] == [ALL] and ALL not in scenario_names(base)
    return scenario_names(base) if every else list(named)


def _set_side_by_side(
    records: Sequence[Mapping[str, Any]],
    base: Case,
    outputs: Path,
    reporter: Reporter,
    compare: Comparer | None,
    link: Linker | None,
) -> None:
    """Tell and write the table of all scenarios and their comparison."""
    table = summary_table(records)
    reporter.table("Scenarios", table.drop(columns=["Run folder"]))
    try:
        workbook = write_summary(table, base.name, outputs)
        reporter.note(f"Scenario table: {shown_path(workbook)} (and .csv)")
        if compare is not None and len(records) > 1:
            runs = [outputs / str(record["run"]) for record in records]
            with RunFolder(outputs, base.name, "comparison") as folder:
                compare(runs, folder.path)
                final = folder.finish()
            if link is not None:
                for path in link(runs, final):
                    reporter.note(f"{shown_path(path)} could not be written: it does not lead to the other runs.")
            reporter.note(f"Scenarios side by side: {shown_path(final)}/comparison.html (and .xlsx)")
    except BaseException as error:
        error.add_note("The run folders of the scenarios are whole; run.py compare sets them side by side.")
        raise


def exit_code(records: Sequence[Mapping[str, Any]]) -> int:
    """0 when every run has a plan; else 1 when some problem was explained, 3 when only time was short."""
    codes = {EXIT_CODES.get(Status(record["status"]), 1) for record in records}
    return 1 if 1 in codes else max(codes)


def read_told(path: Path, reporter: Reporter, constraint_files: Sequence[Path] | None = None) -> Case:
    """Read a case and tell its warnings; names in Constraints are checked when the user's files are given, if any.

    Raises CaseError when it cannot be used.
    """
    reading = load_case(path, families=() if constraint_files is None else switchable(constraint_files))
    if reading.case is None:
        raise CaseError(reading.messages, reading.contradictory)
    told = [message for message in reading.messages if message.severity is not Severity.NOTE]
    if told:
        reporter.note("\n".join(told_lines(told)))
    return reading.case


def case_words(case: Case) -> str:
    """The size of a case in words."""
    sizes = [
        count(len(case.table(sheet)), noun)
        for sheet, noun in (("Nodes", "node"), ("Links", "link"), ("Demand", "demand"), ("Projects", "project"))
    ]
    return f"{case.name}: {', '.join(sizes)}, {case.first_year}–{case.last_year}"


def check_inputs(
    path: Path,
    scenarios: str | Sequence[str] | None,
    reporter: Reporter,
    outputs: Path | None = None,
    constraint_files: Sequence[Path] = (),
) -> int:
    """Tell every remark about a case and leave them as a workbook in `outputs`; returns 1 when there is an error.

    Without a scenario, or with 'all', every scenario is checked.
    """
    wanted = [None if name.casefold() == ALL else name for name in named(scenarios)] or [None]
    families = switchable(constraint_files)
    messages = ordered(message for name in wanted for message in check_case(path, name, families))
    wrong = sum(message.severity is Severity.ERROR for message in messages)
    doubtful = sum(message.severity is Severity.WARNING for message in messages)
    for line in told_lines(messages):
        reporter.note(line)
    if outputs is not None:
        _write_issues(messages, path, outputs, reporter)
    words = f"{path.name}: {count(wrong, 'error')}, {count(doubtful, 'warning')}."
    if wrong:
        reporter.error(words)
    else:
        reporter.note(words)
    return 1 if wrong else 0


def _write_issues(messages: Sequence[Message], path: Path, outputs: Path, reporter: Reporter) -> None:
    """Write the remarks with links to the cells; without remarks only over an older list, which would mislead."""
    folder = path if path.is_dir() else path.parent
    target = outputs / f"{shortened(path.stem if path.is_file() else path.resolve().name)}-issues.xlsx"
    about_rows = {message.code for message in messages} - {"path-missing", "no-workbook", "scenario-unknown"}
    if not about_rows and (messages or not target.exists()):
        return
    try:
        written = write_issues_workbook(messages, target, folder)
    except OSError as error:
        reporter.note(f"The list of remarks could not be written to '{target}': {error.strerror or error}.")
        return
    if messages:
        reporter.note(f"The same as a workbook, with links to the cells: {shown_path(written)}")


def show_routes(
    path: Path, scenario: str | None, wish: RouteWish, reporter: Reporter, outputs: Path | None = None
) -> int:
    """Tell the best routes between two places, and leave them as a workbook in `outputs` when it is named.

    Returns 1 when there is no open way. Raises CaseError, RouteError and RunError.
    """
    base = read_told(path, reporter)
    case = scenario_cases(base, [scenario])[0] if scenario else base
    tables = route_tables(case, wish)
    for title, table in tables:
        reporter.table(title, table)
    if tables and outputs is not None:
        reporter.note(f"The same as a workbook: {shown_path(_write_routes(tables, base.name, outputs))}")
    if any(not title.startswith(CLOSED) for title, _ in tables):
        return 0
    words = "no open way" if tables else "no way"
    reporter.error(
        f"There is {words} from {wish.origin} to {wish.destination} for this cargo, within its longest transit."
    )
    return 1


def _write_routes(tables: Sequence[tuple[str, pd.DataFrame]], case: str, outputs: Path) -> Path:
    """Write all legs below each other, the route beside them. Raises RunError."""
    target = outputs / f"{case}-routes.xlsx"
    legs = pd.concat([table.assign(route=title) for title, table in tables], ignore_index=True)
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        write_sheets({"Routes": legs}, case, target)
    except OSError as error:
        raise RunError(f"Cannot write to the folder '{outputs}': {error.strerror or error}.") from error
    return target
