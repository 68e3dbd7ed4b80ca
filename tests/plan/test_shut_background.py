"""Other traffic on something that is shut: the plan goes round it, and the verifier agrees."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from model.case.timed import TimedChange
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from tests.minis import demand, link, make_case, node


def ferry(**sheets: Any) -> Case:
    """9 kTEU from A to B: by a link with room for 10 of which 4 are taken, or round by C at 3 a box instead of 1."""
    links = [
        link("AB", "A-B", capacity_kteu=10.0, background_kteu=4.0, days_regular=0.0),
        link("AC", "A-C", container_cost=1.5, days_regular=0.0),
        link("CB", "C-B", container_cost=1.5, days_regular=0.0),
    ]
    return make_case(
        "ferry", [node("A"), node("B"), node("C")], links, [demand("D", "A-B", 9.0)], years=(2026, 2027), **sheets
    )


def test_shut_from_a_year_on() -> None:
    """Proves: AB is shut from 2027 on: 6 by it and 3 round in 2026 (15), all 9 round in 2027 (27), undiscounted 42.
    If it were ignored: the room would be -4 and the case have no plan, without a word why."""
    case = ferry()
    row = int(case.table("Links").index[0])
    change = TimedChange("Links", "capacity_kteu", (row,), "set", 0.0, 2027)
    case = Case(case.name, case.tables, {**case.settings, "discount_rate": 0.0}, changes=(change,))
    outcome = make_plan(case, SolveOptions()).outcome
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(42.0)


def test_no_ships_in_winter() -> None:
    """Proves: in a winter of a quarter of the year the ferry does not sail: in summer 6 a year use it (4.5 of 6.75), in
    winter none of 2.25. By hand 4.5 + 2.25 × 3 + 2.25 × 3 = 18 a year, 36 in two. If it were ignored: ice would leave
    no plan."""
    case = ferry(
        Seasons=[
            {"season": "summer", "share_of_year": 0.75, "demand_share": 0.75},
            {"season": "winter", "share_of_year": 0.25, "demand_share": 0.25},
        ],
        Availability=[{"asset_kind": "link", "asset": "AB", "season": "winter", "availability": 0.0}],
    ).with_settings(discount_rate=0.0)
    outcome = make_plan(case, SolveOptions()).outcome
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(36.0)
