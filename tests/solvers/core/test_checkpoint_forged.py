"""Checkpoints that were altered: refused in words, or of no use, but never believed."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from model.solvers.benders.block_lp import BlockLP
from model.solvers.core.checkpoint import CheckpointError
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.compiled import INVESTMENT, BlockMap, Compiled
from model.solvers.core.outcome import Outcome
from model.solvers.core.progress import Event
from model.solvers.lp.form import block_form
from tests.solvers.core.test_checkpoint import kept
from tests.solvers.helpers import lumpy_case

Arrays = dict[str, npt.NDArray[Any]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """A checkpoint of a search that has ended, and how it ended."""
    path = tmp_path_factory.mktemp("written") / "run.npz"
    outcome, _ = kept(lumpy_case(2), "decomposed", Checkpointing(path, {"run": "a"}))
    return path, outcome


def with_head(arrays: Arrays, **told: object) -> Arrays:
    """A checkpoint that says something else of itself."""
    return {**arrays, "head": np.array(json.dumps({**json.loads(str(arrays["head"])), **told}))}


def forged(written: Path, target: Path, change: Callable[[Arrays], Arrays]) -> Path:
    """A copy with other arrays."""
    with np.load(written) as file:
        arrays = {name: file[name] for name in file.files}
    with open(target, "wb") as file:
        np.savez(file, **change(arrays))
    return target


def array(name: str, change: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]) -> Callable[[Arrays], Arrays]:
    """Change one array."""
    return lambda arrays: {**arrays, name: change(arrays[name].copy())}


def one_entry(value: float) -> Callable[[npt.NDArray[Any]], npt.NDArray[Any]]:
    """Put a value into the middle."""

    def change(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        values[len(values) // 2] = value
        return values

    return change


ARRAYS = (
    "route_demand", "route_length", "route_arcs", "columns", "column_status", "row_status", "cut_block", "cut_free",
    "cut_length", "cut_rows", "cut_duals", "plan",
)  # fmt: skip
UNFIT = {
    "text": lambda values: np.array(["x"] * max(1, len(values))),
    "another shape": lambda values: values.reshape(-1, 1, 1),
    "far too large": lambda values: np.full(values.shape, 10**7 if values.dtype.kind in "iu" else np.inf),
    "below nothing": lambda values: values * 0 - 1 if values.dtype.kind != "b" else values.astype(int) - 2,
    "not a number": lambda values: np.full(values.shape, np.nan),
}


def test_no_array_of_another_shape_type_or_range_is_taken(written: tuple[Path, Outcome], tmp_path: Path) -> None:
    """Proves: each array of a checkpoint made text, bent, far too large, negative or no number is told as damage, or
    leads to the same optimum (a basis that HiGHS does not take, duals that prove less); so do routes that lead nowhere.

    If it were ignored: an arc number beyond the graph would be read out of other memory, and the process would die.
    """
    path, outcome = written
    broken = {f"{name} {kind}": array(name, change) for name in ARRAYS for kind, change in UNFIT.items()}
    broken |= {f"without {name}": lambda arrays, name=name: _without(arrays, name) for name in ARRAYS if name != "plan"}
    broken |= {
        "a route elsewhere": array("route_arcs", lambda arcs: np.roll(arcs, 1)),
        "routes of other demands": array("route_demand", lambda demands: np.roll(demands, 1)),
        "a shorter route": array("route_length", one_entry(1)),
        "a plan in fractions": array("plan", one_entry(0.5)),
        "identity lost": lambda arrays: with_head(arrays, identity=None),
        "bound in words": lambda arrays: with_head(arrays, bound="high"),
        "cost endless": lambda arrays: with_head(arrays, objective=float("inf")),
        "another format": lambda arrays: with_head(arrays, format=1),
    }
    refused: list[str] = []
    for number, (name, change) in enumerate(broken.items()):
        target = forged(path, tmp_path / f"{number}.npz", change)
        try:
            found, _ = kept(lumpy_case(2), "decomposed", Checkpointing(tmp_path / "next.npz", {}, target))
        except CheckpointError as error:
            refused.append(str(error))
            continue
        assert found.objective == pytest.approx(outcome.objective, rel=1e-9), name
        assert found.bound <= outcome.objective + 1e-6, name
    assert len(refused) >= 45
    assert all("damaged" in words or "another version" in words for words in refused)


def test_nothing_that_a_checkpoint_claims_is_believed(written: tuple[Path, Outcome], tmp_path: Path) -> None:
    """Proves: a forged bound and cost, a worse plan in the place of the best one, and duals made up by chance lead to
    the same proven optimum: everything is worked out anew, and duals that prove nothing are dropped.

    If it were ignored: a plan 2.3 times as dear as the best one was "optimal, proven" (field test r13).
    """
    path, outcome = written
    chance = np.random.default_rng(1)
    forgeries = [
        lambda arrays: with_head(arrays, bound=10 * outcome.objective, objective=1.0),
        array("plan", lambda plan: plan * 0),
        array("cut_duals", lambda duals: chance.normal(0, 100, len(duals))),
        array("cut_duals", lambda duals: 1e6 * duals),
        array("cut_duals", lambda duals: -duals),
        array("cut_free", lambda free: ~free),
    ]
    for number, change in enumerate(forgeries):
        target = forged(path, tmp_path / f"{number}.npz", change)
        events: list[Event] = []
        wish = Checkpointing(tmp_path / "next.npz", {}, target)
        found, _ = kept(lumpy_case(2), "decomposed", wish, events.append)
        assert found.objective == pytest.approx(outcome.objective, rel=1e-9), number
        assert all(event.bound is None or event.bound <= outcome.objective + 1e-6 for event in events), number


def test_duals_that_prove_nothing_are_dropped() -> None:
    """Proves: min y under y - x >= 2, y >= 0 without an upper bound: the dual 1 proves y >= 2 + x; the dual 3 would
    "prove" y >= 6 + 3 x, but leaves y a reduced cost of 1 - 3 = -2 and no bound to hold it.

    If it were ignored: somebody could write any bound at all into a checkpoint.
    """
    none, one = np.zeros(0, dtype=np.int64), np.array([0])
    compiled = Compiled(
        cost=np.array([1.0, 0.0]), constant=0.0, lower=np.zeros(2), upper=np.full(2, np.inf), integer=none,
        matrix=csr_array([[1.0, -1.0]]), row_lower=np.array([2.0]), row_upper=np.array([np.inf]),
        column_block=np.array([0, INVESTMENT]), row_block=np.array([0]), variables=(), constraints=(),
        blocks=(BlockMap(("2030", "year"), none, none, none),),
    )  # fmt: skip
    block = BlockLP.__new__(BlockLP)
    block.problem, block.rows, block.form = SimpleNamespace(compiled=compiled), one, block_form(compiled, 0)
    assert block.proves(np.array([1.0]))
    assert not block.proves(np.array([3.0]))
    assert not block.proves(np.array([3.0]), free=True)


def test_a_full_disk_does_not_end_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when no checkpoint can be written the search says so once, goes on and ends as ever, and no half file is
    left.

    If it were ignored: the search of a night would end as the disk fills, hours before there is anything to write.
    """

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(np, "savez", full)
    events: list[Event] = []
    wish = Checkpointing(tmp_path / "run.npz", {}, None, 0.0)
    outcome, _ = kept(lumpy_case(2), "decomposed", wish, events.append)
    assert outcome.has_plan
    assert [event.words for event in events if event.stage == "checkpoint"] == [
        "no checkpoint could be written (No space left on device); the search goes on"
    ]
    assert list(tmp_path.iterdir()) == []


def _without(arrays: Arrays, name: str) -> Arrays:
    return {key: values for key, values in arrays.items() if key != name}
