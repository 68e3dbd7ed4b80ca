"""One small case with every feature whose figures stand in a plan: ships, seasons, policies, funders, congestion …"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.planner import make_plan
from model.plan.verify.features import Recounter, recounts_of
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from tests.minis import Record, budget, demand, effect, link, make_case, node, periods, project

SHIPS: dict[str, list[Record]] = {
    "Vessels": [{"vessel": "feeder", "name": "Feeder", "country": "AZ", "existing": 1, "payload_kteu": 0.1,
              "payload_kt": 1.0, "payload_loss": 0.1},
             {"vessel": "idle", "name": "Idle", "country": "AZ", "existing": 0, "payload_kteu": 0.1,
              "payload_kt": 1.0}],
    "Services": [{"service": "line", "link": "sea", "vessel": "feeder", "round_trip_days": 6.0, "trip_cost": 0.01,
               "operating_days": 300.0, "fuel_t": 20.0, "depth_node": "Port"},
              {"service": "spare", "link": "sea", "vessel": "idle", "round_trip_days": 6.0, "trip_cost": 0.01,
               "operating_days": 300.0, "fuel_t": 20.0}],
}  # fmt: skip
"""Ships of which one type sails and one does not."""
SHIPPERS: dict[str, list[Record]] = {
    "Families": [{"family": name, "markers": (marker,)} for name, marker in
              (("Rail", "out"), ("Sea", "sea"), ("Road", "long"))],
    "Choice": [{"market": "boxes", "family": name, "constant": constant, "spread": 0.3}
            for name, constant in (("Rail", 0.0), ("Sea", 0.1), ("Road", -0.2))],
}  # fmt: skip
"""What the choice between rail, sea and road hangs on."""
CEILING: Record = {"sense": "<=", "first_year": 2026}
POLICIES: list[Record] = [
    {**CEILING, "policy": "over the sea", "kind": "link flow", "links": ("sea",), "measure": "kTEU",
     "sense": ">=", "value": 2.0, "value_per": "year"},
    {**CEILING, "policy": "ceiling", "kind": "co2", "value": 500.0, "value_per": "year"},
    {**CEILING, "policy": "budget", "kind": "co2", "value": 900.0, "value_per": "window", "last_year": 2028},
    {**CEILING, "policy": "served", "kind": "served share", "sense": ">=", "value": 0.5, "value_per": "year"},
]  # fmt: skip


def everything() -> Case:
    """Boxes and grain from West to East by rail, ship or road, 2026-2028 in two periods and two seasons.

    The ship is cheap and full, the port congested and limited; signals, which live two years, make the rail quicker; a
    berth adds room for 5; boxes spread over rail, sea and road. The sea must carry 2 kTEU a year, CO2 has a ceiling.
    """
    rail = {"carrier": "rail 1520", "co2_g_per_tkm": 10.0, "surcharge": 0.01, "perceived_cost": 0.02}
    links = [
        link("in", "West-Port", container_cost=0.2, route_group="land", **rail),
        link("out", "Port-East", container_cost=0.4, days_regular=6.0, capacity_kteu=14.0, route_group="land", **rail),
        link("sea", "Port-East", container_cost=0.1, carrier="container ship", route_group="sea", days_regular=1.0),
        link("long", "West-East", container_cost=2.0, carrier="rail 1435", length_km=300.0, co2_g_per_tkm=20.0),
    ]
    boxes: Record = {
        "commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0, "value_of_time": 0.04,
        "value_of_time_spread": 0.8, "maximum_days": 30.0,
    }  # fmt: skip
    grain: Record = {"commodity": "grain", "form": "dry bulk", "unit": "kt", "tonnes_per_teu": 20.0}
    return make_case(
        "everything",
        [node("West"), node("Port", capacity_kteu=60.0, capacity_kt=800.0, background_kteu=2.0, transfer_cost=0.05),
         node("East", country="AZ")],
        links,
        [demand("east", "West-East", {2026: 24.0, 2028: 30.0}, market="boxes"),
         demand("grain", "West-East", 40.0, commodity="grain", unit="kt")],
        years=periods(2026, 2027, last_year=2028),
        settings={"value_of_time_segments": 2, "discount_rate": 0.05, "salvage": "straight line", "fuel_price": 0.0005,
                  "co2_price": 0.01, "gap": 1e-7},
        Commodities=[boxes, grain],
        Projects=[project("signals", 0.01, country="KZ", life_years=2, renewal_cost=0.005),
                  project("late", 900.0, country="AZ"),
                  project("berth", 2.0, country="AZ", maximum_modules=2, upkeep=0.01, construction_years=1)],
        ProjectEffects=[
            {"project": "signals", "asset_kind": "link", "asset": "out", "time_change": -0.5, "cost_change": -0.1},
            effect("late", "out", 3.0), effect("berth", "out", 5.0),
        ],
        Funding=[{"project": "berth", "funder": "Bank", "share": 0.5}],
        Budgets=[budget("everyone", (2026, 2028), 50.0), budget("bank", (2026, 2028), 9.0, scope_kind="funder",
                 scope="Bank", carry_over=True)],
        Seasons=[{"season": "summer", "share_of_year": 0.6, "demand_share": 0.5},
                 {"season": "winter", "share_of_year": 0.4, "demand_share": 0.5}],
        Availability=[{"asset_kind": "node", "asset": "Port", "season": "winter", "availability": 0.8},
                      {"asset_kind": "link", "asset": "sea", "season": "winter", "availability": 0.9}],
        **SHIPS,
        **SHIPPERS,
        WaterLevels=[{"node": "Port", 2026: 0.5}],
        Boxes=[{"node": "West", "pick_up_cost": 0.05}, {"node": "East", "drop_off_cost": 0.1}],
        Congestion=[{"asset_kind": "node", "asset": "Port", "measure": "kTEU", "threshold": 0.3, "delay_days": 0.5}],
        Policies=POLICIES,
    )  # fmt: skip


@cache
def _solved(made: Callable[[], Case]) -> tuple[Case, dict[str, pd.DataFrame], float]:
    plan = make_plan(made(), SolveOptions(gap=1e-7, threads=1))
    assert plan.outcome.status is Status.OPTIMAL, plan.outcome.message
    assert plan.outcome.objective is not None
    return plan.case, dict(plan.tables), plan.outcome.objective


@cache
def recounts() -> dict[str, Recounter | None]:
    """What the case's features recount by themselves."""
    case = everything()
    return recounts_of(build(case, build_graph(case), RoutePool()).modules)


def planned(made: Callable[[], Case] = everything) -> tuple[Case, dict[str, pd.DataFrame], float]:
    """The case, fresh copies of its plan's tables, and the objective."""
    case, tables, objective = _solved(made)
    return case, {name: table.copy() for name, table in tables.items()}, objective
