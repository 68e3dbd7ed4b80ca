"""The first section of the page: the decision brief, block by block, in the words and figures of the Cover."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from model.reports.analysis.appraisal import STRIP, appraisal
from model.reports.analysis.drawn.swings import SWING, swings_of
from model.reports.brief.blocks import Block, Figure, Head, Record
from model.reports.brief.brief import brief
from model.reports.brief.money import NET
from model.reports.facts import Facts
from model.reports.markup import Markup, element, joined
from model.reports.page.charts import waterfall
from model.reports.page.more_charts import tornado
from model.reports.page.parts import CARDS, amount, section, table
from model.reports.page.parts import Head as Column
from model.reports.text import number, percent
from model.studies.console.words import share

WHERE: Final = (
    "Sheets that are named here and below stand in plan.xlsx, in the folder of the run; input sheets in its folder "
    "inputs."
)
DIGITS: Final = {"year": 0, "integer": 0, "fine": 2}


def decide(facts: Facts) -> Markup:
    """All blocks; what a reader prints when he prints the page."""
    button = element("button", "Print everything", type="button", id="print-all", hidden=True)
    blocks = [_block(facts, block) for block in facts.once(brief)]
    return section("decide", "What to decide", *blocks, button, note=WHERE)


def _block(facts: Facts, block: Block) -> Markup:
    heads = [
        Column(block.about),
        Column(block.saying, wide=True),
        *(Column(head.words, head.unit, figures=True) for head in block.heads),
    ]
    records = [[record.label, record.words, *_figures(block, record)] for record in block.records]
    note = element("p", block.note, class_="note") if block.note else ""
    if not block.heads:
        shown = joined(_sentence(record) for record in block.records)
        content = joined((element("h3", block.title), element("dl", shown)))
    else:
        content = table(heads, records, block.title, class_=CARDS)
    chart = CHARTS[block.key](facts, block) if block.key in CHARTS else ""
    return element("div", content, note, chart, class_="brief-block", id=f"brief-{block.key}")


def _sentence(record: Record) -> Markup:
    """A label and its sentence, without a table around them."""
    return joined((element("dt", record.label), element("dd", record.words)))


def _benefit_chart(_: Facts, block: Block) -> Markup:
    """The rows down to the net as a waterfall."""
    steps = [(record.label, record.figures[0].value) for record in block.records]
    place = [label for label, _ in steps].index(NET)
    return waterfall("What carries the benefit", block.heads[0].unit, steps[:place], NET)


def _doubts_chart(facts: Facts, _: Block) -> Markup:
    """What the net value becomes when one line of it alone is otherwise, the flows held."""
    found = facts.once(appraisal)
    if found is None:
        return Markup("")
    swings = [(one.name, one.low, one.high, one.lower, one.higher) for one in swings_of(found)]
    title = (
        f"What the net value rests on: each line alone {percent(SWING)} less or more, the discount rate at "
        f"{percent(STRIP[0])} or {percent(STRIP[-1])}, the flows held"
    )
    return tornado(title, "million USD, present value", found.net, swings) if swings else Markup("")


CHARTS: Final[Mapping[str, Callable[[Facts, Block], Markup]]] = {"benefit": _benefit_chart, "doubts": _doubts_chart}


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
    if head.kind == "change":
        return share(figure.value)
    if head.kind == "number":
        return amount(figure.value)
    return percent(figure.value) if head.kind == "share" else number(figure.value, DIGITS.get(head.kind, 1))
