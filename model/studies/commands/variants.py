"""The work of studies that plan many variants of a case: frontier, stress, force."""

from __future__ import annotations

import pandas as pd

from model.case.scenarios.apply import scenario_names
from model.studies.commands.study_task import Tables, Task
from model.studies.console.words import money
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.force import insist
from model.studies.variants.frontier import POINTS, frontier
from model.studies.variants.ranges import Difference
from model.studies.variants.stress import stress

COST_COLUMNS = ["decision", "costs", "at least", "at most", "verdict"]


def work_frontier(task: Task) -> tuple[Tables, str]:
    """Plan the case with budgets from nothing to what it spends freely."""
    table = frontier(task.case, task.planner, task.asked["points"] or POINTS)
    task.reporter.table("Money for what is chosen, and what it saves [million USD]", table.drop(columns=["opens"]))
    return {"Frontier": table}, ""


def work_stress(task: Task) -> tuple[Tables, str]:
    """Hold the plan of the scenario in every scenario of the case."""
    others = [name for name in scenario_names(task.base) if name != task.case.scenario]
    cases = [task.case, *scenario_cases(task.base, others)]
    table = stress(task.case, cases, task.planner, task.asked["before"])
    hidden = ["plan", "regret at least", "regret at most", "own lower bound", "own unserved"]
    task.reporter.table("The plan held in every scenario [million USD, kt]", table.drop(columns=hidden))
    return {"Stress": table}, ""


def work_force(task: Task) -> tuple[Tables, str]:
    """Plan with a project in, in a year, or out, and without that."""
    found = insist(task.case, task.asked["project"], task.asked["decision"], task.planner)
    task.reporter.table("Free and insisted [million USD, kt]", found.rows)
    if len(found.changes):
        task.reporter.table("What opens otherwise", found.changes)
    cost = pd.DataFrame([(found.words, *vars(found.costs).values(), found.costs.verdict)], columns=COST_COLUMNS)
    words = f"{found.words} costs {range_words(found.costs)}."
    return {"Plans": found.rows, "Changes": found.changes, "Cost": cost}, words


def range_words(difference: Difference) -> str:
    """'65.0 million USD; proven: from 60.0 to 70.0 million USD', or that nothing is proven."""
    said = money(difference.found)
    if difference.verdict == "nothing":
        return "nothing"
    most = "an amount that no bound limits" if difference.most == float("inf") else money(difference.most)
    if difference.verdict == "proven":
        return f"{said}; proven: from {money(difference.least)} to {most}"
    return f"{said}; not proven: it may be nothing and is at most {most}"
