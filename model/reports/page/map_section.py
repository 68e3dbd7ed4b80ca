"""The live map: both panels, controls for year, scenario and measure, and the data that its script reads.

Without scripts the reader sees the last period, three small maps of other years and a table of the largest flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.reports.facts import Facts
from model.reports.map.flows import COLOURS, UNUSED, MapFlows
from model.reports.map.markets import market_flows, market_names
from model.reports.map.projection import CORE, WIDE
from model.reports.map.scene import line_width
from model.reports.map.slide import description, outside_words, project_lines, sea_words
from model.reports.map.svg import DASHES, DISCLAIMER, MapView, curve_path, defs, legend_lines
from model.reports.markup import Markup, element, script_json
from model.reports.page.parts import Head, section, table
from model.reports.text import number, percent, shorten

LARGEST = 15


def map_section(facts: Facts, boundaries: Path | None) -> Markup:
    """The section with everything about the map."""
    view = MapView(facts, boundaries)
    last = facts.periods[-1]
    outside = outside_words(view, 40)
    return section(
        "map",
        "The corridor on the map",
        _controls(facts),
        element(
            "div",
            element("div", _panel(view, "core", last), class_="map-box", tabindex=0, role="region", aria_label="Map"),
            element("div", element("h3", "Details"), _hint(), id="details", aria_live="polite"),
            class_="map-main",
        ),
        element(
            "div",
            _panel(view, "wide", last),
            element("div", element("h3", "Legend"), _legend(view), class_="map-legend"),
            _projects(view),
            class_="map-row",
        ),
        element("p", sea_words(view, last), class_="note"),
        element("p", outside, class_="note") if outside else "",
        _small_maps(view),
        _largest_flows(view, last),
        element("p", f"Line width grows with the square root of the flow. {TEU} {DISCLAIMER}", class_="note"),
        element("script", map_data(view), type="application/json", id="map-data"),
    )


def _controls(facts: Facts) -> Markup:
    count = len(facts.periods) - 1
    year = element(
        "label",
        "Period ",
        element("output", facts.periods[-1], id="period-name", for_="period"),
        element("input", type="range", id="period", min=0, max=count, step=1, value=count),
    )
    own = element("option", shorten(facts.scenario_title, 80), value=0)
    scenario = element("label", "Scenario ", element("select", own, id="scenario"))
    measure = element(
        "label",
        "Measure ",
        element(
            "select", element("option", "tonnes", value="mt"), element("option", "TEU", value="kteu"), id="measure"
        ),
    )
    zoom = element("span", *(_button(key, words) for key, words in ZOOMS), class_="zoom")
    names = [shorten(name, 80) for name in market_names(facts)]
    choices = [element("option", "all cargo", value=""), *(element("option", name, value=name) for name in names)]
    market = element("label", "Market ", element("select", *choices, id="market"))
    return element("div", year, scenario, market, measure, zoom, class_="controls live", hidden=True)


TEU = "TEU of all cargo are boxes; those of one market count its bulk too, in TEU-equivalents."
ZOOMS = (("in", "Zoom in"), ("out", "Zoom out"), ("all", "Whole map"))


def _button(key: str, words: str) -> Markup:
    return element("button", words, type="button", data_zoom=key)


def _panel(view: MapView, name: str, period: str) -> Markup:
    panel = CORE if name == "core" else WIDE
    return element(
        "svg",
        element("title", f"Map of flows, {period}"),
        element("desc", description(view, period)),
        defs((panel,)),
        view.panel(name, period, live=True),
        viewBox=f"0 0 {panel.width} {panel.height}",
        role="img",
        class_=f"map map-{name}",
        id=f"map-{name}",
    )


def _legend(view: MapView) -> Markup:
    items = []
    for words, colour, width, dash in legend_lines(view.largest, "Mt/year"):
        line = element("line", x1=0, y1=8, x2=40, y2=8, stroke=colour, stroke_width=width, stroke_dasharray=dash)
        drawing = element("svg", line, viewBox="0 0 40 16", class_="key-line", aria_hidden="true")
        items.append(
            element("li", drawing, element("span", words, class_="width-words" if words.endswith("/year") else None))
        )
    return element("ul", *items)


def _hint() -> Markup:
    live = element(
        "p",
        "Click or touch a line, a place or a project; or move to a line with the tab key and press Enter.",
        class_="live",
        hidden=True,
    )
    still = element("p", "Hold the pointer over a line or a place to read its figures.", class_="still")
    return element("div", live, still, id="details-body")


def _projects(view: MapView) -> Markup:
    lines = project_lines(view.facts, view.scenes["core"].marks, 60)
    if not lines:
        return element("p", "No project opens.", class_="note")
    return element(
        "div",
        element("h3", "Projects on the map"),
        element("ul", *(_project(line) for line in lines), class_="projects"),
    )


def _project(line: str) -> Markup:
    """A line of the list: the code as it stands on the map, then the name."""
    code, _, name = line.partition("  ")
    return element("li", element("strong", code), f" {name}") if name else element("li", line)


def _small_maps(view: MapView) -> Markup:
    """First, a third, two thirds and last period, small."""
    periods = view.facts.periods
    chosen = sorted({0, len(periods) // 3, (2 * len(periods)) // 3, len(periods) - 1})
    scene = view.scenes["core"]
    figures = []
    for index in chosen:
        lines = []
        for curve in scene.curves.values():
            flow = view.flows.links.get((curve.link, periods[index]))
            if flow is not None:
                width = 1.4 * line_width(flow.mt, view.largest, "core")
                lines.append(
                    element(
                        "path", d=curve_path(curve), stroke=flow.colour, stroke_width=width,
                        stroke_dasharray=DASHES.get(curve.mode),
                    )
                )  # fmt: skip
        drawing = element(
            "svg",
            element("title", f"Flows in {periods[index]}"),
            element("use", href="#base-core"),
            element("g", *lines, fill="none"),
            viewBox=f"0 0 {CORE.width} {CORE.height}",
            role="img",
        )
        figures.append(element("figure", drawing, element("figcaption", periods[index])))
    return element("div", *figures, class_="small-maps")


def _largest_flows(view: MapView, period: str) -> Markup:
    flows = [(link, flow) for (link, when), flow in view.flows.links.items() if when == period]
    flows.sort(key=lambda pair: -pair[1].mt)
    heads = [
        Head("Link"), Head("Carrier"), Head("Tonnes", "Mt/year", figures=True),
        Head("Containers", "kTEU/year", figures=True), Head("Use of capacity", figures=True), Head("State"),
    ]  # fmt: skip
    carriers = view.facts.links["carrier"].to_dict()
    records = [
        [
            view.facts.names.link(link), carriers[link], number(flow.mt, 2), number(flow.kteu, 1),
            "–" if flow.utilisation is None else percent(flow.utilisation), flow.state,
        ]
        for link, flow in flows[:LARGEST]
    ]  # fmt: skip
    return table(heads, records, f"The {LARGEST} largest flows in {period}, both directions", empty="No flow.")


def map_data(view: MapView) -> Markup:
    """What the script needs, as JSON that cannot close its element; a page that compares runs has several plans.

    plans[p].links[link][period] = null or [forward kTEU, backward kTEU, forward Mt, backward Mt, use or null, state];
    plans[p].nodes[node] = [] or [[use or null, state] by period];
    plans[p].markets[market][link] = [[kTEU, Mt] by period].
    """
    facts, flows, scene = view.facts, view.flows, view.scenes
    drawn = sorted({*scene["core"].curves, *scene["wide"].curves})
    carriers, lengths = facts.links["carrier"].to_dict(), facts.links["length_km"].astype(float).to_dict()
    nodes = {node for one in scene.values() for node in one.nodes}
    content: dict[str, Any] = {
        "periods": facts.periods,
        "years": [facts.first_years[name] for name in facts.periods],
        "colours": {**COLOURS, "unused": UNUSED},
        "largest": {measure: flows.largest(list(scene["core"].curves), measure) for measure in ("mt", "kteu")},
        "links": {
            link: [
                shorten(facts.names.link(link), 160),
                shorten(carriers[link], 60),
                round(lengths[link]),
            ]
            for link in drawn
        },
        "nodes": {node: shorten(facts.names.node(node), 120) for node in sorted(nodes)},
        "plans": [
            {
                "name": shorten(facts.scenario_title, 80),
                "links": {link: _series(flows, link, facts.periods) for link in drawn},
                "nodes": {node: _uses(flows, node, facts.periods) for node in sorted(nodes)},
                "markets": market_flows(facts, drawn),
            }
        ],
    }
    return script_json(content)


def _series(flows: MapFlows, link: str, periods: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for period in periods:
        flow = flows.links.get((link, period))
        use, word = flows.use("link", link, period)
        if flow is None:
            found.append(None)
            continue
        amounts = (flow.forward_kteu, flow.backward_kteu, flow.forward_mt, flow.backward_mt)
        found.append([*(round(amount, 3) for amount in amounts), None if use is None else round(use, 4), word])
    return found if any(item is not None for item in found) else []


def _uses(flows: MapFlows, node: str, periods: Sequence[str]) -> list[Any]:
    found = [flows.use("node", node, period) for period in periods]
    if all(word == "no limit" for _, word in found):
        return []
    return [[None if use is None else round(use, 4), word] for use, word in found]
