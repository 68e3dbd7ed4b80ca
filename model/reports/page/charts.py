"""Charts of the page: Vega-Lite drawings, made when the page is written; no library goes into the page.

Every mark carries its words as its accessible name; report.js shows them on hover and lets arrow keys walk over them.
Without scripts the drawing and the table beside it are there all the same.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from model.reports.markup import Markup, element, with_own_ids
from model.reports.text import number, shorten
from model.reports.workbook.charts import PALETTE

WIDTH: Final = 780
HEIGHT: Final = 300
SCATTER_HEIGHT: Final = 380
DOT_RADIUS, LETTER_WIDTH, LINE_HEIGHT = 4.0, 6.5, 11.0  # pixels, of a point and its name in `scatter`
INK: Final = "#1f2933"
GAIN: Final = "#2166ac"
LOSS: Final = "#b5483a"
TOTAL: Final = "#1d3c5a"
DECISION_COLOURS: Final = {"Build": "#17603a", "Not built": "#d1761f", "Committed": "#5b9bb8"}
CONFIG: Final = {
    "font": "sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelColor": INK, "titleColor": INK, "gridColor": "#e1e6ea"},
    "axisX": {"grid": False, "labelAngle": 0},
    "legend": {"orient": "bottom", "labelFontSize": 12, "title": None, "columns": 6, "symbolLimit": 40},
}

Row = Mapping[str, Any]
Bar = tuple[str, float, str, str, bool]
"""Name, value, decision, words, and whether the value is a bound."""

PALE: Final = 0.4


def drawing(
    title: str, spec: Mapping[str, Any], rows: Sequence[Row], width: int = WIDTH, height: int = HEIGHT
) -> Markup:
    """A figure of a Vega-Lite specification over rows; `words` of a row names its mark."""
    whole = {
        "width": width, "height": height, "config": CONFIG, "data": {"values": list(rows)},
        "autosize": {"type": "pad", "contains": "padding"}, **spec,
    }  # fmt: skip
    return figure(title, whole)


def figure(title: str, spec: Mapping[str, Any], *, vega: bool = False) -> Markup:
    """A figure of a whole Vega-Lite specification, or of one of `vega` itself."""
    try:
        import vl_convert
    except ImportError:  # a plan that took ten minutes is not lost for a drawing
        return element("p", f"{title}: drawn where the package vl-convert-python is installed.", class_="note")
    draw = vl_convert.vega_to_svg if vega else vl_convert.vegalite_to_svg
    svg = draw(json.dumps(spec))
    return element(
        "figure", element("figcaption", title),
        element("div", Markup(_embedded(svg, title)), class_="chart-box"),
        element("p", class_="chart-words", aria_live="polite"), class_="drawing",
    )  # fmt: skip


def _embedded(svg: str, title: str) -> str:
    """The drawing as a part of a page: as wide as there is room, names of its own, its title said."""
    own = "c" + hashlib.sha256(f"{title}{svg}".encode()).hexdigest()[:10]
    svg = re.sub(r"(\.\d\d)\d+", r"\1", with_own_ids(svg, own))
    size = re.search(r'viewBox="([^"]+)"', svg)
    box = size[1] if size else f"0 0 {WIDTH} {HEIGHT}"
    head = element("svg", viewBox=box, class_="chart", role="group", aria_label=shorten(title, 200), tabindex=0)
    return str(head).removesuffix("</svg>").removesuffix("/>") + svg[svg.index(">") + 1 :]


def stacked_columns(
    title: str,
    unit: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    own: Mapping[str, str] | None = None,
) -> Markup:
    """Columns of parts, what is below zero downwards. `series` are (name, one value per category), `own` colours."""
    rows = [
        {
            "at": shorten(category, 40), "name": shorten(name, 60), "value": float(values[place]), "order": order,
            "words": f"{shorten(name, 80)}, {shorten(category, 40)}: {number(values[place], 1)} {unit}",
        }
        for order, (name, values) in enumerate(series)
        for place, category in enumerate(categories)
        if abs(values[place]) > 0
    ]  # fmt: skip
    names = [shorten(name, 60) for name, _ in series]
    colours = [(own or {}).get(name) or PALETTE[place % len(PALETTE)] for place, (name, _) in enumerate(series)]
    # shares add up to 100 but for rounding: an axis to 110 % would promise more
    scale = {"domain": [0, 100], "clamp": True} if unit == "%" else {}
    spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "at", "type": "nominal", "sort": [shorten(one, 40) for one in categories], "title": None},
            "y": {"field": "value", "type": "quantitative", "title": unit, "scale": scale},
            "color": {"field": "name", "type": "nominal", "scale": {"domain": names, "range": colours}},
            "order": {"field": "order"},
            "description": {"field": "words"},
        },
    }
    return drawing(f"{title} [{unit}]", spec, rows)


def waterfall(title: str, unit: str, steps: Sequence[tuple[str, float]], total: str) -> Markup:
    """Steps from nothing to their sum, each beginning where the one before ended; `total` names the last bar."""
    rows: list[dict[str, Any]] = []
    before = 0.0
    for name, value in steps:
        kind = "more" if value >= 0 else "less"
        words = f"{name}: {number(value, 1)} {unit}"
        rows.append({"name": name, "from": before, "to": before + value, "kind": kind, "words": words})
        before += value
    words = f"{total}: {number(before, 1)} {unit}"
    rows.append({"name": total, "from": 0.0, "to": before, "kind": "sum", "words": words})
    for row in rows:
        row["label"] = number(row["to"] - row["from"], 1)
        row["end"] = max(row["from"], row["to"])
    names = [str(row["name"]) for row in rows]
    y = {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 240}}
    bar = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": y,
            "x": {"field": "from", "type": "quantitative", "title": unit},
            "x2": {"field": "to"},
            "color": {
                "field": "kind", "type": "nominal", "legend": None,
                "scale": {"domain": ["more", "less", "sum"], "range": [GAIN, LOSS, TOTAL]},
            },
            "description": {"field": "words"},
        },
    }  # fmt: skip
    text = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "aria": False},
        "encoding": {"y": y, "x": {"field": "end", "type": "quantitative"}, "text": {"field": "label"}},
    }
    return drawing(f"{title} [{unit}]", {"layer": [bar, text]}, rows, height=22 * len(rows))


def ranked_bars(title: str, unit: str, bars: Sequence[Bar]) -> Markup:
    """Bars that run both ways from zero, in the order given; a figure that is a bound is pale."""
    rows = [
        {"name": name, "value": value, "kind": kind, "words": words, "bound": bound}
        for name, value, kind, words, bound in bars
    ]
    names = [str(row["name"]) for row in rows]
    pale = {"domain": [False, True], "range": [1.0, PALE]}
    spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 280}},
            "x": {"field": "value", "type": "quantitative", "title": unit},
            "color": _decisions(rows),
            "opacity": {"field": "bound", "type": "nominal", "scale": pale, "legend": None},
            "description": {"field": "words"},
        },
    }
    return drawing(f"{title} [{unit}]", spec, rows, width=560, height=20 * len(rows))


def scatter(title: str, axes: tuple[str, str], points: Sequence[tuple[str, float, float, str, str]]) -> Markup:
    """Points (name, x, y, decision, words) above 0 on logarithmic axes, with the line on which both are equal."""
    rows: list[dict[str, Any]] = [
        {"name": name, "x": x, "y": y, "kind": kind, "words": words} for name, x, y, kind, words in points
    ]  # fmt: skip
    ends = [min(row["x"] for row in rows), max(row["x"] for row in rows)]
    spans = {axis: _decades([row[axis] for row in rows] + [end for end in ends if axis == "y"]) for axis in "xy"}
    scales = {axis: {"type": "log", "domain": list(span), "nice": False} for axis, span in spans.items()}
    for row, height in zip(rows, label_heights(rows, spans["x"], spans["y"]), strict=True):
        row["label_y"] = height
    dots = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": axes[0], "scale": scales["x"], "axis": {"grid": True}},
            "y": {"field": "y", "type": "quantitative", "title": axes[1], "scale": scales["y"]},
            "color": _decisions(rows),
            "description": {"field": "words"},
        },
    }
    names = {
        "mark": {"type": "text", "fontSize": 10, "aria": False},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"}, "y": {"field": "label_y", "type": "quantitative"},
            "text": {"field": "name"},
        },
    }  # fmt: skip
    even = {
        "data": {"values": [{"x": end, "y": end} for end in ends]},
        "mark": {"type": "line", "strokeDash": [4, 3], "color": "#7b8794", "description": "Saves what it costs"},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    }
    return drawing(title, {"layer": [even, dots, names]}, rows, height=SCATTER_HEIGHT)


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Powers of ten that enclose values above 0."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def label_heights(rows: Sequence[Row], across: tuple[float, float], up: tuple[float, float]) -> list[float]:
    """Where the name of each point of `scatter` stands, as a value of its y axis: over the point, and over other names.

    Names side by side would run into each other, so they are piled up. `across` and `up` are the ends of the axes.
    """

    def pixel(value: float, ends: tuple[float, float], length: float) -> float:
        return length * math.log(value / ends[0]) / math.log(ends[1] / ends[0])

    taken = [
        (pixel(row["x"], across, WIDTH), pixel(row["y"], up, SCATTER_HEIGHT), DOT_RADIUS, DOT_RADIUS) for row in rows
    ]
    found = [0.0] * len(rows)
    for place in sorted(range(len(rows)), key=lambda place: (rows[place]["y"], rows[place]["x"])):
        x, y, *_ = taken[place]
        half = 0.5 * LETTER_WIDTH * len(rows[place]["name"])
        y += LINE_HEIGHT
        while any(
            abs(x - other) < half + wide and abs(y - above) < LINE_HEIGHT / 2 + high
            for other, above, wide, high in taken
        ):
            y += LINE_HEIGHT / 4
        taken.append((x, y, half, LINE_HEIGHT / 2))
        found[place] = up[0] * (up[1] / up[0]) ** (y / SCATTER_HEIGHT)
    return found


def _decisions(rows: Sequence[Row]) -> dict[str, Any]:
    """Colours of decisions, those that are there."""
    there = [kind for kind in DECISION_COLOURS if any(row["kind"] == kind for row in rows)]
    colours = [DECISION_COLOURS[kind] for kind in there]
    return {"field": "kind", "type": "nominal", "scale": {"domain": there, "range": colours}}
