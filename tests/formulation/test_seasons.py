"""Seasons: demand and availability within the year; yearly limits stay yearly (issue 3, item 2).

Two halves of the year unless told. A unit carried costs 1, one left behind 20.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import cost_of, near, on_links, openings, solve, unserved, without
from tests.minis import Record, budget, demand, effect, link, make_case, node, project

HALVES: list[Record] = [{"season": "summer", "share_of_year": 0.5}, {"season": "winter", "share_of_year": 0.5}]


def shut(asset: str, part: float, season: str | None = "winter", kind: str = "link") -> Record:
    """Availability of an asset in a season."""
    return {"asset_kind": kind, "asset": asset, "season": season, "availability": part}


def strait(amount: float, *closed: Record, capacity: float = 12.0, seasons: Any = HALVES, **more: Any) -> Case:
    """A-B with room for 12 kTEU a year."""
    return make_case(
        "strait",
        "AB",
        [link("AB", "A-B", capacity_kteu=capacity)],
        [demand("D", "A-B", amount)],
        years=more.pop("years", (2026,)),
        Seasons=seasons,
        Availability=list(closed),
        **more,
    )


def test_winter_binds_although_the_year_would_fit() -> None:
    """
    Proves: 12 x (0.5 x 1 + 0.5 x 0.5) = 9 would take the 9 kTEU of the year, but winter takes 0.5 x 0.5 x 12 = 3 of its
    4.5: 7.5 x 1 + 1.5 x 20 = 37.5.
    If the season were ignored (the same 75 % all year round, or capacity off): 9.
    """
    case = strait(9.0, shut("AB", 0.5))
    plan = solve(case)
    assert plan.outcome.objective == near(37.5)
    flows = plan.tables["route_flows"].groupby("season")["flow"].sum()
    assert flows.to_dict() == {"summer": near(4.5), "winter": near(3.0)}
    row = plan.tables["capacities"].iloc[0]
    assert (row["used"], row["usable"], row["utilisation"]) == (near(7.5), near(9.0), near(1.0))
    assert cost_of(strait(9.0, shut("AB", 0.75, None))) == near(9.0)
    assert cost_of(without(case, "capacity")) == near(9.0)


def test_demand_has_its_seasons() -> None:
    """
    Proves: with 80 % of 9 kTEU in summer, 7.2 meet 6 of room: 1.2 are left: 7.8 + 24 = 31.8.
    If the demand share were ignored (blank = share of the days): 9.
    """
    peak = [{**HALVES[0], "demand_share": 0.8}, {**HALVES[1], "demand_share": 0.2}]
    plan = solve(strait(9.0, seasons=peak))
    assert plan.outcome.objective == near(31.8)
    assert unserved(plan) == {"D": near(1.2)}
    assert cost_of(strait(9.0)) == near(9.0)


def test_unequal_seasons_share_out_capacity_and_demand() -> None:
    """
    Proves: three months of winter at 40 % give 0.25 x 0.4 x 12 = 1.2 for 0.25 x 10 = 2.5: 1.3 left; summer 7.5 of 9
    fits. 8.7 + 26 = 34.7.
    If seasons were taken as equal: winter 2.4 for 5, 2.6 left: 59.4; if ignored: 10.
    """
    quarters = [{"season": "summer", "share_of_year": 0.75}, {"season": "winter", "share_of_year": 0.25}]
    assert cost_of(strait(10.0, shut("AB", 0.4), seasons=quarters)) == near(34.7)
    assert cost_of(strait(10.0, shut("AB", 0.4))) == near(59.4)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 'every season' at 0.5: 3 in each half: 6 + 3 x 20
        ([shut("AB", 0.5, None)], 66.0),
        # winter's own row beats it: summer 3, winter all 4.5: 7.5 + 1.5 x 20
        ([shut("AB", 0.5, None), shut("AB", 1.0)], 37.5),
        # another asset's row is no matter
        ([shut("A", 0.5, "winter", "node")], 9.0),
    ],
)
def test_a_row_of_the_season_beats_one_for_every_season(rows: list[Record], expected: float) -> None:
    """Proves: which Availability row holds (arithmetic beside the figures). If the blank season were ignored: 9."""
    assert cost_of(strait(9.0, *rows)) == near(expected)


def test_ports_close_too() -> None:
    """
    Proves: a port of 12 kTEU a year, half shut in winter, loads 3 of 4.5: 37.5, as a link would.
    If the availability of nodes were ignored: 9.
    """
    case = make_case(
        "port",
        [node("A", capacity_kteu=12.0), "B"],
        [link("AB", "A-B")],
        [demand("D", "A-B", 9.0)],
        years=(2026,),
        Seasons=HALVES,
        Availability=[shut("A", 0.5, kind="node")],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(37.5)


def test_ships_wait_for_the_weather() -> None:
    """
    Proves: a ship of 2.5 kTEU a year sails 1.25 in summer and 0.5 x 1.25 = 0.625 in winter; of 1 each, 0.375 are left
    in winter: 1.625 + 7.5 = 9.125. Availability of the link counts once though the link has no capacity of its own.
    If it were ignored: 2.
    """
    case = make_case(
        "ship",
        "AB",
        [link("AB", "A-B", carrier="container ship")],
        [demand("D", "A-B", 2.0)],
        years=(2026,),
        Seasons=HALVES,
        Availability=[shut("AB", 0.5)],
        Vessels=[{"vessel": "feeder", "country": "KZ", "existing": 1, "payload_kteu": 0.25, "payload_kt": 100.0}],
        Services=[{"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(9.125)
    assert plan.tables["sailings"]["most_trips"].tolist() == [near(5.0), near(2.5)]
    assert cost_of(without(case, "fleet")) == near(2.0)


def test_yearly_contracts_stay_yearly() -> None:
    """
    Proves: a ceiling of 6 kTEU a year may be used up in summer: 90 % of 9 kTEU come then; 6 by rail, 3 by road at 9:
    6 + 27 = 33. If the ceiling were cut into 3 a season: rail 3 + 0.9, road 5.1: 3.9 + 45.9 = 49.8.
    If it were ignored (family policies off): 9.
    """
    case = make_case(
        "contract",
        "AB",
        [link("rail", "A-B"), link("road", "A-B", carrier="road", container_cost=9.0)],
        [demand("D", "A-B", 9.0)],
        years=(2026,),
        Seasons=[{**HALVES[0], "demand_share": 0.9}, {**HALVES[1], "demand_share": 0.1}],
        Policies=[
            {"policy": "ceiling", "kind": "link flow", "links": "rail", "measure": "kTEU", "sense": "<=", "value": 6.0}
        ],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(33.0)
    assert on_links(plan) == {"rail": near(6.0), "road": near(3.0)}
    assert plan.tables["policy_levels"][["counted", "limit"]].to_numpy().tolist() == [[near(6.0), near(6.0)]]
    assert cost_of(without(case, "policies")) == near(9.0)


def test_money_is_yearly_and_capacity_is_built_for_the_worst_season() -> None:
    """
    Proves: winter at 50 % needs 18 kTEU a year of room for its 4.5: one module of 6 more for 10, paid once: 9 + 10 =
    19, within a budget of 10 a year.
    If capital were counted by season: 20 > 10, not built: 37.5; without winter nothing is built: 9.
    """
    case = strait(
        9.0,
        shut("AB", 0.5),
        Projects=[project("P", 10.0)],
        ProjectEffects=[effect("P", "AB", 6.0)],
        Budgets=[budget("all", (2026, 2026), 10.0)],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(19.0)
    assert openings(plan) == {("P", 2026): 1}
