"""Small corridors in which one thing stands in the way, each by its own cause."""

from __future__ import annotations

from typing import Any

from model.case.case import Case
from tests.minis import Record, budget, demand, effect, link, make_case, node, project, row_of, rule

YEARS = (2026, 2027, 2028, 2029)


def corridor(*, capacity: float = 10.0, amount: float = 8.0, years: Any = YEARS, **sheets: Any) -> Case:
    """A-B-C by rail with room for `capacity` kTEU a year each, D asks for `amount` kTEU from A to C."""
    links = [link("AB", "A-B", capacity_kteu=capacity), link("BC", "B-C", capacity_kteu=capacity)]
    demands = sheets.pop("demands", [demand("D", "A-C", amount)])
    links = sheets.pop("links", links)
    return make_case("corridor", sheets.pop("nodes", "ABC"), links, demands, years=years, **sheets)


def committed(key: str, capex: float, opening: int, **more: Any) -> Record:
    """A project committed to open in a year."""
    return project(key, capex, status="committed", committed_opening=opening, **more)


def policy(key: str, kind: str, sense: str, value: float, **more: Any) -> Record:
    """A policy row."""
    return row_of({"policy": key, "kind": kind, "sense": sense, "value": value}, more)


def ships(existing: int, buy: int = 0, **more: Any) -> dict[str, Any]:
    """Ferries on AB: ten round trips a ship and year, 1 kTEU and 10 kt a leg."""
    vessel: Record = {"vessel": "ferry", "name": "Ferry", "country": "KZ", "existing": existing}
    bought = {"payload_kteu": 1.0, "payload_kt": 10.0, "maximum_purchases": buy, "purchase_cost": 20.0}
    vessel = row_of(vessel, bought, more)
    service: Record = {
        "service": "line",
        "link": "AB",
        "vessel": "ferry",
        "round_trip_days": 30.0,
        "operating_days": 300.0,
    }
    return {"Vessels": [vessel], "Services": [service]}


def over_budget(**more: Any) -> Case:
    """P is committed for 2028 and costs 50; the envelope gives 30."""
    return corridor(
        Projects=[committed("P", 50.0, 2028)],
        Budgets=[budget("money", (2026, 2029), 30.0, amount_per="window", **more)],
    )


def country_envelope() -> Case:
    """Two committed works in KZ in 2027 and 2028 cost 60; KZ has 20 a year with carry-over: short in 2028 by 0 … 60."""
    works = [
        committed("P", 30.0, 2027),
        committed("Q", 30.0, 2028, country="KZ"),
        committed("R", 99.0, 2028, country="AZ"),
    ]
    return corridor(
        Projects=works,
        Budgets=[budget("KZ purse", (2026, 2029), 15.0, scope_kind="country", scope="KZ", carry_over=True)],
    )


def excluded_need() -> Case:
    """P is committed and requires Q, which is excluded."""
    return corridor(
        Projects=[committed("P", 5.0, 2027), project("Q", 5.0, status="excluded")],
        ProjectRules=[rule("R1", "P requires Q")],
    )


def lag_too_long() -> Case:
    """P is committed for 2027 and requires Q two years before; Q takes two years to build."""
    return corridor(
        Projects=[committed("P", 5.0, 2027), project("Q", 5.0, construction_years=2)],
        ProjectRules=[rule("R1", "P requires Q", 2)],
    )


def exclusive_pair() -> Case:
    """P and Q are both committed and exclude each other."""
    return corridor(
        Projects=[committed("P", 5.0, 2027), committed("Q", 5.0, 2028)], ProjectRules=[rule("R1", "P excludes Q")]
    )


def together_apart() -> Case:
    """P and Q must open together but are committed for different years."""
    return corridor(
        Projects=[committed("P", 5.0, 2027), committed("Q", 5.0, 2028)], ProjectRules=[rule("R1", "P together Q")]
    )


def window_closed() -> Case:
    """P is committed for 2028 and requires Q, whose window opens only in 2029."""
    return corridor(
        Projects=[committed("P", 5.0, 2028), project("Q", 5.0, earliest_opening=2029)],
        ProjectRules=[rule("R1", "P requires Q")],
    )


def served_share_unreachable() -> Case:
    """All of D must be served, 12 kTEU through room for 10."""
    return corridor(amount=12.0, Policies=[policy("guarantee", "served share", ">=", 1.0)])


