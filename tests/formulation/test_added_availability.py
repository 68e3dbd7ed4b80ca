"""Projects that let a link or port work more of the time (issue 3, item 7).

Summer and winter halves; the asset of 10 kTEU a year works half of the winter: 5 in summer, 2.5 in winter. 4 kTEU come
in each: 6.5 x 1 + 1.5 x 20 = 36.5 without projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.case.case import Case
from model.case.timed import TimedChange
from tests.formulation.solving import cost_of, near, openings, solve, without
from tests.minis import Record, demand, effect, link, make_case, node, project

HALVES: list[Record] = [{"season": "summer", "share_of_year": 0.5}, {"season": "winter", "share_of_year": 0.5}]


def stormy(kind: str, projects: Sequence[Record], effects: Sequence[Record], amount: float = 8.0, **more: Any) -> Case:
    """A-B with the limit and the storms at the link AB or at the port B."""
    asset = "AB" if kind == "link" else "B"
    limit = {"capacity_kteu": 10.0}
    return make_case(
        "stormy",
        ["A", node("B", **(limit if kind == "node" else {}))],
        [link("AB", "A-B", **(limit if kind == "link" else {}))],
        [demand("D", "A-B", amount)],
        years=more.pop("years", (2026,)),
        Seasons=HALVES,
        Availability=[{"asset_kind": kind, "asset": asset, "season": "winter", "availability": 0.5}],
        Projects=list(projects),
        ProjectEffects=[{"asset_kind": kind, "asset": asset, **row} for row in effects],
        **more,
    )


def wall(added: float, key: str = "wall") -> Record:
    """A breakwater's effect."""
    return {"project": key, "added_availability": added}


@pytest.mark.parametrize("kind", ["link", "node"])
def test_a_breakwater_gives_winter_days(kind: str) -> None:
    """
    Proves: 0.3 more of winter gives 0.5 x 0.3 x 10 = 1.5, just what is missing: 8 + 5 = 13.
    If it were ignored (family availability off): the wall is useless, 36.5.
    """
    case = stormy(kind, [project("wall", 5.0)], [wall(0.3)])
    plan = solve(case)
    assert plan.outcome.objective == near(13.0)
    assert openings(plan) == {("wall", 2026): 1}
    assert plan.tables["capacities"]["usable"].tolist() == [near(9.0)]
    off = solve(without(case, "availability"))
    assert off.outcome.objective == near(36.5)
    assert openings(off) == {}


@pytest.mark.parametrize("sheet", ["Links", "Nodes"])
def test_a_limit_may_hold_in_some_years_only(sheet: str) -> None:
    """
    Proves: where the limit of the wall's own link is lifted from 2027 on, that year's 8 kTEU cross at 1: 13 + 8 = 21;
    where that of port B, which always works, holds in 2026 alone, the wall gives both years what they miss: 5 + 2 x 8.
    If limits were asked for in years without one: the plan would be lost after the search, as that of the shipped case
    was on 30 November 2026.
    """
    case = stormy("link", [project("wall", 5.0)], [wall(0.3)], years=(2026, 2027))
    if sheet == "Nodes":
        nodes = case.table("Nodes").assign(capacity_kteu=[np.nan, 50.0])
        case = case.with_tables(Nodes=nodes)
    row = int(case.table(sheet).index[-1])
    lifted = TimedChange(sheet, "capacity_kteu", (row,), "set", np.nan, 2027)
    plan = solve(replace(case, changes=(lifted,)))
    assert plan.outcome.objective == near(21.0)
    assert openings(plan) == {("wall", 2026): 1}


def test_usable_is_what_could_be_used() -> None:
    """
    Proves: the capacity table says what the corridor can use, 9 with the wall (5 + 4), though 7.6 kTEU use 3.8 of
    winter's 4: used 95 %.
    If the days that the solver happened to use were shown: 8.8 and 100 %, a bottleneck that is none.
    """
    plan = solve(stormy("node", [project("wall", 5.0)], [wall(0.3)], 7.6))
    row = plan.tables["capacities"].iloc[0]
    assert (row["usable"], row["utilisation"]) == (near(9.0), near(0.95))


@pytest.mark.parametrize("kind", ["link", "node"])
def test_never_above_all_the_time(kind: str) -> None:
    """
    Proves: of 12 kTEU, 6 in each half, summer takes 5 however many days are added, and winter with 0.9 added to 0.5
    takes 5, not 7: 10 + 2 x 20 + 5 = 55.
    If days were added without end: summer 6 and winter 6, 12 + 5 = 17.
    """
    assert cost_of(stormy(kind, [project("wall", 5.0)], [wall(0.9)], 12.0)) == near(55.0)


