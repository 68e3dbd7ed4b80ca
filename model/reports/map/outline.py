"""Land and border lines for the maps, from the shipped file or from one of the reader's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]
SHIPPED: Final = Path(__file__).parent.parent / "data" / "outline.geojson"
LARGEST: Final = 20_000_000  # bytes of a boundaries file


class BoundariesError(Exception):
    """The boundaries file cannot be used; the text says why."""


@dataclass(frozen=True)
class Outline:
    """Rings of land (filled by the even-odd rule) and border lines of one panel, in degrees."""

    land: tuple[tuple[Point, ...], ...]
    borders: tuple[tuple[Point, ...], ...]


@cache
def outline(part: str, boundaries: Path | None = None) -> Outline:
    """Outline of a panel ('core' or 'wide').

    Raises BoundariesError when `boundaries` is not a GeoJSON file of polygons and lines.
    """
    source = boundaries or SHIPPED
    try:
        if source.stat().st_size > LARGEST:
            raise BoundariesError(f"{source.name} is larger than 20 MB; simplify it first.")
        content = json.loads(source.read_text(encoding="utf-8-sig"))
        land: list[tuple[Point, ...]] = []
        borders: list[tuple[Point, ...]] = []
        for feature in content["features"]:
            if (feature.get("properties") or {}).get("part") in (None, part):
                for polygon, line in _lines(feature["geometry"]):
                    (land if polygon else borders).append(tuple((float(x), float(y)) for x, y, *_ in line))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BoundariesError(f"{source.name} is not a GeoJSON file of polygons and lines ({error}).") from error
    return Outline(tuple(land), tuple(borders))


def _lines(geometry: dict[str, Any] | None) -> Iterator[tuple[bool, list[Any]]]:
    """(is it a ring of land, points) of a geometry."""
    if not geometry:
        return
    kind, places = geometry["type"], geometry.get("coordinates", [])
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _lines(part)
    elif kind == "Polygon":
        yield from ((True, ring) for ring in places)
    elif kind == "MultiPolygon":
        yield from ((True, ring) for polygon in places for ring in polygon)
    elif kind == "LineString":
        yield False, places
    elif kind == "MultiLineString":
        yield from ((False, line) for line in places)
