"""Thin driver of HiGHS: runs with a sign of life, stops cleanly, says how it ended.

Models go straight to highspy and not through a Pyomo solver plug-in: plug-ins lose the incumbent at a time limit or
Ctrl-C, swallow what callbacks print, and build the model anew for every column added.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.options import FilledOptions
from model.solvers.core.progress import Interrupted, Progress

Status = highspy.HighsModelStatus
TICK_SECONDS = 0.2
LEAST_SECONDS = 0.01  # of a run
MOMENT = 2_000  # columns of an LP that is solved in a moment
REPORT_SECONDS = 1.0
GAVE_UP = (Status.kUnknown, Status.kSolveError, Status.kNotset)
DUAL, PRIMAL = 1, 4  # strategies of the simplex
LITTLE = 0.01  # new columns per row up to which the primal simplex is the quicker way on
MOST_ITERATIONS = 2_147_483_647  # of the simplex, as HiGHS has it by itself
LEAST_PATIENCE = 5_000  # iterations from a basis, at least, before an LP is solved afresh
HIDDEN = 1e-7  # relative; a difference of cost that is not rounding


class SolverError(RuntimeError):
    """HiGHS refused an option or a model; the message is its own word."""


class _Silent(highspy.Highs):
    """HiGHS without its banner: the first object of a process prints it before an option can be set from outside."""

    def enableCallbacks(self) -> None:
        """Called by the constructor, and what prints the banner."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def new_solver(options: FilledOptions, **more: Any) -> highspy.Highs:
    """A silent HiGHS with seed and threads set. Raises SolverError when HiGHS does not know an option."""
    agree_on_threads(options.threads)
    solver = _Silent()
    wanted: dict[str, Any] = {
        "output_flag": False,
        "random_seed": options.seed % 2_147_483_647,
        "threads": options.threads,
        **more,
    }
    for name, value in wanted.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS does not take option {name} = {value}")
    return solver


_threads_in_use: list[int] = []


def agree_on_threads(threads: int) -> None:
    """HiGHS keeps one pool of threads a process and refuses to run with another number: start it anew on a change."""
    if _threads_in_use and _threads_in_use != [threads]:
        highspy.Highs.resetGlobalScheduler(True)
    _threads_in_use[:] = [threads]


@dataclass(frozen=True)
class MipResult:
    """End of a MIP run: model status, best values (None without a plan), its cost and the proven bound."""

    status: Status
    values: FloatArray | None
    objective: float | None
    bound: float


def run_lp(solver: highspy.Highs, progress: Progress) -> Status:
    """Solve the LP; a basis that HiGHS cannot finish from is dropped and the LP solved afresh once.

    Raises Interrupted when time is up or a stop is asked before the end.
    """
    begun = time.monotonic()
    try:
        return solve_lp(solver, progress)
    finally:
        progress.count("LP", time.monotonic() - begun)


def grown_little(solver: highspy.Highs, added: int) -> bool:
    """Whether so few columns have joined since the LP was solved that `primal` is the quicker way on."""
    return added <= LITTLE * solver.getNumRow()


def solve_lp(solver: highspy.Highs, progress: Progress, *, primal: bool = False, patience: int | None = None) -> Status:
    """The same without counting the time, safe in a thread of its own; `primal` begins with the primal simplex.

    That is quicker from a basis that is still feasible: where a few columns have joined, and nothing else has changed.
    From some bases the simplex goes round in circles for minutes. After `patience` iterations (one for each row, and at
    least LEAST_PATIENCE) it begins afresh, and then takes as many as it needs. Where the caller has set a limit of
    iterations it ends there, whatever the patience.
    """
    limited = solver.getOptionValue("simplex_iteration_limit")[1] != MOST_ITERATIONS
    impatient = not limited and solver.getBasis().valid
    most = max(LEAST_PATIENCE, solver.getNumRow()) if patience is None else patience
    try:
        solver.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL)
        if impatient:
            solver.setOptionValue("simplex_iteration_limit", most)
        status = _run_until_stop(solver, progress)
    finally:
        solver.setOptionValue("simplex_strategy", DUAL)
        if impatient:
            solver.setOptionValue("simplex_iteration_limit", MOST_ITERATIONS)
    if status in GAVE_UP or (impatient and status == Status.kIterationLimit):
        solver.clearSolver()
        status = _run_until_stop(solver, progress)
    return status


def _run_until_stop(solver: highspy.Highs, progress: Progress) -> Status:
    """One run of an LP. Raises Interrupted.

    In the main thread, which alone hears Ctrl-C, HiGHS works in a thread beside it, unless the LP is done in a moment.
    """
    if progress.must_stop:
        raise Interrupted
    limit_time(solver, progress.time_left)
    if solver.getNumCol() > MOMENT and threading.current_thread() is threading.main_thread():
        beside(solver.run, lambda: _halt_all([solver], progress))
    else:
        solver.run()
    status = solver.getModelStatus()
    if status in (Status.kTimeLimit, Status.kInterrupt):
        raise Interrupted
    return status


def limit_time(solver: highspy.Highs, seconds: float) -> None:
    """Let the next run take so many seconds; HiGHS counts the run time of all runs of one model together."""
    solver.setOptionValue("time_limit", solver.getRunTime() + max(seconds, LEAST_SECONDS))


