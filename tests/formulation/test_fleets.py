"""Ships as fleets: whole ships, bought and moved between services, limit their links (issue 3, item 1).

One ship of the minis makes 350 / 35 = 10 round trips a year of 0.25 kTEU each way: 2.5 kTEU a year in each direction.
A unit carried costs 1, one left behind 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from tests.formulation.solving import cost_of, near, on_links, solve, terms, unserved, without
from tests.minis import Record, demand, link, make_case, node

FEEDER: Record = {"vessel": "feeder", "country": "KZ", "payload_kteu": 0.25, "payload_kt": 100.0}
LINE: Record = {"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0, "operating_days": 350.0}


def sea(key: str, ends: str, **more: Any) -> Record:
    """A link sailed by container ships."""
    return link(key, ends, carrier="container ship", **more)


def crossing(
    demands: Sequence[Record],
    ship: Mapping[str | int, Any],
    service: Mapping[str | int, Any] | None = None,
    years: Sequence[int] = (2026,),
    link_figures: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A-B by one service of one ship type."""
    return make_case(
        "crossing",
        more.pop("nodes", "AB"),
        [sea("AB", "A-B", **(link_figures or {}))],
        demands,
        years=years,
        Vessels=[{**FEEDER, **ship}],
        Services=[{**LINE, **(service or {})}],
        **more,
    )


def test_existing_ships_limit_their_link() -> None:
    """
    Proves: 2 ships make 20 trips of 0.25 kTEU = 5 of the 8 kTEU: 5 x 1 + 3 x 20 = 65.
    If it were ignored (family fleet off): 8 x 1 = 8.
    """
    case = crossing([demand("D", "A-B", 8.0)], {"existing": 2})
    plan = solve(case)
    assert plan.outcome.objective == near(65.0)
    sailing = plan.tables["sailings"].iloc[0]
    assert (sailing["ships"], sailing["trips"], sailing["most_trips"]) == (2, near(20.0), near(20.0))
    fleet = plan.tables["fleets"].iloc[0]
    assert (fleet["existing"], fleet["added"], fleet["assigned"]) == (2, 0, 2)
    off = solve(without(case, "fleet"))
    assert off.outcome.objective == near(8.0)
    assert off.tables["sailings"].empty


def test_a_round_trip_carries_both_ways() -> None:
    """
    Proves: a trip has two legs: 2 ships take 5 kTEU there and 5 kTEU back: 10 x 1 = 10.
    If the two directions shared the payload: 5 unserved, 5 x 1 + 5 x 20 = 105.
    """
    plan = solve(crossing([demand("there", "A-B", 5.0), demand("back", "B-A", 5.0)], {"existing": 2}))
    assert plan.outcome.objective == near(10.0)
    assert plan.tables["sailings"]["trips"].tolist() == [near(20.0)]


def test_each_direction_is_limited_by_itself() -> None:
    """
    Proves: 8 kTEU there and 2 back with 2 ships: 5 + 2 carried, 3 left: 7 + 60 = 67. Room left on the way back does not
    help.
    If the limit were on the sum of 10 kTEU both ways: all 10 carried for 10.
    """
    plan = solve(crossing([demand("there", "A-B", 8.0), demand("back", "B-A", 2.0)], {"existing": 2}))
    assert plan.outcome.objective == near(67.0)
    assert unserved(plan) == {"there": near(3.0)}


def two_lines(first: Mapping[int, float], second: Mapping[int, float], years: Sequence[int], ships: int) -> Case:
    """Services A-B and A-C of one ship type."""
    return make_case(
        "two lines",
        "ABC",
        [sea("AB", "A-B"), sea("AC", "A-C")],
        [demand("D1", "A-B", first), demand("D2", "A-C", second)],
        years=years,
        Vessels=[{**FEEDER, "existing": ships}],
        Services=[{**LINE, "service": "north"}, {**LINE, "service": "south", "link": "AC"}],
    )


