"""Plans of a study on a cluster of others end once nobody waits for them."""

from __future__ import annotations

import threading
import time

import pytest

from model.case.case import Case
from model.plan.plan import Plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event, Listener
from model.solvers.parallel.cluster import submit
from model.studies.variants import planning
from model.studies.variants.answers import Answer
from model.studies.variants.planning import Variant, plan_alone
from tests.minis import two_node_case
from tests.studies.stand_ins import make_plan_of
from tests.studies.variants.of_minis import EXACT

PATIENCE = 30.0


def test_a_plan_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when the planner has gone, whether by Ctrl-C or with its computer, the search of a study on a worker is
    interrupted at its next sign of life, and the worker takes the next task.
    If it were ignored: workers of a shared cluster would search on to the time limit, for nobody."""
    from distributed import Client, LocalCluster

    begun, ended = threading.Event(), threading.Event()

    def searching(case: Case, options: SolveOptions, *, listener: Listener | None = None, **_: object) -> Plan:
        if begun.is_set():
            return make_plan_of(case)
        begun.set()
        until = time.monotonic() + PATIENCE
        try:
            while listener is not None and time.monotonic() < until:
                listener(Event("master", "searching", 1.0, 2.0, 3.0, 0.5))
                time.sleep(0.02)
        except KeyboardInterrupt:
            ended.set()
            raise
        return make_plan_of(case)

    monkeypatch.setattr(planning, "make_plan", searching)
    monkeypatch.setattr(planning, "answer_of", lambda plan, look: Answer(plan.outcome.status, "planned"))
    variant = Variant("one", "one", two_node_case())
    with LocalCluster(1, processes=False, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        with Client(made) as client:
            future = submit(client, plan_alone, variant, EXACT, {})
            assert begun.wait(PATIENCE)
            del future
            assert ended.wait(PATIENCE / 2)
        with Client(made) as client:
            assert submit(client, plan_alone, variant, EXACT, {}).result(timeout=PATIENCE).message == "planned"
