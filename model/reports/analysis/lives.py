"""How long what opens serves: renewals and the end of its life, from the table 'lives' of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from model.case.case import Case
from model.reports.frames import rows

LETTERS: Final = {"B": "under construction", "S": "in service", "R": "renewed in this year, in service"}
SHORT_LEGEND: Final = "B = under construction and paid, S = in service, R = renewed and paid."  # fits a printed page
LEGEND: Final = (
    "B = under construction (its capital is paid in these years), S = in service, R = renewed in this year: its"
    " life has ended and another one is paid for. What is not renewed then goes out of service."
)


def life_years(case: Case, project: Any) -> int:
    """Years that a module of a project (a row of the projects) serves."""
    return int(case.settings["default_life_years"] if pd.isna(project.life_years) else project.life_years)


def with_service(
    case: Case, openings: pd.DataFrame, lives: pd.DataFrame | None, projects: Mapping[str, Any]
) -> pd.DataFrame:
    """The openings with `renewed`, the years of renewals in words, and `last_year`, the last one of service."""
    kept = {} if lives is None else {(str(row.project), int(row.year)): int(row.renewed) for row in rows(lives)}
    served = [
        _service(case, kept, projects[str(row.project)], int(row.opening_year), int(row.modules))
        for row in rows(openings)
    ]
    return openings.assign(renewed=[one[0] for one in served], last_year=[one[1] for one in served])


def _service(
    case: Case, kept: Mapping[tuple[str, int], int], project: Any, opening: int, modules: int
) -> tuple[str, int]:
    """Years in which modules that open in a year are renewed, in words, and the last year in which some serve."""
    years = life_years(case, project)
    words: list[str] = []
    end = opening + years
    while end <= case.last_year:
        renewed = min(modules, kept.get((str(project.project), end), 0))
        if not renewed:
            return "; ".join(words), end - 1
        words.append(str(end) if renewed == modules else f"{end} ({renewed} of {modules})")
        modules, end = renewed, end + years
    return "; ".join(words), case.last_year


def letter(row: Any, year: int) -> str:
    """Letter of a row of the openings in the schedule; '' where there is nothing to say."""
    if year > row.last_year:
        return ""
    if str(year) in row.renewed:
        return "R"
    return "S" if year >= row.opening_year else "B" if year >= row.first_spending else ""
