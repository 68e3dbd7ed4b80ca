"""Maps of next to nothing: no, one, two, three links, one place, everything at one place, no coordinates, far away."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports.facts import Facts
from model.reports.geojson import line_between, write_geojson
from model.reports.map.png import map_png
from model.reports.map.slide import outside_words, slide
from model.reports.map.svg import MapView, decimals, legend_lines
from model.reports.page.map_section import map_section
from model.reports.workbook.traffic.map import map_sheet
from tests.minis import demand, link, make_case, node

PLACES = {"A": (44.0, 60.0), "B": (43.0, 52.0), "C": (40.0, 49.5), "D": (42.0, 42.0)}
MODES = ("rail 1520", "container ship", "road")


def chain(drawn: int, *, at: tuple[float, float] | None = None) -> Plan:
    """A plan over A-B-C-D, by another carrier on each leg, of which the first links have coordinates; `at`: all there.

    D is always the end, so without coordinates the whole way may be undrawn.
    """
    known = list("ABCD")[: drawn + 1] if drawn else []
    places = {key: at or PLACES[key] for key in (known if at is None else PLACES)}
    nodes = [node(key, **_position(places.get(key))) for key in "ABCD"]
    links = [
        link(f"L{number}", f"{ends[0]}-{ends[1]}", carrier=carrier)
        for number, (ends, carrier) in enumerate(zip(("AB", "BC", "CD"), MODES, strict=True))
    ]
    return make_plan(make_case("chain", nodes, links, [demand("D1", "A-D", 5.0)], years=(2026,)))


def _position(place: tuple[float, float] | None) -> dict[str, float]:
    return {} if place is None else {"latitude": place[0], "longitude": place[1]}


def all_pictures(plan: Plan, folder: Path) -> dict[str, Any]:
    """Every kind of map: slide, picture, section of the page, sheet of the workbook, GeoJSON."""
    facts = Facts(plan)
    view = MapView(facts)
    made: dict[str, Any] = {"slide": str(slide(view)), "png": map_png(str(slide(view)), 0.5)}
    made["page"] = str(map_section(facts, None))
    made["sheet"] = map_sheet(facts, view, made["png"])
    write_geojson(facts, folder)
    for name in ("nodes", "links"):
        made[name] = json.loads((folder / "geojson" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return made


def check(made: dict[str, Any], links: int, nodes: int) -> None:
    """Every kind holds so many links and nodes, and is what it says it is."""
    root = ElementTree.fromstring(made["slide"])
    lines = [part for part in root.iter() if part.get("class") == "line"]
    assert len(lines) == 2 * links  # in both panels
    assert made["png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert (len(made["links"]), len(made["nodes"])) == (links, nodes)
    assert made["page"].count('class="link"') == 2 * links


@pytest.mark.parametrize("drawn", [0, 1, 2, 3])
def test_maps_of_few_links(drawn: int, tmp_path: Path) -> None:
    """Proves: every kind of map draws 0, 1, 2 or 3 links, each of another mode, with as many nodes as have coordinates.
    If it were ignored: a case with exactly two links on the map ended in a TypeError after the solve, and nothing of
    the run was left (two dashes in a tuple are one pattern to the drawing library)."""
    check(all_pictures(chain(drawn), tmp_path), drawn, drawn + 1 if drawn else 0)


@pytest.mark.parametrize("pair", ["AB", "BC", "CD"])
def test_maps_of_two_links_in_any_two_modes(pair: str, tmp_path: Path) -> None:
    """Proves: two links drawn, whichever two of the three modes they have. If it were ignored: the mend would hold for
    one pair of dash patterns only."""
    plan = chain(3)
    kept = [row for row in plan.case.table("Links").to_dict("records") if row["from_node"] + row["to_node"] != pair]
    check(all_pictures(_with_links(plan, kept), tmp_path), 2, 4)


def _with_links(plan: Plan, links: list[dict[Any, Any]]) -> Plan:
    """The plan of the chain over some of its links, flows of the others left out."""
    keys = [row["link"] for row in links]
    table = plan.case.table("Links")
    case = plan.case.with_tables(Links=table[table["link"].isin(keys)])
    flows, capacities = plan.tables["link_flows"], plan.tables["capacities"]
    left = {"link_flows": flows[flows["link"].isin(keys)], "capacities": capacities.iloc[:0]}
    return dataclasses.replace(plan, case=case, tables={**plan.tables, **left})


def test_map_of_one_node(tmp_path: Path) -> None:
    """Proves: one place with coordinates and no link between two such gives maps with one dot. If it were ignored: a
    case whose coordinates are only begun would lose its run."""
    plan = chain(1)
    nodes = plan.case.table("Nodes").copy()
    nodes.loc[nodes["node"] != "A", ["latitude", "longitude"]] = float("nan")
    check(all_pictures(dataclasses.replace(plan, case=plan.case.with_tables(Nodes=nodes)), tmp_path), 0, 1)


def test_map_of_everything_at_one_place(tmp_path: Path) -> None:
    """Proves: four nodes at one point and three links without length are drawn, names beside each other or left out.
    If it were ignored: coordinates filled in for the country instead of the place would end the run."""
    check(all_pictures(chain(3, at=(43.0, 52.0)), tmp_path), 3, 4)


def test_map_of_a_plan_that_carries_nothing(tmp_path: Path) -> None:
    """Proves: without any flow the maps show the network, and the legend has no line widths (not three times 0.0).
    If it were ignored: the legend would say that thick, thin and thinnest lines are all 0.0 Mt a year."""
    plan = chain(3)
    tables = {name: frame.iloc[:0] for name, frame in plan.tables.items()}
    check(all_pictures(dataclasses.replace(plan, tables=tables), tmp_path), 3, 4)
    words = [line[0] for line in legend_lines(0.0, "Mt/year")]
    assert not any(word.endswith("Mt/year") for word in words)
    assert "not used" in words


@pytest.mark.parametrize(
    ("largest", "first", "last"), [(28.4, "28.4", "1.1"), (0.05, "0.050", "0.002"), (250.0, "250.0", "10.0")]
)
def test_legend_has_digits_enough(largest: float, first: str, last: str) -> None:
    """Proves: the three widths of the legend are three figures, however small the flows: 4 % of 0.05 is 0.002.
    If it were ignored: '0.0 Mt/year' would stand three times."""
    words = [line[0].removesuffix(" Mt/year") for line in legend_lines(largest, "Mt/year")]
    assert (words[0], words[2]) == (first, last)
    assert decimals(0.04 * largest) >= 1


def test_what_lies_outside_is_named() -> None:
    """Proves: places that no panel shows, places without coordinates and the links that are not drawn for that are
    named below the map. If it were ignored: they would vanish without a word."""
    far = {"C": (-18.1, 178.4), "D": (-13.8, -171.8)}
    plan = chain(3)
    nodes = plan.case.table("Nodes").copy()
    for key, (latitude, longitude) in far.items():
        nodes.loc[nodes["node"] == key, ["latitude", "longitude"]] = latitude, longitude
    nodes.loc[nodes["node"] == "A", ["latitude", "longitude"]] = float("nan")
    view = MapView(Facts(dataclasses.replace(plan, case=plan.case.with_tables(Nodes=nodes))))
    words = outside_words(view)
    assert "Outside the map: C and D." in words
    assert "Without coordinates: A." in words
    assert "Links not drawn for that: A – B and C – D." in words
    assert "Outside the map: C and D." in str(slide(view))
    assert outside_words(MapView(Facts(plan))) == ""


@pytest.mark.parametrize(
    ("start", "end", "kind", "lines"),
    [
        ((10.0, 0.0), (15.0, 5.0), "LineString", [[10.0, 0.0], [15.0, 5.0]]),
        (
            (178.0, 50.0), (-178.0, 54.0), "MultiLineString",
            [[[178.0, 50.0], [180.0, 52.0]], [[-180.0, 52.0], [-178.0, 54.0]]],
        ),
        (
            (-179.0, 10.0), (177.0, 14.0), "MultiLineString",
            [[[-179.0, 10.0], [-180.0, 11.0]], [[180.0, 11.0], [177.0, 14.0]]],
        ),
        ((180.0, 1.0), (-175.0, 2.0), "LineString", [[-180.0, 1.0], [-175.0, 2.0]]),
        ((175.0, 1.0), (-180.0, 2.0), "LineString", [[175.0, 1.0], [180.0, 2.0]]),
        ((0.0, 0.0), (180.0, 0.0), "LineString", [[0.0, 0.0], [180.0, 0.0]]),
    ],
)  # fmt: skip
def test_lines_are_cut_at_the_antimeridian(
    start: tuple[float, float], end: tuple[float, float], kind: str, lines: list[Any]
) -> None:
    """Proves: a line over 180 degrees becomes two that end there (RFC 7946, 3.1.9), at the latitude of the straight
    line: from 178 E 50 N to 178 W 54 N half-way, at 52 N; from 179 W 10 N a quarter of 4 degrees, at 11 N. A line
    that begins or ends there is not cut. If it were ignored: GIS programs would draw it around the world."""
    found = line_between(start, end)
    assert found[0] == kind
    flat = [value for line in found[1] for point in (line if kind == "MultiLineString" else [line]) for value in point]
    wanted = [value for line in lines for point in (line if kind == "MultiLineString" else [line]) for value in point]
    assert flat == pytest.approx(wanted)
