"""The routes command: names understood, legs added up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.commands.main import show_routes
from model.studies.routes import RouteError, RouteWish, route_tables
from tests.case.small import small_rows, write_case
from tests.minis import corridor_of_three, demand, effect, link, make_case, project, two_node_case
from tests.studies.stand_ins import RememberingReporter


def test_legs_add_up_to_the_total() -> None:
    """Proves: West to East by block train in the corridor of three: loading 0.1, rail 1.0, transfer at Sea 0.2, ship
    0.5 + 0.25 surcharge, unloading 0.1 = 2.15 million USD/kTEU = 2,150 USD/TEU; 1000 + 500 = 1,500 km; 0.5 + 2 + 1 +
    1 = 4.5 days. If it were ignored: the planner's way to trust the network would not add up."""
    (title, table), *_ = route_tables(corridor_of_three(), RouteWish("West", "East", service="block", count=1))
    total = table.iloc[-1]
    assert total["where"] == "total"
    assert total["km"] == pytest.approx(1500)
    assert total["days"] == pytest.approx(4.5)
    money = ["transport tariffs [USD/TEU]", "surcharges [USD/TEU]", "handling [USD/TEU]"]
    assert [total[name] for name in money] == pytest.approx([1500, 250, 400])
    assert "1,500 km, 4.5 days, 2,150 USD/TEU paid" in title
    assert list(table["what"]) == ["loading", "link rail", "transfer", "link ship", "unloading", ""]


def test_routes_come_best_first() -> None:
    """Proves: the way over the sea (2.15) comes before the road (8 + 0.2 of handling). If it were ignored: the
    planner would read the worst as the best."""
    tables = route_tables(corridor_of_three(), RouteWish("West", "East"))
    assert "link ship" in set(tables[0][1]["what"])
    assert "link road" in set(tables[1][1]["what"])


def test_bulk_is_priced_by_the_tonne() -> None:
    """Proves: a commodity given in kt is shown in USD/t. If it were ignored: a price per tonne would stand under
    USD/TEU."""
    (_, table), *_ = route_tables(corridor_of_three(), RouteWish("East", "West", commodity="grain", count=1))
    assert "transport tariffs [USD/t]" in table.columns


@pytest.mark.parametrize(("words", "count"), [("west", 1), ("WES", 1)])
def test_places_are_found_by_key_name_or_part(words: str, count: int) -> None:
    """Proves: letter case and parts of one name do. If it were ignored: planners would need the keys by heart."""
    assert len(route_tables(corridor_of_three(), RouteWish(words, "east", count=count))) == count


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (RouteWish("Wst", "East"), r"no node 'Wst'\. Near: West"),
        (RouteWish("e", "East"), "fits several nodes: West .*, Sea .*, East"),
        (RouteWish("East", "East"), "are the same node"),
        (RouteWish("West", "East", commodity="coal"), "no commodity 'coal'"),
        (RouteWish("West", "East", year=1999), "covers 2026 to 2028, not 1999"),
    ],
)
def test_what_is_not_understood_is_told(wish: RouteWish, words: str) -> None:
    """Proves: an unknown or unclear place, commodity or year is named with what would be right. If it were ignored:
    a traceback, or routes between other places than meant."""
    with pytest.raises(RouteError, match=words):
        route_tables(corridor_of_three(), wish)


def test_no_way_gives_no_table() -> None:
    """Proves: asking for a route of a commodity that no carrier takes gives none, not an error. If it were ignored:
    a traceback for a fair question."""
    case = two_node_case()
    carriers = case.table("Carriers").assign(accepts_container=False)
    assert route_tables(case.with_tables(Carriers=carriers), RouteWish("A", "B")) == []


def keys(tables: list[tuple[str, pd.DataFrame]]) -> list[list[str]]:
    """Links of each route, with ', closed' where they are."""
    return [[what.removeprefix("link ") for what in table["what"] if what.startswith("link")] for _, table in tables]


