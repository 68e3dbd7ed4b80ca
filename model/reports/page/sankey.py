"""A market's cargo as bands: from where, over which border, by which route group, to where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.reports.analysis.drawn.ways import COLUMNS, Way, by_route_group, flows_at
from model.reports.markup import Markup
from model.reports.page.charts import INK, figure
from model.reports.text import number, percent, shorten
from model.reports.workbook.charts import OF_NONE

WIDTH: Final = 900
HEIGHT: Final = 330
TOP: Final = 22
BAR: Final = 12
GAP: Final = 10.0
MOST: Final = 7
"""Names in a column; the smallest stand together."""
OTHER: Final = "others"
DUST: Final = 1e-9

Place = tuple[int, str]


@dataclass(frozen=True)
class Band:
    """Cargo between two places of neighbouring columns, or further apart, of one route group [kTEU a year]."""

    start: Place
    end: Place
    group: str
    flow: float


def bands(found: Sequence[Way]) -> list[Band]:
    """Ways cut into bands, alike ones together; a column in which a way has no name is passed over."""
    kept = [list(flows_at(found, column))[:MOST] for column in range(len(COLUMNS))]
    sums: dict[tuple[Place, Place, str], float] = {}
    for way in found:
        stops = [(column, name if name in kept[column] else OTHER) for column, name in enumerate(way.places) if name]
        for start, end in zip(stops, stops[1:], strict=False):
            key = (start, end, way.places[2])
            sums[key] = sums.get(key, 0.0) + way.flow
    return [Band(*key, flow) for key, flow in sums.items() if flow > DUST]


def sankey(title: str, unit: str, found: Sequence[Way], own: Mapping[str, str]) -> Markup:
    """The drawing; each band and each place says its figure. `own` are the colours of route groups."""
    whole, drawn = sum(way.flow for way in found), bands(found)
    order = list(by_route_group(found))
    boxes, scale = _boxes(drawn, order)
    marks: list[dict[str, Any]] = []
    for band, path in _paths(drawn, boxes, scale, order):
        words = f"{band.group}, {_told(band.start)} to {_told(band.end)}: {number(band.flow, 1)} {unit}"
        marks.append(
            {"path": path, "colour": own.get(band.group, OF_NONE), "words": f"{words}, {percent(band.flow / whole)}"}
        )
    places = [
        {
            "x": _x(place[0]), "y": top, "height": max(height, 1.0), "name": shorten(place[1], 34),
            "at": _x(place[0]) + (BAR + 4 if place[0] < len(COLUMNS) - 1 else -4), "middle": top + height / 2,
            "align": "left" if place[0] < len(COLUMNS) - 1 else "right",
            "words": f"{COLUMNS[place[0]]}: {place[1]}, {number(height / scale, 1)} {unit}",
        }
        for place, (top, height) in boxes.items()
    ]  # fmt: skip
    heads = [
        {"x": _x(at) if at < len(COLUMNS) - 1 else _x(at) + BAR, "name": name,
         "align": "left" if at < len(COLUMNS) - 1 else "right"}
        for at, name in enumerate(COLUMNS)
    ]  # fmt: skip
    height = max(top + tall for top, tall in boxes.values()) + 6
    return figure(f"{title} [{unit}]", _specification(marks, places, heads, height), vega=True)


def _told(place: Place) -> str:
    return f"{place[1]} ({COLUMNS[place[0]].lower()})" if place[1] == OTHER else place[1]


def _x(column: int) -> float:
    return column * (WIDTH - BAR) / (len(COLUMNS) - 1)


def _boxes(drawn: Sequence[Band], order: Sequence[str]) -> tuple[dict[Place, tuple[float, float]], float]:
    """Place → its top and height; and height per kTEU, the same in all columns."""
    size: dict[Place, float] = {}
    rank: dict[Place, float] = {}
    for side in ("start", "end"):
        sums: dict[Place, float] = {}
        for band in drawn:
            place: Place = getattr(band, side)
            sums[place] = sums.get(place, 0.0) + band.flow
            rank[place] = rank.get(place, 0.0) + band.flow * order.index(band.group)
        for place, flow in sums.items():
            size[place] = max(size.get(place, 0.0), flow)
    columns = {column: [place for place in size if place[0] == column] for column in range(len(COLUMNS))}
    room = [(HEIGHT - GAP * (len(some) - 1)) / sum(size[one] for one in some) for some in columns.values() if some]
    scale = min(room)
    boxes: dict[Place, tuple[float, float]] = {}
    for some in columns.values():
        top = float(TOP)
        for place in sorted(some, key=lambda one: (one[1] == OTHER, rank[one] / size[one], -size[one], one[1])):
            boxes[place] = (top, size[place] * scale)
            top += max(size[place] * scale, 4.0) + GAP
    return boxes, scale


def _paths(
    drawn: Sequence[Band], boxes: Mapping[Place, tuple[float, float]], scale: float, order: Sequence[str]
) -> list[tuple[Band, str]]:
    """Bands with their outlines: at each place one below the other, in the order of where they come from or go to."""
    left = {place: top for place, (top, _) in boxes.items()}
    right = dict(left)
    starts: dict[Band, float] = {}
    for band in sorted(drawn, key=lambda one: (one.start, order.index(one.group), boxes[one.end][0])):
        starts[band] = right[band.start]
        right[band.start] += band.flow * scale
    found = []
    for band in sorted(drawn, key=lambda one: (one.end, order.index(one.group), boxes[one.start][0])):
        begun, ended = starts[band], left[band.end]
        left[band.end] += band.flow * scale
        x0, x1 = _x(band.start[0]) + BAR, _x(band.end[0])
        middle, thick = (x0 + x1) / 2, max(band.flow * scale, 0.6)
        found.append((
            band,
            f"M{x0:.1f},{begun:.1f}C{middle:.1f},{begun:.1f} {middle:.1f},{ended:.1f} {x1:.1f},{ended:.1f}"
            f"V{ended + thick:.1f}C{middle:.1f},{ended + thick:.1f} {middle:.1f},{begun + thick:.1f} "
            f"{x0:.1f},{begun + thick:.1f}Z",
        ))  # fmt: skip
    return found


def _specification(
    marks: Sequence[Mapping[str, Any]],
    places: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    height: float,
) -> dict[str, Any]:
    """The Vega specification."""

    def field(name: str) -> dict[str, str]:
        return {"field": name}

    def words(size: int, data: str, enter: Mapping[str, Any]) -> dict[str, Any]:
        usual = {"fontSize": {"value": size}, "fill": {"value": INK}, "text": field("name"), "align": field("align")}
        return {"type": "text", "aria": False, "from": {"data": data}, "encode": {"enter": {**usual, **enter}}}

    band = {"path": field("path"), "fill": field("colour"), "fillOpacity": {"value": 0.55}}
    box = {
        "x": field("x"), "y": field("y"), "width": {"value": BAR}, "height": field("height"), "fill": {"value": INK},
    }  # fmt: skip
    halo = {
        "stroke": {"value": "#ffffff"}, "strokeWidth": {"value": 3}, "strokeOpacity": {"value": 0.8},
        "strokeJoin": {"value": "round"}, "fillOpacity": {"value": 0},
    }  # fmt: skip
    name = {"x": field("at"), "y": field("middle"), "baseline": {"value": "middle"}}
    return {
        "width": WIDTH, "height": height, "padding": 4, "background": None,
        "data": [
            {"name": "bands", "values": list(marks)},
            {"name": "places", "values": list(places)},
            {"name": "heads", "values": list(heads)},
        ],
        "marks": [
            {"type": "path", "from": {"data": "bands"}, "encode": {"enter": {**band, "description": field("words")}}},
            {"type": "rect", "from": {"data": "places"}, "encode": {"enter": {**box, "description": field("words")}}},
            words(12, "places", {**name, **halo}),
            words(12, "places", name),
            words(12, "heads", {"x": field("x"), "y": {"value": 10}, "fontWeight": {"value": "bold"}}),
        ],
    }  # fmt: skip
