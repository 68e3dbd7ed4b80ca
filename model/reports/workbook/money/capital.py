"""Capital: the totals of capital that the workbook names, and how each follows from the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from model.formulation.plugins import outlay_terms
from model.reports.facts import Facts
from model.reports.workbook.sheet import FIRST_ROW, Column, Formula, ReportSheet

MONEY: Final = "million USD"
PRESENT: Final = "million USD present value"


def capital_sheet(facts: Facts, sheets: Mapping[str, ReportSheet]) -> ReportSheet:
    """One row a total: what opens, chosen or committed, sunk, paid, discounted, less salvage, against the minimum."""
    lines = [*_opened(sheets), *_present(facts, sheets), _net(sheets["Costs_detail"])]
    lines += _renewed(sheets, len(lines))
    funding = sheets.get("Funding")
    if funding is not None:
        named = funding.sum("pays")
        lines.append(_line("Of what opens, with a named funder", named, MONEY, "", "Funding"))
        within = funding.sum("pays_within")
        said = "Capital alone; envelopes of funders count renewals besides."
        lines.append(_line("Of that, paid within the horizon", within, MONEY, said, "Funding"))
        rest = Formula(f"={_cell(0)}-{_cell(len(lines) - 2)}", float(lines[0]["amount"].value) - float(named.value))
        lines.append(_line("the rest: no funder named, not attributed", rest, MONEY, "All that opens less that.", ""))
    columns = (
        Column("total", "Total", width=46),
        Column("amount", "Amount", "number", width=16),
        Column("unit", "Unit", width=32),
        Column("meaning", "How it follows", "long", width=62),
        Column("places", "Stands also on", width=40),
    )
    return ReportSheet(
        "Capital",
        "From the capital of what opens to what the plan costs",
        "Each total has one name in all sheets. Undiscounted, in price-year money, unless the unit says present value.",
        columns,
        pd.DataFrame(lines, columns=[column.name for column in columns]),
        group="Decisions",
        printed=True,
    )


def _line(total: str, amount: Any, unit: str, meaning: str, places: str) -> dict[str, Any]:
    return {"total": total, "amount": amount, "unit": unit, "meaning": meaning, "places": places}


def _opened(sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    """Undiscounted totals; rows 1 to 6."""
    investments = sheets["Investments"]
    sums = {status: investments.sum_where("capex", status=status) for status in ("candidate", "committed")}
    whole, before = investments.sum("capex"), investments.sum("before")
    chosen, committed = sums["candidate"], sums["committed"]
    due = Formula(f"={_cell(2)}-{_cell(3)}", float(committed.value) - float(before.value))
    within = Formula(f"={_cell(1)}+{_cell(4)}", float(chosen.value) + due.value)  # type: ignore[operator]
    return [
        _line("Capital of what opens", whole, MONEY, "All modules that open.", "Investments, Summary, Projects"),
        _line("of which chosen by the plan", chosen, MONEY, "What the plan was free to leave out.", "Cover, Summary"),
        _line("of which committed", committed, MONEY, "Decided before the plan.", "Investments"),
        _line("of that, paid before the horizon (sunk)", before, MONEY, "No part of costs or budgets.", "Investments"),
        _line("of that, still to pay", due, MONEY, "Committed less sunk.", ""),
        _line(
            "Capital within the horizon",
            within,
            MONEY,
            "Chosen and still to pay, without renewals.",
            "Investments, Years, Summary, Costs",
        ),
    ]


def _net(detail: ReportSheet) -> dict[str, Any]:
    """Present value of capital and renewals less that of what is left of either."""
    parts = [detail.sum_where("discounted", term=term) for term in ("capital", "renewal", "salvage")]
    amount = Formula("=" + "+".join(part.text[1:] for part in parts), sum(float(part.value) for part in parts))
    said = "Of the whole plan, without upkeep. Salvage counts what is left of renewals too."
    return _line("Capital and renewals net of salvage, present value", amount, PRESENT, said, "")


def _renewed(sheets: Mapping[str, ReportSheet], row: int) -> list[dict[str, Any]]:
    """What Spending adds up to: capital and the renewals, which have no opening of their own."""
    both, within = sheets["Spending"].sum("all"), sheets["Investments"].sum("within")
    renewed = Formula(f"={_cell(row)}-{_cell(5)}", float(both.value) - float(within.value))
    return [
        _line("Capital and renewals within the horizon", both, MONEY, "What is paid each year.", "Spending, Budget"),
        _line("of which renewals", renewed, MONEY, "Of works whose life ends.", "Lives, Costs"),
    ]


def _cell(row: int) -> str:
    return f"B{FIRST_ROW + 1 + row}"


def _present(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    """Present values: what building costs, less what is left of it, and how much more that is than the minimum."""
    detail = sheets["Costs_detail"]
    outlays = outlay_terms()
    terms = {term: label for term, label in facts.terms.items() if term in outlays}
    parts = {term: detail.sum_where("discounted", term=term) for term in terms}
    lines = [
        _line(
            f"{terms[term]}, present value",
            amount,
            PRESENT,
            "Discounted, from Costs_detail; salvage is below zero.",
            "Summary, Costs_country",
        )
        for term, amount in parts.items()
    ]
    first, last = 6, 5 + len(lines)
    span = f"SUM({_cell(first)}:{_cell(last)})" if lines else "0"
    together = Formula(f"={span}", sum(float(amount.value) for amount in parts.values()))
    lines.append(_line("Outlays of the whole plan, present value", together, PRESENT, "The rows above together.", ""))
    minimum = facts.minimum
    if minimum is None:
        return lines
    costs = minimum.costs
    least = float(costs.loc[costs["term"].isin(outlays), "discounted"].sum())
    more = Formula(f"={_cell(last + 1)}-{_cell(last + 2)}", together.value - least)  # type: ignore[operator]
    return [
        *lines,
        _line("the same with only what is committed", least, PRESENT, "Of the minimum plan.", ""),
        _line(
            "Outlays, present value", more, PRESENT, "What the plan spends beyond the minimum.", "Appraisal, Summary"
        ),
    ]
