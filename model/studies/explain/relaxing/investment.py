"""Slack in the limits on what is built: budgets and construction times."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.constraints.envelopes import windows
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, construction_allows, project_cell
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import NOTHING, Slack, value


def contributions(case: Case) -> list[dict[int, float]]:
    """For each window of the envelopes: how often the amount of each Budgets row counts towards its limit."""
    table: Any = case.table("Budgets")
    result = []
    for window in windows(case):
        rows = table[table["envelope"] == window.envelope]
        carried = bool(rows["carry_over"].any())
        shares: dict[int, float] = {}
        for row in rows.itertuples() if carried else rows.loc[[window.row]].itertuples():
            first, last = int(row.first_year), int(row.last_year)
            if row.amount_per == "year":
                count = min(last, window.last_year) - first + 1 if carried else 1
            else:
                count = int(last <= window.last_year)
            if count > 0:
                shares[int(row.Index)] = float(count)
        result.append(shares)
    return result


def relax_envelopes(formulation: Formulation, *, everything: bool = False) -> Slack:
    """More money in the rows of Budgets, each row by its own amount; with `everything` in those not negotiable too."""
    block = formulation.investment
    table: Any = formulation.case.table("Budgets")
    slack = Slack()
    if not hasattr(block, "envelope"):
        return slack
    total = max(1.0, float(table["amount"].sum()))
    projects: Any = choosable_projects(formulation.case)
    dearest = projects[["capex", "later_module_capex"]].max(axis=1)
    most = max(1.0, float((dearest * projects["maximum_modules"]).sum()))
    years = table["last_year"] - table["first_year"] + 1
    counts = years.where(table["amount_per"] == "year", 1.0)
    given = {
        int(row): slack.add(block.slack.add(), float(counts[row]) / total, most)
        for row in table.index[table["negotiable"].astype(bool) | everything]
    }
    shares = contributions(formulation.case)
    for number, limit in list(block.envelope.items()):
        more = pyo.quicksum(count * given[row] for row, count in shares[number].items() if row in given)
        block.relaxed.add(limit.body - more <= limit.upper)
        limit.deactivate()

    def changes() -> list[Change]:
        found = []
        for row, variable in given.items():
            if value(variable) > NOTHING:
                item = table.loc[row]
                words = f"the envelope {item['envelope']}, {int(item['first_year'])}-{int(item['last_year'])}"
                unit = "million USD a year" if item["amount_per"] == "year" else "million USD"
                new = float(item["amount"]) + value(variable)
                found.append(Change("Budgets", row, "amount", words, value(variable), unit, new))
        return found

    slack.changes = changes
    return slack


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

    def changes() -> list[Change]:
        found = []
        for name in dict.fromkeys(project for project, _ in early):
            years = [year for (project, year), modules in early.items() if project == name and value(modules) > 0.5]
            if years:
                sheet, row = project_cell(case, name)
                column = "construction_years" if sheet == "Projects" else "delivery_years"
                old, new = float(projects.at[name, "construction_years"]), float(min(years) - case.first_year)
                words = f"the construction time of {name}, {old:g} years"
                found.append(Change(sheet, row, column, words, new - old, "years", new))
        return found

    slack.changes = changes
    return slack
