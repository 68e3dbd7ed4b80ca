"""Empty containers balance at every market of the Boxes sheet (issue 3, item 4).

Legs cost 1 a full TEU and half of that an empty one; a box left behind costs 20. A blank price of hire means: no hire.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import cost_of, near, on_links, solve, terms, unserved, without
from tests.minis import Record, demand, link, make_case, node

FIGURES = ["full_in", "full_out", "empty_in", "empty_out", "hired", "handed_in"]


def market(key: str, pick_up: float | None = None, drop_off: float | None = None) -> Record:
    """A market where boxes balance."""
    return {"node": key, "pick_up_cost": pick_up, "drop_off_cost": drop_off}


def trade(east: float, west: float, *markets: Record, **more: Any) -> Case:
    """A-B with boxes both ways; the leg takes `link_figures`."""
    return make_case(
        "trade",
        more.pop("nodes", "AB"),
        [link("AB", "A-B", **more.pop("link_figures", {}))],
        [demand("east", "A-B", east), demand("west", "B-A", west)],
        years=(2026,),
        Boxes=list(markets) or [market("A"), market("B")],
        **more,
    )


def test_imbalance_sends_empties_back() -> None:
    """
    Proves: 5 kTEU east and 2 west leave 3 at B, which ride back at half the price: 5 + 2 + 3 x 0.5 = 8.5.
    If it were ignored (family empties off): 7.
    """
    case = trade(5.0, 2.0)
    plan = solve(case)
    assert plan.outcome.objective == near(8.5)
    boxes = plan.tables["boxes"].set_index("node")[FIGURES]
    assert list(boxes.loc["A"]) == [near(2), near(5), near(3), near(0), near(0), near(0)]
    assert list(boxes.loc["B"]) == [near(5), near(2), near(0), near(3), near(0), near(0)]
    off = solve(without(case, "empties"))
    assert off.outcome.objective == near(7.0)
    assert off.tables["boxes"].empty


def test_empties_have_no_share_of_a_demand() -> None:
    """
    Proves: the flows of the two demands are all of them; what rides back empty has no share, and the plan is verified.
    If it had one: of the most that could leave a market, which nobody asks for, 77 % would be told as carried.
    """
    flows = solve(trade(5.0, 2.0)).tables["route_flows"].set_index("demand")
    asked = ~flows.index.str.startswith("empty")
    assert flows.loc[asked, "share"].tolist() == [near(1.0), near(1.0)]
    assert flows.loc[~asked, "share"].isna().tolist() == [True]


def test_balanced_trade_needs_no_empties() -> None:
    """Proves: 5 each way balance: 10 and no empty leg. If empties moved regardless: more than 10."""
    plan = solve(trade(5.0, 5.0))
    assert plan.outcome.objective == near(10.0)
    assert set(plan.tables["link_flows"]["commodity"]) == {"boxes"}


def test_empties_take_container_capacity() -> None:
    """
    Proves: on a leg of 8 kTEU both ways together, x east takes x back in boxes, full or empty: 2x <= 8, x = 4; 1 is
    left: 4 + 2 + 2 x 0.5 + 20 = 27.
    If empties took no room: 7 full ones fit, 8.5. If it were ignored (family off): 7.
    """
    case = trade(5.0, 2.0, link_figures={"capacity_kteu": 8.0})
    plan = solve(case)
    assert plan.outcome.objective == near(27.0)
    assert unserved(plan) == {"east": near(1.0)}
    assert plan.tables["capacities"]["used"].tolist() == [near(8.0)]
    assert cost_of(without(case, "empties")) == near(7.0)


def test_empties_weigh_on_tonnage() -> None:
    """
    Proves: boxes of 10 t and empties of 2 t share 73 kt: x east with 2 west needs 10 x + 20 + 2 (x - 2) = 73, x = 4.75:
    4.75 + 2 + 2.75 x 0.5 + 0.25 x 20 = 13.125.
    If empties weighed nothing: 70 kt fit, 8.5; if they weighed as full ones: 20 x = 73, x = 3.65.
    """
    case = trade(5.0, 2.0, link_figures={"capacity_kt": 73.0}, settings={"empty_tonnes_per_teu": 2.0})
    assert cost_of(case) == near(13.125)
    assert cost_of(without(case, "empties")) == near(7.0)


@pytest.mark.parametrize(
    ("pick_up", "drop_off", "expected", "hired"),
    [
        # 0.1 + 0.2 a box against 0.5 for the empty leg: 7 + 3 x 0.3
        (0.1, 0.2, 7.9, 3.0),
        # 0.4 + 0.4 against 0.5: they ride back
        (0.4, 0.4, 8.5, 0.0),
        # no hire at A, handing in at B alone does not balance A
        (None, 0.2, 8.5, 0.0),
    ],
)
def test_hire_replaces_empties_where_it_is_cheaper(
    pick_up: float | None, drop_off: float, expected: float, hired: float
) -> None:
    """
    Proves: boxes are hired at A and handed in at B when that beats the empty leg (arithmetic beside the figures).
    If hire were ignored: 8.5 throughout; if it were free: 7.
    """
    plan = solve(trade(5.0, 2.0, market("A", pick_up), market("B", None, drop_off)))
    assert plan.outcome.objective == near(expected)
    assert plan.tables["boxes"]["hired"].sum() == near(hired)
    assert terms(plan).get("box_hire", 0.0) == near(hired * ((pick_up or 0.0) + drop_off))


def test_boxes_that_cannot_return_do_not_leave() -> None:
    """
    Proves: on a one-way leg without hire no box may leave A: 5 x 20 = 100; with hire at 0.3 and 0.4: 5 + 5 x 0.7 = 8.5.
    If it were ignored (family off): 5.
    """
    one_way = {"both_ways": False}
    stuck = trade(5.0, 0.0, link_figures=one_way)
    assert cost_of(stuck) == near(100.0)
    assert cost_of(trade(5.0, 0.0, market("A", 0.3), market("B", None, 0.4), link_figures=one_way)) == near(8.5)
    assert cost_of(without(stuck, "empties")) == near(5.0)


def test_markets_not_listed_need_not_balance() -> None:
    """
    Proves: with only A listed and hire there at 0.1, 3 boxes are hired and stay at B for nothing: 7 + 0.3 = 7.3.
    If B had to balance as well: no way but back, 8.5. With nothing listed: 7.
    """
    assert cost_of(trade(5.0, 2.0, market("A", 0.1))) == near(7.3)


def test_empties_go_wherever_boxes_are_short() -> None:
    """
    Proves: 3 kTEU go A to B and 3 go C to A: B has 3 too many, C 3 too few, and B-C is the shortest way: 3 + 3 + 3 x
    0.5 = 7.5.
    If empties had to go back the way they came: B-A and A-C, 3 + 3 + 2 x 3 x 0.5 = 9. If ignored: 6.
    """
    case = make_case(
        "triangle",
        "ABC",
        [link("AB", "A-B"), link("BC", "B-C"), link("CA", "C-A")],
        [demand("D1", "A-B", 3.0), demand("D2", "C-A", 3.0)],
        years=(2026,),
        Boxes=[market("A"), market("B"), market("C")],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(7.5)
    assert on_links(plan, commodity="empty boxes") == {"BC": near(3.0)}
    assert cost_of(without(case, "empties")) == near(6.0)


def test_what_empties_pay_and_what_not() -> None:
    """
    Proves: a full box pays leg 1, surcharge 0.2, perceived 0.3, terminals 2 x 0.1, a day at 0.05, and CO2 for 10 t x
    100 km x 1000 g = 1 kt a kTEU at 0.1: 1.85; two of them 3.7. An empty one pays half of leg and terminals, 0.6, and
    CO2 for 2 t: 0.02; two of them 1.24. Together 4.94.
    If empties paid as full ones: 7.4; if they paid surcharge and perceived cost too: 5.94; if they emitted nothing:
    4.90.
    """
    ends = {"terminal_cost": 0.1}
    case = make_case(
        "prices",
        [node("A", **ends), node("B", **ends)],
        [link("AB", "A-B", surcharge=0.2, perceived_cost=0.3, co2_g_per_tkm=1000.0)],
        [demand("east", "A-B", 2.0, value_of_time=0.05)],
        years=(2026,),
        settings={"co2_price": 0.1, "empty_tonnes_per_teu": 2.0},
        Boxes=[market("A"), market("B")],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(4.94)
    assert terms(plan) == {
        "transport": near(3.0), "handling": near(0.6), "surcharge": near(0.4), "perceived": near(0.6),
        "time": near(0.1), "co2": near(0.24),
    }  # fmt: skip


def test_tariffs_by_commodity_are_not_for_empties() -> None:
    """
    Proves: a Costs row of 0.7 for boxes on the leg leaves the empties at half of the general 1: 5 x 0.7 + 5 x 0.5 = 6.
    If it held for empties too: 3.5 + 1.75 = 5.25; if it were ignored: 7.5.
    """
    tariff = {"commodity": "boxes", "asset_kind": "link", "asset": "AB", "item": "transport", "container_cost": 0.7}
    assert cost_of(trade(5.0, 0.0, Costs=[tariff])) == near(6.0)


def test_bulk_in_boxes_is_no_matter_of_balance() -> None:
    """
    Proves: grain that rides in boxes on board (100 kt = 5 TEU-equivalents at 1) leaves no empties: 5.
    If it did: 5 boxes back for 2.5 more.
    """
    case = make_case(
        "grain",
        "AB",
        [link("AB", "A-B", carrier="container ship")],
        [demand("grain", "A-B", 100.0, commodity="grain", unit="kt"), demand("boxes", "A-B", 0.0)],
        years=(2026,),
        Boxes=[market("A"), market("B")],
    )
    assert cost_of(case) == near(5.0)


def test_empties_need_slots_on_board() -> None:
    """
    Proves: as in the triangle above, but B-C is a ship of 2.5 kTEU a year: 2.5 empties sail for 1.25, the last 0.5 go
    round by B-A and A-C for 2 x 0.5 x 0.5 = 0.5: 6 + 1.75 = 7.75.
    If empties took no slots: 7.5; if they could not sail: 9.
    """
    case = make_case(
        "triangle with a ship",
        "ABC",
        [link("AB", "A-B"), link("BC", "B-C", carrier="container ship"), link("CA", "C-A")],
        [demand("D1", "A-B", 3.0), demand("D2", "C-A", 3.0)],
        years=(2026,),
        Boxes=[market("A"), market("B"), market("C")],
        Vessels=[{"vessel": "feeder", "country": "KZ", "existing": 1, "payload_kteu": 0.25, "payload_kt": 100.0}],
        Services=[{"service": "line", "link": "BC", "vessel": "feeder", "round_trip_days": 35.0}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(7.75)
    assert plan.tables["sailings"]["trips"].tolist() == [near(10.0)]
    assert cost_of(without(case, "fleet")) == near(7.5)
