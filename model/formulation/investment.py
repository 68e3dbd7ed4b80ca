"""The investment block: what is built when, what it costs, and what capacity it installs.

Sets: PROJECTS (candidate and committed), PERIODS (names in order), YEARS (calendar years of the horizon).
Variables: in_service[project, period] — modules in service, whole; installed[asset_kind, asset, measure, period] —
capacity per year, the doorway to operations. Expressions: opened[project, period] — modules that open;
spending[project, year] — capital paid, million USD.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from model.case.case import Case, Period, canonical_table, once_per_case, records
from model.case.profiles import spending_shares
from model.case.schema import SHEETS
from model.formulation.formulation import Formulation
from model.formulation.notes import Note

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

    Has the columns of Projects; uplifts of the Optimism sheet are applied to candidates when the setting asks for it.
    A ship type that can be bought is the project 'buy <vessel type>' with one module a ship.
    """
    projects = case.table("Projects")
    projects = projects[projects["status"].isin(["candidate", "committed"])]
    if case.settings["optimism_adjustment"]:
        projects = _with_optimism(case, projects)
    bought = purchases(case)
    return (pd.concat([projects, bought]) if len(bought) else projects).set_index("project")


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


def _add_joint(block: pyo.Block, keys: list[PartialKey]) -> None:
    """joint[effect, period]: modules of the project that work fully, at most those in service of both projects."""
    block.JOINT = pyo.Set(initialize=keys, ordered=True, dimen=5)
    block.joint = pyo.Var(block.JOINT, block.PERIODS, domain=pyo.NonNegativeReals)
    block.joint_needs = pyo.ConstraintList()
    for key in keys:
        for period in block.PERIODS:
            block.joint_needs.add(block.joint[(*key, period)] <= block.in_service[key[3], period])
            most = block.in_service[key[3], period].ub if block.in_service[key[3], period].ub else 1
            block.joint_needs.add(block.joint[(*key, period)] <= most * block.in_service[key[4], period])


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


def add_investment(formulation: Formulation) -> None:
    """Add the investment block to the model."""
    case = formulation.case
    block = pyo.Block(concrete=True)
    formulation.model.investment = block
    projects = choosable_projects(case)
    block.PROJECTS = pyo.Set(initialize=list(projects.index), ordered=True, dimen=1)
    block.PERIODS = pyo.Set(initialize=[period.name for period in case.periods], ordered=True, dimen=1)
    block.YEARS = pyo.Set(initialize=list(range(case.first_year, case.last_year + 1)), ordered=True, dimen=1)
    _add_modules(block, case, projects, formulation.note)
    _add_spending(block, case, projects)
    _add_installed(block, case)


def _add_modules(
    block: pyo.Block, case: Case, projects: pd.DataFrame, notes: Callable[[pyo.Component, Note], None]
) -> None:
    """in_service, opened, and that modules once open stay open."""
    where = {name: project_cell(case, str(name)) for name in projects.index}
    maximum = projects["maximum_modules"]
    block.in_service = pyo.Var(
        block.PROJECTS, block.PERIODS, domain=pyo.NonNegativeIntegers, bounds=lambda _, p, t: (0, int(maximum[p]))
    )
    before = dict(zip(list(block.PERIODS)[1:], list(block.PERIODS), strict=False))

    def opened(_: pyo.Block, project: str, period: str) -> pyo.Expression:
        now = block.in_service[project, period]
        return now - block.in_service[project, before[period]] if period in before else now

    block.opened = pyo.Expression(block.PROJECTS, block.PERIODS, rule=opened)
    _add_first_modules(block, projects, before)
    block.stays_open = pyo.Constraint(
        block.PROJECTS, list(before), rule=lambda _, project, period: block.opened[project, period] >= 0
    )
    for period in case.periods:
        for name, project in projects.iterrows():
            if not opening_is_possible(case, project, period):
                block.in_service[name, period.name].setub(0)
                years = int(project["construction_years"])
                words = f"{name} cannot be open in {period.first_year}: it takes {years} years to build"
                column = (
                    "construction_years" if "construction_years" in SHEETS[where[name][0]].names else "delivery_years"
                )
                notes(block.in_service[name, period.name], Note("lead time", words, *where[name], column, "years"))


