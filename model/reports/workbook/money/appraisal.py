"""Appraisal: present value, benefit per cost, rate of return, payback, switching values, live over Appraisal_years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.plan.kinds import KINDS
from model.reports.analysis.appraisal import BORNE, STRIP, Appraisal, Stream
from model.reports.features import Line
from model.reports.workbook.money.appraisal_years import MONEY, TRANSFERS, has_transfers
from model.reports.workbook.sheet import FIRST_ROW, Column, Formula, ReportSheet

NO_RATE = "no single rate"
NARROW = "Net present value of money and time alone"
CANNOT = "cannot turn it alone"
NOT_YET = "not within the horizon"
BY_SALVAGE = "only by what is left at the end"


def appraisal_sheet(appraisal: Appraisal, years: ReportSheet, more: Sequence[Line] = ()) -> ReportSheet:
    """The indicators, each a live formula over Appraisal_years; `more` are those of features."""
    lines = [*_values(appraisal, years), *_kinds(appraisal, years)]
    lines += _without_transfers(appraisal, years, B + len(lines))
    lines += [*_money_and_time(appraisal, lines), *_residual(appraisal, years)]
    for basis in _bases(appraisal, lines):
        lines += [*_returns(basis, years, appraisal.facts.case.last_year), *_switches(basis)]
        lines += _strip(basis, years, B + len(lines))
    lines += [vars(line) for line in more]
    lines += _switches_by_kind(lines)
    columns = (
        Column("indicator", "Indicator", width=46),
        Column("figure", "Figure", "mixed", width=24),
        Column("unit", "Unit", width=26),
        Column("meaning", "How to read it", "long", width=70),
        Column("constant", "Rate", "share", "a year", width=10, meaning="Of the line; change it freely."),
    )
    return ReportSheet(
        "Appraisal",
        "Appraisal of the plan against doing the minimum",
        "Real prices, whole plan, all countries and funders together. The plan is not chosen anew at other rates.",
        columns,
        pd.DataFrame(lines, columns=[*(column.name for column in columns), "kind"]),
        group="Money",
        printed=True,
    )


def _line(indicator: str, figure: Any, unit: str, meaning: str, kind: str = "number") -> dict[str, Any]:
    return {"indicator": indicator, "figure": figure, "unit": unit, "meaning": meaning, "kind": kind}


def _present(years: ReportSheet, column: str, value: float) -> Formula:
    return Formula(f"=SUMPRODUCT({years.span(column)},{years.span('discount')})", value)


B = FIRST_ROW + 1  # the first data row, as people count


def _values(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    rate = float(appraisal.facts.case.settings["discount_rate"])
    return [
        _line("Benefits, present value", _present(years, "benefit", appraisal.benefits), MONEY,
              f"What the plan saves of transport, time and the like, by kind below, at {rate:.1%} a year."),
        _line("Outlays, present value", _present(years, "outlay", appraisal.outlays), MONEY,
              "Capital and upkeep beyond the minimum, less what is left of the works at the end."),
        _line("Net present value", Formula(f"=B{B}-B{B + 1}", appraisal.net), MONEY,
              "Benefits less outlays, as the plan weighs them: not all of it is money. Its parts follow."),
        _line("Benefit per outlay (BCR)", _per_outlay(f"B{B}", appraisal.ratio), "",
              "Above 1 the plan pays, all that it weighs counted.", "fine"),
    ]  # fmt: skip


def _per_outlay(amount: str, ratio: float | None) -> Formula:
    """What a sum of cells is per outlay; words where there is none."""
    return Formula(f'=IF(B{B + 1}>0.000001,({amount})/B{B + 1},"no outlays")', "no outlays" if ratio is None else ratio)


def _without_transfers(appraisal: Appraisal, years: ReportSheet, first: int) -> list[dict[str, Any]]:
    """Net present value and ratio without what others pay for, from row `first` on; nothing where no benefit is one."""
    if not has_transfers(appraisal):
        return []
    return [
        _line(TRANSFERS, _present(years, "transfers", appraisal.transfers), MONEY,
              "Subsidies and price cuts: shippers save what a treasury pays or a railway earns less."),
        _line("Net present value without transfers",
              Formula(f"=B{B + 2}-B{first}", appraisal.net_without_transfers), MONEY,
              "A transfer is a gain to one and a loss to another. Taste and penalties, which nobody pays, are in it."),
        _line("Benefit per outlay without transfers",
              _per_outlay(f"B{B}-B{first}", appraisal.ratio_without_transfers), "", "Taste and penalties included.",
              "fine"),
    ]  # fmt: skip


def _money_and_time(appraisal: Appraisal, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Net present value and ratio of what somebody pays or waits for, from the cells of `lines`."""
    amount, narrow = _borne(lines), appraisal.narrow
    return [
        _line(NARROW, Formula(f"={amount}-B{B + 1}", narrow.net), MONEY,
              "Costs paid and days of goods saved, less outlays: without taste, penalties and transfers."),
        _line("Benefit per outlay of money and time alone", _per_outlay(amount, narrow.ratio), "",
              "Above 1 the plan saves more money and time than it spends.", "fine"),
    ]  # fmt: skip


def _borne(lines: Sequence[Mapping[str, Any]]) -> str:
    """Costs paid and cost of time saved, less transfers, as a sum of cells of `lines`."""
    row = _rows(lines)
    kinds = [name for kind in BORNE if (name := f"Benefits: {KINDS[kind]}") in row]
    amount = "+".join(f"B{row[name]}" for name in kinds) or "0"
    return amount + (f"-B{row[TRANSFERS]}" if TRANSFERS in row else "")


