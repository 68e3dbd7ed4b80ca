"""Drawings of the page: what they say to whom cannot see them, and that nothing comes in with them."""

from __future__ import annotations

import math
import re
import sys
from itertools import combinations

import pytest

from model.reports.analysis.drawn.ways import Way
from model.reports.facts import Facts
from model.reports.page.charts import (
    DOT_RADIUS,
    LINE_HEIGHT,
    SCATTER_HEIGHT,
    WIDTH,
    label_heights,
    ranked_bars,
    scatter,
    stacked_columns,
    waterfall,
)
from model.reports.page.sankey import sankey
from model.reports.workbook.charts import OF_NONE, PALETTE, route_colours
from tests.reports.fixture.plan import mini_plan

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'one' datum['x'] {{y}}"


@pytest.fixture(scope="module")
def drawings() -> list[str]:
    """One of each kind, with names that try to be code."""
    return [
        str(stacked_columns(HOSTILE, "Mt", ["2026", "2027"], [(HOSTILE, [1.0, 2.0]), ("B", [0.0, -1.0])])),
        str(waterfall("Benefit", "million USD", [("Tariffs", 30.0), ("Time", -10.0)], "Net")),
        str(ranked_bars("Otherwise", "million USD", [(HOSTILE, 5.0, "Build", HOSTILE, True)])),
        str(scatter("Worth", ("Costs", "Saves"), [(HOSTILE, 10.0, 20.0, "Not built", HOSTILE)])),
    ]


def test_marks_say_their_figures(drawings: list[str]) -> None:
    """Proves, by hand: a waterfall of 30 and -10 has three bars that end at 30, 20 and 20, and each names itself with
    its figure; of columns every part that is not nothing is a mark (three, not four).
    If it were ignored: who reads with the ears, or with the keyboard, would get a picture without figures."""
    said = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', drawings[1])
    assert said == ["Tariffs: 30.0 million USD", "Time: -10.0 million USD", "Net: 20.0 million USD"]
    assert len(re.findall(r'role="graphics-symbol" aria-roledescription="bar"', drawings[0])) == 3


def test_drawings_bring_nothing_in(drawings: list[str]) -> None:
    """Proves: user text stays text, also where Vega would read an expression; no script, no style attribute (which the
    page's policy would refuse), no address, and no name of an element twice among drawings.
    If it were ignored: a project's name could run code, or the browser would complain on every page."""
    whole = "".join(drawings)
    assert "<script" not in whole
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in whole
    assert " style=" not in whole
    assert "http" not in whole
    names = re.findall(r'\bid="([^"]+)"', whole)
    assert len(names) == len(set(names))
    assert all(drawing.count("<svg") == drawing.count("</svg>") == 1 for drawing in drawings)


def test_without_the_package_a_note_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where vl-convert-python is missing the page says so in place of the drawing.
    If it were ignored: a plan that took ten minutes would be lost for a picture."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert "vl-convert-python" in waterfall("Benefit", "million USD", [("Tariffs", 30.0)], "Net")


def test_colours_tell_terms_and_route_groups_apart() -> None:
    """Proves: sixteen parts of a column have sixteen colours, no two near each other, and a route group has the same
    colour in the columns of all cargo and in the bands of a market, however they are ordered.
    If it were ignored: hire of containers and time of goods would be one block, and North blue here and orange there.
    """
    numbers = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in PALETTE]
    assert len(numbers) >= 16
    assert min(math.dist(one, other) for one, other in combinations(numbers, 2)) > 40
    own = {"North": "#d1761f", "Middle": "#1d3c5a"}
    columns = str(stacked_columns("All", "Mt", ["2026"], [("North", [2.0]), ("Middle", [1.0])], own))
    found = [Way(("A", "", "Middle", "", "B"), 2.0), Way(("A", "", "North", "", "B"), 1.0)]
    bands = str(sankey("One market", "kTEU", found, own))
    assert re.findall(r'aria-label="(\w+), [^"]*"[^>]*fill="(#\w+)"', columns) == list(own.items())
    assert set(re.findall(r'aria-label="(\w+), A to \w+:[^"]*"[^>]*fill="(#\w+)"', bands)) == set(own.items())


def test_route_groups_keep_their_colours() -> None:
    """Proves: the colours follow the order of Links and Families, not that of the tonnes; what belongs to none is grey.
    If it were ignored: the same group would change its colour from drawing to drawing.
    """
    facts = Facts(mini_plan())
    found = route_colours(facts)
    groups = {name for name in facts.case.table("Links")["route_group"] if name}
    assert groups <= set(found)
    assert len({found[name] for name in groups}) == len(groups)
    assert found["other"] == OF_NONE not in {found[name] for name in groups}


def test_bounds_are_pale() -> None:
    """Proves: of two bars the bound is pale and the exact figure is not.
    If it were ignored: 22 % or more would look like 22 %.
    """
    drawn = str(ranked_bars("Turns", "%", [("P", -22.0, "Not built", "p", True), ("Q", 9.0, "Build", "q", False)]))
    opacity = dict(re.findall(r'aria-label="(\w)"[^>]*opacity="([\d.]+)"', drawn))
    assert opacity.get("p") == "0.4"
    assert opacity.get("q", "1") == "1"


def test_names_of_points_do_not_run_into_each_other() -> None:
    """Proves: of 40 points that save nothing, a percent apart on the axis of costs, no two names overlap, as of four
    points at one place; a point that stands alone has its name right over it.
    If it were ignored: the bottom of the drawing would be a black bar where the projects that save nothing stand."""
    rows = [{"name": f"P{n:02d}", "x": 10 * 1.01**n, "y": 0.1} for n in range(40)]
    rows += [{"name": f"Q{n}", "x": 400.0, "y": 5.0} for n in range(4)] + [{"name": "R", "x": 100.0, "y": 50.0}]
    across, up = (1.0, 1000.0), (0.1, 100.0)
    heights = label_heights(rows, across, up)
    boxes = [
        (WIDTH * math.log10(row["x"]) / 3, SCATTER_HEIGHT * math.log10(height / 0.1) / 3)
        for row, height in zip(rows, heights, strict=True)
    ]
    for (x, y), (other, above) in combinations(boxes, 2):
        assert abs(x - other) >= 12 or abs(y - above) >= LINE_HEIGHT - 1e-6
    over = boxes[-1][1] - SCATTER_HEIGHT * math.log10(500) / 3
    assert over == pytest.approx(LINE_HEIGHT)
    assert over > DOT_RADIUS + LINE_HEIGHT / 2
