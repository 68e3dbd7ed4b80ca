"""Appraisal (present value, benefit per cost, rate of return, payback, live) and the yearly sums behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.plan.kinds import KINDS
from model.reports.analysis.appraisal import STRIP, Appraisal
from model.reports.features import Line
from model.reports.workbook.sheet import FIRST_ROW, Chart, Column, Formula, ReportSheet, sum_of

MONEY = "million USD"
NO_RATE = "no single rate"
NOT_YET = "not within the horizon"


def years_of_appraisal(appraisal: Appraisal) -> ReportSheet:
    """One row a calendar year: outlays by term, benefits by term, net, running sums."""
    years = appraisal.years
    records: list[dict[str, Any]] = []
    running = present = 0.0
    for one in years:
        running, present = running + one.net, present + one.net * one.discount
        records.append(
            {
                "year": one.year,
                "discount": one.discount,
                **{f"out {term}": value for term, value in one.outlays.items()},
                "outlay": sum(one.outlays.values()),
                **{f"in {term}": value for term, value in one.benefits.items()},
                **_by_kind(appraisal, one.benefits),
                "benefit": sum(one.benefits.values()),
                "transfers": one.transfers,
                "net": one.net,
                "value": one.net * one.discount,
                "running": running,
                "running_value": present,
            }
        )
    columns = _year_columns(appraisal)
    frame = pd.DataFrame(records, columns=[column.name for column in columns]).astype({"year": int})
    sheet = ReportSheet(
        "Appraisal_years",
        "What the plan costs and saves each year, against doing the minimum",
        "The minimum builds only what is committed. Outlays are what the plan spends more, benefits what it saves. "
        "The year after the horizon holds what is left of the works (salvage).",
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
    for name, part in (("running", "net"), ("running_value", "value")):
        live = [Formula(f"=SUM({_span(sheet, part, 0, row)})", float(value)) for row, value in enumerate(frame[name])]
        frame[name] = pd.Series(live, dtype=object)
    return sheet


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
        Column("discount", "Discount factor", "exact"),
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
    )


def _transfer_columns(appraisal: Appraisal) -> list[Column]:
    words = "What others pay or earn less: a gain of shippers, none of society."
    column = Column("transfers", "Transfers among the benefits", "number", MONEY, total=True, meaning=words)
    return [column] if has_transfers(appraisal) else []


def has_transfers(appraisal: Appraisal) -> bool:
    """Whether some benefit of some year is paid by others."""
    return any(year.transfers for year in appraisal.years)


def _span(sheet: ReportSheet, column: str, first: int, last: int) -> str:
    return f"{sheet.cell(first, column, here=True)}:{sheet.cell(last, column, here=True)}"


def appraisal_sheet(appraisal: Appraisal, years: ReportSheet, more: Sequence[Line] = ()) -> ReportSheet:
    """The indicators, each a live formula over Appraisal_years; `more` are those of features."""
    lines = [
        *_values(appraisal, years),
        *_without_transfers(appraisal, years),
        *_returns(appraisal, years),
        *_switches(appraisal),
        *_strip(appraisal, years),
    ]
    lines += [*_kinds(appraisal, years), *(vars(line) for line in more)]
    columns = (
        Column("indicator", "Indicator", width=46),
        Column("figure", "Figure", "mixed", width=24),
        Column("unit", "Unit", width=26),
        Column("meaning", "How to read it", "long", width=70),
    )
    return ReportSheet(
        "Appraisal",
        "Appraisal of the plan against doing the minimum",
        "Real money, whole plan, all countries and funders together. The plan is not chosen anew at other rates.",
        columns,
        pd.DataFrame(lines, columns=[*(column.name for column in columns), "kind"]),
        group="Money",
    )


def _line(indicator: str, figure: Any, unit: str, meaning: str, kind: str = "number") -> dict[str, Any]:
    return {"indicator": indicator, "figure": figure, "unit": unit, "meaning": meaning, "kind": kind}


def _present(years: ReportSheet, column: str, value: float) -> Formula:
    return Formula(f"=SUMPRODUCT({years.span(column)},{years.span('discount')})", value)


B = FIRST_ROW + 1  # the first data row, as people count


def _values(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    rate = float(appraisal.facts.case.settings["discount_rate"])
    ratio = appraisal.ratio
    divided = Formula(
        f'=IF(B{B + 1}>0.000001,B{B}/B{B + 1},"no outlays")', ratio if ratio is not None else "no outlays"
    )
    return [
        _line("Benefits, present value", _present(years, "benefit", appraisal.benefits), MONEY,
              f"What the plan saves of transport, time and the like, by kind below, at {rate:.1%} a year."),
        _line("Outlays, present value", _present(years, "outlay", appraisal.outlays), MONEY,
              "Capital and upkeep beyond the minimum, less what is left of the works at the end."),
        _line("Net present value", Formula(f"=B{B}-B{B + 1}", appraisal.net), MONEY,
              "Benefits less outlays; what the plan buys in all."),
        _line("Benefit per outlay (BCR)", divided, "", "Above 1 the plan pays.", "fine"),
    ]  # fmt: skip


def _without_transfers(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    """Net present value and ratio without what others pay for; nothing where no benefit is a transfer."""
    if not has_transfers(appraisal):
        return []
    ratio = appraisal.ratio_to_society
    divided = Formula(
        f'=IF(B{B + 1}>0.000001,(B{B}-B{B + 4})/B{B + 1},"no outlays")', ratio if ratio is not None else "no outlays"
    )
    return [
        _line("Transfers among the benefits", _present(years, "transfers", appraisal.transfers), MONEY,
              "Subsidies and price cuts: shippers save what a treasury pays or a railway earns less."),
        _line("Net present value without transfers", Formula(f"=B{B + 2}-B{B + 4}", appraisal.net_to_society), MONEY,
              "What society gains: a transfer is a gain to one and a loss to another."),
        _line("Benefit per outlay without transfers", divided, "", "Above 1 the plan pays society.", "fine"),
    ]  # fmt: skip


KIND_MEANINGS = {
    "money": "Tariffs, handling, ships, CO2 and the like that are paid less.",
    "time": "Days of goods, at the value of time.",
    "taste": "What shippers gain beyond money and time; nobody pays it.",
    "penalty": "Less left unserved, and fewer policies missed, at their penalties.",
}


def _kinds(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    """The benefits once more, by kind of cost."""
    return [
        _line(f"Benefits: {KINDS[kind]}", _present(years, f"kind {kind}", value), MONEY, KIND_MEANINGS[kind])
        for kind, value in appraisal.benefits_by_kind.items()
    ]


def _returns(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    rate = appraisal.rate
    if rate is None:
        words = "The running sum does not rise above zero once and stay there: there is no rate, or several."
        internal = _line("Internal rate of return", NO_RATE, "", words, "text")
    else:
        guess = "0.1" if rate < 0.5 else f"{rate:.1f}"
        formula = Formula(f"=IRR({years.span('net')},{guess})", rate)
        internal = _line("Internal rate of return", formula, "a year", "Rate at which the plan just pays.", "share")
    lines = [internal]
    for name, column, discounted in (
        ("Paid back in", "running", False), ("Paid back in, discounted", "running_value", True),
    ):  # fmt: skip
        found = appraisal.paid_back(discounted=discounted)
        year, running = years.span("year"), years.span(column)
        below = f"SUMPRODUCT(MAX(({running}<0)*{year}))"  # the last year below zero, 0 when there is none
        text = f'=IF({below}=MAX({year}),"{NOT_YET}",MAX({below}+1,MIN({year})))'
        meaning = "First year from which on the running sum stays above zero."
        lines.append(_line(name, Formula(text, NOT_YET if found is None else found), "year", meaning, "year"))
    return lines


def _switches(appraisal: Appraisal) -> list[dict[str, Any]]:
    outlays, benefits = appraisal.outlays, appraisal.benefits
    more = appraisal.net / outlays if outlays > 1e-6 else None
    less = appraisal.net / benefits if benefits > 1e-6 else None
    return [
        _line("Outlays could rise by", _or_blank(f"=IF(B{B + 1}>0.000001,B{B + 2}/B{B + 1},\"–\")", more), "of outlays",
              "Switching value: until the net present value is zero, all else as it is.", "share"),
        _line("Benefits could fall by", _or_blank(f"=IF(B{B}>0.000001,B{B + 2}/B{B},\"–\")", less), "of benefits",
              "Switching value: until the net present value is zero, all else as it is.", "share"),
    ]  # fmt: skip


def _or_blank(text: str, value: float | None) -> Formula:
    return Formula(text, "–" if value is None else value)


def _strip(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    base = int(appraisal.facts.case.settings["discount_base_year"] or appraisal.facts.case.first_year)
    return [
        _line(
            f"Net present value at {rate:.0%}",
            Formula(
                f"=SUMPRODUCT({years.span('net')}/(1+{rate})^({years.span('year')}-{base}))", appraisal.value_at(rate)
            ),
            MONEY, f"The same plan, discounted at {rate:.0%} to {base}.",
        )
        for rate in STRIP
    ]  # fmt: skip
