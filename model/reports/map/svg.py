"""The map as SVG: the corridor panel, the panel of the whole network, the legend, and the stand-alone map.svg."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from model.reports.facts import Facts
from model.reports.map.flows import COLOURS, UNUSED, LinkFlow, MapFlows
from model.reports.map.outline import outline
from model.reports.map.projection import CORE, WIDE, Panel
from model.reports.map.scene import COUNTRY_LETTER, SEA_MODES, Curve, Mark, Scene, line_width
from model.reports.markup import Markup, element, joined, points
from model.reports.text import number, percent, shorten

SEA: Final = "#dfe8ee"
LAND: Final = "#f6f3ec"
COAST: Final = "#b7c4cc"
BORDER: Final = "#a9a49a"
INK: Final = "#1f2933"
MARK: Final = "#6a1b9a"
COUNTRY: Final = "#7d7462"
ARROWS: Final = {"left": "←", "above": "↑", "below": "↓"}
DASHES: Final = {"sea": "7 4", "ferry": "7 4", "road": "2 3", "pipeline": "9 3 2 3"}
LEAST: Final = 0.04
"""Part of the largest flow that the thinnest line of the legend stands for."""
DISCLAIMER: Final = (
    "Names and boundaries do not imply any opinion on the legal status of any territory. Outline: Natural Earth."
)
MARK_SHAPE: Final = ((-15, 0), (-10, -8), (10, -8), (15, 0), (10, 8), (-10, 8))
FONT: Final = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class MapView:
    """One plan's map: panels with their scenes, and how flows become lines. `measure` is 'mt' or 'kteu'."""

    facts: Facts
    boundaries: Path | None = None
    measure: str = "mt"

    @cached_property
    def flows(self) -> MapFlows:
        """Flows of the plan."""
        return MapFlows(self.facts)

    @cached_property
    def scenes(self) -> dict[str, Scene]:
        """Panel name → scene."""
        return {panel.name: Scene(self.facts, panel) for panel in (CORE, WIDE)}

    @cached_property
    def largest(self) -> float:
        """Flow that has the widest line: the largest drawn in the corridor panel, in any period."""
        return self.flows.largest(list(self.scenes["core"].curves), self.measure)

    def panel(self, name: str, period: str, *, live: bool = False) -> Markup:
        """A panel as a group: sea, land, borders, links, nodes, project marks, labels.

        `live` adds what the report's script needs: keys, focus and hit areas.
        """
        scene = self.scenes[name]
        year = self.facts.first_years[period]
        ground = element("g", base(scene.panel, self.boundaries), id=f"base-{name}" if live else None)
        parts = [ground, countries(scene), self._links(scene, period, live), self._nodes(scene, period, live)]
        if name == "core":
            own = element("g", marks(scene, year), class_="marks-of", data_plan=0) if live else marks(scene, year)
            parts += [labels(scene), own]
        else:
            parts.append(far_places(scene))
        return element("g", *parts, clip_path=f"url(#clip-{name})", class_=f"panel-{name}")

    def _links(self, scene: Scene, period: str, live: bool) -> Markup:
        order = sorted(scene.curves.values(), key=lambda curve: -self._flow(curve.link, period))
        return element("g", *(self._link(scene, curve, period, live) for curve in order), class_="links", fill="none")

    def _flow(self, link: str, period: str) -> float:
        flow = self.flows.links.get((link, period))
        return 0.0 if flow is None else float(getattr(flow, self.measure))

    def _link(self, scene: Scene, curve: Curve, period: str, live: bool) -> Markup:
        flow = self.flows.links.get((curve.link, period))
        data = curve_path(curve)
        line = element(
            "path",
            d=data,
            stroke=UNUSED if flow is None else flow.colour,
            stroke_width=line_width(self._flow(curve.link, period), self.largest, scene.panel.name),
            stroke_dasharray=DASHES.get(curve.mode),
            stroke_linecap=None if curve.mode in SEA_MODES else "round",
            class_="line",
        )
        title = element("title", link_words(self.facts, curve.link, period, flow))
        if not live:
            return element("g", title, line)
        hit = element("path", d=data, stroke="#000", stroke_opacity=0, stroke_width=13, class_="hit")
        return element("g", title, line, hit, class_="link", data_link=curve.link, tabindex=-1)

    def _nodes(self, scene: Scene, period: str, live: bool) -> Markup:
        radius = 3.2 if scene.panel.name == "core" else 1.6
        return element(
            "g",
            *(
                element(
                    "circle",
                    element("title", self._node_words(node, period)),
                    cx=x,
                    cy=y,
                    r=radius,
                    fill="#ffffff",
                    stroke=COLOURS[self.flows.use("node", node, period)[1]],
                    stroke_width=radius / 2,
                    class_="node" if live else None,
                    data_node=node if live else None,
                )
                for node, (x, y) in scene.nodes.items()
            ),
            class_="nodes",
        )

    def _node_words(self, node: str, period: str) -> str:
        value, word = self.flows.use("node", node, period)
        use = word if value is None else f"{percent(value)} of its capacity used ({word})"
        return f"{shorten(self.facts.names.node(node), 120)}, {period}: {use}"


def link_words(facts: Facts, link: str, period: str, flow: LinkFlow | None) -> str:
    """Hover text of a link."""
    name = shorten(facts.names.link(link), 160)
    carrier = shorten(facts.links.loc[link, "carrier"], 60)
    if flow is None:
        return f"{name} ({carrier}), {period}: no flow"
    use = flow.state if flow.utilisation is None else f"{percent(flow.utilisation)} used ({flow.state})"
    return f"{name} ({carrier}), {period}: {number(flow.mt, 2)} Mt, {number(flow.kteu, 1)} kTEU a year; {use}"


