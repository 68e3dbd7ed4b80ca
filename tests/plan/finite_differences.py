"""Prices that a plan tells beside differences of two solved plans: the cases, the steps, and the table of both.

`python -m tests.plan.finite_differences` prints the table of all small cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from model.case.case import Case
from model.plan.plan import Plan
from tests.formulation.solving import cost_of, policy, solve
from tests.formulation.test_added_availability import stormy, wall
from tests.formulation.test_congestion import busy, row
from tests.formulation.test_fleets import crossing
from tests.formulation.test_policies import rivals
from tests.formulation.test_seasons import HALVES, shut, strait
from tests.minis import demand, effect, link, make_case, money_case, node, periods, project

STEP = 1e-3
COLUMNS = {"link": "Links", "node": "Nodes"}


@dataclass(frozen=True)
class Difference:
    """What is told of a limit over the horizon and what two solved plans say, million USD of present value a unit."""

    case: str
    limit: str
    side: str
    told: float
    measured: float

    @property
    def deviation(self) -> float:
        """Relative deviation; absolute below one."""
        return abs(self.told - self.measured) / max(1.0, abs(self.measured))


def series(*, capacity: float = 10.0, amount: float = 14.0) -> Case:
    """A-B-C, both links and B with room for the same, a road at 2.8: the hand calculation of the field test."""
    return make_case(
        "series", ["A", node("B", capacity_kteu=capacity), "C"],
        [link("AB", "A-B", capacity_kteu=capacity), link("BC", "B-C", capacity_kteu=capacity),
         link("AC", "A-C", carrier="road", container_cost=2.8)],
        [demand("D", "A-C", amount)], years=(2026,),
    )  # fmt: skip


def one_link(amount: float, *more: Any, **figures: Any) -> Case:
    """A-B with the figures given and a road at 5."""
    links = [link("AB", "A-B", **figures), link("road", "A-B", carrier="road", container_cost=5.0)]
    return make_case("one link", "AB", links, [demand("D", "A-B", amount), *more], years=(2026,))


def co2_capped(limit: float, **more: Any) -> Case:
    """Two seasons share a CO2 limit; the short way has room for 7, half of it in winter, and emits half as much."""
    case = rivals(
        policy("CO2", "co2", "<=", limit, **more.pop("policy", {})),
        Seasons=HALVES,
        Availability=[shut("AR", 0.5)],
        **more,
    )
    links = case.table("Links").assign(co2_g_per_tkm=[50.0, 50.0, 100.0, 100.0], length_km=1000.0)
    links.loc[links["link"] == "AR", "capacity_kteu"] = 7.0
    return case.with_tables(Links=links)


def electrified() -> Case:
    """A-B full with everything built: a committed project makes it cheaper, a gate as large as its capacity."""
    changes = {"project": "wires", "asset_kind": "link", "asset": "AB", "cost_change": -0.5}
    return make_case(
        "electrified", "AB",
        [link("AB", "A-B", capacity_kt=100.0, capacity_kteu=30.0),
         link("AC", "A-B", carrier="road", container_cost=5.0)],
        [demand("D", "A-B", 12.0)], years=(2026,),
        Projects=[project("wires", 1.0, status="committed", committed_opening=2026)], ProjectEffects=[changes],
    )  # fmt: skip


def committed_wall() -> Case:
    """A link of two halves whose storms a committed breakwater shortens, with everything built."""
    return stormy("link", [project("wall", 5.0, status="committed", committed_opening=2026)], [wall(0.3)], 12.0)


def dredged() -> Case:
    """Two ships that low water robs of a part of their payload, a committed dredging and storms in winter."""
    return crossing(
        [demand("D", "A-B", 8.0), demand("back", "B-A", 3.0)], {"existing": 2, "payload_loss": 0.1},
        {"depth_node": "B"}, years=(2026,), Seasons=HALVES, Availability=[shut("AB", 0.6)],
        WaterLevels=[{"node": "B", 2026: 1.5}],
        Projects=[project("dredge", 3.0, status="committed", committed_opening=2026)],
        ProjectEffects=[{"project": "dredge", "asset_kind": "node", "asset": "B", "added_depth": 0.5}],
    )  # fmt: skip


def long_periods() -> Case:
    """Periods of 2 and 3 years, discounted, demand that grows beyond the link."""
    return make_case(
        "long periods", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", {2026: 9.0, 2028: 14.0})],
        years=periods(2026, 2028, last_year=2030), settings={"discount_rate": 0.1},
        Projects=[project("P", 500.0)], ProjectEffects=[effect("P", "AB", 2.0)],
    )  # fmt: skip


CASES: Mapping[str, Callable[[], Case]] = {
    "congestion below the limit": lambda: busy(row(0.8), demands=(demand("D", "A-B", 9.0),)),
    "congestion at the limit": lambda: busy(row(0.8), row(0.5), demands=(demand("D", "A-B", 14.0),)),
    "congestion, exactly full": lambda: busy(row(0.8)),
    "congestion at its threshold": lambda: busy(row(0.9), demands=(demand("D", "A-B", 9.0),)),
    "seasons": lambda: strait(9.0, shut("AB", 0.5)),
    "both directions": lambda: one_link(
        8.0, demand("back", "B-A", 8.0), capacity_kteu=10.0, capacity_direction="both"
    ),
    "each direction": lambda: one_link(
        8.0, demand("back", "B-A", 7.0), capacity_kteu=6.0, capacity_direction="each"
    ),
    "kTEU and kt": lambda: one_link(15.0, capacity_kteu=10.0, capacity_kt=90.0),
    "kTEU and kt alike": lambda: one_link(15.0, capacity_kteu=10.0, capacity_kt=100.0),
    "background": lambda: one_link(15.0, capacity_kteu=10.0, background_kteu=3.0),
    "ships": lambda: crossing([demand("D", "A-B", 8.0)], {"existing": 2}),
    "ships, exactly full": lambda: crossing([demand("D", "A-B", 5.0)], {"existing": 2}),
    "ships that cost": lambda: crossing(
        [demand("D", "A-B", 8.0)], {"existing": 2}, {"trip_cost": 0.3, "fuel_t": 10.0},
        link_figures={"capacity_kteu": 6.0},
    ),
    "ships and their link": lambda: crossing(
        [demand("D", "A-B", 8.0)], {"existing": 2}, link_figures={"capacity_kteu": 5.0}
    ),
    "ships, dredging, storms": dredged,
    "availability": committed_wall,
    "gate": electrified,
    "series": series,
    "series with slack": lambda: series(capacity=10.0, amount=9.0),
    "exactly full": lambda: strait(12.0),
    "CO2 of two seasons": lambda: co2_capped(12.0),
    "CO2 of a window": lambda: co2_capped(24.0, policy={"value_per": "window"}, years=(2026, 2027)),
    "CO2 that does not bind": lambda: co2_capped(40.0),
    "long periods": long_periods,
    "closed": money_case,
}  # fmt: skip


def told(plan: Plan, column: str, **where: str) -> float:
    """Price of a limit over the horizon: prices of a year times the weight of their periods, each period once."""
    table = plan.tables["capacities"]
    for name, value in where.items():
        table = table[table[name] == value]
    weights = {p.name: sum(plan.case.discount(year) for year in p.calendar_years) for p in plan.case.periods}
    once = table.drop_duplicates("period")
    return float((once[column].astype(float) * once["period"].map(weights).astype(float)).sum(skipna=False))


def widened(case: Case, kind: str, asset: str, measure: str, by: float) -> Case:
    """The case with another capacity."""
    table = case.table(COLUMNS[kind]).copy()
    table.loc[table[kind] == asset, f"capacity_{measure.lower()}"] += by
    return case.with_tables(**{COLUMNS[kind]: table})


def of_capacities(name: str, case: Case, plan: Plan) -> Iterator[Difference]:
    """Every limited asset and measure, from both sides."""
    assert plan.outcome.objective is not None
    keys = plan.tables["capacities"][["asset_kind", "asset", "measure"]].drop_duplicates()
    for kind, asset, measure in keys.itertuples(index=False):
        where = {"asset_kind": kind, "asset": asset, "measure": measure}
        words = f"{kind} {asset}, {measure}"
        more = plan.outcome.objective - cost_of(widened(case, kind, asset, measure, STEP))
        yield Difference(name, words, "one more saves", told(plan, "shadow_price", **where), more / STEP)
        if float(plan.tables["capacities"].merge(pd.DataFrame([where]))["base"].min()) > STEP:
            less = cost_of(widened(case, kind, asset, measure, -STEP)) - plan.outcome.objective
            yield Difference(name, words, "one less costs", told(plan, "loss_price", **where), less / STEP)


def of_trips(name: str, case: Case, plan: Plan) -> Iterator[Difference]:
    """Every service: a round trip a year more of its ships, spread over the seasons as their trips are."""
    assert plan.outcome.objective is not None
    table = plan.tables["sailings"]
    for service, rows in table.groupby("service"):
        figures = case.table("Services").set_index("service").loc[service]
        vessels = case.table("Vessels").set_index("vessel")
        ships = float(vessels.loc[figures["vessel"], "existing"])
        spread = (
            rows["most_trips"]
            * rows["period"].nunique()
            / (ships * figures["operating_days"] / figures["round_trip_days"])
        )
        weights = rows["period"].map({p.name: float(p.years) for p in case.periods})
        for column, side, sign in (("shadow_price", "one more saves", 1), ("loss_price", "one less costs", -1)):
            services = case.table("Services").copy()
            mine = services["service"] == service
            services.loc[mine, "operating_days"] += sign * STEP * figures["round_trip_days"] / ships
            changed = cost_of(case.with_tables(Services=services))
            measured = sign * (plan.outcome.objective - changed) / STEP
            yield Difference(
                name, f"trips of {service}", side, float((rows[column] * spread * weights).sum()), measured
            )


@cache
def differences(name: str) -> list[Difference]:
    """The table of one small case."""
    case = CASES[name]()
    plan = solve(case)
    return [*of_capacities(name, case, plan), *of_trips(name, case, plan)]


def main() -> None:
    """Print the table of all small cases."""
    for name in CASES:
        for one in differences(name):
            print(
                f"{one.case:28} {one.limit:22} {one.side:15} {one.told:12.6f} {one.measured:12.6f} {one.deviation:9.1e}"
            )


if __name__ == "__main__":
    main()
