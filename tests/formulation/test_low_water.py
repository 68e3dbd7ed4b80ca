"""Low water: missing depth takes payload, dredging gives it back for some years (issue 3, item 3).

One ship of 2.5 kTEU a year each way at full draught loses 10 % of it for each half metre missing at A. A unit carried
costs 1, one left behind 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from model.case.case import Case
from tests.formulation.solving import cost_of, near, openings, solve, without
from tests.minis import Record, budget, demand, link, make_case, project


def shallow(
    amount: float,
    missing: Mapping[int, float],
    years: Sequence[int] = (2026,),
    projects: Sequence[Record] = (),
    dredging: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A-B by one ship; `missing` is the depth missing at A by year, `dredging` the effect there of project 'dig'."""
    effects = [{"project": "dig", "asset_kind": "node", "asset": "A", **dredging}] if dredging else []
    vessel = {"vessel": "feeder", "country": "KZ", "existing": 1, "payload_kteu": 0.25, "payload_kt": 100.0}
    return make_case(
        "shallow",
        "AB",
        [link("AB", "A-B", carrier="container ship")],
        [demand("D", "A-B", amount)],
        years=years,
        Vessels=[{**vessel, "payload_loss": 0.1, **more.pop("ship", {})}],
        Services=[
            {"service": "line", "link": "AB", "vessel": "feeder", "round_trip_days": 35.0, "depth_node": "A"}
            | more.pop("service", {})
        ],
        WaterLevels=[{"node": "A", **missing}],
        Projects=list(projects),
        ProjectEffects=effects,
        **more,
    )


def test_missing_depth_takes_payload() -> None:
    """
    Proves: 1 m missing at 10 % a half metre leaves 0.8 x 2.5 = 2 kTEU of 2.5: 2 + 0.5 x 20 = 12.
    If it were ignored (no water level, or the family fleet off): 2.5.
    """
    case = shallow(2.5, {2026: 1.0})
    plan = solve(case)
    assert plan.outcome.objective == near(12.0)
    assert plan.tables["sailings"][["trips", "payload_share"]].to_numpy().tolist() == [[near(10.0), near(0.8)]]
    assert cost_of(shallow(2.5, {2026: 0.0})) == near(2.5)
    assert cost_of(without(case, "fleet")) == near(2.5)


def test_weight_is_lost_as_slots_are() -> None:
    """
    Proves: a payload of 2 kt a trip carries 20 kt = 2 kTEU of 10 t; with 1 m missing 16 kt = 1.6 kTEU: 1.6 + 0.4 x 20 =
    9.6.
    If only slots shrank (2.5 to 2.0 kTEU): 2.
    """
    assert cost_of(shallow(2.0, {2026: 1.0}, ship={"payload_kt": 2.0})) == near(9.6)


def test_depth_follows_its_path() -> None:
    """
    Proves: 0 m in 2026 and 2 m in 2028 mean 1 m in 2027: room for 2.5, 2.0, 1.5 of 2.5 kTEU: 6 + (0 + 0.5 + 1) x 20 =
    36.
    If the level of the first year held: 7.5; if that of the last: 4.5 + 60 = 64.5.
    """
    assert cost_of(shallow(2.5, {2026: 0.0, 2028: 2.0}, (2026, 2027, 2028))) == near(36.0)


def test_only_the_depth_node_matters() -> None:
    """
    Proves: a service without a depth node sails at full payload whatever A's level: 2.5.
    If every port of the link counted: 12.
    """
    assert cost_of(shallow(2.5, {2026: 1.0}, service={"depth_node": None})) == near(2.5)


def test_a_dry_port_takes_nothing() -> None:
    """
    Proves: payload does not fall below 0: at 6 m missing, 1 - 0.1 x 12 < 0, all 2.5 stay: 50.
    If it did: a negative room and no plan at all.
    """
    assert cost_of(shallow(2.5, {2026: 6.0})) == near(50.0)


