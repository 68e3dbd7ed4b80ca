"""Costs: the detail (term, year, country) and the table by year and term that adds it up live."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from model.formulation.plugins import outlay_terms
from model.plan.kinds import KINDS, kind_of
from model.reports.facts import Facts
from model.reports.names import country
from model.reports.workbook.sheet import Chart, Column, ReportSheet, criterion, sum_of, value_of


def costs_detail_sheet(facts: Facts) -> ReportSheet:
    """Every cost term by calendar year and country, with its kind."""
    return _detail(
        facts, "Costs_detail", "Cost terms by year and country",
        "What the objective is made of. Undiscounted in price-year money, and its present value. Salvage is negative.",
    )  # fmt: skip


def minimum_sheet(minimum: Facts) -> ReportSheet:
    """The same of the plan that builds only what is committed: what the appraisal compares with."""
    return _detail(
        minimum, "Do_minimum", "Cost terms with only what is committed, by year and country",
        "What the plan is set against (do-minimum): the rows of Costs_detail for a plan that opens nothing but what is "
        "committed, flows at their best for it. Appraisal_years takes Costs_detail from this.",
    )  # fmt: skip


OUTLAY: Final = "Outlay"
BENEFIT: Final = "Benefit"
COUNTS = "Outlay: capital, renewals, upkeep and salvage. Benefit: all else, where less of it is a gain."


def _detail(facts: Facts, name: str, title: str, note: str) -> ReportSheet:
    kinds = {term: KINDS[kind] for term, kind in kind_of(facts.terms).items()}
    term = facts.costs["term"]
    counts = term.isin(outlay_terms()).map({True: OUTLAY, False: BENEFIT})
    frame = facts.costs.assign(kind=term.map(kinds), counts=counts)
    columns = (
        Column("term", "Term"),
        Column("label", "Label", width=28),
        Column("kind", "Kind", width=20),
        Column("counts", "Counts as", meaning=COUNTS),
        Column("year", "Year", "year"),
        Column("country", "Country"),
        Column("amount", "Amount", "fine", "million USD", total=True),
        Column("discounted", "Present value", "fine", "million USD", total=True),
    )
    return ReportSheet(
        name, title, note, columns, frame.reset_index(drop=True),
        empty="No costs: there is no plan.", group="Money",
    )  # fmt: skip


def kind_columns(facts: Facts, unit: str) -> tuple[Column, ...]:
    """One column a kind of cost, each adding up its terms in the same row."""
    of_kind: dict[str, list[str]] = {}
    for term, kind in kind_of(facts.terms).items():
        of_kind.setdefault(kind, []).append(term)
    return tuple(
        Column(kind_key(kind), KINDS[kind], "number", unit, total=True, formula=sum_of(terms))
        for kind, terms in of_kind.items()
    )


def kind_key(kind: str) -> str:
    """Name of the column of a kind of cost: no term is called so."""
    return f"kind {kind}"


def _with_kinds(facts: Facts, record: dict[str, Any]) -> dict[str, Any]:
    """A record of terms with the sums of their kinds and of all."""
    for term, kind in kind_of(facts.terms).items():
        record[kind_key(kind)] = record.get(kind_key(kind), 0.0) + float(value_of(record[term]))
    record["all"] = math.fsum(float(value_of(record[term])) for term in facts.terms)
    return record


def costs_sheet(facts: Facts, detail: ReportSheet) -> ReportSheet:
    """Cost by year and term, each cell a SUMIFS of the detail."""
    years = sorted({int(year) for year in facts.costs["year"]})
    records: list[dict[str, Any]] = []
    for row, year in enumerate(years):
        here = f"$A{row + 5}"
        record: dict[str, Any] = {"year": year}
        for term in facts.terms:
            record[term] = detail.sum_by("amount", {"year": (here, year), "term": (criterion(term), term)})
        record["discounted"] = detail.sum_by("discounted", {"year": (here, year)})
        records.append(_with_kinds(facts, record))
    terms, kinds = list(facts.terms), kind_columns(facts, "million USD")
    total = sum_of([str(column.name) for column in kinds])
    columns = (
        Column("year", "Year", "year"),
        *kinds,
        Column("all", "All terms", "number", "million USD", total=True, formula=total),
        Column("discounted", "Present value", "number", "million USD", total=True),
        *(Column(term, label, "number", "million USD", total=True) for term, label in facts.terms.items()),
    )
    return ReportSheet(
        "Costs",
        "Costs by year and term",
        "Undiscounted, price-year money; each term adds up Costs_detail. Costs paid and the cost of time come "
        "first; nobody pays taste and penalties, but the plan minimises the sum of all.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
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
    for row, code in enumerate(sums.index.astype(str)):
        record: dict[str, Any] = {"country": code, "name": country(code)}
        for term in facts.terms:
            wanted = {"country": (f"$A{row + 5}", code), "term": (criterion(term), term)}
            record[term] = detail.sum_by("discounted", wanted)
        records.append(_with_kinds(facts, record))
    kinds = kind_columns(facts, "million USD present value")
    total = sum_of([str(column.name) for column in kinds])
    columns = (
        Column("country", "Country", meaning="'KZ/UZ': a joint border station; 'ship lines': ships between countries."),
        Column("name", "Name", width=26),
        *kinds,
        Column("all", "All terms", "number", "million USD present value", total=True, formula=total),
        *(
            Column(term, label, "number", "million USD present value", total=True)
            for term, label in facts.terms.items()
        ),
    )
    return ReportSheet(
        "Costs_country",
        "Costs by country and term",
        "Present value over the horizon. A link across a border counts half in each country, one of ships between two "
        "countries under ship lines: they earn what it charges.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        empty="No costs: there is no plan.",
        group="Money",
    )
