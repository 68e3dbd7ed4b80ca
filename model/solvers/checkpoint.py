"""What a search has at a moment, as a file from which it can be continued.

Plain arrays (NumPy's npz) and one JSON text: nothing in the file is executed when it is read.
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

from model.network.graph import FloatArray, IntArray
from model.solvers.compiled import Compiled
from model.solvers.master import Row
from model.solvers.problem import Solution

FORMAT = 1
Route = tuple[int, tuple[int, ...]]
"""A route by demand and arcs; its number is its place."""


class CheckpointError(Exception):
    """A checkpoint cannot be continued from; the text says why, in words for the planner."""


@dataclass(frozen=True)
class State:
    """A search at a moment.

    `columns` are the (block, route number) of the route columns of the root LP, shape (n, 2); `column_status` (other
    columns, then those) and `row_status` are HiGHS' basis, of the optimum where `root_done`. `rows` are the master's
    cuts and `steps` the best plan in its terms, None where there is none.
    """

    identity: Mapping[str, Any]
    fingerprint: str
    routes: Sequence[Route]
    columns: IntArray
    column_status: IntArray
    row_status: IntArray
    root_done: bool
    bound: float
    rows: Sequence[Row]
    steps: FloatArray | None
    best: Solution | None


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
    """Write a state beside `path` and rename, so that the file is whole whenever it is looked at."""
    lengths = np.array([len(arcs) for _, arcs in state.routes], dtype=np.int64)
    arrays: dict[str, npt.NDArray[Any]] = {
        "route_demand": np.array([demand for demand, _ in state.routes], dtype=np.int64),
        "route_length": lengths,
        "route_arcs": np.fromiter((arc for _, arcs in state.routes for arc in arcs), np.int64, int(lengths.sum())),
        "columns": state.columns,
        "column_status": state.column_status.astype(np.int8),
        "row_status": state.row_status.astype(np.int8),
        "cut_block": np.array([row.number for row in state.rows], dtype=np.int64),
        "cut_constant": np.array([row.constant for row in state.rows], dtype=float),
        "cut_coefficients": np.array([row.coefficients for row in state.rows], dtype=float),
        "cut_feasibility": np.array([row.feasibility for row in state.rows], dtype=bool),
        "cut_floor": np.array([row.floor for row in state.rows], dtype=bool),
    }
    if state.steps is not None:
        arrays["steps"] = state.steps
    if state.best is not None:
        arrays |= _solution_arrays(state.best)
    head = {
        "format": FORMAT,
        "identity": dict(state.identity),
        "fingerprint": state.fingerprint,
        "root_done": state.root_done,
        "bound": state.bound if np.isfinite(state.bound) else None,
        "objective": None if state.best is None else state.best.objective,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.part")
    with open(aside, "wb") as file:
        np.savez(file, head=np.array(json.dumps(head)), **cast("Any", arrays))
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def _solution_arrays(best: Solution) -> dict[str, npt.NDArray[Any]]:
    return {
        "best_values": best.values,
        "best_flow_keys": np.array(list(best.flows), dtype=np.int64).reshape(-1, 2),
        "best_flows": np.array(list(best.flows.values()), dtype=float),
        "best_price_count": np.array([len(prices) for prices in best.load_prices], dtype=np.int64),
        "best_prices": np.concatenate([np.zeros(0), *best.load_prices]),
    }


def read_identity(path: Path) -> Mapping[str, Any]:
    """What the writer said about a checkpoint. Raises CheckpointError when the file is none."""
    head, _ = _read(path, {"head"})
    identity: Mapping[str, Any] = head["identity"]
    return identity


def load(path: Path, compiled: Compiled) -> State:
    """The state in a file. Raises CheckpointError when it cannot be read or belongs to another model."""
    head, found = _read(path, None)
    if head["fingerprint"] != fingerprint(compiled):
        text = "the model made from the inputs is another one than then (another version of the planner?)"
        raise CheckpointError(f"The checkpoint {path.name} cannot be continued: {text}.")
    try:
        ends = np.cumsum(found["route_length"])
        arcs = np.split(found["route_arcs"], ends[:-1]) if len(ends) else []
        routes = [(int(demand), tuple(part.tolist())) for demand, part in zip(found["route_demand"], arcs, strict=True)]
        rows = [
            Row(int(number), float(constant), coefficients, bool(feasibility), bool(floor))
            for number, constant, coefficients, feasibility, floor in zip(
                found["cut_block"], found["cut_constant"], found["cut_coefficients"], found["cut_feasibility"],
                found["cut_floor"], strict=True,
            )
        ]  # fmt: skip
        return State(
            head["identity"],
            head["fingerprint"],
            routes,
            found["columns"],
            found["column_status"].astype(np.int64),
            found["row_status"].astype(np.int64),
            bool(head["root_done"]),
            -np.inf if head["bound"] is None else float(head["bound"]),
            rows,
            found.get("steps"),
            _solution(head["objective"], found, compiled),
        )
    except (KeyError, ValueError, IndexError) as error:
        raise CheckpointError(f"The checkpoint {path.name} is damaged.") from error


def _solution(objective: float | None, found: Mapping[str, Any], compiled: Compiled) -> Solution | None:
    if objective is None:
        return None
    keys = [(int(block), int(route)) for block, route in found["best_flow_keys"]]
    flows = dict(zip(keys, found["best_flows"].tolist(), strict=True))
    prices = np.split(found["best_prices"], np.cumsum(found["best_price_count"])[:-1])
    return Solution(float(objective), compiled.variables, found["best_values"], flows, tuple(prices))


def _read(path: Path, only: set[str] | None) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if only is None or name in only}
        head: dict[str, Any] = json.loads(str(arrays.pop("head")))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"The file {path.name} is no checkpoint, or a damaged one.") from error
    if head.get("format") != FORMAT:
        raise CheckpointError(f"The checkpoint {path.name} was written by another version of the planner.")
    return head, arrays
