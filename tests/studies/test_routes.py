"""The routes command: names understood, legs added up."""

from __future__ import annotations

import pytest

from model.studies.routes import RouteError, RouteWish, route_tables
from tests.minis import corridor_of_three, two_node_case


def test_legs_add_up_to_the_total() -> None:
    """Proves: West to East by block train in the corridor of three: loading 0.1, rail 1.0, transfer at Sea 0.2, ship
    0.5 + 0.25 surcharge, unloading 0.1 = 2.15 million USD/kTEU = 2,150 USD/TEU; 1000 + 500 = 1,500 km; 0.5 + 2 + 1 +
    1 = 4.5 days. If it were ignored: the planner's way to trust the network would not add up."""
    (title, table), *_ = route_tables(corridor_of_three(), RouteWish("West", "East", service="block", count=1))
    total = table.iloc[-1]
    assert total["where"] == "total"
    assert total["km"] == pytest.approx(1500)
    assert total["days"] == pytest.approx(4.5)
    money = ["price [USD/TEU]", "surcharge [USD/TEU]", "handling [USD/TEU]"]
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
    assert "price [USD/t]" in table.columns


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
