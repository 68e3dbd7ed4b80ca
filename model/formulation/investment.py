"""The investment block: what is built when, what it costs, and what capacity it installs.

Sets: PROJECTS (candidate and committed), PERIODS (names in order), YEARS (calendar years of the horizon).
Variables: in_service[project, period] — modules in service, whole; installed[asset_kind, asset, measure, period] —
capacity per year, the doorway to operations. Expressions: opened[project, period] — modules that open;
spending[project, year] — capital paid, million USD.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyomo.environ as pyo

from model.case.case import Case, Period
from model.formulation.formulation import Formulation

MEASURES = {"kTEU": ("capacity_kteu", "added_kteu"), "kt": ("capacity_kt", "added_kt")}
ASSET_SHEETS = {"link": "Links", "node": "Nodes"}
AssetMeasure = tuple[str, str, str]


@dataclass(frozen=True)
class ProjectTiming:
    """Calendar years in which capital of a module is paid, as (year, share), when it opens at `opening`."""

    opening: int
    payments: tuple[tuple[int, float], ...]


def timing(construction_years: int, opening: int) -> ProjectTiming:
    """Equal shares over the construction years before the opening year; the opening year itself when there are none."""
    if construction_years == 0:
        return ProjectTiming(opening, ((opening, 1.0),))
    share = 1.0 / construction_years
    return ProjectTiming(opening, tuple((year, share) for year in range(opening - construction_years, opening)))


def choosable_projects(case: Case) -> pd.DataFrame:
    """Candidate and committed projects, indexed by project key."""
    projects = case.table("Projects")
    return projects[projects["status"].isin(["candidate", "committed"])].set_index("project")


def opening_is_possible(case: Case, project: pd.Series, period: Period) -> bool:
    """Whether construction within the horizon allows opening in that period; committed works may have begun before it."""
    if project["status"] == "committed" and period.calendar_years[-1] >= project["committed_opening"]:
        return True
    return period.first_year >= case.first_year + int(project["construction_years"])


def limited_assets(case: Case) -> dict[AssetMeasure, dict[str, float]]:
    """Base capacity per year by period of every (asset_kind, asset, measure) that has a limit."""
    limits: dict[AssetMeasure, dict[str, float]] = {}
    for period in case.periods:
        for asset_kind, sheet in ASSET_SHEETS.items():
            table = case.table(sheet, period.first_year)
            for measure, (column, _) in MEASURES.items():
                for asset, value in zip(table[asset_kind], table[column]):
                    if value == value:
                        limits.setdefault((asset_kind, asset, measure), {})[period.name] = float(value)
    return limits


def capacity_effects(case: Case) -> dict[AssetMeasure, dict[str, float]]:
    """Capacity that one module of each project adds, by (asset_kind, asset, measure)."""
    effects: dict[AssetMeasure, dict[str, float]] = {}
    projects = set(choosable_projects(case).index)
    for row in case.table("ProjectEffects").itertuples(index=False):
        for measure, (_, column) in MEASURES.items():
            added = float(getattr(row, column))
            if added > 0 and row.project in projects:
                of_asset = effects.setdefault((row.asset_kind, row.asset, measure), {})
                of_asset[row.project] = of_asset.get(row.project, 0.0) + added
    return effects


def add_investment(formulation: Formulation) -> None:
    """Add the investment block to the model."""
    case = formulation.case
    block = pyo.Block(concrete=True)
    formulation.model.investment = block
    projects = choosable_projects(case)
    block.PROJECTS = pyo.Set(initialize=list(projects.index), ordered=True, dimen=1)
    block.PERIODS = pyo.Set(initialize=[period.name for period in case.periods], ordered=True, dimen=1)
    block.YEARS = pyo.Set(initialize=list(range(case.first_year, case.last_year + 1)), ordered=True, dimen=1)
    _add_modules(block, case, projects)
    _add_spending(block, case, projects)
    _add_installed(block, case)


def _add_modules(block: pyo.Block, case: Case, projects: pd.DataFrame) -> None:
    """in_service, opened, and that modules once open stay open."""
    maximum = projects["maximum_modules"]
    block.in_service = pyo.Var(
        block.PROJECTS, block.PERIODS, domain=pyo.NonNegativeIntegers, bounds=lambda _, p, t: (0, int(maximum[p]))
    )
    before = dict(zip(list(block.PERIODS)[1:], list(block.PERIODS)))

    def opened(_: pyo.Block, project: str, period: str) -> pyo.Expression:
        now = block.in_service[project, period]
        return now - block.in_service[project, before[period]] if period in before else now

    block.opened = pyo.Expression(block.PROJECTS, block.PERIODS, rule=opened)
    block.stays_open = pyo.Constraint(
        block.PROJECTS, list(before), rule=lambda _, project, period: block.opened[project, period] >= 0
    )
    for period in case.periods:
        for name, project in projects.iterrows():
            if not opening_is_possible(case, project, period):
                block.in_service[name, period.name].setub(0)


def _add_spending(block: pyo.Block, case: Case, projects: pd.DataFrame) -> None:
    """Capital paid by project and calendar year of the horizon; what was paid before it is sunk."""
    parts: dict[tuple[str, int], list[pyo.Expression]] = {}
    for name, project in projects.iterrows():
        for period in case.periods:
            if not opening_is_possible(case, project, period):
                continue
            for year, share in timing(int(project["construction_years"]), period.first_year).payments:
                amount = float(project["capex"]) * share
                parts.setdefault((str(name), year), []).append(amount * block.opened[name, period.name])
    block.spending = pyo.Expression(
        block.PROJECTS, block.YEARS, rule=lambda _, project, year: pyo.quicksum(parts.get((project, year), []))
    )


def _add_installed(block: pyo.Block, case: Case) -> None:
    """Installed capacity: base of the period plus what modules in service add."""
    limits, effects = limited_assets(case), capacity_effects(case)
    index = [(*asset, period) for asset, bases in limits.items() for period in bases]
    block.CAPACITIES = pyo.Set(initialize=index, ordered=True, dimen=4)
    block.installed = pyo.Var(block.CAPACITIES, domain=pyo.NonNegativeReals)

    def definition(_: pyo.Block, kind: str, asset: str, measure: str, period: str) -> pyo.Expression:
        added = pyo.quicksum(
            value * block.in_service[project, period]
            for project, value in effects.get((kind, asset, measure), {}).items()
        )
        return block.installed[kind, asset, measure, period] == limits[kind, asset, measure][period] + added

    block.installed_definition = pyo.Constraint(block.CAPACITIES, rule=definition)
