"""Greedy placing of names: each takes the first free place around its point or is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.reports.text import shorten

Point = tuple[float, float]
Box = tuple[float, float, float, float]

SIZE: Final = 11.0
LONGEST: Final = 20


@dataclass(frozen=True)
class Label:
    """A name at the start or end of which its point stands ('start', 'end' or 'middle')."""

    key: str
    text: str
    place: Point
    anchor: str


def short_name(name: str) -> str:
    """'Altynkol / Khorgos Gateway (KZ border)' → 'Altynkol'."""
    first = re.split(r"\s*[(/,]", shorten(name, 300), maxsplit=1)[0].strip()
    return shorten(first or name, LONGEST)


def place_labels(
    wanted: Sequence[tuple[str, str, Point]], points: Sequence[Point], size: tuple[float, float]
) -> list[Label]:
    """Labels for (key, text, point) in order of importance; `points` must stay uncovered, `size` is the panel."""
    taken: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    placed: list[Label] = []
    for key, text, (x, y) in wanted:
        width = 0.56 * SIZE * len(text) + 2
        for dx, dy, anchor in _around():
            box = _box(x + dx, y + dy, width, anchor)
            inside = box[0] >= 2 and box[1] >= 2 and box[2] <= size[0] - 2 and box[3] <= size[1] - 2
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                placed.append(Label(key, text, (x + dx, y + dy), anchor))
                break
    return placed


def _around() -> tuple[tuple[float, float, str], ...]:
    return (
        (7, 4, "start"), (-7, 4, "end"), (0, -8, "middle"), (0, 16, "middle"), (6, -6, "start"), (-6, -6, "end"),
        (6, 13, "start"), (-6, 13, "end"),
    )  # fmt: skip


def _box(x: float, y: float, width: float, anchor: str) -> Box:
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, y - SIZE * 0.85, left + width, y + SIZE * 0.25


def _overlap(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
