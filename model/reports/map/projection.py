"""Lambert conformal conic projection of the sphere and its fit into a drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

Point = tuple[float, float]


@dataclass(frozen=True)
class Lambert:
    """Lambert conformal conic with two standard parallels (Snyder, Map Projections, 1987, p. 106-107), in radii.

    All angles in degrees; y grows northwards.
    """

    longitude: float
    latitude: float
    parallels: tuple[float, float]

    @cached_property
    def _constants(self) -> tuple[float, float, float]:
        first, second = (math.radians(value) for value in self.parallels)
        cone = math.log(math.cos(first) / math.cos(second)) / math.log(_tangent(second) / _tangent(first))
        factor = math.cos(first) * _tangent(first) ** cone / cone
        return cone, factor, factor / _tangent(math.radians(self.latitude)) ** cone

    def project(self, longitude: float, latitude: float) -> Point:
        """Degrees → (x, y) in earth radii."""
        cone, factor, origin = self._constants
        radius = factor / _tangent(math.radians(max(-80.0, min(89.0, latitude)))) ** cone
        angle = cone * math.radians((longitude - self.longitude + 180) % 360 - 180)
        return radius * math.sin(angle), origin - radius * math.cos(angle)


def _tangent(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


@dataclass(frozen=True)
class Panel:
    """A rectangle of `width` × `height` drawing units that shows a window of the earth.

    `window` is (west, south, east, north) in degrees: points along the parallels in the middle of the window reach
    the left and right edges; `middle` is the projected centre.
    """

    name: str
    projection: Lambert
    window: tuple[float, float, float, float]
    width: float
    height: float

    @cached_property
    def _fit(self) -> tuple[float, float, float]:
        west, south, east, north = self.window
        middle = (south + north) / 2
        left, right = self.projection.project(west, middle), self.projection.project(east, middle)
        centre = self.projection.project((west + east) / 2, middle)
        return self.width / (right[0] - left[0]), (left[0] + right[0]) / 2, (left[1] + right[1] + 2 * centre[1]) / 4

    def place(self, longitude: float, latitude: float) -> Point:
        """Degrees → drawing units, y downwards."""
        scale, x0, y0 = self._fit
        x, y = self.projection.project(longitude, latitude)
        return self.width / 2 + scale * (x - x0), self.height / 2 - scale * (y - y0)

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a placed point lies within the rectangle (grown by the margin)."""
        return -margin <= point[0] <= self.width + margin and -margin <= point[1] <= self.height + margin

    def line(self, points: Iterable[Point]) -> list[Point]:
        """A line of degrees in drawing units."""
        return [self.place(longitude, latitude) for longitude, latitude in points]


CORE = Panel("core", Lambert(54.0, 42.0, (36.0, 48.0)), (25.5, 33.8, 83.5, 52.2), 1200, 560)
WIDE = Panel("wide", Lambert(72.0, 42.0, (28.0, 56.0)), (-1.0, 12.0, 149.0, 66.0), 540, 290)
