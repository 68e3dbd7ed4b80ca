"""Time: value-of-time segments, block trains and regular consignments, longest transit (issue 3, item 5).

Prices are million USD per kTEU, values of time million USD per kTEU and day.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from model.network.cargo import lognormal_parts
from tests.formulation.solving import cost_of, near, on_links, solve, solve_unverified, terms, unserved
from tests.minis import COMMODITIES, Record, demand, effect, link, make_case, node, project

# Segments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0.1, 0.6, 1.5])
@pytest.mark.parametrize("count", [1, 2, 4, 5, 20])
def test_parts_of_a_lognormal_keep_its_mean(spread: float, count: int) -> None:
    """
    Proves: the parts rise and their mean is the whole's mean, 1.
    If a part were taken at its median instead, the mean would fall short (by a sixth at spread 0.6) and the corridor
    would look faster than its customers pay for.
    """
    parts = lognormal_parts(spread, count)
    assert sum(parts) / count == near(1.0)
    assert parts == sorted(parts)
    assert len(set(parts)) == count


def test_two_halves_by_the_table_of_the_normal_distribution() -> None:
    """
    Proves: the lower half of a lognormal with spread 0.6 has mean 2 x F(0 - 0.6) = 2 x 0.2742531 = 0.5485062, the upper
    half the rest of 2. Quarters: cuts at -0.6744898, 0, 0.6744898: 4 x F(-1.2744898) = 4 x 0.1012454 = 0.4049816, then
    4 x (0.2742531 - 0.1012454), 4 x (F(0.0744898) - 0.2742531) = 4 x (0.5296897 - 0.2742531), the rest.
    If the spread's sign were turned, the parts would fall.
    """
    assert lognormal_parts(0.6, 2) == [pytest.approx(0.5485062, abs=1e-6), pytest.approx(1.4514938, abs=1e-6)]
    quarters = [0.4049816, 0.6920308, 1.0217464, 1.8812412]
    assert lognormal_parts(0.6, 4) == [pytest.approx(value, abs=2e-6) for value in quarters]


def fast_or_slow(premium: float, segments: int, spread: float = 0.6, value_of_time: float = 0.2) -> Case:
    """8 kTEU A-B: slow in 11 days at 1, or fast in 1 day at 1 + premium."""
    boxes = {**COMMODITIES[0], "value_of_time": value_of_time, "value_of_time_spread": spread}
    return make_case(
        "fast or slow",
        "AB",
        [
            link("slow", "A-B", days_regular=11.0),
            link("fast", "A-B", days_regular=1.0, container_cost=1.0 + premium),
        ],
        [demand("D", "A-B", 8.0)],
        years=(2026,),
        settings={"value_of_time_segments": segments},
        Commodities=[boxes],
    )


def test_each_segment_takes_its_own_cheapest_way() -> None:
    """
    Proves: ten days saved for 2 pay from 0.2 a day on. The four quarters of 2 kTEU value a day at 0.2 x (0.4049816,
    0.6920308, 1.0217464, 1.8812412) = 0.0809963, 0.1384062, 0.2043493, 0.3762482: two go slow at 1 + 11 v, two fast at
    3 + v: 2 x (1.8909595 + 2.5224677 + 3.2043493 + 3.3762482) = 21.9880494.
    If the spread were ignored, all 8 would be of one mind at the mean of 0.2: 8 x 3.2 = 25.6, fast or slow alike.
    """
    plan = solve(fast_or_slow(2.0, 4))
    assert plan.outcome.objective == pytest.approx(21.9880494, abs=1e-4)
    assert on_links(plan) == {"fast": near(4.0), "slow": near(4.0)}
    flows = plan.tables["route_flows"]
    assert sorted(flows["segment"]) == [1, 2, 3, 4]
    assert flows["flow"].tolist() == [near(2.0)] * 4
    assert cost_of(fast_or_slow(2.0, 1)) == near(25.6)
    assert cost_of(fast_or_slow(2.0, 4, spread=0.0)) == near(25.6)


def test_modal_split_is_smooth() -> None:
    """
    Proves: as the fast way grows dearer its share falls in steps of a quarter, 8, 6, 4, 2, 0 kTEU: the quarters switch
    at ten times their values of a day, 0.81, 1.38, 2.04, 3.76.
    If the segments were ignored: all or nothing, 8, 8, 0, 0, 0 with the switch at 2.
    """
    premiums = (0.5, 1.0, 1.99, 2.5, 4.0)
    split = [on_links(solve_unverified(fast_or_slow(premium, 4))).get("fast", 0.0) for premium in premiums]
    assert split == [near(8.0), near(6.0), near(4.0), near(2.0), near(0.0)]
    whole = [on_links(solve_unverified(fast_or_slow(premium, 1))).get("fast", 0.0) for premium in (1.99, 2.5)]
    assert whole == [near(8.0), near(0.0)]


def test_more_segments_never_cost_more() -> None:
    """
    Proves: splitting the owners lets each choose, so the cost falls or stays as segments are refined by halving: 1, 2,
    4 parts.
    If parts did not keep the mean, it could rise: with one way only the cost is 8 x (1 + 11 x 0.2) = 25.6 for any
    number of parts.
    """
    costs = [cost_of(fast_or_slow(2.2, count)) for count in (1, 2, 4)]
    assert costs == sorted(costs, reverse=True)
    assert cost_of(fast_or_slow(100.0, 5)) == near(25.6)


def test_bulk_is_not_split() -> None:
    """
    Proves: only containers are split: 100 kt of grain with a spread keep one value of time, 0.4 per TEU-equivalent of
    20 t: 100 / 20 x (1 + 1 x 0.4) = 7 in segment 1.
    If bulk were split: several segments in the table.
    """
    grain = {**COMMODITIES[1], "value_of_time": 0.4, "value_of_time_spread": 0.6}
    plan = solve(
        make_case(
            "grain",
            "AB",
            [link("AB", "A-B")],
            [demand("G", "A-B", 100.0, commodity="grain", unit="kt")],
            years=(2026,),
            settings={"value_of_time_segments": 4},
            Commodities=[grain],
        )
    )
    assert plan.outcome.objective == near(7.0)
    assert plan.tables["route_flows"]["segment"].tolist() == [1]


# Block trains and regular consignments ----------------------------------------------------------------------------


def services(first: Record, second: Record, **commodity: Any) -> Case:
    """4 kTEU each of demands R and K; rail X in 2 days at 2, rail Y in 15 days (block 5) at 1; 0.1 a day."""
    return make_case(
        "services",
        "AB",
        [
            link("X", "A-B", days_regular=2.0, container_cost=2.0),
            link("Y", "A-B", days_regular=15.0, days_block=5.0),
        ],
        [demand("R", "A-B", 4.0, **first), demand("K", "A-B", 4.0, **second)],
        years=(2026,),
        Commodities=[{**COMMODITIES[0], "value_of_time": 0.1, **commodity}],
    )


def test_block_trains_have_their_own_days() -> None:
    """
    Proves: regular boxes take X at 2 + 0.2 (Y would be 1 + 1.5), block trains Y at 1 + 0.5 (X keeps its 2 days, blank =
    as regular: 2.2): 4 x 2.2 + 4 x 1.5 = 14.8.
    If the service were ignored: 8 x 2.2 = 17.6.
    """
    plan = solve(services({"service": "regular"}, {"service": "block"}))
    assert plan.outcome.objective == near(14.8)
    used = plan.tables["routes"].set_index("demand")["links"].to_dict()
    assert used == {"R": "X", "K": "Y"}
    assert plan.tables["routes"].set_index("demand")["days"].to_dict() == {"R": near(2.0), "K": near(5.0)}


def test_the_row_overrides_the_commodity() -> None:
    """
    Proves: with 'block' in the commodity and 'regular' in R's row only K is a block train: 14.8.
    If the row were ignored: 8 x 1.5 = 12.
    """
    assert cost_of(services({"service": "regular"}, {}, service="block")) == near(14.8)
    assert cost_of(services({}, {}, service="block")) == near(12.0)


def test_dwell_has_both_times() -> None:
    """
    Proves: terminals and a transfer take 1 + 2 + 1 days for regular boxes and 0.5 + 1 + 0.5 for block trains; at 0.1 a
    day and legs of a day and 1 each: 4 x (2 + 0.6) + 4 x (2 + 0.4) = 20.
    If block dwell were ignored: 8 x 2.6 = 20.8.
    """
    ends = {"terminal_days_regular": 1.0, "terminal_days_block": 0.5}
    case = make_case(
        "dwell",
        [node("A", **ends), node("B", transfer_days_regular=2.0, transfer_days_block=1.0), node("C", **ends)],
        [link("AB", "A-B", carrier="rail 1435"), link("BC", "B-C")],
        [demand("R", "A-C", 4.0), demand("K", "A-C", 4.0, service="block")],
        years=(2026,),
        Commodities=[{**COMMODITIES[0], "value_of_time": 0.1}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(20.0)
    assert terms(plan)["time"] == near(4.0)


# Longest transit --------------------------------------------------------------------------------------------------


def limited(days: float | None) -> list[Record]:
    """Boxes with a longest transit."""
    return [{**COMMODITIES[0], "maximum_days": days}]


def test_without_a_limit_the_slow_way_is_taken() -> None:
    """
    Proves: the mirror of the tests below: a blank is no limit. 8 kTEU go the slow way of 11 days at 1: 8; 10 kTEU go
    slow, slow at 1 + 1: 20.
    If a blank meant 0 days: 160 and 200.
    """
    assert cost_of(fast_or_slow(2.0, 1, value_of_time=0.0)) == near(8.0)
    assert cost_of(chain(None)) == near(20.0)


def test_a_route_that_takes_too_long_is_barred() -> None:
    """
    Proves: with 10 days at most the way of 11 days is barred: 8 x 3 = 24. Exactly 11 are allowed: 8. With 0.5 no way is
    left: 160.
    If the limit were ignored: 8.
    """
    costs = []
    for days in (10.0, 11.0, 0.5):
        case = make_case(
            "limit",
            "AB",
            [link("slow", "A-B", days_regular=11.0), link("fast", "A-B", container_cost=3.0)],
            [demand("D", "A-B", 8.0)],
            years=(2026,),
            Commodities=limited(days),
        )
        costs.append(cost_of(case))
    assert costs == [near(24.0), near(8.0), near(160.0)]


@pytest.mark.parametrize("services", [("regular", "block", "regular"), ("block", "regular", "block")])
def test_each_demand_has_the_days_of_its_own_service(services: tuple[str, ...]) -> None:
    """
    Proves: one link, 20 days by regular consignments and 1 by block train, both at 1, with 12 days at most and no value
    of time: those by block train travel for 1 each, the others stay behind at 20 each, 41 and 22 a year; over two years
    (blocks of their own) twice that. If demands that pay the same were taken as the same: the days of the first of them
    would count for all, and a train of one day would be left behind, 60 a year, or a late one sent.
    """
    case = make_case(
        "services",
        "AB",
        [link("rail", "A-B", days_regular=20.0, days_block=1.0)],
        [{**demand(f"D{number}", "A-B", 1.0), "service": service} for number, service in enumerate(services)],
        years=(2026, 2027),
        Commodities=[{**COMMODITIES[0], "maximum_days": 12.0, "value_of_time": 0.0}],
    )
    late = services.count("regular")
    yearly = 20.0 * late + (3 - late)
    assert cost_of(case) == near(2 * yearly)


def chain(days: float | None, **more: Any) -> Case:
    """10 kTEU A-B-C: each half slow in 5 days at 1, or in 1 day at 2 (A-B) and 3 (B-C); B takes `more`."""
    return make_case(
        "chain",
        ["A", node("B", **more), "C"],
        [
            link("slow1", "A-B", days_regular=5.0),
            link("fast1", "A-B", container_cost=2.0),
            link("slow2", "B-C", days_regular=5.0),
            link("fast2", "B-C", container_cost=3.0),
        ],
        [demand("D", "A-C", 10.0)],
        years=(2026,),
        Commodities=limited(days),
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (7.0, 30.0),  # fast, slow: 6 days at 2 + 1
        (6.0, 30.0),
        (5.0, 50.0),  # fast, fast: 2 days at 2 + 3
        (1.0, 200.0),  # no way
    ],
)
def test_the_cheapest_way_within_the_days(days: float | None, expected: float) -> None:
    """
    Proves: the cheapest of the routes that keep the limit is found, not the fastest (50) nor the cheapest of all (20).
    If the limit were ignored: 20 throughout.
    """
    assert cost_of(chain(days)) == near(expected)


def test_dwell_counts_towards_the_limit() -> None:
    """
    Proves: 2 days of passing at B turn 'fast, slow' into 8 days: within 7 only 'fast, fast' (4 days) is left: 50.
    If dwell were not counted: 30.
    """
    assert cost_of(chain(7.0, passing_days_regular=2.0)) == near(50.0)


def test_capacity_and_limit_together() -> None:
    """
    Proves: within 7 days and with room for 4 on the fast first half, 'fast, slow' takes 4, 'slow, fast' (6 days at 4)
    the other 6: 12 + 24 = 36.
    If the limit were ignored: 20.
    """
    case = chain(7.0)
    links = case.table("Links").copy()
    links.loc[links["link"] == "fast1", "capacity_kteu"] = 4.0
    plan = solve(case.with_tables(Links=links))
    assert plan.outcome.objective == near(36.0)
    assert on_links(plan) == {"fast1": near(4.0), "slow2": near(4.0), "slow1": near(6.0), "fast2": near(6.0)}


def test_a_project_can_bring_a_route_within_the_days() -> None:
    """
    Proves: cutting the slow leg of 11 days by a fifth to 8.8 opens it to cargo that waits 10 days at most: 8 x 1 + 5 =
    13 against 8 x 3 = 24 by the fast one.
    If the limit were ignored: 8, nothing built; if the cut were: 24.
    """
    case = make_case(
        "cut",
        "AB",
        [link("slow", "A-B", days_regular=11.0), link("fast", "A-B", container_cost=3.0)],
        [demand("D", "A-B", 8.0)],
        years=(2026,),
        Commodities=limited(10.0),
        Projects=[project("P", 5.0)],
        ProjectEffects=[{**effect("P", "slow"), "time_change": -0.2}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(13.0)
    assert unserved(plan) == {}
