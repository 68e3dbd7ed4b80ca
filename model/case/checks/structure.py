"""Checks of what the sheets say together: periods, network, demand, costs, scenarios."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from model.case.checks.tables import Tables, horizon, setting_rows
from model.case.text import did_you_mean, listed
from model.case.years import year_columns

MOST_YEARS: Final = 100
"""Longest horizon, and farthest base year of discounting from it."""
MOST_DECADES: Final = 6.0
"""Powers of ten by which discounting may scale the money of the first year, and so what the solver sees."""


def check_periods(tables: Tables) -> None:
    """Periods follow each other without gap or overlap."""
    if not tables.sound("Periods", "first_year", "years"):
        return
    before, expected = None, None
    for row, first_year, years in sorted(tables.rows("Periods", "first_year", "years"), key=lambda record: record[1]):
        if np.isnan(first_year) or np.isnan(years):
            return
        if expected is not None and first_year != expected:
            what = "overlaps the period" if first_year < expected else "leaves a gap after the period"
            text = f"The period from {first_year:.0f} {what} of row {before}, which ends in {expected - 1:.0f}."
            text = f"{text} It should begin in {expected:.0f}."
            tables.remark("periods-broken", "Periods", row, "first_year", text, int(first_year))
        before, expected = row, first_year + years
    begin = tables["Periods"]["first_year"].min()
    if before is not None and expected - begin > MOST_YEARS:
        text = f"The periods span {expected - begin:.0f} years; at most {MOST_YEARS} can be planned."
        tables.remark("horizon-too-long", "Periods", before, "years", text)


def check_discounting(tables: Tables) -> None:
    """The year to which costs are discounted is not so far off that all money becomes nothing or without bound."""
    base, rate = tables.setting("discount_base_year"), tables.setting("discount_rate")
    first, last = horizon(tables)
    if base is None or rate is None or first != first or not 0 <= rate <= 1:
        return
    years = abs(first - base)
    if years > MOST_YEARS or years * np.log10(1 + rate) > MOST_DECADES:
        row = setting_rows(tables).get("discount_base_year")
        text = f"At {100 * rate:.4g} % a year from {base} on, money of {first:.0f} to {last:.0f} is hardly comparable."
        text = f"{text} Type a year near the first period; blank takes the first period."
        tables.findings.add("discount-base-far", text, sheet="Settings", row=row, column="value", seen=base)


def check_ends(tables: Tables) -> None:
    """Links and flows lead from one place to another."""
    for sheet, start, end in (("Links", "from_node", "to_node"), ("Demand", "origin", "destination")):
        for row, one, two in tables.rows(sheet, start, end):
            if one is not None and one == two:
                text = f"Both ends are “{one}”; they should be two places."
                tables.remark("same-ends", sheet, row, end, text, two)


def check_demand(tables: Tables) -> None:
    """Demand rows have years, at least one figure, and the unit of their commodity."""
    years = year_columns(tables["Demand"])
    if not years and tables.sound("Demand") and len(tables["Demand"]):
        tables.findings.add("demand-without-years", "No column has a year as header, e.g. 2030.", sheet="Demand")
    rows = tables["Demand"].index.tolist()
    blank = np.isnan(tables["Demand"][years].to_numpy(float)).all(axis=1) if years else np.array([])
    for position in np.flatnonzero(blank).tolist():
        if ("Demand", rows[position]) not in tables.unsound_rows:
            text = "The flow has no figure in any year. Type at least one, or 0."
            tables.remark("demand-without-years", "Demand", rows[position], years[0], text)
    units = {commodity: unit for _, commodity, unit in tables.rows("Commodities", "commodity", "unit") if unit}
    for row, commodity, unit in tables.rows("Demand", "commodity", "unit"):
        wanted = units.get(commodity)
        if wanted is not None and unit is not None and unit != wanted:
            text = f"The unit is {unit}, but “{commodity}” is counted in {wanted} (sheet Commodities)."
            tables.remark("unit-mismatch", "Demand", row, "unit", f"{text} Convert the figures and the unit.", unit)


def check_costs(tables: Tables) -> None:
    """A tariff has a figure, and an item that exists for its kind of asset."""
    columns = ("asset_kind", "item", "container_cost", "tonne_cost")
    for row, kind, item, per_teu, per_t in tables.rows("Costs", *columns):
        if np.isnan(per_teu) and np.isnan(per_t) and ("Costs", row) not in tables.unsound_rows:
            text = "Neither cost per TEU nor cost per tonne is given. Type one of them."
            tables.remark("cost-missing", "Costs", row, "tonne_cost", text)
        allowed = ("passing", "transfer", "terminal") if kind == "node" else ("transport", "surcharge")
        if kind is not None and item is not None and item not in allowed:
            text = f"A {kind} has no cost item “{item}”; it has: {listed(allowed)}."
            tables.remark("item-unfit", "Costs", row, "item", text, item)


def check_effects(tables: Tables) -> None:
    """Projects add capacity only where a capacity is given: to a blank one nothing can be added."""
    for kind, sheet, key in (("link", "Links", "link"), ("node", "Nodes", "node")):
        for measure, added in (("capacity_kteu", "added_kteu"), ("capacity_kt", "added_kt")):
            if not tables.sound(sheet, key, measure):
                continue
            capacity = {asset: figure for _, asset, figure in tables.rows(sheet, key, measure)}
            for row, asset_kind, asset, amount in tables.rows("ProjectEffects", "asset_kind", "asset", added):
                if asset_kind == kind and amount > 0 and np.isnan(capacity.get(asset, 0.0)):
                    text = (
                        f"“{asset}” has no limit in that measure ({sheet}, {measure} is blank): nothing can be added."
                    )
                    text = f"{text} Give it a capacity there, or clear this cell."
                    tables.remark("effect-unlimited", "ProjectEffects", row, added, text, amount)


def check_constraints(tables: Tables) -> None:
    """Switches are of families and costs that exist; the room of the formulation knows them, and tells at the door."""
    if not tables.families or tables.unchanged("Constraints"):
        return
    known = sorted(tables.families)
    for row, name in tables.rows("Constraints", "constraint"):
        if name is not None and name not in tables.families:
            text = f"There is no constraint family or cost “{name}”.{did_you_mean(name, known)}"
            text = f"{text} There are: {listed(known, 30)}. One of your own needs --constraints FILE."
            tables.remark("constraint-unknown", "Constraints", row, "constraint", text, name)


def check_scenarios(tables: Tables) -> None:
    """Scenarios are not based on each other in a circle."""
    based_on: dict[Any, Any] = {name: base for _, name, base in tables.rows("Scenarios", "scenario", "based_on")}
    for row, scenario, base in tables.rows("Scenarios", "scenario", "based_on"):
        seen, current = [scenario], base
        while current is not None and current not in seen:
            seen.append(current)
            current = based_on.get(current)
        if current is not None and current == scenario:
            text = f"“{scenario}” is based on itself: {' → '.join([*map(str, seen), str(current)])}."
            tables.remark("scenario-cycle", "Scenarios", row, "based_on", text, base)
