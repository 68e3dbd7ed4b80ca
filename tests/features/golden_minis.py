"""One mini a feature whose optimum is worked out by hand, with the feature and without, for tests/features/test_golden.

All carry 10 kTEU from A to B for 1 a kTEU; 'road' is a second way that costs 5 and has room for all; what is left
behind costs 20. One year, 2026, unless told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from model.case.case import Case
from tests.features.choice.cases import option, parallel
from tests.features.transfers.test_transfers import cut, railway
from tests.formulation.test_empties import market, trade
from tests.formulation.test_fleets import crossing
from tests.minis import Record, budget, demand, effect, link, make_case, node, project, rule


@dataclass(frozen=True)
class Mini:
    """A case, its least cost by hand (to `within`) with the feature and without (None: no switch), the sum in words."""

    case: Callable[[], Case]
    cost: float
    without: float | None
    words: str
    within: float = 1e-6


def way(
    links: Mapping[str, Any] | None = None,
    projects: Sequence[Record] = (),
    *,
    adds: float = 6.0,
    years: Sequence[int] = (2026,),
    settings: dict[str, Any] | None = None,
    **sheets: Any,
) -> Case:
    """A-B with the figures given (room for 4 unless told) and the road; each project adds `adds`."""
    figures = {"capacity_kteu": 4.0, **(links or {})}
    if projects:
        sheets = {"ProjectEffects": [effect(str(one["project"]), "AB", adds) for one in projects], **sheets}
        sheets["Projects"] = list(projects)
    return make_case(
        "mini",
        "AB",
        [link("AB", "A-B", **figures), link("road", "A-B", carrier="road", container_cost=5.0)],
        [demand("D", "A-B", 10.0)],
        years=years,
        settings=settings,
        **sheets,
    )


def half_the_year() -> Case:
    """Storms close A-B half of the year; the wall gives it back."""
    storms = {"asset_kind": "link", "asset": "AB", "availability": 0.5}
    walls = [{"project": "wall", "asset_kind": "link", "asset": "AB", "added_availability": 0.5}]
    return way({"capacity_kteu": 10.0}, [project("wall", 5.0)], Availability=[storms], ProjectEffects=walls)


def wires() -> Case:
    """A project halves the price of A-B, which takes 80 of 100 kt: the gate's bound is what the link can take."""
    cheaper = [{"project": "wires", "asset_kind": "link", "asset": "AB", "cost_change": -0.5}]
    return way({"capacity_kteu": 10.0, "capacity_kt": 80.0}, [project("wires", 2.0)], ProjectEffects=cheaper)


def queue() -> Case:
    """Above 8 of 10 kTEU each is delayed by two days, a day of which costs 0.5."""
    row = {"asset_kind": "link", "asset": "AB", "measure": "kTEU", "threshold": 0.8, "delay_days": 2.0}
    return way({"capacity_kteu": 10.0}, settings={"congestion_value_of_time": 0.5}, Congestion=[row])


def margin() -> Case:
    """A-B asks for two days of margin, worth half a day of 0.2 each."""
    boxes: Record = {
        "commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0, "value_of_time": 0.2,
        "value_of_reliability": 0.5,
    }  # fmt: skip
    figures = {"capacity_kteu": 10.0, "buffer_days": 2.0, "days_regular": 0.0}
    return way(figures, Commodities=[boxes])


def at_most(most: float) -> Record:
    """A policy: so many kTEU over A-B."""
    return {
        "policy": "quota", "kind": "link flow", "sense": "<=", "value": most, "links": ("AB",), "measure": "kTEU",
        "first_year": 2026,
    }  # fmt: skip


def paid_at_a() -> Case:
    """A-B has a surcharge of 0.5, and loading in A costs 0.25."""
    links = [link("AB", "A-B", surcharge=0.5), link("road", "A-B", carrier="road", container_cost=5.0)]
    return make_case("mini", [node("A", terminal_cost=0.25), "B"], links, [demand("D", "A-B", 10.0)], years=(2026,))


def one_way() -> Case:
    """A-B with room for 4, and no road."""
    return make_case("mini", "AB", [link("AB", "A-B", capacity_kteu=4.0)], [demand("D", "A-B", 10.0)], years=(2026,))


def renewed() -> Case:
    """P serves two years for 8, another two for 6, and 1 a year; half of its second life is left after 2028."""
    works = [project("P", 8.0, life_years=2, renewal_cost=6.0, upkeep=1.0)]
    return way(projects=works, years=(2026, 2027, 2028), settings={"salvage": "straight line"})


def slow() -> Case:
    """A day on the way costs 0.2 a kTEU, and A-B takes one."""
    boxes: Record = {
        "commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0, "value_of_time": 0.2,
    }  # fmt: skip
    return way({"capacity_kteu": 10.0}, Commodities=[boxes])


