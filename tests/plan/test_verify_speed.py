"""The verifier on a plan as large as the corridor's: it runs after every solve and must not be felt."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from model.case.case import Case
from model.plan.tables import TABLES
from model.plan.verify import verify
from tests.minis import demand, effect, link, make_case, node, project

NODES, DEMANDS, PERIODS, ROUTES = 121, 66, 15, 1000


def large_case() -> Case:
    """A chain of 121 nodes with two parallel links between neighbours, 66 demands of 15 links each way."""
    generator = np.random.default_rng(1)
    nodes = [node(f"N{number}", capacity_kt=5000.0, passing_cost=0.01) for number in range(NODES)]
    links = [
        link(f"{line}{number}", f"N{number}-N{number + 1}", capacity_kt=5000.0, cost_per_teu=0.1, days_block=0.5)
        for number in range(NODES - 1)
        for line in "ab"
    ]
    starts = generator.integers(0, NODES - 16, DEMANDS)
    demands = [demand(f"D{number}", f"N{start}-N{start + 15}", 10.0) for number, start in enumerate(starts)]
    projects = [project(f"P{number}", 50.0, upkeep=1.0) for number in range(72)]
    effects = [effect(f"P{number}", f"a{number}", added_kt=1000.0) for number in range(72)]
    years = range(2026, 2026 + PERIODS)
    return make_case("large", nodes, links, demands, years=years, Projects=projects, ProjectEffects=effects)


def large_tables(case: Case) -> dict[str, pd.DataFrame]:
    """1000 routes, each used in every year: 15 000 rows of flow. What follows from them is left out."""
    generator = np.random.default_rng(2)
    rows = []
    for route in range(ROUTES):
        demand_key = f"D{route % DEMANDS}"
        start = int(case.table("Demand")["origin"].iloc[route % DEMANDS][1:])
        lines = generator.choice(["a", "b"], 15)
        links = " > ".join(f"{line}{start + step}" for step, line in enumerate(lines))
        nodes = " > ".join(f"N{number}" for number in range(start, start + 16))
        rows.append((f"R{route}", demand_key, nodes, links, "rail 1520", "other", 1500.0, 15.0, 1640.0, ""))
    tables = {name: pd.DataFrame(columns=table.columns) for name, table in TABLES.items()}
    tables["routes"] = pd.DataFrame(rows, columns=TABLES["routes"].columns)
    periods = [period.name for period in case.periods]
    flows = [
        (f"D{route % DEMANDS}", 1, period, "year", f"R{route}", 0.1, 0.1, 1.0, 0.01, 1.64)
        for route in range(ROUTES)
        for period in periods
    ]
    tables["route_flows"] = pd.DataFrame(flows, columns=TABLES["route_flows"].columns)
    return tables


def test_a_plan_of_the_corridors_size_takes_less_than_a_second() -> None:
    """
    Proves: 66 demands, 15 years, 1000 routes of 15 links and 15 000 flows are recomputed in less than a second of
    processor time (0.4 s measured); routes and lengths are right, and so pass.
    If rows were gone through one by one: it would take many seconds after every solve.
    """
    case = large_case()
    tables = large_tables(case)
    begun = time.process_time()
    checks = verify(case, tables, 0.0, {}).set_index("check")
    seconds = time.process_time() - begun
    assert checks.loc["routes are joined up", "ok"]
    assert checks.loc["routes table: length_km", "ok"]
    assert checks.loc["routes table: cost_per_teu", "ok"]
    assert checks.loc["route_flows table: unit_cost", "ok"]
    assert not checks.loc["demand is met or unserved", "ok"]
    assert seconds < 1.0, f"{seconds:.2f} s"