def test_two_works_add_up_to_what_is_missing() -> None:
    """
    Proves: 0.3 and 0.4 added to 0.5 are 1.0, not 1.2. Of 9 kTEU, 4.5 in each half, 0.4 alone carries all: 9 + 1 = 10.
    Of 9.6 winter's 4.8 need both: 9.6 + 2 = 11.6. Of 12 both leave 1 in each half: 10 + 40 + 2 = 52.
    If the two did not add up: 9.6 would leave 0.3, 16.3; if they went beyond all the time: 12 would leave summer's 1
    only, 33.
    """
    projects = [project("wall", 1.0), project("radar", 1.0)]
    effects = [wall(0.3), wall(0.4, "radar")]
    plan = solve(stormy("link", projects, effects, 9.0))
    assert plan.outcome.objective == near(10.0)
    assert openings(plan) == {("radar", 2026): 1}
    assert cost_of(stormy("link", projects, effects, 9.6)) == near(11.6)
    assert cost_of(stormy("link", projects, effects, 12.0)) == near(52.0)


def test_more_days_count_on_capacity_that_projects_add() -> None:
    """
    Proves: extra days count on the installed capacity: a berth of 10 more and the wall of 0.3 take 0.5 x 0.8 x 20 = 8
    in winter: 16 + 5 + 5 = 26 for 16 kTEU.
    If they counted on the base capacity only: 5 + 1.5 = 6.5 in winter, 14.5 + 30 + 10 = 54.5.
    """
    case = stormy(
        "node",
        [project("wall", 5.0), project("berth", 5.0)],
        [wall(0.3), effect("berth", "B", 10.0, kind="node")],
        16.0,
    )
    assert cost_of(case) == near(26.0)


def test_more_days_count_on_capacity_that_a_partner_sets_free() -> None:
    """
    Proves: as above, but the berth's 10 need a crane: 16 + 5 + 5 + 5 = 31.
    If the bound on extra days left the joint part out: 0.5 x 0.3 x 10 = 1.5 in place of 3: winter 6.5 of 8, 14.5 + 30 +
    15 = 59.5 or dearer plans.
    """
    berth = {**effect("berth", "B", 10.0, kind="node"), "partial_without": "crane", "partial_share": 0.0}
    case = stormy(
        "node", [project("wall", 5.0), project("berth", 5.0), project("crane", 5.0)], [wall(0.3), berth], 16.0
    )
    assert cost_of(case) == near(31.0)


def test_an_asset_that_always_works_gains_nothing() -> None:
    """
    Proves: without storms the wall adds nothing: 12 kTEU on a port of 10: 10 + 2 x 20 = 50, nothing built.
    If it did: 12 + 5 = 17.
    """
    case = make_case(
        "calm",
        ["A", node("B", capacity_kteu=10.0)],
        [link("AB", "A-B")],
        [demand("D", "A-B", 12.0)],
        years=(2026,),
        Projects=[project("wall", 5.0)],
        ProjectEffects=[{"asset_kind": "node", "asset": "B", **wall(0.5)}],
    )
    assert cost_of(case) == near(50.0)


def storm_and_ships(projects: Sequence[Record], effects: Sequence[Record], ships: int = 1) -> Case:
    """A ship of 2.5 kTEU a year on a stormy link: 1.25 in summer, 0.625 in winter; 1.25 come in each half."""
    return make_case(
        "storm and ships",
        "AB",
        [link("AB", "A-B", carrier="container ship")],
        [demand("D", "A-B", 2.5)],
        years=(2026,),
        Seasons=HALVES,
        Availability=[{"asset_kind": "link", "asset": "AB", "season": "winter", "availability": 0.5}],
        Vessels=[{"vessel": "feeder", "country": "KZ", "existing": ships, "payload_kteu": 0.25, "payload_kt": 100.0}],
        Services=[{"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0}],
        Projects=list(projects),
        ProjectEffects=[{"asset_kind": "link", "asset": "AB", **row} for row in effects],
    )


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        # 0.2 x 1.25 = 0.25 more in winter: 2.125 carried, 0.375 left: 2.125 + 7.5 + 1
        (0.2, 10.625),
        # 0.5 and more: all of winter: 2.5 + 1
        (0.5, 3.5),
        (0.8, 3.5),
    ],
)
def test_ships_sail_on_the_days_gained(added: float, expected: float) -> None:
    """
    Proves: days gained on a link are trips gained by its ships, up to all the days (arithmetic beside the figures).
    If it were ignored (family availability off): 1.875 + 0.625 x 20 = 14.375.
    """
    case = storm_and_ships([project("wall", 1.0)], [wall(added)])
    assert cost_of(case) == near(expected)
    assert cost_of(without(case, "availability")) == near(14.375)


def test_two_works_on_the_ships_link_share_the_days() -> None:
    """
    Proves: 0.3 and 0.4 give 0.5 of winter, all of it: 2.5 + 2 = 4.5 in 2 x 5 trips. 0.4 alone: 2.375 + 0.125 x 20 + 1 =
    5.875.
    If the two went beyond all the days: 6 trips in winter; if they did not add up: 5.875.
    """
    case = storm_and_ships([project("wall", 1.0), project("radar", 1.0)], [wall(0.3), wall(0.4, "radar")])
    plan = solve(case)
    assert plan.outcome.objective == near(4.5)
    assert plan.tables["sailings"]["most_trips"].tolist() == [near(5.0), near(5.0)]
