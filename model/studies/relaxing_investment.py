"""Slack in the limits on what is built: budgets, opening windows, commitments, rules between projects."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.canonical import records
from model.case.case import Case
from model.formulation.constraints.envelopes import windows
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, construction_allows, project_cell
from model.studies.changes import LEAVE_OUT, Change
from model.studies.slack import NOTHING, Slack, loosen, value


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


def relax_timing(formulation: Formulation) -> Slack:
    """Openings outside the window of a project; nearer years cost a little less."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    if not hasattr(block, "window"):
        return slack
    projects: Any = choosable_projects(case)
    switches: dict[tuple[str, int], Any] = {}
    for (name, period), limit in list(block.window.items()):
        year = formulation.period(period).first_year
        row = projects.loc[name]
        away = min(abs(year - bound) for bound in (row["earliest_opening"], row["latest_opening"]) if bound == bound)
        switch = slack.add(block.switch.add(), 1.0 + 0.01 * float(away))
        switches[str(name), year] = switch
        block.relaxed.add(limit.body <= float(row["maximum_modules"]) * switch)
        limit.deactivate()

    def changes() -> list[Change]:
        found = []
        for name in projects.index:
            years = [year for (project, year), switch in switches.items() if project == name and value(switch) > 0.5]
            for column, pick in (("earliest_opening", min), ("latest_opening", max)):
                bound = projects.at[name, column]
                outside = [year for year in years if (year < bound if pick is min else year > bound)]
                if outside:
                    words = f"the {column.replace('_', ' ')} of {name}, {int(bound)}"
                    new = pick(outside)
                    where = project_cell(case, str(name))
                    if where[0] == "Vessels":
                        column = "earliest_delivery"
                    found.append(Change(*where, column, words, new - float(bound), "years", new))
        return found

    slack.changes = changes
    return slack


def _committed_rows(formulation: Formulation) -> dict[str, list[tuple[str, Any]]]:
    """Rows of the commitments by project: (period, row)."""
    rows: dict[str, list[tuple[str, Any]]] = {}
    for (name, period), row in getattr(formulation.investment, "committed", {}).items():
        rows.setdefault(str(name), []).append((str(period), row))
    return rows


def relax_deadlines(formulation: Formulation) -> Slack:
    """Commitments that open later, never left out: years of delay."""
    block, case = formulation.investment, formulation.case
    projects: Any = choosable_projects(case)
    last = formulation.periods[-1].name
    slack = Slack()
    late: dict[str, dict[str, Any]] = {}
    for name, rows in _committed_rows(formulation).items():
        most = float(projects.at[name, "maximum_modules"])
        for period, row in rows:
            if period != last and row.upper > 0:
                length = formulation.period(period).years
                waits = slack.add(block.switch.add(), 0.1 * length)
                late.setdefault(name, {})[period] = waits
                block.relaxed.add(row.body + most * waits >= row.lower)
                row.deactivate()

    def changes() -> list[Change]:
        found = []
        for name, waits in late.items():
            due = int(projects.at[name, "committed_opening"])
            waiting = [period for period, switch in waits.items() if value(switch) > 0.5]
            if waiting:
                names = [period.name for period in formulation.periods]
                opens = formulation.periods[names.index(waiting[-1]) + 1].first_year
                words = f"the opening of {name}, committed for {due}"
                cell = (*project_cell(case, name), "committed_opening")
                found.append(Change(*cell, words, float(opens - due), "years", float(opens)))
        return found

    slack.changes = changes
    return slack


def relax_committed(formulation: Formulation) -> Slack:
    """Commitments turned into candidates, which need not be built."""
    block, case = formulation.investment, formulation.case
    projects: Any = choosable_projects(case)
    slack = Slack()
    waived: dict[str, Any] = {}
    for name, rows in _committed_rows(formulation).items():
        waived[name] = slack.add(block.switch.add(), 1.0)
        most = float(projects.at[name, "maximum_modules"])
        for _, row in rows:
            loosen(block, row, most * waived[name])

    def changes() -> list[Change]:
        return [
            Change(*project_cell(case, name), "status", f"the commitment to {name}", None, "waive", "candidate")
            for name, switch in waived.items()
            if value(switch) > 0.5
        ]

    slack.changes = changes
    return slack


def relax_project_rules(formulation: Formulation) -> Slack:
    """Rules left out, each as a whole."""
    block = formulation.investment
    table: Any = formulation.case.table("ProjectRules")
    slack = Slack()
    lists = [getattr(block, kind) for kind in ("requires", "together", "excludes") if hasattr(block, kind)]
    most = 4.0 * float(choosable_projects(formulation.case)["maximum_modules"].max())
    waived: dict[int, Any] = {}
    for rows in lists:
        for row in list(rows.values()):
            note = formulation.notes.get(id(row))
            if note is not None:
                if note.row not in waived:
                    waived[note.row] = slack.add(block.switch.add(), 1.0)
                loosen(block, row, most * waived[note.row])

    def changes() -> list[Change]:
        return [
            Change("ProjectRules", row, "kind", f"the rule {table.at[row, 'rule']}", None, "waive", LEAVE_OUT)
            for row, switch in waived.items()
            if value(switch) > 0.5
        ]

    slack.changes = changes
    return slack


def relax_decided(formulation: Formulation) -> Slack:
    """Decisions left out, each as a whole."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    waived: dict[int, Any] = {}
    most = float(choosable_projects(case)["maximum_modules"].max())
    for row in list(block.decided.values()) if hasattr(block, "decided") else []:
        note = formulation.notes[id(row)]
        waived[note.row] = slack.add(block.switch.add(), 1.0)
        loosen(block, row, most * waived[note.row])

    def changes() -> list[Change]:
        projects = {row.Index: str(row.project) for row in records(case.table("Decisions"))}
        return [
            Change("Decisions", row, "decision", f"what is decided on {projects[row]}", None, "waive", LEAVE_OUT)
            for row, switch in waived.items()
            if value(switch) > 0.5
        ]

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
