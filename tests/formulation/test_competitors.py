"""What steers cargo between corridors: surcharges, perceived cost, tariffs by commodity, background (issue 3, item 6).

10 kTEU of boxes choose between X at 1 and Y at 2.5, unless told.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import cost_of, near, on_links, solve, terms
from tests.minis import Record, demand, effect, link, make_case, node, project


def choice(demands: Record | None = None, **x: Any) -> Case:
    """A-B by X at 1 with these figures, or by Y at 2.5."""
    return make_case(
        "choice",
        "AB",
        [link("X", "A-B", **x), link("Y", "A-B", container_cost=2.5)],
        [demands or demand("D", "A-B", 10.0)],
        years=(2026,),
    )


def test_perceived_cost_drives_cargo_away() -> None:
    """
    Proves: X at 1 and 2 perceived loses to Y at 2.5: 25. With 1 perceived X stays: 10 paid and 10 perceived, and the
    price of the route has no part of it.
    If it were ignored: X at 10 in both.
    """
    away = solve(choice(perceived_cost=2.0))
    assert away.outcome.objective == near(25.0)
    assert on_links(away) == {"Y": near(10.0)}
    stays = solve(choice(perceived_cost=1.0))
    assert terms(stays) == {"transport": near(10.0), "perceived": near(10.0)}
    assert stays.tables["routes"]["cost_per_teu"].tolist() == [near(1000.0)]
    assert cost_of(choice()) == near(10.0)


def test_bulk_perceives_by_teu_equivalents() -> None:
    """
    Proves: 100 kt of grain are 5 TEU-equivalents of 20 t: 5 x 1 + 5 x 1 = 10.
    If a tonne counted as a TEU: Y at 12.5.
    """
    grain = demand("G", "A-B", 100.0, commodity="grain", unit="kt")
    assert cost_of(choice(grain, perceived_cost=1.0)) == near(10.0)


def test_surcharges_are_paid() -> None:
    """
    Proves: X at 1 + 1.2 keeps the cargo and the surcharge is in the route's price: 22. At 1 + 1.6 it loses it: 25.
    If it were ignored: 10.
    """
    stays = solve(choice(surcharge=1.2))
    assert terms(stays) == {"transport": near(10.0), "surcharge": near(12.0)}
    assert stays.tables["routes"]["cost_per_teu"].tolist() == [near(2200.0)]
    assert cost_of(choice(surcharge=1.6)) == near(25.0)


def tariff(kind: str, asset: str, item: str, **price: float) -> Record:
    """A Costs row for boxes."""
    return {"commodity": "boxes", "asset_kind": kind, "asset": asset, "item": item, **price}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], 10 * (1 + 0.3 + 1 + 0.2 + 0.4)),
        # AB at 0.7 a TEU
        ([tariff("link", "AB", "transport", container_cost=0.7)], 10 * (0.7 + 0.3 + 1 + 0.2 + 0.4)),
        # AB at 0.05 a tonne, 0.5 a TEU of 10 t
        ([tariff("link", "AB", "transport", tonne_cost=0.05)], 10 * (0.5 + 0.3 + 1 + 0.2 + 0.4)),
        # every link of the carrier at 0.7
        ([tariff("carrier", "rail 1520", "transport", container_cost=0.7)], 10 * (0.7 + 0.3 + 0.7 + 0.2 + 0.4)),
        # the link's row beats the carrier's, in any order
        (
            [
                tariff("link", "AB", "transport", container_cost=0.1),
                tariff("carrier", "rail 1520", "transport", container_cost=0.7),
            ],
            10 * (0.1 + 0.3 + 0.7 + 0.2 + 0.4),
        ),
        # passing at H 0.2 -> 0.05; terminal at A 0.2 -> 0 (B keeps its 0.2)
        ([tariff("node", "H", "passing", container_cost=0.05)], 10 * (1 + 0.3 + 1 + 0.05 + 0.4)),
        ([tariff("node", "A", "terminal", container_cost=0.0)], 10 * (1 + 0.3 + 1 + 0.2 + 0.2)),
        # surcharge of AB 0.3 -> 0.02 a tonne, 0.2 a TEU
        ([tariff("link", "AB", "surcharge", tonne_cost=0.02)], 10 * (1 + 0.2 + 1 + 0.2 + 0.4)),
        # another commodity's row, and an item that does not occur
        ([{**tariff("link", "AB", "transport", container_cost=0.7), "commodity": "grain"}], 10 * 2.9),
        ([tariff("node", "H", "transfer", container_cost=9.0)], 10 * 2.9),
    ],
)
def test_costs_rows_replace_general_figures(rows: list[Record], expected: float) -> None:
    """
    Proves: A-H-B pays 1 + surcharge 0.3, passing 0.2 at H, 1, and 0.2 at each terminal: 2.9 a TEU; each row replaces
    its item and no other (arithmetic beside the figures).
    If the sheet were ignored: 29 throughout.
    """
    case = make_case(
        "tariffs",
        [node("A", terminal_cost=0.2), node("H", passing_cost=0.2), node("B", terminal_cost=0.2)],
        [link("AB", "A-H", surcharge=0.3), link("HB", "H-B")],
        [demand("D", "A-B", 10.0)],
        years=(2026,),
        Costs=rows,
    )
    assert cost_of(case) == near(expected)


def test_a_project_cuts_the_tariff_of_a_commodity_too() -> None:
    """
    Proves: a quarter off the leg is a quarter off the Costs row of 0.8: 10 x 0.6 + 1 = 7.
    If it cut the general price of 1: 7.5 + 1; if nothing: 8.
    """
    case = make_case(
        "cut",
        "AB",
        [link("AB", "A-B")],
        [demand("D", "A-B", 10.0)],
        years=(2026,),
        Costs=[tariff("link", "AB", "transport", container_cost=0.8)],
        Projects=[project("P", 1.0)],
        ProjectEffects=[{**effect("P", "AB"), "cost_change": -0.25}],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(7.0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        # 10 - 3 = 7 of 9 boxes
        ({"capacity_kteu": 10.0, "background_kteu": 3.0}, 7 + 2 * 2.5),
        # 100 - 30 = 70 kt, 7 kTEU of 10 t
        ({"capacity_kt": 100.0, "background_kt": 30.0}, 7 + 2 * 2.5),
        # a link without limit has room for any background
        ({"background_kteu": 30.0}, 9.0),
        # the other measure's background is no matter
        ({"capacity_kteu": 10.0, "background_kt": 30.0}, 9.0),
        # a shut link and one with more background than room take nothing: all go the other way
        ({"capacity_kteu": 0.0, "background_kteu": 3.0}, 9 * 2.5),
        ({"capacity_kteu": 2.0, "background_kteu": 3.0}, 9 * 2.5),
        # each direction has its own background
        ({"capacity_kteu": 10.0, "background_kteu": 3.0, "capacity_direction": "each"}, 7 + 2 * 2.5),
    ],
)
def test_background_traffic_takes_room(figures: Record, expected: float) -> None:
    """
    Proves: traffic that the case does not route takes room of links (arithmetic beside the figures).
    If it were ignored: 9.
    """
    case = choice(demand("D", "A-B", 9.0), **{str(key): value for key, value in figures.items()})
    assert cost_of(case) == near(expected)


def test_background_traffic_takes_room_at_ports_and_from_projects() -> None:
    """
    Proves: port B has 10 kTEU with 6 taken: 4 of 9 boxes; a project of 5 more for 8 makes it 9: 9 + 8 = 17, against 4 +
    5 x 20 = 104.
    If background were ignored: 9, nothing built.
    """
    case = make_case(
        "port",
        ["A", node("B", capacity_kteu=10.0, background_kteu=6.0)],
        [link("AB", "A-B")],
        [demand("D", "A-B", 9.0)],
        years=(2026,),
        Projects=[project("P", 8.0)],
        ProjectEffects=[effect("P", "B", 5.0, kind="node")],
    )
    plan = solve(case)
    assert plan.outcome.objective == near(17.0)
    row = plan.tables["capacities"].iloc[0]
    assert (row["installed"], row["usable"], row["used"]) == (near(15.0), near(9.0), near(9.0))
