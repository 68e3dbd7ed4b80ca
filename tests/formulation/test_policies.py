"""Policies: shares through areas, floors and ceilings on links (issue 3, item 6).

10 kTEU of 10 t go from A to B by the North (R, area Russia) at 2 or over the Caspian (C) at 3, unless told. A box left
behind costs 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import cost_of, near, on_links, policy, refusal, solve, without
from tests.minis import Record, demand, link, make_case, node


def rivals(*policies: Record, demands: Sequence[Record] = (), years: Any = (2026,), **more: Any) -> Case:
    """A-R-B at 2 against A-C-B at 3."""
    return make_case(
        "rivals",
        [
            node("A", country="CN"),
            node("R", country="RU", area="Russia"),
            node("C", country="KZ", area="Caspian; Middle"),
            node("B", country="DE"),
        ],
        [
            link("AR", "A-R"),
            link("RB", "R-B", route_group="North"),
            link("AC", "A-C", container_cost=1.5),
            link("CB", "C-B", container_cost=1.5, route_group="Middle"),
        ],
        demands or [demand("D", "A-B", 10.0, group="west")],
        years=years,
        Policies=list(policies),
        **more,
    )


# Shares through areas ---------------------------------------------------------------------------------------------


def through_russia(sense: str, value: float, **more: Any) -> Record:
    """Share of the demands that may enter Russia."""
    return policy("Russia", "area share", sense, value, areas="Russia", **more)


def test_at_most_a_share_through_an_area() -> None:
    """
    Proves: at most 30 % of 100 kt through Russia: 3 x 2 + 7 x 3 = 27; a kt more there would save 0.1, as it costs 2
    instead of 3 for 10 kt, and a kt less would cost as much.
    If it were ignored (family policies off): 20.
    """
    case = rivals(through_russia("<=", 0.3))
    plan = solve(case)
    assert plan.outcome.objective == near(27.0)
    level = plan.tables["policy_levels"].iloc[0]
    assert (level["counted"], level["limit"], level["missed"]) == (near(30.0), near(30.0), near(0.0))
    assert (level["shadow_price"], level["loss_price"], level["price_note"]) == (near(0.1), near(0.1), "")
    off = solve(without(case, "policies"))
    assert off.outcome.objective == near(20.0)
    assert off.tables["policy_levels"].empty


@pytest.mark.parametrize("marked", [{"demands": "W"}, {"demands": "west"}, {"demands": "boxes"}, {"country": "DE"}, {}])
def test_a_policy_counts_the_demands_it_names(marked: Record) -> None:
    """
    Proves: demands are named by key, group, commodity or country at an end. W (10 kTEU to DE) and E (10 to KZ's
    neighbour T, by Russia at 2 or the Caspian at 3) both lean north. Named W, its group or DE: W is cut to 3 through
    Russia, 27, E stays 20: 47. By commodity, or with nothing named: 30 % of both together: 6 x 2 + 14 x 3 = 54.
    If the names were ignored: 54 throughout.
    """
    case = make_case(
        "two demands",
        [node("A", country="CN"), node("R", country="RU", area="Russia"), "C", node("B", country="DE"), node("T")],
        [
            link("AR", "A-R"), link("RB", "R-B"), link("RT", "R-T"),
            link("AC", "A-C", container_cost=1.5), link("CB", "C-B", container_cost=1.5),
            link("CT", "C-T", container_cost=1.5),
        ],
        [demand("W", "A-B", 10.0, group="west"), demand("E", "A-T", 10.0, group="east")],
        years=(2026,),
        Policies=[through_russia("<=", 0.3, **{str(key): value for key, value in marked.items()})],
    )  # fmt: skip
    whole = not marked or marked.get("demands") == "boxes"
    assert cost_of(case) == near(54.0 if whole else 47.0)


def test_loading_inside_an_area_counts_and_is_counted_once() -> None:
    """
    Proves: cargo that starts in Russia is inside it: of 10 kTEU from R to B straight on at 1, 30 % may leave by rail,
    the rest stays: 3 + 7 x 20 = 143. Cargo on two links within the area has entered once: A-R-S-B keeps its 3 through
    Russia.
    If starting inside did not count: 10.
    """
    inside = rivals(through_russia("<=", 0.3), demands=[demand("D", "R-B", 10.0)])
    assert cost_of(inside) == near(143.0)
    twice = make_case(
        "two nodes in Russia",
        ["A", node("R", area="Russia"), node("S", area="Russia"), "C", "B"],
        [link("AR", "A-R", container_cost=0.5), link("RS", "R-S", container_cost=0.5), link("SB", "S-B")]
        + [link("AC", "A-C", container_cost=1.5), link("CB", "C-B", container_cost=1.5)],
        [demand("D", "A-B", 10.0)],
        years=(2026,),
        Policies=[through_russia("<=", 0.3)],
    )
    assert cost_of(twice) == near(27.0)


def test_an_exact_share_of_the_cheap_side() -> None:
    """Proves: '=' 30 % through Russia, which would be 100 %: 27. If '=' were ignored: 20."""
    assert cost_of(rivals(through_russia("=", 0.3))) == near(27.0)


@pytest.mark.parametrize("sense", [">=", "="])
def test_at_least_a_share_through_an_area(sense: str) -> None:
    """
    Proves: at least (or exactly) half over the Caspian, which by itself would have none: 5 x 2 + 5 x 3 = 25.
    If ignored: 20.
    """
    case = rivals(policy("Caspian", "area share", sense, 0.5, areas="Middle"))
    assert solve(case).outcome.objective == near(25.0)


# Floors and ceilings on links -------------------------------------------------------------------------------------


def on(links: str, sense: str, value: float, **more: Any) -> Record:
    """Flow on links in kTEU."""
    return policy("flow", "link flow", sense, value, links=links, measure="kTEU", **more)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # 4 kTEU on RB by key or by route group: 4 x 2 + 6 x 3
        (on("RB", "<=", 4.0), 26.0),
        (on("North", "<=", 4.0), 26.0),
        # 40 kt are 4 kTEU of 10 t
        (policy("flow", "link flow", "<=", 40.0, links="RB"), 26.0),
        # sanction: nothing at all
        (on("North", "<=", 0.0), 30.0),
        # two links named: each unit counts on both, so 4 units of use are 2 kTEU
        (on("AR; RB", "<=", 4.0), 28.0),
        # exact, below what would go by itself
        (on("RB", "=", 4.0), 26.0),
        # not binding
        (on("RB", "<=", 10.0), 20.0),
    ],
)
def test_ceilings_on_links(row: Record, expected: float) -> None:
    """
    Proves: ceilings by link or route group, in kTEU or kt (arithmetic beside the figures).
    If they were ignored: 20.
    """
    assert cost_of(rivals(row)) == near(expected)


def test_both_directions_of_a_link_count() -> None:
    """
    Proves: 5 kTEU each way under a ceiling of 8 on RB: 2 of the 10 go by the Caspian: 8 x 2 + 2 x 3 = 22.
    If only one direction counted: 20.
    """
    both = [demand("W", "A-B", 5.0), demand("E", "B-A", 5.0)]
    assert cost_of(rivals(on("RB", "<=", 8.0), demands=both)) == near(22.0)


def test_a_policy_holds_in_its_years() -> None:
    """Proves: a ceiling of 4 in 2027 only: 20 + 26 + 20 = 66. If its years were ignored: 78."""
    case = rivals(on("RB", "<=", 4.0, first_year=2027, last_year=2027), years=(2026, 2027, 2028))
    plan = solve(case)
    assert plan.outcome.objective == near(66.0)
    assert plan.tables["policy_levels"]["period"].tolist() == ["2027"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # take or pay: 6 kTEU by the Caspian: 4 x 2 + 6 x 3
        (on("CB", ">=", 6.0), 26.0),
        (on("Middle", "=", 6.0), 26.0),
        (policy("flow", "link flow", ">=", 60.0, links="CB"), 26.0),
    ],
)
def test_floors_on_links(row: Record, expected: float) -> None:
    """
    Proves: floors by link or route group, in kTEU or kt (arithmetic beside the figures).
    If they were ignored: 20.
    """
    plan = solve(rivals(row))
    assert plan.outcome.objective == near(expected)
    assert on_links(plan)["CB"] == near(6.0)


def test_a_floor_is_not_kept_by_going_round_in_circles() -> None:
    """
    Proves: routes are simple: a floor of 12 kTEU on CB, whose two directions count, is kept by cargo that has a reason
    to use it once a route, not by the 10 kTEU crossing it to and fro. With 10 kTEU from A to B and 4 from B to A, 12 of
    the 14 take it: 2 x 2 + 12 x 3 = 40.
    If routes could turn on the link: 5 kTEU or fewer would do it twice and more.
    """
    both = [demand("W", "A-B", 10.0), demand("E", "B-A", 4.0)]
    assert cost_of(rivals(on("CB", ">=", 12.0), demands=both)) == near(40.0)


def test_a_floor_out_of_reach_is_said_in_words() -> None:
    """
    Proves: 12 kTEU on a link for 10 kTEU of cargo: no plan, the outcome is infeasible and names policy, year and what
    is short.
    If the breach price were a cost like others: a plan of 30 + 2 x 100.
    """
    message = refusal(rivals(on("CB", ">=", 12.0)))
    assert "flow in 2026 (short by 2)" in message


def test_empties_count_where_everything_counts() -> None:
    """
    Proves: 5 kTEU east, 2 west and 3 empties back make 10 on the leg. A ceiling of 8 for all that moves lets x = 4 go
    each way: 4 + 2 + 2 x 0.5 + 20 = 27. A ceiling of 8 for the commodity 'boxes' counts the 7 full ones: 8.5.
    If empties never counted: 8.5 in both; if they counted as the commodity: 27 in both.
    """
    for counted, expected in ((None, 27.0), ("boxes", 8.5)):
        case = make_case(
            "trade",
            "AB",
            [link("AB", "A-B")],
            [demand("east", "A-B", 5.0), demand("west", "B-A", 2.0)],
            years=(2026,),
            Boxes=[{"node": "A"}, {"node": "B"}],
            Policies=[on("AB", "<=", 8.0, demands=counted)],
        )
        assert cost_of(case) == near(expected)
