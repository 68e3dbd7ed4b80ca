"""Scenarios: key figures and project decisions of this plan beside those of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.reports.analysis.figures import key_figures, proven_difference
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, Formula, ReportSheet


def scenarios_sheet(facts: Facts, others: Sequence[Facts]) -> ReportSheet:
    """Measures down, scenarios across, and the difference to this plan."""
    plans = [facts, *others]
    tables = [key_figures(one) if one.plan.has_plan else {} for one in plans]
    measures = list(dict.fromkeys(name for table in tables for name in table))
    records: list[dict[str, Any]] = []
    for row, (measure, unit) in enumerate(measures):
        record: dict[str, Any] = {"measure": measure, "unit": unit}
        for number, table in enumerate(tables):
            record[f"s{number}"] = table.get((measure, unit), 0.0 if table else None)
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
        record: dict[str, Any] = {"project": project, "name": facts.project_name(project)}
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
