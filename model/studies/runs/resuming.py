"""Checkpoints of runs: where they lie, whether one fits the run that is to continue it, and when they go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.solvers.core.checkpoint import CheckpointError, read_identity
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import SolveOptions
from model.studies.runs.folders import RunError
from model.studies.runs.record import input_record, rule_digests

FOLDER = ".checkpoints"
SUFFIX = ".npz"
EVERY = 30.0  # seconds between two checkpoints
KEPT = 10  # newest checkpoints of runs that did not end, or not with the gap asked for


def checkpoint_of(outputs: Path, run: str) -> Path:
    """Where a run keeps its checkpoint."""
    return outputs / FOLDER / f"{run}{SUFFIX}"


def checkpointing(outputs: Path, run: str, case: Case, options: SolveOptions, resume: str | None) -> Checkpointing:
    """Where a run keeps its checkpoints, and the one it continues.

    Raises RunError when there is none of that name or it belongs to other inputs, CheckpointError when it cannot be
    read.
    """
    identity = identity_of(run, case, options)
    found = None if resume is None else _find(outputs, resume)
    if found is not None:
        _compare(found.stem, read_identity(found), identity)
    continued = None if found is None else hashlib.sha256(found.read_bytes()).hexdigest()
    return Checkpointing(checkpoint_of(outputs, run), identity, found, EVERY, continued)


def keep(wish: Checkpointing, error: BaseException) -> None:
    """After a run that left no folder: see that what it found is kept, and note on the error how to go on."""
    with suppress(OSError):
        if wish.save is not None:
            wish.save()
    if wish.path.exists():
        words = f"What was found is kept: go on with --resume {wish.path.stem} (same case, scenario and options)."
        error.add_note(words)
    elif wish.found_a_plan:
        error.add_note("There was no room to keep the plan either: it has to be searched for again.")


def drop(wish: Checkpointing | None, *, complete: bool) -> None:
    """After a run has left its folder: drop what it no longer needs; all but the newest of other runs go too."""
    if wish is None:
        return
    if wish.resume is not None and (complete or wish.path.exists()):
        wish.resume.unlink(missing_ok=True)
    if complete:
        wish.path.unlink(missing_ok=True)
    for old in sorted(wish.path.parent.glob(f"*{SUFFIX}"), key=_age)[:-KEPT]:
        old.unlink(missing_ok=True)
    with suppress(OSError):  # not empty, or not there
        wish.path.parent.rmdir()


def _age(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def identity_of(run: str, case: Case, options: SolveOptions) -> dict[str, Any]:
    """What must be the same for a search to be continued: everything that makes the model, nothing that drives it."""
    about = {"case": case.name, "scenario": case.scenario, "inputs": input_record(case)}
    return {"run": run, **about, "constraint_files": [list(pair) for pair in rule_digests(options)]}


def _find(outputs: Path, resume: str) -> Path:
    name = Path(resume).name.removesuffix(SUFFIX)
    path = checkpoint_of(outputs, name)
    if path.is_file():
        return path
    others = [other.stem for other in sorted(path.parent.glob(f"*{SUFFIX}"), key=_age)]
    hint = f"These can be continued: {', '.join(others)}." if others else "None is kept there."
    raise RunError(f"There is no checkpoint of a run '{name}' in '{outputs / FOLDER}'. {hint}")


def _compare(run: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise RunError when the run was about something else, CheckpointError when it does not say what about."""
    try:
        wrong = _differences(then, now)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"The checkpoint {run} does not say what it is of: it is damaged.") from error
    if wrong:
        raise RunError(f"The run {run} cannot be continued: {'; '.join(wrong)}.")


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    wrong = []
    if then["case"] != now["case"]:
        wrong.append(f"it planned the case {then['case']}, not {now['case']}")
    elif then["scenario"] != now["scenario"]:
        wrong.append(f"it planned the scenario {then['scenario']}, not {now['scenario']}")
    else:
        before, after = ({item["file"]: item["sha256"] for item in side["inputs"]} for side in (then, now))
        wrong += [f"{file} has changed since" for file in before if file in after and before[file] != after[file]]
        wrong += [f"{file} was read then and is not there now" for file in before if file not in after]
        wrong += [f"{file} is new" for file in after if file not in before]
    if [tuple(item) for item in then["constraint_files"]] != [tuple(item) for item in now["constraint_files"]]:
        wrong.append("the constraint files given with --constraints are others than then")
    return wrong
