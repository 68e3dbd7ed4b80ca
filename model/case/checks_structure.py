"""Checks of what the sheets say together: periods, network, demand, costs, projects, rules, envelopes, scenarios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.case.checks import Tables
from model.case.messages import shown
from model.case.text import did_you_mean, listed

Check = Callable[[Tables], None]


def check_periods(tables: Tables) -> None:
    """Periods follow each other without gap or overlap."""
    if not tables.sound("Periods", "first_year", "years"):
        return
    frame = tables["Periods"].sort_values("first_year", kind="stable")
    years = frame["years"].fillna(1.0)
    previous_row, next_year = None, None
    for row, first_year, length in zip(frame.index, frame["first_year"], years, strict=True):
        if np.isnan(first_year):
            return
        if next_year is not None and first_year != next_year:
            words = "overlaps the period" if first_year < next_year else "leaves a gap after the period"
            text = f"The period from {first_year:.0f} {words} of row {previous_row}, which ends in {next_year - 1:.0f}. It should begin in {next_year:.0f}."
            tables.remark("periods-broken", "Periods", row, "first_year", text, int(first_year))
        previous_row, next_year = row, first_year + length


def check_ends(tables: Tables) -> None:
    """Links and flows lead from one place to another."""
    for sheet, start, end in (("Links", "from_node", "to_node"), ("Demand", "origin", "destination")):
        frame = tables[sheet]
        same = frame[(frame[start] == frame[end]) & frame[start].notna()]
        for row, place in same[end].items():
            tables.remark("same-ends", sheet, row, end, f"Both ends are “{place}”; they should be two places.", place)


def check_demand(tables: Tables) -> None:
    """Demand rows have years, at least one figure, and the unit of their commodity."""
    frame = tables["Demand"]
    years = [name for name in frame.columns if isinstance(name, int)]
    if not years and tables.sound("Demand"):
        tables.findings.add("demand-without-years", "No column has a year as header, e.g. 2030.", sheet="Demand")
    elif years:
        for row in frame.index[frame[years].isna().all(axis=1)]:
            if not any(
                (m.sheet, m.row) == ("Demand", row) and isinstance(m.column, int) for m in tables.findings.messages
            ):
                tables.remark(
                    "demand-without-years",
                    "Demand",
                    row,
                    years[0],
                    "The flow has no figure in any year. Type at least one, or 0.",
                )
    units = {str(r.commodity): r.unit for r in tables["Commodities"].itertuples() if r.commodity and r.unit}
    for row, commodity, unit in frame[["commodity", "unit"]].itertuples():
        wanted = units.get(str(commodity))
        if wanted is not None and unit is not None and unit != wanted:
            text = f"The unit is {unit}, but {commodity} is counted in {wanted} (Commodities). Convert the figures and the unit."
            tables.remark("unit-mismatch", "Demand", row, "unit", text, unit)


def check_costs(tables: Tables) -> None:
    """A tariff has a figure and an item that exists for its kind of asset."""
    frame = tables["Costs"]
    for row, kind, item, per_teu, per_t in frame[["asset_kind", "item", "cost_per_teu", "cost_per_t"]].itertuples():
        if np.isnan(per_teu) and np.isnan(per_t) and tables.sound("Costs", "cost_per_teu", "cost_per_t"):
            tables.remark(
                "cost-missing",
                "Costs",
                row,
                "cost_per_t",
                "Neither cost per TEU nor cost per tonne is given. Type one of them.",
            )
        allowed = ("passing", "transfer", "terminal") if kind == "node" else ("transport", "surcharge")
        if kind is not None and item is not None and item not in allowed:
            text = f"A {kind} has no cost item “{item}”; it has: {listed(allowed)}."
            tables.remark("item-unfit", "Costs", row, "item", text, item)


def check_effects(tables: Tables) -> None:
    """Projects add capacity only where a capacity is given: to a blank one nothing can be added."""
    for measure, added in (("capacity_kteu", "added_kteu"), ("capacity_kt", "added_kt")):
        for kind, sheet, key in (("link", "Links", "link"), ("node", "Nodes", "node")):
            if not tables.sound(sheet, key, measure):
                continue
            capacity = dict(zip(tables[sheet][key], tables[sheet][measure], strict=True))
            frame = tables["ProjectEffects"]
            for row, asset, amount in frame.loc[frame["asset_kind"] == kind, ["asset", added]].itertuples():
                if amount > 0 and asset in capacity and np.isnan(capacity[asset]):
                    text = f"{asset} has no limit in that measure ({sheet}, {measure} is blank), so nothing can be added. Give it a capacity, or clear this cell."
                    tables.remark("effect-unlimited", "ProjectEffects", row, added, text, amount)


def check_projects(tables: Tables) -> None:
    """Years of projects make sense."""
    years = tables["Periods"]["first_year"]
    first = years.min() if len(years) and tables.sound("Periods", "first_year") else np.nan
    ends = years + tables["Periods"]["years"].fillna(1.0) - 1
    last = ends.max() if len(ends) and tables.sound("Periods", "first_year", "years") else np.nan
    columns = ["status", "earliest_opening", "latest_opening", "committed_opening"]
    for row, status, earliest, latest, committed in tables["Projects"][columns].itertuples():
        if earliest > latest:
            text = f"The latest opening {latest:.0f} is before the earliest opening {earliest:.0f}."
            tables.remark("opening-window", "Projects", row, "latest_opening", text, int(latest))
        if status != "committed" or not tables.sound("Projects", "committed_opening"):
            continue
        if np.isnan(committed):
            tables.remark(
                "committed-year",
                "Projects",
                row,
                "committed_opening",
                "A committed project needs its opening year here.",
            )
        elif committed < first:
            text = f"It opens in {committed:.0f}, before the first period ({first:.0f}). Call it 'baseline' and put its capacity into the network."
            tables.remark("committed-year", "Projects", row, "committed_opening", text, int(committed))
        elif committed > last:
            text = f"It opens in {committed:.0f}, after the last year of the plan ({last:.0f}): it will never be in service here."
            tables.remark("committed-late", "Projects", row, "committed_opening", text, int(committed))


def check_rules(tables: Tables) -> None:
    """Rules tie two different projects."""
    for row, project, other in tables["ProjectRules"][["project", "other_project"]].itertuples():
        if project is not None and project == other:
            tables.remark(
                "rule-self", "ProjectRules", row, "other_project", f"The rule ties {project} to itself.", other
            )


def check_funding(tables: Tables) -> None:
    """Shares of one project add up to at most 1."""
    frame = tables["Funding"]
    totals = frame.groupby("project")["share"].sum()
    for project in totals.index[totals > 1 + 1e-9]:
        row = frame.index[frame["project"] == project][-1]
        text = (
            f"The shares of {project} add up to {shown(100 * float(totals[project]))} %; they should be at most 100 %."
        )
        tables.remark("funding-sum", "Funding", row, "share", text, float(totals[project]))


def check_budgets(tables: Tables) -> None:
    """Windows of an envelope are in order, do not overlap and speak of the same thing."""
    frame = tables["Budgets"]
    for row, first, last in frame[["first_year", "last_year"]].itertuples():
        if last < first:
            tables.remark(
                "budget-window",
                "Budgets",
                row,
                "last_year",
                f"The window ends in {last:.0f}, before it begins ({first:.0f}).",
                int(last),
            )
    for envelope, rows in frame[frame["envelope"].notna()].groupby("envelope"):
        head = rows.iloc[0]
        for column in ("scope_kind", "scope", "amount_per", "carry_over", "negotiable"):
            for row, value in rows[column].items():
                if column != "negotiable" and value != head[column] and not (value is None and head[column] is None):
                    text = f"Row {rows.index[0]} of the envelope “{envelope}” says “{shown(head[column])}” here; all its rows must agree."
                    tables.remark("envelope-mixed", "Budgets", row, column, text, value)
        windows = rows.sort_values("first_year")
        for (before, one), (row, two) in zip(list(windows.iterrows())[:-1], list(windows.iterrows())[1:], strict=True):
            if two["first_year"] <= one["last_year"] and two["first_year"] != one["first_year"]:
                text = f"The window begins in {two['first_year']:.0f}, inside the window of row {before} of the same envelope."
                tables.remark("budget-window", "Budgets", row, "first_year", text, int(two["first_year"]))
    _check_scopes(tables)


def _check_scopes(tables: Tables) -> None:
    projects = tables["Projects"]
    known: dict[str, set[str]] = {
        "country": tables.keys("Projects", "country"),
        "class": tables.keys("Projects", "project_class"),
        "funder": tables.keys("Funding", "funder"),
        "tag": {tag for tags in projects["tags"] for tag in tags},
    }
    for row, kind, scope in tables["Budgets"][["scope_kind", "scope"]].itertuples():
        if kind not in known:
            continue
        if scope is None:
            tables.remark(
                "budget-scope",
                "Budgets",
                row,
                "scope",
                f"Scope kind is '{kind}': type which {kind} the envelope counts.",
            )
        elif scope not in known[kind] and tables.sound("Projects", "country", "tags") and tables.sound("Funding"):
            text = f"No project has the {kind} “{scope}”.{did_you_mean(scope, sorted(known[kind]))}"
            tables.remark("budget-scope", "Budgets", row, "scope", text, scope)


def check_scenarios(tables: Tables) -> None:
    """The reference has no changes; scenarios are not based on each other in a circle."""
    frame = tables["Scenarios"]
    based_on: dict[str, Any] = dict(zip(frame["scenario"], frame["based_on"], strict=True))
    for row, scenario in frame["scenario"].items():
        seen, current = {scenario}, based_on.get(scenario)
        while current is not None and current in based_on:
            if current in seen:
                text = f"“{scenario}” is based on itself through {listed(sorted(map(str, seen)))}."
                tables.remark("scenario-cycle", "Scenarios", row, "based_on", text, based_on[scenario])
                break
            seen.add(current)
            current = based_on[current]
    references = {"reference", *frame["scenario"].head(1)}
    for row, scenario in tables["ScenarioChanges"]["scenario"].items():
        if scenario in references:
            text = f"“{scenario}” is the reference and takes no changes. Give the change its own scenario, or alter the base sheet."
            tables.remark("scenario-reference-changed", "ScenarioChanges", row, "scenario", text, scenario)


CHECKS: tuple[Check, ...] = (
    check_periods,
    check_ends,
    check_demand,
    check_costs,
    check_effects,
    check_projects,
    check_rules,
    check_funding,
    check_budgets,
    check_scenarios,
)