def detour(**of_direct: Any) -> Case:
    """A-B straight for 1 in 1 day, round by C for 3 in 2 days; 10 kTEU from A to B in 2026 and 2027."""
    links = [
        link("AB", "A-B", **of_direct),
        link("AC", "A-C", container_cost=1.5),
        link("CB", "C-B", container_cost=1.5),
    ]
    return make_case("detour", "ABC", links, [demand("D", "A-B", 10.0)], years=(2026, 2027))


def solved(case: Case) -> list[str]:
    """Links of the route that most flow takes in a plan's first period."""
    plan = make_plan(case, SolveOptions(gap=0.0))
    assert plan.verified, plan.outcome.message
    flows = plan.tables["route_flows"]
    flows = flows[flows["period"] == flows["period"].iloc[0]]
    best = flows.sort_values("flow").iloc[-1]["route"]
    return str(plan.tables["routes"].set_index("route").at[best, "links"]).split(" > ")


def test_a_closed_link_is_no_best_route() -> None:
    """Proves: with capacity 0 the way round comes first, and the straight one stands last with 'closed' beside its leg.

    If it were ignored: a planner would read a way that no cargo can take as the best.
    """
    tables = route_tables(detour(capacity_kteu=0.0), RouteWish("A", "B"))
    assert keys(tables) == [["AC", "CB"], ["AB, closed"]]
    assert tables[-1][0].startswith("Closed in 2026, it would be cheaper for boxes")
    assert keys(route_tables(detour(), RouteWish("A", "B"))) == [["AB"], ["AC", "CB"]]


def closed_in(**sheets: Any) -> Case:
    """The detour whose straight link has room for 10 kTEU, with further sheets."""
    return detour(capacity_kteu=10.0, background_kteu=4.0).with_tables(
        **{name: canonical_table(SHEETS[name], rows) for name, rows in sheets.items()}
    )


NOT_WORKING = {"asset_kind": "link", "asset": "AB", "availability": 0.0}


@pytest.mark.parametrize(
    ("case", "closed"),
    [
        (closed_in(), False),
        (closed_in(Availability=[NOT_WORKING]), True),
        (
            closed_in(
                Seasons=[{"season": "dry", "share_of_year": 0.5}, {"season": "wet", "share_of_year": 0.5}],
                Availability=[{**NOT_WORKING, "season": "dry"}],
            ),
            False,
        ),
        (detour(capacity_kteu=10.0, background_kteu=10.0), True),
        (detour(capacity_kt=0.0), True),
        (closed_in(Availability=[NOT_WORKING], Constraints=[{"constraint": "capacity", "active": False}]), False),
    ],
    ids=["open", "never works", "works in one season", "full of other traffic", "no tonnes", "capacity is off"],
)
def test_closed_is_what_a_plan_cannot_use(case: Case, closed: bool) -> None:
    """Proves: capacity, other traffic, and days that a link works close it as they close it to a plan: the straight way
    is a route exactly where the solver sends cargo by it. If it were ignored: the two would contradict each other."""
    tables = route_tables(case, RouteWish("A", "B"))
    assert keys(tables)[0] == (["AC", "CB"] if closed else ["AB"])
    plan = make_plan(case, SolveOptions(gap=0.0))
    assert ("AB" in set(plan.tables["link_flows"]["link"])) is not closed
    assert ["AB, closed"] in keys(tables) or not closed


def test_a_committed_project_opens_and_a_candidate_does_not() -> None:
    """Proves: from its year on, what is committed counts; a candidate leaves the link closed. If it were ignored: the
    answer for 2027 would be that of today, or of a plan that nobody has made."""
    works = [{**project("P", 1.0, status="committed"), "committed_opening": 2027}]
    rows = {"Projects": works, "ProjectEffects": [effect("P", "AB", 10.0)]}
    case = detour(capacity_kteu=0.0)
    committed = case.with_tables(**{name: canonical_table(SHEETS[name], given) for name, given in rows.items()})
    assert keys(route_tables(committed, RouteWish("A", "B", year=2026)))[0] == ["AC", "CB"]
    assert keys(route_tables(committed, RouteWish("A", "B", year=2027)))[0] == ["AB"]
    candidate = committed.with_tables(Projects=committed.table("Projects").assign(status="candidate"))
    assert keys(route_tables(candidate, RouteWish("A", "B", year=2027)))[0] == ["AC", "CB"]


