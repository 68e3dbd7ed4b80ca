"""More drawings: bars with what is proven of them, a curve with its range, a heat map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from model.reports.markup import Markup
from model.reports.page.charts import GAIN, INK, LOSS, drawing
from model.reports.text import number, shorten

LONGEST = 46


def bars_with_ranges(
    title: str, unit: str, bars: Sequence[tuple[str, float, float, float]], proven: str = "proven: from {} to {}"
) -> Markup:
    """Bars from zero, (name, value, at least, at most) in the order given; a line shows what is proven of each."""
    rows = []
    for name, value, least, most in bars:
        known = math.isfinite(least) and math.isfinite(most)
        words = f"{name}: {number(value, 1)} {unit}"
        words += f"; {proven.format(number(least, 1), number(most, 1))}" if known else ""
        kind = "more" if value >= 0 else "less"
        row: dict[str, Any] = {"name": shorten(name, LONGEST), "value": value, "kind": kind, "words": words}
        rows.append(row | ({"least": least, "most": most} if known else {}))
    y = _names(rows)
    bar = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": y,
            "x": {"field": "value", "type": "quantitative", "title": unit},
            "color": _signs(),
            "description": {"field": "words"},
        },
    }
    line = {
        "transform": [{"filter": "isValid(datum.least)"}],
        "mark": {"type": "rule", "strokeWidth": 2, "color": INK, "aria": False},
        "encoding": {"y": y, "x": {"field": "least", "type": "quantitative"}, "x2": {"field": "most"}},
    }
    return drawing(f"{title} [{unit}]", {"layer": [bar, line]}, rows, width=560, height=22 * len(rows))


def tornado(title: str, unit: str, middle: float, bars: Sequence[tuple[str, float, float, str, str]]) -> Markup:
    """Bars to both sides of `middle`: (name, value lower, value higher, what is lower, what is higher)."""
    rows: list[dict[str, Any]] = []
    for name, low, high, lower, higher in bars:
        for value, kind in ((low, lower), (high, higher)):
            if math.isfinite(value):
                words = f"{name}, {kind}: {number(value, 1)} {unit}"
                colour = "lower" if kind == lower else "higher"
                rows.append(
                    {"name": shorten(name, LONGEST), "from": middle, "to": value, "kind": colour, "words": words}
                )
    bar = {
        "mark": {"type": "bar", "opacity": 0.9},
        "encoding": {
            "y": _names(rows),
            "x": {"field": "from", "type": "quantitative", "title": unit, "scale": {"zero": False}},
            "x2": {"field": "to"},
            "color": {
                "field": "kind", "type": "nominal",
                "scale": {"domain": ["lower", "higher"], "range": ["#5b9bb8", "#d1761f"]},
            },
            "description": {"field": "words"},
        },
    }  # fmt: skip
    mark = {"type": "rule", "color": INK, "description": f"As it is: {number(middle, 1)} {unit}"}
    rule = {"mark": mark, "encoding": {"x": {"datum": middle}}}
    names = list(dict.fromkeys(row["name"] for row in rows))
    return drawing(f"{title} [{unit}]", {"layer": [bar, rule]}, rows, width=560, height=22 * len(names))


def curve(title: str, axes: tuple[str, str], points: Sequence[tuple[float, float, float, float, str]]) -> Markup:
    """A line through (x, y, y at least, y at most, words), with a band for what is proven of it."""
    rows = []
    for at, value, least, most, words in points:
        known = math.isfinite(least) and math.isfinite(most)
        rows.append({"x": at, "y": value, "words": words} | ({"least": least, "most": most} if known else {}))
    x = {"field": "x", "type": "quantitative", "title": axes[0]}
    y = {"field": "y", "type": "quantitative", "title": axes[1]}
    band = {
        "transform": [{"filter": "isValid(datum.least)"}],
        "mark": {"type": "area", "opacity": 0.2, "color": GAIN, "aria": False},
        "encoding": {"x": x, "y": {"field": "least", "type": "quantitative"}, "y2": {"field": "most"}},
    }
    line = {"mark": {"type": "line", "color": GAIN, "aria": False}, "encoding": {"x": x, "y": y}}
    dots = {
        "mark": {"type": "point", "filled": True, "size": 80, "color": GAIN, "opacity": 1},
        "encoding": {"x": x, "y": y, "description": {"field": "words"}},
    }
    return drawing(title, {"layer": [band, line, dots]}, rows)


def heat_map(title: str, cells: Sequence[tuple[str, str, float, str]], unit: str, *, figures: bool = True) -> Markup:
    """Squares (row, column, value, words), darker with the value; the value stands in them unless `figures` is off."""
    rows = [
        {
            "row": shorten(row, LONGEST), "column": shorten(column, 24), "value": value,
            "label": number(value) if figures else "", "words": words,
        }
        for row, column, value, words in cells
        if math.isfinite(value)
    ]  # fmt: skip
    names = list(dict.fromkeys(shorten(row, LONGEST) for row, *_ in cells))
    columns = list(dict.fromkeys(shorten(column, 24) for _, column, *_ in cells))
    largest = max((float(str(row["value"])) for row in rows), default=1.0) or 1.0
    y = {"field": "row", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 280}}
    x = {"field": "column", "type": "nominal", "sort": columns, "title": None, "axis": {"labelAngle": -40}}
    scale = {"scheme": "blues", "domain": [0, largest]}
    square = {
        "mark": {"type": "rect", "stroke": "#ffffff"},
        "encoding": {
            "y": y, "x": x, "description": {"field": "words"},
            "color": {"field": "value", "type": "quantitative", "scale": scale, "legend": None},
        },
    }  # fmt: skip
    light = {"condition": {"test": f"datum.value > {0.55 * largest!r}", "value": "#ffffff"}, "value": INK}
    text = {
        "mark": {"type": "text", "fontSize": 11, "aria": False},
        "encoding": {"y": y, "x": x, "text": {"field": "label"}, "color": light},
    }
    head = f"{title} [{unit}]" if unit else title
    width = min(780, 70 * max(8, len(columns)))  # a page scales drawings to its width
    return drawing(head, {"layer": [square, text]}, rows, width=width, height=24 * len(names))


def _names(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(str(row["name"]) for row in rows))
    return {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 300}}


def _signs() -> dict[str, Any]:
    return {
        "field": "kind", "type": "nominal", "legend": None,
        "scale": {"domain": ["more", "less"], "range": [GAIN, LOSS]},
    }  # fmt: skip
