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
LONGEST: Final = 24
WIDE_LETTER: Final = 0.82
"""Width of a letter of a country's name, space after it included, in sizes."""
NUDGES: Final = (0.0, -1.2, 1.2, -2.0, 2.0)
AROUND: Final = (
    (7, 4, "start"), (-7, 4, "end"), (0, -8, "middle"), (0, 16, "middle"), (6, -6, "start"), (-6, -6, "end"),
    (6, 13, "start"), (-6, 13, "end"), (10, -14, "start"), (-10, -14, "end"), (10, 22, "start"), (-10, 22, "end"),
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A name at the start or end of which its point stands ('start', 'end' or 'middle'), and the box it covers."""

    key: str
    text: str
    place: Point
    anchor: str
    box: Box


def short_name(name: str) -> str:
    """'Altynkol / Khorgos Gateway (KZ border)' → 'Altynkol'."""
    first = re.split(r"\s*[(/,]", shorten(name, 300), maxsplit=1)[0].strip()
    return shorten(first or name, LONGEST)


def place_labels(
    wanted: Sequence[tuple[str, str, Point]], points: Sequence[Point], size: tuple[float, float]
) -> list[Label]:
    """Labels for (key, text, point) in order of importance.

    `points` stay uncovered, `size` is the panel.
    """
    boxes: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    placed: list[Label] = []
    for key, text, (x, y) in wanted:
        width = 0.56 * SIZE * len(text) + 2
        for dx, dy, anchor in AROUND:
            box = _box(x + dx, y + dy, width, anchor)
            if free(box, boxes, size):
                boxes.append(box)
                placed.append(Label(key, text, (x + dx, y + dy), anchor, box))
                break
    return placed


def place_countries(
    wanted: Sequence[tuple[str, str, Sequence[Point]]], taken: Sequence[Box], size: tuple[float, float], letter: float
) -> list[Label]:
    """Names of countries, spaced out, each at the first free place near one of its points, or left out.

    `taken` is what must stay free, `letter` the size of a letter.
    """
    boxes, placed = list(taken), list[Label]()
    for key, text, places in wanted:
        half = 0.5 * WIDE_LETTER * letter * len(text)
        spots = ((x + dx * half, y + dy * letter) for dy in NUDGES for dx in (0.0, -0.4, 0.4) for x, y in places)
        for x, y in spots:
            box = (x - half, y - 0.8 * letter, x + half, y + 0.25 * letter)
            if free(box, boxes, size):
                boxes.append(box)
                placed.append(Label(key, text, (x, y), "middle", box))
                break
    return placed


def place_near(point: Point, half: float, boxes: Sequence[Box], size: tuple[float, float]) -> Point:
    """The first free place for a square mark around a point; right below it when all are taken."""
    for distance in (2.0, 3.2, 4.4, 6.0, 8.0):
        for dx, dy in ((0, 1), (1, 0.6), (-1, 0.6), (0, -1), (1, -0.6), (-1, -0.6)):
            x, y = point[0] + dx * distance * half * 0.8, point[1] + dy * distance * half * 0.8
            if free((x - half, y - half, x + half, y + half), boxes, size):
                return x, y
    return point[0], point[1] + 1.6 * half


def free(box: Box, boxes: Sequence[Box], size: tuple[float, float]) -> bool:
    """Whether a box lies within the panel and covers none of the others."""
    inside = box[0] >= 2 and box[1] >= 2 and box[2] <= size[0] - 2 and box[3] <= size[1] - 2
    return inside and not any(_overlap(box, other) for other in boxes)


def _box(x: float, y: float, width: float, anchor: str) -> Box:
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, y - SIZE * 0.85, left + width, y + SIZE * 0.25


def _overlap(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
