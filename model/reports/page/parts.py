"""Building blocks of the page: sections, tables, tiles, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from model.reports.analysis.trials import DUST
from model.reports.markup import Markup, element, joined
from model.reports.text import number
from model.studies.console.summary import UNSEEN

CARDS = "cards"
"""Class of tables whose rows stand as cards on a narrow screen, each figure beside its words."""
LARGEST = 12
"""Rows that a table of the page shows of a long list."""


@dataclass(frozen=True)
class Head:
    """A table column: words, unit, whether its cells are figures (set to the right) or whole sentences (wide)."""

    words: str
    unit: str = ""
    figures: bool = False
    wide: bool = False

    @property
    def style(self) -> str | None:
        """Class of its cells."""
        return "figure" if self.figures else "wide" if self.wide else None

    def cell(self) -> Markup:
        """Header cell."""
        unit = element("span", f" {self.unit}", class_="unit") if self.unit else ""
        return element("th", self.words, unit, scope="col", class_=self.style)


def section(key: str, title: str, *content: Any, note: str = "") -> Markup:
    """A section with a heading that the navigation leads to."""
    lead = element("p", note, class_="note") if note else ""
    return element("section", element("h2", title), lead, *content, id=key)


def table(
    heads: Sequence[Head], records: Iterable[Sequence[Any]], caption: str, *, empty: str = "None.", class_: str = ""
) -> Markup:
    """A table in a box of its own that scrolls sideways on narrow screens; the first cell heads its row."""
    body = [_row(heads, record, cards=class_ == CARDS) for record in records]
    if not body:
        return element("p", empty, class_="empty")
    inner = element(
        "table",
        element("caption", element("span", caption)),
        element("thead", element("tr", *(head.cell() for head in heads))),
        element("tbody", *body),
        class_=class_ or None,
    )
    return element("div", inner, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _row(heads: Sequence[Head], record: Sequence[Any], *, cards: bool = False) -> Markup:
    first, *rest = record
    cells = [element("th", first, scope="row")]
    for head, value in zip(heads[1:], rest, strict=True):
        name = f"{head.words} [{head.unit}]" if head.unit else head.words
        cells.append(
            value if is_cell(value) else element("td", value, class_=head.style, data_head=name if cards else None)
        )
    return element("tr", *cells)


def is_cell(value: Any) -> bool:
    """Whether a value is a finished table cell."""
    return isinstance(value, Markup) and value.startswith("<td")


def badge(words: str, tone: str) -> Markup:
    """A word on a coloured ground; tone is good, warn, bad or calm."""
    return element("span", words, class_=f"badge {tone}")


def tile(figure: str, words: str, note: str = "") -> Markup:
    """A key figure."""
    small = element("span", note, class_="tile-note") if note else ""
    return element("div", element("strong", figure), element("span", words), small, class_="tile")


def details(summary: Any, *content: Any, opened: bool = False) -> Markup:
    """A part that unfolds, also without scripts."""
    return element("details", element("summary", summary), *content, open=opened)


def amount(value: float) -> str:
    """Million USD: '12.3'; '< 0.1' (or '> -0.1') for what would be shown as 0.0 and is something; '–' where unknown."""
    if DUST <= abs(value) < UNSEEN:
        return "< 0.1" if value > 0 else "> -0.1"
    return number(value, 1)


def at_least(value: float, *, bound: bool) -> str:
    """'12.3', of a bound '≥ 12.3'; '–' for a bound that would be shown as 0.0, as that says nothing."""
    if not bound:
        return amount(value)
    return f"≥ {number(value, 1)}" if value >= UNSEEN else "–"


def listing(lines: Iterable[Any]) -> Markup:
    """A bulleted list."""
    return element("ul", *(element("li", line) for line in lines))


def bar(part: float, tone: str, words: str) -> Markup:
    """A bar from 0 to 100 % with its figure beside it; parts above 100 % fill the bar."""
    width = 100 * max(0.0, min(1.0, part))
    drawing = element(
        "svg",
        element("rect", width=100, height=10, class_="bar-ground"),
        element("rect", width=width, height=10, class_=f"bar-{tone}"),
        viewBox="0 0 100 10",
        class_="bar",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    return element("td", joined((drawing, element("span", words))), class_="bar-cell")
