"""Broken sheets: headers, layout, hidden and merged cells, formulas, sheets that are missing or in the way."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table

from tests.case.corpus import Broken, Damage, add_row, address, put
from tests.case.small import FIRST_ROW, HEADER_ROW, Row, headers, position, small_rows

LINKS_END = FIRST_ROW + len(small_rows()["Links"])


def header(sheet: str, column: str | int, text: Any) -> Damage:
    """Damage: another header."""

    def damage(book: Workbook) -> None:
        book[sheet].cell(HEADER_ROW, position(sheet, column)).value = text

    return damage


def header_cell(sheet: str, column: str | int) -> str:
    """Address of a header."""
    return f"{get_column_letter(position(sheet, column))}{HEADER_ROW}"


def new_column(text: Any, value: Any = None) -> Damage:
    """Damage: a further column of Links."""

    def damage(book: Workbook) -> None:
        place = len(headers("Links", small_rows()["Links"])) + 1
        book["Links"].cell(HEADER_ROW, place).value = text
        book["Links"].cell(FIRST_ROW, place).value = value

    return damage


NEW_CELL = f"{get_column_letter(len(headers('Links', small_rows()['Links'])) + 1)}{HEADER_ROW}"


def on(sheet: str, action: Callable[[Any], None]) -> Damage:
    """Damage: something done to a worksheet."""
    return lambda book: action(book[sheet])


def hide_row(book: Workbook) -> None:
    """Damage: a row hidden by hand."""
    book["Links"].row_dimensions[FIRST_ROW + 1].hidden = True


def filter_row(book: Workbook) -> None:
    """Damage: a row hidden by a filter."""
    book["Links"].auto_filter.ref = f"A{HEADER_ROW}:C{LINKS_END - 1}"
    hide_row(book)


def hide_column(book: Workbook) -> None:
    """Damage: a column with data hidden."""
    book["Links"].column_dimensions["F"].hidden = True
    book["Links"]["F4"] = "yes"


def hide_sheet(book: Workbook) -> None:
    """Damage: the sheet hidden."""
    book["Links"].sheet_state = "hidden"


def veil_sheet(book: Workbook) -> None:
    """Damage: the sheet hidden from the menu too."""
    book["Links"].sheet_state = "veryHidden"


def remove(sheet: str) -> Damage:
    """Damage: a sheet deleted."""
    return lambda book: book.remove(book[sheet])


def empty(sheet: str) -> Damage:
    """Damage: all records deleted."""
    return lambda book: book[sheet].delete_rows(FIRST_ROW, 50)


def no_header(book: Workbook) -> None:
    """Damage: the header row deleted."""
    book["Links"].delete_rows(HEADER_ROW)


def deep_header(book: Workbook) -> None:
    """Damage: the table moved below row 10."""
    book["Links"].insert_rows(1, 12)


def second_sheet(book: Workbook) -> None:
    """Damage: a second sheet of nearly the same name."""
    book.create_sheet("links ")["A1"] = "Link"


def extra_sheet(title: str) -> Damage:
    """Damage: a sheet that is no input."""
    return lambda book: book.create_sheet(title).append(["something"])


def excel_table(book: Workbook) -> None:
    """Damage: an Excel table that ends a row too early."""
    last = get_column_letter(len(headers("Links", small_rows()["Links"])))
    book["Links"].add_table(Table(displayName="tbl_links", ref=f"A{HEADER_ROW}:{last}{LINKS_END - 2}"))


def row_below_gap(book: Workbook) -> None:
    """Damage: an empty row inside the table."""
    book["Links"].insert_rows(FIRST_ROW + 2)


TOTAL: Row = {"link": "Total", "from_node": "A", "to_node": "B", "carrier": "rail", "length_km": 470, "days_regular": 1}

SHEETS_CORPUS: list[Broken] = [
    Broken("header-twice", "column-twice", "Links", NEW_CELL, new_column("Length [km]")),
    Broken("header-twice-by-code-name", "column-twice", "Links", NEW_CELL, new_column("length_km")),
    Broken("header-blank", "header-blank", "Links", NEW_CELL, new_column(None, 5)),
    Broken("header-unknown", "header-unknown", "Links", NEW_CELL, new_column("Lenght of track", 5)),
    Broken("header-misspelt", "column-missing", "Links", "row 3", header("Links", "length_km", "Lenght [km]")),
    Broken(
        "header-cleared",
        "column-missing",
        "Links",
        "row 3",
        header("Links", "length_km", None),
        frozenset({"header-blank"}),
    ),
    Broken(
        "header-unit",
        "header-unit",
        "Links",
        header_cell("Links", "capacity_kt"),
        header("Links", "capacity_kt", "Tonnage capacity [kt/year]"),
    ),
    Broken(
        "header-unit-money",
        "header-unit",
        "Links",
        header_cell("Links", "container_cost"),
        header("Links", "container_cost", "Cost per TEU [EUR/TEU]"),
    ),
    Broken(
        "year-header-date",
        "header-date",
        "Demand",
        header_cell("Demand", 2030),
        header("Demand", 2030, datetime.datetime(2030, 1, 1)),
    ),
    Broken(
        "year-header-serial",
        "header-date-serial",
        "Demand",
        header_cell("Demand", 2030),
        header("Demand", 2030, 47_484),
    ),
    Broken("year-header-twice", "column-twice", "Demand", header_cell("Demand", 2030), header("Demand", 2030, "2026")),
    Broken("no-header", "header-missing", "Links", "", no_header, frozenset({"reference-unknown"})),
    Broken("header-too-deep", "header-missing", "Links", "", deep_header),
    Broken("sheet-missing", "sheet-missing", "Nodes", "", remove("Nodes")),
    Broken("settings-missing", "sheet-missing", "Settings", "", remove("Settings"), frozenset({"change-no-row"})),
    Broken("demand-missing", "sheet-missing", "Demand", "", remove("Demand")),
    Broken("sheet-empty", "sheet-empty", "Links", "", empty("Links")),
    Broken("periods-empty", "sheet-empty", "Periods", "", empty("Periods")),
    Broken("sheet-twice", "sheet-twice", "links ", "", second_sheet),
    Broken("sheet-near", "sheet-unknown", "Linkss", "", extra_sheet("Linkss")),
    Broken("sheet-other", "sheet-ignored", "Chart data", "", extra_sheet("Chart data")),
    Broken("sheet-hidden", "sheet-hidden", "Links", "", hide_sheet),
    Broken("sheet-very-hidden", "sheet-hidden", "Links", "", veil_sheet),
    Broken("row-hidden", "rows-hidden", "Links", f"A{FIRST_ROW + 1}", hide_row),
    Broken("row-filtered", "rows-hidden", "Links", f"A{FIRST_ROW + 1}", filter_row),
    Broken("column-hidden", "columns-hidden", "Links", "F", hide_column),
    Broken(
        "merged",
        "cells-merged",
        "Links",
        "D4:D5",
        on("Links", lambda s: s.merge_cells("D4:D5")),
        frozenset({"value-missing"}),
    ),
    Broken(
        "merged-header",
        "cells-merged",
        "Links",
        "I3:J3",
        on("Links", lambda s: s.merge_cells("I3:J3")),
        frozenset({"header-blank"}),
    ),
    Broken(
        "formula",
        "formula-uncalculated",
        "Links",
        address("Links", 0, "length_km"),
        put("Links", 0, "length_km", "=400+70"),
    ),
    Broken(
        "formula-key",
        "formula-uncalculated",
        "Links",
        "A4",
        put("Links", 0, "link", '="L"&1'),
        frozenset({"reference-unknown"}),
    ),
    Broken(
        "formula-header",
        "formula-uncalculated",
        "Links",
        header_cell("Links", "length_km"),
        header("Links", "length_km", '="Length"'),
        frozenset({"column-missing", "header-blank"}),
    ),
    Broken(
        "formula-alone",
        "formula-uncalculated",
        "Links",
        f"A{LINKS_END}",
        on("Links", lambda s: s.__setitem__(f"A{LINKS_END}", "=A4")),
        frozenset({"value-missing"}),
    ),
    Broken("row-outside-table", "row-outside", "Links", f"A{LINKS_END - 1}", excel_table),
    Broken("row-below-gap", "row-gap", "Links", f"A{FIRST_ROW + 3}", row_below_gap),
    Broken(
        "row-of-totals",
        "row-total",
        "Links",
        f"A{LINKS_END}",
        add_row("Links", TOTAL, LINKS_END - FIRST_ROW),
        frozenset({"corridor-escaped"}),  # read as a link, it is a way past the markers
    ),
]
