"""The model over a plan's routes, left in a file beside the run folder once the plan is verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from model.case.case import Case
from model.plan.export import export_model
from model.plan.plan import Plan
from model.plan.planner import Questions, make_plan
from model.solvers.core.highs import SolverError
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event, Listener
from model.solvers.problem import Problem, Solution


def plan_and_export(
    case: Case, options: SolveOptions, listener: Listener | None, *, path: Path, questions: Questions | None
) -> Plan:
    """Plan a case and leave the model over the plan's routes in `path`; without a plan, say that there is none."""
    plan = make_plan(case, options, listener, partial(write_then_ask, path=path, questions=questions))
    if not plan.verified and listener is not None:
        words = f"there is no plan: no model was written to {path}"
        listener(Event("stopped", words, plan.outcome.seconds, None, None, None))
    return plan


def write_then_ask(
    problem: Problem, solution: Solution, *, path: Path, questions: Questions | None
) -> Mapping[str, pd.DataFrame]:
    """Write the model of a solved problem to `path`, then ask the questions, if there are any."""
    try:
        export_model(problem, solution, path)
        words = f"the model over the plan's routes is in {path}"
    except (OSError, SolverError) as error:  # an extra: its failure must not cost the run
        words = f"the model could not be written to {path}: {getattr(error, 'strerror', None) or error}"
    problem.progress.tell("export", words)
    return {} if questions is None else questions(problem, solution)
