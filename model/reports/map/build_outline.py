"""Builds data/outline.geojson from the npm package world-atlas (Natural Earth, public domain). Run by hand, rarely.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m model.reports.map.build_outline package

Borders are a political statement, so they are treated on purpose: Crimea belongs to Ukraine and the north of Cyprus to
Cyprus (as the United Nations General Assembly holds); other lines are those of Natural Earth, drawn thin and dashed.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]
Line = list[Point]

TARGET: Final = Path(__file__).parent.parent / "data" / "outline.geojson"
PARTS: Final = (
    # name, file, window (west, south, east, north), tolerance in degrees, smallest island in square degrees
    ("core", "countries-50m.json", (10.0, 22.0, 100.0, 62.0), 0.04, 0.03),
    ("wide", "countries-110m.json", (-25.0, -5.0, 165.0, 78.0), 0.18, 0.4),
)
JOINED: Final = {"N. Cyprus": "Cyprus", "Siachen Glacier": "India"}
CRIMEA: Final = (34.1, 44.95)  # Simferopol: the ring around it goes to Ukraine


def main(package: Path) -> None:
    """Write the outline of all parts."""
    features: list[dict[str, Any]] = []
    for name, file, window, tolerance, smallest in PARTS:
        atlas = json.loads((package / file).read_text(encoding="utf-8"))
        arcs = [simplified(line, tolerance) for line in decoded(atlas)]
        land = [[rounded(ring) for ring in polygon] for polygon in land_polygons(atlas, arcs, window, smallest)]
        borders = [line for arc in border_arcs(atlas, arcs) for line in clipped_line(arcs[arc], window)]
        features.append(_feature(name, "land", "MultiPolygon", land))
        features.append(_feature(name, "border", "MultiLineString", [rounded(line) for line in borders]))
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    TARGET.write_text(text + "\n", encoding="utf-8")


def _feature(part: str, layer: str, kind: str, coordinates: list[Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"part": part, "layer": layer}, "geometry": geometry}


def decoded(atlas: dict[str, Any]) -> list[Line]:
    """Arcs of a quantised topology as lines of (longitude, latitude)."""
    (scale_x, scale_y), (shift_x, shift_y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    lines = []
    for arc in atlas["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale_x + shift_x, y * scale_y + shift_y))
        lines.append(line)
    return lines


def rings(atlas: dict[str, Any]) -> Iterable[tuple[str, list[int]]]:
    """(country, signed arc numbers) of every ring."""
    for country in atlas["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [country.get("arcs")], "MultiPolygon": country.get("arcs")}.get(country["type"], [])
        name = country["properties"]["name"]
        for polygon in polygons:
            for ring in polygon:
                yield JOINED.get(name, name), ring


def line_of(ring: Sequence[int], arcs: list[Line]) -> Line:
    """Arcs of a ring joined into one line; ~n is arc n backwards."""
    line: Line = []
    for number in ring:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += part[1:] if line else part
    return line


def owners(atlas: dict[str, Any], arcs: list[Line]) -> dict[int, set[str]]:
    """Arc → the countries that it bounds, Crimea counted to Ukraine."""
    found: dict[int, set[str]] = {}
    for name, ring in rings(atlas):
        own = "Ukraine" if name == "Russia" and holds(line_of(ring, arcs), CRIMEA) and len(ring) < 12 else name
        for number in ring:
            found.setdefault(number if number >= 0 else ~number, set()).add(own)
    return found


def border_arcs(atlas: dict[str, Any], arcs: list[Line]) -> list[int]:
    """Arcs between two countries."""
    return sorted(arc for arc, names in owners(atlas, arcs).items() if len(names) > 1)


def land_polygons(
    atlas: dict[str, Any], arcs: list[Line], window: tuple[float, float, float, float], smallest: float
) -> Iterable[list[Line]]:
    """Land without country borders, cut to the window: outer ring first, then holes such as the Caspian Sea."""
    for shape in atlas["objects"]["land"]["geometries"]:
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            found = [clipped_ring(line_of(ring, arcs), window) for ring in polygon]
            kept = [line for line in found if len(line) >= 4 and abs(area(line)) >= smallest]
            if kept and found[0] is kept[0]:
                yield kept


def holds(ring: Line, point: Point) -> bool:
    """Whether the point lies inside the ring (ray casting)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def area(ring: Line) -> float:
    """Signed area in square degrees."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def simplified(line: Line, tolerance: float) -> Line:
    """Douglas-Peucker with both ends kept, so that neighbours still meet."""
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        worst, index = tolerance, -1
        for position in range(first + 1, last):
            distance = _distance(line[position], line[first], line[last])
            if distance > worst:
                worst, index = distance, position
        if index >= 0:
            keep.add(index)
            stack += [(first, index), (index, last)]
    return [line[position] for position in sorted(keep)]


def _distance(point: Point, first: Point, last: Point) -> float:
    dx, dy = last[0] - first[0], last[1] - first[1]
    if dx == dy == 0:
        return math.dist(point, first)
    along = max(0.0, min(1.0, ((point[0] - first[0]) * dx + (point[1] - first[1]) * dy) / (dx * dx + dy * dy)))
    return math.dist(point, (first[0] + along * dx, first[1] + along * dy))


def clipped_ring(ring: Line, window: tuple[float, float, float, float]) -> Line:
    """Sutherland-Hodgman: the ring cut to the window."""
    west, south, east, north = window
    for axis, bound, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        result: Line = []
        for before, here in zip(ring[-1:] + ring[:-1], ring, strict=True):
            was, now = sign * (before[axis] - bound) >= 0, sign * (here[axis] - bound) >= 0
            if was != now:
                part = (bound - before[axis]) / (here[axis] - before[axis])
                result.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
            if now:
                result.append(here)
        ring = result
        if not ring:
            return []
    return [*ring, ring[0]]


def clipped_line(line: Line, window: tuple[float, float, float, float]) -> list[Line]:
    """Stretches of the line whose points are in the window."""
    west, south, east, north = window
    parts: list[Line] = [[]]
    for x, y in line:
        if west <= x <= east and south <= y <= north:
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def rounded(line: Line) -> list[list[float]]:
    """Two decimals (about a kilometre), repeated points dropped."""
    points = [[round(x, 2), round(y, 2)] for x, y in line]
    return [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
