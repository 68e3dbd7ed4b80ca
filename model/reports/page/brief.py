"""The first section of the page: the decision brief, block by block, in the words and figures of the Cover."""

from __future__ import annotations

import math
from typing import Final

from model.reports.brief.blocks import Block, Figure, Head, Record
from model.reports.brief.brief import brief
from model.reports.facts import Facts
from model.reports.markup import Markup, element
from model.reports.page.parts import Head as Column
from model.reports.page.parts import section, table
from model.reports.text import number, percent

DIGITS: Final = {"year": 0, "integer": 0, "number": 1, "fine": 2}


def decide(facts: Facts) -> Markup:
    """All blocks; what a reader prints when he prints the page."""
    button = element("button", "Print everything", type="button", id="print-all", hidden=True)
    return section("decide", "What to decide", *(_block(block) for block in facts.once(brief)), button)


def _block(block: Block) -> Markup:
    heads = [
        Column(block.about),
        Column(block.saying, wide=True),
        *(Column(head.words, head.unit, figures=True) for head in block.heads),
    ]
    records = [[record.label, record.words, *_figures(block, record)] for record in block.records]
    note = element("p", block.note, class_="note") if block.note else ""
    return element("div", table(heads, records, block.title), note, class_="brief-block", id=f"brief-{block.key}")


def _figures(block: Block, record: Record) -> list[str]:
    """Figures as text; nothing where the row is words alone."""
    if not record.figures:
        return [""] * len(block.heads)
    return [_shown(head, figure) for head, figure in zip(block.heads, record.figures, strict=True)]


def _shown(head: Head, figure: Figure) -> str:
    if math.isnan(figure.value):
        return "–"
    if head.kind == "year":
        return str(int(figure.value))
    return percent(figure.value) if head.kind == "share" else number(figure.value, DIGITS.get(head.kind, 1))
