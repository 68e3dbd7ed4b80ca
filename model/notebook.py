"""The planner for notebooks and scripts: read a case, change it, solve it, compare plans, run a study.

Examples run in the tests, on the lean case that comes with the project:

>>> from model import compare, read_case, solve
>>> case = read_case("middle_corridor_lean")
>>> case
<Case middle_corridor_lean: ... nodes, ... links, ... demands, ... projects, 2026–2040, scenario reference>
>>> wider = case.edit("Links", {"link": "L090"}, capacity_kteu=280)
>>> wider.edits
('Links L090: capacity_kteu = 280',)
>>> case.edit("Links", {"link": "L090"}, capacity_teu=280)
Traceback (most recent call last):
model.case.messages.CaseError: ERROR ... Links has no column “capacity_teu”. Did you mean “capacity_kteu”?

The others go on from there: `plan = solve(case)`, `plan.table("investments")`, `compare(plan, solve(wider))`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from model.case.case import Case
from model.case.editing import EditableCase, log_warnings
from model.case.messages import CaseError
from model.case.pandas_text import kept_as_python_text
from model.case.reader import load_case
from model.formulation.plugins import switchable
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Listener
from model.studies.candidates import candidate_tables
from model.studies.commands.arguments import case_path
from model.studies.commands.study_options import OF_VARIANTS, STUDIES, as_typed, study_problem
from model.studies.console.reporters import Reporter
from model.studies.console.stopping import listening
from model.studies.console.summary import measures, project_records, project_table, status_words
from model.studies.one_plan import until_stopped
from model.studies.scenarios.differences import difference_words

Study = Literal[
    "alternatives", "calibration", "candidates", "experiments", "force", "foresight", "frontier", "outages",
    "screening", "sensitivity", "sizes", "stress", "switches", "target", "uncertainty", "validation", "value",
]  # fmt: skip
NAMED = {
    "Places": "places", "Not used": "unused", "Sizes": "sizes", "Switches": "switches", "Tests": "tests",
    "Years": "years",
}  # fmt: skip
"""Tables whose names in a notebook are not those of their sheets."""


@kept_as_python_text
def read_case(path: str | Path, scenario: str | None = None) -> EditableCase:
    """Read and check a case: a workbook, a folder of workbooks, or the name of a folder in inputs.

    With a scenario, the case under it. Warnings about the workbooks go to the log "model", which a notebook shows.
    Raises CaseError with every mistake, as file › sheet › cell.
    """
    reading = load_case(case_path(str(path)), scenario, switchable(()))
    if reading.case is None:
        raise CaseError(reading.messages, reading.contradictory)
    log_warnings(reading.messages)
    return EditableCase.of(reading.case)


@kept_as_python_text
def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int | None = None,
    threads: int = 2,
    workers: int | None = 1,
    constraints: Sequence[str | Path] = (),
    listener: Listener | None = None,
) -> Plan:
    """Plan a case; returns the plan, or, when there is none, a Plan that says why (`has_plan` is false).

    `gap` is the relative gap at which to stop and `time_limit` the most seconds, both as the case's Settings say where
    left out; `constraints` are files with constraint families of your own; `listener` is called with every event of the
    search. Stopping the notebook's cell ends the search with the best plan it has. Raises ValueError for an option out
    of range and PluginError for a constraint file that cannot be used.
    """
    files = tuple(Path(path) for path in constraints)
    options = SolveOptions("auto", gap, time_limit, seed, threads, files, workers)
    return make_plan(case, options, listener)


@dataclass(frozen=True)
class Comparison:
    """Plans side by side, the first as the base.

    `figures`: one row a measure (units in the names), one column a plan. `investments`: one row a project that some
    plan builds, in each plan's column the modules and the years in which they open. `words`: one sentence a plan, which
    says whether the difference of cost is more than the proven gaps leave open.
    """

    figures: pd.DataFrame
    investments: pd.DataFrame
    words: tuple[str, ...]

    def __repr__(self) -> str:
        """The sentences."""
        return "\n".join(self.words)


@kept_as_python_text
def compare(base: Plan, *others: Plan, names: Sequence[str] = ()) -> Comparison:
    """Set plans side by side; `names` call them otherwise than by scenario and edits.

    Raises ValueError when the number of names is not that of the plans, or when a name stands for two of them.
    """
    plans = (base, *others)
    called = list(names) or _names(plans)
    if len(called) != len(plans) or len(set(called)) != len(called):
        raise ValueError(f"{len(plans)} plans need {len(plans)} different names, not {called}")
    figures = pd.DataFrame(
        {name: pd.Series(measures(plan), dtype=float) for name, plan in zip(called, plans, strict=True)}
    )
    opened = {name: _openings(plan) for name, plan in zip(called, plans, strict=True)}
    investments = pd.DataFrame(opened, dtype=object).fillna("").sort_index()
    records = [_record(plan) for plan in plans]
    said = [f"{called[0]}: {status_words(base.outcome)}"]
    for name, record in zip(called[1:], records[1:], strict=True):
        said.append(f"{name}: {difference_words(record, records[0])}.")
    return Comparison(figures, investments, tuple(said))


@kept_as_python_text
def study(
    name: Study,
    case: Case,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int = 2,
    workers: int | None = 1,
    tell: Callable[[str], None] = print,
    **asked: object,
) -> Mapping[str, pd.DataFrame]:
    """Run a study of a case; returns its tables by name.

    "calibration" fits the constants of choice to what was counted in the base year, "sizes" does so with other sizes of
    markets, "validation" runs the years of the sheet History, "switches" plans one year without each item in turn, and
    "candidates" says of every project what it would cost to decide otherwise. The others plan many variants of the case
    and take the options of their command as they are called there: `study("uncertainty", case, before=2029)`,
    `study("force", case, project="P40", decision="out")`; `scenarios` of "value" is a list. With `workers` above 1 such
    plans are shared out among processes. `time_limit` is that of each plan in seconds (switches: 60 when none is
    given), for candidates up to five times more for the answers. Progress goes to `tell`, a sentence at a time. Raises
    ValueError for an unknown study or option and when the case does not hold what it needs. Raises KeyboardInterrupt
    when it is stopped.
    """
    if name not in STUDIES:
        raise ValueError(f"there is no study {name!r}; there are: {', '.join(sorted(STUDIES))}")
    allowed = (*OF_VARIANTS.get(name, ()), *(("scenarios",) if name == "value" else ()))
    if strange := [option for option in asked if option not in allowed]:
        raise ValueError(f"study {name} has no option {strange[0]!r}; it has: {', '.join(allowed) or 'none'}")
    options = SolveOptions("auto", gap, time_limit, None, threads, workers=workers)
    return _candidates(case, options, tell) if name == "candidates" else _worked(name, case, options, tell, asked)


def _worked(
    name: str, case: Case, options: SolveOptions, tell: Callable[[str], None], asked: Mapping[str, object]
) -> Mapping[str, pd.DataFrame]:
    from model.studies.commands import study_run

    every = dict.fromkeys((*(option for options in OF_VARIANTS.values() for option in options), "scenarios"))
    if problem := study_problem(Namespace(study=name, **{**every, **asked})):
        raise ValueError(problem.replace("--", ""))
    given = dict.fromkeys((*OF_VARIANTS.get(name, ()), "scenarios")) | as_typed(asked)
    with listening() as stop:
        timed = STUDIES[name].timed(options)
        tables, words = study_run.worked(name, case, case, timed, _Teller(tell), given, stop_asked=stop.asked)
    if words:
        tell(words)
    return {NAMED.get(sheet, sheet): table for sheet, table in tables.items()}


class _Teller(Reporter):
    """Hands what a study says to a function; tables are given back and not shown."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def note(self, words: str) -> None:
        self._tell(words)


