"""What to commit to now, what to prepare, what to leave: every project, with cost, worth and what would reverse it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from model.formulation.rule_closures import goes_with, goes_without
from model.reports.analysis.trials import BOUND, OPEN, taken_together, trials_of
from model.reports.analysis.value import Values
from model.reports.analysis.why import decisions
from model.reports.brief.blocks import Block, Figure, Head, Record
from model.reports.brief.saved import saved_words
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed
from model.studies.console.words import count

NOW_YEARS: Final = 2
"""Money due in so many first years of the plan has to be committed now: a budget is voted for the year after this."""
LEFT_SHOWN: Final = 8
SIGNS: Final = {
    True: {BOUND: "worth: at least", OPEN: "worth: not worked out"},
    False: {BOUND: "worth: at most", OPEN: "worth: not worked out"},
}
PRESENT: Final = "million USD, present value"
HEADS: Final = (
    Head("Opens", kind="year"),
    Head("Money due from", kind="year"),
    Head("Capital", "million USD"),
    Head("Costs", PRESENT),
    Head("Worth", PRESENT),
    Head("Reversed if its costs change by", kind="change"),
)


@dataclass(frozen=True)
class Choice:
    """Projects of the plan by when their money is due, and those left out, the dearest first.

    Columns are those of `why`, `due`, and of what is left out `name` and `capital` [million USD, first module]; `due`
    and `opens` are years by project.
    """

    urgent: pd.DataFrame
    later: pd.DataFrame
    left: pd.DataFrame
    due: Mapping[str, int]
    opens: Mapping[str, int]

    @property
    def only_bounds(self) -> bool:
        """Whether every figure that the brief shows is a bound from prices."""
        kinds = [*self.urgent["kind"], *self.later["kind"], *self.left["kind"].head(LEFT_SHOWN)]
        return bool(kinds) and all(kind == BOUND for kind in kinds)

    @staticmethod
    def capital(facts: Facts, project: str) -> float:
        """Capital of what opens of a project, million USD."""
        return float(facts.openings.loc[facts.openings["project"] == project, "capex"].sum())


def choice(facts: Facts) -> Choice:
    """What the plan does with every project that it was free to open."""
    frame = facts.once(decisions)
    first = facts.openings[::-1]
    due = {str(row.project): int(row.first_spending) for row in rows(first)}
    opens = {str(row.project): int(row.opening_year) for row in rows(first)}
    built = frame[frame["decision"] == "Build"]
    built = built.assign(due=built["project"].map(due)).sort_values("due", kind="stable")
    urgent = built["due"] < facts.case.first_year + NOW_YEARS
    left = frame[frame["decision"] == "Not built"]
    left = left.assign(
        name=[facts.project_name(one) for one in left["project"]],
        capital=[float(facts.project_rows[str(one)].capex) for one in left["project"]],
    ).sort_values("capital", ascending=False, kind="stable")
    return Choice(built[urgent], built[~urgent], left, due, opens)


def decisions_block(facts: Facts) -> Block:
    """Groups of projects, the most urgent first; of those left out the dearest."""
    found = facts.once(choice)
    records = [
        _record(facts, label, row, found.due, all_bounds=found.only_bounds)
        for label, frame in (
            ("Commit now", found.urgent), ("Prepare", found.later), ("Leave", found.left.head(LEFT_SHOWN)),
        )
        for row in rows(frame)
    ]  # fmt: skip
    if len(found.left) > LEFT_SHOWN:
        more = len(found.left) - LEFT_SHOWN
        records.append(Record("Leave", f"and {count(more, 'more project')}, with less capital: sheet Why_not."))
    records += _committed(facts)
    return Block(
        "decide", "What to commit to now, what to prepare, what to leave", "Decision", "Project", HEADS,
        tuple(records) or (Record("Nothing to decide", "The case has no project that is free to open."),),
        note=f"Commit now: money is due before {facts.case.first_year + NOW_YEARS}. Costs: capital and upkeep less "
        f"salvage. Worth: what it saves elsewhere, with the rest of the plan held{_bounds(found)}. {_sums(found)}"
        "Reversed: the change of its costs, as a share of them, that would reverse it. Leave: figures if it is forced "
        "in, in the year in which that costs least (in brackets); reversed in its easiest year, named where that is "
        "another. Blank: not worked out in the time given, not worth it even free, or a limit is in the way.",
        sheet="Projects",
    )  # fmt: skip


def _record(facts: Facts, label: str, row: Any, due: Mapping[str, int], *, all_bounds: bool) -> Record:
    project = str(row.project)
    opened = project in due
    turn = turning_of(facts, row)
    said = [] if opened else [str(int(row.year))] if not pd.isna(row.year) else []
    if not all_bounds and row.kind in SIGNS[opened]:
        said.append(SIGNS[opened][row.kind])
    if said and turn.is_known and turn.year not in (None, row.year):
        bound = ", by so much or more" if turn.is_bound and not all_bounds else ""
        said.append(f"reversed most easily in {turn.year}{_other_package(turn, row)}{bound}")
    sign = f" ({'; '.join(said)})" if said else ""
    return Record(
        label,
        f"{project} {facts.project_name(project)}{sign}{_companions(row, opened)}{_others(facts, row)}",
        (
            Figure(float(row.year) if opened else math.nan),
            Figure(float(due[project]) if opened else math.nan),
            _capital(facts, project, str(row.along or ""), opened=opened),
            Figure(_number(row.cost), "Project_figures", project, "cost"),
            Figure(_number(row.value), "Project_figures", project, "value"),
            Figure(turn.change if turn.is_known else math.nan),
        ),
    )


def _bounds(found: Choice) -> str:
    """What kind of figure all of them are; nothing where each row says it."""
    return ": all figures are bounds, at least, of what is left out at most" if found.only_bounds else ""


def _capital(facts: Facts, project: str, along: str, *, opened: bool) -> Figure:
    """Capital of what the costs beside it are of: the project, with what goes along with it."""
    own = Figure(Choice.capital(facts, project), "Projects", project, "opened")
    gone = sum(Choice.capital(facts, one) for one in goes_without(along))
    if opened:
        return Figure(own.value + gone) if gone else own
    more = sum(float(facts.project_rows[one].capex) for one in goes_with(along, moved=False)) - gone
    first = Figure(float(facts.project_rows[project].capex), "Projects", project, "capex")
    return Figure(first.value + more) if along else first


def _companions(row: Any, opened: bool) -> str:
    """', together with P43' of what leaves the plan with it; ', with P44' of what would come into it."""
    along = str(row.along or "")
    return f", {taken_together(along) if opened else along}" if along else ""


def _sums(found: Choice) -> str:
    """That columns do not add up, where figures of a row are those of several projects."""
    if not any([*found.urgent["along"], *found.later["along"], *found.left["along"].head(LEFT_SHOWN)]):
        return ""
    return (
        "With, together with, without: capital, costs and worth of a row are of all that comes or goes, so that these "
        "columns do not add up. "
    )


def _others(facts: Facts, row: Any) -> str:
    """What of its worth is of which kind of cost, and what others pay."""
    words = saved_words(facts, row)
    return f".{words}" if words else ""


@dataclass(frozen=True)
class Turn:
    """At what `change` of its own costs the decision on a project turns, as a share of them; NaN when unknown.

    Of what is left out in the `year` of opening in which that is nearest, with what goes `along`. A bound where
    `is_bound`: it takes so much, or more.
    """

    project: str
    change: float
    year: int | None = None
    along: str = ""
    is_bound: bool = False

    @property
    def is_known(self) -> bool:
        """Whether some change of its costs is known to turn it; what is not worth it even free turns at none."""
        return self.change > -1


def turning_of(facts: Facts, row: Any) -> Turn:
    """The turn of a project, a row of `why.decisions`: from what was worked out, else from prices."""
    project, left = str(row.project), row.decision == "Not built"
    trials = facts.once(trials_of)
    if trials.known:
        trial = trials.easiest(project)
        if trial is None:
            return Turn(project, math.nan)
        return Turn(project, trial.turning, trial.opening if left else None, trial.along, not trial.exact)
    changes: dict[int | None, float] = {None: turning(row.cost, row.value)}
    if left and not math.isnan(changes[None]):
        values = facts.once(Values)
        for one in values.openings(project):
            changes[one] = turning(values.cost(project, one), values.value(project, one))
        # prices bound from above what is saved: a year that seems to pay says nothing
        changes = {one: change for one, change in changes.items() if one and change < 0} or {None: math.nan}
    year = max(changes, key=lambda one: changes[one])
    return Turn(project, changes[year], year, "", row.kind == BOUND)


def _other_package(turn: Turn, row: Any) -> str:
    """' with P42' where something else goes along than in the year of the figures."""
    return "" if turn.along == (row.along or "") else f" {turn.along or 'alone'}"


def turning(cost: float | None, value: float | None) -> float:
    """Change of a project's costs, as a share of them, at which it pays for itself exactly; NaN when unknown.

    Above 0 for what pays: costs may rise so far. Below 0 for what does not: they would have to fall so far.
    """
    known, worth = _number(cost), _number(value)
    return worth / known - 1 if known > 1e-6 and not math.isnan(worth) else math.nan


def _number(value: Any) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)


def _committed(facts: Facts) -> list[Record]:
    """What opens whatever the plan, in one row."""
    opened = facts.openings[facts.openings["status"] == "committed"]
    if opened.empty:
        return []
    names = listed([f"{row.project} ({int(row.opening_year)})" for row in rows(opened)], len(opened))
    capital = Figure(float(opened["capex"].sum()))
    blank = Figure(math.nan)
    return [Record("Committed already", names, (blank, blank, capital, blank, blank, blank))]


def unsettled(facts: Facts) -> list[str]:
    """Projects on which a cheaper plan may decide otherwise.

    By the proof where it looked at them (sheet Settled), else by the figures of this run: no figure settles it, or the
    opposite is cheaper.
    """
    if facts.plan.outcome.settled:
        return [str(one.project) for one in facts.plan.outcome.settled.values() if not one.is_settled]
    frame = facts.once(decisions)
    chosen = frame[frame["decision"].isin(["Build", "Not built"])]
    opposite = chosen["opposite"].astype(float)
    open_ = (chosen["kind"] == OPEN) | (opposite < -1e-6)
    return [str(project) for project in chosen.loc[open_, "project"]]


def nearest(facts: Facts) -> list[Turn]:
    """Projects by how little their costs would have to change to turn the decision; those of which that is known."""
    frame = facts.once(decisions)
    chosen = frame[frame["decision"].isin(["Build", "Not built"])]
    turns = [turn for row in rows(chosen) if (turn := turning_of(facts, row)).is_known]
    packages: dict[tuple[frozenset[str], int | None], Turn] = {}  # each once
    for turn in sorted(turns, key=lambda turn: abs(turn.change)):
        packages.setdefault((frozenset({turn.project, *goes_with(turn.along)}), turn.year), turn)
    return list(packages.values())
