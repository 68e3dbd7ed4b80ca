"""Are the Plan's tables whole: every column there, keys unique and known, every figure a number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.case.case import Case
from model.plan.tables import TABLES, PlanTable
from model.plan.verify.cargo import EMPTY
from model.plan.verify.checks import Check, Frame, none_found
from model.plan.verify.projects import all_projects


def structure_check(case: Case, tables: Mapping[str, Frame]) -> Check:
    """One check over all tables; the others can only be made when it passes."""
    problems: list[str] = []
    for name, declared in TABLES.items():
        if name not in tables:
            problems.append(f"table {name} is missing")
            continue
        problems += _column_problems(declared, tables[name])
    if not problems:
        problems = _reference_problems(case, tables)
    return none_found("tables are whole", "problems", problems, len(TABLES))


def _column_problems(declared: PlanTable, table: Frame) -> list[str]:
    """Columns that are missing or hold something other than numbers, and keys that are not unique."""
    missing = [column for column in declared.columns if column not in table]
    if missing:
        return [f"table {declared.name} lacks columns {', '.join(missing)}"]
    if table.empty:
        return []
    problems = []
    for column in declared.fields:
        if column.kind == "text" and not all(isinstance(value, str) for value in table[column.name].tolist()):
            problems.append(f"{declared.name}.{column.name} holds something that is not text")
        if column.kind not in ("number", "integer"):
            continue
        try:
            values = table[column.name].to_numpy(float)
        except (TypeError, ValueError):
            values = np.array([np.inf])
        if not (np.isfinite(values) | (column.blank & np.isnan(values))).all():
            problems.append(f"{declared.name}.{column.name} holds something that is not a finite number")
        elif column.name == "segment" and ((values != np.round(values)).any() or (values < 1).any()):
            problems.append(f"{declared.name}.segment holds something that is not a whole number from 1 on")
    if problems:
        return problems
    twice = table.duplicated(list(declared.key))
    if twice.any():
        first = tuple(table.loc[twice.to_numpy(bool), list(declared.key)].iloc[0])
        problems.append(f"table {declared.name} holds the key {first} twice")
    return problems


def _reference_problems(case: Case, tables: Mapping[str, Frame]) -> list[str]:
    """Keys that nothing in the case, or in the routes table, stands for."""
    empties = {f"{EMPTY} from {node}" for node in case.table("Boxes")["node"]}
    demands, commodities = set(case.table("Demand")["demand"]), set(case.table("Commodities")["commodity"])
    known = {
        "period": {period.name for period in case.periods},
        "demand": demands | empties,
        "season": set(case.table("Seasons")["season"]) or {"year"},
        "project": set(all_projects(case)["project"]),
        "vessel": set(case.table("Vessels")["vessel"]),
        "service": set(case.table("Services")["service"]),
        "policy": set(case.table("Policies")["policy"]),
        "link": set(case.table("Links")["link"]),
        "node": set(case.table("Nodes")["node"]),
        "carrier": set(case.table("Carriers")["carrier"]),
        "commodity": commodities | ({EMPTY} if empties else set()),
        "envelope": set(case.table("Budgets")["envelope"]),
        "route": set(tables["routes"]["route"]),
    }
    problems = []
    for name, declared in TABLES.items():
        for column in declared.columns:
            if column in known and (strange := set(tables[name][column].tolist()) - known[column]):
                problems.append(f"{name}.{column} holds an unknown key: {min(map(str, strange))}")
    if not problems:
        problems = _served_demand_problems(tables) + _lives_problems(case, tables["lives"])
    return problems


def _lives_problems(case: Case, lives: Frame) -> list[str]:
    """Lives that end in a year that is not of their period."""
    period_of = {year: period.name for period in case.periods for year in period.calendar_years}
    wrong = [
        f"lives: {year:g} is not in the period {period}"
        for year, period in zip(lives["year"].tolist(), lives["period"].tolist(), strict=True)
        if period_of.get(year) != period
    ]
    return wrong[:1]


def _served_demand_problems(tables: Mapping[str, Frame]) -> list[str]:
    """Flows that stand under another demand than their route."""
    flows, demand_of = tables["route_flows"], tables["routes"].set_index("route")["demand"]
    serves = demand_of.reindex(flows["route"]).to_numpy(object)
    wrong = serves != flows["demand"].to_numpy(object)
    if not wrong.any():
        return []
    first = flows.loc[wrong].iloc[0]
    return [f"route {first['route']} carries demand {first['demand']} but serves {demand_of[first['route']]}"]
