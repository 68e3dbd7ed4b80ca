"""Operations blocks in several processes: the same search, whatever their number and whatever happens to one."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

import psutil

from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.benders.remote_blocks import pays
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event, Progress
from model.solvers.engine import solve
from tests.solvers.helpers import lumpy_case, prepared

CASE = lumpy_case(3, periods=4)


def searched(workers: int, listener: Any = None) -> tuple[list[Any], Any, Any]:
    """What a search told and where it ended: (stage, words, bound, best plan) of its events, outcome, flows."""
    told: list[Event] = []

    def listen(event: Event) -> None:
        told.append(event)
        if listener is not None:
            listener(event)

    options = SolveOptions(method="decomposed", gap=1e-9, time_limit=120.0, workers=workers).filled(CASE)
    formulation = build(CASE, build_graph(CASE), RoutePool())
    outcome, solution = solve(formulation, options, Progress(120.0, listen))
    steps = [(event.stage, event.words, event.bound, event.incumbent) for event in told if event.stage != "method"]
    return [step for step in steps if "searching" not in step[1] and "of this step" not in step[1]], outcome, solution


def test_the_search_does_not_depend_on_processes_or_their_loss() -> None:
    """Proves: with the blocks in this process, and in three of which one is killed with `kill -9` in the middle of the
    search, every step of the search is the same to the last bit: words, bounds, plans, and the flows at the end.

    If it were ignored: two runs of a case could end in two plans, and a process lost would cost the run or, worse,
    leave blocks that answer from another state.
    """
    killed: list[int] = []
    noted: list[str] = []

    def kill(event: Event) -> None:
        if event.stage == "method":
            noted.append(event.words)
        if event.stage == "cuts" and not killed:
            workers = [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]
            killed.append(workers[-1].pid)
            os.kill(killed[0], signal.SIGKILL)

    here, outcome, solution = searched(1)
    there, other_outcome, other_solution = searched(3, kill)
    assert len(killed) == 1
    assert noted == [
        "operations blocks in 3 worker processes", "a worker process was lost: its operations blocks are built again",
    ]  # fmt: skip
    assert there == here
    assert (other_outcome.objective, other_outcome.bound) == (outcome.objective, outcome.bound)
    assert other_solution.flows == solution.flows
    assert "blocks in worker processes" in other_outcome.statistics["seconds by stage"]


def test_blocks_stay_here_unless_asked() -> None:
    """Proves: blocks leave this process only when several workers or a cluster are asked for.

    If it were ignored: a case of a second would wait for processes to start, and a script without a main guard would
    start itself again.
    """
    problem = prepared(CASE)
    assert not pays(problem)
    assert not pays(replace(problem, options=replace(problem.options, workers=1)))
    assert pays(replace(problem, options=replace(problem.options, workers=2)))
    assert pays(replace(problem, options=replace(problem.options, cluster="tcp://127.0.0.1:8786")))
