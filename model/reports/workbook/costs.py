"""Costs: the detail (term, year, country) and the table by year and term that adds it up live."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.reports.facts import Facts
from model.reports.workbook.sheet import Chart, Column, ReportSheet, criterion, sum_of, value_of


def costs_detail_sheet(facts: Facts) -> ReportSheet:
    """Every cost term by calendar year and country."""
    columns = (
        Column("term", "Term"),
        Column("label", "Label", width=28),
        Column("year", "Year", "year"),
        Column("country", "Country"),
        Column("amount", "Amount", "fine", "million USD", total=True),
        Column("discounted", "Present value", "fine", "million USD", total=True),
    )
    return ReportSheet(
        "Costs_detail",
        "Cost terms by year and country",
        "What the objective is made of. Undiscounted in price-year money, and its present value. Salvage is negative.",
        columns,
        facts.costs[[column.name for column in columns]].reset_index(drop=True),
        empty="No costs: there is no plan.",
        group="Money",
    )


def costs_sheet(facts: Facts, detail: ReportSheet) -> ReportSheet:
    """Cost by year and term, each cell a SUMIFS of the detail."""
    years = sorted({int(year) for year in facts.costs["year"]})
    records: list[dict[str, Any]] = []
    for row, year in enumerate(years):
        here = f"$A{row + 5}"
        record: dict[str, Any] = {"year": year}
        for term in facts.terms:
            record[term] = detail.sum_by("amount", {"year": (here, year), "term": (criterion(term), term)})
        record["all"] = math.fsum(float(value_of(record[term])) for term in facts.terms)
        record["discounted"] = detail.sum_by("discounted", {"year": (here, year)})
        records.append(record)
    terms = list(facts.terms)
    frame = pd.DataFrame(records, columns=["year", *terms, "all", "discounted"])
    total = sum_of(terms)
    return ReportSheet(
        "Costs",
        "Costs by year and term",
        "Undiscounted, price-year money; each cell adds up Costs_detail. The last column is the present value.",
        (
            Column("year", "Year", "year"),
            *(Column(term, label, "number", "million USD", total=True) for term, label in facts.terms.items()),
            Column("all", "All terms", "number", "million USD", total=True, formula=total),
            Column("discounted", "Present value", "number", "million USD", total=True),
        ),
        frame,
        empty="No costs: there is no plan.",
        group="Money",
        charts=(
            Chart(
                "column",
                "Costs by year and term",
                "year",
                tuple(terms),
                "Stacked columns of the undiscounted cost terms in each year.",
                stacked=True,
                axis="million USD",
            ),
        ),
    )


def costs_country_sheet(facts: Facts, detail: ReportSheet) -> ReportSheet:
    """Present value by country and term."""
    sums = facts.costs.groupby("country")["discounted"].sum().sort_values(ascending=False, kind="stable")
    records = []
    for row, country in enumerate(sums.index.astype(str)):
        record: dict[str, Any] = {"country": country}
        for term in facts.terms:
            wanted = {"country": (f"$A{row + 5}", country), "term": (criterion(term), term)}
            record[term] = detail.sum_by("discounted", wanted)
        record["all"] = math.fsum(float(value_of(record[term])) for term in facts.terms)
        records.append(record)
    terms = list(facts.terms)
    total = sum_of(terms)
    columns = (
        Column("country", "Country", meaning="'KZ/UZ': a joint border station."),
        *(
            Column(term, label, "number", "million USD present value", total=True)
            for term, label in facts.terms.items()
        ),
        Column("all", "All terms", "number", "million USD present value", total=True, formula=total),
    )
    return ReportSheet(
        "Costs_country",
        "Costs by country and term",
        "Present value over the horizon. A link across a border counts half in each country.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        empty="No costs: there is no plan.",
        group="Money",
    )
