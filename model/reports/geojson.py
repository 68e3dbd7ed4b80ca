"""GeoJSON (RFC 7946) of nodes, links with their flows, and projects, for GIS programs; the keys are ids."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from model.reports.analysis.events import touched
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.flows import MapFlows
from model.reports.text import plain

HALF_TURN: Final = 180.0
EARTH_RADIUS: Final = 6371.0
FAR: Final = 1000.0
"""Kilometres beyond which a link is drawn along the great circle."""
STEP: Final = 250.0

Place = tuple[float, float]


def write_geojson(facts: Facts, folder: Path) -> None:
    """Write nodes, links and projects into the folder geojson. Places without coordinates are left out."""
    target = folder / "geojson"
    target.mkdir(exist_ok=True)
    flows = MapFlows(facts)
    for name, features in (
        ("nodes", _nodes(facts, flows)),
        ("links", _links(facts, flows)),
        ("projects", _projects(facts)),
    ):
        content = {"type": "FeatureCollection", "features": features}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        (target / f"{name}.geojson").write_text(text + "\n", encoding="utf-8")


def _nodes(facts: Facts, flows: MapFlows) -> list[dict[str, Any]]:
    """Points; properties node, name, country, kind and, by period, mt_…, boxes_kteu_…, utilisation_… in the period."""
    totals = facts.node_totals
    amounts = dict(zip(totals.index.tolist(), totals[["mt", "kteu"]].to_numpy(float).tolist(), strict=True))
    features = []
    for row in rows(facts.nodes):
        if math.isnan(row.longitude) or math.isnan(row.latitude):
            continue
        properties: dict[str, Any] = {"node": plain(row.node), "name": plain(row.name), "country": plain(row.country)}
        properties["kind"] = row.kind
        for period in facts.periods:
            mt, kteu = amounts.get((row.node, period), (0.0, 0.0))
            properties |= _period(period, mt, kteu, flows.use("node", row.node, period)[0])
        features.append(_feature(row.node, "Point", [row.longitude, row.latitude], properties))
    return features


def _links(facts: Facts, flows: MapFlows) -> list[dict[str, Any]]:
    """Lines between the ends, the shorter way round the earth: straight, or great circles where they are long.

    Properties link, name, carrier, mode, length_km and by period those of the nodes.
    """
    places = {row.node: (row.longitude, row.latitude) for row in rows(facts.nodes)}
    features = []
    for row in rows(facts.links):
        ends = [places[row.from_node], places[row.to_node]]
        if any(math.isnan(value) for end in ends for value in end):
            continue
        properties: dict[str, Any] = {"link": plain(row.link), "name": plain(facts.names.link(row.link))}
        properties |= {"carrier": plain(row.carrier), "mode": facts.modes.get(row.carrier), "length_km": row.length_km}
        for period in facts.periods:
            flow = flows.links.get((row.link, period))
            use = flows.use("link", row.link, period)[0]
            properties |= _period(period, 0.0 if flow is None else flow.mt, 0.0 if flow is None else flow.kteu, use)
        features.append(_feature(row.link, *line_between(*ends), properties))
    return features


def line_between(start: Place, end: Place) -> tuple[str, list[Any]]:
    """Kind and coordinates of the way over the earth, cut in two where it crosses 180 degrees (RFC 7946, 3.1.9).

    A straight line in degrees, or, where the ends are more than FAR apart, points of the great circle.
    """
    points = _great_circle(start, end)
    for place, (one, other) in enumerate(pairwise(points)):
        if abs(other[0] - one[0]) <= HALF_TURN:
            continue
        edge = math.copysign(HALF_TURN, one[0])
        beyond = other[0] + math.copysign(2 * HALF_TURN, one[0])  # the end as the line sees it on its way
        part = (edge - one[0]) / (beyond - one[0])
        latitude = one[1] + part * (other[1] - one[1])
        lines = [[*points[: place + 1], (edge, latitude)], [(-edge, latitude), *points[place + 1 :]]]
        kept = [line for line in map(_without_repeats, lines) if len(line) > 1]  # an end on the cut needs no line
        return ("MultiLineString", kept) if len(kept) == 2 else ("LineString", kept[0])
    return "LineString", [list(point) for point in points]


def _without_repeats(line: Sequence[Place]) -> list[list[float]]:
    return [list(point) for place, point in enumerate(line) if not place or point != line[place - 1]]


def _great_circle(start: Place, end: Place) -> list[Place]:
    """The two ends, and between those far apart points every STEP at most; latitudes and longitudes in degrees."""
    one, other = _on_sphere(start), _on_sphere(end)
    angle = math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, other, strict=True)))))
    if angle * EARTH_RADIUS <= FAR or angle > math.pi - 1e-6:  # opposite ends have no one great circle
        return [start, end]
    count = math.ceil(angle * EARTH_RADIUS / STEP)
    points = [start]
    for place in range(1, count):
        weights = (math.sin((1 - place / count) * angle), math.sin(place / count * angle))
        x, y, z = (weights[0] * a + weights[1] * b for a, b in zip(one, other, strict=True))
        points.append(
            (round(math.degrees(math.atan2(y, x)), 4), round(math.degrees(math.atan2(z, math.hypot(x, y))), 4))
        )
    return [*points, end]


def _on_sphere(place: Place) -> tuple[float, float, float]:
    longitude, latitude = map(math.radians, place)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def _projects(facts: Facts) -> list[dict[str, Any]]:
    """Where projects work: the places that they change and the middles of links; properties as on sheet Projects.

    Figures are million USD; those of worth are present values and null where nobody worked them out.
    """
    places = {str(row.node): (row.longitude, row.latitude) for row in rows(facts.nodes)}
    for row in rows(facts.links):
        (west, south), (east, north) = places[row.from_node], places[row.to_node]
        if abs(east - west) <= HALF_TURN:
            places[str(row.link)] = ((west + east) / 2, (south + north) / 2)
    features = []
    for row in rows(facts.once(decisions)):
        found = sorted({places[key] for key in touched(facts, str(row.project)) if key in places})
        at = [list(place) for place in found if not any(math.isnan(value) for value in place)]
        if not at:
            continue
        project = facts.project_rows[str(row.project)]
        properties: dict[str, Any] = {
            "project": plain(row.project), "name": plain(project.name), "country": plain(project.country),
            "status": project.status, "decision": row.decision, "opening_year": _blank(row.opening),
            "capital_of_a_module": float(project.capex), "costs": _blank(row.cost), "saves": _blank(row.value),
            "opposite_decision_costs": _blank(row.opposite), "kind_of_figure": row.kind,
        }  # fmt: skip
        features.append(_feature(row.project, "MultiPoint", at, properties))
    return features


def _blank(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _period(period: str, mt: float, kteu: float, use: float | None) -> dict[str, Any]:
    """Figures of a period: Mt and kTEU of containers a year, share of the usable capacity (null: no limit)."""
    return {
        f"mt_{period}": round(mt, 6) + 0.0,  # no -0.0
        f"boxes_kteu_{period}": round(kteu, 6) + 0.0,
        f"utilisation_{period}": None if use is None else round(use, 6) + 0.0,
    }


def _feature(key: Any, kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": plain(key), "geometry": geometry, "properties": properties}
