"""The investment block: what is built and renewed when, what it costs, and what capacity it installs.

Sets: PROJECTS (candidate and committed), PERIODS (names in order), YEARS (calendar years of the horizon), RENEWALS
(project, calendar year in which modules can reach the end of their life).
Variables: built[project, period] — modules opened so far, whole, never falling; renewed[project, year] — modules that
begin another life, whole; installed[asset_kind, asset, measure, period] — capacity per year, the doorway to operations.
Expressions: opened[project, period] — modules that open; in_service[project, period] — modules in service;
capital[project, year], renewal[project, year] and spending[project, year] — paid for building, for another life, and
both, million USD.

Periods are those of the sheet, split in the years inside them in which something changes: a scenario's change, a
committed opening, the end of a policy, of a life or of the effect of a dredging. Candidates open only with the first
part. A module serves the years of its life and no longer:
    begins[project, y]     = opened[project, t] where t begins in y  +  renewed[project, y]
    renewed[project, y]   <= begins[project, y - life]
    in_service[project, t] = Σ over y in the last `life` years of begins[project, y]
Where no life ends within the horizon, that is built[project, t]. What is not renewed when its life ends is gone.
Capital is paid over the construction years before the start, a renewal in the year in which it begins.
Data: Projects.capex, .later_module_capex, .renewal_cost [million USD/module], .construction_years, .life_years [years],
.spending_profile, .maximum_modules; Settings default_life_years [years]; ProjectEffects.added_kteu, .added_kt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import pyomo.environ as pyo

from model.case.case import Case, Period
from model.case.schema import SHEETS
from model.formulation.forms.lives import add_renewals, lives
from model.formulation.formulation import Formulation
from model.formulation.investment import (
    PartialKey,
    ProjectTiming,
    capacity_effects,
    choosable_projects,
    construction_allows,
    limited_assets,
    opening_is_possible,
    partial_effects,
    project_cell,
    timing,
)
from model.formulation.notes import Note
from model.formulation.values import Values


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
    for (project, period), begun in block.begun.items():
        formulation.follows(begun, (project,), block.built[project, period])
    _add_spending(block, case, projects)
    _add_installed(block, case)


def _add_modules(
    block: pyo.Block, case: Case, projects: pd.DataFrame, notes: Callable[[pyo.Component, Note], None]
) -> None:
    """built, opened, and that modules once open stay open."""
    where = {name: project_cell(case, str(name)) for name in projects.index}
    maximum = projects["maximum_modules"]
    block.built = pyo.Var(
        block.PROJECTS, block.PERIODS, domain=pyo.NonNegativeIntegers, bounds=lambda _, p, t: (0, int(maximum[p]))
    )
    before = dict(zip(list(block.PERIODS)[1:], list(block.PERIODS), strict=False))

    def opened(_: pyo.Block, project: str, period: str) -> pyo.Expression:
        now = block.built[project, period]
        return now - block.built[project, before[period]] if period in before else now

    block.opened = pyo.Expression(block.PROJECTS, block.PERIODS, rule=opened)
    add_renewals(block, case)
    _add_first_modules(block, projects, before)
    block.stays_open = pyo.Constraint(
        block.PROJECTS, list(before), rule=lambda _, project, period: block.opened[project, period] >= 0
    )
    parts = [period.name for period in case.periods if not period.opens]
    free = [name for name in projects.index if projects.at[name, "status"] != "committed"]
    block.opens_with_period = pyo.Constraint(free, parts, rule=lambda _, p, t: block.opened[p, t] == 0)
    for period in case.periods:
        for name, project in projects.iterrows():
            if not construction_allows(case, project, period):
                block.built[name, period.name].setub(0)
                years = int(project["construction_years"])
                words = f"{name} cannot be open in {period.first_year}: it takes {years} years to build"
                column = (
                    "construction_years" if "construction_years" in SHEETS[where[name][0]].names else "delivery_years"
                )
                notes(block.built[name, period.name], Note("lead time", words, *where[name], column, "years"))


def _add_first_modules(block: pyo.Block, projects: pd.DataFrame, before: dict[str, str]) -> None:
    """first_opened: 1 in the period in which the first module opens; where later modules cost otherwise."""
    later = projects["later_module_capex"]
    several = projects[later.notna() & (later != projects["capex"]) & (projects["maximum_modules"] > 1)]
    block.STEPPED = pyo.Set(initialize=list(several.index), ordered=True, dimen=1)
    block.begun = pyo.Var(block.STEPPED, block.PERIODS, domain=pyo.Binary)
    most = several["maximum_modules"]
    block.begun_with_first = pyo.Constraint(
        block.STEPPED, block.PERIODS, rule=lambda _, p, t: block.begun[p, t] <= block.built[p, t]
    )
    block.later_need_first = pyo.Constraint(
        block.STEPPED, block.PERIODS, rule=lambda _, p, t: block.built[p, t] <= int(most[p]) * block.begun[p, t]
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
    """Capital and renewals paid by project and calendar year of the horizon; what was paid before it is sunk."""
    parts: dict[tuple[str, int], list[pyo.Expression]] = {}
    renewals: dict[tuple[str, int], list[pyo.Expression]] = {}
    for name, project in projects.iterrows():
        for period in case.periods:
            if not opening_is_possible(case, project, period):
                continue
            capital = capital_opened(block, str(name), project, period.name)
            for year, share in payments(case, str(name), project, period).payments:
                parts.setdefault((str(name), year), []).append(share * capital)
        for year in lives(case)[str(name)].renewals:
            renewals[str(name), year] = [float(project["renewal_cost"]) * block.renewed[name, year]]
    for title, found in (("capital", parts), ("renewal", renewals)):
        rule = {key: pyo.quicksum(terms) for key, terms in found.items()}
        expression = pyo.Expression(
            block.PROJECTS, block.YEARS, initialize=lambda _, *key, rule=rule: rule.get(key, 0.0)
        )
        block.add_component(title, expression)
    block.spending = pyo.Expression(
        block.PROJECTS,
        block.YEARS,
        rule=lambda _, *key: pyo.quicksum(parts.get(key, []) + renewals.get(key, [])),
    )


def payments(case: Case, name: str, project: pd.Series, period: Period) -> ProjectTiming:
    """When the capital of modules that open in a period is paid."""
    start = lives(case)[name].starts[period.name]
    return timing(int(project["construction_years"]), start, project["spending_profile"])


def sunk_share(case: Case, name: str, project: pd.Series, period: Period) -> float:
    """Part of the capital of modules that open in a period that was paid before the horizon: of what is committed."""
    if project["status"] != "committed":
        return 0.0
    return sum(share for year, share in payments(case, name, project, period).payments if year < case.first_year)


def told_in_full(formulation: Formulation, values: Values) -> Iterator[tuple[pyo.Var, float]]:
    """Largest joint and installed for the modules in service: where nobody uses it the solver may leave less."""
    block = formulation.investment
    for (*key, period), joint in block.joint.items():
        own, other = (round(values(block.in_service[project, period])) for project in key[3:])
        yield joint, own if other else 0
    for index, row in block.installed_definition.items():
        installed = block.installed[index]
        yield installed, values(installed) - (values(row.body) - values(row.upper))


def _add_joint(block: pyo.Block, keys: list[PartialKey]) -> None:
    """joint[effect, period]: modules of the project that work fully, at most those in service of both projects."""
    block.JOINT = pyo.Set(initialize=keys, ordered=True, dimen=5)
    block.joint = pyo.Var(block.JOINT, block.PERIODS, domain=pyo.NonNegativeReals)
    block.joint_needs = pyo.ConstraintList()
    for key in keys:
        for period in block.PERIODS:
            block.joint_needs.add(block.joint[(*key, period)] <= block.in_service[key[3], period])
            most = block.built[key[3], period].ub if block.built[key[3], period].ub else 1
            block.joint_needs.add(block.joint[(*key, period)] <= most * block.in_service[key[4], period])


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
