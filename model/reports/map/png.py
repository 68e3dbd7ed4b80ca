"""map.png: the same picture drawn with matplotlib, for the workbook and for programs that do not take SVG."""

from __future__ import annotations

import sys
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from model.reports.map.flows import COLOURS, UNUSED
from model.reports.map.outline import outline
from model.reports.map.projection import CORE, WIDE
from model.reports.map.scene import SEA_MODES, Scene, line_width
from model.reports.map.slide import (
    BELOW,
    COLUMNS,
    HEIGHT,
    LEFT,
    LINES,
    SCALE,
    TOP,
    WIDTH,
    heading,
    project_lines,
    undrawn_words,
)
from model.reports.map.svg import BORDER, COAST, DISCLAIMER, INK, LAND, MARK, SEA, MapView, legend_lines
from model.reports.text import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINT: Final = 0.72  # typographic points of a drawing unit at 100 units an inch


def map_png(view: MapView, dots_per_inch: int = 100) -> bytes:
    """The picture of the last period as PNG."""
    period = view.facts.periods[-1]
    figure = _figure(dots_per_inch)
    page = figure.add_axes((0, 0, 1, 1), frameon=False)
    page.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), xticks=[], yticks=[])
    _words(page, LEFT, 42, heading(view.facts, period), 25, weight="bold")
    for name, left, top, scale in (("core", LEFT, TOP, SCALE), ("wide", LEFT, BELOW, 1.0)):
        panel = CORE if name == "core" else WIDE
        width, height = panel.width * scale, panel.height * scale
        axes = figure.add_axes((left / WIDTH, 1 - (top + height) / HEIGHT, width / WIDTH, height / HEIGHT))
        axes.set(xlim=(0, panel.width), ylim=(panel.height, 0), xticks=[], yticks=[], facecolor=SEA)
        for spine in axes.spines.values():
            spine.set(color="#9aa5b1", linewidth=0.6)
        _panel(axes, view, view.scenes[name], period, scale)
    _around(page, view, period)
    buffer = BytesIO()
    figure.savefig(
        buffer,
        format="png",
        pil_kwargs={"compress_level": 4},
        metadata={"Software": None, "Title": heading(view.facts, period)},
    )
    return buffer.getvalue()


def _panel(axes: Axes, view: MapView, scene: Scene, period: str, scale: float) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    shapes = outline(scene.panel.name, view.boundaries)
    rings = [Path(scene.panel.line(ring), closed=False) for ring in shapes.land if len(ring) > 2]
    if rings:
        land = PathPatch(Path.make_compound_path(*rings), facecolor=LAND, edgecolor=COAST, linewidth=0.5)
        axes.add_patch(land)
    lines = [scene.panel.line(line) for line in shapes.borders]
    axes.add_collection(LineCollection(lines, colors=BORDER, linewidths=0.5, linestyles=(0, (3, 3))))
    unit = POINT * scale
    _lines(axes, view, scene, period, unit)
    states = [view.flows.use("node", node, period)[1] for node in scene.nodes]
    if scene.nodes:
        across, down = zip(*scene.nodes.values(), strict=True)
        size = ((6.4 if scene.panel.name == "core" else 3.2) * unit) ** 2
        edges = [COLOURS[word] for word in states]
        axes.scatter(across, down, s=size, facecolors="white", edgecolors=edges, linewidths=0.9, zorder=5)
    if scene.panel.name == "core":
        _names(axes, view, scene, period, unit)


