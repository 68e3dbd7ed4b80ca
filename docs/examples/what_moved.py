"""Which correction of November 2026 moved which project: a year planned with one group of them taken back at a time.

    python docs/examples/what_moved.py inputs/middle_corridor 2035
    python docs/examples/what_moved.py inputs/middle_corridor 2035 "other traffic as in 2025"

The year is planned as `one_year.py` does: all that can be open by then is a free choice, and nothing takes time to
build. Prints for each group what is chosen that the case as it is does not choose, and what is not. About 15 seconds of
computing a row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from model.case.case import Case
from model.case.reader import read_case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.caspian import caspian_kteu
from model.studies.switches import year_case

OPTIONS = SolveOptions(gap=0.003, threads=1, seed=1, time_limit=900)
OLD_LEVEL = {"KZ_AKTP": 3.95, "KZ_KURP": 0.6, "TM_TUR": 0.0}
"""Depth missing in 2040 as it stood before, m; in years between by the share of 2040 that is missing now."""


def edited(case: Case, sheet: str, rows: pd.Series, **values: object) -> Case:
    """Columns of some rows of a sheet set to values."""
    table = case.table(sheet).copy()
    for column, value in values.items():
        table.loc[rows, column] = value
    return case.with_tables(**{sheet: table})


def without_choice(case: Case) -> Case:
    """Each value-of-time segment takes its cheapest route."""
    return case.with_tables(Choice=case.table("Choice").iloc[:0])


def markets_ramped_up(case: Case) -> Case:
    """The ramp-up of the Caspian's young service in the size of its markets, not in its constants."""
    choice, demand = case.table("Choice"), case.table("Demand").copy()
    later = choice["from_year"].notna()
    rows = demand["market"].isin(choice.loc[later, "market"])
    for year, factor in ((2030, 1.4), (2035, 1.8), (2040, 2.0)):
        demand.loc[rows, year] *= factor
    return case.with_tables(Choice=choice[~later], Demand=demand)


def still_traffic(case: Case) -> Case:
    """Other traffic at its size of 2025 in every year."""
    return replace(case, changes=tuple(row for row in case.changes if not str(row.column).startswith("background")))


def old_traffic(case: Case) -> Case:
    """No other traffic on railway lines; ports and borders keep theirs, without growth."""
    rail = case.table("Links")["carrier"].astype(str).str.startswith("rail")
    return edited(still_traffic(case), "Links", rail, background_kteu=0.0, background_kt=0.0)


def old_sea(case: Case) -> Case:
    """The sea falling 20 cm a year, ferries losing 4 % a half metre, the first dredging giving 0.7 m as a choice.

    Turkmenbashi lost no depth then, so its feeder has the payload that it had in 2025.
    """
    levels = case.table("WaterLevels").copy()
    years = [column for column in levels.columns if isinstance(column, int)]
    for row, node in levels["node"].items():
        now = levels.loc[row, years].astype(float)
        shares = now / now[years[-1]] if now[years[-1]] else 1.0
        levels.loc[row, years] = OLD_LEVEL.get(str(node), now[years[-1]]) * shares
    case = case.with_tables(WaterLevels=levels)
    effects, vessels = case.table("ProjectEffects"), case.table("Vessels")
    case = edited(case, "ProjectEffects", (effects["project"] == "P18") & (effects["added_depth"] > 0), added_depth=0.7)
    case = edited(case, "Vessels", vessels["vessel"] == "rail ferry", payload_loss=0.04)
    case = edited(case, "Vessels", vessels["vessel"] == "Turkmen feeder", payload_kteu=0.105, payload_kt=1.8)
    return decided(case, ("P18",))


def oil_penalty(case: Case) -> Case:
    """Crude oil has no other pipeline: what tankers leave costs 150 USD/t."""
    pipeline = case.table("Links")["carrier"].astype(str).str.startswith("pipeline") & case.table("Links")["link"].isin(
        ["L276", "L277"]
    )
    return edited(case, "Links", pipeline, capacity_kt=0.0)


def decided(case: Case, projects: tuple[str, ...]) -> Case:
    """Projects that are under way become a choice again."""
    table = case.table("Projects")
    return edited(case, "Projects", table["project"].isin(projects), status="candidate")