def curve_path(curve: Curve) -> str:
    """SVG path data of a link."""
    (x0, y0), (x1, y1), (x2, y2) = curve.start, curve.control, curve.end
    return f"M{x0:.1f} {y0:.1f}Q{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f}"


def clip(panel: Panel) -> Markup:
    """Clipping rectangle of a panel."""
    box = element("rect", width=panel.width, height=panel.height, rx=4)
    return element("clipPath", box, id=f"clip-{panel.name}")


def base(panel: Panel, boundaries: Path | None) -> Markup:
    """Sea, land and borders."""
    shapes = outline(panel.name, boundaries)
    land = "".join(points(panel.line(ring), closed=True) for ring in shapes.land)
    borders = "".join(points(panel.line(line)) for line in shapes.borders)
    return joined(
        (
            element("rect", width=panel.width, height=panel.height, fill=SEA),
            element("path", d=land, fill=LAND, fill_rule="evenodd", stroke=COAST, stroke_width=0.6),
            element("path", d=borders, fill="none", stroke=BORDER, stroke_width=0.6, stroke_dasharray="2 2"),
        )
    )


def marks(scene: Scene, year: int) -> Markup:
    """Lozenges with the codes of the projects; hollow until they open."""
    return element("g", *(_mark(mark, year) for mark in scene.marks), class_="marks")


def _mark(mark: Mark, year: int) -> Markup:
    x, y = mark.place
    opened = year >= mark.year
    shape = element(
        "polygon",
        points=" ".join(f"{dx:.1f},{dy:.1f}" for dx, dy in MARK_SHAPE),
        fill=MARK if opened else "#ffffff",
        stroke=MARK,
        stroke_width=1.4,
    )
    words = element("title", f"{mark.code}: {shorten(mark.name, 120)}, opens {mark.year}")
    code = text(0, 3.1, mark.code, 8.8, anchor="middle", colour="#ffffff" if opened else MARK, bold=True)
    leader = element("line", x1=x, y1=y, x2=mark.target[0], y2=mark.target[1], stroke=MARK, stroke_width=0.8)
    sign = element("g", shape, code, transform=f"translate({x:.1f} {y:.1f})", class_="sign")
    return element("g", words, leader, sign, class_="mark", data_year=mark.year)


def countries(scene: Scene) -> Markup:
    """Names of countries, below the lines."""
    letter = COUNTRY_LETTER[scene.panel.name]
    made = (element("text", label.text, x=label.place[0], y=label.place[1]) for label in scene.countries)
    return element(
        "g", *made, class_="countries", font_size=letter, fill=COUNTRY, text_anchor="middle", letter_spacing="0.14em"
    )


def far_places(scene: Scene) -> Markup:
    """Names at the edge, with arrows to places beyond it."""
    made = []
    for name, (x, y), side in scene.far:
        words = f"{name} →" if side == "right" else f"{ARROWS[side]} {name}"
        anchor = "end" if side == "right" or x > scene.panel.width / 2 else "start"
        made.append(text(x, y, words, COUNTRY_LETTER["wide"], anchor=anchor))
    return element("g", *made, class_="far")


def labels(scene: Scene) -> Markup:
    """Names with a light halo."""
    made = (
        element(
            "text",
            label.text,
            x=label.place[0],
            y=label.place[1],
            text_anchor=None if label.anchor == "start" else label.anchor,
            data_of=label.key,
        )
        for label in scene.labels
    )
    halo = {"stroke": "#ffffff", "stroke_width": 2.6, "stroke_opacity": 0.85, "paint_order": "stroke"}
    return element("g", *made, class_="labels", font_size=11, fill=INK, stroke_linejoin="round", **halo)


def text(
    x: float, y: float, words: Any, size: float, *, anchor: str = "start", colour: str = INK, bold: bool = False
) -> Markup:
    """A line of text."""
    return element(
        "text",
        str(words),
        x=x,
        y=y,
        font_size=size,
        fill=colour,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="bold" if bold else None,
    )


def decimals(figure: float) -> int:
    """Digits after the point that show something of a figure; one at least."""
    return max(1, -math.floor(math.log10(figure))) if 0 < figure < 1 else 1


def legend_lines(largest: float, unit: str) -> list[tuple[str, str, float, str | None]]:
    """(words, colour, width, dash) of the lines of the legend; no widths where nothing flows."""
    grey = COLOURS["no limit"]
    digits = decimals(LEAST * largest)
    widths = [
        (f"{number(largest * part, digits)} {unit}", grey, line_width(largest * part, largest, "core"), None)
        for part in (1.0, 0.25, LEAST)
        if largest > 0
    ]
    return [
        *widths,
        ("below 80 % of capacity", COLOURS["free"], 4.0, None),
        ("80–95 % of capacity", COLOURS["busy"], 4.0, None),
        ("95 % and more: full", COLOURS["full"], 4.0, None),
        ("no limit in the case", grey, 4.0, None),
        ("by sea", grey, 3.0, DASHES["sea"]),
        ("not used", UNUSED, 1.2, None),
    ]


def legend(x: float, y: float, largest: float, unit: str, *, gap: float = 25.0) -> Markup:
    """Line widths, colours and dashes, one below the other."""
    parts: list[Markup] = []
    for index, (words, colour, width, dash) in enumerate(legend_lines(largest, unit)):
        level = y + gap * index
        parts.append(
            element(
                "line", x1=x, y1=level, x2=x + 40, y2=level, stroke=colour, stroke_width=width, stroke_dasharray=dash
            )
        )
        parts.append(text(x + 50, level + 4.5, words, 13))
    return element("g", *parts, class_="legend")


def defs(panels: Iterable[Panel]) -> Markup:
    """Clip paths."""
    return element("defs", *(clip(panel) for panel in panels))
