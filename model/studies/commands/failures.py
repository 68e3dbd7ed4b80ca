"""From an exception to a sentence for the planner; never a traceback on the screen."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from model.case.grouping import grouped_lines
from model.case.messages import CaseError, Message
from model.features import PluginError
from model.solvers.core.checkpoint import CheckpointError
from model.solvers.parallel.cluster_checks import ClusterError
from model.studies.console.words import count
from model.studies.routes import RouteError
from model.studies.runs.folders import RunError
from model.studies.runs.record import TOOL, version_of
from model.studies.runs.surroundings import refusal_words

MOST_LINES: Final = 200


def explanation(error: Exception, outputs: Path, home: Path) -> str:
    """What went wrong, in words, with the notes that the error carries: how to go on.

    What the computer refused is told as that. Any other error that has no words of its own is a mistake of the program:
    its traceback goes to a file in `outputs`, with `home` (the project folder) and the user's folder left out of the
    paths.
    """
    return "\n".join([_words(error, outputs, home), *getattr(error, "__notes__", ())])


def _words(error: Exception, outputs: Path, home: Path) -> str:
    if isinstance(error, CaseError):
        head = f"The case cannot be used: {count(len(error.errors), 'error')}."
        return "\n".join([head, *told_lines(error.messages)])
    if isinstance(error, (RunError, PluginError, RouteError, ClusterError, CheckpointError)):
        return str(error)
    refusal = refusal_words(error)
    if refusal is not None:
        return refusal
    words = f"The program failed with a mistake of its own ({type(error).__name__})."
    try:
        log = write_traceback(error, outputs, home)
    except OSError:
        return f"{words} Its details could not be written to '{outputs}'."
    return f"{words} No run folder was left. Please report it with the file {log.name} in '{outputs.name}'."


def told_lines(messages: Sequence[Message]) -> list[str]:
    """Remarks as lines, one a cause, errors first; of very many the first ones, and how many more there are."""
    every = grouped_lines(messages)
    lines = every[:MOST_LINES]
    more = len(every) - len(lines)
    return [*lines, f"… and {count(more, 'more remark')}; the workbook of `run.py check` holds all."] if more else lines


def write_traceback(error: Exception, outputs: Path, home: Path) -> Path:
    """Write error-<time>.log and return its path. Raises OSError when the folder cannot be written."""
    outputs.mkdir(parents=True, exist_ok=True)
    text = "".join(traceback.format_exception(error))
    for folder, shown in ((home, "."), (Path.home(), "~")):
        text = text.replace(str(folder), shown)
    path = outputs / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.log"
    head = f"{TOOL} {version_of(TOOL) or 'not installed'}, Python {platform.python_version()}, {platform.system()}"
    path.write_text(f"{head}\n\n{text}", encoding="utf-8")
    return path
