"""How an input workbook looks: formats, widths, header notes, colours by confidence, the ReadMe sheet.

LibreOffice draws no Excel table styles, so every header and cell gets its format here. Colour only repeats what a word
in the row says (confidence) or what the header note says (required).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from model.case.keys import listed_keys
from model.case.schema.columns import Column, Kind, Sheet

HEADER_HEIGHT: Final = 56
LINE_HEIGHT: Final = 13.5
READ_ME_WIDTH: Final = 110
SENTENCE_WIDTH: Final = 55
FONT: Final = "Calibri"
LONG_TEXT: Final = frozenset({"note", "text", "basis", "description", "change", "reason", "title", "address"})
"""Columns of sentences."""
CONFIDENCE_COLOURS: Final = {"seen": "#E2EFDA", "computed": "#DDEBF7", "assumption": "#FFF8E1"}
MAXIMUM_DECIMALS: Final = 3
PROVENANCE: Final = frozenset({"source", "confidence", "note"})


@dataclass(frozen=True)
class Field:
    """One column on the page: its declaration, its header and the name of its DataFrame column."""

    column: Column
    header: str
    key: str | int


def make_formats(book: Any) -> dict[str, Any]:
    """Named formats of one workbook."""
    base = {"font_name": FONT, "font_size": 10, "valign": "top"}
    line = {"bottom": 1, "bottom_color": "#D9D9D9"}
    header = base | {"bold": True, "text_wrap": True, "font_color": "#FFFFFF", "border": 1, "border_color": "#FFFFFF"}
    formats = {
        "title": book.add_format(base | {"bold": True, "font_size": 12, "font_color": "#1F3864"}),
        "header_required": book.add_format(header | {"bg_color": "#1F3864"}),
        "header_optional": book.add_format(header | {"bg_color": "#5B7AA8"}),
        "header_provenance": book.add_format(header | {"bg_color": "#7F7F7F"}),
        "text": book.add_format(base | line | {"align": "left", "indent": 1}),
        "wrapped": book.add_format(base | line | {"align": "left", "indent": 1, "text_wrap": True}),
        "key": book.add_format(base | line | {"align": "left", "bold": True}),
        "year": book.add_format(base | line | {"num_format": "0"}),
        "read_me": book.add_format(base | {"text_wrap": True, "font_size": 11}),
    }
    for decimals in range(MAXIMUM_DECIMALS + 1):
        tail = "." + "0" * decimals if decimals else ""
        formats[f"number_{decimals}"] = book.add_format(base | line | {"num_format": f"#,##0{tail}"})
        formats[f"share_{decimals}"] = book.add_format(base | line | {"num_format": f"0{tail}%"})
    for word, colour in CONFIDENCE_COLOURS.items():
        formats[word] = book.add_format({"bg_color": colour})
        formats[f"legend_{word}"] = book.add_format(base | {"bg_color": colour, "font_size": 11})
    return formats


def header_style(column: Column) -> str:
    """Name of the header format: dark for required columns."""
    if column.name in PROVENANCE:
        return "header_provenance"
    return "header_required" if column.required else "header_optional"


def cell_style(column: Column, values: Sequence[Any], *, data: bool, key: bool) -> str:
    """Name of the cell format; a column of numbers shows as many decimals as its figures need, up to three."""
    if key:
        return "key"
    if column.kind is Kind.YEAR or column.unit == "mm":
        return "year"
    if column.numeric:
        scale = 100 if column.kind is Kind.SHARE else 1
        decimals = max((_decimals(float(value) * scale) for value in values if value is not None), default=0)
        return f"{'share' if column.kind is Kind.SHARE else 'number'}_{decimals}"
    return "wrapped" if not data and column.name in LONG_TEXT else "text"


def _decimals(value: float) -> int:
    if value != value:
        return 0
    return next(
        (count for count in range(MAXIMUM_DECIMALS) if abs(round(value, count) - value) < 1e-9), MAXIMUM_DECIMALS
    )


def column_width(column: Column, header: str, values: Sequence[Any], *, data: bool) -> float:
    """Width in characters: fits the figures, wraps the header over at most four lines, caps sentences."""
    if column.name in LONG_TEXT and not data:
        return float(SENTENCE_WIDTH)
    if column.name == "note":
        return 70.0
    longest_word = max((len(word) for word in header.split()), default=0)
    needed = max(longest_word + 3, len(header) / 3)
    shown = max((_shown_length(value) for value in values if value is not None), default=0)
    return float(min(max(needed, shown + 2, 9), 40))


def _shown_length(value: Any) -> int:
    if isinstance(value, bool):
        return 3
    if isinstance(value, float):
        return 0 if value != value else len(f"{value:,.10g}")
    return len(listed_keys(value)) if isinstance(value, (tuple, list)) else len(str(value))


def row_height(texts: Sequence[Any]) -> float:
    """Height of a row of wrapped sentences; given outright, for LibreOffice does not fit the rows of such a file."""
    return LINE_HEIGHT * max((lines_needed(str(text), SENTENCE_WIDTH - 4) for text in texts if text), default=1) + 2


def lines_needed(text: str, width: int) -> int:
    """Lines that a text takes when wrapped at words."""
    return len(textwrap.wrap(text, width)) or 1


def header_note(column: Column) -> tuple[str, dict[str, Any]]:
    """Text of the header's cell note, and its size and author."""
    lines = [column.meaning]
    if column.unit:
        lines.append(f"Unit: {column.unit}.")
    if column.required:
        lines.append("Required.")
    else:
        lines.append(f"May be blank: {column.blank}." if column.blank else "May be blank.")
    if column.allowed:
        lines.append("Allowed: " + ", ".join(column.allowed) + ".")
    elif column.kind is Kind.FLAG:
        lines.append("Allowed: yes, no.")
    elif column.kind is Kind.IDENTIFIERS:
        lines.append("Several are separated by ';'.")
    if column.refers_to:
        sheet, _, name = column.refers_to.partition(".")
        lines.append(f"Must be a {name} of the sheet {sheet}.")
    limits = [(column.minimum, "at least"), (column.above, "above"), (column.maximum, "at most")]
    words = [f"{word} {value:g}" for value, word in limits if value is not None]
    if words:
        lines.append("Value " + ", ".join(words) + ".")
    text = "\n".join(lines)
    height = 22 + 15 * sum(1 + len(line) // 44 for line in lines)
    return text, {"width": 300, "height": height, "author": "schema", "font_size": 9}


def colour_by_confidence(
    worksheet: Any, formats: Mapping[str, Any], page: Sequence[Field], first_row: int, last_row: int
) -> None:
    """Tint the figures of a row by the word in its confidence cell, also in rows still to be added."""
    place = next((place for place, field in enumerate(page) if field.key == "confidence"), None)
    if place is None:
        return
    letter = xl_col_to_name(place)
    tinted = [at for at, field in enumerate(page) if field.column.numeric or at == place]
    areas = " ".join(f"{xl_col_to_name(at)}{first_row + 1}:{xl_col_to_name(at)}{last_row + 1}" for at in tinted)
    for word in CONFIDENCE_COLOURS:
        worksheet.conditional_format(
            first_row,
            tinted[0],
            last_row,
            tinted[0],
            {
                "type": "formula",
                "criteria": f'=${letter}{first_row + 1}="{word}"',
                "format": formats[word],
                "multi_range": areas,
            },
        )


def write_read_me(
    book: Any, formats: Mapping[str, Any], title: str, paragraphs: Sequence[str], sheets: Sequence[Sheet]
) -> None:
    """First sheet: what the workbook is for, how to edit it, its sheets and the colours."""
    worksheet = book.add_worksheet("ReadMe")
    worksheet.set_column(0, 0, READ_ME_WIDTH)
    worksheet.hide_gridlines(2)
    worksheet.write_string(0, 0, title, formats["title"])
    row = 1
    for text in paragraphs:
        worksheet.write_string(row, 0, text, formats["read_me"])
        worksheet.set_row(row, 18 * lines_needed(text, READ_ME_WIDTH - 10))
        row += 1
    worksheet.write_string(row + 1, 0, "Sheets", formats["title"])
    row += 2
    for sheet in sheets:
        worksheet.write_string(row, 0, f"{sheet.name}: {sheet.meaning}", formats["read_me"])
        row += 1
    worksheet.write_string(row + 1, 0, "Colours of the figures repeat the Confidence column", formats["title"])
    meanings = {
        "seen": "seen: read in the source named in the row",
        "computed": "computed: worked out from figures that were seen",
        "assumption": "assumption: a planning judgement or a remembered figure; vary it",
    }
    for offset, (word, meaning) in enumerate(meanings.items()):
        worksheet.write_string(row + 2 + offset, 0, meaning, formats[f"legend_{word}"])
    worksheet.activate()
    worksheet.set_first_sheet()
    set_print(worksheet, None)


def set_print(worksheet: Any, header_row: int | None) -> None:
    """Landscape A3, as wide as one page, header repeated."""
    worksheet.set_landscape()
    worksheet.set_paper(8)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    worksheet.fit_to_pages(1, 0)
    if header_row is not None:
        worksheet.repeat_rows(header_row)