FOUR_YEARS = (2026, 2027, 2028, 2029)


@pytest.mark.parametrize(
    ("effect_years", "maximum_modules", "expected", "opens"),
    [
        # each dredging lasts two years; two of them keep all four years deep: 4 x 2.5 + 2 x 3
        (2, 3, 16.0, {("dig", 2026): 1, ("dig", 2028): 1}),
        # only one allowed: two deep years 2 x 2.5, two shallow ones 2 x 12, and 3
        (2, 1, 32.0, None),
        # for good: 10 + 3
        (None, 3, 13.0, {("dig", 2026): 1}),
    ],
)
def test_dredging_wears_off_and_is_repeated(
    effect_years: int | None, maximum_modules: int, expected: float, opens: dict[tuple[str, int], int] | None
) -> None:
    """
    Proves: a dredging of 1 m for 3 restores the missing 1 m for its years and no longer, and can be done again; each
    deep year saves 0.5 x 19 = 9.5 (arithmetic beside the figures).
    If wearing off were ignored: 13 in all. If dredging did nothing: 4 x 12 = 48.
    """
    case = shallow(
        2.5,
        {2026: 1.0},
        FOUR_YEARS,
        [project("dig", 3.0, maximum_modules=maximum_modules)],
        {"added_depth": 1.0, "effect_years": effect_years},
    )
    plan = solve(case)
    assert plan.outcome.objective == near(expected)
    if opens:
        assert openings(plan) == opens


def test_half_the_depth_gives_half_the_payload_and_two_give_all() -> None:
    """
    Proves: 0.5 m of the missing 1 m gives 10 % back: one module for 3: 2.25 + 0.25 x 20 + 3 = 10.25; two: 2.5 + 6 =
    8.5.
    If one restored everything: 5.5; if modules did not add up: 10.25.
    """
    half = {"added_depth": 0.5}
    one = shallow(2.5, {2026: 1.0}, projects=[project("dig", 3.0)], dredging=half)
    two = shallow(2.5, {2026: 1.0}, projects=[project("dig", 3.0, maximum_modules=2)], dredging=half)
    assert cost_of(one) == near(10.25)
    plan = solve(two)
    assert plan.outcome.objective == near(8.5)
    assert plan.tables["sailings"]["payload_share"].tolist() == [near(1.0)]


def test_digging_deeper_than_is_missing_gains_nothing() -> None:
    """
    Proves: 2 m dug where 0.5 m is missing restore the full payload and no more: 3 kTEU: 2.5 + 0.5 x 20 + 1 = 13.5.
    If the rest of the depth counted: 3 + 1 = 4.
    """
    case = shallow(3.0, {2026: 0.5}, projects=[project("dig", 1.0)], dredging={"added_depth": 2.0})
    assert cost_of(case) == near(13.5)


def test_one_module_restores_one_module_whatever_could_be_built() -> None:
    """
    Proves: what a dredging gives back depends on the dredgings done and the trips sailed, not on modules and ships that
    could be bought but are not. The budget of 10 allows one module of 0.5 m of two, and no second ship: payload 0.9,
    2.25 of 2.5 kTEU; at 100 left behind: 2.25 + 0.25 x 100 + 10 = 37.25.
    If only 'deep <= modules x trips' and 'deep <= most trips x modules done' held: 20 trips of two ships x 1 module let
    the one module count twice on the 10 trips sailed: 2.5 + 10 = 12.5.
    """
    case = shallow(
        2.5,
        {2026: 1.0},
        projects=[project("dig", 10.0, maximum_modules=2)],
        dredging={"added_depth": 0.5},
        ship={"purchase_cost": 500.0, "maximum_purchases": 1, "delivery_years": 0},
        settings={"unserved_penalty_per_teu": 100.0},
        Budgets=[budget("works", (2026, 2026), 10.0)],
    )
    assert cost_of(case) == near(37.25)
