"""Small cases for tests, in canonical units, with figures that can be added up by hand.

Canonical units throughout: kTEU, kt, million USD, days, km. A price of 1 in these cases is 1 million USD per kTEU
(1000 USD/TEU). `make_case` takes records made by `node`, `link`, `demand`, `project`, `effect`, `rule` and `budget`;
each names only what matters and leaves the rest to the declared defaults. Every `…_case()` below is a whole case
whose optimum is worked out in tests/oracles/test_minis.py.

The settings differ from the declared defaults where hand arithmetic asks for it: no discounting, no salvage, and
20 million USD per kTEU (1.5 per kt) left unserved. Give `settings=` to change them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from model.case.case import Case
from model.case.timed import TimedChange

Record = dict[str | int, Any]
"""A row of a sheet: column → cell; a year is the number of a column."""
Cells = dict[str, Any]
"""A part of one, without years."""

PENALTY = 20.0
"""Unserved penalty of the minis, million USD per kTEU."""

PLAIN_SETTINGS: Mapping[str, Any] = {
    "discount_rate": 0.0, "salvage": "none", "unserved_penalty_per_teu": PENALTY, "unserved_penalty_per_t": 1.5,
    "gap": 0.0,
}  # fmt: skip

CARRIERS: tuple[Record, ...] = (
    {
        "carrier": "rail 1520", "mode": "rail", "gauge_mm": 1520, "accepts_container": True, "accepts_dry_bulk": True,
        "accepts_liquid_bulk": True,
    },
    {
        "carrier": "rail 1435", "mode": "rail", "gauge_mm": 1435, "accepts_container": True, "accepts_dry_bulk": True,
        "accepts_liquid_bulk": True,
    },
    {
        "carrier": "container ship", "mode": "sea", "accepts_container": True, "accepts_dry_bulk": True,
        "accepts_liquid_bulk": False, "bulk_in_containers": True,
    },
    {
        "carrier": "road", "mode": "road", "accepts_container": True, "accepts_dry_bulk": False,
        "accepts_liquid_bulk": False,
    },
)  # fmt: skip

COMMODITIES: tuple[Record, ...] = (
    {"commodity": "boxes", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0},
    {"commodity": "grain", "form": "dry bulk", "unit": "kt", "tonnes_per_teu": 20.0},
    {"commodity": "oil", "form": "liquid bulk", "unit": "kt", "tonnes_per_teu": 20.0},
)


def row_of(*parts: Mapping[Any, Any]) -> Record:
    """A row of cells, later ones before earlier."""
    return {column: cell for part in parts for column, cell in part.items()}


def node(key: str, **more: Any) -> Record:
    """A place that cargo passes, changes carrier in and is loaded at for nothing, unless told."""
    return row_of({"node": key, "name": key, "country": "KZ", "kind": "hub"}, more)


def link(key: str, ends: str, **more: Any) -> Record:
    """A two-way link 'A-B' of 100 km, one day and 1 million USD per kTEU by rail 1520, without limit unless told."""
    start, end = ends.split("-")
    plain = {"carrier": "rail 1520", "length_km": 100.0, "days_regular": 1.0, "container_cost": 1.0}
    return row_of({"link": key, "from_node": start, "to_node": end}, plain, more)


def demand(key: str, ends: str, amount: float | Mapping[int, float], **more: Any) -> Record:
    """Demand 'A-B' for boxes; a number is the same in all years."""
    origin, destination = ends.split("-")
    yearly = dict(amount) if isinstance(amount, Mapping) else {2026: float(amount)}
    plain = {"demand": key, "origin": origin, "destination": destination, "commodity": "boxes", "unit": "kTEU"}
    return row_of(plain, yearly, more)


def project(key: str, capex: float, **more: Any) -> Record:
    """A candidate of one module, paid for and open in the same year unless told."""
    plain = {"name": key, "country": "KZ", "project_class": "rail", "status": "candidate"}
    return row_of({"project": key, "capex": capex, "construction_years": 0}, plain, more)


def effect(project_key: str, asset: str, added_kteu: float = 0.0, added_kt: float = 0.0, kind: str = "link") -> Record:
    """What a module of a project adds."""
    return {
        "project": project_key, "asset_kind": kind, "asset": asset, "added_kteu": added_kteu, "added_kt": added_kt,
    }  # fmt: skip


def rule(key: str, words: str, lag_years: int = 0) -> Record:
    """A project rule in words, e.g. 'P requires Q'."""
    first, kind, second = words.split()
    return {"rule": key, "kind": kind, "project": first, "other_project": second, "lag_years": lag_years}


def budget(envelope: str, years: tuple[int, int], amount: float, **more: Any) -> Record:
    """A window of an envelope over all projects, so much a year, without carry-over unless told."""
    window = {"first_year": years[0], "last_year": years[1], "amount": amount}
    return row_of({"envelope": envelope, "scope_kind": "all"}, window, more)


def periods(*years: int, last_year: int | None = None) -> list[Record]:
    """Periods that begin in these years; the last one is a year long unless `last_year` says more."""
    ends = [*years[1:], (last_year or years[-1]) + 1]
    return [
        {"period": str(year), "first_year": year, "years": end - year} for year, end in zip(years, ends, strict=True)
    ]


def make_case(
    name: str,
    nodes: Iterable[str | Record],
    links: Sequence[Record],
    demands: Sequence[Record],
    *,
    years: Sequence[int] | Sequence[Record] = (2026, 2027, 2028),
    settings: Mapping[str, Any] | None = None,
    **sheets: Any,
) -> Case:
    """A case of these records.

    A node may be given by its key alone; `years` are first years of one-year periods, or records from `periods`.
    `sheets` are further tables by sheet name (Projects, ProjectEffects, ProjectRules, Budgets, Funding, Costs,
    Carriers, Commodities…); Carriers and Commodities default to those of this module.
    """
    tables: dict[str, Any] = {
        "Nodes": [node(item) if isinstance(item, str) else item for item in nodes], "Links": list(links),
        "Demand": list(demands),
        "Periods": [item for year in years for item in ([year] if isinstance(year, dict) else periods(year))],
        "Carriers": list(CARRIERS), "Commodities": list(COMMODITIES), **sheets,
    }  # fmt: skip
    return Case.from_tables(name, tables, {**PLAIN_SETTINGS, **(settings or {})})


def two_node_case(*, construction_years: int = 2, **more: Any) -> Case:
    """A-B with room for 10 of 15 kTEU a year, 2026-2029; project P adds 10 for 60. Lead time decides.

    `more` goes into the project's row (earliest_opening, latest_opening, …).
    """
    return make_case(
        "two nodes",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0)],
        [demand("D", "A-B", 15.0)],
        years=(2026, 2027, 2028, 2029),
        Projects=[project("P", 60.0, construction_years=construction_years, **more)],
        ProjectEffects=[effect("P", "AB", 10.0)],
    )


def budget_case(*budgets: Record) -> Case:
    """A-B without any room for 10 kTEU a year, 2026-2029; P1 and P2 each add 5 for 40, paid when they open."""
    return make_case(
        "budget",
        "AB",
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("D", "A-B", 10.0)],
        years=(2026, 2027, 2028, 2029),
        Projects=[
            project("P1", 40.0, country="KZ", tags="first", project_class="rail"),
            project("P2", 40.0, country="AZ", tags="second", project_class="port"),
        ],
        ProjectEffects=[effect("P1", "AB", 5.0), effect("P2", "AB", 5.0)],
        Funding=[{"project": "P1", "funder": "Bank", "share": 0.5}],
        Budgets=list(budgets),
    )


def shut_case(
    projects: Sequence[Record],
    years: Sequence[int] | Sequence[Record] = (2026, 2027, 2028),
    *,
    amount: float | Mapping[int, float] = 10.0,
    link_figures: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A-B without room for `amount` kTEU a year; each project adds 10 a module unless ProjectEffects says otherwise."""
    effects = {"ProjectEffects": [effect(str(item["project"]), "AB", 10.0) for item in projects]}
    return make_case(
        "shut",
        "AB",
        [row_of(link("AB", "A-B", capacity_kteu=0.0), link_figures or {})],
        [demand("D", "A-B", amount)],
        years=years,
        Projects=list(projects),
        **(effects | more),
    )