def _add_first_modules(block: pyo.Block, projects: pd.DataFrame, before: dict[str, str]) -> None:
    """first_opened: 1 in the period in which the first module opens; where later modules cost otherwise."""
    later = projects["later_module_capex"]
    several = projects[later.notna() & (later != projects["capex"]) & (projects["maximum_modules"] > 1)]
    block.STEPPED = pyo.Set(initialize=list(several.index), ordered=True, dimen=1)
    block.begun = pyo.Var(block.STEPPED, block.PERIODS, domain=pyo.Binary)
    most = several["maximum_modules"]
    block.begun_with_first = pyo.Constraint(
        block.STEPPED, block.PERIODS, rule=lambda _, p, t: block.begun[p, t] <= block.in_service[p, t]
    )
    block.later_need_first = pyo.Constraint(
        block.STEPPED, block.PERIODS, rule=lambda _, p, t: block.in_service[p, t] <= int(most[p]) * block.begun[p, t]
    )

    def first_opened(_: pyo.Block, project: str, period: str) -> pyo.Expression:
        now = block.begun[project, period]
        return now - block.begun[project, before[period]] if period in before else now

    block.first_opened = pyo.Expression(block.STEPPED, block.PERIODS, rule=first_opened)


def capital_opened(block: pyo.Block, name: str, project: pd.Series, period: str) -> pyo.Expression:
    """Capital of the modules of a project that open in a period, million USD."""
    capex = float(project["capex"])
    if name not in block.STEPPED:
        return capex * block.opened[name, period]
    later = float(project["later_module_capex"])
    return later * block.opened[name, period] + (capex - later) * block.first_opened[name, period]


def _add_spending(block: pyo.Block, case: Case, projects: pd.DataFrame) -> None:
    """Capital paid by project and calendar year of the horizon; what was paid before it is sunk."""
    parts: dict[tuple[str, int], list[pyo.Expression]] = {}
    for name, project in projects.iterrows():
        for period in case.periods:
            if not opening_is_possible(case, project, period):
                continue
            plan = timing(int(project["construction_years"]), period.first_year, project["spending_profile"])
            capital = capital_opened(block, str(name), project, period.name)
            for year, share in plan.payments:
                parts.setdefault((str(name), year), []).append(share * capital)
    block.spending = pyo.Expression(
        block.PROJECTS, block.YEARS, rule=lambda _, project, year: pyo.quicksum(parts.get((project, year), []))
    )


def state_in_full(block: pyo.Block, case: Case) -> None:
    """Give joint and installed their largest values for the modules in service; what nobody uses may be set lower."""
    for (*key, period), joint in block.joint.items():
        own, other = (round(pyo.value(block.in_service[project, period])) for project in key[3:])
        joint.set_value(float(own if other else 0), skip_validation=True)
    for index, row in block.installed_definition.items():
        gap = pyo.value(row.body) - pyo.value(row.upper)
        installed = block.installed[index]
        installed.set_value(float(pyo.value(installed) - gap), skip_validation=True)


def _add_installed(block: pyo.Block, case: Case) -> None:
    """Installed capacity: base of the period plus what modules in service add."""
    limits, effects = limited_assets(case), capacity_effects(case)
    index = [(*asset, period) for asset, bases in limits.items() for period in bases]
    block.CAPACITIES = pyo.Set(initialize=index, ordered=True, dimen=4)
    block.installed = pyo.Var(block.CAPACITIES, domain=pyo.NonNegativeReals)
    partial = partial_effects(case)
    _add_joint(block, list(partial))

    def definition(_: pyo.Block, kind: str, asset: str, measure: str, period: str) -> pyo.Expression:
        added = pyo.quicksum(
            value * block.in_service[project, period]
            for project, value in effects.get((kind, asset, measure), {}).items()
        )
        added += pyo.quicksum(
            value * block.joint[(*key, period)] for key, value in partial.items() if key[:3] == (kind, asset, measure)
        )
        return block.installed[kind, asset, measure, period] == limits[kind, asset, measure][period] + added

    block.installed_definition = pyo.Constraint(block.CAPACITIES, rule=definition)