MINIS: dict[str, Mini] = {
    "asset_costs": Mini(renewed, 44.0, None, "8 + 6 for another life less 3 left of it + 3 years x 1 + 3 x 10 x 1"),
    "availability": Mini(half_the_year, 15.0, 30.0, "wall 5 + 10 x 1; without 5 x 1 + 5 x 5, the wall gives nothing"),
    "capacity": Mini(way, 34.0, 10.0, "4 x 1 + 6 x 5; without 10 x 1"),
    "carriage": Mini(paid_at_a, 17.5, None, "10 x (1 + 0.5 + 0.25)"),
    "choice": Mini(
        lambda: parallel(
            {"A-B": {"Middle": 1.0, "North": 1.0}}, [option("Middle", spread=1.0), option("North")], step=1.0
        ),
        10.0 - 10.0 * log(2.0),
        10.0,
        "two ways alike take half each: 10 x 1 less 10 x ln 2 of taste, on a curve of steps of 1; without 10 x 1",
        within=0.05,
    ),
    "committed": Mini(
        lambda: way(projects=[project("P", 30.0, status="committed", committed_opening=2026)]),
        40.0,
        34.0,
        "30 + 10 x 1; without it P is a choice that saves 24 and costs 30",
    ),
    "congestion": Mini(queue, 12.0, 10.0, "10 x 1 + 2 in excess x 2 days x 0.5; without 10"),
    "decided": Mini(
        lambda: way(projects=[project("P", 30.0)], Decisions=[{"project": "P", "decision": "in"}]),
        40.0,
        34.0,
        "30 + 10 x 1; without it P is a choice that saves 24 and costs 30",
    ),
    "emission_price": Mini(
        lambda: way({"capacity_kteu": 10.0, "co2_g_per_tkm": 50.0}, settings={"co2_price": 2.0}),
        11.0,
        None,
        "10 x 1 + 100 kt x 100 km x 50 g at 2 a kt of CO2",
    ),
    "empties": Mini(lambda: trade(5.0, 2.0, market("A"), market("B")), 8.5, 7.0, "7 + 3 empty at 0.5; without 7"),
    "envelopes": Mini(
        lambda: way(projects=[project("P", 5.0)], Budgets=[budget("all", (2026, 2026), 4.0)]),
        34.0,
        15.0,
        "4 do not pay for P: 4 x 1 + 6 x 5; without 5 + 10 x 1",
    ),
    "fleet": Mini(
        lambda: crossing([demand("D", "A-B", 8.0)], {"existing": 2}), 65.0, 8.0, "5 x 1 + 3 x 20; without 8 x 1"
    ),
    "gates": Mini(wires, 16.0, 14.0, "wires 2 + 8 x 0.5 + 2 x 5; without the gate 8 x 0.5 for nothing, and 2 x 5"),
    "perceived_costs": Mini(
        lambda: way({"capacity_kteu": 10.0, "perceived_cost": 0.5}), 15.0, None, "10 x (1 + 0.5), the half not paid"
    ),
    "policies": Mini(
        lambda: way({"capacity_kteu": 10.0}, Policies=[at_most(4.0)]), 34.0, 10.0, "4 x 1 + 6 x 5; without 10 x 1"
    ),
    "project_rules": Mini(
        lambda: way(projects=[project("P", 5.0), project("Q", 50.0)], ProjectRules=[rule("R", "P requires Q")]),
        34.0,
        15.0,
        "P and Q cost 55 and save 24, so neither: 34; without the rule 5 + 10 x 1",
    ),
    "reliability": Mini(margin, 12.0, None, "10 x (1 + 2 days x 0.5 x 0.2)"),
    "shut": Mini(
        lambda: way({"capacity_kteu": 10.0}, Outages=[{"asset_kind": "link", "asset": "AB"}]),
        50.0,
        10.0,
        "10 x 5; without 10 x 1",
    ),
    "time_of_goods": Mini(slow, 12.0, None, "10 x (1 + 1 day x 0.2)"),
    "timing": Mini(
        lambda: way(projects=[project("P", 5.0, earliest_opening=2027)], years=(2026, 2027)),
        49.0,
        25.0,
        "34 in 2026, 5 + 10 x 1 in 2027; without 5 + 2 x 10",
    ),
    "transfers": Mini(
        lambda: railway(cut(0.5)),
        85.0 + 5.0 + 65.0 * (1 / 1.1 + 1 / 1.21),
        None,
        "recounted only: 10 x (4 + 4 + 0.5) in 2026, S 5, then 10 x (4 + 2 + 0.5), discounted by 10 %",
    ),
    "unserved_demand": Mini(one_way, 124.0, None, "4 x 1 + 6 x 20"),
}