def rules_case(projects: Sequence[Record], effects: Sequence[Record], *rules: Record) -> Case:
    """A-B without any room for 10 kTEU a year, 2026-2028, and the projects and rules given."""
    return shut_case(projects, ProjectEffects=list(effects), ProjectRules=list(rules))


def direction_case(capacity_direction: str) -> Case:
    """A-B with room for 10 kTEU and 8 kTEU each way in 2026; P adds 6 for 50."""
    return make_case(
        "direction",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0, capacity_direction=capacity_direction)],
        [demand("there", "A-B", 8.0), demand("back", "B-A", 8.0)],
        years=(2026,),
        Projects=[project("P", 50.0)],
        ProjectEffects=[effect("P", "AB", 6.0)],
    )


def gauge_case(**at_break: Any) -> Case:
    """A-B by 1435 and B-C by 1520 against A-C by road at 10; B transfers 5 kTEU a year, P adds 5 for 15.

    8 kTEU go A to C in 2026, worth 0.1 a day; transfer takes 2 days and 0.5. Another 4 kTEU only pass B on 1435,
    to D. B's capacity counts handling. `at_break` goes into B's row.
    """
    facility: Cells = {"capacity_kteu": 5.0, "capacity_counts": "handling", "transfer_cost": 0.5}
    times: Cells = {"transfer_days_regular": 2.0, "transfer_days_block": 2.0}
    no_days: Cells = {"days_regular": 0.0}
    return make_case(
        "gauge",
        ["A", node("B", **{**facility, **times, **at_break}), "C", "D"],
        [
            link("AB", "A-B", carrier="rail 1435", **no_days),
            link("BC", "B-C", carrier="rail 1520", **no_days),
            link("BD", "B-D", carrier="rail 1435", **no_days),
            link("AC", "A-C", carrier="road", container_cost=10.0, **no_days),
        ],
        [demand("change", "A-C", 8.0, value_of_time=0.1), demand("pass", "A-D", 4.0)],
        years=(2026,),
        Projects=[project("P", 15.0)],
        ProjectEffects=[effect("P", "B", 5.0, kind="node")],
    )