def works_a_choice(case: Case) -> Case:
    """Works that November 2026 found under way or under contract."""
    return decided(case, ("P07", "P08", "P09", "P16", "P18", "P20", "P26", "P37", "P60"))


def bakhty_cheaper(case: Case) -> Case:
    """Bakhty 200 USD/TEU cheaper than its neighbours, all its trains boxes."""
    links, effects = case.table("Links"), case.table("ProjectEffects")
    case = edited(case, "Links", links["link"].isin(["L030", "L031"]), perceived_cost=0.2)
    return edited(
        case, "ProjectEffects", (effects["project"] == "P04") & (effects["added_kteu"] > 0), added_kteu=1429.0
    )


def empties_at_tbilisi(case: Case) -> Case:
    """Empty boxes of the Caucasus handed in at Tbilisi, not at the depots of Poti."""
    boxes = case.table("Boxes").copy()
    boxes.loc[boxes["node"] == "GE_DEP", "node"] = "GE_OLD"
    here = boxes["node"] == "GE_TBL"
    poti = boxes[boxes["node"] == "GE_OLD"].iloc[0]
    boxes.loc[here, ["pick_up_cost", "drop_off_cost"]] = [poti["pick_up_cost"], poti["drop_off_cost"]]
    return case.with_tables(Boxes=boxes[boxes["node"] != "GE_OLD"])


def rail_alone_at_tbilisi(case: Case) -> Case:
    """Boxes of Tbilisi from and to Poti and Batumi by rail over its terminal only."""
    links = case.table("Links")
    return case.with_tables(Links=links[links["carrier"] != "box lorry"])


GROUPS: dict[str, Callable[[Case], Case]] = {
    "shippers take the cheapest way": without_choice,
    "markets ramp up, not the Caspian": markets_ramped_up,
    "other traffic as in 2025": still_traffic,
    "no other traffic on railway lines": old_traffic,
    "the sea falls as expected before": old_sea,
    "no other pipeline for crude oil": oil_penalty,
    "works under way are a choice": works_a_choice,
    "Bakhty draws all boxes": bakhty_cheaper,
    "empty boxes at Tbilisi": empties_at_tbilisi,
    "no box lorries to Tbilisi": rail_alone_at_tbilisi,
}


def opened(plan: Plan) -> dict[str, int]:
    """Modules of each project, and ships of each type bought, that a plan chooses."""
    status = plan.case.table("Projects").set_index("project")["status"]
    modules = plan.tables["investments"].groupby("project")["modules"].sum()
    chosen = {str(key): int(count) for key, count in modules.items() if count and status.get(key, "") == "candidate"}
    ships = plan.tables.get("fleet_purchases")
    if ships is not None and len(ships):
        chosen |= {str(key): int(count) for key, count in ships.groupby("vessel")["ships"].sum().items() if count}
    return chosen


def told(now: dict[str, int], then: dict[str, int]) -> str:
    """What is more and what is less than in the case as it is."""
    more = [f"{key} × {then[key]}" if then[key] > 1 else key for key in sorted(then) if then[key] > now.get(key, 0)]
    less = [key for key in sorted(now) if then.get(key, 0) < now[key]]
    return f"more: {', '.join(more) or 'nothing'}; less: {', '.join(less) or 'nothing'}"


def main(folder: str, year: str, *groups: str) -> None:
    """Plan the year as it is and with each group of corrections taken back."""
    base = year_case(read_case(Path(folder)), int(year))
    plan = make_plan(base, OPTIONS)
    now = opened(plan)
    print(f"as it is: {plan.outcome.objective:,.1f} million USD, {sum(caspian_kteu(plan).values()):.0f} kTEU; {now}")
    for name in groups or GROUPS:
        other = make_plan(GROUPS[name](base), OPTIONS)
        if not other.has_plan:
            print(f"{name}: {other.outcome.message}", flush=True)
            continue
        kteu = sum(caspian_kteu(other).values())
        print(
            f"{name}: {other.outcome.objective:,.1f} million USD, {kteu:.0f} kTEU; {told(now, opened(other))}",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
