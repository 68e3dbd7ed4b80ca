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

OF_HEADER = {
    "Period": "Planning period of the sheet Periods; flows are those of a year of it.",
    "Name": "As the input sheets give it.",
    "Country": "Where it stands; of a joint station all its countries, of a link across a border the one that pays.",
    "Project": "Key on the input sheet Projects, or of a ship purchase: 'buy' and the type.",
    "Asset": "Key of the link or node on the input sheets.",
    "Link": "Link of the input sheet Links.",
    "Unit": "What the figures of the row are counted in.",
    "Direction": "forward: as the input sheet Links names the ends; backward; or both together.",
    "State": "By the use of what is usable: free, busy from 80 %, full from 95 %, OVER above 100 %; closed; no limit.",
    "Decision": "What the plan does: Build, Not built, Committed before it, Excluded by the case or Already built.",
    "Year": "Calendar year.",
    "Demand": "Key on the input sheet Demand.",
    "Market": "Demands that choose between corridors alike (input sheet Choice).",
    "Season": "Of the input sheet Seasons; 'year' where there are none.",
    "Carrier": "Mode and gauge, as on the input sheet Carriers.",
    "Term": "Cost term of the model; docs/model.md has its formula.",
    "Kind": "Class of the row; filter by it.",
    "Rank": "1 is the one that 10 % more would save most at.",
    "Confidence": "How sure the input figure is: seen in a source, computed from one, or assumption.",
}
"""What a header means on every sheet, where the column has no unit: a figure may have the same header as a key."""
OF_UNIT = {
    "million USD": "Money of the price year, undiscounted unless the header says present value.",
    "million USD present value": "Discounted to the base year at the rate on the Cover; rows may be added up.",
    "million USD/year": "Money of the price year in one year of the period, undiscounted.",
    "Mt/year": "Million tonnes in one year of the period, all seasons together.",
    "kTEU/year": "Thousand TEU in one year of the period, all seasons together.",
    "kt CO2/year": "Burnt in one year of the period: length times the carrier's factor, and ships' fuel.",
    "measure/year": "In the measure of the row (kTEU, Mt or round trips), a year of the period.",
    "%": "Share; not to be added up.",
    "USD/TEU": "Money of the price year for each TEU.",
    "ships": "Ships of the type; whole ones in the plan.",
    "days": "From origin to destination: links, passing and changing carriers on the way, loading and unloading where "
    "the sheet Nodes of the inputs gives a time for it (blank: none).",
}
OF_KIND = {
    "year": "Calendar year.", "period": "Name of a period or of a column of the inputs.", "integer": "A whole number.",
    "long": "In words, made from the figures of the row.", "share": "Share; not to be added up.",
    "change": "By how much more or less, as a share of what it was (100 %: twice as much); not to be added up.",
    "word": "A word to filter by.", "text": "Key or word, as the input sheets or the plan give it.",
}  # fmt: skip


def meaning_of(column: Column, sheet: ReportSheet) -> str:
    """What Notes say of a column: its own words, else what its header, its unit or its kind mean everywhere."""
    of_header = "" if column.unit else OF_HEADER.get(column.header, "")
    general = of_header or OF_UNIT.get(column.unit) or OF_KIND.get(column.kind)
    return column.meaning or general or _figure_words(column, sheet)


def _figure_words(column: Column, sheet: ReportSheet) -> str:
    """What a figure is counted in: the unit of the header, or the one that the row names."""
    if column.unit.startswith("in the "):
        return f"Counted {column.unit}, which stands in the row."
    if column.unit:
        return f"Counted in {column.unit}."
    named = any(other.header == "Unit" for other in sheet.columns)
    return "In the unit that stands in the row." if named else "A number without a unit."


def notes_sheet(sheets: Sequence[ReportSheet]) -> ReportSheet:
    """Conventions first, then the dictionary of columns."""
    rows = [("(all sheets)", name, "", text) for name, text in CONVENTIONS]
    for sheet in sheets:
        for column in sheet.columns:
            if column.kind != "symbol":
                rows.append((sheet.name, column.header, column.unit, meaning_of(column, sheet)))
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
