"""Ships sail as often as the cargo needs, as laden as depth allows, whatever a search leaves of free trips.

A ship makes 350 / 35 = 10 round trips a year of 0.25 kTEU each way.
"""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from model.case.case import Case
from model.features.fleet.limits import limits
from model.features.fleet.recount import idle_check
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import extract
from model.plan.use import all_limits, full_in
from model.plan.verify.verifier import verify
from model.solvers import engine
from model.solvers.core.progress import Progress
from tests.formulation.solving import OPTIONS, near, solve
from tests.formulation.test_fleets import crossing
from tests.formulation.test_low_water import shallow
from tests.minis import demand, project


def dredged() -> Case:
    """1 kTEU over a port that lacks 1 m (20 % of the payload); a committed dredging gives 0.5 m back (10 %)."""
    works = [project("dig", 1.0, status="committed", committed_opening=2026)]
    return shallow(1.0, {2026: 1.0}, projects=works, dredging={"added_depth": 0.5})


@cache
def dredged_plan() -> Plan:
    """Its best plan."""
    return solve(dredged())


def test_trips_that_a_search_leaves_are_told_as_the_cargo_needs_them() -> None:
    """
    Proves: 1 kTEU needs 4 full trips, at 90 % of the payload 4.444. The tables say so although the solution has all 10
    trips at 70 %, as if nobody had dredged: trips cost nothing, so that is as good a solution of the model.
    If the solution were told as it stands, or scaled: 5.714 trips, or all 10, at 'depth allows 70 %', and a link that
    is used by 44 % could be called full.
    """
    case = dredged()
    formulation = build(case, build_graph(case), RoutePool())
    filled = OPTIONS.filled(case)
    _, solution = engine.solve(formulation, filled, Progress(filled.time_limit, None))
    assert solution is not None
    block = formulation.operations("2026", "year")
    idle = {id(block.trips["line"]): 10.0, id(block.effective["line"]): 7.0}
    found = zip(solution.variables, solution.values, strict=True)
    values = np.array([idle.get(id(variable), value) for variable, value in found])
    sailings = extract(formulation, dataclasses.replace(solution, values=values))["sailings"]
    told = sailings[["trips", "most_trips", "payload_share"]].to_numpy().tolist()
    assert told == [[near(4 / 0.9), near(10.0), near(0.9)]]


@pytest.mark.parametrize(
    ("trips", "share", "failing"),
    [
        (4 / 0.9, 0.9, set()),
        (4 / 0.7, 0.7, {"payload is what depth allows"}),
        (9.0, 0.9, {"no trip is made that no cargo needs"}),
    ],
)
def test_the_verifier_refuses_trips_that_no_cargo_needs(trips: float, share: float, failing: set[str]) -> None:
    """
    Proves: the verifier works out payload and trips by itself: 4.444 trips at 90 % pass, a payload below what depth
    allows fails, and so do trips that sail empty.
    If any payload up to the depth, and any trips up to the most, passed: the use of ships would be arbitrary, verified.
    """
    plan = dredged_plan()
    sailings = plan.tables["sailings"].assign(trips=trips, payload_share=share)
    checks = verify(plan.case, {**plan.tables, "sailings": sailings}, plan.outcome.objective, {})
    assert set(checks.loc[~checks["ok"].astype(bool), "check"]) == failing


@pytest.mark.parametrize(("room", "ok"), [(1e-9, True), (0.01, False)])
def test_next_to_no_trips_need_no_cargo(room: float, ok: bool) -> None:
    """
    Proves: trips that could carry a thousandth of a kilogram pass without cargo, those for 10 TEU do not, whichever of
    the measures counts.
    If the share of the trips counted: all of next to nothing is not needed, and the verifier would refuse a whole plan
    for the dust of an LP (a future of the shipped case, 2035).
    """
    carried = {("L", "2035", "mild", measure): room for measure in ("kTEU", "kt")}
    assert idle_check({}, carried, carried).ok == ok


def test_ships_that_lie_idle_could_sail_too() -> None:
    """
    Proves: 2.5 kTEU take all 10 trips of one ship of three; two lie idle, so 30 could be made, the link is used by a
    third and not full; with one ship of one it is full.
    If only the ships that are needed counted: any line that a whole number of ships just serves would be full.
    """
    plans = [solve(crossing([demand("D", "A-B", 2.5)], {"existing": ships})) for ships in (3, 1)]
    found = [limits(plan.tables)[["used", "installed", "utilisation"]].to_numpy().tolist() for plan in plans]
    assert found == [[[near(10.0), near(30.0), near(1 / 3)]], [[near(10.0), near(10.0), near(1.0)]]]
    assert [full_in(all_limits(plan.tables), "2026") for plan in plans] == [[], [("link", "AB")]]
    assert plans[0].tables["fleets"]["assigned"].tolist() == [1]
