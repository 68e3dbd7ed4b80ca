"""The data dictionary: every input sheet and column, written from the schema.

`python -m model.case.workbooks.dictionary` prints it; docs/data-dictionary.md is that text and a test keeps it current.
"""

from __future__ import annotations

import sys
from typing import Final

from model.case.messages import shown
from model.case.schema import SCHEMA_VERSION, SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind, Sheet, limits

HEAD: Final = f"""# Data dictionary

Every input sheet and column (schema version {SCHEMA_VERSION}). This page is written from the tables in
`model/case/schema/` by `python -m model.case.workbooks.dictionary`; do not edit it by hand.

Sheets are recognised by name in any workbook of the case folder; one sheet holds one table. The header row stands
in one of the first ten rows. A header is the label, with or without its unit in square brackets, or the code name.
A row whose column A begins with `#` is a comment. An empty cell means what the column "Blank means" says, and
nothing else. Values are given in the unit of the header.
"""

KINDS: Final = {
    Kind.IDENTIFIER: "key",
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.INTEGER: "whole number",
    Kind.YEAR: "year",
    Kind.SHARE: "share (0 to 1, or a percentage)",
    Kind.FLAG: "yes or no",
    Kind.CHOICE: "one of",
    Kind.IDENTIFIERS: "keys, separated by ; (one that holds a ; in double quotes)",
}


def data_dictionary() -> str:
    """The whole dictionary as Markdown."""
    parts = [HEAD, _contents()]
    parts += [_sheet(sheet) for sheet in SHEETS.values()]
    return "\n".join(parts)


def _contents() -> str:
    rows = [
        _cells((f"[{name}](#{name.lower()})", sheet.workbook, "yes" if sheet.required else "", sheet.meaning))
        for name, sheet in SHEETS.items()
    ]
    return "\n".join(["| Sheet | Workbook | Required | Holds |", "|---|---|---|---|", *rows, ""])


def _sheet(sheet: Sheet) -> str:
    key = " + ".join(sheet.column(name).label for name in sheet.key)
    lines = [f"## {sheet.name}", "", sheet.meaning, ""]
    if key:
        lines += [f"One record for each {key} (capitals do not count).", ""]
    columns = list(sheet.columns)
    if sheet.year_column is not None:
        columns.append(sheet.year_column)
    lines += ["| Column | Code name | Holds | Unit | Range | Blank means | Meaning | Example |", "|" + "---|" * 8]
    lines += [_row(column) for column in columns]
    if sheet.name == "Settings":
        lines += [
            "",
            "### The settings",
            "",
            "| Setting | Holds | Unit | Range | Default | Meaning |",
            "|" + "---|" * 6,
        ]
        lines += [_setting_row(setting.column) for setting in SETTINGS.values()]
    return "\n".join([*lines, ""])


def _row(column: Column) -> str:
    blank = "**required**" if column.required else column.blank or "nothing"
    example = "" if column.example is None else f"`{word(column.example)}`"
    cells = (
        column.label,
        f"`{column.name}`",
        holds(column),
        column.unit,
        range_words(column),
        blank,
        column.meaning,
        example,
    )
    return _cells(cells)


def _setting_row(column: Column) -> str:
    default = column.default
    if isinstance(default, int | float) and not isinstance(default, bool):
        default = shown(default / column.factor)
    blank = column.blank if default in (None, "") else word(default)
    return _cells((f"`{column.name}`", holds(column), column.unit, range_words(column), blank or "", column.meaning))


def holds(column: Column) -> str:
    """What a cell of the column may hold, in words."""
    text = KINDS[column.kind]
    if column.allowed:
        text = f"{text}: {', '.join(column.allowed)}"
    return f"{text} of {column.refers_to.split('.')[0]}" if column.refers_to else text


def range_words(column: Column) -> str:
    """Allowed and usual range, in words."""
    low, high = limits(column)
    words: list[str] = []
    if column.above is not None:
        words.append(f"more than {shown(column.above)}")
    elif abs(low) != float("inf"):
        words.append(f"at least {shown(low)}")
    if abs(high) != float("inf"):
        words.append(f"at most {shown(high)}")
    if column.usual_minimum is not None or column.usual_maximum is not None:
        ends = [shown(end) for end in (column.usual_minimum, column.usual_maximum) if end is not None]
        sign = "≤ " if column.usual_minimum is None else "≥ " if column.usual_maximum is None else ""
        words.append(f"usual {sign}{' to '.join(ends)}")
    return ", ".join(words)


def word(value: object) -> str:
    """A value as it is typed into a cell."""
    return {True: "yes", False: "no"}.get(value, shown(value)) if isinstance(value, bool) else shown(value)


def _cells(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
