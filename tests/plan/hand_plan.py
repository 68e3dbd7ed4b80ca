"""The plan of `corridor_of_three`, written out by hand: what the verifier is tested on, made by no solver.

A unit is a kTEU of boxes (10 kt) or a kt of grain (1/20 kTEU); money is million USD, undiscounted unless said.

| a unit of                 | transport      | surcharge | handling     | days (worth)          | CO2 kt, at 0.05 |
|---------------------------|----------------|-----------|--------------|-----------------------|-----------------|
| boxes by rail and ship R1 | 1 + 0.5        | 0.25      | .1 + .2 + .1 | .5+2+1+1+0 = 4.5 × .05 | 0.2 + 0.05      |
| boxes by road          R2 | 8              | 0         | .1 + .1      | .5+1+0     = 1.5 × .05 | 0               |
| grain by ship and rail R3 | .04 + .03      | 0.25/20   | .4/20        | 0+1+2+4+1  = 8   × 0   | 0.005 + 0.02    |

Boxes demanded: 8, 10 (half way between 8 and 12), 12; grain 200 × 50 % = 100 kt = 5 kTEU each year. The ship takes 12,
12 and, with a berth, 16 kTEU of boxes and grain in boxes together; grain pays 30 a kTEU when unserved and boxes only
8.275 by road, so all the grain goes and 1, 3 and 1 kTEU of boxes take the road.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from model.case.case import Case
from model.plan.plan_table import UNPRICED
from model.plan.tables import TABLES
from tests.minis import corridor_of_three

YEARS = (2026, 2027, 2028)
SHIPPED = {2026: 7.0, 2027: 7.0, 2028: 11.0}
BY_ROAD = {2026: 1.0, 2027: 3.0, 2028: 1.0}
GRAIN = 100.0
OBJECTIVE = 39.8625 + 58.9125 / 1.05 + 46.4125 / 1.05**2 - 9.7 / 1.05**3
"""39.8625 = 25.5 transport + 3 surcharge + 5 handling + 1.65 time + 0.2125 CO2 + 4.5 capital in 2026; 58.9125 = 41.5 +
3 + 5.4 + 1.8 + 0.2125 + 1 upkeep + 6 capital; 46.4125 = 31.5 + 4 + 6.6 + 2.55 + 0.2625 + 1.5; salvage 4.2 + 5.5: of
the track's 9 only the 4.5 that are paid within the horizon, since what was sunk before it earns nothing here."""

Row = tuple[Any, ...]


def hand_plan() -> tuple[Case, dict[str, pd.DataFrame], float]:
    """The case, all tables of its best plan (those of fleets, empties and policies are empty), and the objective.

    The tables are fresh copies: tests may spoil them.
    """
    case, tables = _written_once()
    return case, {name: table.copy() for name, table in tables.items()}, OBJECTIVE


@cache
def _written_once() -> tuple[Case, dict[str, pd.DataFrame]]:
    rows: dict[str, list[Row]] = {
        "investments": [("track", "2027", 2027, 1, 1, 9.0, 4.5), ("berth", "2028", 2028, 1, 1, 6.0, 0.0)],
        "spending": [("track", 2026, "capital", 4.5), ("berth", 2027, "capital", 6.0)],
        "envelopes": [
            ("all", "all projects", 2026, 2026, 8.0, 4.5),
            ("all", "all projects", 2026, 2027, 16.0, 10.5),
            ("all", "all projects", 2026, 2028, 24.0, 10.5),
        ],
        "routes": [
            ("R1", "boxes east", "West > Sea > East", "rail > ship", "rail 1520 > container ship", "other")
            + (1500.0, 4.5, 0.0, 2150.0, ""),
            ("R2", "boxes east", "West > East", "road", "road", "other", 2000.0, 1.5, 0.0, 8200.0, ""),
            ("R3", "grain west", "East > Sea > West", "ship > rail", "container ship > rail 1520", "other")
            + (1500.0, 8.0, 0.0, 2050.0, ""),
        ],
        "capacities": list(_capacities()),
        "route_flows": list(_route_flows()),
        "link_flows": list(_link_flows()),
        "node_flows": list(_node_flows()),
        "demand_served": list(_demand_served()),
        "costs": list(_costs()),
        "emissions": list(_emissions()),
    }
    tables = {name: pd.DataFrame(rows.get(name, []), columns=table.columns) for name, table in TABLES.items()}
    return corridor_of_three(), tables