def timed_case(*changes: TimedChange) -> Case:
    """A-B by 1435 and B-C by 1520 against A-C by road, 4 kTEU there and 2 back in 2026 and 2027, and changes over time.

    Without changes a unit costs 1 + 1 and five days of transfer at 0.1 = 2.5 by rail, 10 by road; 15 a year.
    """
    no_days: Cells = {"days_regular": 0.0}
    station = node("B", capacity_kteu=6.0, capacity_kt=60.0, transfer_days_regular=5.0)
    case = make_case(
        "timed",
        ["A", station, "C"],
        [
            link("AB", "A-B", carrier="rail 1435", capacity_kteu=4.0, capacity_direction="each", **no_days),
            link("BC", "B-C", carrier="rail 1520", **no_days),
            link("AC", "A-C", carrier="road", container_cost=10.0, **no_days),
        ],
        [demand("there", "A-C", 4.0), demand("back", "C-A", 2.0)],
        years=(2026, 2027),
        Commodities=[{**COMMODITIES[0], "value_of_time": 0.1}],
        Costs=[{"commodity": "boxes", "asset_kind": "link", "asset": "BC", "item": "transport", "container_cost": 1.0}],
    )
    return replace(case, changes=changes)


def money_case() -> Case:
    """A-B without room, 10 kTEU a year: capital, upkeep, salvage and discounting over periods of 2 and 3 years."""
    return make_case(
        "money",
        "AB",
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("D", "A-B", 10.0)],
        years=periods(2026, 2028, last_year=2030),
        settings={"discount_rate": 0.1, "salvage": "straight line"},
        Projects=[project("P", 100.0, construction_years=2, upkeep=3.0, life_years=10)],
        ProjectEffects=[effect("P", "AB", 10.0)],
    )


def corridor_of_three() -> Case:
    """Every rule of cost and use at once: West - Sea - East with a border, boxes there and grain back, 2026-2028.

    Rail 1520 West-Sea (KZ to AZ), ship Sea-East (AZ to GE) on which grain rides in boxes, road West-East as the
    dear way out. Block trains, node dwell and handling, surcharge, tariffs by commodity, CO2, a port that counts
    throughput, market size, demand drawn between given years, a budget with carry-over, a project of two
    modules, a committed one, a rule. Its plan is written out by hand in tests/plan/hand_plan.py.
    """
    return make_case(
        "corridor of three",
        [
            node("West", country="KZ", terminal_cost=0.1, terminal_days_regular=1.0, terminal_days_block=0.5),
            node("Sea", country="AZ", kind="port", capacity_kteu=30.0, capacity_kt=1000.0, transfer_cost=0.2)
            | {"transfer_days_regular": 2.0, "transfer_days_block": 1.0},
            node("East", country="GE", terminal_cost=0.1),
        ],
        [
            link("rail", "West-Sea", days_regular=4.0, days_block=2.0, container_cost=1.0, tonne_cost=0.03)
            | {"co2_g_per_tkm": 20.0, "length_km": 1000.0, "capacity_kt": 400.0, "capacity_direction": "each"},
            link("ship", "Sea-East", carrier="container ship", container_cost=0.5, surcharge=0.25)
            | {"co2_g_per_tkm": 10.0, "length_km": 500.0, "capacity_kteu": 12.0, "capacity_direction": "both"},
            link("road", "West-East", carrier="road", container_cost=8.0, length_km=2000.0),
        ],
        [
            demand("boxes east", "West-East", {2026: 8.0, 2028: 12.0}, service="block", value_of_time=0.05),
            demand("grain west", "East-West", 200.0, commodity="grain", unit="kt", market_size=0.5),
        ],
        settings={"discount_rate": 0.05, "salvage": "straight line", "co2_price": 0.05},
        Costs=[
            {"commodity": "grain", "asset_kind": "carrier", "asset": "container ship", "item": "transport"}
            | {"tonne_cost": 0.04}
        ],
        Projects=[
            project("berth", 6.0, construction_years=1, maximum_modules=2, life_years=12, upkeep=0.5, country="AZ"),
            project("track", 9.0, status="committed", committed_opening=2027, construction_years=2, upkeep=1.0),
        ],
        ProjectEffects=[effect("berth", "ship", 4.0), effect("track", "rail", added_kt=50.0)],
        ProjectRules=[rule("R", "berth requires track")],
        Budgets=[budget("all", (2026, 2028), 8.0, carry_over=True)],
    )
