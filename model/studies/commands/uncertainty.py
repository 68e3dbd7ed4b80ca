"""The commands of the studies of what is not known: uncertainty, experiments, foresight."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.case.case import Case
from model.studies.commands.variants import COST_COLUMNS, Reading, Tables, Wish, range_words, run_study
from model.studies.console.reporters import Reporter
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
)
from model.studies.variants.force import opening_changes
from model.studies.variants.planning import Planner

TOLD = ["project", "decision", "opens", "capital", "built in share of futures", "deciding otherwise costs", "verdict"]


def study_uncertainty(
    wish: Wish,
    reporter: Reporter,
    before: int,
    draws: int | None = None,
    aim: str | None = None,
    tail: float | None = None,
    plans: int | None = None,
) -> int:
    """Say what to decide now, keep open or leave, over all futures; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        given = {} if tail is None else {"tail": tail}
        measure = Measure(Aim(aim or Aim.EXPECTED), **given)
        futures = futures_of(case, draws, wish.options.filled(case).seed)
        reporter.note(f"Futures: {futures.words}. What begins before {before} is the same in all of them.")
        found = plan_in_two_stages(futures, before, planner, measure, plans, tell=reporter.note)
        tables = uncertainty_tables(found)
        table = tables["Decisions"]
        reporter.table("What to decide now [million USD]", table.loc[table["decision"].isin([NOW, OPEN]), TOLD])
        reporter.table("What it costs, and what knowing more is worth [million USD]", tables["Measures"])
        return tables, summary(found)

    title = f"what to decide before {before}"
    return run_study("uncertainty", title, wish, reporter, work, Reading(wish, reporter))


def study_experiments(wish: Wish, reporter: Reporter, draws: int | None = None, before: int | None = None) -> int:
    """Leave a tidy table of futures, policies and outcomes; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        futures = futures_of(case, draws, wish.options.filled(case).seed)
        reporter.note(f"Futures: {futures.words}.")
        table, columns = experiments(futures, planner, before)
        mean = table.groupby("policy", sort=False)[["cost", "regret", "spent", "unserved"]].mean()
        reporter.table("Mean over all futures [million USD, kt]", mean.reset_index())
        return {"Experiments": table, "Columns": columns}, ""

    return run_study("experiments", "futures, policies and outcomes", wish, reporter, work)


def study_foresight(wish: Wish, reporter: Reporter, look_ahead: int | None = None, every: int | None = None) -> int:
    """Plan look by look and at once, and say what seeing less costs; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        found = foresight(case, planner, look_ahead or LOOK_AHEAD, every or EVERY)
        plans, changes = foresight_table(found), opening_changes(found.full, found.rolling)
        reporter.table("Looks", found.looks)
        reporter.table("Look by look, and all years seen [million USD, kt]", plans)
        costs = pd.DataFrame([(*vars(found.costs).values(), found.costs.verdict)], columns=COST_COLUMNS[1:])
        words = f"Seeing {look_ahead or LOOK_AHEAD} years at a time costs {range_words(found.costs)}."
        return {"Looks": found.looks, "Plans": plans, "Changes": changes, "Cost": costs}, words

    return run_study("foresight", "look by look against full foresight", wish, reporter, work)


def futures_of(case: Case, draws: int | None, seed: int) -> Futures:
    """Futures drawn, or the named ones. Raises ValueError and CaseError."""
    return named_futures(case) if draws is None else drawn_futures(case, draws, seed)


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
    plan, search = found.plan, found.search
    lines = [f"Decide now: {commitment_words(plan.commitment)}."]
    gap, worth = search.gap, found.worth
    share = f", {100 * gap / worth:.1f} % of what the plan is worth" if worth > 0 else ""
    lines.append(
        f"Another decision could save {money(gap)} at most{share}; {len(found.futures.every)} futures,"
        f" {search.worlds.planned} plans."
    )
    return "\n".join(lines)
