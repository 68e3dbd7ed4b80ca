"""Prices per TEU and per tonne: boxes and bulk pay the one that is given, and of two their own."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import CLOSE, solve
from tests.minis import demand, link, make_case

BOXES = {"commodity": "boxes"}
GRAIN = {"commodity": "grain", "unit": "kt"}


def priced(cargo: dict[str, str], per_teu: float | None, per_t: float | None, **sheets: Any) -> Case:
    """10 units of cargo over a link with these prices, million USD per kTEU and kt; boxes of 10 t, grain of 20 t."""
    leg = link("AB", "A-B", container_cost=per_teu, tonne_cost=per_t)
    return make_case("mini", "AB", [leg], [demand("D", "A-B", 10.0, **cargo)], years=(2026,), **sheets)


@pytest.mark.parametrize(
    ("cargo", "per_teu", "per_t", "cost"),
    [
        (BOXES, None, 0.03, 3.0),  # 10 kTEU of 10 t at 0.03 a kt: 10 x 10 x 0.03
        (BOXES, 1.0, 0.03, 10.0),  # their own price: 10 x 1
        (BOXES, None, None, 0.0),
        (GRAIN, 1.0, None, 0.5),  # 10 kt are 0.5 kTEU-equivalents: 0.5 x 1
        (GRAIN, 1.0, 0.03, 0.3),  # their own price: 10 x 0.03
        (GRAIN, None, 0.03, 0.3),
    ],
)
def test_a_leg_costs_what_one_of_its_prices_says(
    cargo: dict[str, str], per_teu: float | None, per_t: float | None, cost: float
) -> None:
    """Proves: a leg priced only per tonne is paid by boxes for the tonnes in them; where both prices are given each
    form pays its own; the verifier agrees. If it were ignored: boxes would ride free past a price per tonne."""
    assert solve(priced(cargo, per_teu, per_t)).outcome.objective == pytest.approx(cost, rel=CLOSE)


@pytest.mark.parametrize(
    ("cargo", "per_teu", "per_t", "cost"),
    [(BOXES, None, 0.02, 2.0), (BOXES, 0.7, 0.02, 7.0), (GRAIN, 0.7, None, 0.35), (GRAIN, 0.7, 0.02, 0.2)],
)
@pytest.mark.parametrize(
    ("kind", "asset", "item"),
    [
        ("link", "AB", "transport"),
        ("carrier", "rail 1520", "transport"),
        ("link", "AB", "surcharge"),
        ("node", "A", "terminal"),
    ],
)
def test_a_tariff_costs_what_one_of_its_prices_says(
    cargo: dict[str, str], per_teu: float | None, per_t: float | None, cost: float, kind: str, asset: str, item: str
) -> None:
    """Proves: rows of Costs follow the same rule for transport, surcharge and handling: 10 kTEU of 10 t at 0.02 a kt
    are 2.0, 10 kt of 20 t a TEU at 0.7 are 0.35. If it were ignored: the sheets would read their prices differently."""
    tariff = {"commodity": cargo["commodity"], "asset_kind": kind, "asset": asset, "item": item}
    row = {**tariff, "container_cost": per_teu, "tonne_cost": per_t}
    plan = solve(priced(cargo, 0.0, 0.0, Costs=[row]))
    assert plan.outcome.objective == pytest.approx(cost, rel=CLOSE)


def test_empty_boxes_pay_by_the_tonne_too() -> None:
    """Proves: 10 kTEU from A to B are hired at A for nothing and go back empty to A, where alone they are handed back:
    loaded 10 x 10 t x 0.03 = 3.0, empty 10 x 2 t x 0.03 x half the tariff = 0.3. If it were ignored: empties would ride
    free where boxes pay by the tonne."""
    settings = {"empty_cost_share": 0.5, "empty_tonnes_per_teu": 2.0}
    boxes = [{"node": "A", "pick_up_cost": 0.0, "drop_off_cost": 0.0}, {"node": "B"}]
    case = priced(BOXES, None, 0.03, Boxes=boxes, settings=settings)
    assert solve(case).outcome.objective == pytest.approx(3.3, rel=CLOSE)
