"""Years: the key figures of each period, added up live from the detail sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.reports.facts import Facts
from model.reports.workbook.sheet import Chart, Column, Formula, ReportSheet
from model.reports.workbook.traffic.routes import crossing_columns


def years_sheet(facts: Facts, sheets: Mapping[str, ReportSheet]) -> ReportSheet:
    """One row a period: demand, unserved, containers, capital, all costs, CO2, assets that are full."""
    crossings = crossing_columns(facts, "number")
    records = [_figures(facts, sheets, row, crossings) for row in range(len(facts.case.periods))]
    records += _afterwards(facts, sheets["Costs_detail"], len(records))
    columns = (
        Column("period", "Period", "period"),
        Column("first_year", "From", "year"),
        Column("last_year", "To", "year"),
        Column("demand", "Demand", "fine", "Mt/year"),
        Column("unserved", "Unserved", "fine", "Mt/year"),
        Column("carried", "Carried", "fine", "Mt/year", formula="{demand}-{unserved}"),
        Column("carried_share", "Carried share", "share", "%", formula='IF(N({demand})>0,{carried}/{demand},"")'),
        Column("containers", "Carried in TEU", "number", "kTEU/year", meaning="Bulk counted as TEU-equivalents."),
        *crossings,
        Column("capital", "Capital paid", "number", "million USD", meaning="In these years.", total=True),
        Column("costs", "All costs", "number", "million USD", meaning="In these years.", total=True),
        Column("co2", "CO2", "number", "kt CO2/year"),
        Column("full", "Assets that are full", "integer", "assets"),
    )
    return ReportSheet(
        "Years",
        "Key figures by period",
        "Each figure adds up a detail sheet. Money is undiscounted, in price-year money; what is left of the works at "
        "the end (salvage) falls into the year after the horizon.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        group="Start",
        charts=(
            Chart(
                "column", "Demand carried and unserved", "period", ("carried", "unserved"),
                "Stacked columns of tonnes carried and tonnes unserved, by period.", stacked=True, axis="Mt/year",
                rows=len(facts.periods),
            ),
            Chart(
                "column", "Capital paid", "period", ("capital",),
                "Columns of the capital paid in each period.", axis="million USD",
                rows=len(facts.periods),
            ),
        ),
    )  # fmt: skip


def _figures(facts: Facts, sheets: Mapping[str, ReportSheet], row: int, crossings: Sequence[Column]) -> dict[str, Any]:
    """The row of a period."""
    period, demand, detail = facts.case.periods[row], sheets["Demand"], sheets["Costs_detail"]
    here = {"period": (f"$A{row + 5}", period.name)}
    first, last = period.first_year, period.calendar_years[-1]
    record: dict[str, Any] = {"period": period.name, "first_year": first, "last_year": last}
    record["demand"] = demand.sum_by("amount_mt", here)
    record["unserved"] = demand.sum_by("unserved_mt", here)
    amount, missing = float(record["demand"].value), float(record["unserved"].value)
    record["carried"] = amount - missing
    record["carried_share"] = 1 - missing / amount if amount > 0 else None
    record["containers"] = sheets["Routes"].sum_by("flow_kteu", {**here, "load": ('"cargo"', "cargo")})
    for column in crossings:
        record[str(column.name)] = sheets["Routes"].sum_by(column.name, here)
    record["capital"] = _between(detail, row, (first, last), "capital")
    record["costs"] = _between(detail, row, (first, last), "")
    record["co2"] = _lookup(sheets["Emissions"], "all", row, period.name)
    record["full"] = _full(sheets["Utilisation"], f"p{row}")
    return record


def _afterwards(facts: Facts, detail: ReportSheet, row: int) -> list[dict[str, Any]]:
    """The row of the years after the last period in which costs fall; none when there are no such years."""
    after = [int(year) for year in detail.frame["year"].unique() if year > facts.case.last_year]
    if not after:
        return []
    first, last = min(after), max(after)
    paid = {
        "capital": _between(detail, row, (first, last), "capital"),
        "costs": _between(detail, row, (first, last), ""),
    }
    return [{"period": "after the horizon", "first_year": first, "last_year": last, "carried": 0.0, **paid}]


def _between(detail: ReportSheet, row: int, years: tuple[int, int], term: str) -> Formula:
    """Costs of the years of a period, of one term or of all."""
    inside = detail.frame["year"].between(*years)
    text = f'{detail.span("year")},">="&$B{row + 5},{detail.span("year")},"<="&$C{row + 5}'
    if term:
        inside &= detail.frame["term"] == term
        text += f',{detail.span("term")},"{term}"'
    return Formula(f"=SUMIFS({detail.span('amount')},{text})", float(detail.frame.loc[inside, "amount"].sum()))


def _lookup(sheet: ReportSheet, column: str, row: int, period: str) -> Formula | float:
    """The figure of the same period on another sheet, 0 when it has none."""
    found = sheet.frame.index[sheet.frame["period"] == period].tolist()
    value = float(sheet.frame[column].iloc[found[0]]) if found else 0.0
    text = f"=IFERROR(INDEX({sheet.span(column)},MATCH($A{row + 5},{sheet.span('period')},0)),0)"
    return Formula(text, value)


def _full(sheet: ReportSheet, column: str) -> Formula:
    """How many assets are at 95 % or more (the same bound as the word 'full')."""
    return Formula(
        f'=COUNTIF({sheet.span(column)},">=0.9495")', float((sheet.frame[column].astype(float) >= 0.9495).sum())
    )
