"""GeoJSON (RFC 7946) of nodes and links with their flows, for GIS programs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.flows import MapFlows
from model.reports.text import plain

HALF_TURN: Final = 180.0


def write_geojson(facts: Facts, folder: Path) -> None:
    """Write geojson/nodes.geojson and geojson/links.geojson. Places without coordinates are left out."""
    target = folder / "geojson"
    target.mkdir(exist_ok=True)
    flows = MapFlows(facts)
    for name, features in (("nodes", _nodes(facts, flows)), ("links", _links(facts, flows))):
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
        features.append(_feature("Point", [row.longitude, row.latitude], properties))
    return features


def _links(facts: Facts, flows: MapFlows) -> list[dict[str, Any]]:
    """Straight lines between the ends, the shorter way round the earth.

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
        features.append(_feature(*line_between(*ends), properties))
    return features


def line_between(start: tuple[float, float], end: tuple[float, float]) -> tuple[str, list[Any]]:
    """Kind and coordinates of a straight line, cut in two where it crosses 180 degrees (RFC 7946, 3.1.9)."""
    if abs(end[0] - start[0]) <= HALF_TURN:
        return "LineString", [list(start), list(end)]
    edge = math.copysign(HALF_TURN, start[0])
    beyond = end[0] + math.copysign(2 * HALF_TURN, start[0])  # the end as the line sees it on its way
    part = (edge - start[0]) / (beyond - start[0])
    latitude = start[1] + part * (end[1] - start[1])
    lines = [[list(start), [edge, latitude]], [[-edge, latitude], list(end)]]
    kept = [line for line in lines if line[0] != line[1]]  # an end that lies on the cut needs no line before it
    return ("MultiLineString", kept) if len(kept) == 2 else ("LineString", kept[0])


def _period(period: str, mt: float, kteu: float, use: float | None) -> dict[str, Any]:
    """Figures of a period: Mt and kTEU of containers a year, share of the usable capacity (null: no limit)."""
    return {
        f"mt_{period}": round(mt, 6) + 0.0,  # no -0.0
        f"boxes_kteu_{period}": round(kteu, 6) + 0.0,
        f"utilisation_{period}": None if use is None else round(use, 6) + 0.0,
    }


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}
