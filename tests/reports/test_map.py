"""Projection, outline and its treatment of borders, names on the map, pictures."""

from __future__ import annotations

import dataclasses
import json
import math
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from model.reports import ReportOptions, write_reports
from model.reports.facts import Facts
from model.reports.map.build_outline import area, clipped_ring, decoded, holds, owners, simplified
from model.reports.map.labels import place_labels, place_near, short_name
from model.reports.map.outline import SHIPPED, BoundariesError, outline
from model.reports.map.projection import CORE, WIDE, Lambert
from model.reports.map.scene import Scene, line_width
from model.reports.map.slide import OFF_MAP, project_lines
from model.reports.map.svg import far_places
from model.reports.names import country, country_places
from tests.reports.fixture.plan import busy_plan, hostile_plan, mini_plan

SVG = "{http://www.w3.org/2000/svg}"


def test_projection_has_the_textbook_values() -> None:
    """Proves: Snyder's numerical example (Map Projections, p. 296): unit sphere, parallels 33 and 45 N, origin 23 N 96
    W, the point 35 N 75 W lies at x = 0.2966785, y = 0.2462112.
    If it were ignored: places would stand in the wrong spot."""
    x, y = Lambert(-96.0, 23.0, (33.0, 45.0)).project(-75.0, 35.0)
    assert x == pytest.approx(0.2966785, abs=1e-7)
    assert y == pytest.approx(0.2462112, abs=1e-7)


def test_panels_show_the_corridor() -> None:
    """Proves: Constanta, Aktau and Khorgos lie in the corridor panel, Duisburg and Tokyo in the wide one only; north
    is up.
    If it were ignored: the map would cut off what it is for."""
    for longitude, latitude in ((28.7, 44.1), (51.2, 43.6), (80.3, 44.2)):
        assert CORE.holds(CORE.place(longitude, latitude))
    for longitude, latitude in ((6.8, 51.4), (139.7, 35.4)):
        assert not CORE.holds(CORE.place(longitude, latitude))
        assert WIDE.holds(WIDE.place(longitude, latitude))
    assert CORE.place(50, 45)[1] < CORE.place(50, 40)[1]


def border_points(part: str, west: float, south: float, east: float, north: float) -> int:
    """Number of border points in a box."""
    lines = outline(part).borders
    return sum(west <= x <= east and south <= y <= north for line in lines for x, y in line)


@pytest.mark.parametrize("part", ["core", "wide"])
def test_borders_are_treated_as_decided(part: str) -> None:
    """Proves: no border runs between Crimea and mainland Ukraine (Perekop, 33.2-34.9 E, 45.7-46.4 N), none across
    Cyprus; the border of Ukraine and Russia in the Donbas is there.
    If it were ignored: a rebuilt outline could silently take over another reading of the borders."""
    assert border_points(part, 33.2, 45.7, 34.9, 46.4) == 0
    assert border_points(part, 32.2, 34.5, 34.7, 35.8) == 0
    assert border_points(part, 37.0, 47.0, 41.0, 50.5) > 0


def test_outline_is_small_and_public() -> None:
    """Proves: the shipped outline stays below 150 KB, has the Caspian as water and says where it comes from.
    If it were ignored: the repository would grow, or carry data of unknown licence."""
    assert SHIPPED.stat().st_size < 150_000
    origin = (SHIPPED.parent / "ORIGIN.txt").read_text(encoding="utf-8")
    assert "Natural Earth" in origin
    assert "public domain" in origin
    rings = outline("core").land
    inside = sum(holds([*ring, ring[0]], (50.5, 42.0)) for ring in rings)
    assert inside % 2 == 0  # even-odd: water
    assert sum(holds([*ring, ring[0]], (60.0, 45.0)) for ring in rings) % 2 == 1


def test_crimea_ring_is_given_to_ukraine() -> None:
    """Proves: in a made topology where the ring around Simferopol is Russia's and touches Ukraine, the shared arc has
    one owner and so is no border.
    If it were ignored: the treatment would hang on luck with one data release."""
    crimea = [[33.5, 44.5], [35.0, 44.5], [35.0, 45.5], [33.5, 45.5]]
    isthmus = [crimea[3], crimea[2]]
    coast = [crimea[2], crimea[1], crimea[0], crimea[3]]
    mainland = [crimea[2], [35.0, 48.0], [33.5, 48.0], crimea[3]]
    atlas = {
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "arcs": [_deltas(isthmus), _deltas(coast), _deltas(mainland)],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Russia"}},
                    {"type": "Polygon", "arcs": [[2, 0]], "properties": {"name": "Ukraine"}},
                ]
            }
        },
    }
    assert owners(atlas, decoded(atlas))[0] == {"Ukraine"}


