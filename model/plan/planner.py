"""One case in, one verified plan out."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping

import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.case.pandas_text import kept_as_python_text
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.extract import Extraction
from model.plan.garbage import no_collection
from model.plan.plan import Plan, empty_tables
from model.plan.prices import breaches, price_limits, priced
from model.plan.tables import MINIMUM
from model.plan.verify.verifier import recounts_of, verify
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome, Status
from model.solvers.core.progress import Listener, Progress
from model.solvers.core.start import Start
from model.solvers.engine import prepared, solve_prepared
from model.solvers.problem import Known, Problem, Solution

DEFAULT_OPTIONS = SolveOptions()
MISSED_TOLERANCE = 1e-6
Questions = Callable[[Problem, Solution], Mapping[str, pd.DataFrame]]
"""What is asked of a solved problem once its plan is verified; the answers are tables that join the plan's."""


@kept_as_python_text
def make_plan(
    case: Case,
    options: SolveOptions = DEFAULT_OPTIONS,
    listener: Listener | None = None,
    questions: Questions | None = None,
) -> Plan:
    """Plan a case: build the graph and the model, solve, extract the tables, verify them, ask the questions.

    A plan that the verifier refuses gets the status FAILED and is never reported as solved. Raises PluginError for a
    broken constraint file or an unknown switch, CheckpointError when a run cannot be continued.
    """
    filled = options.filled(case)
    progress = Progress(filled.time_limit, listener)
    progress.tell("build", "building network and model")
    begun = time.monotonic()
    with no_collection():
        formulation = build(case, build_graph(case), RoutePool(), options.constraint_files)
        progress.count("build", time.monotonic() - begun)
        problem = prepared(formulation, filled, progress)
    outcome, solution = solve_prepared(problem, options.checkpointing, options.start, options.proven)
    missed = [] if solution is None else _missed(formulation, solution)
    if missed:
        problem, outcome, solution = _with_policies_kept(problem, missed, options.start)
    if solution is None:
        return Plan(case, outcome, empty_tables(), _no_checks(), formulation.families)
    plan = plan_of(problem, solution, outcome)
    tables = {**plan.tables, **_settled(outcome)}
    if questions is not None and bool(plan.checks["ok"].all()):
        begun = time.monotonic()
        progress.tell("questions", "what other decisions would cost")
        tables |= questions(problem, solution)
        outcome = _worth_of_tables(outcome, tables)
        progress.count("questions", time.monotonic() - begun)
    return dataclasses.replace(plan, outcome=_closing(outcome, plan.checks, progress), tables=tables)


def _worth_of_tables(outcome: Outcome, tables: Mapping[str, pd.DataFrame]) -> Outcome:
    """The outcome with the worth that the tables come to, where they hold the minimum.

    The search works the minimum out too, to its own tolerance: reports would tell two figures for one name.
    """
    least = tables.get(MINIMUM["costs"])
    if least is None or outcome.worth is None:
        return outcome
    return dataclasses.replace(outcome, worth=float(least["discounted"].sum() - tables["costs"]["discounted"].sum()))


def plan_of(problem: Problem, solution: Solution, outcome: Outcome) -> Plan:
    """A solution as a plan: its tables, what a little more of each limit would save, and the verifier's checks.

    The outcome is as given, whatever the verifier says.
    """
    begun, formulation, progress = time.monotonic(), problem.formulation, problem.progress
    case = formulation.case
    progress.tell("tables", "writing the plan down")
    tables = extract(formulation, solution)
    progress.tell("prices", "what a little more of each limit would save")
    tables |= priced(formulation, tables, price_limits(problem, solution))
    checks = verify(case, tables, outcome.objective, formulation.families, recounts_of(formulation.modules))
    progress.count("tables and checks", time.monotonic() - begun)
    return Plan(case, outcome, tables, checks, formulation.families)


def _settled(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Table of what the proof settles; none where it was not looked at."""
    rows = [
        {
            "project": each.project,
            "built": each.timing is not None,
            "settled": each.is_settled,
            "saving": each.saving,
            "year_settled": each.year_is_settled,
            "year_saving": each.timing,
            "not_before": each.earliest,
            "not_after": each.latest,
        }
        for each in outcome.settled.values()
    ]
    if not rows:
        return {}
    return {"settled": pd.DataFrame(rows).astype(dict.fromkeys(("year_saving", "not_before", "not_after"), float))}


def extract(formulation: Formulation, solution: Solution) -> dict[str, pd.DataFrame]:
    """Plan tables of a solution."""
    return Extraction(formulation, solution).tables()


def _missed(formulation: Formulation, solution: Solution) -> list[str]:
    """Limits that a plan misses and must not, in words."""
    values = Values(solution.variables, solution.values)
    short: dict[str, float] = {}
    limits = {one.words: 1.0 if math.isnan(one.limit) else max(1.0, abs(one.limit)) for one in formulation.missable}
    for one in formulation.missable:
        short[one.words] = short.get(one.words, 0.0) + values(one.variable)
    return [
        f"{words} (short by {amount:,.4g})"
        for words, amount in short.items()
        if amount > MISSED_TOLERANCE * limits[words]
    ]


def _with_policies_kept(
    problem: Problem, missed: list[str], start: Start | None = None
) -> tuple[Problem, Outcome, Solution | None]:
    """The same problem with policies that cannot be missed at any price, and the end of its search.

    Only that search tells whether nothing keeps them: what missing one is charged need not exceed what a whole project
    costs, or two policies at once.
    """
    words = "; ".join(missed[:5]) + (f"; and {len(missed) - 5} more" if len(missed) > 5 else "")
    progress = problem.progress
    progress.incumbent = None  # the plan found is none
    progress.tell("search", f"the best plan misses {missed[0]}: looking for plans that keep all policies")
    upper = problem.compiled.upper.copy()
    upper[breaches(problem)] = 0.0
    compiled = dataclasses.replace(problem.compiled, upper=upper)
    kept = dataclasses.replace(problem, compiled=compiled, known=Known())
    outcome, solution = solve_prepared(kept, None, start)
    if solution is None and outcome.status is Status.INFEASIBLE:
        outcome = dataclasses.replace(outcome, message=f"No plan can keep all policies: {words}.")
    elif solution is None:
        message = f"No plan that keeps all policies was found in the time given; the best one misses {words}."
        outcome = dataclasses.replace(outcome, message=message)
    return kept, outcome, solution


def _closing(outcome: Outcome, checks: pd.DataFrame, progress: Progress) -> Outcome:
    """Outcome after verification."""
    statistics = {**outcome.statistics, "seconds by stage": dict(progress.seconds)}
    refused = checks[~checks["ok"].astype(bool)]
    if refused.empty:
        return dataclasses.replace(outcome, statistics=statistics, seconds=progress.elapsed)
    words = "; ".join(f"{row.check}: {row.detail}" for row in records(refused))
    return dataclasses.replace(
        outcome,
        status=Status.FAILED,
        message=f"The verifier refused the plan: {words}",
        statistics=statistics,
        seconds=progress.elapsed,
    )


def _no_checks() -> pd.DataFrame:
    return pd.DataFrame(columns=["check", "detail", "worst", "tolerance", "unit", "ok"])
