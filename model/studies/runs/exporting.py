"""The model over a plan's routes, left in a file beside the run folder once the plan is verified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from model.plan.export import export_model
from model.plan.planner import Questions
from model.solvers.core.highs import SolverError
from model.solvers.problem import Problem, Solution


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