def served_share_by_budget() -> Case:
    """As before, but P would add the room for 40 and the envelope gives 30."""
    return corridor(
        amount=12.0,
        years=(2026,),
        Projects=[project("P", 40.0)],
        ProjectEffects=[effect("P", "AB", 5.0), effect("P", "BC", 5.0)],
        Budgets=[budget("money", (2026, 2026), 30.0)],
        Policies=[policy("guarantee", "served share", ">=", 1.0)],
    )


def served_without_path() -> Case:
    """All demand must be served, and E leaves for a place that no link touches."""
    return corridor(
        nodes=["A", "B", "C", "Z"],
        demands=[demand("D", "A-C", 8.0), demand("E", "A-Z", 1.0)],
        Policies=[policy("guarantee", "served share", ">=", 1.0)],
    )


def floor_above_capacity() -> Case:
    """At least 15 kTEU must use AB, which takes 10 of the 20 that go."""
    way_round = link("AC", "A-C", container_cost=9.0)
    links = [link("AB", "A-B", capacity_kteu=10.0), link("BC", "B-C"), way_round]
    floor = policy("take or pay", "link flow", ">=", 15.0, links=("AB",), measure="kTEU")
    return corridor(links=links, amount=20.0, years=(2026,), Policies=[floor])


def floor_against_cap() -> Case:
    """At least 15 kTEU must use AB, at most 12 may use BC."""
    links = [link("AB", "A-B"), link("BC", "B-C"), link("AC", "A-C", container_cost=9.0)]
    rows = [
        policy("floor", "link flow", ">=", 15.0, links=("AB",), measure="kTEU"),
        policy("cap", "link flow", "<=", 12.0, links=("BC",), measure="kTEU", negotiable=False),
    ]
    return corridor(links=links, amount=20.0, years=(2026,), Policies=rows)


def floor_above_demand() -> Case:
    """At least 15 kTEU must use AB, and only 8 go at all."""
    links = [link("AB", "A-B"), link("BC", "B-C")]
    floor = policy("take or pay", "link flow", ">=", 15.0, links=("AB",), measure="kTEU")
    return corridor(links=links, amount=8.0, years=(2026,), Policies=[floor])


def co2_against_service() -> Case:
    """All must be served, and 8 kTEU of 10 t over 200 km at 50 g emit 0.8 kt; 0.5 kt are allowed."""
    links = [link(key, ends, co2_g_per_tkm=50.0) for key, ends in (("AB", "A-B"), ("BC", "B-C"))]
    rows = [policy("guarantee", "served share", ">=", 1.0), policy("climate", "co2", "<=", 0.5)]
    return corridor(links=links, years=(2026,), Policies=rows)


def co2_cap() -> Case:
    """As before without the guarantee: demand stays behind."""
    case = co2_against_service()
    table = case.table("Policies")
    return case.with_tables(Policies=table[table["policy"] == "climate"])


def few_ships() -> Case:
    """Two ferries, one more to be bought: 30 kTEU a year, and 35 to go."""
    links = [link("AB", "A-B", carrier="container ship"), link("BC", "B-C")]
    return corridor(links=links, amount=35.0, years=(2026, 2027), **ships(2, 1))


def late_projects() -> Case:
    """12 kTEU through room for 10; P helps but takes two years."""
    return corridor(
        amount=12.0,
        Projects=[project("P", 40.0, construction_years=2)],
        ProjectEffects=[effect("P", "AB", 5.0), effect("P", "BC", 5.0)],
    )


def winter_port() -> Case:
    """B works half of the winter: 10 × 0.5 × 0.5 = 2.5 kTEU of the 4 that come then."""
    links = [link("AB", "A-B"), link("BC", "B-C")]
    seasons = [{"season": "winter", "share_of_year": 0.5}, {"season": "summer", "share_of_year": 0.5}]
    closed = [{"asset_kind": "node", "asset": "B", "season": "winter", "availability": 0.5}]
    places = ["A", node("B", capacity_kteu=10.0), "C"]
    return corridor(nodes=places, links=links, years=(2026,), Seasons=seasons, Availability=closed)


def too_slow() -> Case:
    """A to C takes two days and the commodity accepts one."""
    case = corridor(links=[link("AB", "A-B"), link("BC", "B-C")], years=(2026,))
    return case.with_tables(Commodities=case.table("Commodities").assign(maximum_days=1.0))


def need_takes_years() -> Case:
    """P is committed for 2027 and requires Q, which takes three years to build."""
    return corridor(
        Projects=[committed("P", 5.0, 2027), project("Q", 5.0, construction_years=3)],
        ProjectRules=[rule("R1", "P requires Q")],
    )
