"""What insisting on one project costs: the plan with it in, in a year, or out, against the free plan."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.case.case import Case
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.held import forced
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference, dearer

COLUMNS = ["plan", "cost", "lower bound", "chosen", "unserved", "opens"]


@dataclass(frozen=True)
class Insistence:
    """`rows`: both plans. `changes`: what opens otherwise. `costs`: what insisting costs, `words` on what."""

    rows: pd.DataFrame
    changes: pd.DataFrame
    costs: Difference
    words: str


def insist(case: Case, project: str, when: int | str | None, planner: Planner) -> Insistence:
    """Plan the case as it is and with the decision.

    Raises ValueError for a project or year that cannot be decided, and where there is no plan of either.
    """
    altered, words = forced(case, project, when)
    answers = planner([Variant("free", "the free plan", case), Variant("forced", words, altered)])
    free, insisted = answers["free"], answers["forced"]
    require_plan(free, "the case itself")
    require_plan(insisted, f"the case with {words}")
    table = pd.DataFrame([plan_row("free", free), plan_row(words, insisted)], columns=COLUMNS)
    return Insistence(table, opening_changes(free, insisted), dearer(insisted, free), words)


def plan_row(name: str, answer: Answer) -> tuple[str, float | None, float | None, float, float, str]:
    """An answer in a row of a table, as COLUMNS."""
    return name, answer.cost, answer.bound, answer.spent, answer.unserved, opening_words(answer)


def opening_words(answer: Answer) -> str:
    """'P1 2027, P2 2028 (2 modules)'."""
    return ", ".join(
        f"{one.project} {one.year}" + (f" ({one.modules} modules)" if one.modules != 1 else "")
        for one in answer.openings
    )


def opening_changes(before: Answer, after: Answer) -> pd.DataFrame:
    """Projects that open otherwise in the second plan: project, before, after (years with modules; '' for never)."""
    then, now = (_by_project(answer) for answer in (before, after))
    names = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    rows = [(name, then.get(name, ""), now.get(name, "")) for name in names]
    return pd.DataFrame(rows, columns=["project", "before", "after"])


def entering_and_leaving(before: Answer, after: Answer) -> tuple[str, str]:
    """Projects of the second plan alone, and of the first alone, in words."""
    enters, leaves = after.projects - before.projects, before.projects - after.projects
    return ", ".join(sorted(enters)), ", ".join(sorted(leaves))


def _by_project(answer: Answer) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for one in answer.openings:
        said.setdefault(one.project, []).append(str(one.year) + (f" x {one.modules}" if one.modules != 1 else ""))
    return {name: ", ".join(years) for name, years in said.items()}