def _capacities() -> Iterator[Row]:
    for year in YEARS:
        track, berth = (50.0 if year >= 2027 else 0.0), (4.0 if year >= 2028 else 0.0)
        limits = (
            ("link", "rail", "kt", "forward", 400.0, track, 10.0 * SHIPPED[year]),
            ("link", "rail", "kt", "backward", 400.0, track, GRAIN),
            ("link", "ship", "kTEU", "both", 12.0, berth, SHIPPED[year] + 5.0),
            ("node", "Sea", "kTEU", "both", 30.0, 0.0, SHIPPED[year] + 5.0),
            ("node", "Sea", "kt", "both", 1000.0, 0.0, 10.0 * SHIPPED[year] + GRAIN),
        )
        for kind, asset, measure, direction, base, added, used in limits:
            usable = base + added
            yield kind, asset, measure, direction, str(year), base, usable, used, usable, used / usable, *UNPRICED


def _route_flows() -> Iterator[Row]:
    for year in YEARS:
        boxes = SHIPPED[year] + BY_ROAD[year]
        for route, flow, unit_cost in (("R1", SHIPPED[year], 2.3875), ("R2", BY_ROAD[year], 8.275)):
            yield "boxes east", 1, str(year), "year", route, flow, flow, 10.0 * flow, flow / boxes, unit_cost
        unit_cost = 0.07 + 0.0125 + 0.02 + 0.025 * 0.05
        yield "grain west", 1, str(year), "year", "R3", GRAIN, 5.0, GRAIN, 1.0, unit_cost


def _link_flows() -> Iterator[Row]:
    for year in YEARS:
        for link in ("rail", "ship"):
            yield link, "forward", "boxes", str(year), SHIPPED[year], 10.0 * SHIPPED[year]
        yield "road", "forward", "boxes", str(year), BY_ROAD[year], 10.0 * BY_ROAD[year]
        # Grain is in boxes on the ship only.
        yield "ship", "backward", "grain", str(year), 5.0, GRAIN
        yield "rail", "backward", "grain", str(year), 0.0, GRAIN


def _node_flows() -> Iterator[Row]:
    for year in YEARS:
        boxes = SHIPPED[year] + BY_ROAD[year]
        for node, activity, flow in (
            ("West", "loading", boxes),
            ("Sea", "transfer", SHIPPED[year]),
            ("East", "unloading", boxes),
        ):
            yield node, activity, "boxes", str(year), flow, 10.0 * flow
        for node, activity, flow in (("East", "loading", 5.0), ("Sea", "transfer", 5.0), ("West", "unloading", 0.0)):
            yield node, activity, "grain", str(year), flow, GRAIN


def _demand_served() -> Iterator[Row]:
    for year in YEARS:
        boxes = SHIPPED[year] + BY_ROAD[year]
        yield "boxes east", str(year), boxes, boxes, 0.0, boxes, 10.0 * boxes, 0.0
        yield "grain west", str(year), GRAIN, GRAIN, 0.0, 5.0, GRAIN, 0.0


def _costs() -> Iterator[Row]:
    """Rail is shared by KZ and AZ, the road by KZ and GE, half each; the ship from AZ to GE is of ship lines."""
    for year in YEARS:
        ship, road = SHIPPED[year], BY_ROAD[year]
        boxes = ship + road
        amounts = {
            "transport": _halves(rail=1.0 * ship + 0.03 * GRAIN, ship=0.5 * ship + 0.04 * GRAIN, road=8.0 * road),
            "surcharge": _halves(rail=0.0, ship=0.25 * (ship + 5.0), road=0.0),
            "co2": _halves(rail=0.05 * (0.2 * ship + 2.0), ship=0.05 * (0.05 * ship + 0.5), road=0.0),
            "handling": {"KZ": 0.1 * (boxes + 5.0), "AZ": 0.2 * (ship + 5.0), "GE": 0.1 * (boxes + 5.0)},
            "time": _halves(rail=0.05 * 2.0 * ship, ship=0.05 * 1.0 * ship, road=0.05 * 1.0 * road),
            "capital": {2026: {"KZ": 4.5}, 2027: {"AZ": 6.0}}.get(year, {}),
            "upkeep": {2027: {"KZ": 1.0}, 2028: {"KZ": 1.0, "AZ": 0.5}}.get(year, {}),
        }
        amounts["time"]["KZ"] += 0.05 * 0.5 * boxes
        amounts["time"]["AZ"] += 0.05 * 1.0 * ship
        for term, countries in amounts.items():
            for country, amount in countries.items():
                yield term, term.capitalize(), year, country, amount, amount / 1.05 ** (year - 2026)
    for country, amount in (("KZ", -4.5 * 28 / 30), ("AZ", -6.0 * 11 / 12)):
        yield "salvage", "Salvage", 2029, country, amount, amount / 1.05**3


def _halves(*, rail: float, ship: float, road: float) -> dict[str, float]:
    return {"KZ": (rail + road) / 2, "AZ": rail / 2, "GE": road / 2, "ship lines": ship}


def _emissions() -> Iterator[Row]:
    for year in YEARS:
        yield str(year), "rail 1520", 0.2 * SHIPPED[year] + 2.0
        yield str(year), "container ship", 0.05 * SHIPPED[year] + 0.5
