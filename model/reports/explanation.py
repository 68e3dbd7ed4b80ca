"""The workbook of an explanation: cover with the sentences, the cells concerned, the ways out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from model.case.case import Case
from model.case.whole_file import put_whole
from model.reports.workbook.book import Book
from model.reports.workbook.sheet import Column, ReportSheet
from model.studies.explain.explanation import Explanation

KINDS: Final = {
    "conflict": "No plan: what must be built contradicts itself.",
    "constraint file": "No plan: a constraint of your own contradicts the case.",
    "policy": "No plan: the policies cannot all be kept.",
    "open": "Not settled in the time given: no plan that keeps all policies was found, and one may exist.",
    "shortfall": "Some demand cannot be carried, even with every project built.",
    "limits": "Some demand is left unserved because of limits that could be changed.",
    "none": "Nothing stands in the way.",
}


def write_explanation(found: Explanation, case: Case, path: Path) -> None:
    """Write the workbook, aside first, so that a file is there whole or not at all. Raises OSError."""
    with put_whole(path) as aside, Book(aside, f"{case.name}: why there is no plan") as book:
        for sheet in explanation_sheets(found, case):
            book.write(sheet)


def explanation_sheets(found: Explanation, case: Case) -> tuple[ReportSheet, ...]:
    """Cover, Conflict and Repairs."""
    sentences = [KINDS[found.kind], *found.sentences]
    cover = ReportSheet(
        "Cover",
        f"{case.name} ({case.scenario}): {KINDS[found.kind]}",
        "Amounts are in the units named; each place is file › sheet › cell. Two sheets follow: Conflict and Repairs.",
        (Column("number", "No.", "integer", width=6), Column("words", "In words", "long", width=120)),
        pd.DataFrame({"number": range(len(sentences)), "words": sentences}),
    )
    return cover, _cells(found), _repairs(found)


def _cells(found: Explanation) -> ReportSheet:
    frame = found.cells.assign(negotiable=["yes" if yes else "no" for yes in found.cells["negotiable"]])
    return ReportSheet(
        "Conflict",
        "Cells that stand in the way",
        "'Short' is by how much the cell falls short of what the others need; blank where that is no amount.",
        (
            Column("place", "Cell", "long", width=44),
            Column("statement", "What it says", "long", width=70),
            Column("short", "Short", "fine"),
            Column("unit", "Unit"),
            Column("negotiable", "Negotiable"),
        ),
        frame,
        empty="No cells: nothing stands in the way.",
        links=_links(frame),
    )


def _repairs(found: Explanation) -> ReportSheet:
    costs = tuple(
        Column(name, "Cost of the best plan then", "number", unit="million USD")
        for name in found.repairs.columns
        if str(name).startswith("cost")
    )
    return ReportSheet(
        "Repairs",
        "Ways out, each enough on its own",
        "Rows of one way out belong together: the least change of that kind that ends the problem, others untouched.",
        (
            Column("way out", "Way out", width=26),
            Column("place", "What changes", "long", width=70),
            Column("change", "By", "fine"),
            Column("unit", "Unit"),
            Column("new value", "New value (tool's units)"),
            *costs,
        ),
        found.repairs,
        empty="No change of a single kind was found that helps.",
    )


def _links(frame: pd.DataFrame) -> dict[tuple[int, str], str]:
    """Links to the cells, as files stand beside each other: 'external:<file>#<sheet>!<cell>'."""
    found = {}
    for row, place in enumerate(frame["place"]):
        parts = str(place).split(" › ")
        if len(parts) == 3 and parts[0].endswith((".xlsx", ".xlsm")) and parts[2].isalnum():
            found[row, "place"] = f"external:{parts[0]}#'{parts[1]}'!{parts[2]}"
    return found
