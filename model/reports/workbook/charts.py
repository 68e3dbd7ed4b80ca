"""Native charts of a sheet's own table, with alt text."""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from model.reports.analysis.drawn.ways import NO_GROUP
from model.reports.analysis.shares import OTHER_GROUP, UNSERVED
from model.reports.facts import Facts
from model.reports.text import plain
from model.reports.workbook.sheet import FIRST_ROW, HEADER_ROW, Chart, ReportSheet

OF_NONE: Final = "#9aa5b1"
INK: Final = "#111111"
PALETTE: Final = (
    "#1d3c5a",
    "#d1761f",
    "#5b9bb8",
    "#8a9a5b",
    "#b5483a",
    "#7a6b9e",
    "#c9a227",
    "#4d7c6f",
    OF_NONE,
    "#5a3200",
    "#d98ca3",
    "#2f9e5b",
    "#3f6fd1",
    "#c4d67a",
    "#8c1d6b",
    INK,
)


def route_colours(facts: Facts) -> dict[str, str]:
    """Route group or corridor of Families → its colour, the same in every drawing; grey for what belongs to none."""
    case = facts.case
    named = [*case.table("Links")["route_group"], *case.table("Families")["family"]]
    names = [name for name in dict.fromkeys(named) if isinstance(name, str) and name]
    colours = [colour for colour in PALETTE if colour != OF_NONE]
    own = {name: colours[place % len(colours)] for place, name in enumerate(names)}
    return {OTHER_GROUP: OF_NONE, NO_GROUP: OF_NONE, UNSERVED: INK, **own}


def insert_chart(book: Any, page: Any, sheet: ReportSheet, chart: Chart, number: int) -> None:
    """Put a chart to the right of the table (or at its cell), reading the table's own cells."""
    if sheet.frame.empty:
        return
    options = {"type": chart.kind}
    if chart.stacked:
        options["subtype"] = "stacked"
    drawing = book.add_chart(options)
    last = sheet.last_row if chart.rows is None else FIRST_ROW + min(chart.rows, len(sheet.frame)) - 1
    category = sheet.position(chart.categories)
    for index, name in enumerate(chart.series):
        column = sheet.position(name)
        colour = chart.colours.get(sheet.columns[column].header) or PALETTE[index % len(PALETTE)]
        series: dict[str, Any] = {
            "name": [sheet.name, HEADER_ROW, column],
            "categories": [sheet.name, FIRST_ROW, category, last, category],
            "values": [sheet.name, FIRST_ROW, column, last, column],
        }
        if chart.kind == "line":
            series["line"] = {"color": colour, "width": 2.25}
            series["marker"] = {"type": ("circle", "square", "diamond", "triangle")[index % 4], "size": 5}
        else:
            series["fill"] = {"color": colour}
            series["gap"] = 60
        drawing.add_series(series)
    drawing.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    drawing.set_x_axis({"label_position": "low"})  # below what is negative
    drawing.set_y_axis({"name": chart.axis, "num_format": "#,##0", "major_gridlines": {"visible": True}})
    if chart.kind == "bar":
        drawing.set_y_axis({"reverse": True})
        drawing.set_x_axis({"name": chart.axis, "num_format": "#,##0"})
    drawing.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
    drawing.set_size({"width": chart.size[0], "height": chart.size[1]})
    cell = chart.cell or f"{xl_col_to_name(len(sheet.columns))}1"
    page.insert_chart(
        cell,
        drawing,
        {
            "description": plain(chart.description, 500),
            "object_position": 2,
            "x_offset": 15,
            "y_offset": 5 + number * (chart.size[1] + 10),
        },
    )
