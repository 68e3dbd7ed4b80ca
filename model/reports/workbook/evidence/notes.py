"""Notes: how the workbook is meant, and what every column of every sheet is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from model.reports.workbook.sheet import Column, ReportSheet

CONVENTIONS = (
    ("Totals", "Row 3 of a sheet adds up the rows that a filter leaves visible; other sheets add up all rows."),
    ("Live formulas", "Everything that restates another figure is a formula; figures of the solver are values."),
    ("Colours", "A colour only repeats the word or figure in the cell."),
    ("Frozen panes", "Header and key columns are frozen and tables can be filtered; nothing is hidden."),
    ("Flows", "Per year of the period. Containers in kTEU (thousand TEU), tonnes in Mt (million tonnes)."),
    ("Bulk in TEU", "Bulk counts as TEU-equivalents: tonnes divided by the tonnes in a loaded TEU."),
    ("Money", "Million USD in prices of the price year; present values at the discount rate on the Cover."),
    ("Shadow price", "What one more unit of a capacity would save in a year. Exact for small changes."),
    ("full", "95 % or more of the capacity is used; busy: from 80 %; free: below; OVER: above 100 %."),
)


def notes_sheet(sheets: Sequence[ReportSheet]) -> ReportSheet:
    """Conventions first, then the dictionary of columns."""
    rows = [("(all sheets)", name, "", text) for name, text in CONVENTIONS]
    for sheet in sheets:
        for column in sheet.columns:
            if column.kind != "symbol":
                rows.append((sheet.name, column.header, column.unit, column.meaning or f"{column.header}."))
    columns = (
        Column("sheet", "Sheet"),
        Column("column", "Column", "period", width=34),
        Column("unit", "Unit"),
        Column("meaning", "Meaning", "long", width=100),
    )
    return ReportSheet(
        "Notes",
        "Notes and dictionary",
        "How to read the workbook, then every column.",
        columns,
        pd.DataFrame(rows, columns=[column.name for column in columns]),
        group="Trust",
    )
