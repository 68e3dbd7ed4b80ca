"""Stand-ins for the tests of the studies: a solver that answers at once, a report writer, a reporter that remembers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.plan.plan import Plan, empty_tables
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome, Status
from model.solvers.core.progress import Event, Listener
from model.studies.console.reporters import Reporter
from model.studies.explain.explanation import Explanation
from model.studies.explain.telling import REPAIR_COLUMNS
from model.studies.runs.solving import Planner
from tests.case.small import small_rows, write_case

BASIC_SHEETS = {
    "Nodes", "Carriers", "Links", "Commodities", "Demand", "Costs", "Projects", "ProjectEffects", "ProjectRules",
    "Funding", "Budgets", "Settings", "Periods", "Scenarios", "ScenarioChanges", "Futures", "Constraints", "Sources",
}  # fmt: skip
CELL_COLUMNS = ["place", "statement", "short", "unit", "negotiable"]
CHECK_COLUMNS = ["check", "detail", "worst", "tolerance", "unit", "ok"]


def write_plain_case(folder: Path) -> Path:
    """The small case as one workbook, basic sheets only: the tests of the studies need what solves simply."""
    plain = {name: rows for name, rows in small_rows().items() if name in BASIC_SHEETS}
    return write_case(folder, plain)


def make_outcome(status: Status = Status.OPTIMAL, objective: float | None = 100.0, gap: float = 0.001) -> Outcome:
    """Outcome of that status; without a plan there is no objective."""
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        objective = None
    bound = None if objective is None else objective * (1 - gap)
    return Outcome(status, objective, bound, None if objective is None else gap, 0.5, "direct", "Said the stand-in.")


def make_plan_of(case: Case, outcome: Outcome | None = None, **tables: pd.DataFrame) -> Plan:
    """Plan with empty tables but for those given."""
    checks = pd.DataFrame([["sums", "all sums", 0.0, 1e-6, "kTEU", True]], columns=CHECK_COLUMNS)
    return Plan(case, outcome or make_outcome(), {**empty_tables(), **tables}, checks, {"capacity": True})


def answering(status: Status) -> Planner:
    """A planner that tells one event and ends with that status."""

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        if listener is not None:
            listener(Event("build", "thinking", 0.1, None, None, None))
        return make_plan_of(case, make_outcome(status))

    return planner


def shrug(case: Case, constraint_files: tuple[Path, ...]) -> Explanation:
    """An explanation that names one cell and one way out."""
    cells = pd.DataFrame([["a.xlsx › Budgets › F3", "at most 10", 5.0, "million USD", True]], columns=CELL_COLUMNS)
    row = ["more money", "a.xlsx › Budgets › F3", 5.0, "million USD", "15"]
    repairs = pd.DataFrame([row], columns=list(REPAIR_COLUMNS[:-1]))
    return Explanation("conflict", ("These cannot all hold.",), cells, repairs)


def write_marker(plan: Plan, folder: Path, record: Mapping[str, Any], base: Case) -> None:
    """A report of one line: scenario and base scenario."""
    (folder / "plan.txt").write_text(f"{record['scenario']} of {base.name}")


class RememberingReporter(Reporter):
    """Keeps what it is told, as (kind, content)."""

    def __init__(self) -> None:
        """Nothing told yet."""
        self.told: list[tuple[str, Any]] = []

    def __call__(self, event: Event) -> None:
        """Keep an event."""
        self.told.append(("event", event))

    def note(self, words: str) -> None:
        """Keep a note."""
        self.told.append(("note", words))

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Keep a table."""
        self.told.append(("table", (title, table)))

    def result(self, record: Mapping[str, Any]) -> None:
        """Keep a result."""
        self.told.append(("result", dict(record)))

    def error(self, words: str) -> None:
        """Keep an error."""
        self.told.append(("error", words))

    def of(self, kind: str) -> list[Any]:
        """What was told of one kind."""
        return [content for told, content in self.told if told == kind]
