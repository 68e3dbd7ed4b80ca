"""The verifier on the flow side: a plan with seasons, segments, gates, empties and congestion, spoilt."""

from __future__ import annotations

import pytest

from model.case.canonical import records
from model.case.case import Case
from model.plan.verify.verifier import verify
from tests.minis import COMMODITIES, demand, link, make_case, node, project
from tests.plan.everything import planned
from tests.plan.test_verify import Spoil, Tables, add, both, drop, failed, spoilt


def busy_case() -> Case:
    """Boxes go East and come back empty or are hired; winter is short and stormy; a signal project makes rail quick.

    The sea is cheap and limited, the rail dear; a project that is never built would make the rail quicker still.
    """
    rail = {"co2_g_per_tkm": 10.0, "surcharge": 0.01, "container_cost": 0.2}
    road = {"co2_g_per_tkm": 10.0, "surcharge": 0.01, "container_cost": 0.9, "perceived_cost": 0.05}
    at_port = {"asset_kind": "node", "asset": "Port"}
    signals = {"project": "signals", "asset_kind": "link", "asset": "out", "time_change": -0.5}
    return make_case(
        "busy",
        ["West", node("Port", capacity_kteu=40.0, background_kteu=2.0), "East"],
        [
            link("in", "West-Port", days_regular=2.0, **rail),
            link("out", "Port-East", days_regular=6.0, **rail),
            link("long", "West-East", carrier="road", days_regular=3.0, **road),
        ],
        [demand("east", "West-East", 40.0)],
        years=(2026,),
        settings={"value_of_time_segments": 3},
        Commodities=[
            COMMODITIES[0] | {"value_of_time": 0.04, "value_of_time_spread": 0.8, "maximum_days": 20.0},
        ],
        Projects=[project("signals", 0.01), project("late", 900.0)],
        ProjectEffects=[{**signals, "cost_change": -0.1}, {**signals, "project": "late", "co2_change": -0.2}],
        Seasons=[
            {"season": "summer", "share_of_year": 0.6, "demand_share": 0.5},
            {"season": "winter", "share_of_year": 0.4, "demand_share": 0.5},
        ],
        Availability=[{**at_port, "season": "winter", "availability": 0.8}, {**at_port, "availability": 0.95}],
        Boxes=[{"node": "West", "pick_up_cost": 0.05}, {"node": "East", "drop_off_cost": 0.1}],
        Congestion=[{**at_port, "measure": "kTEU", "threshold": 0.5, "delay_days": 0.5}],
    )


def test_the_plan_uses_every_feature() -> None:
    """
    Proves: the plan that is spoilt below passes, and each feature is in it.
    If one were not: its spoilt plans would prove nothing.
    """
    case, tables, objective = planned(busy_case)
    checks = verify(case, tables, objective, {})
    assert failed(checks) == set(), checks.loc[~checks["ok"], ["check", "detail"]].to_string()
    flows = tables["route_flows"]
    assert set(flows["season"]) == {"summer", "winter"}
    assert set(flows.loc[flows["demand"] == "east", "segment"]) == {1, 2, 3}
    assert "out: signals" in set(tables["routes"]["projects_used"])
    assert tables["congestion"]["excess"].max() > 0
    assert tables["boxes"]["handed_in"].max() > 0
    assert tables["capacities"]["utilisation"].tolist() == [pytest.approx(1.0)]


def use(words: str) -> Spoil:
    """State other projects wherever the plan uses any."""

    def spoil(tables: Tables) -> None:
        used = tables["routes"]["projects_used"]
        tables["routes"] = tables["routes"].assign(projects_used=used.where(used == "", words))

    return spoil


def moved_season(tables: Tables) -> None:
    """All that travels in winter by way of the port travels in summer."""
    flows = tables["route_flows"]
    summer = flows.assign(season="summer")
    figures = ["flow", "flow_kteu", "flow_kt", "share"]
    keys = [name for name in flows.columns if name not in figures]
    tables["route_flows"] = summer.groupby(keys, as_index=False)[figures].sum()[list(flows.columns)]


