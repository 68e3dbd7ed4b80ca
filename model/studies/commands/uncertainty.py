"""The work of the studies of what is not known: uncertainty, experiments, foresight."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.studies.commands.study_task import Tables, Task
from model.studies.commands.variants import COST_COLUMNS, range_words
from model.studies.console.words import money
from model.studies.uncertainty.decisions import COLUMNS, NOW, OPEN, decision_table
from model.studies.uncertainty.draws import Futures, drawn_futures, named_futures
from model.studies.uncertainty.experiments import OWN, experiments, experiments_table
from model.studies.uncertainty.foresight import EVERY, LOOK_AHEAD, foresight, foresight_table
from model.studies.uncertainty.risk import Aim, Measure
from model.studies.uncertainty.stages import commitment_words
from model.studies.uncertainty.uncertainty import (
    TwoStage,
    futures_table,
    measures_table,
    plan_in_two_stages,
    plans_table,
    ranked,
    regret_table,
    share_words,
)
from model.studies.variants.force import opening_changes

TOLD = ["project", "decision", "opens", "capital", "built in share of futures", "deciding otherwise costs", "verdict"]


def work_uncertainty(task: Task) -> tuple[Tables, str]:
    """Say what to decide now, keep open or leave, over all futures."""
    asked, before = task.asked, task.asked["before"]
    given = {} if asked["tail"] is None else {"tail": asked["tail"]}
    measure = Measure(Aim(asked["aim"] or Aim.EXPECTED), **given)
    futures = _futures(task)
    task.reporter.note(f"Futures: {futures.words}. What begins before {before} is the same in all of them.")
    found = plan_in_two_stages(futures, before, task.planner, measure, asked["plans"], tell=task.reporter.note)
    tables = uncertainty_tables(found)
    table = tables["Decisions"]
    task.reporter.table("What to decide now [million USD]", table.loc[table["decision"].isin([NOW, OPEN]), TOLD])
    task.reporter.table("What it costs, and what knowing more is worth [million USD]", tables["Measures"])
    return tables, summary(found)


def work_experiments(task: Task) -> tuple[Tables, str]:
    """A tidy table of futures, policies and outcomes."""
    futures = _futures(task)
    task.reporter.note(f"Futures: {futures.words}.")
    table, columns = experiments(futures, task.planner, task.asked["before"])
    mean = table.groupby("policy", sort=False)[["cost", "regret", "spent", "unserved"]].mean()
    task.reporter.table("Mean over all futures [million USD, kt]", mean.reset_index())
    return {"Experiments": table, "Columns": columns}, ""


def work_foresight(task: Task) -> tuple[Tables, str]:
    """Plan look by look and at once, and say what seeing less costs."""
    look_ahead = task.asked["look_ahead"] or LOOK_AHEAD
    found = foresight(task.case, task.planner, look_ahead, task.asked["every"] or EVERY)
    plans, changes = foresight_table(found), opening_changes(found.full, found.rolling)
    task.reporter.table("Looks", found.looks)
    task.reporter.table("Look by look, and all years seen [million USD, kt]", plans)
    costs = pd.DataFrame([(*vars(found.costs).values(), found.costs.verdict)], columns=COST_COLUMNS[1:])
    words = f"Seeing {look_ahead} years at a time costs {range_words(found.costs)}."
    return {"Looks": found.looks, "Plans": plans, "Changes": changes, "Cost": costs}, words


def _futures(task: Task) -> Futures:
    """Drawn around the scenario asked for; or the named ones, of which that scenario is the expected future."""
    if task.asked["draws"] is None:
        return named_futures(task.base, task.case)
    return drawn_futures(task.case, task.asked["draws"], task.options.filled(task.case).seed)


def uncertainty_tables(found: TwoStage) -> Mapping[str, pd.DataFrame]:
    """All tables of the study, by sheet; amounts that nothing limits are left blank."""
    tables = {
        "Decisions": decision_table(found)[COLUMNS],
        "Measures": measures_table(found),
        "Plans": plans_table(found),
        "Regret": regret_table(found),
        "Futures": futures_table(found),
    }
    policies = {name: tried.answers for name, tried in zip(tables["Plans"]["plan"], ranked(found), strict=True)}
    own = {OWN: found.search.worlds.free()}
    tables["Experiments"], tables["Columns"] = experiments_table(found.futures.every, own | policies)
    return {name: table.replace([np.inf, -np.inf], np.nan) for name, table in tables.items()}


def summary(found: TwoStage) -> str:
    """What to sign, in a few lines."""
    search, said = found.search, ", ".join(filter(None, [f"{money(found.search.gap)} at most", share_words(found)]))
    return (
        f"Decide now: {commitment_words(found.plan.commitment)}.\n"
        f"Another decision could save {said}; {len(found.futures.every)} futures, {search.worlds.planned} plans."
    )