def _deltas(line: list[list[float]]) -> list[list[int]]:
    points = [[round(x * 10), round(y * 10)] for x, y in line]
    return [points[0], *([b[0] - a[0], b[1] - a[1]] for a, b in zip(points, points[1:], strict=False))]


def test_cutting_and_simplifying() -> None:
    """Proves: a square cut in half has half its area; a point 0.01 off a line of tolerance 0.05 goes, one 0.1 off
    stays.
    If it were ignored: coasts would lose bays or grow corners."""
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert abs(area(clipped_ring(square, (1.0, -1.0, 3.0, 3.0)))) == pytest.approx(2.0)
    assert simplified([(0, 0), (1, 0.01), (2, 0)], 0.05) == [(0, 0), (2, 0)]
    assert simplified([(0, 0), (1, 0.1), (2, 0)], 0.05) == [(0, 0), (1, 0.1), (2, 0)]


def test_own_boundaries_replace_the_shipped_ones(tmp_path: Path) -> None:
    """Proves: a reader's GeoJSON is drawn instead; a file that is none is refused in words.
    If it were ignored: an institution could not publish with its own borders."""
    own = tmp_path / "own.geojson"
    ring = [[40, 38], [60, 38], [60, 48], [40, 48], [40, 38]]
    shapes = [{"type": "Polygon", "coordinates": [ring]}, {"type": "LineString", "coordinates": ring[:2]}]
    features = [{"type": "Feature", "properties": None, "geometry": shape} for shape in shapes]
    own.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert len(outline("core", own).land) == len(outline("wide", own).borders) == 1
    write_reports(mini_plan(), tmp_path, options=ReportOptions(boundaries=own))
    assert len((tmp_path / "map.svg").read_text(encoding="utf-8")) < 60_000
    for content in ("{", '{"features": [{"geometry": {"type": "Polygon"}}]}', "[]"):
        bad = tmp_path / f"bad{len(content)}.geojson"
        bad.write_text(content, encoding="utf-8")
        if content.startswith('{"f'):
            assert outline("core", bad).land == ()
            continue
        with pytest.raises(BoundariesError, match=bad.name):
            outline("core", bad)


def test_names_do_not_cover_each_other() -> None:
    """Proves: of two names at one point the more important one stays where it is wanted and the other finds a place
    beside it; no box overlaps. If it were ignored: the map would be a heap of letters."""
    placed = place_labels([("a", "Aktau", (50.0, 50.0)), ("b", "Kuryk", (50.0, 50.0))], [(50.0, 50.0)], (200, 200))
    assert [label.key for label in placed] == ["a", "b"]
    (left, top, right, bottom), other = placed[0].box, placed[1].box
    assert other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
    assert place_near((50.0, 50.0), 9.0, [label.box for label in placed], (200, 200)) != (50.0, 50.0)
    assert short_name("Altynkol / Khorgos Gateway (KZ border)") == "Altynkol"
    assert len(short_name("x" * 300)) <= 24


def test_line_width_grows_with_the_root_of_the_flow() -> None:
    """Proves: a quarter of the largest flow has half its width; no flow has the thinnest line.
    If it were ignored: the legend would lie."""
    assert line_width(25.0, 100.0, "core") == pytest.approx(line_width(100.0, 100.0, "core") / 2)
    assert line_width(0.0, 100.0, "core") < line_width(1.0, 100.0, "core")


def test_long_sea_legs_are_told_not_drawn() -> None:
    """Proves: the ocean leg of 22,000 km is not a curve over land; it is named below the map.
    If it were ignored: the ocean would be drawn across Siberia."""
    scene = Scene(Facts(mini_plan()), WIDE)
    assert "L7" not in scene.curves
    assert scene.not_drawn == ["L7"]
    assert "L3" in scene.curves


