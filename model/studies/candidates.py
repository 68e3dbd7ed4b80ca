"""What each decision is worth: every project of the plan taken out or opened later, every other one forced in.

The answers are exact costs of changed plans (all routes priced, ships shared out anew), with everything else of the
plan held. A planner free to rearrange the rest can only do better: so what is said here is the most that it costs to
force a project in, or to leave one out. What time does not allow is left at the lower bound by the plan's prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from model.formulation.investment import choosable_projects, opening_is_possible
from model.formulation.rule_closures import Modules, RuleClosures
from model.network.graph import FloatArray
from model.plan.extract import Extraction
from model.plan.kinds import KINDS
from model.plan.tables import MINIMUM
from model.solvers.core.progress import Interrupted
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Solution
from model.studies.candidate_kinds import ByKind, SavedByKind
from model.studies.candidate_years import COLUMNS as YEARS
from model.studies.candidate_years import YearByYear

COLUMNS = (
    "project", "question", "opening_year", "modules", "cost", "own_cost", "at_least", "change", "exact", "best",
    "along", "breaks",
)  # fmt: skip
OUT, LATER, IN = "taken out", "opened later", "forced in"
TINY = 1e-6
CHOSEN_TIMES = 4.0  # seconds for the projects of the plan, for each second for the others


def candidate_tables(
    problem: Problem,
    solution: Solution,
    seconds: float,
    stopped: Callable[[], bool] = lambda: False,
    *,
    brief: bool = False,
) -> dict[str, pd.DataFrame]:
    """Tables candidates, candidate_years and those of the minimum; at most about so many seconds, or until `stopped`.

    What each project of the plan is worth is no extra: it comes first, and may take CHOSEN_TIMES as long by itself.
    `brief` leaves out later openings and kinds of cost. None where only the plan and its gap were asked for, and where
    a stop was: then no question is begun.
    """
    if problem.options.brief:
        return {}
    if problem.progress.stop_asked or stopped():
        problem.progress.tell("answers", "what other decisions would cost is left out: a stop was asked for")
        return {}
    try:
        asked = WhatIf(problem, solution, (1 + CHOSEN_TIMES) * seconds)
        asked.stopped = stopped
        candidates = Candidates(asked, seconds, brief)
        tables = {"candidates": candidates.table(), "candidate_years": candidates.years()}
        return {**tables, **_minimum(asked)}  # last: so far from the plan the parts are slow to come back
    except Exception as error:  # answers are an extra: their failure must not cost the run
        words = f"what other decisions would cost could not be worked out ({type(error).__name__})"
        problem.progress.tell("answers", words)
        return {}


def _minimum(asked: WhatIf) -> dict[str, pd.DataFrame]:
    """Tables (MINIMUM) of the plan that opens only what is committed; empty when there is none in time."""
    formulation = asked.problem.formulation
    try:
        plan = asked.plan(asked.least_built())
    except Interrupted:
        plan = None
    if plan is None:
        return {}
    tables = Extraction(formulation, plan).some(tuple(MINIMUM))
    return {MINIMUM[name]: table for name, table in tables.items()}


@dataclass(frozen=True)
class Change:
    """One changed plan: the fixed columns, a lower bound of its cost, what goes along with it, and what it breaks.

    `modules` are all that open or stay away otherwise than in the plan, of the project and of what goes along; `own` is
    what those of the project alone cost [million USD].
    """

    opening: int
    modules: int
    values: FloatArray
    own: float
    at_least: float
    along: str
    breaks: str


@dataclass
class Candidates:
    """Questions of one plan: what is in it first, then what is not, then what is committed.

    `seconds` of computing for the last two, and CHOSEN_TIMES as many for the first; None leaves it to `asked`. `brief`
    leaves out what later openings of what is built cost, and what is saved of which kind of cost.
    """

    asked: WhatIf
    seconds: float | None = None
    brief: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    told: list[tuple[dict[str, Any], Change]] = field(default_factory=list)
    kinds: dict[str, ByKind] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """One row for each project and opening looked at; `best` marks the one to tell. Columns: COLUMNS."""
        formulation = self.asked.problem.formulation
        self.projects = choosable_projects(formulation.case)
        self.closures = RuleClosures(formulation.case, self.asked.modules())
        built = [name for name in self.projects.index if self.closures.opened(str(name)) is not None]
        forced = self.projects["status"] == "committed"
        out = [(str(name), [self._taken_out(str(name))]) for name in built if not forced[name]]
        bound = [(str(name), [self._taken_out(str(name))]) for name in built if forced[name]]
        others = [str(name) for name in self.projects.index if name not in built]
        into = [(name, self._forced_in(name)) for name in others]
        into.sort(key=lambda pair: self._urgency(*pair))
        out.sort(key=lambda pair: pair[1][0].at_least > TINY)  # a bound that says something can wait
        # what is committed stays whatever it costs, and without it most flows move: asked last
        for question, work, times in ((OUT, out, CHOSEN_TIMES), (IN, into, 1.0), (OUT, bound, 0.0)):
            if self.seconds is not None and times:
                self.asked.allow(times * self.seconds)
            for name, changes in work:
                self._answer(name, question, changes)
            if work is out and not self.brief:
                for name, _ in out:
                    self._answer_later(name)
                self._split()
        return pd.DataFrame(self.rows, columns=list(COLUMNS))

    def _urgency(self, project: str, changes: list[Change]) -> tuple[bool, float, float]:
        """Projects that the bound leaves open come first, of them those of most capital: they are asked about most."""
        least = min((one.at_least for one in changes), default=np.inf)
        open_ = least < -TINY
        row: Any = self.projects.loc[project]
        return not open_, -float(row["capex"]) if open_ else 0.0, least

    def _taken_out(self, project: str) -> Change:
        closure = self.closures.without(project)
        return self._change(self.closures.opened(project) or 0, project, closure)

    def _answer_later(self, project: str) -> None:
        """The row of a project of the plan opened in the next period, with what the rules delay; none after the last.

        Modules that the plan opens later stay where they are.
        """
        opening = self.closures.opened(project) or 0
        periods = self.asked.problem.formulation.periods
        after = next((one for one in periods if one.opens and one.first_year > opening), None)
        if after is None:
            return
        change = self._change(after.first_year, project, self.closures.later(project, after.name))
        row = self._row(project, LATER, change)
        self._evaluate(row, change)
        if not row["exact"]:
            row["at_least"] = self.asked.at_least(change.values, by_part=True)
        self.rows.append(row)

    def _split(self) -> None:
        """What the projects of the plan save by kind of cost, as long as there is time."""
        by_year, by_kind = YearByYear(self.asked), SavedByKind(self.asked)
        with suppress(Interrupted):
            for row, change in self.told if by_year.is_known else ():
                if row["exact"]:
                    benefits = [(year, benefit) for year, _, benefit in by_year.of(change.values, exact=True)]
                    found = by_kind.of(change.values, benefits)
                    self.kinds |= {} if found is None else {row["project"]: found}

    def _forced_in(self, project: str) -> list[Change]:
        """One change for each period in which the project and what goes along could open by their own dates.

        Where the dates of what goes along allow none, all are looked at: each says what it breaks.
        """
        row: Any = self.projects.loc[project]
        found = []
        for period in self.asked.problem.formulation.periods:
            in_time = opening_is_possible(self.asked.problem.formulation.case, row, period)
            if not in_time or not self._in_window(project, period.first_year):
                continue
            closure = self.closures.with_(project, period.name)
            change = self._change(period.first_year, project, closure)
            if not self.asked.impossible(change.values):  # what goes along cannot be ready by then, nor be paid for
                found.append((change, self._all_in_window(closure)))
        return [change for change, allowed in found if allowed] or [change for change, _ in found]

    def _in_window(self, project: str, year: int) -> bool:
        """Whether a project may open in a year by its earliest and latest opening."""
        row: Any = self.projects.loc[project]
        return not (year < row["earliest_opening"] or year > row["latest_opening"])  # a blank one forbids nothing

    def _all_in_window(self, closure: Modules) -> bool:
        """Whether whatever opens by a change and not in the plan may open then."""
        plan, begins = self.asked.modules(), dict[str, int]()
        for period in self.asked.problem.formulation.periods:
            for name in self.projects.index:
                if closure.get((name, period.name), 0) > plan[name, period.name]:
                    begins.setdefault(name, period.first_year)
        return all(self._in_window(name, year) for name, year in begins.items())

    def _change(self, opening: int, project: str, closure: Modules) -> Change:
        """The change with what is best renewed of it by the prices of the plan."""
        words = self.closures.words(project, closure)
        ways = []
        for way in self.closures.renewing(closure):
            values = self.asked.values(way)
            broken = "; ".join(self.asked.broken(values))
            least, own = self.asked.at_least(values), self._own(project, way, values)
            ways.append(Change(opening, self._moved(closure), values, own, least, words, broken))
        return min(ways, key=lambda one: (bool(one.breaks), one.at_least))

    def _own(self, project: str, way: Modules, values: FloatArray) -> float:
        """What the modules of the project cost of a change, million USD: nothing else moved."""
        alone = {key: count for key, count in way.items() if key[0] == project}
        return self.asked.investment(values if len(alone) == len(way) else self.asked.values(alone))

    def _moved(self, closure: Mapping[tuple[str, str | int], int]) -> int:
        """Modules that a change moves: of each project the most by which it differs in a period."""
        plan = self.asked.modules()
        most: dict[str, int] = {}
        for (name, period), modules in closure.items():
            most[name] = max(most.get(name, 0), abs(modules - plan[name, period]))
        return sum(most.values())

    def _answer(self, project: str, question: str, changes: list[Change]) -> None:
        """Rows of one project, the most promising opening first; `best` is the cheapest one that breaks nothing.

        Openings that there was no time for count with their bounds, the sharpest ones where they decide: an exact one
        is not the best as long as another may cost less.
        """
        ranked = sorted(changes, key=lambda one: (bool(one.breaks), one.at_least))
        rows: list[dict[str, Any]] = []
        for change in ranked:
            row = self._row(project, question, change)
            if not rows or self._promising(row, rows):
                self._evaluate(row, change)
            rows.append(row)
        allowed = [row for row in rows if not row["breaks"]] or rows
        if rows:
            by_year, sharpened = {one.opening: one for one in ranked}, set[int]()
            while (best := min(allowed, key=_least))["opening_year"] not in sharpened:
                sharpened.add(best["opening_year"])
                best["at_least"] = self.asked.at_least(by_year[best["opening_year"]].values, by_part=True)
            best["best"] = True
            self.told.append((best, by_year[best["opening_year"]]))
        self.rows += rows

    def _promising(self, row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
        """Whether an opening may cost less than those looked at, or save more for its money."""
        exact = [one for one in rows if one["exact"]]
        least = min((one["change"] for one in exact), default=np.inf)
        ratio = max((saved_share(one["cost"], one["change"]) for one in exact), default=-np.inf)
        return bool(row["at_least"] < least - TINY or saved_share(row["cost"], row["at_least"]) > ratio + TINY)

    def _row(self, project: str, question: str, change: Change) -> dict[str, Any]:
        return {
            "project": project,
            "question": question,
            "opening_year": change.opening,
            "modules": change.modules,
            "cost": self.asked.investment(change.values),
            "own_cost": change.own,
            "at_least": change.at_least,
            "change": np.nan,
            "exact": False,
            "best": False,
            "along": change.along,
            "breaks": change.breaks,
        }

    def _evaluate(self, row: dict[str, Any], change: Change) -> None:
        """The exact answer, where there is time for it or it is known."""
        with suppress(Interrupted):
            exact = self.asked.exactly(change.values)
            if np.isfinite(exact):
                row.update(change=exact, exact=True)

    def years(self) -> pd.DataFrame:
        """Outlays and benefits by year of the best opening of each project; no rows where periods share something.

        Exact, or a bound, as the project's row in `rows`. Columns: candidate_years.COLUMNS.
        """
        by_year = YearByYear(self.asked)
        rows = [
            (row["project"], row["question"], row["opening_year"], *line, *self._kinds(row["project"], line[0]))
            for row, change in (self.told if by_year.is_known else ())
            for line in by_year.of(change.values, exact=row["exact"])
        ]
        return pd.DataFrame(rows, columns=list(YEARS))

    def _kinds(self, project: str, year: int) -> list[float]:
        """What a project saves in a year of each kind of cost; NaN where that was not worked out."""
        found = self.kinds.get(project)
        return [np.nan if found is None else found.get((kind, year), 0.0) for kind in KINDS]


def _least(row: dict[str, Any]) -> float:
    """What an opening is known to cost on top of the plan, at least."""
    return float(row["change"] if row["exact"] else row["at_least"])


def saved_share(cost: float, change: float) -> float:
    """What the rest of the costs falls by, per money spent on the change."""
    return (cost - change) / cost if cost > 0 else 0.0
