"""What a case offers to build: projects with their capital and times, and the capacity that they add."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import canonical_table, records
from model.case.case import Case, Period, once_per_case
from model.case.schema import SHEETS
from model.case.sheets.profiles import spending_shares

MEASURES = {"kTEU": ("capacity_kteu", "added_kteu"), "kt": ("capacity_kt", "added_kt")}
ASSET_SHEETS = {"link": "Links", "node": "Nodes"}
AssetMeasure = tuple[str, str, str]


@dataclass(frozen=True)
class ProjectTiming:
    """Calendar years in which capital of a module is paid, as (year, share), when it opens at `opening`."""

    opening: int
    payments: tuple[tuple[int, float], ...]


def timing(construction_years: int, opening: int, profile: str | None = None) -> ProjectTiming:
    """Payments over the construction years before the opening year; in the opening year itself when there are none.

    `profile` holds percentages of the construction years in order ('20; 50; 30'), equal parts when blank. A profile of
    another length (delays of the optimism adjustment) is stretched over the construction years.
    """
    if construction_years == 0:
        return ProjectTiming(opening, ((opening, 1.0),))
    shares = np.array(spending_shares(profile, construction_years))
    reached = np.concatenate(([0.0], np.cumsum(shares) / shares.sum()))
    marks = np.interp(np.linspace(0, 1, construction_years + 1), np.linspace(0, 1, len(reached)), reached)
    years = range(opening - construction_years, opening)
    return ProjectTiming(
        opening, tuple((year, float(share)) for year, share in zip(years, np.diff(marks), strict=False))
    )


@once_per_case
def choosable_projects(case: Case) -> pd.DataFrame:
    """Candidate and committed projects and ship purchases, indexed by project key.

    Has the columns of Projects, a blank renewal cost filled in: what a module costs, all of them on average. Uplifts of
    the Optimism sheet are applied to candidates when the setting asks for it.
    A ship type that can be bought is the project 'buy <vessel type>' with one module a ship.
    """
    projects = case.table("Projects")
    projects = projects[projects["status"].isin(["candidate", "committed"])]
    if case.settings["optimism_adjustment"]:
        projects = _with_optimism(case, projects)
    bought = purchases(case)
    every = (pd.concat([projects, bought]) if len(bought) else projects).set_index("project")
    later, modules = every["later_module_capex"].fillna(every["capex"]), every["maximum_modules"]
    return every.assign(renewal_cost=every["renewal_cost"].fillna((every["capex"] + (modules - 1) * later) / modules))


def capital_of_later_module(project: Any) -> float:
    """Capital of a later module of a project, million USD: that of the first where the sheet gives none."""
    later = float(project.later_module_capex)
    return float(project.capex) if math.isnan(later) else later


def project_cell(case: Case, project: str) -> tuple[str, int]:
    """Sheet and Excel row where a project (or a ship purchase) stands."""
    for sheet, column, name in (("Projects", "project", project), ("Vessels", "vessel", project.removeprefix("buy "))):
        table = case.table(sheet)
        rows = table.index[table[column] == name]
        if len(rows):
            return sheet, int(rows[0])
    raise KeyError(project)


def _with_optimism(case: Case, projects: pd.DataFrame) -> pd.DataFrame:
    """Capital and construction time of candidates with the uplift of their class."""
    uplift = case.table("Optimism").set_index("project_class")
    candidate = (projects["status"] == "candidate").to_numpy()
    figures = [projects["project_class"].map(uplift[name]).astype(float) for name in ("capex_uplift", "delay_years")]
    uplifts, delay = (np.where(candidate, figure.fillna(0.0), 0.0) for figure in figures)
    return projects.assign(
        capex=projects["capex"] * (1.0 + uplifts),
        later_module_capex=projects["later_module_capex"] * (1.0 + uplifts),
        renewal_cost=projects["renewal_cost"] * (1.0 + uplifts),
        construction_years=projects["construction_years"] + delay,
    )


def purchases(case: Case) -> pd.DataFrame:
    """Ship types that can be bought, as rows of the Projects table."""
    vessels = case.table("Vessels")
    vessels = vessels[(vessels["maximum_purchases"] > 0) & vessels["purchase_cost"].notna()]
    bought: list[Mapping[str | int, Any]] = [
        {
            "project": purchase_name(row.vessel),
            "name": f"Ship: {row.name or row.vessel}",
            "country": row.country,
            "project_class": "vessels",
            "status": "candidate",
            "capex": row.purchase_cost,
            "construction_years": row.delivery_years,
            "earliest_opening": row.earliest_delivery,
            "maximum_modules": row.maximum_purchases,
            "life_years": row.life_years,
            "upkeep": row.yearly_cost,
            "tags": row.tags,
        }
        for row in records(vessels)
    ]
    return canonical_table(SHEETS["Projects"], bought, rows=list(vessels.index))


def purchase_name(vessel: str) -> str:
    """Project key of buying ships of a type."""
    return f"buy {vessel}"


def opening_is_possible(case: Case, project: pd.Series, period: Period) -> bool:
    """Whether modules can open in that period: construction allows it; candidates open with a period of the sheet."""
    return construction_allows(case, project, period) and (period.opens or project["status"] == "committed")


def construction_allows(case: Case, project: pd.Series, period: Period) -> bool:
    """Whether construction within the horizon allows opening in that period (committed works may have begun)."""
    if project["status"] == "committed" and period.calendar_years[-1] >= project["committed_opening"]:
        return True
    return period.first_year >= case.first_year + int(project["construction_years"])


@once_per_case
def limited_assets(case: Case) -> dict[AssetMeasure, dict[str, float]]:
    """Base capacity per year by period of every (asset_kind, asset, measure) that has a limit."""
    limits: dict[AssetMeasure, dict[str, float]] = {}
    for period in case.periods:
        for asset_kind, sheet in ASSET_SHEETS.items():
            table = case.table(sheet, period.first_year)
            for measure, (column, _) in MEASURES.items():
                for asset, value in zip(table[asset_kind], table[column], strict=False):
                    if value == value:
                        limits.setdefault((asset_kind, asset, measure), {})[period.name] = float(value)
    return limits


@once_per_case
def capacity_effects(case: Case) -> dict[AssetMeasure, dict[str, float]]:
    """Capacity that one module of each project adds, by (asset_kind, asset, measure)."""
    effects: dict[AssetMeasure, dict[str, float]] = {}
    projects = set(choosable_projects(case).index)
    finished = set(case.table("Projects").loc[case.table("Projects")["status"] == "baseline", "project"])
    for row in records(case.table("ProjectEffects")):
        for measure, (_, column) in MEASURES.items():
            held_back = row.partial_without is not None and row.partial_without not in finished
            added = float(getattr(row, column)) * (float(row.partial_share) if held_back else 1.0)
            if added > 0 and row.project in projects:
                of_asset = effects.setdefault((row.asset_kind, row.asset, measure), {})
                of_asset[row.project] = of_asset.get(row.project, 0.0) + added
    return effects


PartialKey = tuple[str, str, str, str, str]


@once_per_case
def partial_effects(case: Case) -> dict[PartialKey, float]:
    """Capacity of one module that needs another project: by (asset_kind, asset, measure, project, other project)."""
    result: dict[PartialKey, float] = {}
    chosen = set(choosable_projects(case).index)
    for row in records(case.table("ProjectEffects")):
        if row.partial_without in chosen and row.project in chosen:
            for measure, (_, column) in MEASURES.items():
                held_back = float(getattr(row, column)) * (1.0 - float(row.partial_share))
                if held_back > 0:
                    result[row.asset_kind, row.asset, measure, row.project, row.partial_without] = held_back
    return result


def most_installed(case: Case, asset: AssetMeasure, period: str) -> float | None:
    """Upper bound of the installed capacity of an asset in a period: everything built; None when it has no limit."""
    return _everything_built(case).get(asset, {}).get(period)


@once_per_case
def _everything_built(case: Case) -> dict[AssetMeasure, dict[str, float]]:
    """Capacity by period of every asset that has a limit, with all modules of all projects."""
    modules = choosable_projects(case)["maximum_modules"].to_dict()
    effects, partial = capacity_effects(case), partial_effects(case)
    result: dict[AssetMeasure, dict[str, float]] = {}
    for asset, bases in limited_assets(case).items():
        grown = sum(value * float(modules[project]) for project, value in effects.get(asset, {}).items())
        joint = sum(value * float(modules[key[3]]) for key, value in partial.items() if key[:3] == asset)
        result[asset] = {period: base + grown + joint for period, base in bases.items()}
    return result
