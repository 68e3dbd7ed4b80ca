"""What a run leaves for later searches: what it found out, and what it proved of its problem.

A study that begins with it neither searches for its first plan again nor begins any other search from nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.plan.plan import Plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.start import Proven, Start
from model.studies.runs.folders import RunError
from model.studies.runs.record import RECORD, rule_digests, tool_record

FILE = "beginning.json.gz"
NOTHING_THERE = (
    "The run left nothing to begin with (its gap or its time limit was reached before the proof began, or an older "
    "version made it): the case is planned anew."
)
MOST_BYTES = 500_000_000
"""Unpacked; that of the whole case has some millions."""


@dataclass(frozen=True)
class Lent:
    """A run's `start` for any search, and what it has `proven` of the problem whose digest is `problem`.

    `name` tells it from all others.
    """

    name: str
    start: Start
    proven: Proven
    problem: str


def problem_digest(case: Case, options: SolveOptions) -> str:
    """SHA-256 of all that makes a problem: tables, settings, periods, constraint files, tool and libraries."""
    parts = [repr((case.name, case.scenario, sorted(case.settings.items()), case.changes, case.cuts))]
    parts += [json.dumps(tool_record(), sort_keys=True)]
    parts += [digest for _, digest in rule_digests(options)]
    parts += [f"{sheet}\n{table.to_csv()}" for sheet, table in sorted(case.tables.items()) if len(table)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def leave_beginning(plan: Plan, problem: str, folder: Path) -> None:
    """Write what others can begin with into the folder of a run; nothing where its search kept no start.

    `problem` is the digest from before the plan was made: constraint files may be edited meanwhile.
    """
    outcome = plan.outcome
    if plan.start is None or not plan.verified or outcome.bound is None:
        return
    settled = [astuple(each) for each in outcome.settled.values()]
    proven = (outcome.bound, outcome.objective, outcome.worth, outcome.at_stake)
    text = json.dumps({"problem": problem, "proven": proven, "settled": settled, "start": plan.start.told()})
    (folder / FILE).write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0))


def read_beginning(run: Path) -> Lent | None:
    """What a run left, None where it left nothing to begin with. Raises RunError for no run, or a damaged file."""
    path = run / FILE
    if not (run / RECORD).exists():
        raise RunError(f"'{run}' is no run folder: it has no {RECORD}.")
    try:
        with gzip.open(path) as file:
            content = file.read(MOST_BYTES)
        told = json.loads(content)
        return Lent(hashlib.sha256(content).hexdigest(), Start.of(told["start"]), _proven(told), str(told["problem"]))
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunError(f"'{path}' is damaged: run the study without --from, or plan the case again.") from error


def _proven(told: Mapping[str, Any]) -> Proven:
    bound, cost, *known = told["proven"]
    worth, at_stake = (None if each is None else float(each) for each in known)
    settled = (_settled(*each) for each in told["settled"])
    return Proven(float(bound), float(cost), worth, at_stake, tuple(settled))


def _settled(project: str, saving: float, timing: float | None, *years: int | None) -> tuple[Any, ...]:
    """Fields of a settlement; runs of before 29 November 2026 left no years."""
    earliest, latest = (None if year is None else int(year) for year in years or (None, None))
    return str(project), float(saving), None if timing is None else float(timing), earliest, latest
