"""All scenarios of a case, each in its own run folder, and one table that sets them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.messages import CaseError, Message
from model.case.scenarios.apply import apply_scenario
from model.plan.plan import Plan
from model.solvers.parallel.cluster import check_cluster
from model.studies.console.words import count
from model.studies.runs.folders import folder_name, shown_path
from model.studies.runs.sheets import write_csv, write_sheets
from model.studies.runs.solving import Bench, run_case
from model.studies.scenarios.differences import difference_words
from model.studies.scenarios.side_by_side import begun_with, pays, run_side_by_side, starts_from_first

REFERENCE = "reference"


def scenario_cases(base: Case, names: Sequence[str]) -> list[Case]:
    """The case under each scenario. Raises CaseError with the messages of all scenarios that cannot be applied."""
    cases: list[Case] = []
    messages: dict[Message, None] = {}
    failed: list[CaseError] = []
    for name in names:
        try:
            cases.append(apply_scenario(base, name))
        except CaseError as error:
            failed.append(error)
            messages.update(dict.fromkeys(error.messages))
    if failed:
        raise CaseError(messages, failed[0].case if len(failed) == 1 else None)
    return cases


def run_scenarios(cases: Sequence[Case], bench: Bench) -> list[Mapping[str, Any]]:
    """Plan each case and leave its run folder; returns the records of the runs in the order of the cases.

    Several cases are planned side by side where that pays or was asked for; the plans are the same either way. Of
    more than a few, all but the first begin with what the first has found out. A stop asked for during a run ends it
    with the best plan it has; no further case is begun. Raises RunError when a run folder cannot be written; the runs
    before it stay.
    """
    options = bench.options
    if len(cases) > 1 and (options.cluster is not None or pays(cases, options.workers)):
        return run_side_by_side(cases, bench)
    if options.cluster is not None:
        words = f"The cluster has {count(check_cluster(options.cluster), 'worker')}."
        bench.reporter.note(f"{words} It is not needed: one plan is made in this process.")
    records: list[Mapping[str, Any]] = []
    begun: Plan | None = None
    for number, case in enumerate(cases, start=1):
        if records and bench.stop_asked():
            bench.reporter.note(f"Stopped after {len(records)} of {len(cases)} scenarios.")
            break
        if len(cases) > 1:
            bench.reporter.note(f"\nScenario {case.scenario} ({number} of {len(cases)})")
        try:
            run = run_case(case, bench if begun is None else begun_with(bench, begun.start, case))
        except KeyboardInterrupt as stop:
            if not records:
                raise
            kept = [*getattr(stop, "__notes__", ()), f"Stopped after {len(records)} of {len(cases)} scenarios."]
            bench.reporter.note("\n".join(kept))
            break
        except Exception as error:
            if len(cases) > 1:
                error.add_note(_where_it_ended(case, records))
            raise
        if not records and starts_from_first(cases):
            begun = run.plan
        bench.reporter.note(f"Run folder: {shown_path(run.folder)}")
        records.append(run.record)
    return records


def _where_it_ended(case: Case, records: Sequence[Mapping[str, Any]]) -> str:
    words = f"It was the scenario {case.scenario}: --scenario {case.scenario} plans it alone."
    return f"{words} The run folders of {count(len(records), 'scenario')} before it are whole." if records else words


def summary_table(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a scenario: status, cost, capital, projects, kTEU across the Caspian, unserved, gap, difference in words.

    Costs and capital in million USD; unserved and gap in percent. The difference is against the scenario
    'reference', or the first one.
    """
    reference = next((record for record in records if record["scenario"] == REFERENCE), records[0])
    rows = []
    for record in records:
        figures = record["measures"]
        row = {
            "scenario": record["scenario"],
            "status": record["status"],
            "NPV cost [million USD]": figures.get("npv_cost_million_usd"),
            "Capital [million USD]": figures.get("capex_million_usd"),
            "Projects": figures.get("projects"),
        }
        for name, value in figures.items():
            for start, what in (("caspian_kteu_", "containers"), ("caspian_lorries_kteu_", "lorries")):
                if name.startswith(start):
                    row[f"Caspian {what} {name.removeprefix(start)} [kTEU]"] = value
        lost = figures.get("unserved_share_of_tonnes")
        row["Unserved [% of tonnes]"] = None if lost is None else 100 * lost
        row["Gap [%]"] = None if record["gap"] is None else 100 * record["gap"]
        same = record is reference
        row["Against the reference"] = "the reference" if same else difference_words(record, reference)
        row["Run folder"] = record["run"]
        rows.append(row)
    return pd.DataFrame(rows)


def write_summary(table: pd.DataFrame, case: str, outputs: Path, when: datetime | None = None) -> Path:
    """Write the table as CSV and as workbook beside the run folders; returns the path of the workbook.

    Both are written aside and renamed.
    """
    name = folder_name(case, "scenarios", when or datetime.now(UTC))
    write_csv(table, outputs / f"{name}.csv")
    workbook = outputs / f"{name}.xlsx"
    write_sheets({"Scenarios": table}, case, workbook)
    return workbook
