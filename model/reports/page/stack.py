"""Stacked columns over periods as SVG: costs by term, tonnes by corridor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from model.reports.markup import Markup, element
from model.reports.text import number, shorten
from model.reports.workbook.charts import PALETTE

WIDTH: Final = 860
HEIGHT: Final = 330
LEFT: Final = 62
BOTTOM: Final = 28
TOP: Final = 14


def stacked_columns(
    title: str, unit: str, categories: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]
) -> Markup:
    """Columns of positive parts upwards and negative parts downwards, with a legend below as text.

    `series` are (name, one value per category).
    """
    ups = [sum(max(values[i], 0.0) for _, values in series) for i in range(len(categories))]
    downs = [sum(min(values[i], 0.0) for _, values in series) for i in range(len(categories))]
    step = nice_step(max([*ups, 1e-9]) - min([*downs, 0.0]))
    high = step * math.ceil(max([*ups, 1e-9]) / step - 1e-9)
    low = step * math.floor(min([*downs, 0.0]) / step + 1e-9)
    scale = (HEIGHT - TOP - BOTTOM) / (high - low)

    def level(value: float) -> float:
        return TOP + (high - value) * scale

    parts = [_grid(level, low, high, step)]
    slot = (WIDTH - LEFT - 6) / max(len(categories), 1)
    for index, category in enumerate(categories):
        x = LEFT + slot * (index + 0.14)
        up = down = 0.0
        for colour, (name, values) in enumerate(series):
            value = values[index]
            if abs(value) * scale < 0.05:
                continue
            base = up if value > 0 else down
            y, height = level(max(base, base + value)), abs(value) * scale
            words = element("title", f"{shorten(name, 80)}, {shorten(category, 40)}: {number(value, 1)} {unit}")
            fill = PALETTE[colour % len(PALETTE)]
            parts.append(element("rect", words, x=x, y=y, width=slot * 0.72, height=height, fill=fill))
            up, down = (up + value, down) if value > 0 else (up, down + value)
        if len(categories) <= 16 or index % 2 == 0:
            label = shorten(category, 10)
            parts.append(element("text", label, x=x + slot * 0.36, y=HEIGHT - 9, text_anchor="middle", font_size=12))
    drawing = element(
        "svg",
        element("title", f"{title} [{unit}]"),
        *parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="chart",
    )
    return element("figure", element("figcaption", f"{title} [{unit}]"), drawing, _legend([name for name, _ in series]))


def _grid(level: object, low: float, high: float, step: float) -> Markup:
    assert callable(level)
    parts = []
    for index in range(round((high - low) / step) + 1):
        value = low + index * step
        y = level(value)
        strong = abs(value) < step / 2
        parts.append(element("line", x1=LEFT, y1=y, x2=WIDTH - 6, y2=y, class_="axis" if strong else "grid"))
        digits = 0 if step >= 1 else 1
        parts.append(element("text", number(value, digits), x=LEFT - 6, y=y + 4, text_anchor="end", font_size=12))
    return element("g", *parts)


def _legend(names: Sequence[str]) -> Markup:
    items = [
        element("li", element("svg", element("rect", width=12, height=12, fill=PALETTE[i % len(PALETTE)]), class_="key",
                              viewBox="0 0 12 12", aria_hidden="true"), shorten(name, 80))
        for i, name in enumerate(names)
    ]  # fmt: skip
    return element("ul", *items, class_="keys")


def nice_step(span: float) -> float:
    """Distance of grid lines: 1, 2 or 5 times a power of ten, about five lines."""
    raw = max(span, 1e-9) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw - 1e-12)
