"""One run: a case is planned, and everything about it is left in a run folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Event, Listener
from model.studies.console.reporters import Chorus, PlainReporter, Reporter
from model.studies.console.streams import steady
from model.studies.console.summary import plan_sentences, project_table
from model.studies.console.words import seconds_text
from model.studies.explain.explaining import Explainer, ExplanationWriter, explain_when_infeasible
from model.studies.explain.explanation import explain
from model.studies.runs.beginnings import leave_beginning, problem_digest
from model.studies.runs.folders import RunFolder
from model.studies.runs.record import copy_inputs, make_record, peak_memory_mb, write_record
from model.studies.runs.resuming import checkpointing, drop, keep

Planner = Callable[[Case, SolveOptions, Listener | None], Plan]
ReportWriter = Callable[[Plan, Path, Mapping[str, Any], Case], object]
"""Writes the reports of a plan into a folder, given the record of the run and the case before the scenario.

The reports room stands below this one, so run.py hands its writer over.
"""

PROJECT_HEADERS = {"opening_year": "opens", "capex_million_usd": "capital [million USD]"}


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(frozen=True)
class Bench:
    """What every run of a command shares.

    `source` is the workbook or folder that `base`, the case without scenario, was read from in `seconds_reading`;
    `outputs` is where run folders go; `stop_asked` tells whether the user wants no further run, and under `shield` a
    stop waits for what is being written; `resume` names a run to be continued.
    """

    base: Case
    source: Path
    outputs: Path
    options: SolveOptions
    write_reports: ReportWriter
    reporter: Reporter
    seconds_reading: float = 0.0
    planner: Planner = make_plan
    stop_asked: Callable[[], bool] = never
    explainer: Explainer = explain
    write_explanation: ExplanationWriter | None = None
    resume: str | None = None
    shield: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True)
class FinishedRun:
    """A plan, the folder it was left in and the record that stands there as run.json."""

    plan: Plan
    folder: Path
    record: Mapping[str, Any]


def tell_plan(plan: Plan, reporter: Reporter) -> None:
    """The plan in sentences and, where something opens, the table of it."""
    reporter.note("\n".join(["", *plan_sentences(plan)]))
    projects = project_table(plan)
    if not projects.empty:
        reporter.table("Projects that open", projects.rename(columns=PROJECT_HEADERS))


def run_case(case: Case, bench: Bench) -> FinishedRun:
    """Plan a case (with its scenario applied) and leave a complete run folder, plan or no plan.

    With `resume` of the bench the search continues where the checkpoint of that run stands. Raises RunError when the
    folder cannot be made or the run not be continued. After this and any other error no folder is left behind, but what
    the search has found is kept as a checkpoint, and the error's notes say how to go on.
    """
    started, wish = datetime.now(UTC), None
    try:
        with RunFolder(bench.outputs, case.name, case.scenario, started) as folder:
            wish = checkpointing(bench.outputs, folder.name, case, bench.options, bench.resume)
            bench = replace(bench, options=replace(bench.options, checkpointing=wish))
            plan, record = fill_folder(case, bench, folder.path, folder.name, started)
            final = folder.finish()
    except BaseException as error:  # a stop too
        if wish is not None:
            keep(wish, error)
        raise
    drop(wish, complete=plan.outcome.status not in (Status.FEASIBLE, Status.NO_PLAN))
    tell_result(record, final, bench.reporter)
    return FinishedRun(plan, final, record)


def fill_folder(case: Case, bench: Bench, folder: Path, name: str, started: datetime) -> tuple[Plan, dict[str, Any]]:
    """Plan a case and write all files of its run into a folder; `name` is what the run will be called."""
    with open(folder / "run.log", "w", encoding="utf-8") as log, PlainReporter(steady(log)) as log_reporter:
        reporter = Chorus(bench.reporter, log_reporter)
        log_reporter.note(f"{name}, started {started:%Y-%m-%d %H:%M:%S} UTC")
        problem = problem_digest(case, bench.options)
        plan = bench.planner(case, bench.options, reporter)
        planned = time.monotonic()
        tell_plan(plan, reporter)
        explain_when_infeasible(
            plan, folder, reporter, bench.write_explanation, bench.options.constraint_files, bench.explainer
        )
        reporter(Event("reports", "writing the run folder", plan.outcome.seconds, None, None, None))
        for file in copy_inputs(case, bench.source, folder):
            reporter.note(f"{file} was altered while the plan was made: the run folder holds no copy of it.")
        seconds = {"read": bench.seconds_reading, "plan": plan.outcome.seconds}
        record = make_record(name, plan, bench.options, seconds, started)
        bench.write_reports(plan, folder, record, bench.base)
        leave_beginning(plan, problem, folder)
        record["seconds"]["write"] = round(time.monotonic() - planned, 3)
        record["peak_memory_mb"] = peak_memory_mb()
        log_reporter.note(f"Written in {seconds_text(time.monotonic() - planned)}.")
    write_record(record, folder)
    return plan, record


def tell_result(record: Mapping[str, Any], folder: Path, reporter: Reporter) -> None:
    """Hand over the record of a run that stands in `folder`."""
    reporter.result({key: value for key, value in record.items() if key != "progress"} | {"folder": str(folder)})