def test_pictures_are_complete(mini_folder: Path) -> None:
    """Proves: map.svg is XML with title, description and a line for every drawn link; map.png is a PNG of the same
    shape.
    If it were ignored: slides would show an empty frame."""
    root = ElementTree.parse(mini_folder / "map.svg").getroot()
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    lines = [node for node in root.iter(f"{SVG}path") if node.get("class") == "line"]
    scene = Scene(Facts(mini_plan()), CORE)
    assert len(lines) == len(scene.curves) + len(Scene(Facts(mini_plan()), WIDE).curves)
    data = (mini_folder / "map.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    box = [float(part) for part in str(root.get("viewBox")).split()]
    assert math.isclose(width / height, box[2] / box[3], rel_tol=0.01)


def test_hostile_names_do_not_stop_the_picture(hostile_folder: Path) -> None:
    """Proves: emoji, right-to-left and 300-letter names still give a picture, and '$' starts no formula in it.
    If it were ignored: one name would cost the whole run its outputs."""
    assert (hostile_folder / "map.png").stat().st_size > 20_000
    assert hostile_plan().has_plan


def test_country_names_cover_nothing() -> None:
    """Proves: Kazakhstan stands in the corridor panel within its borders' box (46.5-87.4 E, 40.5-55.5 N), and no name
    of a country covers a name of a place, another country or the sign of a project.
    If it were ignored: a reader would have to know which lines are whose, or could not read the names of ports."""
    scene = Scene(Facts(mini_plan()), CORE)
    named = {label.key: label for label in scene.countries}
    west, south = CORE.place(46.5, 40.5)
    east, north = CORE.place(87.4, 55.5)
    x, y = named["KZ"].place
    assert west < x < east
    assert north < y < south
    boxes = [label.box for label in (*scene.countries, *scene.labels)]
    signs = [(x - 11, y - 11, x + 11, y + 11) for x, y in (mark.place for mark in scene.marks)]
    for label in scene.countries:
        assert all(other is label.box or apart(label.box, other) for other in [*boxes, *signs])


def apart(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    """Whether two boxes do not meet."""
    return one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def test_places_for_names_belong_to_known_countries() -> None:
    """Proves: every place for a name has a name, and lies on the map of the whole network (25 W-165 E, 5 S-78 N).
    If it were ignored: a map would show 'XX', or nothing."""
    for code, places in country_places().items():
        assert country(code) != code
        assert all(-25 < longitude < 165 and -5 < latitude < 78 for longitude, latitude in places)


def test_far_places_are_shown_at_the_edge() -> None:
    """Proves: a port at the Cape (18.4 E, 34 S) lies below the map of the whole network and is named at its lower edge,
    with an arrow; a place east of the antimeridian (179 W, 17 S) lies on the right.
    If it were ignored: cargo would leave the map without a word where to."""
    case = mini_plan().case
    nodes = case.table("Nodes").copy()
    nodes.loc[nodes.index[0], ["name", "longitude", "latitude"]] = ["Cape", 18.4, -34.0]
    nodes.loc[nodes.index[1], ["name", "longitude", "latitude"]] = ["Fiji", -179.0, -17.0]
    facts = Facts(dataclasses.replace(mini_plan(), case=case.with_tables(Nodes=nodes)))
    far = {name: (place, side) for name, place, side in Scene(facts, WIDE).far}
    assert far["Cape"][1] == "below"
    assert far["Fiji"][1] == "right"
    assert all(WIDE.holds(place) for place, _ in far.values())
    drawn = str(far_places(Scene(facts, WIDE)))
    assert "↓ Cape" in drawn
    assert "Fiji →" in drawn


def test_a_project_has_a_mark_where_any_part_of_it_is_on_the_map() -> None:
    """Proves: P2 widens Xi'an-Khorgos, whose middle lies east of the corridor panel: its mark stands at Khorgos. P4
    widens Duisburg alone, outside the panel: the list says so, and of P2 it does not.
    If it were ignored: the list would name works that nobody finds on the map.
    """
    plan = busy_plan()
    effects = plan.case.table("ProjectEffects").replace({"asset": {"L3": "L1", "KZ_ALT": "DE_DUI"}})
    facts = Facts(dataclasses.replace(plan, case=plan.case.with_tables(ProjectEffects=effects)))
    scene = Scene(facts, CORE)
    assert not CORE.holds(scene.curves["L1"].middle)
    assert [(mark.project, mark.target) for mark in scene.marks] == [("P2", scene.places["KZ_ALT"])]
    told = {line.split()[0]: line.endswith(OFF_MAP) for line in project_lines(facts, scene.marks)}
    assert told == {"P4": True, "P2": False}