def _candidates(case: Case, options: SolveOptions, tell: Callable[[str], None]) -> dict[str, pd.DataFrame]:
    with listening() as stop:
        asked = partial(candidate_tables, seconds=options.time_limit or 3600.0, stopped=stop.asked)
        plan = until_stopped(stop.asked, asked)(case, options)
    tell(status_words(plan.outcome))
    return {"investments": plan.tables["investments"], "candidates": plan.tables.get("candidates", pd.DataFrame())}


def _names(plans: Sequence[Plan]) -> list[str]:
    """Scenario and edits of each plan, with a number where that is the same for several."""
    said = ["; ".join([plan.case.scenario, *getattr(plan.case, "edits", ())]) for plan in plans]
    return [f"{word} ({said[: i + 1].count(word)})" if said.count(word) > 1 else word for i, word in enumerate(said)]


def _record(plan: Plan) -> dict[str, object]:
    """What `difference_words` reads of a run."""
    outcome = plan.outcome
    return {
        "measures": measures(plan),
        "projects": project_records(plan),
        "status_words": status_words(outcome),
        "objective_million_usd": outcome.objective,
        "bound_million_usd": outcome.bound,
    }


def _openings(plan: Plan) -> dict[str, str]:
    """'P27 6 container ships' → '1 in 2027, 2 in 2031' for what opens."""
    said: dict[str, list[str]] = {}
    for row in project_table(plan).to_dict("records"):
        said.setdefault(f"{row['project']} {row['name']}", []).append(f"{row['modules']} in {row['opening_year']}")
    return {project: ", ".join(words) for project, words in said.items()}
