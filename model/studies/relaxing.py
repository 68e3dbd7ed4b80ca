"""Limits that can give way: slack put into one family of limits of a built model, each unit at a price.

A relaxed model still holds every other limit. What the slack ends at says which cells would have to change and by how
much. Rows marked not negotiable get no slack. The prices only rank: the total budget counts as 1, as does one switch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from model.case.case import Case
from model.formulation.constraints.envelopes import windows
from model.formulation.formulation import Formulation
from model.formulation.investment import ASSET_SHEETS, MEASURES, choosable_projects, project_cell
from model.network.graph import FloatArray
from model.studies.changes import LEAVE_OUT, Change

NOTHING: Final = 1e-6
KT_PER_KTEU: Final = 14.0
WORDS: Final = {
    "envelopes": "More budget",
    "timing": "Other opening years",
    "deadlines": "Later commitments",
    "committed": "Waive commitments",
    "project_rules": "Waive project rules",
    "policies": "Change other policies",
    "capacity": "More capacity",
    "ships": "More ships",
}
INVESTMENT_FAMILIES: Final = ("envelopes", "timing", "deadlines", "committed", "project_rules")
"""Families that can end a contradiction in what is built; the others matter for what is carried."""


@dataclass
class Slack:
    """Variables by which a family gives way, the cost of each unit, and what their values mean as changes."""

    variables: list[Any] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    changes: Callable[[], list[Change]] = list

    def add(self, variable: Any, price: float) -> Any:
        """Take a variable in and return it."""
        self.variables.append(variable)
        self.prices.append(price)
        return variable

    @property
    def cost(self) -> Any:
        """Pyomo expression of what the slack costs."""
        return pyo.quicksum(price * variable for price, variable in zip(self.prices, self.variables))


def relax(formulation: Formulation, family: str) -> Slack:
    """Put slack into a family of limits; no variables when the case has no such limit that is negotiable."""
    block = formulation.investment
    block.slack = pyo.VarList(domain=pyo.NonNegativeReals)
    block.switch = pyo.VarList(domain=pyo.Binary)
    block.relaxed = pyo.ConstraintList()
    makers: dict[str, Callable[[Formulation], Slack]] = {
        "envelopes": _envelopes,
        "timing": _timing,
        "deadlines": _deadlines,
        "committed": _committed,
        "project_rules": _project_rules,
        "capacity": _capacity,
        "ships": _ships,
    }
    return makers[family](formulation)


def value(variable: Any) -> float:
    """Value of a variable after a solve; 0 for one that the solver never saw."""
    return float(variable.value or 0.0)


def contributions(case: Case) -> list[dict[int, float]]:
    """For each window of the envelopes: how often the amount of each Budgets row counts towards its limit."""
    table = case.table("Budgets")
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


def _envelopes(formulation: Formulation) -> Slack:
    """More money in the rows of Budgets, each row by its own amount."""
    block, table = formulation.investment, formulation.case.table("Budgets")
    slack = Slack()
    if not hasattr(block, "envelope"):
        return slack
    total = max(1.0, float(table["amount"].sum()))
    years = table["last_year"] - table["first_year"] + 1
    counts = years.where(table["amount_per"] == "year", 1.0)
    given = {
        int(row): slack.add(block.slack.add(), float(counts[row]) / total)
        for row in table.index[table["negotiable"].astype(bool)]
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


def _timing(formulation: Formulation) -> Slack:
    """Openings outside the window of a project; nearer years cost a little less."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    if not hasattr(block, "window"):
        return slack
    projects = choosable_projects(case)
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


def _deadlines(formulation: Formulation) -> Slack:
    """Commitments that open later, never left out: years of delay."""
    block, case = formulation.investment, formulation.case
    projects = choosable_projects(case)
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


