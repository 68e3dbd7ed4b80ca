"""What a search has at a moment, as a file from which it can be continued.

Plain arrays (NumPy's npz) and one JSON text: nothing in the file is executed when it is read, and nothing in it is
believed. Arrays are held against the model; routes, cuts, bound and cost are worked out anew by whoever continues.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from model.case.whole_file import put_whole
from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import Compiled

FORMAT = 2
Route = tuple[int, tuple[int, ...]]
"""A route by demand and arcs; its number is its place."""


class CheckpointError(Exception):
    """A checkpoint cannot be continued from; the text says why, in words for the planner."""


@dataclass(frozen=True)
class Proof:
    """Row duals of a block, in order of its rows, from which a cut is worked out: any duals give a true one.

    With `free` they are those of a feasibility cut.
    """

    block: int
    duals: FloatArray
    free: bool


@dataclass(frozen=True)
class State:
    """A search at a moment.

    `columns` are the (block, route number) of the route columns of the root LP, shape (n, 2); `column_status` (other
    columns, then those) and `row_status` are HiGHS' basis, of the optimum where `root_done`. `proofs` are the master's
    cuts, `plan` the whole columns of the best plan in order of `Compiled.integer`, None where there is none.
    `objective` and `bound` are what the search said of itself: for words, not for use.
    """

    identity: Mapping[str, Any]
    fingerprint: str
    routes: Sequence[Route]
    columns: IntArray
    column_status: IntArray
    row_status: IntArray
    root_done: bool
    proofs: Sequence[Proof]
    plan: FloatArray | None
    objective: float | None
    bound: float | None


def fingerprint(compiled: Compiled) -> str:
    """SHA-256 of a compiled model: the same for the same inputs in the same version of the planner."""
    digest = hashlib.sha256()
    matrix = compiled.matrix
    for part in (
        compiled.cost, compiled.lower, compiled.upper, compiled.row_lower, compiled.row_upper, compiled.integer,
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def save(state: State, path: Path) -> None:
    """Write a state beside `path` and rename, so that the file is whole whenever it is looked at.

    Raises OSError when there is no room; nothing is left of the attempt then.
    """
    lengths = np.array([len(arcs) for _, arcs in state.routes], dtype=np.int64)
    held = [np.flatnonzero(proof.duals) for proof in state.proofs]
    values = [proof.duals[places] for proof, places in zip(state.proofs, held, strict=True)]
    arrays: dict[str, npt.NDArray[Any]] = {
        "route_demand": np.array([demand for demand, _ in state.routes], dtype=np.int64),
        "route_length": lengths,
        "route_arcs": np.fromiter((arc for _, arcs in state.routes for arc in arcs), np.int64, int(lengths.sum())),
        "columns": state.columns,
        "column_status": state.column_status.astype(np.int8),
        "row_status": state.row_status.astype(np.int8),
        "cut_block": np.array([proof.block for proof in state.proofs], dtype=np.int64),
        "cut_free": np.array([proof.free for proof in state.proofs], dtype=bool),
        "cut_length": np.array([len(places) for places in held], dtype=np.int64),
        "cut_rows": np.concatenate([np.zeros(0, dtype=np.int64), *held]),
        "cut_duals": np.concatenate([np.zeros(0), *values]),
    }
    if state.plan is not None:
        arrays["plan"] = state.plan
    head = {
        "format": FORMAT,
        "identity": dict(state.identity),
        "fingerprint": state.fingerprint,
        "root_done": state.root_done,
        "bound": state.bound,
        "objective": state.objective,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with put_whole(path) as aside, open(aside, "wb") as file:
        np.savez(file, head=np.array(json.dumps(head)), **cast("Any", arrays))
        file.flush()
        os.fsync(file.fileno())


def read_identity(path: Path) -> Mapping[str, Any]:
    """What the writer said about a checkpoint. Raises CheckpointError when the file is none."""
    head, _ = _read(path, {"head"})
    identity: Mapping[str, Any] = head["identity"]
    return identity


def load(path: Path, compiled: Compiled) -> State:
    """The state in a file, its arrays of the shape, type and range that the model asks for.

    Routes are paths of whole numbers here; whether they lead anywhere, the graph knows. Raises CheckpointError when it
    cannot be read or belongs to another model.
    """
    head, found = _read(path, None)
    if head["fingerprint"] != fingerprint(compiled):
        text = "the model made from the inputs is another one than then (another version of the planner?)"
        raise CheckpointError(f"The checkpoint {path.name} cannot be continued: {text}.")
    try:
        take = _Taker(found, compiled)
        lengths = take.whole("route_length", least=1)
        arcs = take.parts("route_arcs", lengths)
        demands = take.whole("route_demand", size=len(lengths)).tolist()
        return State(
            head["identity"],
            head["fingerprint"],
            [(demand, tuple(part.tolist())) for demand, part in zip(demands, arcs, strict=True)],
            take.columns(len(lengths)),
            take.whole("column_status", most=9),
            take.whole("row_status", most=9),
            head["root_done"] is True,
            take.proofs(),
            take.plan() if "plan" in found else None,
            _figure(head, "objective"),
            _figure(head, "bound"),
        )
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise CheckpointError(f"The checkpoint {path.name} is damaged ({error}).") from error


class _Taker:
    """Takes arrays from a file. Raises ValueError, KeyError or TypeError for what the model cannot have written."""

    def __init__(self, found: Mapping[str, npt.NDArray[Any]], compiled: Compiled) -> None:
        self._found, self._compiled = found, compiled

    def whole(
        self, name: str, *, size: int | None = None, least: int = 0, most: int = 2**31, shape: int = 1
    ) -> IntArray:
        """Whole numbers in a range."""
        array = self._found[name]
        if array.ndim != shape or array.dtype.kind not in "iu" or (size is not None and len(array) != size):
            raise ValueError(f"{name} has another shape or type")
        if len(array) and (array.min() < least or array.max() > most):
            raise ValueError(f"{name} is out of range")
        return array.astype(np.int64)

    def parts(self, name: str, lengths: IntArray) -> list[IntArray]:
        """Whole numbers that lie one part after the other."""
        return np.split(self.whole(name, size=int(lengths.sum())), np.cumsum(lengths)[:-1]) if len(lengths) else []

    def numbers(self, name: str, size: int) -> FloatArray:
        """Finite numbers."""
        array = self._found[name]
        if array.shape != (size,) or array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"{name} has another shape or type, or is not finite")
        return array.astype(float)

    def columns(self, routes: int) -> IntArray:
        """Block and route of the root LP's route columns."""
        array = self.whole("columns", shape=2)
        blocks = len(self._compiled.blocks)
        if array.shape[1] != 2 or np.any(array[:, 0] >= blocks) or np.any(array[:, 1] >= routes):
            raise ValueError("columns are out of range")
        return array

    def proofs(self) -> list[Proof]:
        """Row duals of cuts."""
        compiled = self._compiled
        rows_of = np.bincount(compiled.row_block[compiled.row_block >= 0], minlength=len(compiled.blocks))
        blocks = self.whole("cut_block", most=len(compiled.blocks) - 1)
        lengths = self.whole("cut_length", size=len(blocks))
        places = self.parts("cut_rows", lengths)
        duals = self.numbers("cut_duals", int(lengths.sum()))
        values = np.split(duals, np.cumsum(lengths)[:-1]) if len(lengths) else []
        free = self._found["cut_free"]
        if free.shape != blocks.shape or free.dtype != np.bool_:
            raise ValueError("cut_free has another shape or type")
        proofs = []
        for block, at, held, feasibility in zip(blocks.tolist(), places, values, free.tolist(), strict=True):
            full = np.zeros(rows_of[block])
            full[at] = held  # IndexError when it is out of range
            proofs.append(Proof(block, full, feasibility))
        return proofs

    def plan(self) -> FloatArray:
        """Whole columns of a plan, within their bounds."""
        columns = self._compiled.integer
        plan = self.numbers("plan", len(columns))
        outside = (plan < self._compiled.lower[columns]) | (plan > self._compiled.upper[columns])
        if outside.any() or np.any(plan != np.round(plan)):
            raise ValueError("plan is out of range")
        return plan


def _figure(head: Mapping[str, Any], name: str) -> float | None:
    value = head[name]
    if value is None:
        return None
    if type(value) not in (int, float) or not np.isfinite(value):
        raise ValueError(f"{name} is no number")
    return float(value)


def _read(path: Path, only: set[str] | None) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if only is None or name in only}
        head = json.loads(str(arrays.pop("head")))
    except (OSError, ValueError, KeyError, EOFError, MemoryError, TypeError, AttributeError, NotImplementedError,
            RecursionError, zipfile.BadZipFile) as error:  # fmt: skip
        raise CheckpointError(f"The file {path.name} is no checkpoint, or a damaged one.") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise CheckpointError(f"The checkpoint {path.name} was written by another version of the planner.")
    if not isinstance(head.get("identity"), dict) or {"fingerprint", "root_done", "bound", "objective"} - set(head):
        raise CheckpointError(f"The file {path.name} is no checkpoint, or a damaged one.")
    return head, arrays
