"""What the work of a study gets and gives back, whoever asks: a command line or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Reporter
from model.studies.one_plan import OnePlan, until_stopped
from model.studies.runs.solving import never
from model.studies.variants.planning import Planner

Tables = Mapping[str, pd.DataFrame]
Asked = Mapping[str, Any]
"""Options of the study by name; None for what nobody gave."""


@dataclass(frozen=True)
class Task:
    """`base` is the case as it stands in the workbooks, `case` that under the scenario asked for."""

    base: Case
    case: Case
    planner: Planner
    reporter: Reporter
    options: SolveOptions
    asked: Asked
    stop_asked: Callable[[], bool] = never

    @property
    def one_plan(self) -> OnePlan:
        """Makes single plans, and raises KeyboardInterrupt once a stop was asked for."""
        return until_stopped(self.stop_asked)


Work = Callable[[Task], tuple[Tables, str]]
"""Tables by sheet, and what they come to in a few lines, '' where they speak for themselves. Raises ValueError."""


@dataclass(frozen=True)
class StudyResult:
    """What a study found, for whoever writes it down. `options` are those that somebody gave."""

    name: str
    title: str
    case_title: str
    scenario: str
    tables: Tables
    words: str
    options: Asked
    case_note: str = ""