def _lines(axes: Axes, view: MapView, scene: Scene, period: str, unit: float) -> None:
    """All links as one collection, the smallest flows on top."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    shapes: list[tuple[float, Any, str, float, Any]] = []
    for curve in scene.curves.values():
        flow = view.flows.links.get((curve.link, period))
        amount = 0.0 if flow is None else float(getattr(flow, view.measure))
        width = unit * line_width(amount, view.largest, scene.panel.name)
        path = Path([curve.start, curve.control, curve.end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
        dash: Any = (0, (5.0 / width, 3.0 / width)) if curve.mode in SEA_MODES else "-"
        shapes.append((amount, path, UNUSED if flow is None else flow.colour, width, dash))
    if not shapes:
        return
    ordered = sorted(shapes, key=lambda shape: -shape[0])
    # Lists, never tuples: two dashes in a tuple would be read as one pattern (offset, on and off).
    lines = PathCollection(
        [path for _, path, *_ in ordered],
        facecolors="none",
        edgecolors=[colour for _, _, colour, *_ in ordered],
        linewidths=[width for *_, width, _ in ordered],
        linestyles=[dash for *_, dash in ordered],
        zorder=2,
    )
    axes.add_collection(lines)


def _names(axes: Axes, view: MapView, scene: Scene, period: str, unit: float) -> None:
    side = {"start": "left", "middle": "center", "end": "right"}
    box = {"facecolor": LAND, "alpha": 0.6, "edgecolor": "none", "pad": 0.2}
    for label in scene.labels:
        _words(axes, *label.place, label.text, 11, unit=unit, ha=side[label.anchor], bbox=box, zorder=6)
    year = view.facts.first_years[period]
    for mark in scene.marks:
        opened = year >= mark.year
        ends = zip(mark.place, mark.target, strict=True)
        axes.plot(*ends, color=MARK, linewidth=0.8 * unit, zorder=6)
        axes.plot(
            *mark.place, "D", markersize=12.5 * unit, markeredgecolor=MARK, markerfacecolor=MARK if opened else "white",
            zorder=7,
        )  # fmt: skip
        colour = "white" if opened else MARK
        _words(
            axes,
            mark.place[0],
            mark.place[1] + 3.2,
            str(mark.number),
            9,
            unit=unit,
            ha="center",
            color=colour,
            zorder=8,
        )


def _around(page: Axes, view: MapView, period: str) -> None:
    """Legend, project list and notes below the panels."""
    _words(page, 600, BELOW + 14, "Flow, both directions", 14, weight="bold")
    unit = "Mt/year" if view.measure == "mt" else "kTEU/year"
    for index, (words, colour, width, dash) in enumerate(legend_lines(view.largest, unit)):
        y = BELOW + 40 + 25 * index
        style: Any = (0, (2.3, 1.4)) if dash else "-"
        page.plot([600, 640], [y, y], color=colour, linewidth=width * POINT, linestyle=style, solid_capstyle="butt")
        _words(page, 650, y + 4.5, words, 13)
    lines = project_lines(view.facts)
    title = "◆ Projects that open (solid once in service)" if lines else "No project opens"
    _words(page, 850, BELOW + 14, title, 14, weight="bold")
    for index, line in enumerate(lines[: LINES * COLUMNS]):
        column, row = divmod(index, LINES)
        _words(page, 850 + 375 * column, BELOW + 38 + 21 * row, line, 13, color=MARK)
    _words(page, LEFT, HEIGHT - 26, undrawn_words(view, period), 12.5)
    note = f"Line width grows with the square root of the tonnes. {DISCLAIMER}"
    _words(page, LEFT, HEIGHT - 8, note, 11, color="#52606d")


def _words(axes: Axes, x: float, y: float, words: str, size: float, *, unit: float = POINT, **style: Any) -> None:
    """A line of text; what the font cannot show (emoji, some scripts) is replaced, '$' is no formula."""
    style = {"color": INK, "ha": "left", **style}
    axes.text(x, y, drawable(words), fontsize=size * unit, va="baseline", parse_math=False, clip_on=True, **style)


def drawable(words: str) -> str:
    """Letters that the picture's font has; others become '□'."""
    return "".join(letter if ord(letter) in _known_letters() else "□" for letter in plain(words))


@cache
def _known_letters() -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(font_manager.findfont("DejaVu Sans")).get_charmap())


def _figure(dots_per_inch: int) -> Figure:
    """An empty figure. Pyomo would import all of pyplot with matplotlib's first import: it is kept out of that."""
    watchers = [finder for finder in sys.meta_path if type(finder).__module__ == "pyomo.common.dependencies"]
    for finder in watchers:
        sys.meta_path.remove(finder)
    try:
        from matplotlib.figure import Figure  # late: it takes half a second

        return Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=dots_per_inch, facecolor="white")
    finally:
        sys.meta_path[:0] = watchers