def test_ships_move_between_services_over_the_years() -> None:
    """
    Proves: the one ship sails north in 2026 and south in 2027, as the cargo does: 2.5 + 2.5 = 5.
    If ships stayed where they began: 2.5 x 1 + 2.5 x 20 = 52.5.
    If it were ignored (family off): 5 too, but with no ships assigned.
    """
    plan = solve(two_lines({2026: 2.5, 2027: 0.0}, {2026: 0.0, 2027: 2.5}, (2026, 2027), 1))
    assert plan.outcome.objective == near(5.0)
    ships = plan.tables["sailings"].pivot(index="period", columns="service", values="trips")
    assert list(ships.loc["2026"]) == [near(10.0), near(0.0)]
    assert list(ships.loc["2027"]) == [near(0.0), near(10.0)]


def test_a_ship_is_not_split_between_services_in_a_period() -> None:
    """
    Proves: 1.25 kTEU wait on either line, enough for half a ship each; the whole ship serves one: 1.25 + 1.25 x 20 =
    26.25.
    If ships could be split: 2.5. If it were ignored (family off): 2.5.
    """
    case = two_lines({2026: 1.25}, {2026: 1.25}, (2026,), 1)
    assert cost_of(case) == near(26.25)
    assert cost_of(without(case, "fleet")) == near(2.5)


def test_only_the_choice_between_services_is_a_whole_number() -> None:
    """
    Proves: of two services of one ship type only the second is searched for in whole numbers, the first takes the rest
    of the fleet; of one service none is. A ship that lies idle is not reported as sailing: 2.5 of 2.5 kTEU north by one
    ship, none south, although the fleet is three.
    If it were ignored: a search that starts from no ships assigned leaves the cargo of whole fleets on the quay.
    """
    case = two_lines({2026: 2.5}, {2026: 0.0}, (2026,), 3)
    assigned = build(case, build_graph(case), RoutePool()).investment.assigned
    assert [name for (name, _), ships in assigned.items() if not ships.is_continuous()] == ["south"]
    one = crossing([demand("D", "A-B", 8.0)], {"existing": 2})
    only = build(one, build_graph(one), RoutePool()).investment.assigned
    assert all(ships.is_continuous() for ships in only.values())
    fleet = solve(case).tables["fleets"].iloc[0]
    assert (fleet["existing"], fleet["assigned"]) == (3, 1)


@pytest.mark.parametrize(
    ("payload_kt", "expected"),
    [
        # 10 trips x 4 kt = 40 kt would take 4 kTEU: the 2.5 kTEU bind, 2.5 + 0.5 x 20
        (4.0, 12.5),
        # 10 trips x 2 kt = 20 kt = 2 kTEU of 10 t: the tonnes bind, 2 + 1 x 20
        (2.0, 22.0),
    ],
)
def test_both_payloads_limit(payload_kt: float, expected: float) -> None:
    """
    Proves: a ship is full by slots or by weight, whichever comes first; 3 kTEU of 10 t wait.
    If weight were ignored: 12.5 in both; if slots were: 3.0 and 22.
    """
    case = crossing([demand("D", "A-B", 3.0)], {"existing": 1, "payload_kt": payload_kt})
    assert cost_of(case) == near(expected)
    assert cost_of(without(case, "fleet")) == near(3.0)


def test_boxes_and_grain_share_the_tonnes() -> None:
    """
    Proves: 20 kt of payload are shared by 1 kTEU of boxes (10 kt, worth 19 each: 1.9 a kt) and 15 kt of grain (worth
    1.5 - 1/20 = 1.45 a kt), though 1 + 15/20 = 1.75 slots of 2.5 are all they need: 5 kt of grain stay behind. 1 x 1 +
    10 x 0.05 + 5 x 1.5 = 9.
    If the tonnes were not shared: 1 + 15 x 0.05 = 1.75 (the figure with the family off).
    """
    grain = demand("grain", "A-B", 15.0, commodity="grain", unit="kt")
    case = crossing([demand("boxes", "A-B", 1.0), grain], {"existing": 1, "payload_kt": 2.0})
    plan = solve(case)
    assert plan.outcome.objective == near(9.0)
    assert unserved(plan) == {"grain": near(5.0)}
    assert cost_of(without(case, "fleet")) == near(1.75)


