"""Scenarios: key figures and project decisions of this plan beside those of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.reports.analysis.shares import ALL, corridor_flows, route_groups
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, Formula, ReportSheet


def key_figures(facts: Facts) -> dict[tuple[str, str], float]:
    """(measure, unit) → value: costs by term, capital, unserved, flow of each corridor in the last period."""
    costs = facts.costs
    figures = {("All costs, present value", "million USD"): facts.objective}
    for term, label in facts.terms.items():
        value = float(costs.loc[costs["term"] == term, "discounted"].sum())
        figures[f"of which {label}, present value", "million USD"] = value
    figures["Capital of what opens, undiscounted", "million USD"] = float(facts.openings["capex"].sum())
    figures["Projects that open", "projects"] = float(facts.openings["project"].nunique())
    served = facts.table("demand_served")
    figures["Unserved over all periods", "Mt"] = float(served["unserved_kt"].sum()) / 1000
    last = facts.periods[-1]
    flows = facts.once(corridor_flows)
    sums = flows[(flows["group"] == ALL) & (flows["period"] == last)].groupby("route_group")["mt"].sum()
    for group in route_groups(facts):
        figures[f"Corridor {group} in {last}", "Mt/year"] = float(sums.get(group, 0.0))
    figures[f"CO2 in {last}", "kt/year"] = float(
        facts.table("emissions").loc[lambda table: table["period"] == last, "co2_kt"].sum()
    )
    return figures


def proven_difference(first: Facts, second: Facts) -> str:
    """'proven' when the cost intervals [bound, objective] of two plans do not overlap, else 'not proven'."""
    one, two = first.plan.outcome, second.plan.outcome
    if None in (one.objective, two.objective, one.bound, two.bound):
        return "no plan"
    apart = one.objective < two.bound or two.objective < one.bound  # type: ignore[operator]
    return "proven" if apart else "not proven"


def scenarios_sheet(facts: Facts, others: Sequence[Facts]) -> ReportSheet:
    """Measures down, scenarios across, and the difference to this plan."""
    plans = [facts, *others]
    tables = [key_figures(one) if one.plan.has_plan else {} for one in plans]
    measures = list(dict.fromkeys(name for table in tables for name in table))
    records: list[dict[str, Any]] = []
    for row, (measure, unit) in enumerate(measures):
        record: dict[str, Any] = {"measure": measure, "unit": unit}
        for number, table in enumerate(tables):
            record[f"s{number}"] = table.get((measure, unit))
        for number in range(1, len(plans)):
            first, other = record["s0"], record[f"s{number}"]
            if first is not None and other is not None:
                cell = chr(ord("C") + number)
                record[f"d{number}"] = Formula(f"={cell}{row + 5}-$C{row + 5}", other - first)
        records.append(record)
    columns = (
        Column("measure", "Measure", width=44),
        Column("unit", "Unit"),
        *(Column(f"s{n}", one.scenario_title, "number", width=15) for n, one in enumerate(plans)),
        *(
            Column(f"d{n}", f"{one.scenario_title} less {facts.scenario_title}", "number", width=17)
            for n, one in enumerate(plans)
            if n
        ),
    )
    verdicts = "; ".join(f"{one.scenario_title}: {proven_difference(facts, one)}" for one in others)
    return ReportSheet(
        "Scenarios",
        "Scenarios side by side",
        f"Units are in the second column. Is the difference in cost larger than the proven gaps? {verdicts}.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        group="Comparison",
        key_columns=2,
    )


def robust_sheet(facts: Facts, others: Sequence[Facts]) -> ReportSheet:
    """Opening year of each project in each scenario, and in how many it is built."""
    plans = [one for one in (facts, *others) if one.plan.has_plan]
    opened = [one.openings.groupby("project")["opening_year"].min().astype(float).to_dict() for one in plans]
    records = []
    for project in facts.projects["project"].astype(str):
        years = [table.get(project) for table in opened]
        if not any(year is not None for year in years):
            continue
        record: dict[str, Any] = {"project": project, "name": facts.names.project(project)}
        record |= {f"s{number}": year for number, year in enumerate(years)}
        record["built"] = float(sum(year is not None for year in years))
        records.append(record)
    records.sort(key=lambda record: -float(record["built"]))
    span = f"{{s0}}:{{s{len(plans) - 1}}}"
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=36),
        *(Column(f"s{n}", f"{one.scenario_title}, opens in", "year", width=14) for n, one in enumerate(plans)),
        Column("built", f"Built in, of {len(plans)} scenarios", "integer", "scenarios", formula=f"COUNT({span})"),
    )
    return ReportSheet(
        "Robust_projects",
        "Which projects are built whatever the scenario",
        "Opening year in each scenario; blank = not built there.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        empty="No project is built in any scenario.",
        group="Comparison",
        key_columns=2,
    )