def _halt_all(solvers: Iterable[highspy.Highs], progress: Progress) -> None:
    """Ctrl-C was heard: HiGHS looks at its limit of time at every iteration, also at one set while it works."""
    progress.ask_stop()
    halt(solvers)


def halt(solvers: Iterable[highspy.Highs]) -> None:
    """End runs that go on in other threads."""
    for solver in solvers:
        solver.setOptionValue("time_limit", 0.0)


def beside(work: Callable[[], object], on_stop: Callable[[], None], tick: Callable[[], None] | None = None) -> None:
    """Do some work in a thread, so that the main thread hears Ctrl-C; `tick` is called now and then meanwhile.

    After `on_stop` the work is waited for: what it holds still counts.
    """
    failure: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # handed on to the caller's thread
            failure.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    while worker.is_alive():
        try:
            worker.join(TICK_SECONDS)
            if tick is not None:
                tick()
        except KeyboardInterrupt:
            on_stop()
    if failure:
        raise failure[0]


def run_alone(solver: highspy.Highs) -> Status:
    """Run a model that belongs to no search, however long it takes. Raises KeyboardInterrupt on Ctrl-C."""
    stopped: list[bool] = []

    def on_stop() -> None:
        stopped.append(True)
        halt([solver])

    limit_time(solver, float("inf"))
    beside(solver.run, on_stop)
    if stopped:
        raise KeyboardInterrupt
    return solver.getModelStatus()


def hear_stop(solver: highspy.Highs, progress: Progress) -> None:
    """Let a MIP end when time is up or a stop is asked; for one that runs in a thread, where `run_mip` does not fit."""

    def on_interrupt(event: Any) -> None:
        if progress.must_stop:
            event.data_in.user_interrupt = True

    solver.setOptionValue("output_flag", True)  # output_flag off would silence the callbacks too
    solver.setOptionValue("log_to_console", False)
    solver.cbMipInterrupt += on_interrupt


def run_mip(
    solver: highspy.Highs,
    progress: Progress,
    stage: str,
    *,
    trust_bound: bool,
    seconds: float | None = None,
    enough: float = float("inf"),
) -> MipResult:
    """Run branch and bound in a thread; report, and stop at the time limit or on Ctrl-C with what was found.

    With `trust_bound` the run's bound is a bound of the whole problem and is told as such; `seconds` is a limit for
    this run alone; the run ends when its bound is `enough`.
    """
    begun = time.monotonic()
    state: dict[str, float] = {}

    def on_log(event: Any) -> None:
        state["bound"] = float(event.data_out.mip_dual_bound)
        state["best"] = float(event.data_out.mip_primal_bound)

    def on_interrupt(event: Any) -> None:
        if progress.must_stop or float(event.data_out.mip_dual_bound) >= enough:
            event.data_in.user_interrupt = True

    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("output_flag", True)  # output_flag off would silence the callbacks too
    limit_time(solver, progress.time_left if seconds is None else min(seconds, progress.time_left))
    solver.cbMipLogging += on_log
    solver.cbMipInterrupt += on_interrupt
    try:
        _run_in_thread(solver, progress, stage, state, trust_bound=trust_bound)
        if _hides_its_plan(solver) and not progress.must_stop:
            solver.clearSolver()  # and with it the start
            limit_time(solver, progress.time_left if seconds is None else min(seconds, progress.time_left))
            _run_in_thread(solver, progress, stage, state, trust_bound=trust_bound)
    finally:
        solver.cbMipLogging -= on_log
        solver.cbMipInterrupt -= on_interrupt
        solver.setOptionValue("output_flag", False)
    progress.count("MIP", time.monotonic() - begun)
    return _mip_result(solver)


def _mip_result(solver: highspy.Highs) -> MipResult:
    """What the run ended with; the cost is that of the values."""
    info, status = solver.getInfo(), solver.getModelStatus()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return MipResult(status, None, None, float(info.mip_dual_bound))
    values, lp = np.array(solver.getSolution().col_value), solver.getLp()
    return MipResult(status, values, float(np.array(lp.col_cost_) @ values) + lp.offset_, float(info.mip_dual_bound))


def _hides_its_plan(solver: highspy.Highs) -> bool:
    """Whether the values cost more than the run says: HiGHS 1.16 may hand back the start in place of a better plan."""
    told, held = float(solver.getInfo().objective_function_value), _mip_result(solver).objective
    return held is not None and held - told > HIDDEN * max(1.0, abs(told))


def _run_in_thread(
    solver: highspy.Highs, progress: Progress, stage: str, state: dict[str, float], *, trust_bound: bool
) -> None:
    """HiGHS works in a thread of its own so that the main thread can report and hear Ctrl-C."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            _report(progress, stage, state, trust_bound=trust_bound)

    def on_stop() -> None:
        _halt_all([solver], progress)
        progress.tell(stage, "stop asked: finishing the current step")

    beside(solver.run, on_stop, tick)


def _report(progress: Progress, stage: str, state: dict[str, float], *, trust_bound: bool) -> None:
    bound, best = state.get("bound"), state.get("best")
    if trust_bound and bound is not None and np.isfinite(bound):
        progress.raise_bound(bound)
    words = "searching plans"
    if best is not None and np.isfinite(best) and abs(best) < 1e29:
        words = f"best plan of this step {best:,.2f} million USD"
    progress.tell(stage, words, record=False)
