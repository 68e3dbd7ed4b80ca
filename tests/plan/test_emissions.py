"""The emissions table counts all that the policies and the costs count."""

from __future__ import annotations

from tests.formulation.solving import near, solve, terms, without
from tests.formulation.test_fleets import crossing
from tests.minis import demand


def test_emissions_count_ship_fuel() -> None:
    """
    Proves: 8 round trips burn 8 x 20 t at 0.003 kt CO2/t = 0.48 kt; 3 kTEU of 10 kt each on 1,000 km at 2 g per tkm
    give 3 x 10 x 1000 x 2e-6 = 0.06 kt: 0.54 kt in the table, and at 0.5 million USD a kt the costs of CO2 are 0.27.
    If ship fuel were left out: the table would say 0.06 while the costs and the policies count 0.54.
    """
    case = crossing(
        [demand("there", "A-B", 2.0), demand("back", "B-A", 1.0)],
        {"existing": 1},
        {"fuel_t": 20.0},
        link_figures={"length_km": 1000.0, "co2_g_per_tkm": 2.0},
        settings={"fuel_co2": 0.003, "co2_price": 0.5},
    )
    plan = solve(case)
    table = plan.tables["emissions"]
    assert table[["period", "carrier"]].to_numpy().tolist() == [["2026", "container ship"]]
    paid = terms(plan)
    assert table["co2_kt"].sum() == near((paid["co2"] + paid["ship_co2"]) / 0.5)
    assert paid["ship_co2"] == near(0.24)
    assert paid["co2"] > 0
    ashore = solve(without(case, "fleet"))
    assert ashore.tables["emissions"]["co2_kt"].sum() == near(terms(ashore)["co2"] / 0.5)
