"""Remarks about what a sheet holds besides values: formulas, merged cells, what is hidden, ranges of Excel tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.utils.cell import coordinate_from_string, range_boundaries

from model.case.messages import Findings
from model.case.sheets.cells import is_blank
from model.case.sheets.headers import Layout
from model.case.sheets.raw import RawSheet
from model.case.text import listed

Box = tuple[int, int, int, int]
"""First column, first row, last column, last row."""


def remark_surroundings(raw: RawSheet, layout: Layout, rows: Sequence[int], findings: Findings) -> None:
    """Remark on a sheet whose records stand in these Excel rows."""
    _remark_formulas(raw, layout, rows, findings)
    _remark_merged(raw, layout, rows, findings)
    _remark_hidden(raw, layout, rows, findings)
    _remark_outside_table(raw, layout, rows, findings)


def _remark_formulas(raw: RawSheet, layout: Layout, rows: Sequence[int], findings: Findings) -> None:
    records = set(rows)
    names = {letter: name for name, letter in layout.letters.items()}
    texts = {
        "formula-uncalculated": "The formula was never calculated. Open the workbook in Excel and save it.",
        "formula-external": "The formula takes its value from another workbook. Type the value here instead.",
        "formula-doubtful": "The value saved with the formula was read, but it may be old or made up: the workbook was"
        " saved without calculating. Open it in Excel, press F9 and save it.",
    }
    facts = raw.facts
    found = (
        ("formula-uncalculated", facts.uncalculated),
        ("formula-external", facts.external),
        ("formula-doubtful", facts.doubtful),
    )
    for code, cells in found:
        for letter, row, cell in sorted((*coordinate_from_string(cell), cell) for cell in cells):
            if row in records and letter in names:
                findings.add(code, texts[code], sheet=raw.name, row=row, column=names[letter])
            elif row == layout.header_row:
                findings.add(code, texts[code], sheet=raw.name, cell=cell)


def _remark_merged(raw: RawSheet, layout: Layout, rows: Sequence[int], findings: Findings) -> None:
    positions = [position + 1 for position in layout.positions.values()]
    table = (min(positions), layout.header_row, max(positions), max(rows, default=layout.header_row))
    for reference, box in _boxes(raw.facts.merged):
        if _overlap(box, table):
            text = f"The cells {reference} are merged. Unmerge them and give every record its own value."
            findings.add("cells-merged", text, file=raw.file, sheet=raw.name, cell=reference, row=box[1])


def _remark_hidden(raw: RawSheet, layout: Layout, rows: Sequence[int], findings: Findings) -> None:
    facts = raw.facts
    if facts.hidden and rows:
        findings.add("sheet-hidden", "The sheet is hidden; it was read all the same.", file=raw.file, sheet=raw.name)
    hidden = [row for row in rows if row in facts.hidden_rows]
    if hidden:
        why = "filtered out or hidden" if facts.filtered else "hidden"
        text = f"{_rows(hidden, 'is', 'are')} {why}; read all the same."
        findings.add("rows-hidden", text, sheet=raw.name, row=hidden[0], cell=f"A{hidden[0]}")
    for name, letter in layout.letters.items():
        place = layout.positions[name]
        if letter in facts.hidden_columns and any(not is_blank(raw.at(row, place)) for row in rows):
            text = f"Column {letter} is hidden; it was read all the same."
            findings.add("columns-hidden", text, sheet=raw.name, column=name)


def _remark_outside_table(raw: RawSheet, layout: Layout, rows: Sequence[int], findings: Findings) -> None:
    for reference, box in _boxes(raw.facts.tables):
        if box[1] != layout.header_row:
            continue
        outside = [row for row in rows if row > box[3]]
        if outside:
            text = f"{_rows(outside, 'stands', 'stand')} below the Excel table {reference}; read all the same."
            findings.add("row-outside", text, sheet=raw.name, row=outside[0], cell=f"A{outside[0]}")


def _boxes(references: Iterable[str]) -> list[tuple[str, Box]]:
    """Cell ranges that can be understood; a broken one says nothing about the data."""
    boxes: list[tuple[str, Box]] = []
    for reference in references:
        try:
            first_column, first_row, last_column, last_row = (int(edge or 0) for edge in range_boundaries(reference))
        except (ValueError, TypeError):
            continue
        boxes.append((reference, (first_column, first_row, last_column, last_row)))
    return boxes


def _overlap(one: Box, two: Box) -> bool:
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]


def _rows(rows: Sequence[int], one: str, several: str) -> str:
    """'Rows 4-7, 9 stand' for [4, 5, 6, 7, 9], with the verb in the number that fits."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    words = listed((str(first) if first == last else f"{first}-{last}" for first, last in spans), 6)
    return f"Row {words} {one}" if len(rows) == 1 else f"Rows {words} {several}"
