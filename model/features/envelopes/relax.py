"""How envelopes give way: more money in their rows."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.case import Case
from model.features.envelopes.rows import windows
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import NOTHING, Relaxation, Slack
from model.studies.switch import LOWER, Switch, emptied


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


def relax_envelopes(formulation: Formulation) -> Slack:
    """More money in the rows of Budgets, each row by its own amount."""
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
        int(row): slack.add(block.slack.add(), float(counts[row]) / total, most, negotiable=bool(negotiable))
        for row, negotiable in table["negotiable"].items()
    }
    shares = contributions(formulation.case)
    for number, limit in list(block.envelope.items()):
        more = pyo.quicksum(count * given[row] for row, count in shares[number].items())
        block.relaxed.add(limit.body - more <= limit.upper)
        limit.deactivate()

    def changes(values: Values) -> list[Change]:
        found = []
        for row, variable in given.items():
            if values(variable) > NOTHING:
                item = table.loc[row]
                words = f"the envelope {item['envelope']}, {int(item['first_year'])}-{int(item['last_year'])}"
                unit = "million USD a year" if item["amount_per"] == "year" else "million USD"
                new = float(item["amount"]) + values(variable)
                found.append(Change("Budgets", row, "amount", words, values(variable), unit, new))
        return found

    slack.changes = changes
    return slack


RELAXATIONS = (Relaxation("envelopes", "More budget", relax_envelopes, building=1, carrying=2),)
SWITCHES = (Switch("budgets", "no limit on spending", LOWER, emptied("Budgets")),)
SHEETS = {"Budgets": False}
