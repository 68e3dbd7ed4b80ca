"""What moves the corridor's boxes: the base year 2025 with one thing changed at a time.

    python docs/examples/choice_shocks.py inputs/middle_corridor

Each row is a plan of 2025 without anything to decide, with the constants of the sheet Choice, in narrow steps, so that
a day on the crossing, worth a fiftieth of a log odds, moves every market and not one in ten of its parts. Prints kTEU
by market over the Caspian in boxes, all of them, and China-EU-China by the Northern route. Some ten seconds a row.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))
from model.case.case import Case
from model.case.reader import read_case
from model.case.scenarios.history import in_year
from model.features.choice.benefit import users_benefit
from model.features.choice.calibration import in_narrow_steps
from model.features.choice.logit import exact
from model.features.choice.markets import markets
from model.features.choice.responses import changed
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions

YEAR = 2025
FREE = ", ships and ports free"
OPTIONS = SolveOptions(threads=1, gap=1e-6, time_limit=300.0)


def ocean(case: Case, *, suez: float | None = None, cape: float = 1.0) -> Case:
    """Suez open at so much of its price (None: shut), the Cape at so much of its."""
    links = case.table("Links").copy()
    canal, round_africa = links["route_group"] == "Suez", links["route_group"] == "Cape"
    if suez is not None:
        links.loc[canal, ["capacity_kteu", "capacity_kt"]] = np.nan
        links.loc[canal, "container_cost"] *= suez
    links.loc[round_africa, "container_cost"] *= cape
    return case.with_tables(Links=links)


def shut(case: Case, link: str) -> Case:
    """A link shut."""
    links = case.table("Links").copy()
    links.loc[links["link"] == link, ["capacity_kteu", "capacity_kt"]] = 0.0
    return case.with_tables(Links=links)


def fixed(case: Case) -> Case:
    """One year with its timed changes written into the tables, so that figures can be changed."""
    tables = {sheet: case.table(sheet, YEAR) for sheet in {change.sheet for change in case.changes}}
    return replace(case.with_tables(**tables), changes=())


def shocks(base: Case) -> Iterator[tuple[str, Case]]:
    """Name and case of each row."""
    yield "2025", base
    yield "2023: Suez open, ocean x 0.8/0.9", ocean(base, suez=0.8 / 0.9)
    yield "2024: Cape x 1.46", ocean(base, cape=1.46)
    yield "Suez open", ocean(base, suez=1.0)
    yield "Northern route closed", shut(base, "L073")
    room = unlimited(base)
    for name, case in (("", base), (FREE, room)):
        if name:
            yield f"2025{name}", case
        yield f"crossing 200 USD cheaper{name}", changed(case, "Middle", usd=-0.2)
        yield f"crossing 200 USD dearer{name}", changed(case, "Middle", usd=0.2)
    for days in (0.5, 1.0, 2.0, 3.0):
        yield f"crossing {days:g} days quicker{FREE}", quicker(room, days)
    yield f"Northern route closed{FREE}", shut(room, "L073")


def unlimited(case: Case) -> Case:
    """Ships, ports and queues of the corridor no limit: what shippers would do if there were room."""
    links, nodes = case.table("Links").copy(), case.table("Nodes").copy()
    limits = ["capacity_kteu", "capacity_kt"]
    open_links = (links["route_group"] == "Middle") & ~((links[limits] == 0).any(axis=1))
    links.loc[open_links, limits] = np.nan
    corridor = nodes["country"].isin(["KZ", "AZ", "GE", "TM"]) & ~((nodes[limits] == 0).any(axis=1))
    nodes.loc[corridor, limits] = np.nan
    none = {sheet: case.table(sheet).iloc[0:0] for sheet in ("Services", "Vessels", "Congestion")}
    return case.with_tables(Links=links, Nodes=nodes, **none)


def quicker(case: Case, days: float) -> Case:
    """Boxes over the Caspian so many days quicker, on the crossing; what is more than it takes comes off as waiting."""
    links = case.table("Links").copy()
    marked = links["link"].isin(("L090", "L093", "L095", "L096"))
    for column in ("days_regular", "days_block"):
        links.loc[marked, column] = links.loc[marked, column].fillna(links.loc[marked, "days_regular"])
        links.loc[marked, column] -= days
    return case.with_tables(Links=links)


def row_of(plan: Plan) -> dict[str, float]:
    """One line of the table."""
    table = plan.tables["choice"].set_index(["market", "family"])["served"]
    over = {market: float(value) for (market, family), value in table.items() if family == "Middle"}
    return {**over, "all": sum(over.values()), "North": float(table["China-EU", "North"] + table["EU-China", "North"])}


def logsum_gain(before: Plan, after: Plan, base: Case) -> float:
    """Users' gain by the exact logit at the costs of both plans, million USD a year."""
    known = markets(base)
    key = ["demand", "segment", "period", "season"]
    gain = 0.0
    both = before.tables["choice_entries"].merge(
        after.tables["choice_entries"], on=[*key, "family"], suffixes=("", " after")
    )
    for _, part in both.groupby(key):
        part = part.dropna(subset=["cost", "cost after"])
        if part.empty:
            continue
        market = known[str(part["market"].iloc[0])]
        first = exact(market, YEAR, dict(zip(part["family"], part["cost"].astype(float), strict=True))).logsum
        second = exact(market, YEAR, dict(zip(part["family"], part["cost after"].astype(float), strict=True))).logsum
        gain += float(part["amount"].iloc[0]) * (first - second)
    return gain


def main(folder: str) -> None:
    """Print all rows and what the shippers gain."""
    base = in_narrow_steps(fixed(in_year(read_case(Path(folder)), YEAR)))
    rows, plans = {}, {}
    for name, case in shocks(base):
        plan = make_plan(case, OPTIONS)
        assert plan.verified, (name, plan.outcome.message)
        rows[name], plans[name] = row_of(plan), plan
        print(name, {key: round(value, 1) for key, value in rows[name].items()}, flush=True)
    pd.set_option("display.width", 250)
    table = pd.DataFrame(rows).T
    print(table.round(1).to_string())
    print("per cent of 2025")
    free = table.index.str.endswith("free")
    base_of = pd.DataFrame([table.loc[f"2025{FREE}" if row else "2025"] for row in free], index=table.index)
    print((100 * table / base_of - 100).round(1).to_string())
    for name in ("", FREE):
        told_gain(plans[f"2025{name}"], plans[f"crossing 200 USD cheaper{name}"], base)


def told_gain(before: Plan, after: Plan, base: Case) -> None:
    """Users' benefit of a crossing 200 USD cheaper, told in four ways."""
    gain = users_benefit(before.tables, after.tables, base)
    print("users' benefit of -200 USD [million USD a year]:", round(float(gain["benefit"].sum()), 2))
    print("logsum of the exact logit:", round(logsum_gain(before, after, base), 2))
    middle = before.tables["choice"].query("family == 'Middle'")["served"].sum()
    later = after.tables["choice"].query("family == 'Middle'")["served"].sum()
    print("rule of half:", round(0.2 * (middle + later) / 2, 2))
    print("objective:", round((before.outcome.objective or 0) - (after.outcome.objective or 0), 2))


if __name__ == "__main__":
    main(sys.argv[1])
