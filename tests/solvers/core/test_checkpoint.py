"""Checkpoints: a search that was cut off goes on with what it had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.core.checkpoint import CheckpointError, load, read_identity, save
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import Method, SolveOptions
from model.solvers.core.outcome import Outcome, relative_gap
from model.solvers.core.progress import Listener, Progress
from model.solvers.engine import solve
from model.solvers.problem import Solution
from tests.solvers.helpers import lumpy_case, prepared

ROOT = Path(__file__).parents[3]


class CutOffError(Exception):
    """Stands for the end of the process."""


def kept(
    case: Case, method: Method, wish: Checkpointing, listener: Listener | None = None
) -> tuple[Outcome, Solution | None]:
    """Solve with checkpoints."""
    options = SolveOptions(method=method, gap=1e-9, time_limit=60.0).filled(case)
    return solve(build(case, build_graph(case), RoutePool()), options, Progress(60.0, listener), wish)


def work_until_killed(path: str) -> None:
    """What the process of the test with `kill -9` does: it works, and at some point it waits for the blow."""

    def listener(event) -> None:
        if event.stage == "near the best plan" or event.stage == "master":
            time.sleep(60)

    kept(lumpy_case(3, periods=4), "decomposed", Checkpointing(Path(path), {}, None, 0.0), listener)


@pytest.mark.parametrize("method", ["decomposed", "direct", "auto"])
def test_a_search_goes_on_with_cuts_columns_and_incumbent(tmp_path: Path, method: Method) -> None:
    """Proves: cut off at its first plan after the cuts began, a search that is resumed looks for no first routes again,
    has the plan before anything else and the bound of the root LP after one look at all routes, and ends at the same
    optimum as one that was never cut off.

    Bound and plan are those of then because they are worked out anew from the same routes and duals, not because the
    file says so: what the file says of them is not believed.

    If it were ignored: a night's work would begin anew, or go on from a bound that is no bound.
    """
    case = lumpy_case(3, periods=4)
    whole, _ = kept(case, method, Checkpointing(tmp_path / "unused.npz", {}))
    wish = Checkpointing(tmp_path / "run.npz", {"run": "first"}, None, 0.0)
    seen = []

    def stop(event):
        seen.append(event)
        found = event.incumbent is not None and event.bound is not None
        if found and event.stage in ("plan", "tree", "cuts") and wish.path.exists():
            raise CutOffError

    with pytest.raises(CutOffError):
        kept(case, method, wish, stop)
    state = load(wish.path, prepared(case).compiled)
    assert state.root_done
    again = []
    outcome, solution = kept(case, method, Checkpointing(tmp_path / "next.npz", {}, wish.path), again.append)
    assert "resumed" in [event.stage for event in again]
    assert not [event for event in again if "first routes" in event.words]
    assert len([event for event in again if event.stage == "root LP"]) <= 2
    first = next(event for event in again if event.bound is not None)
    assert first.bound <= whole.objective + 1e-6
    if state.plan is not None:
        assert next(event.incumbent for event in again if event.incumbent is not None) == pytest.approx(state.objective)
    assert outcome.objective == pytest.approx(whole.objective, rel=1e-9)
    assert solution is not None


def test_after_kill_9_the_gap_is_no_worse_than_it_was(tmp_path: Path) -> None:
    """Proves: a process killed without warning leaves a whole checkpoint, and what goes on from it has at once a plan
    and a bound at least as good.

    If it were ignored: a file written half would look like a checkpoint.
    """
    path = tmp_path / "run.npz"
    words = f"from tests.solvers.core.test_checkpoint import work_until_killed; work_until_killed({str(path)!r})"
    process = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT)
    case = lumpy_case(3, periods=4)
    compiled = prepared(case).compiled
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end and not (path.exists() and load(path, compiled).plan is not None):
            time.sleep(0.2)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    state = load(path, compiled)
    assert state.plan is not None
    assert len(state.proofs) > 0
    outcome, _ = kept(case, "decomposed", Checkpointing(tmp_path / "next.npz", {}, path))
    assert outcome.objective <= state.objective + 1e-9
    assert outcome.bound >= state.bound - 1e-6
    assert outcome.gap <= relative_gap(state.objective, state.bound) + 1e-9


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    """Proves: what is written is what is read: routes, basis, cuts, plan, bound, also when there is no plan or cut yet.

    If it were ignored: a cut read wrongly would make a wrong bound, without any sign.
    """
    case = lumpy_case(2)
    wish = Checkpointing(tmp_path / "run.npz", {"run": "a", "inputs": []}, None, 0.0)
    kept(case, "decomposed", wish)
    compiled = prepared(case).compiled
    state = load(wish.path, compiled)
    save(state, tmp_path / "copy.npz")
    copy = load(tmp_path / "copy.npz", compiled)
    assert read_identity(tmp_path / "copy.npz") == {"run": "a", "inputs": []}
    assert list(copy.routes) == list(state.routes)
    assert len(state.routes) > 0
    assert len(state.proofs) > 0
    assert state.plan is not None
    for name in ("columns", "column_status", "row_status", "plan"):
        np.testing.assert_array_equal(getattr(copy, name), getattr(state, name))
    for one, other in zip(copy.proofs, state.proofs, strict=True):
        assert (one.block, one.free) == (other.block, other.free)
        np.testing.assert_array_equal(one.duals, other.duals)
    assert (copy.bound, copy.objective) == (state.bound, state.objective)
    assert [part.name for part in tmp_path.iterdir() if part.name.endswith(".part")] == []


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    """Proves: a checkpoint of another model, a damaged one and no checkpoint at all are refused in words.

    If it were ignored: cuts of one problem would bound another.
    """
    wish = Checkpointing(tmp_path / "run.npz", {}, None, 0.0)
    kept(lumpy_case(2), "decomposed", wish)
    with pytest.raises(CheckpointError, match="another one than then"):
        load(wish.path, prepared(lumpy_case(3)).compiled)
    content = wish.path.read_bytes()
    wish.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(CheckpointError, match="no checkpoint, or a damaged one"):
        read_identity(wish.path)
    with pytest.raises(CheckpointError, match="no checkpoint, or a damaged one"):
        read_identity(tmp_path / "none.npz")
