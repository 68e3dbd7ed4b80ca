"""Two stages of decisions: works that begin before a year, the same in all futures, and works that begin later.

A work is decided when its construction begins, and not when it opens: what begins before the year is known by its
slot, the year in which it would open if it were built in the usual time. In a future in which works take longer, the
same slot opens later, with the first period that it can open with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.case.canonical import records
from model.case.case import Case
from model.formulation.investment import capital_of_later_module, choosable_projects
from model.studies.variants.answers import Answer, Opening
from model.studies.variants.held import Row, free_projects, opening_rows, require_before

Commitment = tuple[Opening, ...]
"""What is decided now: openings by slot, in order of project and slot; `year` is the slot."""


@dataclass(frozen=True)
class Statement:
    """One limit on what is decided now: so many modules in a slot, or, without a slot, whether any begin at all."""

    project: str
    slot: int | None
    modules: int

    @property
    def words(self) -> str:
        """'P1 begins now', 'P1 does not begin now', 'P1 in 2028: 1 module'."""
        if self.slot is None:
            return f"{self.project} {'begins' if self.modules else 'does not begin'} now"
        return f"{self.project} for {self.slot}: {self.modules}"


@dataclass(frozen=True)
class Stage:
    """What is decided before `year`, in cases that differ by future.

    `slots` are the years for which a project can be begun before then, with the construction time of the case that
    stands for all; `building` is that time.
    """

    year: int
    slots: Mapping[str, tuple[int, ...]]
    building: Mapping[str, int]
    _images: dict[tuple[str, str], dict[int, int | None]] = field(default_factory=dict, repr=False, compare=False)

    def images(self, case: Case, project: str) -> dict[int, int | None]:
        """The year in which each slot of a project opens in a future; None where that is after the plan ends."""
        key = (case.scenario, project)
        if key not in self._images:
            delay = _building(case)[project] - self.building[project]
            starts = [period.first_year for period in case.periods if period.opens]
            self._images[key] = {
                slot: next((year for year in starts if year >= slot + delay), None) for slot in self.slots[project]
            }
        return self._images[key]

    def last_opening(self, case: Case, project: str) -> int:
        """The last year in which something can open in a future that was begun before the year of the stage."""
        images = [year for year in self.images(case, project).values() if year is not None]
        return max([self.year - 1 + _building(case)[project], *images])

    def commitment(self, case: Case, answer: Answer) -> Commitment:
        """What a plan of a future begins before the year, by slot."""
        found: Counter[tuple[str, int]] = Counter()
        for opening in answer.openings:
            images = self.images(case, opening.project) if opening.project in self._deciding(case) else {}
            if images and opening.year <= self.last_opening(case, opening.project):
                before = [slot for slot, year in images.items() if year is not None and year <= opening.year]
                if before:
                    found[opening.project, max(before)] += opening.modules
        return tuple(Opening(*key, modules) for key, modules in sorted(found.items()))

    def held(self, case: Case, commitment: Commitment) -> list[Row]:
        """Rows of the sheet Decisions: these commitments, and no others; what begins later is free.

        Projects that the future excludes, or commits, are left as it has them.
        """
        rows: list[Row] = []
        for project in self._deciding(case):
            images = self.images(case, project)
            opened: Counter[int] = Counter()
            for one in commitment:
                year = images.get(one.year) if one.project == project else None
                if year is not None:
                    opened[year] += one.modules
            openings = [Opening(project, year, modules) for year, modules in sorted(opened.items())]
            last = min(self.last_opening(case, project), case.last_year)
            rows += opening_rows(project, openings, case.first_year, last)
        return rows

    def rows(self, case: Case, statements: Sequence[Statement]) -> list[Row]:
        """Rows of the sheet Decisions that say the statements in a future: no plan that keeps them is lost."""
        free = self._deciding(case)
        return [row for one in statements if one.project in free for row in self._row(case, one)]

    def _row(self, case: Case, statement: Statement) -> list[Row]:
        images = self.images(case, statement.project)
        slots = [statement.slot] if statement.slot is not None else list(images)
        years = [images[slot] for slot in slots]
        if None in years and statement.modules:
            return []  # it may open after the plan ends: nothing to ask of the plan
        shared = [year for slot, year in images.items() if slot not in slots]
        own = [year for year in years if year is not None and (statement.modules or year not in shared)]
        if not own or (statement.slot is not None and statement.modules and own[0] in shared):
            return []  # another slot opens in that year too
        row: dict[str | int, Any] = {
            "project": statement.project,
            "decision": "in" if statement.modules else "out",
            "from_year": float(min(own)),
            "last_year": float(max(own)),
        }
        return [
            row | {"modules": float(statement.modules)} if statement.slot is not None and statement.modules else row
        ]

    def _deciding(self, case: Case) -> list[str]:
        """Projects with slots that are free in a future."""
        return [project for project in free_projects(case) if project in self.slots]


def stage_of(year: int, cases: Sequence[Case]) -> Stage:
    """What can begin before a year in some of these cases.

    Raises ValueError for a year that is not within the plan, and when nothing can begin before it.
    """
    require_before(cases[0], year)
    stage = slots_before(year, cases)
    if not stage.slots:
        raise ValueError(f"Nothing can begin before {year}: there is nothing to decide now.")
    return stage


def slots_before(year: int, cases: Iterable[Case]) -> Stage:
    """As `stage_of`, for any year, also when nothing can begin before it.

    The first case that offers a project says its building time.
    """
    slots: dict[str, tuple[int, ...]] = {}
    building: dict[str, int] = {}
    for case in cases:
        years = _building(case)
        starts = [period.first_year for period in case.periods if period.opens]
        for project in free_projects(case):
            if project not in building:
                building[project] = years[project]
                slots[project] = tuple(start for start in starts if case.first_year <= start - years[project] < year)
    return Stage(year, {project: found for project, found in slots.items() if found}, building)


def keeps(answer: Answer, rows: Sequence[Row]) -> bool:
    """Whether a plan keeps rows of the sheet Decisions."""
    return all(_kept(answer, row) for row in rows)


def _kept(answer: Answer, row: Row) -> bool:
    opened = sum(
        one.modules
        for one in answer.openings
        if one.project == row["project"] and row["from_year"] <= one.year <= row["last_year"]
    )
    if row["decision"] == "out":
        return opened == 0
    return opened == row["modules"] if "modules" in row else opened >= 1


def _building(case: Case) -> dict[str, int]:
    return {str(name): int(years) for name, years in choosable_projects(case)["construction_years"].items()}


def commitment_words(commitment: Commitment) -> str:
    """'P1 for 2028, P2 for 2029 (2 modules)'; 'nothing' for none."""
    return (
        ", ".join(
            f"{one.project} for {one.year}" + (f" ({one.modules} modules)" if one.modules != 1 else "")
            for one in commitment
        )
        or "nothing"
    )


def without(commitment: Commitment, project: str) -> Commitment:
    """The commitments but for those on a project."""
    return tuple(one for one in commitment if one.project != project)


def capital_of(cases: Iterable[Case], opening: Opening) -> float:
    """Capital of what opens, million USD undiscounted: the first module at its cost, later ones at theirs.

    The first case that offers the project says what it costs: the expected future may exclude what another opens.
    """
    case = next(case for case in cases if opening.project in free_projects(case))
    row: Any = next(iter(records(choosable_projects(case).loc[[opening.project]])))
    return float(row.capex + (opening.modules - 1) * capital_of_later_module(row))
