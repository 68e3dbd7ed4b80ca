"""A finished run as its folder tells it: run.json and the CSV tables."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.plan.tables import MINIMUM, TABLES
from model.reports.exports import CHECKS, ENCODING, INPUTS, NAMES, original
from model.reports.extra import CANDIDATES, EXTRA, SETTLED
from model.reports.frames import rows
from model.reports.text import shorten
from model.studies.console.summary import first_words
from model.studies.runs.record import RECORD


class CompareError(Exception):
    """Runs cannot be compared; the text names the folder and says why, in words for the planner."""


@dataclass(frozen=True)
class RunFiles:
    """Record and tables of a run. `label` is short, readable and unique among the runs compared."""

    label: str
    record: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    @property
    def objective(self) -> float | None:
        """Cost of the plan, million USD of present value."""
        return _number(self.record.get("objective_million_usd"))

    @property
    def cost(self) -> float:
        """The same of a run that has a plan. Raises ValueError for one without."""
        if self.objective is None:
            raise ValueError(f"{self.label} has no plan")
        return self.objective

    @property
    def bound(self) -> float | None:
        """Proven lower bound, million USD of present value."""
        return _number(self.record.get("bound_million_usd"))

    @property
    def has_plan(self) -> bool:
        """Whether the run found a plan that the verifier accepts."""
        return self.record.get("status") in ("optimal", "feasible")

    @property
    def status(self) -> str:
        """How good its plan is in a few words, as on its own Cover."""
        return first_words(str(self.record.get("status_words") or self.record.get("status")))

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """(kind, key) → name."""
        table = self.tables["names"]
        return {(kind, key): name for kind, key, name in zip(table["kind"], table["key"], table["name"], strict=True)}

    @cached_property
    def periods(self) -> list[str]:
        """Periods in order of time, as they appear."""
        return list(dict.fromkeys(str(name) for name in self.tables["demand_served"]["period"]))

    @cached_property
    def cells(self) -> dict[tuple[str, str, str], str]:
        """(sheet, record, column) → value of every input cell that says something; later changes joined to it."""
        found: dict[tuple[str, str, str], str] = {}
        for row in rows(self.tables["inputs"]):
            key = (str(row.sheet), str(row.key), str(row.column))
            found[key] = f"{found[key]}; {row.value}" if key in found else str(row.value)
        return found

    @cached_property
    def spans(self) -> dict[str, str]:
        """Period → its calendar years, '2026' or '2026–2030'; the name itself where the inputs do not tell."""
        found = {}
        for period in self.periods:
            first, years = (self.cells.get(("Periods", period, label), "") for label in ("First year", "Years"))
            last = int(float(first)) + int(float(years or 1)) - 1 if first else 0
            found[period] = period if not first else f"{first}–{last}" if last > int(float(first)) else first
        return found

    @property
    def horizon(self) -> str:
        """First and last calendar year, '2026–2040'; '' without a plan."""
        years = [year for span in self.spans.values() for year in span.split("–")]
        return f"{years[0]}–{years[-1]}" if years else ""


def notes_of(runs: Sequence[RunFiles]) -> list[str]:
    """What the cases say of themselves, such as for practice only; with the name of the run where not all say so."""
    notes = [str(run.record.get("case_note") or "") for run in runs]
    if len(set(notes)) == 1:
        return [note for note in notes[:1] if note]
    return [f"{run.label}: {note}" for run, note in zip(runs, notes, strict=True) if note]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def read_runs(folders: Sequence[Path]) -> list[RunFiles]:
    """Read runs. Raises CompareError with every folder that cannot be read."""
    if len(folders) < 2:
        raise CompareError("Give at least two run folders to compare.")
    found, problems = [], []
    for folder in folders:
        try:
            found.append((folder, read_record(folder), _tables(folder)))
        except CompareError as error:
            problems.append(str(error))
    if problems:
        raise CompareError("\n".join(problems))
    labels = _labels([(folder, record) for folder, record, _ in found])
    return [RunFiles(label, record, tables) for label, (_, record, tables) in zip(labels, found, strict=True)]


def read_record(folder: Path) -> Mapping[str, Any]:
    """Content of run.json. Raises CompareError."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except OSError as error:
        raise CompareError(f"'{folder.name}' is not a run folder: run.json cannot be read.") from error
    except ValueError as error:
        raise CompareError(f"'{folder.name}': run.json is not JSON ({error}).") from error
    if not isinstance(record, dict):
        raise CompareError(f"'{folder.name}': run.json does not hold the record of a run.")
    return record


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Tables of a run; one that an older tool did not write is empty."""
    if not (folder / "csv").is_dir():
        raise CompareError(f"'{folder.name}' has no folder csv, so its figures cannot be read.")
    made = {}
    for declared in (*TABLES.values(), INPUTS, CHECKS, NAMES, CANDIDATES, SETTLED, EXTRA[MINIMUM["costs"]]):
        path = folder / "csv" / f"{declared.name}.csv"
        frame = _read(path) if path.is_file() else pd.DataFrame(columns=declared.columns)
        for field in declared.fields:
            if field.name not in frame:
                frame[field.name] = ""
            if field.kind in ("number", "integer"):
                frame[field.name] = pd.to_numeric(frame[field.name], errors="coerce").astype(float)
        made[declared.name] = frame[declared.columns]
    return made


def _read(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding=ENCODING, newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise CompareError(f"'{path.parent.parent.name}': {path.name} cannot be read ({error}).") from error
    head = lines[0] if lines else []
    whole = [[original(cell) for cell in line] for line in lines[1:] if len(line) == len(head)]
    return pd.DataFrame(whole, columns=head, dtype=object)


def _labels(runs: Sequence[tuple[Path, Mapping[str, Any]]]) -> list[str]:
    """Scenario names where they differ, else the folder names; numbered when still alike."""
    wanted = [shorten(record.get("scenario") or folder.name, 60) for folder, record in runs]
    if len(set(wanted)) < len(wanted):
        wanted = [shorten(folder.name, 80) for folder, _ in runs]
    counted: dict[str, int] = {}
    labels = []
    for label in wanted:
        counted[label] = counted.get(label, 0) + 1
        labels.append(label if counted[label] == 1 else f"{label} ({counted[label]})")
    return labels
