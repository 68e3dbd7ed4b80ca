"""What a scenario planned in another process sends back, and the run folder that is made of it here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.solvers.core.start import Start
from model.studies.console.reporters import Reporter
from model.studies.runs.folders import RunError, RunFolder, shown_path
from model.studies.runs.resuming import checkpoint_of
from model.studies.runs.solving import Bench, tell_result
from model.studies.runs.surroundings import refusal_words


@dataclass(frozen=True)
class Finished:
    """What a task sends back: the record, the files of the run folder, and what was said, as (kind, content).

    With the checkpoint that the search ended with, from which the plan can be had where the folder cannot be written;
    then `trouble` is what stood in the way on the worker. `start` is what other scenarios can begin with.
    """

    record: Mapping[str, Any]
    files: Mapping[str, bytes]
    said: Sequence[tuple[str, Any]]
    checkpoint: bytes | None = None
    trouble: str | None = None
    start: Start | None = None


def leave_or_keep(finished: Finished, folder: RunFolder, bench: Bench, lost: list[str]) -> Mapping[str, Any] | None:
    """Make the run folder; where that cannot be, keep the checkpoint, say in `lost` how to go on and return None."""
    words = finished.trouble
    try:
        if words is None:
            return _leave(finished, folder, bench.reporter)
    except (OSError, RunError, MemoryError) as error:
        words = refusal_words(error) or str(error)
        folder.__exit__(None, None, None)  # what is half there goes first: it takes up room
    told = [f"Run {folder.name}: {words}"]
    try:
        if finished.checkpoint is not None:
            target = checkpoint_of(bench.outputs, folder.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(finished.checkpoint)
            told.append(f"Its plan is kept: name its scenario with --scenario and go on with --resume {folder.name}.")
    except OSError:
        told.append("There was no room to keep its plan either: it has to be searched for again.")
    lost.append(" ".join(told))
    return None


def _leave(finished: Finished, folder: RunFolder, reporter: Reporter) -> Mapping[str, Any]:
    """Make the run folder, say what the run said, and return its record."""
    write_files(finished.files, folder.path)
    final = folder.finish()
    for kind, content in finished.said:
        if kind == "table":
            reporter.table(*content)
        else:
            {"note": reporter.note, "error": reporter.error}[kind](content)
    tell_result(finished.record, final, reporter)
    reporter.note(f"Run folder: {shown_path(final)}")
    return finished.record


def read_files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files, by path, below a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
