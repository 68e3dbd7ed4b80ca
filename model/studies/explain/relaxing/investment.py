"""Slack in construction times, which are no feature: nothing can be in service before it is built."""

from __future__ import annotations

from typing import Any

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, construction_allows, project_cell
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import Slack


def at_once(case: Case) -> Case:
    """The case with every project built within its opening year."""
    projects = case.table("Projects").assign(construction_years=0.0, spending_profile=None)
    vessels = case.table("Vessels").assign(delivery_years=0.0)
    return case.with_tables(Projects=projects, Vessels=vessels)


def relax_lead_time(formulation: Formulation, case: Case) -> Slack:
    """Openings before the construction time has passed; the formulation is that of the case `at_once`."""
    block = formulation.investment
    projects: Any = choosable_projects(case)
    slack = Slack()
    early: dict[tuple[str, int], Any] = {}
    for name, project in projects.iterrows():
        for period in case.periods:
            if not construction_allows(case, project, period):
                variable = block.built[name, period.name]
                early[str(name), period.first_year] = slack.add(variable, 0.01, float(project["maximum_modules"]))

    def changes(values: Values) -> list[Change]:
        found = []
        for name in dict.fromkeys(project for project, _ in early):
            years = [year for (project, year), modules in early.items() if project == name and values(modules) > 0.5]
            if years:
                sheet, row = project_cell(case, name)
                column = "construction_years" if sheet == "Projects" else "delivery_years"
                old, new = float(projects.at[name, "construction_years"]), float(min(years) - case.first_year)
                words = f"the construction time of {name}, {old:g} years"
                found.append(Change(sheet, row, column, words, new - old, "years", new))
        return found

    slack.changes = changes
    return slack