def lost_segment(tables: Tables) -> None:
    """What the first segment carries is said to be the second's."""
    flows = tables["route_flows"]
    tables["route_flows"] = flows.assign(segment=flows["segment"].mask(flows["segment"] == 1, 7))


def no_hire_price(tables: Tables) -> None:
    """Boxes hired at East, where none are for hire, and handed in at once."""
    boxes = tables["boxes"]
    at_east = boxes["node"] == "East"
    more = {name: boxes[name].mask(at_east, boxes[name] + 1.0) for name in ("hired", "handed_in")}
    tables["boxes"] = boxes.assign(**more)


SPOILED: dict[str, tuple[Spoil, set[str]]] = {
    "flow in the wrong season": (
        moved_season,
        {"no season or segment is served beyond its demand", "capacity is not exceeded"},
    ),
    "an unknown segment": (
        lost_segment,
        {"no season or segment is served beyond its demand", "route_flows table: unit_cost"},
    ),
    "too much usable": (spoilt(("capacities", {"asset": "Port"}, "usable", 40.0)), {"capacities table: usable"}),
    "utilisation of the year": (
        spoilt(("capacities", {"asset": "Port"}, "utilisation", 0.9)),
        {"capacities table: utilisation"},
    ),
    "a project not built": (use("out: late"), {"changes used are in service"}),
    "one of two not built": (use("out: signals + late"), {"changes used are in service"}),
    "a change that no project makes": (use("in: signals"), {"routes use changes that projects make"}),
    "a change left out": (use(""), {"routes table: days", "routes table: cost_per_teu"}),
    "the congested load left out": (drop("congestion", season="winter"), {"what congests is counted"}),
    "congestion of another asset": (
        add("congestion", "node", "East", "kTEU", "both", 0.5, "2026", "winter", 1.0),
        {"congestion table names congested assets"},
    ),
    "less delay than there is": (
        spoilt(("congestion", {"season": "winter"}, "excess", 0.1)),
        {"what congests is counted", "costs table: amount by term and year"},
    ),
    "boxes out of balance": (
        spoilt(("boxes", {"node": "East"}, "handed_in", 0.0)),
        {"containers balance at the markets"},
    ),
    "full boxes not counted": (spoilt(("boxes", {"node": "East"}, "full_in", 0.0)), {"boxes table: full_in"}),
    "hired where none are for hire": (no_hire_price, {"containers are hired only where they are offered"}),
    "hire not paid": (
        both(spoilt(("costs", {"term": "box_hire"}, "amount", 0.0)), drop("costs", term="congestion_delay")),
        {"costs table: amount by term and year"},
    ),
}


@pytest.mark.parametrize("name", list(SPOILED))
def test_spoilt_plans_are_refused(name: str) -> None:
    """
    Proves: each spoilt figure makes the checks fail that are there for it.
    If a check slept: a wrong plan would pass as solved.
    """
    spoil, expected = SPOILED[name]
    case, tables, objective = planned(busy_case)
    spoil(tables)
    assert expected <= failed(verify(case, tables, objective, {}))


def test_too_slow_routes_are_refused() -> None:
    """
    Proves: a route that takes longer than its commodity may is refused.
    If it were let through: the limit would be a wish.
    """
    case, tables, objective = planned(busy_case)
    commodities = case.table("Commodities").assign(maximum_days=2.0)
    checks = verify(case.with_tables(Commodities=commodities), tables, objective, {})
    assert "routes are quick enough" in failed(checks)


def test_weather_of_the_season_beats_that_of_the_year() -> None:
    """
    Proves: usable is 0.6 x (0.95 x 40 - 2) + 0.4 x (0.8 x 40 - 2) = 21.6 + 12.
    If the row of the whole year held in winter too, or background were left out: 36 or 35.6.
    """
    _, tables, _ = planned(busy_case)
    assert [row.usable for row in records(tables["capacities"])] == [pytest.approx(33.6)]
