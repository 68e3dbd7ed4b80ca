"""Answers of a study that are known already, so that the same command after an interruption plans only the rest.

Each is a small JSON file in a hidden folder of the outputs, named after a digest of all that makes the plan: the tables
and settings of the case, its timed changes, the options, the constraint files and the versions of tool and libraries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.case.whole_file import put_whole
from model.solvers.core.options import SolveOptions
from model.studies.runs.beginnings import problem_digest
from model.studies.runs.folders import RunError

FOLDER = ".kept-answers"


class KeptAnswers:
    """The answers kept in an outputs folder; `drop` removes those that were found or kept through this object."""

    def __init__(self, outputs: Path) -> None:
        """Keep in `outputs`."""
        self._folder = outputs / FOLDER
        self._touched: set[Path] = set()

    def find(self, name: str) -> Mapping[str, Any] | None:
        """The record kept under a digest; None when none is, or it is damaged."""
        path = self._folder / f"{name}.json"
        with suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(kept, dict) and kept.pop("whole", None) == path.stem:
                self._touched.add(path)
                return kept
        return None

    def keep(self, name: str, record: Mapping[str, Any]) -> None:
        """Write a record aside and rename it. Raises RunError when the folder cannot be written.

        `name` is its digest from before it was planned.
        """
        path = self._folder / f"{name}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with put_whole(path) as aside:
                aside.write_text(json.dumps({**record, "whole": path.stem}), encoding="utf-8")
        except OSError as error:
            raise RunError(f"Cannot write to the folder '{self._folder}': {error.strerror or error}.") from error
        self._touched.add(path)

    @property
    def any(self) -> bool:
        """Whether something was found or kept through this object."""
        return bool(self._touched)

    def drop(self) -> None:
        """The study has its folder: what was kept for it goes, what other studies keep stays."""
        for path in self._touched:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._touched.clear()
        with suppress(OSError):  # not empty, or not there
            self._folder.rmdir()


def digest(case: Case, options: SolveOptions, asked: str = "") -> str:
    """SHA-256 of all that makes a plan; where and on how many processes it is made does not count."""
    filled = options.filled(case)
    wanted = (
        filled.method, filled.gap, filled.gap_of_worth, filled.brief, filled.time_limit, filled.seed,
        options.gap_of_worth,  # one of many plans has another gap where the caller asked for none
    )  # fmt: skip
    words = repr((problem_digest(case, options), wanted, asked))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
