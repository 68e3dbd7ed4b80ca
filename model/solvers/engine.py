"""The solve: chooses the method, and turns the end of the search into a typed outcome."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from model.formulation.formulation import Formulation
from model.solvers.arcs.direct import is_small, solve_direct
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.ended import ended_words
from model.solvers.core.options import FilledOptions
from model.solvers.core.outcome import Outcome, Status, relative_gap
from model.solvers.core.progress import Progress
from model.solvers.core.start import Proven, Start
from model.solvers.lp.checkpoint_writer import CheckpointWriter
from model.solvers.lp.form import decomposes
from model.solvers.lp.root import gap_asked, raise_bound
from model.solvers.lp.starting import is_of, with_plan
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem, Search, Solution
from model.solvers.sequence import solve_decomposed, solve_in_steps


def solve(
    formulation: Formulation, options: FilledOptions, progress: Progress, checkpointing: Checkpointing | None = None
) -> tuple[Outcome, Solution | None]:
    """Solve a formulation; the solution is None when the outcome has no plan. Raises CheckpointError."""
    return solve_prepared(prepared(formulation, options, progress), checkpointing)


def prepared(formulation: Formulation, options: FilledOptions, progress: Progress) -> Problem:
    """The compiled problem; kept by those who ask `what_if` after the solve."""
    begun = time.monotonic()
    problem = Problem.prepare(formulation, options, progress)
    progress.count("compile", time.monotonic() - begun)
    return problem


def solve_prepared(
    problem: Problem,
    checkpointing: Checkpointing | None = None,
    start: Start | None = None,
    proven: Proven | None = None,
) -> tuple[Outcome, Solution | None]:
    """Solve a compiled problem; the solution is None when the outcome has no plan.

    With `start` the search begins with what another run found out, with `proven` it ends with what that run proved.
    Raises CheckpointError when the checkpoint to be continued belongs to something else.
    """
    search = Search()
    if checkpointing is not None:
        search.watcher = CheckpointWriter(checkpointing, problem)
    _run(problem, search, start, proven)
    raise_bound(problem, search, problem.options.known_bound)
    of_best(problem, search)
    if search.best is not None:  # from here on a stop that is asked for costs no plan
        problem.progress.tell("tables", "writing the plan down", record=False)
    if search.watcher is not None:
        search.watcher.end()
    return _outcome(problem, search), search.best


def _run(problem: Problem, search: Search, start: Start | None, proven: Proven | None) -> None:
    """Run the method asked for, or the one that fits."""
    method = problem.options.method
    apart = decomposes(problem.compiled)
    if not apart:
        words = "some constraint ties operations blocks together: one MIP over all of them"
        problem.progress.tell("method", words)
    small = method == "auto" and len(problem.compiled.blocks) == 1 and is_small(problem)
    if method == "direct" or not apart or small:
        solve_direct(problem, search)
    elif method == "decomposed":
        solve_decomposed(problem, search)
    else:
        solve_in_steps(problem, search, start, proven)


def of_best(problem: Problem, search: Search) -> None:
    """Let the start name the best plan where a method after the proof found it.

    What was settled was told of the other plan then, and is not told of this one.
    """
    if search.best is None or search.start is None:
        return
    columns = Decisions.of(problem).columns
    decided = search.best.values[columns]
    if not is_of(problem, search.start, columns, decided):
        search.start, search.settled = with_plan(problem, search.start, columns, decided), ()


def _outcome(problem: Problem, search: Search) -> Outcome:
    progress = problem.progress
    bound = search.bound if np.isfinite(search.bound) else None
    statistics: dict[str, Any] = {
        "rows": problem.compiled.row_count,
        "columns": problem.compiled.column_count,
        "whole-number columns": len(problem.compiled.integer),
        "routes": len(problem.formulation.routes),
        "seconds by stage": dict(progress.seconds),
    }
    stopped = progress.must_stop or search.cut or bool(search.failure)
    if search.best is None:
        status, message = _without_plan(search)
        objective = gap = None
    else:
        objective = search.best.objective
        if bound is not None and objective < bound - 1e-6 * max(1.0, abs(objective)):
            progress.tell("bound", f"bound {bound:,.4f} above a plan of {objective:,.4f}: the bound is not used")
            bound = None  # one of the two is wrong, and the plan is evaluated exactly
        gap = None if bound is None else relative_gap(objective, bound)
        asked = gap_asked(problem, search)
        proven = gap is not None and gap <= asked + 1e-12
        status = Status.OPTIMAL if proven else Status.FEASIBLE
        message = _in_words(status, gap, asked, stopped=stopped)
    method = ", ".join(search.steps) or "nothing"
    settled = {each.project: each for each in search.settled}
    told = (progress.elapsed, method, message, statistics, tuple(progress.events), search.worth, search.at_stake)
    early = stopped and status in (Status.FEASIBLE, Status.NO_PLAN)
    ended = ended_words(problem.options, progress, search.failure) if early else ""
    return Outcome(status, objective, bound, gap, *told, settled=settled, start=search.start, ended=ended)


def _without_plan(search: Search) -> tuple[Status, str]:
    if search.infeasible:
        return Status.INFEASIBLE, "No plan can keep all constraints at once."
    if search.unbounded:
        return Status.UNBOUNDED, "The data let the cost fall without end: look for negative costs or prices."
    return Status.NO_PLAN, "No plan was found in the time given."


def _in_words(status: Status, gap: float | None, asked: float, *, stopped: bool) -> str:
    share = "unknown" if gap is None else f"{100 * gap:.3f} %"
    if status is Status.OPTIMAL:
        return f"Proven to be within {share} of the best possible plan."
    reason = "the search was stopped" if stopped else "the search could not prove more"
    most = f"it may cost up to {share} more than the best possible one ({100 * asked:.3f} % asked)"
    return f"A valid plan; {reason}: {most}."
