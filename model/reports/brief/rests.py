"""What the leading figures rest on: how much of each counts as a planning assumption."""

from __future__ import annotations

from typing import Any, Final

from model.reports.analysis.quality import RESULT, quality_shown
from model.reports.brief.blocks import Block, Figure, Head, Record
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import number, percent

LABELS: Final = {
    "capital chosen": "Capital of what is chosen", "capital": "Capital of all that opens", "demand": "Demand",
    "transport": "Transport", "bottlenecks": "Bottlenecks",
}  # fmt: skip
COUNTED: Final = ("assets",)  # units of which there are whole ones only


def rests_block(facts: Facts) -> Block:
    """A row a result, then all figures of the inputs together; the shares stand on Data_quality."""
    frame = facts.once(quality_shown)
    results = [row for row in rows(frame) if row.item.startswith(RESULT)]
    told = {row.item.removeprefix(RESULT): row for row in results if row.whole > 0}
    records = [
        Record(label, _words(told[key]), (Figure(told[key].share, "Data_quality", told[key].item, "share"),))
        for key, label in LABELS.items()
        if key in told
    ]
    return Block(
        "rests", "What the leading figures rest on", "Figure", "Of it seen in a source, or computed from such figures",
        (Head("Rests on assumptions", kind="share"),), tuple(records),
        note="By amount: each figure counts by the note on its cell, else by the weakest figure of its row; so at most "
        "so much is assumed. Sheet Assumptions lists the judgements with their ranges.",
        sheet="Data_quality",
    )  # fmt: skip


def _words(row: Any) -> str:
    """'832.0 million USD, capital of what the plan chooses, by project: 20 % seen, 5 % computed.'."""
    known = [f"{percent(getattr(row, grade) / row.whole)} {grade}" for grade in ("seen", "computed")]
    digits = 0 if row.unit in COUNTED else 1
    return f"{number(row.whole, digits)} {row.unit}, {row.what}: {', '.join(known)}."
