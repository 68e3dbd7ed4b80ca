"""Costs: the detail (term, year, country) and the table by year and term that adds it up live."""

from __future__ import annotations

import pandas as pd

from model.reports.facts import Facts
from model.reports.workbook.sheet import Chart, Column, Formula, ReportSheet


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
    )


def costs_sheet(facts: Facts, detail: ReportSheet) -> ReportSheet:
    """Cost by year and term, each cell a SUMIFS of the detail."""
    years = sorted({int(year) for year in facts.costs["year"]})
    cells = facts.costs.groupby(["year", "term"])["amount"].sum()
    present = facts.costs.groupby("year")["discounted"].sum()
    records: list[dict[str, object]] = []
    for row, year in enumerate(years):
        here = f"$A{row + 5}"
        record: dict[str, object] = {"year": year}
        for term in facts.terms:
            text = (
                f"=SUMIFS({detail.span('amount')},{detail.span('year')},{here},{detail.span('term')},\"{term}\")"
            )
            record[term] = Formula(text, float(cells.get((year, term), 0.0)))
        record["all"] = sum(float(cells.get((year, term), 0.0)) for term in facts.terms)
        text = f"=SUMIFS({detail.span('discounted')},{detail.span('year')},{here})"
        record["discounted"] = Formula(text, float(present.get(year, 0.0)))
        records.append(record)
    terms = list(facts.terms)
    frame = pd.DataFrame(records, columns=["year", *terms, "all", "discounted"])
    total = f"SUM({{{terms[0]}}}:{{{terms[-1]}}})" if terms else "0"
    return ReportSheet(
        "Costs",
        "Costs by year and term",
        "Undiscounted, price-year money; each cell adds up the Costs_detail sheet. The last column is the present value.",
        (
            Column("year", "Year", "year"),
            *(Column(term, label, "number", "million USD", total=True) for term, label in facts.terms.items()),
            Column("all", "All terms", "number", "million USD", total=True, formula=total),
            Column("discounted", "Present value", "number", "million USD", total=True),
        ),
        frame,
        empty="No costs: there is no plan.",
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
