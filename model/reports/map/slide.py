"""map.svg: one self-contained picture for slides, the last period of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.projection import CORE, WIDE
from model.reports.map.scene import Mark, codes_of
from model.reports.map.svg import DISCLAIMER, FONT, INK, MARK, MapView, defs, legend, text
from model.reports.markup import Markup, element
from model.reports.text import listed, number, shorten

WIDTH: Final = 1600
HEIGHT: Final = 900
SCALE: Final = 0.985  # of the corridor panel
LEFT: Final = 20
TOP: Final = 62
BELOW: Final = TOP + SCALE * CORE.height + 14
SMALL: Final = 0.8  # of the panel of the whole network
RIGHT: Final = LEFT + SCALE * CORE.width + 18
LINES: Final = 37  # project lines
LETTER: Final = 0.56  # width of a bold letter, of its size
OFF_MAP: Final = ", not on this map"


def slide(view: MapView) -> Markup:
    """The whole picture as an SVG document."""
    period = view.facts.periods[-1]
    core = element("g", view.panel("core", period), transform=f"translate({LEFT} {TOP}) scale({SCALE})")
    frame = element("rect", width=WIDE.width, height=WIDE.height, fill="none", stroke="#9aa5b1", stroke_width=1)
    wide = element("g", view.panel("wide", period), frame, transform=f"translate({LEFT} {BELOW:.0f}) scale({SMALL})")
    unit = "Mt/year" if view.measure == "mt" else "kTEU/year"
    title = heading(view.facts, period)
    size = min(25.0, (WIDTH - 2 * LEFT) / (LETTER * len(title)))
    return element(
        "svg",
        element("title", title),
        element("desc", description(view, period)),
        defs((CORE, WIDE)),
        element("rect", width=WIDTH, height=HEIGHT, fill="#ffffff"),
        text(LEFT, 42, title, size, bold=True),
        core,
        wide,
        text(490, BELOW + 14, "Flow, both directions", 14, bold=True),
        legend(490, BELOW + 36, view.largest, unit, gap=21.5),
        _project_list(view, RIGHT, TOP + 12),
        text(LEFT, HEIGHT - 26, undrawn_words(view, period), 12.5),
        text(
            LEFT, HEIGHT - 8, f"Line width grows with the square root of the tonnes. {DISCLAIMER}", 11, colour="#52606d"
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        font_family=FONT,
    )


def heading(facts: Facts, period: str) -> str:
    """Title of the picture."""
    return shorten(f"Flows in {period}, scenario '{shorten(facts.scenario_title, 40)}' · {facts.title}", 160)


def project_lines(facts: Facts, marks: Sequence[Mark], most: int = LINES) -> list[str]:
    """'P10  Khorgos Gateway (2028)' for each project that opens, with the code that stands on the map, if it does."""
    codes = codes_of(facts)
    drawn = {mark.project for mark in marks}
    lines = [
        f"{codes[str(row.project)]}  {shorten(row.name, 40)} ({int(row.opening_year)})"
        f"{'' if str(row.project) in drawn else OFF_MAP}"
        for row in rows(facts.openings.drop_duplicates("project"))
    ]
    return lines if len(lines) <= most else [*lines[: most - 1], f"… and {len(lines) - most + 1} more"]


def _project_list(view: MapView, x: float, y: float) -> Markup:
    lines = project_lines(view.facts, view.scenes["core"].marks)
    made = [text(x, y, "Projects that open (solid once in service)" if lines else "No project opens", 14, bold=True)]
    for index, line in enumerate(lines):
        made.append(text(x, y + 24 + 20.5 * index, line, 12.5, colour=MARK if line[0] != "…" else INK))
    return element("g", *made)


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


def undrawn_words(view: MapView, period: str) -> str:
    """What the picture does not show, in a line."""
    return shorten(" ".join(part for part in (outside_words(view), sea_words(view, period)) if part), 230)


def outside_words(view: MapView, most: int = 3) -> str:
    """Places and links that lie outside both panels or have no coordinates; '' when there are none."""
    names, nodes = view.facts.names, view.facts.nodes
    shown = {node for scene in view.scenes.values() for node in scene.nodes}
    placed = view.scenes["wide"].places
    drawn = {link for scene in view.scenes.values() for link in (*scene.curves, *scene.not_drawn)}
    parts = (
        ("Outside the map", [names.node(key) for key in nodes["node"] if key in placed and key not in shown]),
        ("Without coordinates", [names.node(key) for key in nodes["node"] if key not in placed]),
        ("Links not drawn for that", [names.link(key) for key in view.facts.links["link"] if key not in drawn]),
    )
    told = [f"{words}: {listed([shorten(name, 40) for name in found], most)}." for words, found in parts if found]
    return " ".join(told)


def description(view: MapView, period: str) -> str:
    """What the picture shows, for those who do not see it."""
    facts = view.facts
    flows = [(link, flow.mt) for (link, when), flow in view.flows.links.items() if when == period]
    flows.sort(key=lambda pair: -pair[1])
    most = "; ".join(f"{shorten(facts.names.link(link), 60)} {number(mt, 1)} Mt" for link, mt in flows[:5])
    return f"Map of the network with the yearly flow on each link in {period}. Largest flows: {most or 'none'}."
