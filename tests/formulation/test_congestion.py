"""Congestion: what is carried above a part of the capacity is delayed at a price (issue 3, item 5).

The setting congestion_value_of_time is 0.04 a day and kTEU; 20 days of delay cost 0.8 a kTEU. A unit carried costs 1.
"""

from __future__ import annotations

from typing import Any

from model.case.case import Case
from tests.formulation.solving import cost_of, near, on_links, openings, solve, terms, without
from tests.minis import Record, demand, effect, link, make_case, node, project, row_of


def row(threshold: float, days: float = 20.0, **more: Any) -> Record:
    """Congestion of link AB."""
    place = {"asset_kind": "link", "asset": "AB", "measure": "kTEU"}
    return row_of(place, {"threshold": threshold, "delay_days": days}, more)


def busy(*rows: Record, links: tuple[Record, ...] = (), demands: tuple[Record, ...] = (), **more: Any) -> Case:
    """10 kTEU on A-B with room for 10."""
    return make_case(
        "busy",
        more.pop("nodes", "AB"),
        [link("AB", "A-B", capacity_kteu=10.0) | more.pop("link_figures", {}), *links],
        demands or [demand("D", "A-B", 10.0)],
        years=(2026,),
        Congestion=list(rows),
        **more,
    )


def test_cargo_above_the_threshold_pays_for_delay() -> None:
    """
    Proves: 2 of 10 kTEU are above 0.8 of the room: 10 + 2 x 20 x 0.04 = 11.6. Below the threshold nothing: 8 kTEU cost
    8.
    If it were ignored (family congestion off): 10; if all cargo were delayed: 18.
    """
    case = busy(row(0.8))
    plan = solve(case)
    assert plan.outcome.objective == near(11.6)
    assert terms(plan) == {"transport": near(10.0), "congestion_delay": near(1.6)}
    assert plan.tables["congestion"]["excess"].tolist() == [near(2.0)]
    assert cost_of(busy(row(0.8), demands=(demand("D", "A-B", 8.0),))) == near(8.0)
    assert cost_of(without(case, "congestion")) == near(10.0)


def test_delay_is_convex_and_sends_the_margin_elsewhere() -> None:
    """
    Proves: rows at 0.8 and 0.9 add up: the last unit costs 1 + 1.6, the one before 1 + 0.8. A road at 2.2 takes the
    last unit only: 9 + 0.8 + 2.2 = 12. With the first row alone the road takes none: 11.6; if it were ignored (family
    off): 10.
    """
    road = link("road", "A-B", carrier="road", container_cost=2.2)
    case = busy(row(0.8), row(0.9), links=(road,))
    plan = solve(case)
    assert plan.outcome.objective == near(12.0)
    assert on_links(plan) == {"AB": near(9.0), "road": near(1.0)}
    assert cost_of(busy(row(0.8), links=(road,))) == near(11.6)
    assert cost_of(without(case, "congestion")) == near(10.0)


def test_delay_argues_for_capacity_before_the_limit() -> None:
    """
    Proves: 2.5 more kTEU for 1 lift the threshold to 0.8 x 12.5 = 10 and save 1.6: 11.
    If it were ignored (family off): nothing is built, 10.
    """
    case = busy(row(0.8), Projects=[project("P", 1.0)], ProjectEffects=[effect("P", "AB", 2.5)])
    plan = solve(case)
    assert plan.outcome.objective == near(11.0)
    assert openings(plan) == {("P", 2026): 1}
    off = solve(without(case, "congestion"))
    assert off.outcome.objective == near(10.0)
    assert openings(off) == {}


def test_threshold_is_part_of_what_is_left_in_the_season() -> None:
    """
    Proves: with 2 kTEU of background and winter at 60 % the room is 0.5 x (10 - 2) = 4 in summer and 0.5 x (6 - 2) = 2
    in winter, thresholds 2 and 1 at one half; 1.5 kTEU each: 0.5 in winter is delayed: 3 + 0.5 x 0.8 = 3.4.
    If the season were ignored: below 0.5 x 8 = 4, 3; if background were: 0.5 x 0.5 x 6 = 1.5 in winter, 3.
    """
    case = busy(
        row(0.5),
        demands=(demand("D", "A-B", 3.0),),
        link_figures={"background_kteu": 2.0},
        Seasons=[{"season": "summer", "share_of_year": 0.5}, {"season": "winter", "share_of_year": 0.5}],
        Availability=[{"asset_kind": "link", "asset": "AB", "season": "winter", "availability": 0.6}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(3.4)
    excess = plan.tables["congestion"].set_index("season")["excess"]
    assert excess.to_dict() == {"summer": near(0.0), "winter": near(0.5)}


def test_each_direction_congests_by_itself() -> None:
    """
    Proves: where each direction has the capacity, 9 kTEU there are 1 above 8, and 6 back none: 15 + 0.8 = 15.8.
    If the two were added up: 15 is above the capacity itself.
    """
    case = busy(
        row(0.8),
        demands=(demand("there", "A-B", 9.0), demand("back", "B-A", 6.0)),
        link_figures={"capacity_direction": "each"},
    )
    assert cost_of(case) == near(15.8)


def test_tonnes_count_as_teu_of_fourteen() -> None:
    """
    Proves: 70 kt of grain (3.5 TEU-equivalents at 1) on a link of 100 kt are 20 kt above one half: 20 / 14 x 20 x 0.04
    = 8 / 7.
    If a tonne were taken for a TEU: 3.5 + 16.
    """
    case = busy(
        row(0.5, measure="kt"),
        demands=(demand("G", "A-B", 70.0, commodity="grain", unit="kt"),),
        link_figures={"capacity_kt": 100.0, "capacity_kteu": None},
    )
    assert cost_of(case) == near(3.5 + 8 / 7)


def test_what_is_not_checked_names_what_was_switched_off() -> None:
    """Proves: without capacities nothing congests, and the check that is left out names 'capacity'. If it were
    ignored: the sheet Checks would say that congestion had been switched off, which nobody did."""
    checks = solve(without(busy(row(0.5)), "capacity")).checks.set_index("check")
    assert "'capacity' is switched off" in str(checks.loc["what congests is counted", "detail"])


def test_ports_congest() -> None:
    """
    Proves: a port B of 10 kTEU that 10 kTEU pass is 2 above 0.8: 20 + 1.6 for two legs.
    If nodes did not congest: 20.
    """
    case = make_case(
        "port",
        ["A", node("B", capacity_kteu=10.0), "C"],
        [link("AB", "A-B"), link("BC", "B-C")],
        [demand("D", "A-C", 10.0)],
        years=(2026,),
        Congestion=[row(0.8, asset_kind="node", asset="B")],
    )
    assert cost_of(case) == near(21.6)