def test_routes_keep_the_longest_transit() -> None:
    """Proves: with a longest transit of 5 days a way of 10 days for 0.1 is none: the one of 1 + 1 days is the best, as
    in the plan. If it were ignored: the best would be a way that no plan may use."""
    case = detour(days_regular=10.0, container_cost=0.1)
    slow = case.with_tables(Commodities=case.table("Commodities").assign(maximum_days=5.0))
    assert keys(route_tables(slow, RouteWish("A", "B"))) == [["AC", "CB"]]
    assert solved(slow) == ["AC", "CB"]
    never = case.with_tables(Commodities=case.table("Commodities").assign(maximum_days=1.0))
    assert route_tables(never, RouteWish("A", "B")) == []


def test_a_subsidised_leg_counts_as_it_is() -> None:
    """Proves: A-C-D-B costs 0.05 + (0.1 - 0.5) + 0.5 = 0.15 million USD a kTEU and comes before the straight way for 1,
    as in the plan; no route runs in circles over the subsidy. If it were ignored: the program would fail."""
    links = [
        link("AB", "A-B", container_cost=1.0),
        link("AC", "A-C", container_cost=0.05),
        link("CD", "C-D", container_cost=0.1, surcharge=-0.5),
        link("DB", "D-B", container_cost=0.5),
    ]
    case = make_case("subsidy", "ABCD", links, [demand("D1", "A-B", 10.0)], years=(2026,))
    tables = route_tables(case, RouteWish("A", "B"))
    assert keys(tables) == [["AC", "CD", "DB"], ["AB"]]
    assert "150 USD/TEU paid" in tables[0][0]
    assert solved(case) == ["AC", "CD", "DB"]


def test_co2_and_perceived_cost_count() -> None:
    """Proves: 100 km at 500 g/tkm with 10 t a TEU is 0.5 t CO2, at 8,000 USD/t 4,000 USD: dearer than the way round at
    3,000; so are 2,500 perceived. Both are told in the title and decide as in the plan.

    If it were ignored: the order would not be that of the plan, or no figure shown would explain it.
    """
    dirty = detour(co2_g_per_tkm=500.0).with_settings(co2_price=8.0)
    tables = route_tables(dirty, RouteWish("A", "B"))
    assert keys(tables)[0] == ["AC", "CB"] == solved(dirty)
    assert "1,000 USD/TEU paid, 4,000 USD/TEU for CO2" in tables[1][0]
    shunned = detour(perceived_cost=2.5)
    tables = route_tables(shunned, RouteWish("A", "B"))
    assert keys(tables)[0] == ["AC", "CB"] == solved(shunned)
    assert "2,500 USD/TEU perceived" in tables[1][0]


def test_the_command_says_that_all_is_closed_and_leaves_a_workbook(tmp_path: Path) -> None:
    """Proves: where every way is closed the command shows it, says so and ends with 1; with a folder named the legs
    stand in a workbook there. If it were ignored: a closed way would pass for an answer."""
    rows = small_rows()
    for record in rows["Links"]:
        record["capacity_kteu"] = 0
    (tmp_path / "case").mkdir()
    path, reporter = write_case(tmp_path / "case", rows), RememberingReporter()
    assert show_routes(path, None, RouteWish("A", "C"), reporter, tmp_path / "out") == 1
    said = str(reporter.told)
    assert "no open way" in said
    assert "Closed in" in said
    assert "the only way" in said
    (book,) = (tmp_path / "out").iterdir()
    assert book.name.endswith("-routes.xlsx")
