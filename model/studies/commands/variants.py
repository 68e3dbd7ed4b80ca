"""The commands of studies that plan many variants of a case: frontier, stress, force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.case.case import Case
from model.case.scenarios.apply import scenario_names
from model.solvers.core.options import SolveOptions
from model.studies.commands.main import read_told
from model.studies.console.reporters import Reporter
from model.studies.console.words import money
from model.studies.runs.folders import RunError, shown_path
from model.studies.runs.solving import never
from model.studies.runs.study_folder import leave_study
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.beginning import Beginning
from model.studies.variants.force import insist
from model.studies.variants.frontier import POINTS, frontier
from model.studies.variants.kept_answers import KeptAnswers
from model.studies.variants.planning import Answer, Planner, Variant, plan_variants
from model.studies.variants.ranges import Difference
from model.studies.variants.shared_cluster import SharedCluster
from model.studies.variants.stress import stress

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Wish:
    """What is asked: where the case stands, under which scenario, how it is solved, where the folder goes."""

    path: Path
    scenario: str | None
    options: SolveOptions
    outputs: Path
    stop_asked: Callable[[], bool] = never


def study_frontier(wish: Wish, reporter: Reporter, points: int | None = None) -> int:
    """Plan the case with budgets from nothing to what it spends freely; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        table = frontier(case, planner, points or POINTS)
        reporter.table("Money for what is chosen, and what it saves [million USD]", table.drop(columns=["opens"]))
        return {"Frontier": table}, ""

    return run_study("frontier", "cost and value against a budget", wish, reporter, work)


def study_stress(wish: Wish, reporter: Reporter, before: int | None = None) -> int:
    """Hold the plan of the scenario in every scenario of the case; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        others = [name for name in scenario_names(read.base) if name != case.scenario]
        table = stress(case, [case, *scenario_cases(read.base, others)], planner, before)
        hidden = ["plan", "regret at least", "regret at most", "own lower bound", "own unserved"]
        reporter.table("The plan held in every scenario [million USD, kt]", table.drop(columns=hidden))
        return {"Stress": table}, ""

    read = Reading(wish, reporter)
    return run_study("stress", "one plan held in every scenario", wish, reporter, work, read)


def study_force(wish: Wish, reporter: Reporter, project: str, when: int | str | None = None) -> int:
    """Plan with a project in, in a year, or out, and without that; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        found = insist(case, project, when, planner)
        reporter.table("Free and insisted [million USD, kt]", found.rows)
        if len(found.changes):
            reporter.table("What opens otherwise", found.changes)
        cost = pd.DataFrame([(found.words, *vars(found.costs).values(), found.costs.verdict)], columns=COST_COLUMNS)
        words = f"{found.words} costs {range_words(found.costs)}."
        return {"Plans": found.rows, "Changes": found.changes, "Cost": cost}, words

    return run_study("force", f"what insisting on {project} costs", wish, reporter, work)


COST_COLUMNS = ["decision", "costs", "at least", "at most", "verdict"]


def range_words(difference: Difference) -> str:
    """'65.0 million USD; proven: from 60.0 to 70.0 million USD', or that nothing is proven."""
    said = money(difference.found)
    if difference.verdict == "nothing":
        return "nothing"
    most = "an amount that no bound limits" if difference.most == float("inf") else money(difference.most)
    if difference.verdict == "proven":
        return f"{said}; proven: from {money(difference.least)} to {most}"
    return f"{said}; not proven: it may be nothing and is at most {most}"


class Reading:
    """The case as it stands in the workbooks, and under the scenario asked for."""

    def __init__(self, wish: Wish, reporter: Reporter) -> None:
        """Read the workbooks and tell what they say. Raises CaseError."""
        self.base = read_told(wish.path, reporter, wish.options.constraint_files)
        self.case = scenario_cases(self.base, [wish.scenario])[0] if wish.scenario else self.base


def run_study(
    name: str,
    title: str,
    wish: Wish,
    reporter: Reporter,
    work: Callable[[Case, Planner], tuple[Tables, str]],
    read: Reading | None = None,
) -> int:
    """Read, plan what is not kept, leave the folder, drop what was kept. An interruption says how to go on."""
    case = (read or Reading(wish, reporter)).case
    kept = KeptAnswers(wish.outputs)

    def planner(variants: Sequence[Variant]) -> dict[str, Answer]:
        return plan_variants(variants, wish.options, kept, reporter.note, wish.stop_asked, cluster, beginning)

    cluster, beginning = SharedCluster(), Beginning()
    try:
        with cluster:
            tables, words = work(case, planner)
    except ValueError as error:
        raise RunError(str(error)) from None
    except KeyboardInterrupt as stop:
        if kept.any:
            stop.add_note("What was planned is kept: the same command goes on from there.")
        raise
    final = leave_study(name, case, wish.path, wish.options, wish.outputs, tables, title)
    kept.drop()
    if words:
        reporter.note(words)
    reporter.note(f"Study folder: {shown_path(final)}")
    return 0
