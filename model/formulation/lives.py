"""Lives: when modules begin to serve and end, and which part of a period's years they serve.

A module serves `life` calendar years from the year in which it opens, then it is gone unless it is renewed in that
very year; what is renewed serves another life. Modules that begin in the same year are one cohort, whether they open
or are renewed, so that one whole-number column for each year in which a life can end says all there is to decide:

    begins[project, y]     = opened[project, t] where modules of t start in y  +  renewed[project, y]
    renewed[project, y]   <= begins[project, y - life]
    in_service[project, t] = Σ over y of (years of t in y … y + life - 1) / (years of t) * begins[project, y]

Where no life ends within the horizon and every module starts with a period, this is the modules opened so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from model.case.case import Case, Period, once_per_case
from model.formulation.investment import choosable_projects, opening_is_possible

Weight = Callable[[int], float]
"""What a module counts, by the calendar year in which it begins a life."""


@dataclass(frozen=True)
class Life:
    """Life of a project's modules: `years`, the calendar year in which they start by the period in which they open.

    `renewals` are the years of the horizon in which a life can end, in order.
    """

    years: int
    starts: Mapping[str, int]
    renewals: tuple[int, ...]

    @property
    def begins(self) -> list[int]:
        """Years in which a life may begin."""
        return sorted({*self.starts.values(), *self.renewals})

    def serves(self, years: Sequence[int] | range, span: float = float("inf")) -> Weight:
        """Part of some calendar years in which a module serves, at most `span` years of its life."""
        last = min(float(self.years), span)
        return lambda start: sum(start <= year < start + last for year in years) / len(years)


@once_per_case
def lives(case: Case) -> dict[str, Life]:
    """Life of every project that can be chosen."""
    default = int(case.settings["default_life_years"])
    found: dict[str, Life] = {}
    for name, row in choosable_projects(case).iterrows():
        years = default if row["life_years"] != row["life_years"] else int(row["life_years"])
        starts = {period.name: start_year(row, period) for period in case.periods}
        ends: set[int] = set()
        for period in case.periods:
            if _may_open(case, row, period):
                ends.update(range(starts[period.name] + years, case.last_year + 1, years))
        found[str(name)] = Life(years, starts, tuple(sorted(ends)))
    return found


def start_year(project: Any, period: Period) -> int:
    """First calendar year of service of modules that open in a period: its first, or the committed year within it."""
    committed = project["committed_opening"] if project["status"] == "committed" else float("nan")
    return int(committed) if committed in period.calendar_years else period.first_year


def _may_open(case: Case, project: Any, period: Period) -> bool:
    if project["status"] == "committed":
        return bool(project["committed_opening"] in period.calendar_years)
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
    years = {period.name: period.calendar_years for period in case.periods}
    block.in_service = pyo.Expression(
        block.PROJECTS,
        block.PERIODS,
        rule=lambda _, project, period: counted(block, case, project, of_project[project].serves(years[period])),
    )


def ending(block: Any, case: Case, project: str, year: int) -> Any:
    """Modules whose life ends with the year before."""
    start = year - lives(case)[project].years
    return counted(block, case, project, lambda begin: float(begin == start))


def counted(block: Any, case: Case, project: str, weight: Weight) -> Any:
    """Σ weight * modules over the years in which lives begin, as an expression in built and renewed.

    built[t] counts the weight of the modules of t less that of the next period: what weighs the same falls away.
    """
    life, periods = lives(case)[project], list(block.PERIODS)
    weights = [weight(life.starts[period]) for period in periods] + [0.0]
    parts = [
        (now - later) * block.built[project, period]
        for period, now, later in zip(periods, weights, weights[1:], strict=False)
        if now != later
    ]
    parts += [part * block.renewed[project, year] for year in life.renewals if (part := weight(year))]
    return pyo.quicksum(parts)


def in_year(block: Any, case: Case, project: str, year: int) -> Any:
    """Modules in service in a calendar year."""
    return counted(block, case, project, lives(case)[project].serves((year,)))


def stages(case: Case, period: Period, projects: Iterable[str], span: float = float("inf")) -> list[range]:
    """The period's calendar years in runs in which the modules in service of the projects stay the same.

    With a `span`, the modules whose effect of so many years has not worn off.
    """
    cuts = {period.first_year, period.calendar_years[-1] + 1}
    for project in projects:
        life = lives(case)[project]
        for begin in life.begins:
            cuts |= {int(year) for year in (begin, begin + min(life.years, span)) if year in period.calendar_years}
    marks = sorted(cuts)
    return [range(first, after) for first, after in zip(marks, marks[1:], strict=False)]


@dataclass(frozen=True)
class While:
    """Limits that hold while a project is in service: in the block of a period, with variables `parts` of its own."""

    investment: Any
    case: Case
    period: Period
    parts: pyo.Var
    rows: pyo.ConstraintList

    def limit(self, used: Any, project: str, whole: Any, most: float) -> None:
        """`used` is at most `whole` (of which `most` is the largest value) in the years with modules in service.

        In a period within which modules come or go it is a sum over runs of years, each with its part of the whole.
        """
        runs = stages(self.case, self.period, [project])
        parts = [used]
        if len(runs) > 1:
            parts = [self.parts[len(self.parts), run[0]] for run in runs]
            self.rows.add(used <= pyo.quicksum(parts))
        for part, run in zip(parts, runs, strict=True):
            share = len(run) / self.period.years
            self.rows.add(part <= share * whole)
            self.rows.add(part <= share * most * in_year(self.investment, self.case, project, run[0]))


def share_in_service(block: Any, case: Case, project: str, period: Period) -> float:
    """Part of a period's years with modules in service, at the present values."""
    serving = [float(pyo.value(in_year(block, case, project, year))) > 0.5 for year in period.calendar_years]
    return sum(serving) / len(serving)
