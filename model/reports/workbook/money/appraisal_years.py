"""Appraisal_years: what the plan costs and saves each year against doing the minimum, live from the sheets of costs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from model.plan.kinds import KINDS
from model.reports.analysis.appraisal import BORNE, Appraisal
from model.reports.workbook.sheet import FIRST_ROW, Chart, Column, Formula, ReportSheet, criterion, sum_of

MONEY = "million USD"
TRANSFERS = "Transfers among the benefits"


def years_of_appraisal(appraisal: Appraisal, plan: ReportSheet, least: ReportSheet) -> ReportSheet:
    """One row a calendar year: outlays by term, benefits by term, net, running sums.

    `plan` and `least` are Costs_detail and Do_minimum, whose differences the terms are.
    """
    years = appraisal.years
    records: list[dict[str, Any]] = []
    settings = appraisal.facts.case.settings
    rate, base = float(settings["discount_rate"]), appraisal.facts.case.discount_base_year
    for row, one in enumerate(years):
        records.append(
            {
                "year": one.year,
                "rate": rate if row == 0 else Formula(f"={xl_rowcol_to_cell(FIRST_ROW, 1, True, True)}", rate),
                "base": base if row == 0 else Formula(f"={xl_rowcol_to_cell(FIRST_ROW, 2, True, True)}", base),
                "discount": one.discount,
                **{f"out {term}": _less(plan, least, term, one.year, row) for term in one.outlays},
                "outlay": sum(one.outlays.values()),
                **{f"in {term}": _less(least, plan, term, one.year, row) for term in one.benefits},
                **_by_kind(appraisal, one.benefits),
                "benefit": sum(one.benefits.values()),
                "transfers": one.transfers,
                "net": one.net,
                "value": one.net * one.discount,
                "net_narrow": one.net_borne,
                "value_narrow": one.net_borne * one.discount,
            }
        )
    columns = _year_columns(appraisal)
    frame = pd.DataFrame(records, columns=[column.name for column in columns]).astype({"year": int})
    sheet = ReportSheet(
        "Appraisal_years",
        "What the plan costs and saves each year, against doing the minimum",
        "The minimum builds only what is committed. Outlays are what the plan spends more, benefits what it saves. "
        "The year after the horizon holds what is left of the works (salvage). Each term is Costs_detail against "
        "Do_minimum; discounting is live.",
        columns,
        frame,
        group="Money",
        charts=(
            Chart(
                "column", "Outlays and benefits against doing the minimum", "year", ("outlay", "benefit"),
                "Columns of outlays and benefits of the plan on top of the minimum, by year.", axis=MONEY,
            ),
        ),
    )  # fmt: skip
    _live_sums(sheet)
    return sheet


def _live_sums(sheet: ReportSheet) -> None:
    """Running sums as formulas."""
    for name, part in (
        ("running", "net"), ("running_value", "value"),
        ("running_narrow", "net_narrow"), ("running_value_narrow", "value_narrow"),
    ):  # fmt: skip
        if name in sheet.frame:
            live = enumerate(accumulate(sheet.frame[part]))
            sheet.frame[name] = pd.Series(
                [Formula(f"=SUM({_span(sheet, part, 0, row)})", float(value)) for row, value in live], dtype=object
            )


def _less(one: ReportSheet, other: ReportSheet, term: str, year: int, row: int) -> Formula:
    """What a term costs more in one sheet of costs than in the other, in the year of a row."""
    wanted = {"term": (criterion(term), term), "year": (f"$A{FIRST_ROW + 1 + row}", year)}
    first, second = one.sum_by("amount", wanted), other.sum_by("amount", wanted)
    return Formula(f"{first.text}-{second.text[1:]}", float(first.value) - float(second.value))


def _by_kind(appraisal: Appraisal, benefits: Mapping[str, float]) -> dict[str, float]:
    """Benefits of a year by kind of cost, by column."""
    sums: dict[str, float] = {}
    for term, value in benefits.items():
        name = f"kind {appraisal.kinds[term]}"
        sums[name] = sums.get(name, 0.0) + value
    return sums


def _kind_columns(appraisal: Appraisal) -> list[Column]:
    of_kind: dict[str, list[str]] = {}
    for term, kind in appraisal.kinds.items():
        of_kind.setdefault(kind, []).append(f"in {term}")
    return [
        Column(f"kind {kind}", f"Saved in all: {KINDS[kind]}", "number", MONEY, total=True, formula=sum_of(names))
        for kind, names in of_kind.items()
    ]


def _year_columns(appraisal: Appraisal) -> tuple[Column, ...]:
    outlays, benefits = list(appraisal.outlay_terms.items()), list(appraisal.benefit_terms.items())
    kinds = _kind_columns(appraisal)
    return (
        Column("year", "Year", "year"),
        Column("rate", "Discount rate", "share", "a year", meaning="Change the first cell to try another rate."),
        Column("base", "Base year", "year", meaning="Of discounting; change the first cell to try another."),
        Column("discount", "Discount factor", "exact", formula="1/(1+{rate})^({year}-{base})"),
        *(Column(f"out {term}", f"Outlay: {label}", "number", MONEY, total=True) for term, label in outlays),
        Column(
            "outlay", "Outlays", "number", MONEY, total=True, formula=sum_of([f"out {term}" for term, _ in outlays])
        ),
        *(Column(f"in {term}", f"Saved: {label}", "number", MONEY, total=True) for term, label in benefits),
        *kinds,
        Column(
            "benefit", "Benefits", "number", MONEY, total=True, formula=sum_of([str(column.name) for column in kinds])
        ),
        *_transfer_columns(appraisal),
        Column("net", "Net", "number", MONEY, total=True, formula="{benefit}-{outlay}"),
        Column("value", "Net, present value", "number", MONEY, total=True, formula="{net}*{discount}"),
        Column("running", "Net, running sum", "number", MONEY),
        Column("running_value", "Present value, running sum", "number", MONEY),
        *_narrow_columns(appraisal),
    )


def _narrow_columns(appraisal: Appraisal) -> list[Column]:
    """The net of what somebody pays or waits for, transfers left out; none where all benefits are that."""
    if not appraisal.is_narrower:
        return []
    borne = "".join(f"+{{kind {kind}}}" for kind in BORNE if kind in appraisal.kinds.values())
    less = "-{transfers}" if has_transfers(appraisal) else ""
    words = "Costs paid and cost of time saved, less transfers and outlays: without taste and penalties."
    return [
        Column(
            "net_narrow", "Net of money and time alone", "number", MONEY, total=True, meaning=words,
            formula=f"{borne}{less}-{{outlay}}",
        ),
        Column(
            "value_narrow", "Money and time alone, present value", "number", MONEY, total=True,
            formula="{net_narrow}*{discount}",
        ),
        Column("running_narrow", "Money and time alone, running sum", "number", MONEY),
        Column("running_value_narrow", "Money and time alone, present value, running sum", "number", MONEY),
    ]  # fmt: skip


def _transfer_columns(appraisal: Appraisal) -> list[Column]:
    words = "What others pay or do not earn: a gain of shippers, none of society."
    column = Column("transfers", TRANSFERS, "number", MONEY, total=True, meaning=words)
    return [column] if has_transfers(appraisal) else []


def has_transfers(appraisal: Appraisal) -> bool:
    """Whether some benefit of some year is paid by others."""
    return any(year.transfers for year in appraisal.years)


def _span(sheet: ReportSheet, column: str, first: int, last: int) -> str:
    return f"{sheet.cell(first, column, here=True)}:{sheet.cell(last, column, here=True)}"
