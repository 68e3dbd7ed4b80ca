"""Drawings of the page: what they say to whom cannot see them, and that nothing comes in with them."""

from __future__ import annotations

import math
import re
import sys
from itertools import combinations

import pytest

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

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'one' datum['x'] {{y}}"


@pytest.fixture(scope="module")
def drawings() -> list[str]:
    """One of each kind, with names that try to be code."""
    return [
        str(stacked_columns(HOSTILE, "Mt", ["2026", "2027"], [(HOSTILE, [1.0, 2.0]), ("B", [0.0, -1.0])])),
        str(waterfall("Benefit", "million USD", [("Tariffs", 30.0), ("Time", -10.0)], "Net")),
        str(ranked_bars("Otherwise", "million USD", [(HOSTILE, 5.0, "Build", HOSTILE)], (4.0, "Gap"))),
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