def _committed(formulation: Formulation) -> Slack:
    """Commitments turned into candidates, which need not be built."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    waived: dict[str, Any] = {}
    for name, rows in _committed_rows(formulation).items():
        waived[name] = slack.add(block.switch.add(), 1.0)
        most = float(choosable_projects(case).at[name, "maximum_modules"])
        for _, row in rows:
            _loosen(block, row, most * waived[name])

    def changes() -> list[Change]:
        return [
            Change(*project_cell(case, name), "status", f"the commitment to {name}", None, "waive", "candidate")
            for name, switch in waived.items()
            if value(switch) > 0.5
        ]

    slack.changes = changes
    return slack


def _project_rules(formulation: Formulation) -> Slack:
    """Rules left out, each as a whole."""
    block, table = formulation.investment, formulation.case.table("ProjectRules")
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
                _loosen(block, row, most * waived[note.row])

    def changes() -> list[Change]:
        return [
            Change("ProjectRules", row, "kind", f"the rule {table.at[row, 'rule']}", None, "waive", LEAVE_OUT)
            for row, switch in waived.items()
            if value(switch) > 0.5
        ]

    slack.changes = changes
    return slack


def _loosen(block: Any, row: Any, room: Any) -> None:
    """Replace a row by one that may be missed by `room` on either side."""
    if row.has_ub():
        block.relaxed.add(row.body - room <= row.upper)
    if row.has_lb():
        block.relaxed.add(row.body + room >= row.lower)
    row.deactivate()


def _capacity(formulation: Formulation) -> Slack:
    """More base capacity, the same in all periods."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    demand = max(1.0, float(_teu(formulation).sum()))
    extra: dict[tuple[str, str, str], Any] = {}
    for (kind, asset, measure, period), row in list(block.installed_definition.items()):
        key = (str(kind), str(asset), str(measure))
        if key not in extra:
            price = 1.0 / demand / (KT_PER_KTEU if measure == "kt" else 1.0)
            extra[key] = slack.add(block.slack.add(), price)
        linear = generate_standard_repn(row.body)
        installed = block.installed[kind, asset, measure, period]
        factor = next(c for c, v in zip(linear.linear_coefs, linear.linear_vars) if v is installed)
        block.relaxed.add(row.body - factor * extra[key] == row.upper)
        row.deactivate()

    def changes() -> list[Change]:
        found = []
        for (kind, asset, measure), variable in extra.items():
            if value(variable) > NOTHING:
                sheet, column = ASSET_SHEETS[kind], MEASURES[measure][0]
                table = case.table(sheet)
                row = int(table.index[table[kind] == asset][0])
                new = float(table.at[row, column]) + value(variable)
                words = f"the capacity of {asset}"
                found.append(Change(sheet, row, column, words, value(variable), f"{measure} a year", new))
        return found

    slack.changes = changes
    return slack


def _teu(formulation: Formulation) -> FloatArray:
    """Demand in TEU(-equivalents) of each entry and period."""
    cargo = formulation.cargo
    result: FloatArray = cargo.amounts * cargo.class_vector("teu")[cargo.class_of][:, None]
    return result


def _ships(formulation: Formulation) -> Slack:
    """More ships from the start."""
    block, table = formulation.investment, formulation.case.table("Vessels")
    slack = Slack()
    if not hasattr(block, "assigned_within_fleet"):
        return slack
    added: dict[str, Any] = {}
    for assigned in block.assigned.values():
        assigned.setub(None)
    for (vessel, _), row in list(block.assigned_within_fleet.items()):
        if vessel not in added:
            ships = slack.add(block.slack.add(), 0.01)
            ships.domain = pyo.NonNegativeIntegers
            added[str(vessel)] = ships
        block.relaxed.add(row.body - added[str(vessel)] <= row.upper)
        row.deactivate()

    def changes() -> list[Change]:
        found = []
        for vessel, ships in added.items():
            if value(ships) > 0.5:
                row = int(table.index[table["vessel"] == vessel][0])
                new = float(table.at[row, "existing"]) + round(value(ships))
                words = f"the ships of type {vessel}"
                found.append(Change("Vessels", row, "existing", words, float(round(value(ships))), "ships", new))
        return found

    slack.changes = changes
    return slack
