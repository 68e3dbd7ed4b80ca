"""map.svg: one self-contained picture for slides, the last period of the plan."""

from __future__ import annotations

from typing import Final

from model.reports.map.projection import CORE, WIDE
from model.reports.map.scene import Mark
from model.reports.map.svg import DISCLAIMER, FONT, INK, MARK, MapView, defs, legend, text
from model.reports.markup import Markup, element
from model.reports.text import number, shorten

WIDTH: Final = 1600
HEIGHT: Final = 900
SCALE: Final = 1.30  # of the corridor panel
LEFT: Final = 20
TOP: Final = 66


def slide(view: MapView) -> Markup:
    """The whole picture as an SVG document."""
    facts = view.facts
    period = facts.periods[-1]
    words = f"{facts.title}: flows in {period}, scenario '{facts.scenario_title}'"
    core = element("g", view.panel("core", period), transform=f"translate({LEFT} {TOP}) scale({SCALE})")
    inset_x, inset_y = LEFT + SCALE * CORE.width - WIDE.width - 8, TOP + SCALE * CORE.height - WIDE.height - 8
    frame = element("rect", width=WIDE.width, height=WIDE.height, fill="none", stroke=INK, stroke_width=1)
    inset = element("g", view.panel("wide", period), frame, transform=f"translate({inset_x:.0f} {inset_y:.0f})")
    return element(
        "svg",
        element("title", words),
        element("desc", description(view, period)),
        defs((CORE, WIDE)),
        element("rect", width=WIDTH, height=HEIGHT, fill="#ffffff"),
        text(LEFT, 44, shorten(words, 110), 26, bold=True),
        core,
        inset,
        legend(LEFT, 822, view.largest, "Mt/year" if view.measure == "mt" else "kTEU/year", 1560),
        project_line(view.scenes["core"].marks, 848),
        text(LEFT, 872, sea_words(view, period), 13),
        text(LEFT, 892, f"Line width: tonnes in both directions. {DISCLAIMER}", 11, colour="#52606d"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        font_family=FONT,
    )


def project_line(marks: list[Mark], y: float) -> Markup:
    """Numbers of the diamonds in words, as many as fit a line."""
    words = "   ".join(f"{mark.number} {shorten(mark.name, 34)} ({mark.year})" for mark in marks)
    return text(LEFT, y, shorten(f"◆ {words}", 230) if marks else "No project opens within this map.", 13, colour=MARK)


def sea_words(view: MapView, period: str) -> str:
    """Flow of the long sea legs that no curve shows."""
    groups: dict[str, float] = {}
    table = view.facts.links["route_group"].to_dict()
    for link in view.scenes["core"].not_drawn:
        flow = view.flows.links.get((link, period))
        if flow is not None:
            name = str(table[link] or "other")
            groups[name] = max(groups.get(name, 0.0), flow.kteu)
    if not groups:
        return "Not drawn: sea legs of more than 3,000 km (they carry nothing)."
    parts = ", ".join(f"{shorten(name, 40)} up to {number(value)} kTEU on a leg" for name, value in groups.items())
    return shorten(f"Not drawn: sea legs of more than 3,000 km ({parts}).", 200)


def description(view: MapView, period: str) -> str:
    """What the picture shows, for those who do not see it."""
    facts = view.facts
    flows = [(link, flow.mt) for (link, when), flow in view.flows.links.items() if when == period]
    flows.sort(key=lambda pair: -pair[1])
    most = "; ".join(f"{shorten(facts.names.link(link), 60)} {number(mt, 1)} Mt" for link, mt in flows[:5])
    return f"Map of the network with the yearly flow on each link in {period}. Largest flows: {most or 'none'}."
