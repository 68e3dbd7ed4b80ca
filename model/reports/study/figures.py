"""The main figure of each study, drawn from its tables: one function a study."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from model.case.canonical import records
from model.reports.markup import Markup
from model.reports.page.more_charts import bars_with_ranges, curve, heat_map, tornado
from model.reports.text import number

UNIT = "million USD, present value"
MOST = 40
"""Bars or rows of a figure."""
PLANS = 8
"""Plans of a heat map."""

Tables = Mapping[str, pd.DataFrame]


def figure(study: str, tables: Tables) -> Markup | str:
    """The main figure of a study; '' where it has none, or nothing to draw."""
    return FIGURES[study](tables) if study in FIGURES else ""


def _ranges(
    title: str, table: pd.DataFrame, columns: tuple[str, str, str, str], proven: str = "proven: from {} to {}"
) -> Markup | str:
    """Bars of a table: columns of the name, the value, at least and at most; rows without a value are left out."""
    bars = [
        (str(name), value, least, most)
        for name, value, least, most in zip(*(table[column] for column in columns), strict=True)
        if math.isfinite(value)
    ][:MOST]
    return bars_with_ranges(title, UNIT, bars, proven) if bars else ""


def _frontier(tables: Tables) -> Markup | str:
    points = [
        (
            budget,
            value,
            least,
            most,
            f"{number(budget)} million USD: {number(value, 1)} saved; {opens or 'nothing opens'}",
        )
        for budget, value, least, most, opens in _columns(
            tables["Frontier"], "budget", "value", "value at least", "value at most", "opens"
        )
    ]
    axes = ("budget for what is chosen [million USD, undiscounted]", f"saved [{UNIT}]")
    return curve("What money buys", axes, points)


def _target(tables: Tables) -> Markup | str:
    points = [
        (reached, costs, least, most, f"{number(reached)} a year: costs {number(costs, 1)} million USD more")
        for reached, costs, least, most in _columns(tables["Target"], "reached", "costs", "at least", "at most")
        if math.isfinite(reached) and math.isfinite(costs)
    ]
    points.sort()
    return curve("What a promise costs", ("carried a year", f"costs more [{UNIT}]"), points) if points else ""


def _value(tables: Tables) -> Markup | str:
    table = tables["Value"]
    table = table[table["scenario"] == table["scenario"].iloc[0]] if len(table) else table
    table = table.sort_values("NPV, rest held", ascending=False)
    columns = ("project", "NPV, rest held", "NPV at least", "NPV at most")
    return _ranges("What each project is worth", table, columns)


def _tornado(tables: Tables) -> Markup | str:
    table = tables["Tornado"]
    if table.empty:
        return ""
    bars = [
        (name, low, high, f"{lower:g} times", f"{higher:g} times")
        for name, lower, low, higher, high in _columns(table, "group", "lower", "value lower", "higher", "value higher")
        if math.isfinite(low) or math.isfinite(high)
    ][:MOST]
    return tornado(
        "Value of the plan, one group of figures lower and higher", UNIT, float(table["value as it is"].iloc[0]), bars
    )


def _screening(tables: Tables) -> Markup | str:
    table = tables["Screening"]
    spread = table.assign(least=table["mu*"] - table["sigma"], most=table["mu*"] + table["sigma"])
    words = "spread by the others: from {} to {}"
    return _ranges("What each factor does to the value of the plan (mu*, and sigma as a line)",
                   spread, ("factor", "mu*", "least", "most"), words)  # fmt: skip


def _regret(tables: Tables) -> Markup | str:
    table = tables["Regret"]
    plans = [name for name in table.columns if name not in ("future", "weight")][:PLANS]
    cells = [
        (str(row["future"]), plan, float(row[plan]), f"{plan} in {row['future']}: {number(row[plan], 1)} {UNIT}")
        for row in table.to_dict("records")[:MOST]
        for plan in plans
    ]
    return heat_map("Regret of each plan in each future", cells, UNIT) if cells else ""


def _alternatives(tables: Tables) -> Markup | str:
    plans, projects = tables["Alternatives"], tables["Projects"]
    built = {plan: set(_projects(opens)) for plan, opens in _columns(plans, "plan", "opens")}
    order = {"must-have": 0, "optional": 1, "never": 2}
    listed = sorted(
        (order.get(str(verdict), 3), str(project), str(verdict))
        for project, verdict in _columns(projects, "project", "verdict")
        if any(project in one for one in built.values())
    )[:MOST]
    cells = [
        (
            f"{project} ({verdict})",
            plan,
            float(project in one),
            f"{plan} {'builds' if project in one else 'leaves'} {project}",
        )
        for _, project, verdict in listed
        for plan, one in built.items()
    ]
    return heat_map("What each plan builds: dark", cells, "", figures=False) if cells else ""


def _projects(opens: Any) -> list[str]:
    """Keys in words such as 'P13 2028, buy ferry 2029 (2 modules)'."""
    return re.findall(r"(?:^|, )([^,]+?) \d{4}(?: \(\d+ modules\))?(?=,|$)", str(opens))


def _experiments(tables: Tables) -> Markup | str:
    table = tables["Experiments"]
    cells = [
        (
            str(one.scenario),
            str(one.policy),
            float(one.regret),
            f"{one.policy} in {one.scenario}: {number(one.regret, 1)}",
        )
        for one in records(table)
    ][: MOST * PLANS]
    return heat_map("Regret of each policy in each future", cells, UNIT) if cells else ""


def _columns(table: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name] for name in names), strict=True))


FIGURES: Mapping[str, Callable[[Tables], Markup | str]] = {
    "alternatives": _alternatives,
    "experiments": _experiments,
    "force": lambda tables: _ranges("What it costs", tables["Cost"], ("decision", "costs", "at least", "at most")),
    "frontier": _frontier,
    "outages": lambda tables: _ranges(
        "What each loss costs", tables["Outages"], ("asset", "costs", "at least", "at most")
    ),
    "screening": _screening,
    "sensitivity": _tornado,
    "stress": lambda tables: _ranges(
        "Regret of the plan in each scenario", tables["Stress"],
        ("scenario", "regret", "regret at least", "regret at most"),
    ),
    "target": _target,
    "uncertainty": _regret,
    "value": _value,
}  # fmt: skip
