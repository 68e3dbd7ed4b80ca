"""What stands where on the map: nodes, links, labels and project marks, in drawing units of a panel."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.labels import Box, Label, place_countries, place_labels, place_near, short_name
from model.reports.map.projection import CORE, WIDE, Panel, Point
from model.reports.names import country, country_places

LONG_SEA_KM: Final = 3000.0  # longer sea legs would cross the land they go around
SEA_MODES: Final = ("sea", "ferry")
BEND: Final = 0.07
FAN: Final = 0.16
WIDEST: Final = {"core": 13.0, "wide": 5.5}
THINNEST: Final = 0.9
MARK_HALF: Final = 11.0
COUNTRY_LETTER: Final = {"core": 12.0, "wide": 9.0}
EDGE: Final = 9.0
"""From the edge of a panel to the sign of a place beyond it."""
CODE_LETTERS: Final = 4
"""Letters of a project key that a mark has room for."""


@dataclass(frozen=True)
class Curve:
    """A link as a quadratic curve from start over a control point to end."""

    link: str
    start: Point
    control: Point
    end: Point
    mode: str

    @property
    def middle(self) -> Point:
        """Point half-way along the curve."""
        (x0, y0), (x1, y1), (x2, y2) = self.start, self.control, self.end
        return (x0 + 2 * x1 + x2) / 4, (y0 + 2 * y1 + y2) / 4


@dataclass(frozen=True)
class Mark:
    """A project that opens: a mark with its code beside the asset that it widens."""

    code: str
    project: str
    name: str
    year: int
    place: Point
    target: Point


class Scene:
    """The drawing of one case in one panel; flows and years come later."""

    def __init__(self, facts: Facts, panel: Panel) -> None:
        """Remember facts and panel."""
        self.facts = facts
        self.panel = panel

    @cached_property
    def places(self) -> dict[str, Point]:
        """Node → place, for nodes that have coordinates."""
        table = self.facts.nodes
        found = zip(table["node"], table["longitude"], table["latitude"], strict=True)
        return {
            str(node): self.panel.place(float(longitude), float(latitude))
            for node, longitude, latitude in found
            if not (math.isnan(longitude) or math.isnan(latitude))
        }

    @cached_property
    def nodes(self) -> dict[str, Point]:
        """Nodes within the panel."""
        return {node: point for node, point in self.places.items() if self.panel.holds(point)}

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Link → curve. Long sea legs and links outside the panel are left out."""
        found: dict[str, Curve] = {}
        seen: Counter[frozenset[str]] = Counter()
        for row in rows(self.facts.case.table("Links")):
            ends = self.places.get(row.from_node), self.places.get(row.to_node)
            mode = self.facts.modes.get(row.carrier, "rail")
            if ends[0] is None or ends[1] is None or undrawn(mode, row.length_km):
                continue
            if not (self.panel.holds(ends[0], 40) or self.panel.holds(ends[1], 40)):
                continue
            pair = frozenset((row.from_node, row.to_node))
            start, end = (ends[0], ends[1]) if row.from_node <= row.to_node else (ends[1], ends[0])
            bend = (BEND if mode in SEA_MODES else 0.0) + FAN * ((seen[pair] + 1) // 2) * (-1) ** seen[pair]
            seen[pair] += 1
            found[str(row.link)] = Curve(str(row.link), start, _control(start, end, bend), end, mode)
        return found

    @cached_property
    def not_drawn(self) -> list[str]:
        """Links that carry cargo by sea too far to be drawn."""
        return [
            str(row.link)
            for row in rows(self.facts.case.table("Links"))
            if undrawn(self.facts.modes.get(row.carrier, "rail"), row.length_km)
        ]

    @cached_property
    def marks(self) -> list[Mark]:
        """Projects that open and widen something within the panel, in order of opening."""
        size = (self.panel.width, self.panel.height)
        boxes = [label.box for label in self.labels] + [(x - 3, y - 3, x + 3, y + 3) for x, y in self.nodes.values()]
        found: list[Mark] = []
        codes = codes_of(self.facts)
        for row in rows(self.facts.openings.drop_duplicates("project")):
            target = next(self._targets(str(row.project)), None)
            if target is None:
                continue
            x, y = place_near(target, MARK_HALF, boxes, size)
            boxes.append(_around((x, y)))
            found.append(
                Mark(codes[str(row.project)], str(row.project), str(row.name), int(row.opening_year), (x, y), target)
            )
        return found

    def _targets(self, project: str) -> Iterator[Point]:
        """Places within the panel that a project widens, its first asset first: of a link the middle, or an end."""
        effects = self.facts.case.table("ProjectEffects")
        own = effects[effects["project"] == project]
        for kind, asset in zip(own["asset_kind"], own["asset"], strict=True):
            curve = self.curves.get(asset) if kind == "link" else None
            points: tuple[Point | None, ...] = (self.places.get(asset) if kind == "node" else None,)
            if curve is not None:
                points = (curve.middle, curve.start, curve.end)
            yield from (point for point in points if point is not None and self.panel.holds(point))

    @cached_property
    def labels(self) -> list[Label]:
        """Names of nodes that fit without covering each other; ports, borders and busy places first."""
        totals = self.facts.node_totals["mt"].groupby("node").max().to_dict() if len(self.facts.node_totals) else {}
        weight = {"port": 3.0, "border": 2.0, "terminal": 1.5, "market": 1.5, "hub": 1.2}
        kinds = self.facts.nodes["kind"].to_dict()
        order = sorted(
            self.nodes,
            key=lambda node: (-weight.get(str(kinds[node]), 1.0) * (0.2 + float(totals.get(node, 0.0))), node),
        )
        wanted = [(node, short_name(self.facts.names.node(node)), self.nodes[node]) for node in order]
        return place_labels(wanted, list(self.nodes.values()), (self.panel.width, self.panel.height))

    @cached_property
    def countries(self) -> list[Label]:
        """Names of countries in capitals where they cover no other name, no place and no project."""
        letter, size = COUNTRY_LETTER[self.panel.name], (self.panel.width, self.panel.height)
        taken = [(x - 3, y - 3, x + 3, y + 3) for x, y in self.nodes.values()]
        if self.panel.name == "core":
            taken += [label.box for label in self.labels]
            taken += [_around(mark.place) for mark in self.marks]
        order = 1 if self.panel.name == "core" else -1
        wanted = [
            (code, country(code).upper(), self.panel.line(points[::order])) for code, points in country_places().items()
        ]
        return place_countries(wanted, taken, size, letter)

    @cached_property
    def far(self) -> list[tuple[str, Point, str]]:
        """Places beyond the panel: name, point on its edge towards them, and 'left', 'right', 'above' or 'below'."""
        found = []
        for node, (x, y) in self.places.items():
            if node in self.nodes:
                continue
            edge = (min(max(x, EDGE), self.panel.width - EDGE), min(max(y, EDGE), self.panel.height - EDGE))
            beyond = {"left": -x, "right": x - self.panel.width, "above": -y, "below": y - self.panel.height}
            found.append((short_name(self.facts.names.node(node)), edge, max(beyond, key=lambda side: beyond[side])))
        return found


def _around(place: Point) -> Box:
    """What the sign of a project covers."""
    x, y = place
    return (x - MARK_HALF, y - MARK_HALF, x + MARK_HALF, y + MARK_HALF)


def codes_of(facts: Facts) -> dict[str, str]:
    """Project that opens → what stands for it on the map: its key, or its number where the key is too long."""
    projects = [str(project) for project in facts.openings["project"].drop_duplicates()]
    return {key: key if len(key) <= CODE_LETTERS else f"#{at}" for at, key in enumerate(projects, start=1)}


def undrawn(mode: str, length_km: float) -> bool:
    """Whether a link is a sea leg too long to be drawn as a curve."""
    return mode in SEA_MODES and length_km > LONG_SEA_KM


def _control(start: Point, end: Point, bend: float) -> Point:
    """Control point of a curve that bulges to one side by `bend` of its length."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (start[0] + end[0]) / 2 - 2 * bend * dy, (start[1] + end[1]) / 2 + 2 * bend * dx


def panels() -> tuple[Panel, Panel]:
    """The corridor, and the whole network."""
    return CORE, WIDE


def line_width(flow: float, largest: float, panel: str) -> float:
    """Width of a line: it grows with the square root of the flow, so that the Caspian is seen beside trunk lines."""
    if largest <= 0 or flow <= 0:
        return THINNEST
    return max(THINNEST + 0.3, WIDEST[panel] * math.sqrt(min(flow / largest, 1.5)))