def test_ships_without_slots_take_no_boxes() -> None:
    """
    Proves: a blank container payload means no containers: 2 x 20 = 40, while 20 kt of grain go at 0.05: 1.
    If a blank meant no limit: 2 + 1 = 3.
    """
    dry = [{"commodity": "grain", "form": "dry bulk", "unit": "kt", "tonnes_per_teu": 20.0}]
    boxes = [{"commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0}]
    ferry = {
        "carrier": "container ship", "mode": "ferry", "accepts_container": True, "accepts_dry_bulk": True,
        "accepts_liquid_bulk": False,
    }  # fmt: skip
    grain = demand("grain", "A-B", 20.0, commodity="grain", unit="kt")
    case = crossing(
        [demand("D", "A-B", 2.0), grain],
        {"existing": 1, "payload_kteu": None},
        Carriers=[ferry],
        Commodities=dry + boxes,
    )
    assert cost_of(case) == near(41.0)


def test_trips_cost_and_burn_fuel() -> None:
    """
    Proves: 2 kTEU there and 1 back need 2 / 0.25 = 8 round trips: dues 8 x 0.1 = 0.8, fuel 8 x 20 t at 0.001 = 0.16,
    CO2 8 x 20 t x 0.003 kt/t at 0.5 = 0.24; with 3 for the legs: 4.2.
    If each direction needed trips of its own: 12 of them, 4.8. If it were ignored (family off): 3.
    """
    case = crossing(
        [demand("there", "A-B", 2.0), demand("back", "B-A", 1.0)],
        {"existing": 1},
        {"trip_cost": 0.1, "fuel_t": 20.0},
        settings={"fuel_price": 0.001, "fuel_co2": 0.003, "co2_price": 0.5},
    )
    plan = solve(case)
    assert terms(plan) == {"transport": near(3.0), "sailing": near(0.96), "ship_co2": near(0.24)}
    assert plan.outcome.objective == near(4.2)
    assert plan.tables["sailings"][["trips", "fuel_t"]].to_numpy().tolist() == [[near(8.0), near(160.0)]]
    assert terms(solve(without(case, "fleet"))) == {"transport": near(3.0)}


def test_dear_trips_stay_in_port() -> None:
    """
    Proves: a trip carries 0.25 kTEU, which saves 0.25 x (20 - 1) = 4.75. At 4 a trip it pays: 8 trips x 4 + 2 x 1 = 34;
    at 6 it does not, and all 2 kTEU stay: 40.
    If trips cost nothing: 2 in both.
    """
    wanted = [demand("there", "A-B", 2.0)]
    assert cost_of(crossing(wanted, {"existing": 1}, {"trip_cost": 4.0})) == near(34.0)
    assert cost_of(crossing(wanted, {"existing": 1}, {"trip_cost": 6.0})) == near(40.0)


@pytest.mark.parametrize("place", ["link", "port"])
def test_berths_limit_besides_ships(place: str) -> None:
    """
    Proves: ships could take 5 kTEU, the link's own limit (or the port's berths) 4: 4 + 4 x 20 = 84.
    If ships replaced the other limits: 5 + 3 x 20 = 65. With the ships switched off the 4 stay: 84; with the berths
    off: 65.
    """
    limit = {"capacity_kteu": 4.0}
    case = crossing(
        [demand("D", "A-B", 8.0)],
        {"existing": 2},
        nodes=["A", node("B", **(limit if place == "port" else {}))],
        link_figures=limit if place == "link" else {},
    )
    assert cost_of(case) == near(84.0)
    assert cost_of(without(case, "fleet")) == near(84.0)
    assert cost_of(without(case, "capacity")) == near(65.0)


def test_two_services_of_one_link_add_up() -> None:
    """
    Proves: what two ship types carry on one link adds up: 2.5 + 10 x 0.1 = 3.5 of 5 kTEU: 3.5 + 1.5 x 20 = 33.5.
    If only the first counted: 2.5 + 50 = 52.5.
    """
    case = make_case(
        "two types",
        "AB",
        [sea("AB", "A-B")],
        [demand("D", "A-B", 5.0)],
        years=(2026,),
        Vessels=[{**FEEDER, "existing": 1}, {**FEEDER, "vessel": "small", "payload_kteu": 0.1, "existing": 1}],
        Services=[LINE, {**LINE, "service": "second", "vessel": "small"}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(33.5)
    assert on_links(plan) == {"AB": near(3.5)}
