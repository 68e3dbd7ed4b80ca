"""Lives: when modules begin to serve and end.

A module serves `life` calendar years from the first year of the period in which it opens, then it is gone unless it is
renewed in that very year; what is renewed serves another life. Periods are split where a life can end, so that what is
in service is the same in all years of a period. Modules that begin in the same year are one cohort, whether they open
or are renewed, so that one whole-number column for each year in which a life can end says all there is to decide:

    begins[project, y]     = opened[project, t] where t begins in y  +  renewed[project, y]
    renewed[project, y]   <= begins[project, y - life]
    in_service[project, t] = Σ over y in the last `life` years of begins[project, y]

Where no life ends within the horizon, in service is what has opened so far.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from model.case.case import Case, Period, once_per_case
from model.formulation.investment import choosable_projects, opening_is_possible


@dataclass(frozen=True)
class Life:
    """Life of a project's modules: `years`, and first year of service by the period in which they open.

    `renewals` are the years of the horizon in which a life can end, in order: each the first of a period.
    """

    years: int
    starts: Mapping[str, int]
    renewals: tuple[int, ...]


@once_per_case
def lives(case: Case) -> dict[str, Life]:
    """Life of every project that can be chosen."""
    default = int(case.settings["default_life_years"])
    starts = {period.name: period.first_year for period in case.periods}
    found: dict[str, Life] = {}
    for name, row in choosable_projects(case).iterrows():
        years = default if row["life_years"] != row["life_years"] else int(row["life_years"])
        ends: set[int] = set()
        for period in case.periods:
            if _may_open(case, row, period):
                ends.update(range(period.first_year + years, case.last_year + 1, years))
        found[str(name)] = Life(years, starts, tuple(sorted(ends)))
    return found


def _may_open(case: Case, project: Any, period: Period) -> bool:
    if project["status"] == "committed":
        return max(project["committed_opening"], case.first_year) in period.calendar_years
    return opening_is_possible(case, project, period)


def add_renewals(block: pyo.Block, case: Case) -> None:
    """renewed[project, year]: modules that begin another life, at most those whose life ends then; and in_service."""
    of_project = lives(case)
    keys = [(name, year) for name, life in of_project.items() for year in life.renewals]
    most = choosable_projects(case)["maximum_modules"]
    block.RENEWALS = pyo.Set(initialize=keys, ordered=True, dimen=2)
    block.renewed = pyo.Var(
        block.RENEWALS, domain=pyo.NonNegativeIntegers, bounds=lambda _, project, __: (0, int(most[project]))
    )
    block.renewed_at_end = pyo.Constraint(
        block.RENEWALS,
        rule=lambda _, project, year: block.renewed[project, year] <= ending(block, case, project, year),
    )
    first = {period.name: period.first_year for period in case.periods}
    block.in_service = pyo.Expression(
        block.PROJECTS,
        block.PERIODS,
        rule=lambda _, project, period: serving(block, case, project, first[period]),
    )


def ending(block: Any, case: Case, project: str, year: int) -> Any:
    """Modules whose life ends with the year before."""
    begin = year - lives(case)[project].years
    return _counted(block, case, project, lambda start: start == begin)


def serving(block: Any, case: Case, project: str, year: int, span: float = float("inf")) -> Any:
    """Modules in service in a calendar year, in the first `span` years of their life."""
    years = min(float(lives(case)[project].years), span)
    return _counted(block, case, project, lambda start: start <= year < start + years)


def _counted(block: Any, case: Case, project: str, counts: Callable[[int], bool]) -> Any:
    """Modules that begin a life in the years that count, as an expression in built and renewed.

    built[t] stands for the modules of t less those of the next period: where both count, it falls away.
    """
    life, periods = lives(case)[project], list(block.PERIODS)
    counted = [counts(life.starts[period]) for period in periods] + [False]
    parts = [
        (now - later) * block.built[project, period]
        for period, now, later in zip(periods, counted, counted[1:], strict=False)
        if now != later
    ]
    parts += [block.renewed[project, year] for year in life.renewals if counts(year)]
    return pyo.quicksum(parts)
