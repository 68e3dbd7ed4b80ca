"""Cases in which something is decided: rows of the sheet Decisions that hold a plan, or force one project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.declared import require_known
from model.case.schema import SHEETS
from model.formulation.investment import choosable_projects
from model.studies.variants.answers import Answer, Opening

FIRST_ROW = 2
Row = Mapping[str | int, Any]


def with_rows(case: Case, sheet: str, rows: Iterable[Row]) -> Case:
    """The case with more rows at the end of a sheet, in canonical units.

    Raises RuntimeError for rows that split a period: what such a case costs is no difference to what this one costs.
    """
    table = case.table(sheet)
    new = list(rows)
    start = max(table.index, default=FIRST_ROW - 1) + 1
    numbers = [*table.index, *range(start, start + len(new))]
    given: list[Row] = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    longer = case.with_tables(**{sheet: canonical_table(SHEETS[sheet], [*given, *new], rows=numbers)})
    if longer.periods != case.periods:
        raise RuntimeError(f"Rows of {sheet} split a period: split the case there first (Case.split_at).")
    return longer


def free_projects(case: Case) -> list[str]:
    """Candidates and purchases of ships: all that can be decided."""
    projects = choosable_projects(case)
    return [str(project) for project in projects.index[projects["status"] == "candidate"]]


def decided_in(case: Case) -> set[str]:
    """Projects that the sheet Decisions has open: no plan of the case goes without them."""
    decisions = case.table("Decisions")
    return set(decisions.loc[decisions["decision"] == "in", "project"])


def held(case: Case, answer: Answer, before: int | None = None) -> tuple[Case, list[str]]:
    """The case with the openings of an answer, and no others; with `before` only those before that year.

    Also the projects that open in the answer then and are nothing to decide in this case, as they are excluded or
    committed in it.
    """
    opened = {opening.project for opening in answer.openings if opening.year <= _end(case, before)}
    return with_rows(case, "Decisions", held_rows(case, answer, before)), sorted(opened - set(free_projects(case)))


def held_rows(case: Case, answer: Answer, before: int | None = None) -> list[Row]:
    """The rows of the sheet Decisions by which `held` holds an answer."""
    end = _end(case, before)
    due = [opening for opening in answer.openings if opening.year <= end]
    return [
        row
        for project in free_projects(case)
        for row in opening_rows(project, [one for one in due if one.project == project], case.first_year, end)
    ]


def require_before(case: Case, year: int) -> None:
    """Raises ValueError unless something of the plan lies before the year, and something from it on."""
    first, last = case.first_year, case.last_year
    if first == last:
        raise ValueError(f"The plan has one year, {first}: nothing in it lies before another.")
    if not first < year <= last:
        raise ValueError(f"The year before which is decided must be within {first + 1}–{last}, not {year}.")


def _end(case: Case, before: int | None) -> int:
    return case.last_year if before is None else min(before - 1, case.last_year)


def opening_rows(project: str, openings: list[Opening], first: int, last: int) -> list[Row]:
    """Rows of Decisions: what opens in these years, and nothing in the years between."""
    rows: list[Row] = []
    begin = first
    for year, same in groupby(sorted(openings, key=lambda one: one.year), key=lambda one: one.year):
        if begin < year:
            rows.append(_decision(project, "out", begin, year - 1))
        rows.append(_decision(project, "in", year, year) | {"modules": float(sum(one.modules for one in same))})
        begin = year + 1
    if begin <= last:
        rows.append(_decision(project, "out", begin, last))
    return rows


def forced(case: Case, project: str, when: int | str | None = None) -> tuple[Case, str]:
    """The case with one project in, in some year (`when` None) or in a year, or 'out'; and that in words.

    Raises ValueError for a project that cannot be decided, with the nearest name, and for a year outside the plan.
    """
    free = free_projects(case)
    if project not in free:
        status = case.lookup("Projects", "status").get(project)
        if status is not None:
            raise ValueError(f"{project} is {status} in the scenario {case.scenario}: there is nothing to decide.")
        require_known(project, free, "project or purchase of ships to decide on called")
    if when == "out":
        return with_rows(case, "Decisions", [{"project": project, "decision": "out"}]), f"{project} out"
    if when is None:
        return with_rows(case, "Decisions", [{"project": project, "decision": "in"}]), f"{project} in"
    year = int(when)
    case.require_year(year)
    return with_rows(case, "Decisions", [_decision(project, "in", year, year)]), f"{project} in {year}"


def _decision(project: str, decision: str, first: int, last: int) -> dict[str | int, Any]:
    return {"project": project, "decision": decision, "from_year": float(first), "last_year": float(last)}