def _rows(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Indicator → its row, as people count."""
    return {str(line["indicator"]): B + place for place, line in enumerate(lines)}


def _residual(appraisal: Appraisal, years: ReportSheet) -> list[dict[str, Any]]:
    """What is left of the works after the horizon, which every figure above counts; nothing where nothing is."""
    if abs(appraisal.residual) < 1e-9:
        return []
    last = appraisal.facts.case.last_year
    text = f"=-SUMPRODUCT(({years.span('year')}>{last})*{years.span('outlay')}*{years.span('discount')})"
    words = f"What the works beyond the minimum are still worth after {last}: outlays are net of it, all nets hold it."
    return [_line("Residual value, present value", Formula(text, appraisal.residual), MONEY, words)]


@dataclass(frozen=True)
class _Basis:
    """What return, payback and switching values are of: columns of Appraisal_years, cells, words."""

    stream: Stream
    net: str
    running: str
    running_value: str
    amount: str
    cell: str
    name: str
    counted: str


def _bases(appraisal: Appraisal, lines: Sequence[Mapping[str, Any]]) -> list[_Basis]:
    """All that the plan weighs, then money and time alone where that is something else."""
    whole = (appraisal.whole, "net", "running", "running_value", f"B{B}", f"B{B + 2}", "")
    if not appraisal.is_narrower:
        return [_Basis(*whole, "")]
    counted = "transfers, taste and penalties" if has_transfers(appraisal) else "taste and penalties"
    narrow = ("net_narrow", "running_narrow", "running_value_narrow", _borne(lines), f"B{_rows(lines)[NARROW]}")
    return [
        _Basis(*whole, f" With {counted}."),
        _Basis(appraisal.narrow, *narrow, ", money and time alone", f" Without {counted}."),
    ]


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


def _returns(basis: _Basis, years: ReportSheet, last_year: int) -> list[dict[str, Any]]:
    rate, name = basis.stream.rate, f"Internal rate of return{basis.name}"
    if rate is None:
        words = "The running sum does not rise above zero once and stay there: there is no rate, or several."
        internal = _line(name, NO_RATE, "", words, "text")
    else:
        guess = "0.1" if rate < 0.5 else f"{rate:.1f}"
        formula = Formula(f"=IRR({years.span(basis.net)},{guess})", rate)
        internal = _line(name, formula, "a year", f"Rate at which the plan just pays.{basis.counted}", "share")
    lines = [internal]
    for name, column, discounted in (
        ("Paid back in", basis.running, False), ("Paid back in, discounted", basis.running_value, True),
    ):  # fmt: skip
        found = basis.stream.paid_back(discounted=discounted)
        year, running = years.span("year"), years.span(column)
        below = f"SUMPRODUCT(MAX(({running}<0)*{year}))"  # the last year below zero, 0 when there is none
        paid = f"MAX({below}+1,MIN({year}))"
        text = f'=IF({below}=MAX({year}),"{NOT_YET}",IF({paid}>{last_year},"{BY_SALVAGE}",{paid}))'
        meaning = f"First year from which on the running sum of benefits less outlays stays above zero.{basis.counted}"
        late = found is not None and found > last_year
        if late:
            meaning += f" It does so only with what the works are still worth after {last_year}."
        figure = Formula(text, NOT_YET if found is None else BY_SALVAGE if late else found)
        lines.append(_line(f"{name}{basis.name}", figure, "year", meaning, "year"))
    return lines


def _switches(basis: _Basis) -> list[dict[str, Any]]:
    words = f"Switching value: until the net present value is zero, with all else unchanged.{basis.counted}"
    rise = f'=IF(B{B + 1}>0.000001,{basis.cell}/B{B + 1},"–")'
    fall = f'=IF(({basis.amount})>0.000001,{basis.cell}/({basis.amount}),"–")'
    more, less = basis.stream.outlays_may_rise, basis.stream.benefits_may_fall
    return [
        _line(f"Outlays could rise by{basis.name}", _or_blank(rise, more), "of outlays", words, "change"),
        _line(f"Benefits could fall by{basis.name}", _or_blank(fall, less), "of benefits", words, "share"),
    ]


def _switches_by_kind(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By how much one kind of benefit could fall alone until the net is nothing; words where that cannot be."""
    net = float(lines[2]["figure"].value)
    found = []
    for row, line in enumerate(lines):
        name = str(line["indicator"])
        if not name.startswith("Benefits: ") and name != TRANSFERS:
            continue
        amount = float(line["figure"].value)
        turns = amount > 1e-6 and 0 <= net <= amount
        text = f'=IF(AND(B{B + row}>0.000001,B{B + 2}>=0,B{B + 2}<=B{B + row}),B{B + 2}/B{B + row},"{CANNOT}")'
        meaning = "Switching value of this kind alone: until the net present value is zero, with all else unchanged."
        figure = Formula(text, net / amount if turns else CANNOT)
        found.append(
            _line(f"Could fall by: {name.removeprefix('Benefits: ')}", figure, "of that kind", meaning, "share")
        )
    return found


def _or_blank(text: str, value: float | None) -> Formula:
    return Formula(text, "–" if value is None else value)


def _strip(basis: _Basis, years: ReportSheet, first: int) -> list[dict[str, Any]]:
    """Net present value at other rates from row `first` on, each beside its own cell."""
    base = years.cell(0, "base")
    return [
        _line(
            f"Net present value at {rate:.0%}{basis.name}",
            Formula(
                f"=SUMPRODUCT({years.span(basis.net)}/(1+E{first + number})^({years.span('year')}-{base}))",
                basis.stream.value_at(rate),
            ),
            MONEY, f"The same plan, discounted at {rate:.0%} to {basis.stream.base}.{basis.counted}",
        ) | {"constant": rate}
        for number, rate in enumerate(STRIP)
    ]  # fmt: skip
