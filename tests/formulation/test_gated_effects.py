"""Projects that cut time, cost, CO2 and dwell instead of adding capacity (issue 3, item 7).

10 kTEU of 10 t ride A-B in 10 days at 1, worth 0.1 a day: 10 x (1 + 1) = 20 a year without projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from model.case.case import Case
from model.features.gates import rows as gates
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from tests.formulation.solving import cost_of, near, on_links, openings, solve, terms, without
from tests.minis import COMMODITIES, Record, demand, link, make_case, node, project

BOXES: Record = {**COMMODITIES[0], "value_of_time": 0.1}


def change(key: str, asset: str = "AB", kind: str = "link", **figures: float) -> Record:
    """What a project changes on an asset."""
    return {"project": key, "asset_kind": kind, "asset": asset, **figures}


def railway(projects: Sequence[Record], effects: Sequence[Record], **more: Any) -> Case:
    """A-B, and what else `more` says."""
    return make_case(
        "railway",
        more.pop("nodes", "AB"),
        [link("AB", "A-B", days_regular=10.0) | more.pop("link_figures", {}), *more.pop("links", ())],
        more.pop("demands", None) or [demand("D", "A-B", 10.0)],
        years=more.pop("years", (2026,)),
        Commodities=[BOXES, *COMMODITIES[1:]],
        Projects=list(projects),
        ProjectEffects=list(effects),
        **more,
    )


@pytest.mark.parametrize(
    ("figures", "settings", "expected"),
    [
        # a fifth of the time: 2 days x 0.1 x 10 = 2 saved for 1.5
        ({"time_change": -0.2}, {}, 19.5),
        # a quarter of the tariff: 2.5 saved
        ({"cost_change": -0.25}, {}, 19.0),
        # 100 kt x 100 km x 1000 g = 10 kt CO2 at 1 = 10 more; half of it saved
        ({"co2_change": -0.5}, {"co2_price": 1.0}, 26.5),
        # all three at once
        ({"time_change": -0.2, "cost_change": -0.25, "co2_change": -0.5}, {"co2_price": 1.0}, 22.0),
    ],
)
def test_a_project_cuts_time_cost_and_co2(
    figures: dict[str, float], settings: dict[str, float], expected: float
) -> None:
    """
    Proves: a project for 1.5 is built for what it cuts (arithmetic beside the figures) and the route says that it uses
    it.
    If its changes were ignored: 20 (30 with CO2 priced). If it need not be built (family gates off): 1.5 less.
    """
    case = railway(
        [project("P", 1.5)],
        [change("P", **figures)],
        link_figures={"co2_g_per_tkm": 1000.0},
        settings=settings,
    )
    plan = solve(case)
    assert plan.outcome.objective == near(expected)
    assert openings(plan) == {("P", 2026): 1}
    assert plan.tables["routes"]["projects_used"].tolist() == ["AB: P"]
    off = solve(without(case, "gates"))
    assert off.outcome.objective == near(expected - 1.5)
    assert openings(off) == {}


def test_a_dear_project_is_not_built_and_not_used() -> None:
    """
    Proves: saving 2 does not pay for 2.5: 20.
    If a part of the project could be built for a part of the cargo it would still be dearer; if its gate were open
    without it: 18.
    """
    plan = solve(railway([project("P", 2.5)], [change("P", time_change=-0.2)]))
    assert plan.outcome.objective == near(20.0)
    assert openings(plan) == {}
    assert plan.tables["routes"]["projects_used"].tolist() == [""]


def test_it_works_from_its_opening_on() -> None:
    """
    Proves: after two years of construction it serves 2028 and 2029: 2 x 20 + 2 x 18 + 3 = 79.
    If it worked at once: 75.
    """
    case = railway(
        [project("P", 3.0, construction_years=2)], [change("P", time_change=-0.2)], years=(2026, 2027, 2028, 2029)
    )
    plan = solve(case)
    assert plan.outcome.objective == near(79.0)
    assert openings(plan) == {("P", 2028): 1}


def test_two_projects_multiply() -> None:
    """
    Proves: a fifth off and half off leave 0.8 x 0.5 x 10 = 4 days: 10 x 1.4 + 0.5 + 1 = 15.5, both named together. P
    alone: 8 days, 18.5; Q alone: 5 days, 16.
    If the cuts were added: 3 days, 14.5; if only the better one counted: 16.
    """
    case = railway(
        [project("P", 0.5), project("Q", 1.0)], [change("P", time_change=-0.2), change("Q", time_change=-0.5)]
    )
    plan = solve(case)
    assert plan.outcome.objective == near(15.5)
    assert openings(plan) == {("P", 2026): 1, ("Q", 2026): 1}
    assert plan.tables["routes"]["projects_used"].tolist() == ["AB: P + Q"]
    assert plan.tables["routes"]["days"].tolist() == [near(4.0)]


def test_beside_a_better_one_the_rest_is_worth_less() -> None:
    """
    Proves: P saves 2 alone but only 1 beside Q, so at 1.5 it is built alone (Q excluded: 19.5) and not beside Q: 10 x
    1.5 + 1 = 16.
    If the cuts were added: both, 10 x 1.3 + 2.5 = 15.5.
    """
    projects = [project("P", 1.5), project("Q", 1.0)]
    effects = [change("P", time_change=-0.2), change("Q", time_change=-0.5)]
    assert cost_of(railway([projects[0], {**projects[1], "status": "excluded"}], effects)) == near(19.5)
    plan = solve(railway(projects, effects))
    assert plan.outcome.objective == near(16.0)
    assert openings(plan) == {("Q", 2026): 1}


def test_three_projects_and_four() -> None:
    """
    Proves: three projects of a tenth each at 0.1 are combined: 0.9 cubed leaves 7.29 days: 10 x 1.729 + 0.3 = 17.59. Of
    four, all together or one alone can be used: 6.561 days: 10 x 1.6561 + 0.4 = 16.961.
    If more than one could not be combined: 10 x 1.9 + 0.1 = 19.1.
    """
    for count, expected in ((3, 17.59), (4, 16.961)):
        names = [f"P{i}" for i in range(count)]
        case = railway([project(name, 0.1) for name in names], [change(name, time_change=-0.1) for name in names])
        plan = solve(case)
        assert plan.outcome.objective == near(expected)
        assert plan.tables["routes"]["projects_used"].tolist() == ["AB: " + " + ".join(names)]


def border(effects: Sequence[Record], *, transfer: bool, capex: float = 1.0, **figures: Any) -> Case:
    """10 kTEU A-B-C: 4 days and 0.5 at B, legs of a day and 1 each: 10 x (2 + 0.2 + 0.4 + 0.5) = 31."""
    way = "transfer" if transfer else "passing"
    dwell = {f"{way}_days_regular": 4.0, f"{way}_cost": 0.5}
    return make_case(
        "border",
        ["A", node("B", **dwell, **figures), "C"],
        [link("AB", "A-B", carrier="rail 1435" if transfer else "rail 1520"), link("BC", "B-C")],
        [demand("D", "A-C", 10.0)],
        years=(2026,),
        Commodities=[BOXES],
        Projects=[project("P", capex, project_class="soft")],
        ProjectEffects=list(effects),
    )


@pytest.mark.parametrize("transfer", [True, False])
def test_a_border_can_be_made_quicker_and_cheaper(transfer: bool) -> None:
    """
    Proves: half the dwell at B saves 10 x 2 x 0.1 = 2 for 1: 30; a fifth of its handling saves 10 x 0.1 = 1 more: 29.
    If dwell of nodes could not be cut: 31.
    """
    quicker = border([change("P", "B", "node", time_change=-0.5)], transfer=transfer)
    plan = solve(quicker)
    assert plan.outcome.objective == near(30.0)
    assert plan.tables["routes"]["projects_used"].tolist() == ["B: P"]
    both = border([change("P", "B", "node", time_change=-0.5, cost_change=-0.2)], transfer=transfer)
    assert cost_of(both) == near(29.0)
    assert cost_of(without(both, "gates")) == near(28.0)


def test_one_project_changes_several_places() -> None:
    """
    Proves: built once for 1, P cuts B's dwell by half (2 saved) and A-B's price by a tenth (1 saved): 31 - 3 + 1 = 29.
    If it were paid for each place: 30.
    """
    effects = [change("P", "B", "node", time_change=-0.5), change("P", "AB", cost_change=-0.1)]
    plan = solve(border(effects, transfer=True))
    assert plan.outcome.objective == near(29.0)
    assert plan.tables["routes"]["projects_used"].tolist() == ["AB: P; B: P"]


def test_surcharge_and_perceived_cost_are_not_cut() -> None:
    """
    Proves: half the price is half the tariff of 1, not of surcharge 0.2 and perceived 0.3: 10 x (0.5 + 0.5 + 1) + 1 =
    21, against 25.
    If they were cut as well: 18.5.
    """
    case = railway(
        [project("P", 1.0)],
        [change("P", cost_change=-0.5)],
        link_figures={"surcharge": 0.2, "perceived_cost": 0.3},
    )
    plan = solve(case)
    assert plan.outcome.objective == near(21.0)
    assert terms(plan) == {
        "capital": near(1.0), "transport": near(5.0), "surcharge": near(2.0), "perceived": near(3.0), "time": near(10.0)
    }  # fmt: skip


def test_a_quicker_link_wins_cargo_back() -> None:
    """
    Proves: a rival at 1.5 in a day costs 1.6 against 2.0: 16. With A-B cut by half to 1.5: 15 + 0.5 = 15.5, all cargo
    on AB.
    If the cut did not steer routes: 16.
    """
    case = railway(
        [project("P", 0.5)], [change("P", time_change=-0.5)], links=(link("rival", "A-B", container_cost=1.5),)
    )
    plan = solve(case)
    assert plan.outcome.objective == near(15.5)
    assert on_links(plan) == {"AB": near(10.0)}


# Gates are as tight as the data allow, and no tighter -------------------------------------------------------------


def test_both_directions_of_a_limited_link_use_the_change() -> None:
    """
    Proves: 100 kt each way on a link of 100 kt each way all ride quicker: 2 x 10 x 1.8 + 1 = 37.
    If the gate's bound were the capacity of one way: 10 of the 20 kTEU at 1.8, 10 at 2: 39.
    """
    case = railway(
        [project("P", 1.0)],
        [change("P", time_change=-0.2)],
        link_figures={"capacity_kt": 100.0, "capacity_direction": "each"},
        demands=[demand("there", "A-B", 10.0), demand("back", "B-A", 10.0)],
    )
    assert cost_of(case) == near(37.0)


def test_the_gate_leaves_room_for_capacity_that_projects_add() -> None:
    """
    Proves: link AB of 10 kt grows by 90 with T; all 100 kt then ride at 1.8: 18 + 1 + 1 = 20.
    If the bound were the base capacity: more.
    """
    case = railway(
        [project("P", 1.0), project("T", 1.0)],
        [change("P", time_change=-0.2), {**change("T"), "added_kt": 90.0}],
        link_figures={"capacity_kt": 10.0},
    )
    assert cost_of(case) == near(20.0)


def test_the_gate_leaves_room_for_what_a_partner_sets_free() -> None:
    """
    Proves: T adds 90 kt only with P beside it; then all 100 kt ride at 1.8: 18 + 2 = 20.
    If the gate's bound left the joint part out: 2 ways x 10 kt = 20 kt at 1.8, 80 kt at 2: 3.6 + 16 + 2 = 21.6.
    """
    case = railway(
        [project("P", 1.0), project("T", 1.0)],
        [
            change("P", time_change=-0.2),
            {**change("T"), "added_kt": 90.0, "partial_without": "P", "partial_share": 0.0},
        ],
        link_figures={"capacity_kt": 10.0},
    )
    assert cost_of(case) == near(20.0)


def test_the_gate_of_a_node_that_counts_handling_only() -> None:
    """
    Proves: a node of 50 kt that counts handling lets any number of trains pass, and all 100 kt pass quicker: 30.
    If the gate's bound were the node's capacity: only 50 kt, 1 of the 2 saved: 31.
    """
    case = border(
        [change("P", "B", "node", time_change=-0.5)], transfer=False, capacity_kt=50.0, capacity_counts="handling"
    )
    assert cost_of(case) == near(30.0)


def test_the_gate_leaves_room_for_both_halves_of_the_year() -> None:
    """
    Proves: with 80 % of the cargo in summer (80 kt of the 120 kt that a half year of a link of 120 kt both ways can
    take) all rides at 1.8: 18 + 1 = 19.
    If the bound were the season's share of the year's cargo (50 kt): 3 kTEU at 2, 19.6.
    """
    case = railway(
        [project("P", 1.0)],
        [change("P", time_change=-0.2)],
        link_figures={"capacity_kt": 240.0},
        Seasons=[
            {"season": "summer", "share_of_year": 0.5, "demand_share": 0.8},
            {"season": "winter", "share_of_year": 0.5, "demand_share": 0.2},
        ],
    )
    assert cost_of(case) == near(19.0)


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        ({}, {}, 100.0),
        ({"capacity_kt": 40.0}, {}, 40.0),
        ({"capacity_kt": 40.0, "capacity_direction": "each"}, {}, 80.0),
        ({"capacity_kt": 40.0}, {"capacity_kt": 30.0}, 30.0),
        ({"capacity_kt": 40.0}, {"capacity_kt": 30.0, "capacity_counts": "handling"}, 40.0),
    ],
)
def test_the_bound_of_a_gate_is_what_can_pass(line: Record, place: Record, expected: float) -> None:
    """
    Proves: of 100 kt of cargo no more can use the faster line than it takes both ways together (40), each way (80), or
    than the place at its end lets through (30; what passes is free where only handling counts).
    If it were ignored: a quarter of a project would do for all in the relaxation, and the bound would prove little.
    """
    case = railway(
        [project("P", 1.5)],
        [change("P", time_change=-0.2)],
        nodes=[node("A"), node("B", **place)],
        link_figures={"capacity_direction": "both", **line},
    )
    formulation = build(case, build_graph(case), RoutePool())
    assert gates.most_tonnes(formulation, ("2026", "year"), "link", "AB") == pytest.approx(expected)
